import time

import pytest
from casebook import marks, rows
from hypothesis import given
from hypothesis import strategies as st

from kg.names.policies import find_policies, titles
from kg.terms.lexicon import load_lexicon
from kg.text.fold import fold

CASES = rows("policies")
LEXICON = load_lexicon()


def test_no_case_was_lost():
    assert len(CASES) == 24
    assert {case["kind"] for case in CASES} == {"wild", "synthetic", "negative", "known-failure"}


def param(case):
    return pytest.param(case["text"], case["found"] or "", id=case["text"], marks=marks(case))


@pytest.mark.parametrize(("text", "found"), [param(case) for case in CASES])
def test_case(text, found):
    expected = found.split("|") if found else []

    assert [m.label for m in find_policies(fold(text), LEXICON)] == expected


def test_spans_cover_the_marks():
    text = "依据《青禾市数据条例》办理"

    assert [m.span.of(text) for m in find_policies(text, LEXICON)] == ["《青禾市数据条例》"]


@given(st.text(alphabet="《》〈〉条例办法\n 。以下简称（", max_size=60))
def test_any_text_is_read_and_every_span_is_a_title(text):
    for m in find_policies(text, LEXICON):
        assert m.span.of(text).startswith("《")
        assert m.span.of(text).endswith("》")


def test_titles_take_linear_time():
    started = time.perf_counter()
    assert not list(titles("《" * 100_000))

    assert time.perf_counter() - started < 2  # seconds; half a hundredth of it in practice
