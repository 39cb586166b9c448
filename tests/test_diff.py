"""Comparing two builds of invented reports."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from invented import LEXICON, REGIONS, first, second
from stores import build_store

from kg.ask.diff import Difference, diff
from kg.cli import main
from kg.graph.report import to_nquads
from kg.graph.store import open_store


def graph(folder, *extractions):
    build_store(folder, [to_nquads(extraction, REGIONS, LEXICON) for extraction in extractions])
    return folder


def compared(tmp_path, before, after, **options):
    stores = [open_store(graph(tmp_path / name, *found)) for name, found in (("a", before), ("b", after))]
    return list(diff(*stores, **options))


def test_a_build_is_the_same_as_itself(tmp_path):
    assert compared(tmp_path, [first(), second()], [second(), first()], mentions=True) == []


def test_a_report_that_leaves_takes_its_facts_along(tmp_path):
    found = compared(tmp_path, [first(), second()], [first()])

    assert {(d.change, d.report) for d in found} == {("deleted", "雾岭.txt")}
    assert sorted({d.kind for d in found}) == ["Adoption", "Observation", "Report"]


def test_a_fact_that_comes_is_added(tmp_path):
    less = replace(first(), observations=first().observations[1:], relations=first().relations[:3])
    found = compared(tmp_path, [less], [first()])

    assert [(d.change, d.kind, d.fact) for d in found] == [
        ("added", "Observation", "云上通办事项办理量 · 3.25万件 · 2023"),
        ("added", "Partnership", "云上通办 · 980000"),
    ]


CHANGES = [
    ({"value": 99}, {"obsValue": ("32500", "99")}),
    ({"indicator": "云上通办办件量"}, {"indicatorPhrase": ("云上通办事项办理量", "云上通办办件量")}),
    ({"platform": None}, {"platform": ("松政通", "")}),
    ({"period": "2022"}, {"refPeriod": ("2023", "2022")}),
]


@pytest.mark.parametrize(("change", "details"), CHANGES, ids=[next(iter(c)) for c, _ in CHANGES])
def test_a_fact_of_which_something_else_is_said_is_modified(tmp_path, change, details):
    figure = first().observations[0]
    if "value" in change:
        changed = replace(figure, quantity=replace(figure.quantity, value=change["value"]))
    else:
        changed = replace(figure, **change)
    found = compared(tmp_path, [first()], [replace(first(), observations=(changed, *first().observations[1:]))])

    assert [(d.change, d.report, d.kind) for d in found] == [("modified", "松河.txt", "Observation")]
    assert {name: pair for name, pair in found[0].details.items() if name != "precision"} == details


def test_a_changed_file_is_the_same_report(tmp_path):
    document = replace(first().document, sha256="cd" * 32)
    assert compared(tmp_path, [first()], [replace(first(), document=document)]) == []


def test_mentions_are_listed_on_request(tmp_path):
    less = replace(first(), mentions=first().mentions[:-1])
    assert compared(tmp_path, [less], [first()]) == []
    found = compared(tmp_path / "again", [less], [first()], mentions=True)
    assert [(d.change, d.kind, d.fact) for d in found] == [
        ("added", "Mention", "松河县便民服务办法 · 《松河县便民服务办法》")
    ]


def test_the_command_prints_and_counts(tmp_path):
    a, b = graph(tmp_path / "a", first(), second()), graph(tmp_path / "b", first())
    result = CliRunner().invoke(main, ["diff", str(a), str(b), "--format", "json"], catch_exceptions=False)
    rows = json.loads(result.stdout)

    assert len(rows) == len(list(diff(open_store(a), open_store(b))))
    assert f"0 facts added, {len(rows)} deleted, 0 modified" in result.stderr
    brief = CliRunner().invoke(main, ["diff", str(a), str(b), "--summary", "--format", "json"], catch_exceptions=False)
    assert json.loads(brief.stdout) == [{"report": "雾岭.txt", "added": 0, "deleted": len(rows), "modified": 0}]


def test_without_a_graph_it_says_so(tmp_path):
    a = graph(tmp_path / "a", first())
    (tmp_path / "empty").mkdir()
    result = CliRunner().invoke(main, ["diff", str(a), str(tmp_path / "empty")])

    assert result.exit_code == 3
    assert "there is no graph" in result.stderr


def test_a_difference_is_plain():
    assert Difference("added", "a.txt", "Report", "a.txt").details == {}
