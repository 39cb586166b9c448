import csv
import io
import json
import random
from collections import Counter
from itertools import pairwise
from xml.etree import ElementTree as ET

import igraph
import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from invented import OLD_TEXT, TEXT, first, second
from test_store import chunks

from kg.errors import KgError
from kg.exports.export import FORMATS, Counts, export, write_picture
from kg.exports.picture import Edge, Node, Picture
from kg.exports.rows import COLUMNS
from kg.exports.selection import ALL_KINDS, Options
from kg.exports.styles import STYLES, csv_line, xml
from kg.graph.iris import BASE

ALL = Options(ALL_KINDS, observations=True, evidence=True)


@pytest.fixture(scope="module")
def store():
    built = ox.Store()
    for chunk in chunks(first(), second()):
        built.load(chunk, ox.RdfFormat.N_QUADS)
    return built


def written(store, fmt, options=None):
    file = io.BytesIO()
    return export(store, fmt, file, options), file.getvalue()


def as_networkx(data, fmt):
    read = nx.read_graphml if fmt == "graphml" else nx.read_gexf
    return nx.MultiDiGraph(read(io.BytesIO(data), **({"force_multigraph": True} if fmt == "graphml" else {})))


@pytest.mark.parametrize("options", [Options(), ALL], ids=["entities", "all"])
@pytest.mark.parametrize("fmt", ["graphml", "gexf"])
def test_networkx_reads_what_was_written(store, fmt, options):
    counts, data = written(store, fmt, options)
    graph = as_networkx(data, fmt)
    picture = Picture(store, options)
    edges = list(picture.links())

    assert (graph.number_of_nodes(), graph.number_of_edges()) == (counts.nodes, counts.edges)
    for iri, node in picture.entities.items():
        read = graph.nodes[node.id]
        assert (read["label"], read["kind"], read["iri"]) == (node.label, node.kind, iri)
    for edge in edges:
        read = [d for d in graph[edge.source][edge.target].values() if d["interaction"] == edge.kind]
        assert [(d["label"], d["weight"]) for d in read] == [(edge.label, edge.weight)]


def test_igraph_reads_what_was_written(store, tmp_path):
    counts = export(store, "graphml", tmp_path / "g.graphml", ALL)
    graph = igraph.Graph.Read_GraphML(str(tmp_path / "g.graphml"))
    theirs = nx.read_graphml(tmp_path / "g.graphml", force_multigraph=True)

    assert (graph.vcount(), graph.ecount()) == (counts.nodes, counts.edges)
    assert {v["id"]: v["label"] for v in graph.vs} == dict(theirs.nodes(data="label"))
    assert Counter(graph.es["kind"]) == Counter(kind for *_, kind in theirs.edges(data="kind"))
    assert sum(graph.es["weight"]) == sum(weight for *_, weight in theirs.edges(data="weight"))


def test_the_entity_graph_is_what_people_want_to_see(store):
    picture = Picture(store, Options())
    edges = [*picture.links(), *picture.structure()]

    assert [(e.source, e.kind, e.target, e.weight, e.first) for e in edges] == [
        ("region:990101", "adopts", "reform:云上通办", 2, 2023),
        ("region:990102", "adopts", "reform:云上通办", 1, 2022),
        ("region:雾岭高新区", "adopts", "reform:一窗%0A受理", 1, 2022),
        ("reform:云上通办", "deliveredThrough", "platform:松政通", 1, 2023),
        ("reform:云上通办", "sharedWith", "region:980000", 1, 2023),
        ("agency:990101/松河县政务服务局", "actsFor", "region:990101", 1, None),
        ("agency:990102/雾岭区行政审批局", "actsFor", "region:990102", 1, None),
        ("platform:松政通", "serves", "region:990101", 1, None),
        ("region:雾岭高新区", "within", "region:990102", 1, None),
    ]
    assert Counter(n.kind for n in picture.nodes()) == {"Region": 4, "Agency": 3, "Reform": 2, "Platform": 2}

    kinds = Counter(node.kind for node in Picture(store, Options(ALL_KINDS)).entities.values())
    assert kinds == {"Agency": 3, "Indicator": 1, "Platform": 2, "Policy": 1, "Reform": 2, "Region": 4}


def test_policies_and_indicators_can_be_drawn_too(store):
    edges = list(Picture(store, Options(ALL_KINDS)).links())

    assert ("reform:云上通办", "indicator", "indicator:网上办件率") in {(e.source, e.kind, e.target) for e in edges}
    assert ("agency:990101/松河县政务服务局", "references", "policy:松河县便民服务办法") in {
        (e.source, e.kind, e.target) for e in edges
    }


def test_with_evidence_edges_carry_their_sentences_and_reports_are_nodes(store):
    _, data = written(store, "graphml", ALL)
    graph = as_networkx(data, "graphml")
    (adopts,) = [d for d in graph["region:990101"]["reform:云上通办"].values() if d["kind"] == "adopts"]
    report = f"report:{'ab' * 8}"

    assert adopts["evidence"] == "\n".join(TEXT.splitlines()[1:3])
    assert {(t, d["kind"]) for _, t, d in graph.out_edges(report, data=True)} == {
        ("region:990101", "spatial"),
        ("agency:990101/松河县政务服务局", "publisher"),
        ("policy:松河县便民服务办法", "references"),
    }
    assert graph.nodes[f"{report}#obs-61-66"]["value"] == 92.5


