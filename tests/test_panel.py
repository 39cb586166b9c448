import csv
import io
import json
import sys

import pytest
from asked import built, figure, graph_of, report, says
from click.testing import CliRunner

from kg.ask.conflicts import apart, cells, conflict_rows, conflicts
from kg.ask.panel import COLUMNS, codebook, panel, write_parquet
from kg.cli import main
from kg.errors import KgError
from kg.exports.selection import Options
from kg.graph.store import open_store
from kg.terms.lexicon import load_lexicon

ANJI = "https://w3id.org/reform-kg/region/330523"


def at(path, region, *figures, year="2023"):
    """A report of figures: (words, value, unit, what, more)."""
    sentences = [says(f"{words}云岭所记。", figure(words, *rest, **more)) for words, *rest, more in figures]
    return report(path, region, year, None, f"{path}纪要", *sentences)


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    return built(tmp_path_factory.mktemp("asked"))


@pytest.fixture(scope="module")
def store(graph):
    return open_store(graph)


def test_a_row_a_cell_of_region_period_and_indicator(store):
    rows = panel(store)
    assert len(rows) == 8
    assert all(list(row) == list(COLUMNS) for row in rows)
    first = next(row for row in rows if row["code"] == "330523" and row["period"] == "2022")
    assert (first["indicator"], first["value"], first["unit"], first["base"]) == ("办理量", 800, "件", "云端通办办成量")
    assert first["evidence"].startswith("https://w3id.org/reform-kg/report/")
    assert first["note"] is None


def test_rows_are_sorted_by_region_period_and_indicator(store):
    keys = [(row["code"], row["period"], row["indicator"]) for row in panel(store)]
    assert keys == sorted(keys)


def test_targets_only_on_demand(store):
    assert {row["modality"] for row in panel(store)} == {"actual"}
    aims = [row for row in panel(store, targets=True) if row["modality"] == "target"]
    assert [(row["period"], row["value"], row["approximate"]) for row in aims] == [("2023", 90, True)]


def test_options_keep_a_region_years_and_an_indicator(store):
    assert {row["code"] for row in panel(store, Options(region=ANJI))} == {"330523"}
    assert {row["period"] for row in panel(store, Options(since=2023))} == {"2023"}
    rate = "https://w3id.org/reform-kg/indicator/网办率"
    assert {row["indicator"] for row in panel(store, indicator=rate)} == {"网办率"}


@pytest.mark.parametrize(
    ("one", "other", "value", "note"),
    [
        (("880件", "880", "件", "云岭办件", {}), ("880件", "880", "件", "云岭办件", {}), 880, None),
        (("880件", "880", "件", "云岭办件", {}), ("860件", "860", "件", "云岭办件", {}), None, "conflict: "),
        (("1.2万件", "12000", "件", "云岭办件", {}), ("12034件", "12034", "件", "云岭办件", {}), 12034, None),
        (
            ("900件", "900", "件", "云岭办件", {"approximate": True}),
            ("880件", "880", "件", "云岭办件", {}),
            880,
            None,
        ),
        (
            ("900件", "900", "件", "云岭办件", {"approximate": True}),
            ("800件", "800", "件", "云岭办件", {"approximate": True}),
            None,
            "conflict: ",
        ),
    ],
    ids=["alike", "apart", "rounded", "about", "both about"],
)
def test_statements_of_a_cell_agree_or_leave_it_empty(tmp_path, one, other, value, note):
    told = [(*f[:-1], {"canonical": "办理量"} | f[-1]) for f in (one, other)]
    store = graph_of(tmp_path, at("a.txt", "330523", told[0]), at("b.txt", "330523", told[1]))
    (row,) = panel(store)
    assert row["value"] == value
    assert row["statements"] == 2
    assert (row["note"] or "").startswith(note or "")
    assert (row["note"] is None) == (note is None)
    assert len(row["evidence"].split()) == (1 if value else 2)


def test_figures_below_zero_and_words_like_formulas_stay_as_they_are(tmp_path):
    """A table for spreadsheets marks what they would take for a formula; no analysis may read the mark."""
    told = ("-3.2万元", "-32000", "元", "=云岭盈亏", {"canonical": "办理量"})
    (row,) = panel(graph_of(tmp_path, at("a.txt", "330523", told)))
    assert (row["value"], row["written"], row["base"]) == (-32000, "-3.2万元", "=云岭盈亏")
    result = run(tmp_path / "outputs", "validate")
    assert result.exit_code == 0, result.output


def test_other_bases_are_rows_of_their_own_and_noted(tmp_path):
    facts = [
        ("880件", "880", "件", "许可办件", {"canonical": "办理量"}),
        ("90件", "90", "件", "确认办件", {"canonical": "办理量"}),
    ]
    rows = panel(graph_of(tmp_path, at("a.txt", "330523", *facts)))
    assert [(row["base"], row["value"]) for row in rows] == [("确认办件", 90), ("许可办件", 880)]
    assert [row["note"].split(" (")[0] for row in rows] == ["other bases: 许可办件 880", "other bases: 确认办件 90"]


def test_a_graph_of_nothing_has_an_empty_panel(tmp_path):
    store = graph_of(tmp_path, at("a.txt", "330523"))
    assert panel(store) == []
    assert conflicts(store) == ()


def test_conflicts_stand_side_by_side_with_their_evidence(store):
    found = conflicts(store)
    rows = conflict_rows(found)
    assert [(row["conflict"], row["value"], row["phrase"]) for row in rows] == [
        (1, 90, "跨省联办清单"),
        (1, 95, "跨省联办清单"),
    ]
    assert "90项" in rows[0]["evidence"]


