"""The main job on three real reports, from files to graph, lookups, SPARQL, exports. Skipped where they are absent."""

import io
from decimal import Decimal
from pathlib import Path

import igraph
import networkx as nx
import pyoxigraph as ox
import pytest

import kg
from kg.ask.query import shipped
from kg.builds.build import build
from kg.exports.export import export
from kg.extract import extract
from kg.graph.census import counts
from kg.graph.iris import PREFIXES
from kg.graph.store import as_rdflib, open_store
from kg.graph.validate import validate
from kg.readers.read import read
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon

REPORTS = Path(__file__).parent.parent.parent / "shared" / "reports"
FILES = sorted(REPORTS.glob("0*.txt"))

pytestmark = pytest.mark.skipif(not FILES, reason="the real reports (../shared/reports) are not here")

HEAD = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
JOIN = """
SELECT ?region ?reform ?platform ?value WHERE {
  ?fact a kg:Observation ; sdmx-dimension:refArea/skos:prefLabel ?region ; kg:reform/skos:prefLabel ?reform ;
        kg:platform/skos:prefLabel ?platform ; sdmx-measure:obsValue ?value .
  FILTER(lang(?region) = "zh-hans" && lang(?reform) = "zh-hans" && lang(?platform) = "zh-hans")
}"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    out = tmp_path_factory.mktemp("real")
    return out, build(FILES, out)


@pytest.fixture(scope="module")
def graph(built):
    return kg.open(built[0])


def figures(rows, reform=None, platform=None):
    return {
        (row["value"], row["unit"])
        for row in rows
        if row["value"] is not None and reform in (None, row["reform"]) and platform in (None, row["platform"])
    }


def test_all_three_are_read(built):
    assert (built[1].reports, built[1].skipped) == (3, ())


def test_fujian_shows_shaxian_with_its_reforms_and_figures(graph):
    rows = graph.lookup("福建")

    assert {row["code"] for row in rows} == {"350405"}
    assert {(90, "项"), (1854, "件")} <= figures(rows, reform="跨省通办")
    assert (126192, "本") in figures(rows, reform="免证办")
    assert {"闽政通", "e三明"} <= {row["platform"] for row in rows}
    assert all(row["evidence"] for row in rows if row["statement"] != "names")


def test_a_reform_finds_its_region(graph):
    rows = graph.lookup(reform="市县同权")

    assert {row["code"] for row in rows} == {"360732"}
    assert (969, "件") in figures(rows)


def test_a_platform_finds_its_figure(graph):
    assert (265585, "件") in figures(graph.lookup("徐闻"), platform="粤智助")


def test_sparql_joins_region_reform_platform_and_value_and_rdflib_agrees(built):
    query = HEAD + JOIN
    store = open_store(built[0])
    ours = [tuple(cell.value for cell in row) for row in store.query(query, use_default_graph_as_union=True)]
    theirs = [tuple(str(cell) for cell in row) for row in as_rdflib(built[0]).query(query)]

    def exact(rows):
        return sorted((region, reform, platform, Decimal(value)) for region, reform, platform, value in rows)

    assert len(ours) > 20
    assert exact(ours) == exact(theirs)


def test_every_quote_is_what_the_report_says_there(built):
    texts = {path.name: path.read_text(encoding="utf-8-sig") for path in FILES}
    query = (
        HEAD
        + """SELECT ?path ?start ?end ?exact WHERE {
          ?span oa:hasSource/kg:path ?path ; oa:hasSelector ?position , ?quote .
          ?position oa:start ?start ; oa:end ?end . ?quote oa:exact ?exact }"""
    )
    rows = list(open_store(built[0]).query(query, use_default_graph_as_union=True))

    assert len(rows) > 300
    for row in rows:
        text = texts[row["path"].value.rsplit("/", 1)[-1]]
        assert text[int(row["start"].value) : int(row["end"].value)] == row["exact"].value


def test_graphml_opens_in_networkx_and_igraph_with_the_same_counts(built, tmp_path):
    path = tmp_path / "reforms.graphml"
    counts = export(open_store(built[0]), "graphml", path)
    network = nx.read_graphml(io.BytesIO(path.read_bytes()), force_multigraph=True)
    other = igraph.Graph.Read_GraphML(str(path))

    assert (counts.nodes, counts.edges) == (network.number_of_nodes(), network.number_of_edges())
    assert (counts.nodes, counts.edges) == (other.vcount(), other.ecount())
    assert all(data["label"] and data["kind"] for _, data in network.nodes(data=True))
    assert all(data["weight"] >= 1 for *_, data in network.edges(data=True))


def test_the_graph_fits_its_shapes(built):
    assert validate(open_store(built[0])) == []


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_named_question_runs(graph, name):
    if name != "adoption-graph":  # a CONSTRUCT: it has no rows
        assert isinstance(graph.query(name), list)


def test_counts_agree_in_extraction_graph_lookup_and_exports(built):
    lexicon, gazetteer, table = load_lexicon(), load_gazetteer(), io.BytesIO()
    extractions = [extract(read(path), lexicon, gazetteer) for path in FILES]
    facts = sum(len(e.observations) for e in extractions)
    adoptions = sum(r.predicate == "adopts" for e in extractions for r in e.relations)
    store = open_store(built[0])
    export(store, "csv-observations", table)
    rows = [row for code in ("350000", "360000", "440000") for row in kg.open(built[0]).lookup(code)]

    assert facts == built[1].observations == counts(store)["kg:Observation"]
    assert facts == table.getvalue().decode("utf-8-sig").strip().count("\n")
    assert facts == sum(row["statement"] == "figure" for row in rows)
    assert adoptions == counts(store)["kg:Adoption"] == sum(row["statement"] == "adopts" for row in rows)


def test_no_fact_without_its_evidence(built):
    lacking = HEAD + ("SELECT ?fact WHERE { ?fact a kg:Observation FILTER NOT EXISTS { ?fact kg:evidence ?span } }")

    assert isinstance(open_store(built[0]), ox.Store)
    assert not list(open_store(built[0]).query(lacking, use_default_graph_as_union=True))
