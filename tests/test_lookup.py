import json
from decimal import Decimal

import pytest
from asked import built

import kg
from kg.ask.compare import compare, matrix, transposed
from kg.ask.lookup import COLUMNS, EVIDENCE, Scope, lookup
from kg.ask.show import findings
from kg.errors import Ambiguous, KgError, NoGraph
from kg.table import cells


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    return kg.open(built(tmp_path_factory.mktemp("asked")))


def kept(rows, *names, **values):
    """The named columns of the rows that have these values."""
    found = [row for row in rows if all(row[k] == v for k, v in values.items())]
    return [tuple(row[name] for name in names) if len(names) > 1 else row[names[0]] for row in found]


# ---------------------------------------------------------------- what a name means


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("浙", "浙江省"),
        ("浙江", "浙江省"),
        ("330000", "浙江省"),
        ("安吉", "浙江省湖州市安吉县"),
        ("安吉縣", "浙江省湖州市安吉县"),
        ("330523", "浙江省湖州市安吉县"),
        ("湖州市安吉县", "浙江省湖州市安吉县"),
        (" 玉山县 ", "江西省上饶市玉山县"),
        ("海南", "海南省"),  # also 海南区 and 海南藏族自治州: the province is meant
        ("吉林", "吉林省"),
        ("长沙", "湖南省长沙市"),  # 长沙县 lies in it
        ("350427", "福建省三明市沙县区"),  # its former code
        ("沙县", "福建省三明市沙县区"),  # its former name
    ],
)
def test_a_region_has_many_names(graph, name, label):
    assert label == graph.find("region", name).label


def test_a_former_code_is_looked_up_as_well(graph):
    thing = graph.find("region", "沙县")

    assert thing.iri.endswith("/350405")
    assert ["350427"] == [iri.rsplit("/", 1)[-1] for iri in thing.former]


def test_an_ambiguous_region_lists_its_candidates_with_codes(graph):
    with pytest.raises(Ambiguous) as caught:
        graph.find("region", "朝阳区")

    assert "110105  北京市朝阳区" in str(caught.value)
    assert "220104  吉林省长春市朝阳区" in str(caught.value)


def test_the_path_tells_namesakes_apart(graph):
    assert "220104" == graph.find("region", "吉林省长春市朝阳区").code


@pytest.mark.parametrize(("name", "near"), [("朝阳县区", "朝阳县"), ("安吉市", "安吉县"), ("桐香市", "桐乡市")])
def test_an_unknown_region_offers_the_nearest(graph, name, near):
    with pytest.raises(KgError, match=near):
        graph.find("region", name)


@pytest.mark.parametrize("name", ["999999", "", "???"])
def test_nonsense_is_no_region(graph, name):
    with pytest.raises(KgError):
        graph.find("region", name)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("少证办", "少证办"),
        ("免带证", "少证办"),
        ("雲端通辦", "云端通办"),
        ("“云端通办”", "云端通办"),
        ("省际联办", "跨省联办"),
    ],
)
def test_a_reform_is_found_by_any_of_its_names(graph, name, label):
    assert label == graph.find("reform", name).label


def test_a_name_in_context_only_may_mean_several(graph):
    with pytest.raises(Ambiguous, match=r"少证办\s+少跑办"):
        graph.find("reform", "减证")


@pytest.mark.parametrize(("name", "near"), [("联办", "跨域联办"), ("云端", "云端通办"), ("少证", "少证办")])
def test_a_part_of_a_name_offers_those_that_hold_it(graph, name, near):
    with pytest.raises(KgError, match=f"contain it: .*{near}"):
        graph.find("reform", name)


def test_an_english_label_is_a_name_too(graph):
    assert "云端通办" == graph.find("reform", "served from the cloud").label


# ---------------------------------------------------------------- a region


def test_a_province_shows_what_lies_within_it(graph):
    rows = graph.lookup("浙江")

    assert {"浙江省嘉兴市桐乡市", "浙江省湖州市安吉县"} == set(kept(rows, "region"))
    assert ["330483", "330523"] == sorted(set(kept(rows, "code")))
    assert [*COLUMNS, *EVIDENCE] == list(rows[0])


def test_reforms_come_with_since_when_and_by_whom(graph):
    rows = graph.lookup("安吉")

    assert [("云端通办", "2022", "安吉县政务服务办公室")] * 2 + [("少证办", "2023", "安吉县政务服务办公室")] == kept(
        rows, "reform", "since", "agency", statement="adopts"
    )