def test_a_conflict_says_whether_it_is_within_a_report_or_between_reports(store, tmp_path):
    assert {row["where"] for row in conflict_rows(conflicts(store))} == {"within a report"}
    one, two = ((f"{n}件", n, "件", "云岭办件", {"canonical": "办理量"}) for n in ("880", "860"))
    between = graph_of(tmp_path / "b", at("a.txt", "330523", one), at("b.txt", "330523", two))
    rows = conflict_rows(conflicts(between))
    assert sorted((row["where"], row["report"], row["end"] - row["start"]) for row in rows) == [
        ("between reports", "a.txt纪要", 4),
        ("between reports", "b.txt纪要", 4),
    ]
    both = graph_of(tmp_path / "c", at("a.txt", "330523", one, two), at("b.txt", "330523", two, one))
    assert {row["where"] for row in conflict_rows(conflicts(both))} == {"within and between reports"}


@pytest.mark.parametrize("part", ["上半年", "1—6月", "一季度", "前三季度", "截至6月底", "5月"])
def test_part_of_a_year_and_the_whole_are_two_cells_and_no_conflict(tmp_path, part):
    half = says(f"{part}云岭办件380件。", figure("380件", "380", "件", "云岭办件", canonical="办理量"))
    whole = says("全年云岭办件880件。", figure("880件", "880", "件", "云岭办件", canonical="办理量"))
    store = graph_of(tmp_path, report("a.txt", "330523", "2023", None, "年报", half, whole))

    assert conflicts(store) == ()
    rows = {row["months"]: (row["value"], row["period"], row["note"]) for row in panel(store)}
    assert rows.pop(None) == (880, "2023", None)
    assert list(rows.values()) == [(380, "2023", None)]


def test_two_figures_of_the_same_months_still_conflict(tmp_path):
    told = [
        says(f"上半年云岭办件{n}件。", figure(f"{n}件", n, "件", "云岭办件", canonical="办理量"))
        for n in ("380", "390")
    ]
    store = graph_of(tmp_path, report("a.txt", "330523", "2023", None, "年报", *told))

    assert [(row["months"], row["value"]) for row in conflict_rows(conflicts(store))] == [("1-6", 380), ("1-6", 390)]
    (row,) = panel(store)
    assert (row["months"], row["value"]) == ("1-6", None)


def test_a_general_phrase_is_no_conflict(tmp_path):
    facts = [("12个", "12", "个", "新增企业", {}), ("15个", "15", "个", "新增企业", {})]
    store = graph_of(tmp_path, at("a.txt", "330523", *facts))
    assert [cell.differs for cell in cells(store)] == [True]
    assert conflicts(store) == ()


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        (("860", "1"), ("861", "1"), True),
        (("18600", "100"), ("18650", "1"), False),
        (("18600", "100"), ("18700", "1"), True),
        (("3", ""), ("3", ""), False),
        (("2", ""), ("3", ""), True),
    ],
)
def test_figures_differ_by_one_in_the_last_digit_of_the_coarser(one, other, differ):
    names = ("value", "precision")
    a, b = (dict(zip(names, each, strict=True)) for each in (one, other))
    assert apart(a, b) is differ


def test_the_codebook_explains_every_column_and_every_indicator_that_occurs(store):
    lexicon = load_lexicon()
    book = codebook(lexicon, panel(store))
    assert [row["name"] for row in book if row["kind"] == "column"] == list(COLUMNS)
    term = lexicon.of_kind("Indicator")[0]
    (indicator,) = [r for r in codebook(lexicon, [{"indicator": term.label}]) if r["kind"] == "indicator"]
    assert indicator["name"] == term.label
    assert indicator["meaning"]


def test_parquet_without_pyarrow_is_a_message(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(KgError, match="pip install pyarrow"):
        write_parquet([], tmp_path / "a.parquet")
    assert not (tmp_path / "a.parquet").exists()


def test_parquet_holds_the_same_cells(store, tmp_path):
    pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    write_parquet(panel(store), tmp_path / "new" / "a.parquet")
    table = pq.read_table(tmp_path / "new" / "a.parquet").to_pylist()
    assert [row["value"] for row in table] == [float(row["value"]) for row in panel(store)]


def run(graph, *words):
    return CliRunner().invoke(main, [*words, "-g", str(graph)])


def test_the_command_prints_csv_unless_told_otherwise(graph, tmp_path):
    result = run(graph, "panel")
    assert result.exit_code == 0
    assert next(csv.DictReader(io.StringIO(result.stdout)))["value"] == "3500"
    assert len(json.loads(run(graph, "panel", "--format", "json").stdout)) == 8
    run(graph, "panel", "-o", str(tmp_path / "a.json"))
    assert len(json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))) == 8
    assert "18.67万件" in run(graph, "panel", "--codebook").stdout


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--format", "parquet"), 2, "give -o FILE"),
        (("--region", "无此地方"), 3, "no region is called"),
        (("--indicator", "无此指标"), 3, "no indicator is called"),
    ],
)
def test_misuse_of_the_command_is_told(graph, words, code, message):
    result = run(graph, "panel", *words)
    assert result.exit_code == code
    assert message in result.output


def test_conflicts_of_the_graph_by_the_audit_command(graph):
    result = run(graph, "audit", "--conflicts", "--format", "json")
    assert result.exit_code == 1
    assert [row["value"] for row in json.loads(result.stdout)] == [90, 95]
    assert "95项" in run(graph, "audit", "--conflicts", "--format", "table").stdout
