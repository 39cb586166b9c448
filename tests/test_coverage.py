import json
from decimal import Decimal

import pytest
from asked import built
from click.testing import CliRunner
from invented import REGIONS

from kg.ask.coverage import Reported, by_province, divisions, reported, summary
from kg.ask.indicator_coverage import by_indicator
from kg.cli import main
from kg.exports.selection import Options
from kg.graph.store import open_store
from kg.terms.gazetteer import load_gazetteer

FOUND = Reported({"990101": {"2023": 2, "2014": 1}, "990121": {"2014": 1}, "980000": {"": 1}}, 1)


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    return built(tmp_path_factory.mktemp("asked"))


def of(rows, **wanted):
    (row,) = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return row


def test_reports_are_counted_by_region_and_year(graph):
    found = reported(open_store(graph))
    assert found.years == {"330523": {"2022": 1, "2023": 1}, "330483": {"2023": 1}, "361123": {"2023": 1, "2024": 1}}
    assert found.unplaced == 0


def test_per_cent_are_of_the_divisions_of_the_year():
    rows = summary(FOUND, REGIONS)
    assert of(rows, year="2014", level="county") == {
        "year": "2014", "level": "county", "divisions": 3, "with report": 2, "percent": Decimal("66.67"),
        "only within": 0, "without": 1,
    }  # fmt: skip
    assert of(rows, year="2023", level="county")["divisions"] == 2
    assert of(rows, year="2023", level="county")["percent"] == 50


def test_all_years_count_by_the_divisions_of_today_and_former_codes_follow():
    rows = summary(FOUND, REGIONS)
    assert of(rows, year="all", level="county")["with report"] == 2
    province = of(rows, year="all", level="province")
    assert (province["with report"], province["only within"], province["without"]) == (1, 1, 0)


def test_parts_add_up():
    for row in summary(FOUND, REGIONS):
        assert row["divisions"] == row["with report"] + row["only within"] + row["without"]


def test_regions_are_listed_with_their_years_or_as_missing():
    rows = divisions(FOUND, REGIONS)
    assert of(rows, code="990101")["years"] == ["2014", "2023"]
    assert of(rows, code="990102")["years"] == ["2014"]
    assert of(rows, code="980000")["years"] == ["unknown"]
    assert of(rows, code="990000") == {
        "code": "990000", "region": "云岭省", "level": "province", "reports": 0, "years": [], "reports within": 4,
    }  # fmt: skip
    assert {row["code"] for row in divisions(FOUND, REGIONS, missing=True)} == {"990000", "990100"}
    assert {row["code"] for row in divisions(FOUND, REGIONS, "990100")} == {"990100", "990101", "990102"}


def test_a_year_narrows_reports_and_divisions():
    rows = divisions(FOUND, REGIONS, year="2014", levels=["county"])
    assert [(row["code"], row["reports"]) for row in rows] == [("990101", 1), ("990102", 0), ("990121", 1)]


def test_nothing_reported_is_nothing_covered():
    (*_, county) = summary(Reported({}, 0), REGIONS)
    assert (county["with report"], county["percent"]) == (0, 0)


def test_provinces_count_what_lies_within():
    row = of(by_province(FOUND, REGIONS), code="990000")
    assert (row["reports"], row["prefectures"], row["counties"], row["counties with report"]) == (0, 1, 2, 2)
    assert row["counties %"] == 100


def test_the_country_is_whole():
    rows = summary(Reported({}, 0), load_gazetteer())
    assert {row["level"]: row["divisions"] for row in rows} == {"province": 34, "prefecture": 333, "county": 2847}


def run(graph, *words):
    return CliRunner().invoke(main, ["coverage", *words, "-g", str(graph)])


def test_the_command_narrows_to_a_region_a_level_and_a_year(graph):
    rows = json.loads(run(graph, "浙江", "--level", "county", "--year", "2023").stdout)
    assert [(row["year"], row["level"], row["with report"]) for row in rows] == [("2023", "county", 2)]
    missing = json.loads(run(graph, "湖州", "--missing", "--format", "json").stdout)
    assert "330523" not in {row["code"] for row in missing}
    assert "330500" in {row["code"] for row in missing}
    assert len(json.loads(run(graph, "--provinces").stdout)) == 34
    assert "安吉县" in run(graph, "湖州", "--list", "--format", "table").stdout


@pytest.mark.parametrize(("words", "code"), [(("--year", "23"), 2), (("无此地方",), 3), (("--level", "town"), 2)])
def test_misuse_is_told(graph, words, code):
    result = run(graph, *words)
    assert result.exit_code == code
    assert "Traceback" not in result.output


# -- indicators


def stated(graph, options=None, level=None):
    found = by_indicator(open_store(graph), options, level)
    return [(s.indicator, s.figures, s.regions, s.of_regions, s.years, s.without) for s in found]


def test_indicators_are_counted_against_the_regions_and_years_with_reports(graph):
    assert stated(graph) == [
        ("办理量", 3, 2, 3, (2022, 2023), (2024,)),
        ("网办率", 3, 2, 3, (2022, 2023), (2024,)),
        ("覆盖数", 2, 2, 3, (2023,), (2022, 2024)),
    ]


def test_targets_are_no_coverage_and_options_narrow_it(graph):
    yushan = Options(region="https://w3id.org/reform-kg/region/361123")
    assert [row[1:] for row in stated(graph, yushan)] == [(0, 0, 1, (), (2023, 2024))] * 3
    assert stated(graph, Options(since=2022, until=2022))[0] == ("办理量", 1, 1, 1, (2022,), ())
    assert [row[3] for row in stated(graph, level="province")] == [0, 0, 0]


def test_the_command_lists_indicators_and_those_that_nobody_states(graph):
    def rows(*words):
        result = CliRunner().invoke(main, ["coverage", *words, "--indicators", "-g", str(graph), "--format", "json"])
        assert result.exit_code == 0
        return json.loads(result.stdout)

    assert [row["percent"] for row in rows()] == [66.67, 66.67, 66.67]
    assert rows("--missing") == []
    assert [row["indicator"] for row in rows("玉山", "--missing")] == ["办理量", "网办率", "覆盖数"]
    assert rows("--year", "2022", "--missing")[0]["years without"] == [2022]
