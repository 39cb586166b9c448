import json
import re

import pytest
from asked import built
from click.testing import CliRunner

from kg.ask.cite import Reference, cite
from kg.cli import main
from kg.errors import Ambiguous, KgError
from kg.graph.store import open_store

FULL = Reference(
    "urn:r", "a.txt", "0123456789abcdef" * 4, "云岭县2023年工作报告", "云岭县数据局", "云数〔2024〕3号", "2024-01-18",
    "2023", "330523",
)  # fmt: skip


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    return built(tmp_path_factory.mktemp("asked"))


@pytest.fixture(scope="module")
def store(graph):
    return open_store(graph)


def fact(store, words="1200件"):
    from kg.ask.conflicts import cells

    return next(s["fact"] for cell in cells(store) for s in cell.statements if s["written"] == words)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (FULL, "云岭县数据局. 云岭县2023年工作报告: 云数〔2024〕3号[R]. 2024-01-18."),
        (Reference("urn:r", "a.txt", "00", "云岭简报"), "云岭简报[R]."),
        (Reference("urn:r", "a.txt", "00"), "a.txt[R]."),
        (Reference("urn:r", "a.txt", "00", "云岭简报", "云岭县数据局"), "云岭县数据局. 云岭简报[R]."),
        (Reference("urn:r", "a.txt", "00", "云岭简报", None, None, "2024-01-18"), "云岭简报[R]. 2024-01-18."),
    ],
)
def test_gbt7714_has_what_the_report_says_and_no_more(reference, expected):
    assert reference.gbt7714 == expected


def test_bibtex_of_a_complete_report_is_a_techreport():
    assert FULL.bibtex.splitlines() == [
        "@techreport{kg-330523-2024-01234567,",
        "  author = {{云岭县数据局}},",
        "  title = {{云岭县2023年工作报告}},",
        "  institution = {云岭县数据局},",
        "  number = {云数〔2024〕3号},",
        "  year = {2024},",
        "  month = jan,",
        "  note = {a.txt, SHA-256 0123456789abcdef},",
        "  language = {chinese},",
        "}",
    ]


def test_bibtex_without_date_or_author_has_none_and_is_misc():
    entry = Reference("urn:r", "a_b.txt", "00" * 32, "占比 50% & {云}", period="2023").bibtex
    assert entry.startswith("@misc{kg-2023-00000000,")
    assert "author" not in entry
    assert "year" not in entry
    assert r"title = {{占比 50\% \& \{云\}}}" in entry
    assert r"a\_b.txt" in entry


def test_a_fact_is_quoted_with_its_place(store):
    found = cite(store, fact(store))
    assert found.words == "1200件"
    assert found.quote == "“云端通办”全年办成1200件，网办率升到88%。"
    assert found.gbt7714 == "安吉县政务服务办公室. 安吉县2023年竹乡政务年报[R]. 2024-01-18."
    assert re.search(r"characters \d+ to \d+ of anji-2023\.txt", found.bibtex)


def test_a_fact_and_a_report_go_by_long_and_short_names(store):
    iri = fact(store)
    report, _, place = iri.partition("#")
    short = report.rsplit("/", 1)[-1]
    found = {
        cite(store, name) for name in (iri, f"report:{short}#{place}", f"report:{short}\\#{place}", f"{short}#{place}")
    }
    assert len(found) == 1
    names = (
        report,
        f"{report}/graph",
        short,
        f"report:{short}",
        "anji-2023.txt",
        "安吉县2023年竹乡政务年报",
        "2023年竹乡",
    )
    assert len({cite(store, name) for name in names}) == 1


@pytest.mark.parametrize(
    ("name", "fault", "message"),
    [
        ("竹乡政务年报", Ambiguous, "may be any of 2 reports"),
        ("无此报告", KgError, "no report is called"),
        ("", KgError, "no report is called"),
        ("report:0123456789abcdef#obs-1-2", KgError, "no fact has this IRI"),
        ("urn:x> } DROP #", KgError, "is no IRI"),
    ],
)
def test_what_cannot_be_cited_is_told(store, name, fault, message):
    with pytest.raises(fault, match=message):
        cite(store, name)


def run(graph, *words):
    return CliRunner().invoke(main, ["cite", *words, "-g", str(graph)])


def test_the_command_prints_reference_sentence_and_bibtex(graph, store):
    lines = run(graph, fact(store)).stdout.splitlines()
    assert lines[0].endswith("[R]. 2024-01-18.")
    assert "1200件" in lines[1]
    assert "@techreport{kg-330523-2024-" in "\n".join(lines)


def test_the_command_by_style_and_format(graph, tmp_path):
    assert run(graph, "anji-2023.txt", "--style", "gbt7714").stdout.count("\n") == 1
    assert run(graph, "anji-2023.txt", "yushan-2023.txt", "--style", "bibtex").stdout.count("@") == 2
    run(graph, "anji-2023.txt", "anji-2023.txt", "-o", str(tmp_path / "a.bib"))
    assert (tmp_path / "a.bib").read_text(encoding="utf-8").count("@") == 1
    assert json.loads(run(graph, "anji-2023.txt", "--format", "json").stdout)[0]["file"] == "anji-2023.txt"
    assert run(graph, "竹乡").exit_code == 2
    assert run(graph, "无").exit_code == 3