def test_figures_come_with_value_unit_phrase_and_marks(graph):
    rows = graph.lookup("桐乡", evidence=False)
    names = ("value", "unit", "what", "indicator", "approximate", "modality", "period")

    assert [
        (3500, "件", "云端通办办成量", "办理量", True, "actual", "2023"),
        (Decimal("95.2"), "%", "云端通办网办率", "网办率", False, "actual", "2023"),
    ] == kept(rows, *names, reform="云端通办", statement="figure")
    assert "evidence" not in rows[0]


def test_a_target_is_marked(graph):
    assert [(90, "2023", True)] == kept(graph.lookup("安吉"), "value", "period", "bound", modality="target")


def test_platforms_of_reforms_of_figures_and_bare_mentions(graph):
    rows = graph.lookup("浙江")

    assert [("云端通办", "松云通")] == kept(
        rows, "reform", "platform", statement="runs on", region="浙江省湖州市安吉县"
    )
    assert [(15, "台")] == kept(rows, "value", "unit", platform="竹韵一体机", unit="台")
    assert [("竹韵一体机", "浙江省嘉兴市桐乡市")] == kept(rows, "platform", "region", statement="names")


def test_a_figure_of_another_body_names_it(graph):
    assert ["安吉县数据中心"] == kept(graph.lookup("安吉"), "agency", what="派驻人员")


def test_each_statement_has_its_sentence_and_its_place(graph):
    for row in graph.lookup("浙江"):
        assert row["end"] - row["start"] == len(row["quote"])
        if row["statement"] != "names":
            assert row["quote"] in row["evidence"]


def test_what_is_read_together_stands_together(graph):
    rows = graph.lookup("安吉")
    reforms = [row["reform"] for row in rows]

    assert reforms == sorted(reforms, key=reforms.index), "no reform comes twice"
    assert [None] * 4 == reforms[-4:], "figures without a reform come last"
    assert ["2022", "2022", "2023", "2023"] == kept(rows, "period", reform="云端通办", statement="figure")


def test_a_region_that_no_report_speaks_of_gives_no_rows(graph):
    assert [] == graph.lookup("上海")


# ---------------------------------------------------------------- a reform, a platform, a year


def test_a_reform_shows_who_has_it_and_what_is_narrower(graph):
    rows = graph.lookup(reform="跨域联办")

    assert {"跨省联办"} == set(kept(rows, "reform"))
    assert {"玉山县", "常山县"} == set(kept(rows, "partner", statement="shared with"))
    assert [90, 95] == kept(rows, "value", statement="figure")


def test_a_reform_within_a_region(graph):
    assert {"江西省上饶市玉山县"} == set(kept(graph.lookup("江西", reform="跨省联办"), "region"))


def test_a_platform_shows_what_runs_on_it_and_its_reach(graph):
    rows = graph.lookup(platform="惠乡码")

    assert ["adopts", "figure", "runs on"] == sorted(set(kept(rows, "statement")) - {"shared with"})
    assert [("跨省联办", "浙江省嘉兴市桐乡市")] == kept(rows, "reform", "region", statement="runs on")
    assert [(176, "个")] == kept(rows, "value", "unit", statement="figure")


def test_a_year_keeps_what_is_said_of_it(graph):
    assert {"2022"} == set(kept(graph.lookup("安吉", year=2022), "period"))


def test_rows_are_ready_for_pandas_and_json(graph):
    rows = graph.lookup("浙江")

    assert 1 == len({tuple(row) for row in rows}), "every row has the same columns"
    assert all(value is None or isinstance(value, str | int | Decimal | bool) for row in rows for value in row.values())
    json.dumps(rows, default=float)


def test_figures_agree_with_the_graph(graph):
    figures = graph.query("SELECT (COUNT(?f) AS ?n) { ?f a kg:Observation }")[0]["n"]
    adoptions = graph.query("SELECT (COUNT(?f) AS ?n) { ?f a kg:Adoption }")[0]["n"]
    rows = lookup(graph.store, Scope())

    assert (14, 8) == (figures, adoptions)
    assert figures == len(kept(rows, "value", statement="figure"))
    assert adoptions == len(kept(rows, "reform", statement="adopts"))


def test_another_base_changes_no_answer(tmp_path, graph):
    other = kg.open(built(tmp_path, "https://example.org/kg/"))

    assert graph.lookup("浙江") == other.lookup("浙江")


def test_no_graph_says_how_to_make_one(tmp_path):
    with pytest.raises(NoGraph, match="kg build"):
        kg.open(tmp_path)


