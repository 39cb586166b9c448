"""Regions in running text: one case a line in cases/regions.tsv, and what holds for any text."""

from collections import Counter
from itertools import pairwise

import pytest
from casebook import marks, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Kind
from kg.places.regions import find_regions, home_region
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon
from kg.text.fold import fold

CASES = rows("regions")
YEAR = 2024


@pytest.fixture(scope="module")
def lexicon():
    return load_lexicon()


@pytest.fixture(scope="module")
def gazetteer():
    return load_gazetteer()


def params(task):
    return list(_params(task))


def _params(task):
    for case in CASES:
        if case["task"] == task:
            yield pytest.param(case["text"], case["context"], case["expected"], id=case["note"], marks=marks(case))


def test_no_case_was_lost():
    kinds = Counter(case["kind"] for case in CASES)
    assert len(CASES) >= 97
    assert kinds["synthetic"] >= 45
    assert kinds["negative"] >= 35
    assert kinds["known-failure"] >= 2


@pytest.mark.parametrize(("text", "context", "expected"), params("find"))
def test_what_is_found(text, context, expected, lexicon, gazetteer):
    home = gazetteer.by_code(context, YEAR) if context else None
    found = find_regions(fold(text), lexicon, gazetteer, home, YEAR)

    assert " ".join(f"{m.label}={m.code or ''}" for m in found) == expected


@pytest.mark.parametrize(("text", "context", "expected"), params("home"))
def test_what_a_report_is_about(text, context, expected, lexicon, gazetteer):
    home = home_region(fold(text), fold(context) or None, lexicon, gazetteer, YEAR)

    assert (home.code or home.name if home else "") == expected


def test_every_rule_has_a_case_that_it_serves(lexicon, gazetteer):
    rules = set()
    for case in CASES:
        home = gazetteer.by_code(case["context"], YEAR) if case["task"] == "find" and case["context"] else None
        rules |= {m.rule for m in find_regions(fold(case["text"]), lexicon, gazetteer, home, YEAR)}

    assert rules == {"full", "short", "path", "zone", "zone-form", "town", "village", "anaphora", "abbreviation"}


def test_a_code_is_of_the_reports_year(lexicon, gazetteer):
    for year, label, code in ((2019, "沙县", "350427"), (2024, "沙县区", "350405")):
        (mention,) = find_regions("三明市沙县办理事项", lexicon, gazetteer, None, year)
        assert (mention.label, mention.code) == (label, code)
        assert home_region("沙县推行改革，沙县办件提速。", None, lexicon, gazetteer, year).code == code


def test_a_path_is_one_mention_over_all_its_characters(lexicon, gazetteer):
    text = "由浙江省丽水市松阳县承办"
    (mention,) = find_regions(text, lexicon, gazetteer, None, YEAR)

    assert (mention.kind, mention.span.of(text), mention.rule) == (Kind.REGION, "浙江省丽水市松阳县", "path")


ANY = st.characters(codec="utf-8")
TELLING = st.sampled_from("北京上海南市中区县镇乡村街道新朝阳沙和、在我全本该川渝两省电日报")


@settings(deadline=None)  # the first text loads the tables
@given(st.text(st.one_of(ANY, TELLING), max_size=80))
def test_no_text_crashes_and_no_two_mentions_overlap(text):
    lexicon, gazetteer = _shared()
    folded = fold(text)
    home = home_region(folded, None, lexicon, gazetteer, YEAR)
    found = find_regions(folded, lexicon, gazetteer, home, YEAR)
    for before, after in pairwise(found):
        assert before.span.end <= after.span.start
    assert all(m.span.end <= len(text) and m.label for m in found)


def _shared(kept=[]):  # noqa: B006  hypothesis takes no module-scoped fixture
    if not kept:
        kept += [load_lexicon(), load_gazetteer()]
    return kept
