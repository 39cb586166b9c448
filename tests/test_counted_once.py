"""A repost changes no answer: with it and without it, every question, export and analysis says the same."""

import io

import pytest

from kg.ask.cite import cite
from kg.ask.query import bound, named, rows, run, shipped
from kg.ask.resolve import find
from kg.builds.build import build
from kg.exports.export import export
from kg.exports.selection import ALL_KINDS, Options
from kg.graph.store import open_store
from kg.serve.network import whole
from kg.serve.snapshot import Snapshot
from kg.serve.studies import STUDIES, study
from kg.serve.views import listing
from kg.terms.gazetteer import load_gazetteer

FOOTER = "责任编辑：李某。扫一扫在手机打开当前页。版权所有，未经许可不得转载。"
AS_THEY_STAND = {
    "checks", "evidence", "mentions", "names-coined", "policies-by-report", "provenance", "reports",
    "reports-without-figures", "reports-without-publisher", "rules",
}  # fmt: skip
"""Questions about the reports themselves, and about every place of them."""


def report(year):
    figures = f"政务服务事项{year - 1000}项，其中许可事项{year - 1900}项、其他事项900项"
    body = [
        "依据《优化营商环境条例》，青田县推行“一件事一次办”改革，依托“浙里办”办理。",
        f"全县{figures}。",
        f"“浙里办”累计办件{year}万件。",
        "与庆元县开展“跨省通办”合作，设立“青庆速办站”。",
        f"网上可办率达{year - 1930}%。",
        "推进“跨省通办”，办理事项36件。",
        f"力争{year + 1}年网上可办率达99%。",
        *(f"第{n}个窗口受理群众来电{n + 10}件，全部按时办结。" for n in range(30)),
    ]
    return "\n".join([f"青田县政务服务中心{year}年工作总结", *body, "青田县政务服务中心", f"{year + 1}年1月9日"])


@pytest.fixture(scope="module")
def graphs(tmp_path_factory):
    """The graph of two reports, and that of the same with three reposts."""
    folder, out = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("out")
    for year in (2021, 2022):
        (folder / f"{year}.txt").write_text(report(year), encoding="utf-8")
    build([folder], out / "g1")
    (folder / "z1.txt").write_text(report(2021) + FOOTER, encoding="utf-8")
    (folder / "z2.txt").write_text(report(2022) + FOOTER, encoding="utf-8")
    (folder / "z3.txt").write_text(FOOTER + report(2022), encoding="utf-8")
    found = build([folder], out / "g2")
    assert len(found.reposts) == 3
    return out / "g1", out / "g2"


def same(graphs, ask):
    """Return what both graphs answer."""
    one, other = (ask(open_store(graph)) for graph in graphs)
    assert one == other
    return one


@pytest.mark.parametrize("name", sorted(set(shipped()) - AS_THEY_STAND))
def test_no_named_question_counts_a_repost(graphs, name):
    def ask(store):
        text = bound(named(name), {}, lambda kind, label: find(store, kind, label, load_gazetteer()).iri)
        found = run(store, text, name)
        return sorted(map(str, found)) if "CONSTRUCT" in text else rows(found)

    same(graphs, ask)


@pytest.mark.parametrize("fmt", ["gexf", "graphml", "csv-nodes", "csv-edges", "csv-observations"])
def test_no_export_counts_a_repost(graphs, fmt):
    def ask(store):
        file = io.BytesIO()
        counts = export(store, fmt, file, Options(kinds=ALL_KINDS, observations=True, evidence=True))
        return counts, file.getvalue()

    counts, _ = same(graphs, ask)
    assert counts.nodes > 10


@pytest.mark.parametrize("name", STUDIES)
def test_no_study_counts_a_repost(graphs, name):
    one, other = (study(Snapshot(graph), name) for graph in graphs)
    assert one == other


def test_no_page_counts_a_repost(graphs):
    one, other = map(Snapshot, graphs)
    assert whole(one) == whole(other)
    for kind in ("region", "agency", "reform", "platform", "indicator", "unit"):
        assert listing(one, kind) == listing(other, kind)


def test_what_a_repost_says_stays_and_can_be_cited(graphs):
    store = open_store(graphs[1])
    question = "SELECT ?fact { ?fact a kg:Observation ; kg:statedIn/kg:repostOf ?counted } ORDER BY ?fact"
    facts = [str(row["fact"]) for row in rows(run(store, question))]
    assert len(facts) > 90
    assert cite(store, facts[0]).file.startswith("z")
    file = io.BytesIO()
    export(store, "nquads", file)
    assert facts[0].encode() in file.getvalue()


NAMING = ("reform", "platform", "indicator", "policy", "agency", "name")
"""Columns of the named questions that hold names of things."""


@pytest.mark.parametrize("name", sorted(set(shipped()) - {"reform-family", "adoption-graph"}))
def test_no_named_question_lists_a_term_that_no_report_names(graphs, name):
    """All but that of families, whose head no report need name, and the one that gives a graph."""
    store = open_store(graphs[0])
    known = """SELECT ?label { { ?report schema:mentions|dct:publisher ?it } UNION { ?fact kg:reform|kg:indicator ?it }
        ?it skos:prefLabel ?label }"""
    named_here = {str(row["label"]) for row in rows(run(store, known))}
    text = bound(named(name), {}, lambda kind, label: find(store, kind, label, load_gazetteer()).iri)
    for row in rows(run(store, text, name)):
        assert {str(row[column]) for column in NAMING if row.get(column)} <= named_here
