"""Which reform and which platform a number belongs to: one case a line in cases/scope.tsv."""

import re
from functools import cache

import pytest
from casebook import lexicon, marks, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.facts.observations import observe, plans
from kg.facts.quantities import find_quantities
from kg.facts.scope import Scope
from kg.model import Kind, Mention, Meta, Span
from kg.names.platforms import find_platforms
from kg.names.reforms import find_reforms
from kg.resources import ontology_path
from kg.terms.lexicon import Lexicon
from kg.text.fold import fold
from kg.text.segment import segment

CUES = ontology_path() / "cues"


def params():
    for row in rows("scope"):
        case = f"{row['kind']}-{row['text'][:16]}"
        yield pytest.param(row["text"], row["found"], id=case, marks=marks(row))


@cache
def names(folded):
    platforms, _ = find_platforms(folded, lexicon())
    reforms, _ = find_reforms(folded, lexicon(), platforms)
    return (*reforms, *platforms)


def observations(text, words=None):
    folded, words = fold(text), words or lexicon()
    outline = segment(folded)
    mentions = names(folded)  # found with all words: only the scope is asked
    known = [m.span for m in mentions if m.known]
    quantities, _ = find_quantities(folded, lexicon(), known, outline.marks)
    return observe(folded, outline, quantities, mentions, Meta(), words, plans(folded, outline, words))


def written(text, words=None):
    return "|".join(
        f"{o.quantity.number.of(text)}={o.reform or ''}/{o.platform or ''}" for o in observations(text, words)
    )


@pytest.mark.parametrize(("text", "found"), list(params()))
def test_the_reform_and_the_platform_of_the_numbers_of_a_text(text, found):
    assert found == written(text)


def test_every_case_is_collected_and_of_a_known_kind():
    found = rows("scope")

    assert 103 <= len(found) == len(list(params()))
    assert {"wild", "synthetic", "negative", "known-failure"} == {row["kind"] for row in found}
    assert all(re.fullmatch(r"(?:[^=]+=/(?:\||$))+", row["found"]) for row in found if row["kind"] == "negative")
    assert len(found) == len({row["text"] for row in found})


def cue_sets(file):
    return re.findall(r"(?m)^cue:(\S+) a kg:CueSet", (CUES / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize("cue", cue_sets("scope.ttl"))
def test_some_case_fails_without_each_cue_set(cue):
    every = lexicon()
    words = {name: every.words(name) for path in CUES.glob("*.ttl") for name in cue_sets(path.name)}
    without = Lexicon(every.terms, words | {cue: ("\uffff",)}, "")
    texts = [row["text"] for row in rows("scope") if row["kind"] != "known-failure"]

    assert [written(t) for t in texts] != [written(t, without) for t in texts]


def test_a_name_in_the_words_after_a_number_goes_before_one_in_those_before_it():
    text = "甲办3件乙办"
    mentions = [Mention(Kind.REFORM, Span(a, b), text[a:b], "form") for a, b in ((0, 2), (4, 6))]
    scope = Scope(text, mentions, [2], segment(text), lexicon())

    assert mentions[1] == scope.own([Span(0, 2), Span(4, 6)], Span(2, 4))
    assert mentions[0] == scope.own([Span(0, 2)], Span(2, 4))
    assert None is scope.own([], Span(2, 4))


def test_the_mentions_that_begin_in_a_stretch():
    text = "甲办、乙办"
    mentions = [Mention(Kind.REFORM, Span(a, a + 2), text[a : a + 2], "form") for a in (3, 0)]
    scope = Scope(text, mentions, [], segment(text), lexicon())

    assert ["甲办", "乙办"] == [m.label for m in scope.within(0, 5)]
    assert ["乙办"] == [m.label for m in scope.within(1, 4)]
    assert [] == scope.within(4, 5)


PIECES = [
    *[
        "推行",
        "上线",
        "“青心办”",
        "改革",
        "“柳河通”平台",
        "依托",
        "通过",
        "目前，",
        "这项",
        "平台",
        "该",
        "等",
        "12件",
        "3项",
        "，",
        "。",
        "；",
    ],
    *[
        "\n",
        "一、",
        "（一）",
        "1.",
        "一是",
        "、",
        "和",
        "办理",
        "事项",
        "跨省通办",
        "好差评系统",
        "放管服",
        "以来",
        "率",
        "\n\n",
    ],
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_a_reform_and_a_platform_are_those_of_a_mention_before_or_beside_the_number(text):
    mentions = names(fold(text))
    for o in observations(text):
        end = o.evidence.end
        assert o.platform is None or o.platform in {m.label for m in mentions if m.span.start < end}
        named = {m.label for m in mentions if m.kind is Kind.REFORM and m.span.start < end}
        assert o.reform is None or o.reform in named or (o.platform or "").startswith(o.reform)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_what_comes_later_changes_nothing(text):
    first = observations(text)

    assert first == observations(f"{text}\n\n{text}")[: len(first)]


@pytest.mark.parametrize(
    "piece", ["推行“青心办”改革，办理3件，", "“柳河通”平台3件。", "目前，办理3件。", "一是推行“青心办”。"]
)
def test_a_long_text_is_read_in_little_time(piece):
    assert observations(piece * 400 + "办理3件") is not None