COUNTY, DISTRICT, ZONE = "region:990101", "region:990102", "region:雾岭高新区"
FILTERS = [
    ("a province holds its counties", Options(region=BASE + "region/990000"), {COUNTY, DISTRICT, ZONE}),
    ("one county", Options(region=BASE + "region/990101"), {COUNTY}),
    ("one reform", Options(reform=BASE + "reform/云上通办"), {COUNTY, DISTRICT}),
    ("a period", Options(since=2023), {COUNTY}),
    ("until", Options(until=2022), {DISTRICT, ZONE}),
    ("nothing", Options(since=2031), set()),
]


@pytest.mark.parametrize(("options", "adopters"), [pytest.param(o, a, id=name) for name, o, a in FILTERS])
def test_filters_keep_what_is_said_of_the_region_reform_and_period(store, options, adopters):
    picture = Picture(store, options)
    edges = [*picture.links(), *picture.structure()]
    nodes = {n.id for n in picture.nodes()}

    assert {e.source for e in edges if e.kind == "adopts"} == adopters
    assert {end for e in edges for end in (e.source, e.target)} <= nodes
    assert (nodes == set()) == (adopters == set())


def test_a_filtered_turtle_holds_the_chosen_reports_and_no_link_of_another(store):
    _, data = written(store, "turtle", Options(region=BASE + "region/990102"))
    graph = rdflib.Graph().parse(data, format="turtle")
    found = graph.query("SELECT ?r { ?r a kg:Report }", initNs={"kg": BASE + "def#"})
    adopts = graph.query("SELECT ?r ?x { ?r kg:adopts ?x }", initNs={"kg": BASE + "def#"})

    assert [str(r) for (r,) in found] == [f"{BASE}report/{'cd' * 8}"]
    assert {str(r) for r, _ in adopts} == {BASE + "region/990102", BASE + "region/雾岭高新区"}
    assert "松河县便民服务办法" not in data.decode()


@pytest.mark.parametrize(("fmt", "name"), [("turtle", "turtle"), ("nquads", "nquads"), ("jsonld", "json-ld")])
def test_rdflib_and_oxigraph_read_back_every_triple(store, fmt, name):
    counts, data = written(store, fmt)
    theirs = rdflib.Dataset(default_union=True).parse(data=data.decode(), format=name)
    triples = {tuple(str(getattr(t, "value", t)) for t in (q.subject, q.predicate, q.object)) for q in store}
    again = ox.Store()
    again.load(
        data, {"turtle": ox.RdfFormat.TURTLE, "nquads": ox.RdfFormat.N_QUADS, "jsonld": ox.RdfFormat.JSON_LD}[fmt]
    )

    assert {tuple(map(str, t)) for t in theirs.triples((None, None, None))} == triples
    assert {(q.subject, q.predicate, q.object) for q in again} == {(q.subject, q.predicate, q.object) for q in store}
    assert counts.edges == len(store) == len(again)
    if fmt != "turtle":
        assert set(again.named_graphs()) == set(store.named_graphs())


def test_jsonld_reads_well(store):
    _, data = written(store, "jsonld")
    graphs = {graph["id"]: {node["id"]: node for node in graph["@graph"]} for graph in json.loads(data)["@graph"]}
    report = f"{BASE}report/{'ab' * 8}"

    assert graphs[BASE + "graph/regions"]["region:990101"] == {
        "id": "region:990101", "type": ["schema:AdministrativeArea", "kg:Region"], "prefLabel": {"zh-hans": "松河县"},
        "altLabel": {"zh-hans": "松河"}, "notation": "990101", "formerName": {"zh-hans": "松河市"},
        "fullName": {"zh-hans": "云岭省清溪市松河县"}, "level": "kg:county", "within": "region:990100",
    }  # fmt: skip
    figure = graphs[report + "/graph"][report + "#obs-61-66"]
    assert (figure["obsValue"], figure["ofReform"], figure["kg:approximate"]) == ("92.5", "reform:云上通办", False)


def test_gexf_tells_gephi_kind_time_and_colour(store):
    _, data = written(store, "gexf")
    ns = {"g": "http://gexf.net/1.3", "viz": "http://gexf.net/1.3/viz"}
    root = ET.fromstring(data)  # noqa: S314  our own file
    (adopts,) = root.findall(".//g:edge[@source='region:990102'][@kind='adopts']", ns)
    node = root.find(".//g:node[@id='reform:云上通办']", ns)

    assert root.find("g:graph", ns).attrib == {
        "mode": "dynamic", "defaultedgetype": "directed", "timeformat": "date", "timerepresentation": "interval"
    }  # fmt: skip
    assert (adopts.get("start"), adopts.get("end")) == ("2022-01-01", "2022-12-31")
    assert node.find("viz:color", ns).attrib == {"r": "213", "g": "94", "b": "0"}  # PALETTE["Reform"]
    assert node.find("viz:size", ns).get("value") == "40"


