import csv
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from invented import LEXICON, OLD_TEXT, REGIONS, TEXT, first, second

from kg.errors import BadOntology, KgError
from kg.graph.iris import BASE, DEF, PREFIXES, Iris, compact, escape
from kg.graph.nquads import decimal, literal
from kg.graph.report import codes_of, to_nquads
from kg.graph.vocabulary import terms_nquads
from kg.model import Extraction, Kind, Mention, Meta, Modality, Observation, Quantity, Span
from kg.readers.read import document
from kg.resources import ontology_path

LINES = (Path(__file__).parent / "cases" / "graph.tsv").read_text(encoding="utf-8").splitlines()
QUESTIONS = list(csv.DictReader(LINES, delimiter="\t", quoting=csv.QUOTE_NONE))


def quads(extraction, base=BASE):
    return to_nquads(extraction, REGIONS, LEXICON, base)


def store(*texts):
    s = ox.Store()
    for text in texts:
        s.load(text.encode(), ox.RdfFormat.N_QUADS)
    return s


def select(s, query):
    found = s.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    return [tuple(t and t.value for t in row) for row in found]


@pytest.fixture(scope="module")
def both():
    return store(quads(first()), quads(second()))


def test_rdflib_and_oxigraph_read_the_same_quads(both):
    theirs = rdflib.Dataset().parse(data=quads(first()) + quads(second()), format="nquads")
    ours = {tuple(str(getattr(part, "value", part)) for part in quad) for quad in both}

    assert {tuple(str(part) for part in quad) for quad in theirs.quads()} == ours
    assert len(ours) > 200


def test_nothing_is_blank_and_nothing_stands_in_two_graphs(both):
    found = list(both)

    assert not [q for q in found if isinstance(q.subject, ox.BlankNode) or isinstance(q.object, ox.BlankNode)]
    assert len({(q.subject, q.predicate, q.object) for q in found}) == len(found)


def test_each_line_is_said_once_and_always_in_the_same_order():
    lines = quads(first()).splitlines()

    assert len(set(lines)) == len(lines)
    assert quads(first()) == quads(first())


@pytest.mark.parametrize(
    ("extraction", "text"), [(first(), TEXT), (second(), OLD_TEXT)], ids=["simplified", "traditional"]
)
def test_every_quote_is_what_stands_at_its_place(extraction, text):
    s = store(quads(extraction))
    spans = select(
        s,
        """SELECT ?start ?end ?exact ?prefix ?suffix { { ?x oa:hasSelector ?p, ?q . ?p oa:start ?start ; oa:end ?end .
           ?q oa:exact ?exact OPTIONAL { ?q oa:prefix ?prefix } OPTIONAL { ?q oa:suffix ?suffix } }
           UNION { ?m a kg:Mention ; oa:start ?start ; oa:end ?end ; oa:exact ?exact } }""",
    )

    assert len(spans) >= 7
    for start, end, exact, prefix, suffix in spans:
        assert text[int(start) : int(end)] == exact
        assert text[: int(start)].endswith(prefix or "")
        assert text[int(end) :].startswith(suffix or "")


def test_an_observation_says_all_that_the_report_says_and_no_more(both):
    found = dict(
        select(both, "SELECT ?p ?o { <REPORT#obs-48-54> ?p ?o }".replace("REPORT", f"{BASE}report/{'ab' * 8}"))
    )
    named = {
        compact(k): compact(v) if v.startswith("http") else v for k, v in found.items() if compact(k) != "rdf:type"
    }

    assert named == {
        "qb:dataSet": BASE + "dataset",
        "sdmx-measure:obsValue": "32500",
        "sdmx-attribute:unitMeasure": "unit:件",
        "kg:written": "3.25万件",
        "kg:precision": "100",
        "kg:approximate": "true",
        "kg:bound": "false",
        "kg:indicatorPhrase": "云上通办事项办理量",
        "kg:reform": "reform:云上通办",
        "kg:platform": "platform:松政通",
        "kg:modality": "kg:actual",
        "sdmx-dimension:refArea": "region:990101",
        "sdmx-dimension:refPeriod": "2023",
        "kg:statedIn": f"report:{'ab' * 8}",
        "prov:wasQuotedFrom": f"{BASE}report/{'ab' * 8}#span-48-54",
        "kg:evidence": f"{BASE}report/{'ab' * 8}#span-19-67",
        "kg:rule": "left",
    }


def test_two_observations_on_one_span_are_two_nodes(both):
    found = select(both, "SELECT ?o { ?o kg:written '1,200项' } ORDER BY ?o")

    assert [iri.split("#")[1] for (iri,) in found] == ["obs-109-115", "obs-109-115-2"]


def test_no_question_was_lost():
    assert len(QUESTIONS) == 19


@pytest.mark.parametrize("case", QUESTIONS, ids=[case["name"] for case in QUESTIONS])
def test_question(both, case):
    """Answers are values, or the last parts of IRIs."""
    found = [v.split("/")[-1].split("#")[-1] if v.startswith("http") else v for (v,) in select(both, case["query"])]
    expected = case["answers"].replace("\\n", "\n").replace("\\\\", "\\").replace("VERSION", LEXICON.version)

    assert [unquote(value) for value in found] == expected.split("|")


