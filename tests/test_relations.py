import re

import pytest
from casebook import lexicon, marks, rows

from kg.facts.relations import find_relations
from kg.model import Kind, Mention, Meta, Span
from kg.names.platforms import find_platforms
from kg.names.reforms import find_reforms
from kg.resources import ontology_path
from kg.terms.lexicon import Lexicon
from kg.text.fold import fold
from kg.text.segment import segment

CUES = ontology_path() / "cues" / "relations.ttl"
HOME = Meta(region="511600", region_name="四川省广安市")
REGIONS = {"海南省": "460000", "广西壮族自治区": "450000", "邻水县": "511623", "宁强县": "610726", "阆中市": "511381"}


def cue_sets():
    return re.findall(r"(?m)^cue:(\S+) a kg:CueSet", CUES.read_text(encoding="utf-8"))


def params():
    for row in rows("relations"):
        yield pytest.param(row["text"], row["relations"], id=f"{row['kind']}-{row['text'][:16]}", marks=marks(row))


def relations(text, meta=HOME, plans=(), words=None):
    folded, words = fold(text), words or lexicon()
    platforms, _ = find_platforms(folded, words)
    reforms, _ = find_reforms(folded, words, platforms)
    places = [
        Mention(Kind.REGION, Span(*m.span()), name, "gazetteer", code=code)
        for name, code in REGIONS.items()
        for m in re.finditer(name, folded)
    ]
    mentions = [*reforms, *platforms, *places]
    return find_relations(folded, segment(folded).sentences, mentions, meta, words, plans)


def written(found):
    return {
        f"{r.predicate}:{r.object}" if r.predicate == "adopts" else f"{r.predicate}:{r.subject}>{r.object}"
        for r in found
    }


@pytest.mark.parametrize(("text", "expected"), list(params()))
def test_the_relations_of_a_text(text, expected):
    assert set(filter(None, expected.split("|"))) == written(relations(text))


def test_every_case_is_collected_and_of_a_known_kind():
    found = rows("relations")

    assert 18 <= len(found) == len(list(params()))
    assert {"wild", "synthetic", "negative", "known-failure"} == {row["kind"] for row in found}


def test_what_stands_in_a_plan_is_not_adopted():
    text = "推行“一窗快办”改革。"

    assert relations(text)
    assert () == relations(text, plans=[Span(0, len(text))])


def test_a_report_of_no_known_region_says_what_is_adopted_but_not_by_whom():
    found = relations("推行“一窗快办”改革。", meta=Meta())

    assert [(None, "adopts", "一窗快办")] == [(r.subject, r.predicate, r.object) for r in found]


def test_a_relation_is_stated_once_with_its_first_evidence():
    found = relations("推行“一窗快办”改革。今年“一窗快办”改革提速。")

    assert 1 == len(found)
    assert Span(0, 11) == found[0].evidence
    assert "511600" == found[0].subject


@pytest.mark.parametrize("cue", cue_sets())
def test_some_case_fails_without_each_cue_set(cue):
    every = lexicon()
    names = re.findall(r"(?m)^cue:(\S+) a kg:CueSet", CUES.read_text(encoding="utf-8"))
    names += re.findall(r"(?m)^cue:(\S+) a kg:CueSet", (CUES.parent / "names.ttl").read_text(encoding="utf-8"))
    without = Lexicon(every.terms, {name: every.words(name) for name in names} | {cue: ("\uffff",)}, "")
    texts = [row["text"] for row in rows("relations") if row["kind"] != "known-failure"]

    assert [relations(t) for t in texts] != [relations(t, words=without) for t in texts]
