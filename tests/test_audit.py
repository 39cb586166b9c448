import json
from fractions import Fraction
from functools import cache

import pytest
from casebook import marks, rows
from click.testing import CliRunner

from kg.audit import audit
from kg.claims import Grade, Range, figure, plain
from kg.cli import main
from kg.extract import extract
from kg.gazetteer import load_gazetteer
from kg.lexicon import load_lexicon
from kg.read import document, read
from kg.resources import data_path

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


@pytest.mark.parametrize(("args", "code"), [([], 2), (["--conflicts", "x.txt"], 2), (["nowhere.txt"], 3)])
def test_misuse_is_told(args, code):
    result = CliRunner().invoke(main, ["audit", *args])
    assert result.exit_code == code
    assert "Traceback" not in result.output