# ---------------------------------------------------------------- on a terminal


def shown(graph, width=80, *, evidence=False, **names):
    things = {kind: graph.find(kind, name) for kind, name in names.items()}
    rows = lookup(graph.store, Scope(**things))
    by = next(kind for kind in ("reform", "platform", "region") if kind in names)
    return findings(rows, things[by], by, width, evidence=evidence)


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("evidence", [False, True])
def test_no_line_is_wider_than_the_terminal(graph, width, evidence):
    for names in ({"region": "浙江"}, {"reform": "跨域联办"}, {"platform": "竹韵一体机"}):
        text = shown(graph, width, evidence=evidence, **names)
        assert [] == [line for line in text.split("\n") if cells(line) > width]


def test_a_lookup_reads_like_this(graph):
    assert """\
江西省 360000: 2 reports, 1 region, 2 reforms, 2 figures

江西省上饶市玉山县 361123 · 玉山县融媒体中心
reform    since  with    in    figure  what
────────  ─────  ──────  ────  ──────  ────────────
跨省联办  2023   常山县  2023    90项  跨省联办清单
                         2023    95项  跨省联办清单
邻里代跑  2024""" == shown(graph, region="江西")


def test_the_sentences_stand_below_their_figures(graph):
    lines = shown(graph, evidence=True, region="桐乡").split("\n")
    at = next(number for number, line in enumerate(lines) if "95.2%" in line)
    assert "  │ 桐乡“云端通办”办成约3500件，网办率95.2%。 (tongxiang-2023.txt:18)" == lines[at + 1]


def test_one_year_and_one_agency_go_into_the_heading(graph):
    text = shown(graph, region="桐乡")

    assert "浙江省嘉兴市桐乡市 330483 · 2023 · 桐乡市数据局" in text
    assert " since " not in text


def test_about_limit_and_target_are_marked(graph):
    text = shown(graph, region="浙江")

    assert "3500件  about" in text
    assert "90%  limit target" in text


def test_nothing_found_says_so(graph):
    assert "nothing is said of it" in shown(graph, region="上海")


# ---------------------------------------------------------------- side by side


def test_compare_puts_what_is_shared_first(graph):
    rows = compare(graph.store, [graph.find("region", name) for name in ("安吉", "桐乡")])
    reforms = [row["name"] for row in rows if row["kind"] == "reform"]

    assert ["云端通办", "少证办", "跨省联办"] == [reforms[0], *sorted(reforms[1:])]
    assert ["kind", "name", "浙江省湖州市安吉县", "浙江省嘉兴市桐乡市"] == list(rows[0])
    assert rows[0]["浙江省湖州市安吉县"].startswith("2022\n800件 云端通办办成量")


def test_compare_sets_the_latest_value_of_an_indicator_beside_the_others(graph):
    rows = {row["name"]: row for row in graph.compare("安吉", "桐乡") if row["kind"] == "indicator"}

    assert ("88% 2023", "95.2% 2023") == tuple(rows["网办率"].values())[2:]
    assert ("1200件 2023", "3500件 2023") == tuple(rows["办理量"].values())[2:]


@pytest.mark.parametrize(
    ("cell", "value"), [("since", 2022), ("figures", 4), ("reports", 2)], ids=["since", "figures", "reports"]
)
def test_matrix(graph, cell, value):
    rows = {row["code"]: row for row in matrix(graph.store, cell)}

    assert ["code", "region", "云端通办", "跨省联办", "少证办", "邻里代跑"] == list(rows["330523"])
    assert value == rows["330523"]["云端通办"]
    assert rows["330523"]["跨省联办"] is None


def test_matrix_turned_around_says_the_same(graph):
    rows, turned = matrix(graph.store), transposed(matrix(graph.store))

    assert {(r["region"], name, r[name]) for r in rows for name in list(r)[2:]} == {
        (region, r["reform"], r[region]) for r in turned for region in list(r)[1:]
    }
    assert [] == transposed([])


def test_matrix_within_a_region(graph):
    assert ["361123"] == [row["code"] for row in graph.matrix(within="江西")]


def test_the_graph_in_networkx_and_rdflib(graph):
    nodes = {data["label"]: data["kind"] for _, data in graph.to_networkx().nodes(data=True)}

    assert {"安吉县": "Region", "云端通办": "Reform", "松云通": "Platform"}.items() <= nodes.items()
    assert len(graph.store) >= len(graph.to_rdflib()) > 1000
    assert "triples" in repr(graph)
