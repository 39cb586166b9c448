import csv
import io
import json
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from casebook import marks, rows
from click.testing import CliRunner

from kg.checks.audit import audit
from kg.checks.claims import Grade, Range, figure, plain
from kg.cli import main
from kg.extract import extract
from kg.readers.read import document, read
from kg.resources import data_path
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon

GRADES = {"follows": Grade.FOLLOWS, "rounded": Grade.ROUNDED, "fails": Grade.FAILS}


@cache
def tools():
    return load_lexicon(), load_gazetteer()


def checked(text):
    lexicon, gazetteer = tools()
    return audit(extract(document(text, "case.txt"), lexicon, gazetteer), lexicon)


def params():
    for row in rows("audit"):
        yield pytest.param(row["text"], row["checks"], id=f"{row['note']}-{row['text'][:8]}", marks=marks(row))


def written(check):
    grade = next(name for name, grade in GRADES.items() if grade is check.grade)
    return f"{check.kind} {check.claimed.written}={'+'.join(o.written for o in check.operands)} {grade}"


def test_cases_are_all_there():
    kinds = [row["kind"] for row in rows("audit")]
    assert len(kinds) >= 70
    assert kinds.count("negative") >= 25
    assert set(kinds) == {"wild", "negative", "known-failure"}


@pytest.mark.parametrize(("text", "checks"), list(params()))
def test_only_what_the_wording_implies_is_checked(text, checks):
    assert sorted(map(written, checked(text))) == sorted(checks.split("|") if checks else [])


@pytest.mark.parametrize("gold", sorted(data_path("gold").glob("*.json")), ids=lambda path: path.stem)
def test_the_arithmetic_of_the_digests_is_found_and_nothing_else(gold):
    judged = json.loads(gold.read_text(encoding="utf-8"))["checks"]
    lexicon, gazetteer = tools()
    found = audit(extract(read(data_path("reports") / f"{gold.stem}.txt"), lexicon, gazetteer), lexicon)
    theirs = {(c["kind"], c["claimed"]["start"], frozenset(o["start"] for o in c["operands"])) for c in judged}
    ours = {(str(c.kind), c.claimed.span.start, frozenset(o.span.start for o in c.operands)) for c in found}
    assert ours == theirs
    assert all(c.grade is not Grade.FAILS for c in found)


def test_a_check_names_its_figures_their_places_and_what_their_digits_leave_open():
    text = "发放证照60种，已开通48种，证照开通率81%。"
    (check,) = checked(text)
    assert check.evidence.of(text) == text
    assert [o.span.of(text) for o in check.operands] == ["48种", "60种"]
    assert check.claimed.span.of(text) == "81%"
    assert check.derived == 80
    assert check.formula == "48 ÷ 60 × 100"
    assert check.allowed == Range(Fraction(161, 2), Fraction(163, 2))
    assert check.possible == Range(Fraction(80), Fraction(80))


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [
        ("共办件18.67万件。", 186700, 100),
        ("共办件1,854件。", 1854, 0),
        ("网办率76.8%。", Fraction(768, 10), Fraction(1, 10)),
        ("网办率七成。", 70, 10),
        ("网办率百分之八十五。", 85, 1),
        ("成交3亿元。", 300_000_000, 100_000_000),
        ("材料压缩2/3。", Fraction(2, 3), 0),
        ("云岭公司归母净利润-3.25万元。", -32500, 100),
    ],
)
def test_the_last_digit_tells_how_far_a_figure_was_rounded(text, value, step):
    lexicon, gazetteer = tools()
    extraction = extract(document(text, "case.txt"), lexicon, gazetteer)
    found = figure(extraction.observations[0].quantity, extraction.document.folded)
    assert (found.value, found.step) == (value, step)


@pytest.mark.parametrize(
    "text", ["", "。", "其中", "其中、其中1件。", "由5件减至", "占0件的0%，办结率0%。", "共0件，其中0件。"]
)
def test_no_text_is_too_poor(text):
    assert checked(text) == ()


def test_traditional_script_and_full_width_are_audited_alike():
    (check,) = checked("發放證照６０種，已開通４８種，證照開通率８２％。")
    assert check.grade is Grade.FAILS


def test_long_sentences_take_no_longer_than_short_ones_together():
    row = "，".join(f"其中办理类{i}件、查询类{i + 1}件" for i in range(300))
    assert len(checked(f"办件900件，{row}。")) < 600


