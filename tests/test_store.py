import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from invented import LEXICON, REGIONS, TEXT, first, ontology, second
from stores import build_store, change_store

from kg.errors import KgError, NoGraph
from kg.graph.census import counts
from kg.graph.iris import PREFIXES, Iris
from kg.graph.report import codes_of, to_nquads
from kg.graph.store import as_rdflib, building, open_store
from kg.graph.vocabulary import terms_nquads
from kg.readers.read import document


def chunks(*extractions):
    with tempfile.TemporaryDirectory() as folder:
        codes = {code for e in extractions for code in codes_of(e, REGIONS)}
        yield terms_nquads(ontology(Path(folder)), REGIONS, codes)
    for extraction in extractions:
        yield to_nquads(extraction, REGIONS, LEXICON)


def rows(store, query):
    found = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    return sorted(tuple(str(t.value) for t in row) for row in found)


def test_a_build_is_read_back_and_counted(tmp_path):
    found = build_store(tmp_path, chunks(first(), second()))

    assert found["kg:Report"] == 2
    assert found["kg:Observation"] == found["qb:Observation"] == 6
    assert found["kg:Adoption"] == 4
    store = open_store(tmp_path)
    void = rows(
        store, "SELECT ?n { ?d void:triples ?n ; void:classPartition [ void:class kg:Report ; void:entities 2 ] }"
    )
    assert void == [(str(found["triples"]),)]
    assert counts(store)["triples"] > found["triples"]  # by the description itself


def test_the_same_query_through_rdflib_gives_the_same_rows(tmp_path):
    build_store(tmp_path, chunks(first(), second()))
    query = """SELECT ?region ?reform ?value ?unit {
        ?o a qb:Observation ; sdmx-dimension:refArea/skos:prefLabel ?region ; kg:reform/skos:prefLabel ?reform ;
           sdmx-measure:obsValue ?value ; sdmx-attribute:unitMeasure/skos:prefLabel ?unit
        FILTER (LANG(?reform) = "zh-hans" && LANG(?unit) = "zh-hans") }"""
    ours = rows(open_store(tmp_path), query)
    theirs = sorted(tuple(str(t) for t in row) for row in as_rdflib(tmp_path).query(query, initNs=PREFIXES))

    assert ours == theirs
    assert len(ours) == 4


def test_counting_is_the_same_in_both_engines(tmp_path):
    """A triple in two graphs would count twice in Oxigraph and once in rdflib."""
    build_store(tmp_path, chunks(first(), second()))
    query = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
    theirs = sorted(tuple(str(t) for t in row) for row in as_rdflib(tmp_path).query(query))

    assert rows(open_store(tmp_path), query) == theirs


def test_no_graph_says_so(tmp_path):
    with pytest.raises(NoGraph, match="there is no graph") as caught:
        open_store(tmp_path / "nowhere")
    assert "kg build" in str(caught.value)


def test_a_damaged_graph_says_so(tmp_path):
    (tmp_path / ".store-1").mkdir()
    (tmp_path / "store").symlink_to(".store-1")
    with pytest.raises(NoGraph, match="can't be opened"):
        open_store(tmp_path)


def test_a_reader_keeps_its_graph_over_later_builds(tmp_path):
    build_store(tmp_path, chunks(first()))
    reader = open_store(tmp_path)
    before = sorted(map(str, reader))
    for _ in range(3):
        build_store(tmp_path, chunks(first(), second()))

    assert sorted(map(str, reader)) == before
    assert counts(open_store(tmp_path))["kg:Report"] == 2
    assert len(list(tmp_path.glob(".store-?"))) == 2


def test_a_failed_build_leaves_the_old_graph(tmp_path):
    build_store(tmp_path, chunks(first()))

    def broken():
        yield from chunks(second())
        raise OSError("disk is full")

    with pytest.raises(OSError, match="disk is full"):
        build_store(tmp_path, broken())
    assert counts(open_store(tmp_path))["kg:Report"] == 1
    assert len(list(tmp_path.glob(".store-?"))) == 1


def test_a_copied_graph_is_read_and_built_anew(tmp_path):
    build_store(tmp_path / "a", chunks(first()))
    shutil.copytree(tmp_path / "a", tmp_path / "b")  # follows links
    assert counts(open_store(tmp_path / "b"))["kg:Report"] == 1

    build_store(tmp_path / "b", chunks(first(), second()))
    assert counts(open_store(tmp_path / "b"))["kg:Report"] == 2


