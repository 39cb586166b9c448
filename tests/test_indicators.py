"""What the numbers of a sentence measure: one case a line in cases/indicators.tsv, and what holds for any text."""

import pytest
from casebook import lexicon, marks, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.facts.indicators import Namer
from kg.facts.phrases import clauses, places
from kg.facts.quantities import find_quantities
from kg.facts.wording import LONGEST, is_rate, plain, unspaced
from kg.text.fold import fold
from kg.text.segment import segment


def params():
    for row in rows("indicators"):
        yield pytest.param(row["text"], row["found"], id=f"{row['kind']}-{row['text'][:16]}", marks=marks(row))


def named(text, words=None):
    """The numbers of a text, each with its place and its names, sentence by sentence."""
    words, folded = words or lexicon(), fold(text)
    outline = segment(folded)
    quantities, _ = find_quantities(folded, words, marks=outline.marks)
    topic, last = "", None
    for sentence in outline.sentences:
        if inside := [q for q in quantities if sentence.covers(q.span)]:
            found = places(folded, sentence, inside)
            namer = Namer(folded, sentence, found, words, topic if outline.previous(sentence) == last else "")
            yield from zip(found, namer.names(), strict=True)
            topic, last = namer.topic, sentence


def written(text, words=None):
    return "|".join(
        f"{place.quantity.number.of(text)}={name.phrase}={name.rule}"
        for place, names in named(text, words)
        for name in names
        if name.phrase
    )


@pytest.mark.parametrize(("text", "found"), list(params()))
def test_what_the_numbers_of_a_text_measure(text, found):
    assert found == written(text)


def test_every_case_is_collected_and_of_a_known_kind():
    found = rows("indicators")

    assert 155 <= len(found) == len(list(params()))
    assert {"wild", "synthetic", "negative", "known-failure"} == {row["kind"] for row in found}
    assert all(not row["found"] for row in found if row["kind"] == "negative")
    assert len(found) == len({row["text"] for row in found})


def test_every_rule_has_a_case():
    rules = {item.rsplit("=", 1)[1] for row in rows("indicators") for item in row["found"].split("|") if item}

    assert {"cell", "each", "shared", "from", "counted", "stated", "carried", "under"} == rules


def test_the_words_of_a_name_lie_in_its_sentence():
    text = "上年平稳。推出37个“一件事”套餐，受理诉求86件。"
    found = [span.of(text) for _, names in named(text) for name in names for span in name.words]

    assert {"“一件事”套餐", "推出", "受理诉求"} == set(found)


def test_places_of_a_list():
    text = "甲3件、乙4件，丙5件；丁6件（7人）。"
    outline = segment(text)
    quantities, _ = find_quantities(text, lexicon())
    found = places(text, outline.sentences[0], quantities)

    assert ["甲", "乙", "丙", "丁", None] == [p.left.of(text) if p.left else None for p in found]
    assert [0, 0, 0, 1, 1] == [p.part for p in found]
    assert [False] * 4 + [True] == [p.bracket for p in found]


def test_the_clauses_of_a_sentence_keep_names_whole():
    text = "依据《甲，乙办法》，推行“丙，丁”；办结。"

    assert ["依据《甲，乙办法》", "推行“丙，丁”", "办结"] == [
        c.of(text) for c in clauses(text, segment(text).sentences[0])
    ]


@pytest.mark.parametrize(("phrase", "rate"), [("办结率", True), ("满意度", True), ("占比", True), ("办件", False)])
def test_what_names_a_rate(phrase, rate):
    assert rate is is_rate(phrase)


def test_spaces_quotes_and_markup_are_no_words():
    assert "“甲”乙" == unspaced("“甲” <b>乙</b>")
    assert "甲乙" == plain("“甲” <b>乙</b>")


PIECES = [
    *[
        "办理",
        "受理",
        "率",
        "满意率",
        "材料",
        "群众",
        "其中",
        "分别",
        "均为",
        "由",
        "原来的",
        "压缩至",
        "减少",
        "增长",
        "同比",
        "共",
    ],
    *[
        "12件",
        "3.5万人次",
        "98%",
        "4",
        "5个工作日",
        "、",
        "，",
        "；",
        "。",
        "\n",
        "（",
        "）",
        "“",
        "”",
        "等",
        "和",
        "的",
        "中",
        "方面",
        "总量",
    ],
    *["达", "事项", " ", "<b>", "一件事", "全部", "月均", "《", "》", ":"],
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=60))
def test_any_text_has_names_without_numbers_of_its_own_outside(text):
    for place, names in named(text):
        assert names
        assert all(place.clause.start <= s.start < s.end <= len(text) for s in (place.left, place.right) if s)
        assert all(len(name.phrase) <= 2 * LONGEST and name.phrase == name.phrase.strip() for name in names)
        assert all(0 <= span.start < span.end <= len(text) for name in names for span in name.words)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_a_text_says_the_same_with_another_after_it(text):
    first = [(place.quantity.span, names) for place, names in named(text)]
    twice = [(place.quantity.span, names) for place, names in named(f"{text}\n\n{text}")]

    assert first == twice[: len(first)]


@pytest.mark.parametrize(
    "piece", ["甲1件、", "由1件压缩至2件，", "其中甲1件、", "甲率、", "办理1件和", "、1件", "“1件"]
)
def test_a_long_sentence_is_named_in_little_time(piece):
    assert list(named(piece * 1500 + "3件")) is not None


def test_brackets_at_a_sentences_beginning():
    assert 2 == len(list(named("（1件）（2件）")))
