import csv
import importlib.util
import re
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from invented import LEXICON, REGIONS, first, ontology, second

from kg.checks.claims import Check, Grade, Kind, figure
from kg.graph.iris import BASE, DEF, PREFIXES
from kg.graph.report import codes_of, software_version, to_nquads
from kg.graph.validate import validate
from kg.graph.vocabulary import terms_nquads
from kg.resources import ontology_path

LINES = (Path(__file__).parent / "cases" / "validate.tsv").read_text(encoding="utf-8").splitlines()
CASES = list(csv.DictReader(LINES, delimiter="\t"))
REPORT = f"{BASE}report/{'ab' * 8}"
NODES = {
    "reform": BASE + "reform/通办",
    "platform": BASE + "platform/松政通",
    "indicator": BASE + "indicator/网上办件率",
    "agency": BASE + "agency/990101/松河县政务服务局",
    "policy": BASE + "policy/松河县便民服务办法",
    "region": BASE + "region/990101",
    "zone": BASE + "region/雾岭高新区",
    "class": DEF + "Region",
    "report": REPORT,
    "obs": REPORT + "#obs-61-66",
    "adoption": REPORT + "#adopts-22-26",
    "delivery": REPORT + "#delivery-30-37",
    "partner": REPORT + "#partner-69-72",
    "span": REPORT + "#span-61-66",
    "pos": REPORT + "#pos-48-54",
    "quote": REPORT + "#quote-48-54",
    "check": REPORT + "#check-61-66",
    "mention": REPORT + "#mention-0-8",
    "run": f"{BASE}run/{software_version()}-{LEXICON.version}",
}


def checked(report):
    """A check of one of its figures against another."""
    counted, rate = (figure(o.quantity, report.document.folded) for o in report.observations[:2])
    bounds, sentence = (rate.range, counted.range), report.observations[0].evidence
    return Check(Kind.RATIO, "test", rate, (counted,), "3.25", Fraction(370, 4), *bounds, Grade.FOLLOWS, sentence)


def built(folder):
    reports = (first(), second())
    codes = {code for report in reports for code in codes_of(report, REGIONS)}
    store = ox.Store()
    quads = (
        to_nquads(r, REGIONS, LEXICON, checks=c) for r, c in zip(reports, ([checked(reports[0])], []), strict=True)
    )
    for text in (terms_nquads(ontology(folder), REGIONS, codes), *quads):
        store.load(text, ox.RdfFormat.N_QUADS)
    return store


def plant(store, number, case):
    """A copy of a sound node, without what the case drops and with what it puts there."""
    copy = f"{BASE}planted/{number}"
    dropped = [PREFIXES[p.split(":")[0]] + p.split(":")[1] for p in case["dropped"].split(",") if p]
    for quad in list(store.quads_for_pattern(ox.NamedNode(NODES[case["node"]]), None, None)):
        if quad.predicate.value not in [*dropped, DEF + "adopts", PREFIXES["skos"] + "altLabel"]:
            store.add(ox.Quad(ox.NamedNode(copy), quad.predicate, quad.object, quad.graph_name))
    if case["put"]:
        store.update(f"INSERT DATA {{ <{copy}> {case['put']} }}", prefixes=PREFIXES)
    return copy


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The rules that each planted node breaks: all cases in one graph, which is validated once."""
    store = built(tmp_path_factory.mktemp("ontology"))
    names = [plant(store, number, case) for number, case in enumerate(CASES)]
    rules = defaultdict(set)
    for finding in validate(store):
        rules[finding.focus].add(finding.rule)
    return [rules[name] for name in names]


def test_no_case_was_lost():
    assert Counter(case["kind"] for case in CASES) == {"synthetic": 83, "negative": 6}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{c['rule']}: {c['note']}" for c in CASES])
def test_case(found, number):
    case = CASES[number]
    if case["kind"] == "negative":
        assert found[number] == set()
    else:
        assert case["rule"] in found[number]


def test_a_sound_graph_has_no_fault(tmp_path):
    assert validate(built(tmp_path)) == []


def test_an_alias_owned_twice_is_found(tmp_path):
    store = built(tmp_path)
    store.update("INSERT DATA { reform:通办 skos:altLabel '云上办'@zh-hans }", prefixes=PREFIXES)

    assert [(f.focus, f.rule) for f in validate(store)] == [("云上办", "one-owner")]


def test_every_rule_has_a_case_and_a_remedy():
    shapes = rdflib.Graph().parse(ontology_path() / "shapes.ttl")
    rules = {str(s).rsplit("/", 1)[-1] for s in shapes.subjects(rdflib.URIRef("http://www.w3.org/ns/shacl#message"))}
    remedies = {str(s).rsplit("/", 1)[-1] for s in shapes.subjects(rdflib.URIRef(DEF + "remedy"))}

    assert rules == remedies
    assert rules - {c["rule"] for c in CASES} == {"one-owner"}


def test_a_finding_says_what_is_wrong_and_what_mends_it(tmp_path):
    store = built(tmp_path)
    (evidence,) = store.quads_for_pattern(ox.NamedNode(NODES["obs"]), ox.NamedNode(DEF + "evidence"), None)
    store.remove(evidence)
    (finding,) = validate(store)

    assert finding.focus == NODES["obs"]
    assert finding.rule == "evidence"
    assert finding.message == "has no sentence as evidence"
    assert finding.remedy


def test_every_word_of_ours_in_the_ontology_is_defined():
    core = {q.subject.value for q in ox.parse(path=ontology_path() / "core.ttl")}
    used = set()
    for path in ontology_path().rglob("*.ttl"):
        used |= {DEF + word for word in re.findall(r"(?<![\w\"])kg:([A-Za-z]\w*)", path.read_text(encoding="utf-8"))}

    assert sorted(used - core) == []


def test_the_page_of_the_model_is_in_step_with_the_ontology():
    script = Path(__file__).parent.parent / "scripts" / "make_model_page.py"
    spec = importlib.util.spec_from_file_location("make_model_page", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    assert module.PAGE.read_text(encoding="utf-8") == module.page(), "run: python scripts/make_model_page.py"
