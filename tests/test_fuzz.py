"""What fuzzing found stays found; and a short round of it in each run of the tests."""

import pytest

from tests import fuzz

TEXTS = {
    "a long run of Chinese numerals": "一二三四五六七八九十百千万亿" * 400 + "件",
    "half a character": "\ud80018.67万",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_that_once_broke_it(text):
    fuzz.check_text(text)


@pytest.mark.parametrize("part", [0, 1], ids=["texts", "files"])
def test_a_short_round(part):
    fuzz.rounds(0, 40)[part]()
