"""Folding changes characters one for one, so that offsets hold."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.text import fold as module
from kg.text.fold import fold

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("辦理業務", "办理业务"),
        ("臺灣與台灣", "台湾与台湾"),
        ("乾隆年間的乾淨", "乾隆年间的干净"),
        ("鐘點、鍾情", "钟点、钟情"),
        ("萬、億、兩", "万、亿、两"),
        ("１８．６７％", "18.67%"),
        ("ＡＰＰ與ｗｉｆｉ", "APP与wifi"),
        ("１＋Ｎ、２－３天", "1+N、2-3天"),
        ("甲　乙\u00a0丙\u200b丁", "甲 乙 丙 丁"),
        ("，。；：？！（）“”《》", "，。；：？！（）“”《》"),
        ("ｅ三明\n\t", "e三明\n\t"),
        ("简体 text 123", "简体 text 123"),
        ("𠀀👍🏽①½", "𠀀👍🏽①½"),
        ("", ""),
    ],
)
def test_script_and_width_are_folded_and_punctuation_stays(text, folded):
    assert folded == fold(text)


def test_every_character_folds_to_one():
    every = [chr(c) for c in range(sys.maxunicode + 1) if not 0xD800 <= c < 0xE000]
    for at in range(0, len(every), 65536):
        block = every[at : at + 65536]
        assert len("".join(map(fold, block))) == len(block)


@given(TEXT)
def test_the_length_is_kept(text):
    assert len(text) == len(fold(text))


@given(TEXT.filter(lambda text: "薴" not in text))
def test_what_is_folded_stays_as_it_is(text):
    assert fold(fold(text)) == fold(text)


@given(TEXT, TEXT)
def test_a_line_is_folded_alike_wherever_it_stands(before, text):
    assert fold(f"{before}\n{text}").endswith(f"\n{fold(text)}")


def test_a_converter_that_changes_lengths_is_not_believed(monkeypatch):
    class Longer:
        def convert(self, text):
            return text.replace("軟體", "软件系统").replace("體", "体")

    monkeypatch.setattr(module, "_simplifier", Longer)

    assert fold("軟體１") == "軟体1"