def test_the_title_is_tagged_with_its_script(both):
    assert {t.language for q in both if q.predicate.value.endswith("title") for t in [q.object]} == {
        "zh-hans",
        "zh-hant",
    }


def test_another_base_moves_the_instances_and_not_the_vocabulary():
    s = store(quads(first(), "http://example.org/g/"))
    names = {part.value for q in s for part in (q.subject, q.predicate, q.object) if isinstance(part, ox.NamedNode)}

    assert {n for n in names if n.startswith(BASE)} == {n for n in names if n.startswith(DEF)}
    assert "http://example.org/g/reform/云上通办" in names


def test_codes_of_a_report():
    assert codes_of(first(), REGIONS) == {"990101", "980000"}


def test_regions_bring_all_that_lie_above_them():
    s = store(terms_nquads(ontology_path(), REGIONS, ["990101"]))
    above = select(s, "SELECT ?n { region:990101 kg:within+/skos:prefLabel ?n } ORDER BY ?n")
    facts = select(
        s,
        "SELECT ?c ?f ?full ?l { region:990101 skos:notation ?c ; kg:formerName ?f ; kg:fullName ?full ; kg:level ?l }",
    )

    assert above == [("云岭省",), ("清溪市",)]
    assert facts == [("990101", "松河市", "云岭省清溪市松河县", DEF + "county")]


def test_the_ontology_that_ships_says_nothing_in_two_graphs():
    """A triple in two graphs would count twice in one engine and once in another."""
    found = list(store(terms_nquads(ontology_path(), REGIONS, ["990101"])))

    assert len({(q.subject, q.predicate, q.object) for q in found}) == len(found)
    assert {q.graph_name.value for q in found} == {f"{BASE}graph/{name}" for name in ("regions", "terms", "vocabulary")}


def test_another_base_moves_the_terms_too():
    s = store(terms_nquads(ontology_path(), REGIONS, ["990101"], "http://example.org/g/"))
    moved = {q.subject.value for q in s if not q.subject.value.startswith("http://example.org/g/")}

    assert {iri for iri in moved if iri.startswith(BASE)} == {iri for iri in moved if (iri + "#").startswith(DEF)}


def test_a_blank_node_in_the_ontology_is_refused(tmp_path):
    (tmp_path / "bad.ttl").write_text("<http://e/a> <http://e/b> [] .")
    with pytest.raises(BadOntology, match="blank node"):
        terms_nquads(tmp_path, REGIONS, [])


PRECISIONS = [
    ("18.67万", "186700", "100"),
    ("1,854", "1854", "1"),
    ("76.82", "76.82", "0.01"),
    ("11亿", "1100000000", "100000000"),
    ("20", "20.0", "1"),
    ("三", "3", None),
    ("三成", "30", None),
    ("0", "0", None),
    ("3—5", "5", None),
]


@pytest.mark.parametrize(("written", "value", "expected"), PRECISIONS)
def test_precision_is_the_worth_of_the_last_written_digit(written, value, expected):
    span = Span(1, 1 + len(written))
    quantity = Quantity(span, span, Decimal(value), None)
    one = Observation(quantity, "数", None, None, None, None, None, None, Modality.ACTUAL, span, "rule")
    s = store(quads(Extraction(document(f"计{written}。"), Meta(), (), (one,))))

    assert select(s, "SELECT ?p { [] kg:precision ?p }") == ([(expected,)] if expected else [])


DECIMALS = [("186700.00", "186700"), ("1E+3", "1000"), ("-0", "0"), ("0.50", "0.5"), ("100", "100")]


@pytest.mark.parametrize(("value", "written"), DECIMALS)
def test_decimals_are_exact_and_canonical(value, written):
    assert decimal(Decimal(value)).startswith(f'"{written}"^^')


@given(st.text(), st.text())
def test_names_never_meet_and_make_iris(one, other):
    assert (escape(one) == escape(other)) == (one == other)
    assert ox.NamedNode(Iris().named("reform", one)).value == rdflib.URIRef(Iris().named("reform", one)).n3()[1:-1]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_as_a_literal(text):
    line = f"<http://e/a> <http://e/b> {literal(text)} .\n"

    assert next(iter(ox.parse(line, ox.RdfFormat.N_QUADS))).object.value == text
    assert str(next(iter(rdflib.Dataset().parse(data=line, format="nquads").objects()))) == text


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.data())
def test_no_text_breaks_the_graph(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    mentions = tuple(Mention(kind, span, span.of(text), "rule") for kind in Kind)
    s = store(quads(Extraction(document(text, text), Meta(text, text, text, None, text, text, text), mentions)))

    assert {(span.of(text),)} == set(select(s, "SELECT ?x { [] a kg:Mention ; oa:exact ?x }"))


@pytest.mark.parametrize("base", ["reform", "http://e/a b/", "https://w3id.org/x", "http://e/<>/"])
def test_a_base_that_makes_no_iris_is_refused(base):
    with pytest.raises(KgError, match="no base"):
        Iris(base)
