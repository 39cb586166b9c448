from dataclasses import replace
from decimal import Decimal

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from invented import LEXICON, OLD_TEXT, TEXT, REGIONS, first, second

from kg.errors import BadOntology, KgError
from kg.graph import codes_of, to_nquads
from kg.iris import BASE, DEF, PREFIXES, Iris, compact, escape
from kg.model import Kind, Mention, Meta, Observation, Quantity, Span
from kg.nquads import decimal, literal
from kg.read import document
from kg.resources import ontology_path
from kg.vocabulary import terms_nquads

PREFIX_LINES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


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


QUESTIONS = [
    ("who adopted it, by the direct link", "SELECT ?r { ?r kg:adopts reform:云上通办 } ORDER BY ?r", ["990101", "990102"]),
    ("the adoption has adopter, agency, period and sentence",
     """SELECT DISTINCT ?s { ?a a kg:Adoption ; kg:adopter region:990101 ; kg:reform reform:云上通办 ; kg:agency ?g ;
        sdmx-dimension:refPeriod "2023"^^xsd:gYear ; kg:evidence/oa:hasSelector/oa:exact ?s } ORDER BY ?s""",
     [TEXT.splitlines()[2], TEXT.splitlines()[1]]),
    ("what it runs on", "SELECT ?p { reform:云上通办 kg:deliveredThrough ?p }", ["松政通"]),
    ("the delivery", "SELECT ?p { [] a kg:Delivery ; kg:reform reform:云上通办 ; kg:platform ?p }", ["松政通"]),
    ("a partner named in the text has its code", "SELECT ?r { reform:云上通办 kg:sharedWith ?r }", ["980000"]),
    ("the partnership", "SELECT ?r { [] a kg:Partnership ; kg:partner ?r ; sdmx-dimension:refArea region:990101 }", ["980000"]),
    ("policies", "SELECT ?p { [] dct:references ?p }", ["松河县便民服务办法"]),
    ("the publisher belongs to the report's region", "SELECT ?g { [] dct:publisher ?g . ?g kg:actsFor region:990101 }", ["松河县政务服务局"]),
    ("an agency's type is its longest ending", "SELECT ?t { [] dct:publisher ?g . ?g org:classification ?t } ORDER BY ?t", ["局", "政务服务局"]),
    ("an agency of unknown region belongs to none", "SELECT ?g { [] kg:agency ?g FILTER NOT EXISTS { ?g kg:actsFor ?r } }", ["松河县便民中心"]),
    ("names that no list holds", "SELECT ?l { ?t kg:coined true ; skos:prefLabel ?l } ORDER BY ?l", ["一窗\n受理", "台", '雾\\岭" 1<2>', "项"]),
    ("a region without a code", "SELECT ?r { ?r kg:adopts/skos:prefLabel '一窗\\n受理'@zh-hans }", ["雾岭高新区"]),
    ("what the report says of itself", "SELECT ?n { [] dct:identifier ?n ; dct:issued '2024-02-01'^^xsd:date }", ["松政〔2024〕7号"]),
    ("the scripts", "SELECT ?s { [] kg:script ?s } ORDER BY ?s", ["Hans", "Hant"]),
    ("a file's folder is nobody's business", "SELECT ?p { [] kg:path ?p } ORDER BY ?p", ["松河.txt", "雾岭.txt"]),
    ("a month", "SELECT ?u { [] sdmx-dimension:refPeriod '2022-06'^^xsd:gYearMonth ; kg:written ?u }", ["12台"]),
    ("targets", "SELECT DISTINCT ?v { [] kg:modality kg:target ; sdmx-measure:obsValue ?v }", ["1200"]),
    ("mentions", "SELECT ?x { [] a kg:Mention ; kg:means reform:云上通办 ; oa:exact ?x } ORDER BY ?x", ["云上通办", "云上通办", "雲上通辦"]),
    ("how a graph came about", "SELECT DISTINCT ?v { ?g prov:wasGeneratedBy/kg:termsVersion ?v }", [LEXICON.version]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), [pytest.param(q, e, id=name) for name, q, e in QUESTIONS])
def test_question(both, query, expected):
    from urllib.parse import unquote

    assert [
        unquote(value.split("/")[-1].split("#")[-1]) if value.startswith("http") else value
        for (value,) in select(both, query)
    ] == expected


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


def test_a_blank_node_in_the_ontology_is_refused(tmp_path):
    (tmp_path / "bad.ttl").write_text("<http://e/a> <http://e/b> [] .")
    with pytest.raises(BadOntology, match="blank node"):
        terms_nquads(tmp_path, REGIONS, [])


@pytest.mark.parametrize(
    ("written", "value", "expected"),
    [("18.67万", "186700", "100"), ("1,854", "1854", "1"), ("76.82", "76.82", "0.01"), ("11亿", "1100000000", "100000000"),
     ("三", "3", None), ("三成", "30", None), ("0", "0", None), ("3—5", "5", None), ("20", "20.0", "1")],
)  # fmt: skip
def test_precision_is_the_worth_of_the_last_written_digit(written, value, expected):
    text = f"计{written}。"
    span = Span(1, 1 + len(written))
    one = Observation(
        Quantity(span, span, Decimal(value), None), "数", None, None, None, None, None, None, "actual", span, "r"
    )  # type: ignore[arg-type]
    from kg.model import Extraction, Modality

    s = store(quads(Extraction(document(text), Meta(), (), (replace(one, modality=Modality.ACTUAL),))))

    assert select(s, "SELECT ?p { [] kg:precision ?p }") == ([(expected,)] if expected else [])


@pytest.mark.parametrize(
    ("value", "written"), [("186700.00", "186700"), ("1E+3", "1000"), ("-0", "0"), ("0.50", "0.5"), ("100", "100")]
)
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
    from kg.model import Extraction

    found = Extraction(
        document(text, text),
        Meta(text, text, text, None, text, text, text),
        tuple(Mention(kind, span, span.of(text), "r") for kind in Kind),
    )
    s = store(quads(found))

    assert {(span.of(text),)} == set(select(s, "SELECT ?x { [] a kg:Mention ; oa:exact ?x }"))


@pytest.mark.parametrize("base", ["reform", "http://e/a b/", "https://w3id.org/x", "http://e/<>/"])
def test_a_base_that_makes_no_iris_is_refused(base):
    with pytest.raises(KgError, match="no base"):
        Iris(base)
