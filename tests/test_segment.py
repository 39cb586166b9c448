"""The outline of a text: one case a line in cases/segment.tsv, and what holds for any text."""

import csv
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Span
from kg.segment import LEVELS, PARAGRAPH, segment

CASES = Path(__file__).parent / "cases" / "segment.tsv"


def rows():
    with CASES.open(encoding="utf-8", newline="") as file:
        return [
            {name: value.replace("\\n", "\n") for name, value in row.items()}
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def params():
    for row in rows():
        marks = [pytest.mark.xfail(strict=True)] if row["kind"] == "known-failure" else []
        yield pytest.param(row["text"], row["sentences"], row["items"], id=f"{row['kind']}-{row['note']}", marks=marks)


@pytest.mark.parametrize(("text", "sentences", "items"), list(params()))
def test_the_outline_of_a_text(text, sentences, items):
    outline = segment(text)

    assert sentences == "|".join(s.of(text) for s in outline.sentences)
    assert items == "|".join(f"{i.level}:{i.span.of(text)}" for i in outline.items)


def test_every_case_is_collected_and_of_a_known_kind():
    found = rows()

    assert 29 <= len(found) == len(list(params()))
    assert {"wild", "synthetic", "negative"} <= {row["kind"] for row in found}
    assert all(item[:2] == "6:" for row in found if row["kind"] == "negative" for item in row["items"].split("|"))


def test_every_level_has_a_case():
    levels = {i.level for row in rows() for i in segment(row["text"]).items}

    assert {*LEVELS.values(), PARAGRAPH} == levels


TEXT = "一、总体\n（一）提速。甲办结。\n1.压减。乙受理；丙评价。\n二、打算"


def test_the_chain_of_a_place_begins_with_the_innermost():
    place = TEXT.index("乙")

    assert ["1.压减", "（一）提速", "一、总体"] == [i.head.of(TEXT) for i in segment(TEXT).chain(place)]


def test_the_marks_are_the_numbering():
    assert ["一、", "（一）", "1.", "二、"] == [m.of(TEXT) for m in segment(TEXT).marks]


def test_the_sentence_at_a_place():
    outline = segment(TEXT)

    assert "乙受理；丙评价。" == outline.sentence_at(TEXT.index("丙")).of(TEXT)
    assert "一、总体" == outline.sentence_at(TEXT.index("\n")).of(TEXT)  # between two: the one before


def test_the_sentence_before_is_one_of_the_same_line():
    outline = segment(TEXT)
    first, second = outline.sentence_at(TEXT.index("提速")), outline.sentence_at(TEXT.index("甲"))

    assert first == outline.previous(second)
    assert None is outline.previous(first)
    assert None is outline.previous(outline.sentences[0])


def test_a_long_first_sentence_heads_nothing_beyond_its_limit():
    text = "（一）" + "提" * 200 + "。甲办结。"
    (item,) = segment(text).items

    assert item.head == Span(0, 63)
    assert item.span == Span(0, len(text))


ANY = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("一二十是、（）1.2(3)。；！？\n\t 第方面，要：<p>")),
    max_size=80,
)


@settings(deadline=None)
@given(ANY)
def test_sentences_cover_all_that_is_no_blank_and_never_overlap(text):
    outline = segment(text)

    assert outline.sentences
    if text.strip():
        assert all(s.end <= len(text) and s.of(text) == s.of(text).strip() for s in outline.sentences)
    assert all(a.end <= b.start for a, b in pairwise(outline.sentences))


@settings(deadline=None)
@given(ANY)
def test_items_lie_in_the_text_and_hold_their_heads(text):
    outline = segment(text)

    assert all(i.span.end <= max(1, len(text)) and i.head.start == i.span.start for i in outline.items)
    assert all(m.end <= len(text) for m in outline.marks)
    numbered = [i.span for i in outline.items if i.level < PARAGRAPH]
    assert not [(a, b) for a, b in pairwise(numbered) if a.meets(b) and not a.covers(b)]  # nested or apart


def test_a_long_text_is_cut_in_little_time():
    assert 20_000 == len(segment("一是提速。" * 20_000).sentences)
    assert segment("一、\n" * 20_000).items
    assert segment("（" * 100_000).sentences
    assert segment("</" * 100_000).sentences