def test_a_folder_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(KgError, match="can't be written"):
        build_store(tmp_path / "file" / "graph", chunks(first()))


def test_bad_quads_are_a_fault_of_ours(tmp_path):
    build_store(tmp_path, chunks(first()))
    with pytest.raises(SyntaxError):
        build_store(tmp_path, ["<a> no quad\n"])
    assert counts(open_store(tmp_path))["kg:Report"] == 1


def test_a_build_killed_at_any_point_is_swept_up_by_the_next(tmp_path):
    build_store(tmp_path, chunks(first()))
    script = f"""
import os, sys
sys.path[:0] = ["tests"]
from test_store import *
def dying():
    yield from chunks(first(), second())
    os.kill(os.getpid(), 9)
build_store(__import__("pathlib").Path({str(tmp_path)!r}), dying())
"""
    assert (
        subprocess.run([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": "."}, check=False).returncode
        == -9
    )
    assert len(list(tmp_path.glob(".store-?"))) == 2
    assert counts(open_store(tmp_path))["kg:Report"] == 1

    build_store(tmp_path, chunks(first(), second()))
    assert counts(open_store(tmp_path))["kg:Report"] == 2


def test_a_second_build_says_who_holds_the_folder(tmp_path):
    with building(tmp_path), pytest.raises(KgError, match=f"process {os.getpid()} is building"):
        build_store(tmp_path, chunks(first()))


def test_the_same_input_makes_the_same_graph_in_any_order(tmp_path):
    dumps = []
    for folder, extractions in (("a", (first(), second())), ("b", (second(), first()))):
        build_store(tmp_path / folder, chunks(*extractions))
        dumps.append(sorted(open_store(tmp_path / folder).dump(format=ox.RdfFormat.N_QUADS).splitlines()))

    assert dumps[0] == dumps[1]


def third():
    """The first report, somewhat changed: another hash, without its second half."""
    found = first()
    text = document(TEXT[:68], "松河.txt", "ef" * 32)
    return replace(
        found,
        document=text,
        mentions=found.mentions[:4],
        observations=found.observations[:2],
        relations=(found.relations[0], found.relations[2]),
    )


CHANGES = [  # what is there, what leaves, what comes
    ("another comes", (first,), (), (second,)),
    ("one leaves", (first, second), (second,), ()),
    ("the one that stays needs what the other named", (first, second), (first,), ()),
    ("one is changed", (first, second), (first,), (third,)),
    ("all are changed", (first,), (first,), (second,)),
    ("one is said anew", (first, second), (second,), (second,)),
    ("nothing", (first, second), (), ()),
]


@pytest.mark.parametrize(("before", "gone", "come"), [pytest.param(*c[1:], id=c[0]) for c in CHANGES])
def test_a_change_equals_building_anew(tmp_path, before, gone, come):
    def terms(codes):
        codes = codes.union(*(codes_of(make(), REGIONS) for make in come))
        with tempfile.TemporaryDirectory() as folder:
            return terms_nquads(ontology(Path(folder)), REGIONS, codes)

    build_store(tmp_path / "a", chunks(*(make() for make in before)))
    leave = [Iris().report(make().document.sha256) for make in gone]
    found = change_store(tmp_path / "a", leave, [to_nquads(make(), REGIONS, LEXICON) for make in come], terms)
    after = [make for make in before if make not in gone] + list(come)
    anew = build_store(tmp_path / "b", chunks(*(make() for make in after)))

    dumps = [sorted(open_store(tmp_path / name).dump(format=ox.RdfFormat.N_QUADS).splitlines()) for name in "ab"]
    assert dumps[0] == dumps[1]
    assert found == anew


def test_a_reader_is_not_disturbed_by_a_change(tmp_path):
    build_store(tmp_path, chunks(first(), second()))
    reader = open_store(tmp_path)
    before = sorted(map(str, reader))
    change_store(tmp_path, [Iris().report("ab" * 32)], [], lambda _: "")

    assert sorted(map(str, reader)) == before
    assert counts(open_store(tmp_path))["kg:Report"] == 1