@pytest.mark.parametrize("fmt", ["graphml", "gexf"])
def test_edge_ids_are_unique_and_nodes_come_first(store, fmt):
    _, data = written(store, fmt, ALL)
    ids = [e.get("id") for e in ET.fromstring(data).iter() if e.tag.endswith("}edge")]  # noqa: S314

    assert len(ids) == len(set(ids))
    assert data.rindex(b"<node ") < data.index(b"<edge ")


def test_graphml_keys_are_the_ones_that_gephi_reads(store):
    _, data = written(store, "graphml")
    keys = [k.attrib for k in ET.fromstring(data) if k.tag.endswith("}key")]  # noqa: S314

    assert {"label", "kind", "iri", "size", "color", "year"} <= {k["attr.name"] for k in keys if k["for"] == "node"}
    assert {"label", "kind", "interaction", "weight", "year"} <= {k["attr.name"] for k in keys if k["for"] == "edge"}
    assert all(k["attr.name"].islower() and k["for"] in {"node", "edge"} for k in keys)


def test_csv_tables_join(store):
    nodes, edges = (
        list(csv.DictReader(io.StringIO(written(store, f"csv-{t}", ALL)[1].decode()))) for t in ("nodes", "edges")
    )
    ids = [n["Id"] for n in nodes]

    assert len(ids) == len(set(ids))
    assert {e[end] for e in edges for end in ("Source", "Target")} <= set(ids)


def test_the_table_of_observations_has_all_that_a_spreadsheet_needs(store):
    counts, data = written(store, "csv-observations")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))

    assert tuple(rows[0]) == COLUMNS
    assert counts == Counts(6, 0)
    assert len(rows) == 6
    for row in rows:
        text = TEXT if row["file"] == "松河.txt" else OLD_TEXT
        assert text[int(row["start"]) : int(row["end"])] == row["written"]
        assert row["sentence"] in text
    assert rows[0] | {
        "region": "松河县", "region_code": "990101", "reform": "云上通办", "platform": "松政通", "value": "32500",
        "unit": "件", "precision": "100", "period": "2023", "modality": "actual", "approximate": "true",
        "publisher": "松河县政务服务局",
    } == rows[0]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        (Options(region=BASE + "region/990101"), 4),
        (Options(reform=BASE + "reform/云上通办"), 4),
        (Options(since=2024), 1),
    ],
)
def test_the_table_of_observations_can_be_cut(store, options, lines):
    assert written(store, "csv-observations", options)[0].nodes == lines


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_graph_gives_the_same_bytes(store, fmt):
    other = ox.Store()
    quads = list(store)
    random.Random(7).shuffle(quads)  # noqa: S311  no secret
    other.extend(quads)

    assert written(other, fmt, ALL)[1] == written(store, fmt, ALL)[1]


def test_an_unknown_format_names_the_nearest(store):
    with pytest.raises(KgError, match="graphml"):
        export(store, "graphm", io.BytesIO())


def test_an_unknown_kind_names_the_nearest(store):
    with pytest.raises(KgError, match="Did you mean Reform"):
        export(store, "graphml", io.BytesIO(), Options(kinds=("Reforms",)))


def test_a_failed_export_leaves_the_old_file(store, tmp_path):
    path = tmp_path / "g.graphml"
    path.write_text("old")
    with pytest.raises(ValueError, match="IRI"):
        export(store, "graphml", path, Options(region="no iri"))

    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["g.graphml"]


@given(st.text())
def test_any_text_makes_xml(text):
    parsed = ET.fromstring(f'<a b="{xml(text)}">{xml(text)}</a>')  # noqa: S314

    kept = "".join(
        c for c in text if c in "\t\n\r" or ("\x20" <= c < "\ud800") or ("\ue000" <= c < "\ufffe") or c > "\uffff"
    )
    assert parsed.text or "" == kept
    assert parsed.get("b") == kept


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2))
def test_any_text_makes_a_csv_cell_and_none_makes_a_formula(cells):
    (read,) = csv.reader(io.StringIO(csv_line(cells), newline=""))

    assert [
        r.removeprefix("'") if c[:1] in {*"=+-@\t\r"} - {""} else r for r, c in zip(read, cells, strict=True)
    ] == cells
    assert not any(r.startswith(("=", "+", "-", "@")) for r in read)


def test_a_large_picture_needs_little_memory(tmp_path):
    """Twenty times the edges, the same memory: edges go through a file."""
    import tracemalloc

    peaks = []
    for size in (2_000, 40_000):
        nodes = [(Node(f"n{i}", f"http://e/{i}", "结点", "Reform"), 4.0) for i in range(100)]
        edges = (
            Edge(f"n{i % 100}", f"n{i * 7 % 100}", "adopts", "推行", 1, 2020, 2021, "句" * 200) for i in range(size)
        )
        tracemalloc.start()
        with (tmp_path / "g").open("wb") as file:
            assert write_picture(STYLES["graphml"], lambda nodes=nodes: nodes, edges, file) == (100, size)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert all(b < 1 << 26 for _, b in pairwise(peaks))
