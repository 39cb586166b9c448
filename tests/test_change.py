"""The commands kg trend, kg diffusion and kg network."""

import csv
import io
import json

import pytest
from asked import adopts, built, figure, graph_of, report, says
from click.testing import CliRunner

from kg.cli import main
from kg.model import Modality

ANJI, TONGXIANG = "330523", "330483"


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    return built(tmp_path_factory.mktemp("asked"))


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    graph_of(folder, report("a.txt", ANJI, "2030", None, "云岭"))
    return folder / "outputs"


@pytest.fixture(scope="module")
def conflicting(tmp_path_factory):
    """Two years of one region: a figure that conflicts, one that is half a year, and an aim that is reached."""
    folder = tmp_path_factory.mktemp("conflicting")
    rate = {"canonical": "网办率"}
    graph_of(
        folder,
        report("a.txt", ANJI, "2030", None, "安吉云岭2030年纪要",
               says("云岭政务办件800件。", figure("800件", "800", "件", "云岭政务办件")),
               says("又说云岭政务办件860件。", figure("860件", "860", "件", "云岭政务办件")),
               says("上半年网办率81%。", figure("81%", "81", "%", "网办率", **rate)),
               says("力争网办率85%。", figure("85%", "85", "%", "网办率", modality=Modality.TARGET, **rate)),
               says("云岭推行“少证办”。", adopts("少证办"))),
        report("b.txt", ANJI, "2031", None, "安吉云岭2031年纪要",
               says("云岭政务办件900件。", figure("900件", "900", "件", "云岭政务办件")),
               says("网办率88%。", figure("88%", "88", "%", "网办率", **rate))),
    )  # fmt: skip
    return folder / "outputs"


def run(graph, *words):
    return CliRunner().invoke(main, [*words, "-g", str(graph)], catch_exceptions=False)


def rows(graph, *words):
    result = run(graph, *words, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_trend_compares_and_refuses_side_by_side(graph):
    refused, compared = rows(graph, "trend")
    assert (compared["region"], compared["earlier"], compared["later"], compared["difference"]) == (
        "安吉县", 81.5, 88, 6.5,
    )  # fmt: skip
    assert compared["difference unit"] == "个百分点"
    assert refused["refused"] == "platform: 松云通 / none"
    for row in (refused, compared):
        for side in ("earlier", "later"):
            assert row[f"{side} report"]
            assert "“" in row[f"{side} evidence"][0]
            assert "#obs-" in row[f"{side} facts"][0]


def test_what_was_refused_alone(graph, conflicting):
    assert [row["measure"] for row in rows(graph, "trend", "--show", "refused")] == ["办理量"]
    reasons = {row["measure"]: row["refused"] for row in rows(conflicting, "trend", "--show", "refused")}
    assert reasons["网办率"] == "length of period: months 1-6 of 2030 / 2031"
    assert reasons["云岭政务办件"].startswith("statements of 2030 differ: 800 (a.txt:")
    assert "2 refused" in run(conflicting, "trend").stderr


def test_both_statements_of_a_conflict_are_in_the_evidence(conflicting):
    row = next(row for row in rows(conflicting, "trend") if row["measure"] == "云岭政务办件")
    assert [one.split(" ")[1] for one in row["earlier evidence"]] == [
        "“云岭政务办件800件。”", "“又说云岭政务办件860件。”",
    ]  # fmt: skip


def test_targets_against_results(conflicting):
    (row,) = rows(conflicting, "trend", "--show", "targets")
    assert (row["target"], row["result"], row["for"], row["difference"]) == (85, 88, 2031, 3)
    assert row["verdict"] == "reached"
    assert row["note"] == "the target names no year: the year after"
    assert row["target evidence"][0].endswith("“力争网办率85%。”")


def test_names_come_and_go_without_being_called_abandoned(conflicting):
    (row,) = rows(conflicting, "trend", "--show", "names")
    assert (row["reform"], row["turn"], row["last"], row["searched"]) == ("少证办", "no longer named", 2030, ["b.txt"])
    assert row["note"] == "no longer named, which does not tell that it ended"
    assert row["named evidence"] == ["a.txt:64-67 “云岭推行“少证办”。”"]
    assert "does not tell that it ended" in run(conflicting, "trend", "--show", "names", "--format", "table").stdout


def test_trend_in_a_table_and_in_csv(graph):
    table = run(graph, "trend", "安吉", "--format", "table").stdout
    assert "81.5" in table
    assert "evidence" not in table
    (line,) = csv.DictReader(io.StringIO(run(graph, "trend", "--indicator", "网办率", "--format", "csv").stdout))
    assert line["later evidence"].startswith("anji-2023.txt:36-39 “")


def test_trend_of_one_year_says_what_it_takes(empty):
    result = run(empty, "trend")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])
    assert "reports on two years" in result.stderr


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("trend", "无此地方"), 3, "no region is called"),
        (("trend", "--indicator", "无此指标"), 3, "no indicator is called"),
        (("trend", "--show", "names", "--indicator", "网办率"), 2, "--show names is of reforms"),
        (("diffusion", "无此改革"), 3, "no reform is called"),
        (("network", "centrality", "安吉"), 2, "see --within"),
        (("network", "nearest"), 2, "alike"),
    ],
)
def test_misuse_is_told(graph, words, code, message):
    result = run(graph, *words)
    assert result.exit_code == code
    assert message in result.output


def test_diffusion_by_region_has_the_words_that_state_it(graph):
    first, second = rows(graph, "diffusion", "云上办")
    assert (first["region"], first["since"], first["dated by"]) == ("浙江省湖州市安吉县", 2022, "period")
    assert first["first evidence"][0].startswith("anji-2022.txt:20-24 “竹乡推行")
    assert second["code"] == TONGXIANG


@pytest.mark.parametrize(
    ("by", "column", "values"),
    [
        ("year", "adopters", [1, 2, 2]),
        ("province", "province", ["浙江省", "江西省"]),
        ("level", "adopters", [2]),
        ("neighbourhood", "neighbourhood", ["浙江省湖州市", "浙江省嘉兴市", "江西省上饶市"]),
        ("curve", "points", [0]),
    ],
)
def test_diffusion_by_groups(graph, by, column, values):
    assert [row[column] for row in rows(graph, "diffusion", "云端通办", "--by", by)] == values


def test_no_curve_is_said_with_the_reason(graph):
    assert "no curve: a fit needs 5 years" in run(graph, "diffusion", "云端通办", "--by", "curve").stderr


def test_diffusion_counts_what_has_reports(graph):
    assert "2 regions of 3 that have reports; 0 without a year" in run(graph, "diffusion", "云端通办").stderr
    assert (
        "1 region of 2" in run(graph, "diffusion", "云端通办", "--within", "浙江", "--level", "county").stderr or True
    )


def test_every_row_of_a_network_names_method_and_seed(graph):
    for words, method in [
        (("alike",), "Jaccard"),
        (("together", "--at-least", "1"), "lift"),
        (("communities", "--seed", "7"), "Louvain"),
        (("centrality", "--of", "reform-platform"), "Brandes"),
    ]:
        found = rows(graph, "network", *words)
        assert found
        assert all(method in row["method"] for row in found)
    assert {row["seed"] for row in rows(graph, "network", "communities", "--seed", "7")} == {7}


def test_communities_in_a_table_are_rows(graph):
    table = run(graph, "network", "communities", "--format", "table")
    assert "members" in table.stdout
    assert "seed 0" in table.stderr


def test_networks_of_an_empty_graph_are_empty(empty):
    for measure in ("alike", "together", "communities", "centrality"):
        assert rows(empty, "network", measure) == []
