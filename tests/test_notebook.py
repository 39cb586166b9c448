"""Reports, facts and graphs as objects: what they hold, how a notebook shows them, data frames in and out."""

import importlib
import json
import sys
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from asked import built

import kg
from kg.errors import KgError, UnreadableFile
from kg.frames import Rows, html_table

ROOT = Path(__file__).parent.parent
TUTORIAL = ROOT / "docs" / "tutorial.ipynb"
TEXT = "松溪县2023年数字服务小结\n\n松溪县推行“一网通办”，全年<网上>办件1200件，网办率88%。\n"


class Frame:
    """What of pandas' data frame is used."""

    def __init__(self, *rows):
        self.rows = rows

    def to_dict(self, orient):
        assert orient == "records"
        return [*self.rows]


@pytest.fixture
def reading(tmp_path):
    (tmp_path / "songxi.txt").write_text(TEXT, encoding="utf-8")
    return kg.reading(tmp_path / "songxi.txt")


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    return kg.open(built(tmp_path_factory.mktemp("asked")))


def shown(html):
    """The text of HTML that is well formed enough to nest."""
    parts, depth = [], []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, _attrs):
            if tag != "br":
                depth.append(tag)

        def handle_endtag(self, tag):
            assert depth.pop() == tag

        def handle_data(self, data):
            parts.append(data)

    Reader().feed(html)
    assert depth == []
    return "".join(parts)


def test_a_report_has_its_facts_names_and_relations(reading):
    assert reading.about["region"] == "福建省南平市松溪县"
    assert reading.about["period"] == "2023"
    assert [(fact.words, fact.observation.quantity.value) for fact in reading.facts] == [
        ("1200件", Decimal(1200)), ("88%", Decimal(88)),
    ]  # fmt: skip
    assert all(fact.sentence in reading.text for fact in reading.facts)
    assert {"kind": "Reform", "name": "一网通办"}.items() <= next(
        n for n in reading.names if n["kind"] == "Reform"
    ).items()  # fmt: skip
    assert [(r["predicate"], r["object"]) for r in reading.relations] == [("adopts", "一网通办")]


def test_a_report_is_shown_with_its_whole_text_and_every_mark(reading):
    html = reading._repr_html_()

    assert TEXT.strip() in shown(html)
    assert "<网上>" not in html
    for fact in reading.facts:
        assert f">{fact.words}</span>" in html
        assert f">{fact.words}</span>" in fact._repr_html_()


def test_many_reports_are_a_list_and_one_table_of_facts(reading, tmp_path):
    (tmp_path / "b.txt").write_text(TEXT.replace("松溪县", "政和县"), encoding="utf-8")
    found = kg.readings(tmp_path)

    assert [one.about["region"][-3:] for one in found] == ["政和县", "松溪县"]
    assert len(found.facts) == 2 * len(reading.facts)
    assert [row["facts"] for row in found.rows] == [2, 2]
    assert "政和县" in shown(found._repr_html_())
    assert "1200件" in shown(found.facts._repr_html_())


def test_rows_of_a_data_frame_are_reports_and_say_what_their_text_does_not(tmp_path):
    gap = float("nan")
    frame = Frame(
        {"text": "全年办件120件。", "region": "350724", "period": 2023.0, "other": 1},
        {"text": "全年办件80件。", "region": gap, "period": gap, "other": 2},
    )
    found = kg.readings(frame)
    graph = kg.make(frame, tmp_path / "g")

    assert [one.about["region"] for one in found] == ["福建省南平市松溪县", None]
    assert [one.about["period"] for one in found] == ["2023", None]
    assert (tmp_path / "g.jsonl").is_file()
    assert {(row["region"], row["value"]) for row in graph.facts()} == {("松溪县", "120"), ("", "80")}


@pytest.mark.parametrize("rows", [({"words": "没有"},), ({"text": "有。"}, {"text": None})])
def test_a_data_frame_without_text_is_refused(rows, tmp_path):
    with pytest.raises(UnreadableFile, match=r"frame#\d: has no 'text'"):
        kg.make(Frame(*rows), tmp_path / "g")
    assert not list(tmp_path.iterdir())


def test_a_graph_is_made_of_a_folder_and_opened(reading, tmp_path):
    graph = kg.make(tmp_path, tmp_path / "g")

    assert [row["report"] for row in graph.reports] == ["songxi.txt"]
    assert {row["written"] for row in graph.facts("松溪")} == {"1200件", "88%"}
    assert len(graph.facts()) == len(reading.facts)


def test_a_graph_gives_facts_panel_and_references(graph):
    cell = next(row for row in graph.panel("安吉", indicator="办理量") if row["period"] == "2023")

    assert cell["value"] == 1200
    assert graph.cite(cell["evidence"]).quote.endswith("网办率升到88%。")
    assert {row["file"] for row in graph.facts("桐乡")} == {"tongxiang-2023.txt"}
    assert {row["period"] for row in graph.facts(since=2023, until="2023")} == {"2023"}
    assert {row["reform"] for row in graph.facts(reform="云端通办")} == {"云端通办"}


def test_a_graph_and_its_rows_are_shown_as_tables(graph):
    head = shown(graph._repr_html_())

    assert "Report" in head
    assert "5" in head
    assert "安吉县" in shown(graph.lookup("浙江")._repr_html_())
    assert "2 more rows" in html_table([{"a": n} for n in range(62)])
    assert "&lt;b&gt;" in html_table([{"a": "<b>"}])
    assert ">b<" not in html_table([{"a": 1, "b": None}])


def test_rows_become_a_data_frame_with_numbers(graph):
    pandas = pytest.importorskip("pandas")
    frame = graph.panel().to_frame()

    assert list(frame.columns) == list(graph.panel()[0])
    assert frame["value"].dtype == "float64"
    assert frame["value"].max() == 3500
    assert Rows().to_frame().empty
    assert kg.readings(pandas.DataFrame([{"text": "办件3件。", "period": None}])).facts[0].words == "3件"


def test_without_pandas_it_says_what_to_install(graph, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(KgError, match="reform-kg\\[notebook\\]"):
        graph.reports.to_frame()


def test_a_graph_draws_its_pictures(graph, tmp_path):
    pytest.importorskip("matplotlib")
    try:
        picture = graph.plot("ranking", "浙江", indicator="办理量")
    except KgError as error:
        pytest.skip(str(error))
    picture.save(tmp_path / "a.svg")

    assert "办理量" in repr(picture)
    assert picture._repr_png_().startswith(b"\x89PNG")
    assert (tmp_path / "a.svg").read_text("utf-8").count("<svg") == 1


def test_the_tutorial_is_stored_without_outputs():
    cells = json.loads(TUTORIAL.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]

    assert len(code) >= 10
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_the_tutorial_runs(tmp_path, monkeypatch):
    for name in ("nbclient", "nbformat", "ipykernel", "pandas", "matplotlib"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed")
    try:
        importlib.import_module("kg.charts.fonts").family()
    except KgError as error:
        pytest.skip(str(error))
    import nbclient
    import nbformat

    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "data").symlink_to(ROOT / "data")
    notebook = nbformat.read(TUTORIAL, as_version=4)
    nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    kinds = [kind for cell in notebook.cells for out in cell.get("outputs", ()) for kind in out.get("data", ())]

    assert kinds.count("image/png") >= 2
    assert kinds.count("text/html") >= 6
    assert (tmp_path / "outputs" / "reforms.gexf").stat().st_size > 10_000