def test_fractions_are_written_as_people_do():
    assert [plain(Fraction(1, 3)), plain(Fraction(-5, 2)), plain(Fraction(10**12))] == [
        "0.3333",
        "-2.5",
        "1000000000000",
    ]


@pytest.fixture
def wrong(tmp_path):
    (tmp_path / "wrong.txt").write_text("发放证照60种，已开通48种，证照开通率82%。\n", encoding="utf-8")
    (tmp_path / "right.txt").write_text("审批环节由8个压缩至3个，压缩62.5%。\n", encoding="utf-8")
    return tmp_path


def test_the_command_exits_1_where_something_does_not_follow(wrong):
    result = CliRunner().invoke(main, ["audit", str(wrong), "--format", "json"])
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert [row["grade"].split()[0] for row in found] == ["follows", "does"]
    assert found[1]["operands"][0]["text"] == "48种"
    assert CliRunner().invoke(main, ["audit", str(wrong / "right.txt")]).exit_code == 0


def test_the_command_lists_only_faults_on_demand_and_as_a_table(wrong):
    result = CliRunner().invoke(main, ["audit", str(wrong), "--faults", "--format", "table"])
    assert "wrong.txt" in result.stdout
    assert "right.txt" not in result.stdout


@pytest.mark.parametrize(("args", "code"), [(["--conflicts", "x.txt"], 2), (["nowhere.txt"], 3), (["-g", "none"], 3)])
def test_misuse_is_told(args, code):
    result = CliRunner().invoke(main, ["audit", *args])
    assert result.exit_code == code
    assert "Traceback" not in result.output


def test_a_table_for_spreadsheets_writes_operands_as_words_and_places(wrong):
    result = CliRunner().invoke(main, ["audit", str(wrong / "wrong.txt"), "--format", "csv"])
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert row["operands"] == "48种 11-14、60种 4-7"


# -- in the graph


def test_a_build_puts_the_checks_into_the_graph_with_every_figure_an_observation(wrong, tmp_path):
    from kg.ask.checked import checks
    from kg.graph.store import open_store

    out = tmp_path / "graph"
    assert CliRunner().invoke(main, ["build", str(wrong), "-g", str(out)]).exit_code == 0
    found = checks(open_store(out))
    assert [(c.kind, c.grade, c.claimed.words) for c in found] == [
        ("difference", Grade.FOLLOWS, "62.5%"),
        ("ratio", Grade.FAILS, "82%"),
    ]
    fault = found[1]
    assert [o.words for o in fault.operands] == ["60种", "48种"]  # in the order of the text
    assert (fault.derivation, fault.derived) == ("48 ÷ 60 × 100", 80)
    assert [float(bound) for bound in (*fault.allowed, *fault.possible)] == [81.5, 82.5, 80, 80]
    assert "#obs-" in fault.claimed.fact
    assert fault.claimed.sentence == "发放证照60种，已开通48种，证照开通率82%。"


def test_the_command_says_the_same_of_a_graph_as_of_its_reports(tmp_path):
    out = tmp_path / "graph"
    reports = data_path("reports")
    CliRunner().invoke(main, ["build", str(reports), "-g", str(out)])
    held = CliRunner().invoke(main, ["audit", "-g", str(out), "--format", "json"])
    read = CliRunner().invoke(main, ["audit", str(reports), "--format", "json"])
    assert (held.exit_code, read.exit_code) == (0, 0)

    def plain(result):
        rows = json.loads(result.stdout)
        return [
            row
            | {"file": Path(row["file"]).name, "check": None, "operands": sorted(o["start"] for o in row["operands"])}
            for row in rows
        ]

    assert plain(held) == [row | {"check": None} for row in plain(read)]
    assert len(plain(held)) >= 6


def test_the_graph_with_its_faulty_checks_satisfies_its_shapes(wrong, tmp_path):
    out = tmp_path / "graph"
    CliRunner().invoke(main, ["build", str(wrong), "-g", str(out)])
    assert CliRunner().invoke(main, ["validate", "-g", str(out)]).exit_code == 0


def test_a_graph_without_checks_has_none(tmp_path):
    (tmp_path / "a.txt").write_text("推行“一网通办”。\n", encoding="utf-8")
    out = tmp_path / "graph"
    CliRunner().invoke(main, ["build", str(tmp_path / "a.txt"), "-g", str(out)])
    result = CliRunner().invoke(main, ["audit", "-g", str(out), "--format", "json"])
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])
