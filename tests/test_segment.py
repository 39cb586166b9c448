"""Where sentences and items lie, and who heads whom."""

from itertools import pairwise

import pytest
from casebook import marks, rows
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Span
from kg.text.fold import fold
from kg.text.segment import LONGEST_HEAD, PARAGRAPH, segment

PIECES = st.sampled_from(
    [
        *"一、 （一） 1. （1） 一是 二是 另一方面 第三， 。 ； ！ ： <p> 办件 86 的 ， “ ” 十 2031年 、".split(),
        "\n",
        "\r\n",
        "  ",
        "\u3000",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=40).map("".join)


def params():
    for row in rows("segment"):
        yield pytest.param(row, id=f"{row['kind']}-{row['note']}", marks=marks(row))


@pytest.mark.parametrize("row", list(params()))
def test_the_outline_of_a_text(row):
    text = fold(row["text"])
    outline = segment(text)
    items = sorted(outline.items, key=lambda i: (i.span.start, i.level))

    assert row["sentences"] == "|".join(s.of(text) for s in outline.sentences)
    assert sorted(row["items"].split("|")) == sorted(f"{i.level}:{i.head.of(text).strip('。')}".strip() for i in items)


def test_every_case_is_collected_and_of_a_known_kind():
    found = rows("segment")

    assert 45 <= len(found) == len(list(params()))
    assert {"wild", "synthetic", "negative", "known-failure"} == {row["kind"] for row in found}


REPORT = """松河县工作报告
前言，全年平稳。
一、窗口建设
（一）综合窗口。设12个。
1.县级。设3个。一是增设。二是培训。
（二）专业窗口。设9个。
二、打算
继续。"""


def heads(place):
    return [i.head.of(REPORT) for i in segment(REPORT).chain(REPORT.index(place)) if i.level < PARAGRAPH]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("全年", []),
        ("设12个", ["（一）综合窗口", "一、窗口建设"]),
        ("设3个", ["1.县级", "（一）综合窗口", "一、窗口建设"]),
        ("培训", ["二是培训", "1.县级", "（一）综合窗口", "一、窗口建设"]),
        ("设9个", ["（二）专业窗口", "一、窗口建设"]),
        ("继续", ["二、打算"]),
    ],
)
def test_an_item_lasts_until_the_next_of_its_level_or_above(place, expected):
    assert expected == heads(place)


def test_a_long_first_sentence_is_cut_where_it_stops_to_be_a_head():
    text = "一、" + "甲" * 100 + "。"

    assert LONGEST_HEAD + len("一、") == len(segment(text).items[0].head.of(text))


@pytest.mark.parametrize(
    ("text", "before"),
    [("甲。乙。", "甲。"), ("甲。 乙。", "甲。"), ("甲。\n乙。", None), ("甲\n乙。", None), ("乙。", None)],
)
def test_the_sentence_before_is_one_of_the_same_line(text, before):
    outline = segment(text)
    found = outline.previous(outline.sentence_at(text.index("乙")))

    assert before == (found.of(text) if found else None)


@pytest.mark.parametrize(
    ("place", "sentence"), [(0, "甲。"), (1, "甲。"), (2, "乙"), (4, "乙"), (6, "丙。"), (99, "丙。")]
)
def test_the_sentence_at_a_place(place, sentence):
    text = "甲。乙\n\n\n丙。"

    assert sentence == segment(text).sentence_at(place).of(text)


@given(TEXTS.filter(lambda text: text.replace("<p>", "").strip()))
def test_sentences_are_in_order_and_leave_out_only_space_and_markup(text):
    outline = segment(text)

    assert all(a.end <= b.start for a, b in pairwise(outline.sentences))
    assert all(Span(0, len(text)).covers(s) and s.of(text) == s.of(text).strip() for s in outline.sentences)
    left_out = "".join(text[a:b] for a, b in gaps(outline.sentences, len(text)))
    assert not left_out.replace("<p>", "").strip()


def gaps(spans, length):
    edges = [0, *(place for s in spans for place in (s.start, s.end)), length]
    return zip(edges[::2], edges[1::2], strict=True)


@given(TEXTS)
def test_items_lie_in_the_text_and_begin_with_their_mark(text):
    outline = segment(text)
    for item in outline.items:
        assert Span(0, len(text)).covers(item.span)
        assert item.head.start == item.span.start
        assert Span(0, len(text)).covers(item.head)
    numbered = [i.span.start for i in outline.items if i.level < PARAGRAPH]
    assert sorted(numbered) == [m.start for m in outline.marks]


@given(TEXTS)
def test_items_lie_one_in_another_or_apart(text):
    numbered = [i for i in segment(text).items if i.level < PARAGRAPH - 1]
    for a in numbered:
        for b in numbered:
            assert not a.span.meets(b.span) or a.span.covers(b.span) or b.span.covers(a.span)
            assert a is b or not (a.level == b.level and a.span.meets(b.span))


@given(TEXTS)
def test_chains_go_outward(text):
    outline = segment(text)
    for place in range(0, len(text), 3):
        chain = outline.chain(place)
        assert all(i.span.start <= place < i.span.end for i in chain)
        assert all(a.level >= b.level for a, b in pairwise(chain))
