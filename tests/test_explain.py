"""Why a place was read as it was."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import KgError
from kg.explain import explain
from kg.extract import extract
from kg.model import Document
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon
from kg.text.fold import fold

TEXT = "2031年推行“青心办”改革，依托12345热线办理业务约3.25万件。"


@cache
def shared():
    return load_lexicon(), load_gazetteer()


@cache
def extraction(text=TEXT):
    return extract(Document("report.txt", "", text, fold(text)), *shared())


def rows(place, text=TEXT):
    return explain(extraction(text), text.index(place) if isinstance(place, str) else place)


def test_a_fact_with_its_rule_and_details():
    (row,) = [r for r in rows("3.25") if r["kind"] == "fact"]

    assert "3.25万件" == row["text"]
    assert row["read as"].endswith("= 32500 件")
    assert row["rule"] in {"stated", "carried"}
    assert {"reform: 青心办", "platform: 12345热线", "actual", "approximate"} <= set(row["details"].split("; "))
    assert f"{TEXT.index('3.25')}–{TEXT.index('。')}" == row["at"]


def test_a_name_says_whether_it_is_listed():
    (coined,) = [r for r in rows("青心办") if r["kind"] == "Reform"]
    (listed,) = [r for r in rows("12345") if r["kind"] == "Platform"]

    assert ("青心办", "by form") == (coined["read as"], coined["details"])
    assert ("12345热线", "listed") == (listed["read as"], listed["details"])


def test_what_was_dropped_says_why():
    (row,) = rows("2031")

    assert ("dropped", "date", "2031", "") == (row["kind"], row["rule"], row["text"], row["read as"])


def test_a_relation():
    (row,) = [r for r in rows("青心办") if r["kind"] == "relation" and "adopts" in r["read as"]]

    assert "? adopts 青心办" == row["read as"]  # the text doesn't say whose


def test_the_innermost_comes_first():
    found = rows("12345")

    assert len(found) > 1
    assert [len(r["text"]) for r in found] == sorted(len(r["text"]) for r in found)


def test_nothing_covers_a_plain_word():
    assert [] == rows("办理业务")


def test_the_columns_are_always_the_same():
    assert {("kind", "at", "text", "read as", "rule", "details")} == {
        tuple(row) for place in range(len(TEXT)) for row in rows(place)
    }


@pytest.mark.parametrize("offset", [-1, len(TEXT), 10**9])
def test_an_offset_outside_the_text_is_refused(offset):
    with pytest.raises(KgError) as error:
        explain(extraction(), offset)

    assert f"report.txt: has no character {offset}\n  It has {len(TEXT)}: 0 to {len(TEXT) - 1}" == str(error.value)


PIECES = [
    "推行“青心办”改革",
    "依托12345热线",
    "办理业务",
    "3.25万件",
    "，",
    "。",
    "2031年",
    "第3批",
    "《便民办法》",
    "福建省",
    "\n",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join))
def test_every_find_is_explained_at_each_of_its_characters(text):
    found = extraction(text)
    spans = [o.quantity.span for o in found.observations] + [m.span for m in found.mentions]
    spans += [r.span for r in (*found.relations, *found.rejections)]
    for offset in range(0, len(text), 2):
        covering = [s for s in spans if s.start <= offset < s.end]
        assert len(covering) == len(explain(found, offset))
