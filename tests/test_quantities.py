"""Numerals in running text: one case a line in cases/quantities.tsv, and what holds for any text."""

import re
from functools import cache
from itertools import pairwise

import pytest
from casebook import lexicon, marks, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.facts.quantities import find_quantities
from kg.model import Span
from kg.names.platforms import find_platforms
from kg.names.reforms import find_reforms
from kg.resources import ontology_path
from kg.terms.lexicon import Lexicon
from kg.text.fold import fold
from kg.text.numerals import plain
from kg.text.segment import segment

CUES = ontology_path() / "cues"
OF_OBSERVATIONS = {
    *("target-before", "plan-heading", "problem-heading", "plan-title", "report-title", "done-mark", "year-plan")
}  # read, and tested, by a later stage


def params():
    for row in rows("quantities"):
        case = f"{row['kind']}-{row['text'][:16]}"
        yield pytest.param(row["text"], row["found"], row["dropped"], id=case, marks=marks(row))


@cache
def names(folded):
    """Listed names, in which a numeral measures nothing."""
    platforms, _ = find_platforms(folded, lexicon())
    reforms, _ = find_reforms(folded, lexicon(), platforms)
    return tuple(m.span for m in (*reforms, *platforms) if m.known)


def read(text, words=None):
    folded = fold(text)
    return find_quantities(folded, words or lexicon(), names(folded), segment(folded).marks)


def written(text, quantities):
    return "|".join(
        f"{q.span.of(text)}={plain(q.value)} {q.unit or '-'}{' ~' * q.approximate}{' !' * q.bound}" for q in quantities
    )


@pytest.mark.parametrize(("text", "found", "dropped"), list(params()))
def test_the_numerals_of_a_text(text, found, dropped):
    quantities, rejections = read(text)

    assert found == written(text, quantities)
    assert dropped == "|".join(f"{r.span.of(text)}={r.reason}" for r in sorted(rejections, key=lambda r: r.span))


def test_every_case_is_collected_and_of_a_known_kind():
    found = rows("quantities")

    assert 219 <= len(found) == len(list(params()))
    assert {"wild", "synthetic", "negative", "known-failure"} == {row["kind"] for row in found}
    assert all(not row["found"] for row in found if row["kind"] == "negative")
    assert len(found) == len({row["text"] for row in found})


def test_every_reason_has_a_case():
    reasons = {r.reason for row in rows("quantities") for r in read(row["text"])[1]}

    assert reasons >= {
        *["address", "article", "date", "document", "fixed expression", "formula", "framing", "letters", "list mark"],
        *["markup", "name", "no measure word", "no number", "ordinal", "quoted name", "rank", "serial"],
        *["telephone", "title", "lettered", "months", "half"],
    }


def test_the_number_is_the_span_without_its_unit():
    (quantity,), _ = read("办理18.67万件")

    assert ("18.67万件", "18.67万") == (quantity.span.of("办理18.67万件"), quantity.number.of("办理18.67万件"))


def test_a_numeral_in_a_given_name_measures_nothing():
    text = "推行3项联办"
    quantities, rejections = find_quantities(text, lexicon(), [Span(2, 6)])

    assert [] == quantities
    assert ["name"] == [r.reason for r in rejections]


@pytest.mark.parametrize("text", ["辦理１，２３４件", "約３０餘萬件", "１８．６７萬件"])
def test_offsets_are_those_of_the_text_in_any_script(text):
    quantities, _ = read(text)

    assert quantities
    assert all(q.unit == "件" and q.span.of(text).endswith("件") for q in quantities)


def cue_sets(file="quantities.ttl"):
    return re.findall(r"(?m)^cue:(\S+) a kg:CueSet", (CUES / file).read_text(encoding="utf-8"))


def answers(words):
    return [read(row["text"], words) for row in rows("quantities") if row["kind"] != "known-failure"]


@pytest.mark.parametrize("cue", [c for c in cue_sets() if c not in OF_OBSERVATIONS])
def test_some_case_fails_without_each_cue_set(cue):
    every = lexicon()
    words = {name: every.words(name) for path in CUES.glob("*.ttl") for name in cue_sets(path.name)}
    without = Lexicon(every.terms, words | {cue: ("\uffff",)}, "")

    assert answers(every) != answers(without)


PIECES = [
    *[
        "1,234",
        "1 486",
        "18.67",
        "２０",
        "万",
        "亿",
        "余",
        "多",
        "件",
        "个工作日",
        "%",
        "个百分点",
        "成",
        "分之",
        "百",
        "二十六",
    ],
    *[
        "由",
        "至",
        "压缩",
        "—",
        "、",
        "和",
        "分别",
        "约",
        "不少于",
        "以内",
        "以上",
        "年",
        "月",
        "日",
        "2031年",
        "第",
        "前",
        "号",
        "〔",
    ],
    *[
        "〕",
        "《",
        "》",
        "“",
        "”",
        "http://",
        "<p ",
        "<style>",
        "</style>",
        ">",
        "，",
        "。",
        "\n",
        " ",
        "一、",
        "（1）",
        "+",
        "N",
        "/",
    ],
    *["×", "-", "G", ":", "&#", ";", "两", "几", "十", "0599-", "1" * 41, "𠀀"],
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60))
def test_quantities_lie_in_the_text_and_not_over_each_other(text):
    quantities, rejections = read(text)

    assert all(q.span.covers(q.number) and q.span.end <= len(text) for q in quantities)
    assert all(q.value.is_finite() for q in quantities)
    assert all(r.reason and r.span.end <= len(text) for r in rejections)
    assert all(a.span.end <= b.span.start for a, b in pairwise(quantities))
    assert not [r for r in rejections for q in quantities if q.number.meets(r.span)]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=15).map("".join))
def test_a_text_says_the_same_with_another_after_it(text):
    first, _ = read(text)
    twice, _ = read(f"{text}\n\n{text}")

    assert first == [q for q in twice if q.span.end <= len(text)]


@pytest.mark.parametrize(
    "piece", ["1,", "1 ", "十", "1至", "1、", "“1", "<", "《", "(2031", "1+", "&#1", "a1", "0599-", "1.", "“", "分之"]
)
def test_a_long_run_is_read_in_little_time(piece):
    read(piece * 20_000)
