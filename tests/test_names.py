import re
from itertools import pairwise

import pytest
from casebook import lexicon, marks, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Kind, Mention, Span
from kg.names.candidates import boundary, plain, quotations, shown
from kg.names.platforms import find_platforms
from kg.names.reforms import find_reforms
from kg.resources import ontology_path
from kg.terms.lexicon import Lexicon
from kg.text.fold import fold

FINDERS = {"reform_names": find_reforms, "platform_names": find_platforms}


def params(name):
    for row in rows(name):
        yield pytest.param(name, row["text"], row["labels"], id=f"{row['kind']}-{row['text'][:16]}", marks=marks(row))


@pytest.mark.parametrize(("name", "text", "labels"), [*params("reform_names"), *params("platform_names")])
def test_the_names_of_a_text(name, text, labels):
    mentions, _ = FINDERS[name](fold(text), lexicon())

    assert labels == "|".join(m.label for m in mentions)


@pytest.mark.parametrize(("name", "least"), [("reform_names", 45), ("platform_names", 45)])
def test_every_case_is_collected_and_of_a_known_kind(name, least):
    found = rows(name)

    assert least <= len(found) == len(list(params(name)))
    assert {"wild", "synthetic", "negative", "known-failure"} == {row["kind"] for row in found}
    assert all(not row["labels"] for row in found if row["kind"] == "negative")


def test_a_dropped_candidate_keeps_its_reason():
    _, rejections = find_reforms(fold("打通“最后一公里”"), lexicon())

    assert ["quoted-otherwise"] == [r.reason for r in rejections]


def test_reforms_of_a_platforms_name_are_left_to_the_platform():
    text = fold("依托“一网通办”平台")
    platforms, _ = find_platforms(text, lexicon())

    assert () == find_reforms(text, lexicon(), platforms)[0]
    assert find_reforms(text, lexicon(), ())[0]


def test_offsets_are_those_of_the_text_in_traditional_script():
    text = "推進“一窗快辦”改革"
    (mention,), _ = find_reforms(fold(text), lexicon())

    assert "一窗快辦" == mention.span.of(text)
    assert "一窗快办" == mention.label


def test_a_document_is_shown_its_own_form_of_a_listed_name():
    folded = "推行免证照"
    known = Mention(Kind.REFORM, Span(2, 5), "免证办", "term", known=True)

    assert "免证照" == shown(known, folded)
    assert "一窗快办" == shown(Mention(Kind.REFORM, Span(2, 5), "一窗快办", "form"), folded)


def test_the_boundary_falls_after_the_last_cue_word():
    folded = "县依托市证照核验平台"

    assert 3 == boundary(lexicon()).start(folded, 8)


def test_quotations_of_every_kind():
    assert ["甲", "乙", "丙", "丁"] == [q.inner.of('“甲”「乙」『丙』"丁"') for q in quotations('“甲”「乙」『丙』"丁"')]
    assert () == quotations('<a title="名称">')
    assert "一表快填平台" == plain("“一表快填” 平台")


PIECES = [
    *[
        "推行",
        "依托",
        "登录",
        "“",
        "”",
        "「",
        "」",
        "、",
        "，",
        "。",
        "一窗快办",
        "平台",
        "系统",
        "APP",
        "改革",
        "一件事",
        "码",
    ],
    *["等3个系统", "12345", "热线", "的", "县", "市", "与", "《", "》", " ", "\n", "x", "1.", "e", "%"],
]


def cue_sets(file):
    return re.findall(r"(?m)^cue:(\S+) a kg:CueSet", (ontology_path() / "cues" / file).read_text(encoding="utf-8"))


def answers(words):
    return [
        [m.label for m in finder(fold(row["text"]), words)[0]]
        for name, finder in FINDERS.items()
        for row in rows(name)
        if row["kind"] != "known-failure"
    ]


@pytest.mark.parametrize("cue", cue_sets("names.ttl"))
def test_some_case_fails_without_each_cue_set(cue):
    every = lexicon()
    words = {name: every.words(name) for name in cue_sets("names.ttl")}
    without = Lexicon(every.terms, words | {cue: ("\uffff",)}, "")

    assert answers(every) != answers(without)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_names_lie_in_the_text_and_not_over_each_other(text):
    folded = fold(text)
    for finder in FINDERS.values():
        mentions, rejections = finder(folded, lexicon())
        assert all(m.label and m.span.end <= len(text) for m in mentions)
        assert all(r.span.end <= len(text) for r in rejections)
        assert all(a.span.end <= b.span.start for a, b in pairwise(mentions))
