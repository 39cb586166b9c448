import time
from collections import defaultdict
from itertools import pairwise

import pytest
from casebook import marks, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import parse

from kg.bodies.agencies import find_agencies
from kg.bodies.find import find_bodies
from kg.bodies.grammar import PARTY, grammar_of
from kg.model import Meta
from kg.places.regions import find_regions
from kg.resources import ontology_path
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon
from kg.text.fold import fold

CASES = rows("agencies")
LEXICON = load_lexicon()
GAZETTEER = load_gazetteer()
PUBLISHER = "平江县行政审批局"  # of every case


def agencies(text, home=None, publisher=PUBLISHER):
    folded = fold(text)
    regions = find_regions(folded, LEXICON, GAZETTEER, GAZETTEER.by_code(home) if home else None)
    return find_agencies(folded, Meta(region=home, publisher=publisher), regions, LEXICON, GAZETTEER)


def test_no_case_was_lost():
    assert len(CASES) == 64
    assert {case["kind"] for case in CASES} == {"wild", "synthetic", "negative", "known-failure"}
    assert not any((case["found"] or "").strip() for case in CASES if case["kind"] == "negative")


def param(case):
    return pytest.param(
        case["text"], case["home"] or None, (case["found"] or "").strip(), id=case["text"], marks=marks(case)
    )


@pytest.mark.parametrize(("text", "home", "found"), [param(case) for case in CASES])
def test_case(text, home, found):
    assert "|".join(f"{m.span.of(text)}={m.label}" for m in agencies(text, home)) == found


def test_nobody_is_we_where_the_publisher_is_not_known():
    assert agencies("我局推出新举措", "430626", None) == ()


def test_an_agency_acts_for_a_region_by_code():
    assert [m.code for m in agencies("市司法局、县司法局与公安部", "430626")] == ["430600", "430626", None]


@pytest.mark.parametrize("term", LEXICON.of_kind("AgencyType"), ids=lambda term: term.label)
def test_each_type_is_found_in_its_example(term):
    for example in term.facts["example"]:
        found = find_bodies(fold(example), (), "430626", LEXICON, GAZETTEER)

        assert term.label in {body.core for body in found}


def test_bodies_of_a_party_committee_bear_its_name():
    grammar = grammar_of(LEXICON)
    party = [term.label for term in LEXICON.of_kind("AgencyType") if grammar.scheme(term.label, PARTY)]

    assert len(party) > 10
    for label in party:
        assert [m.label for m in agencies(f"经县委{label}同意", "430626")] == [f"中共平江县委{label}"]


def test_an_enumeration_of_fields_takes_linear_time():
    text = "政务服务数据管理监督指导协调" * 5_000
    started = time.perf_counter()
    find_bodies(text, (), "430626", LEXICON, GAZETTEER)

    assert time.perf_counter() - started < 5  # seconds; a tenth of it in practice


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="县市区委局办政府司法公安我各、《》的人民大中心数据管理和 ", max_size=40))
def test_any_text_is_read_and_mentions_are_in_order(text):
    spans = [m.span for m in agencies(text, "430626")]

    assert spans == sorted(spans)
    assert not any(a.meets(b) for a, b in pairwise(spans))


@pytest.mark.parametrize("name", ["agencies", "meta", "policies"])
def test_each_cue_set_has_an_example_with_a_word_of_it(name):
    told = defaultdict(lambda: defaultdict(list))
    for quad in parse(path=ontology_path() / "cues" / f"{name}.ttl"):
        told[quad.subject.value][quad.predicate.value.split("#")[-1]].append(quad.object.value)

    assert len(told) > 5
    for cue, values in told.items():
        assert all(any(w in example for w in values["word"]) for example in values["example"]), cue
        assert values["example"], cue
