"""The graph of the shipped digests: every named question has its expected answer, and counts agree everywhere.

`UPDATE_ANSWERS=1 pytest tests/test_digests.py` writes the answers anew; then read the diff.
"""

import io
import os
from collections import Counter
from pathlib import Path

import networkx as nx
import pytest

import kg
from kg.ask.query import shipped
from kg.builds.build import build
from kg.exports.export import export
from kg.graph.census import counts
from kg.graph.iris import PREFIXES
from kg.graph.store import open_store
from kg.graph.validate import validate
from kg.table import plain

ROOT = Path(__file__).parent.parent
ANSWERS = Path(__file__).parent / "golden" / "answers"
PROVINCES = "120000 310000 330000 340000 350000 360000 430000 440000 610000 630000".split()
APART = {"provenance", "adoption-graph"}  # versions and triples; tests of their own ask them
HEAD = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("digests")
    build([ROOT / "data" / "reports"], folder)
    return folder


def test_every_question_is_answered_here():
    assert {path.stem for path in ANSWERS.glob("*.tsv")} == set(shipped()) - APART


@pytest.mark.parametrize("name", sorted(set(shipped()) - APART))
def test_a_question_has_its_expected_answer(name, out):
    rows = kg.open(out).query(name)
    lines = ["\t".join(rows[0])] if rows else []
    lines += ["\t".join(plain(value).replace("\n", " ") for value in row.values()) for row in rows]
    actual = "".join(f"{line}\n" for line in lines)
    path = ANSWERS / f"{name}.tsv"
    if os.environ.get("UPDATE_ANSWERS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(actual, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == actual, (
        "UPDATE_ANSWERS=1 pytest tests/test_digests.py, and read the diff"
    )


def test_counts_agree_in_extraction_graph_lookup_and_exports(out, extracted):
    store, table = open_store(out), io.BytesIO()
    export(store, "csv-observations", table)
    facts = sum(len(found["observations"]) for found in extracted.values())
    looked_up = [row for code in PROVINCES for row in kg.open(out).lookup(code)]
    adopted = {
        (report, r["subject"], r["object"])
        for report, found in extracted.items()
        for r in found["relations"]
        if r["predicate"] == "adopts"
    }

    assert counts(store)["kg:Observation"] == facts
    assert len(table.getvalue().decode("utf-8-sig").strip().split("\n")) == facts + 1
    assert Counter(row["statement"] for row in looked_up)["figure"] == facts
    assert counts(store)["kg:Adoption"] == len(adopted) == Counter(r["statement"] for r in looked_up)["adopts"]


def test_graphml_and_gexf_draw_the_same_graph(out):
    store, graphml, gexf = open_store(out), io.BytesIO(), io.BytesIO()
    first, second = export(store, "graphml", graphml), export(store, "gexf", gexf)
    network = nx.read_graphml(io.BytesIO(graphml.getvalue()), force_multigraph=True)

    assert first == second
    assert (first.nodes, first.edges) == (network.number_of_nodes(), network.number_of_edges())


def test_the_graph_fits_its_shapes(out):
    assert validate(open_store(out)) == []
