"""Pictures: what they count on graphs of known answers, that they are drawn legibly, and the same each time."""

import os
import re
import string
import subprocess
import sys
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
from asked import adopts, graph_of, opened, report, says
from click.testing import CliRunner

import kg
from kg.ask.panel import panel
from kg.ask.resolve import Thing
from kg.builds.build import build
from kg.change.diffusion import Adoption, Dated, Diffusion, Point, diffusion
from kg.change.evidence import Evidence
from kg.change.territory import Region, territory
from kg.charts import NAMES
from kg.charts.adoption import adoption
from kg.charts.fonts import chosen
from kg.charts.make import CHARTS, About, most
from kg.charts.network import links
from kg.charts.ranking import bars
from kg.charts.spread import draw_spread
from kg.charts.tilemap import by_adopters
from kg.charts.words import LANGUAGES, words_of
from kg.cli import main
from kg.errors import KgError
from kg.graph.store import open_store
from kg.resources import data_path
from kg.terms.gazetteer import load_gazetteer
from kg.terms.tiles import load_tiles

ROOT = Path(__file__).parent.parent
BASE = "https://w3id.org/reform-kg/"
ZHEJIANG = Thing(f"{BASE}region/330000", "浙江省", "330000")
REMEDY = "apt-get install fonts-noto-cjk"


@pytest.fixture(scope="module")
def digests(tmp_path_factory):
    folder = tmp_path_factory.mktemp("charts")
    build([ROOT / "data" / "reports"], folder)
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The invented graph."""
    return opened(tmp_path_factory.mktemp("asked"))


@pytest.fixture(scope="module")
def lettering():
    """The name of a Chinese font, set for the test's pictures."""
    pytest.importorskip("matplotlib")
    from kg.charts.fonts import family

    try:
        return family()
    except KgError as error:
        pytest.skip(str(error))


def drawn(store, name, about=None, language="zh"):
    return CHARTS[name].make(store, about or About(), words_of(store, language))


def texts(page):
    return [text.get_text() for text in page.figure.findobj(match=lambda a: hasattr(a, "get_text")) if text.get_text()]


def test_the_matrix_has_the_first_year_of_each_meeting(store):
    grid = adoption(store)

    assert [name for _, name in grid.regions] == ["桐乡市", "安吉县", "玉山县"]
    assert grid.since["云端通办", ("330523", "安吉县")] == 2022
    assert grid.since["少证办", ("330523", "安吉县")] == 2023
    assert grid.spread == {"云端通办": 2, "跨省联办": 2, "少证办": 1, "邻里代跑": 1}


def test_the_matrix_of_a_province_has_its_regions_only(store):
    assert {code for code, _ in adoption(store, ZHEJIANG.iri).regions} == {"330483", "330523"}


def test_the_matrix_says_what_kg_matrix_says(digests):
    found = adoption(open_store(digests))
    rows = {row["code"]: row for row in kg.open(digests).matrix()}

    assert len(rows) == found.all_regions
    assert len(found.since) >= 50
    for (reform, (code, _)), year in found.since.items():
        assert rows[code][reform] == year
    assert len(found.since) == sum(row[reform] is not None for row in rows.values() for reform in found.reforms)


def test_a_ranking_keeps_units_apart_and_the_latest_year_of_each_region(store):
    found = bars(panel(store, None, f"{BASE}indicator/办理量"))

    assert list(found) == ["件"]
    assert [(bar.region, bar.period, bar.value, bar.approximate) for bar in found["件"]] == [
        ("桐乡市", "2023", Decimal(3500), True), ("安吉县", "2023", Decimal(1200), False),
    ]  # fmt: skip
    assert found["件"][0].kin == found["件"][1].kin  # one phrase, one reform


def test_figures_of_two_units_and_phrases_are_of_different_kin(store):
    found = bars(panel(store, None, f"{BASE}indicator/覆盖数"))

    assert [(bar.region, bar.base) for bar in found["个"]] == [
        ("桐乡市", "惠乡码进村数"), ("安吉县", "竹韵一体机进驻乡镇"),
    ]  # fmt: skip
    assert len({bar.kin for bar in found["个"]}) == 2


def test_statements_that_conflict_have_no_bar():
    row = {"region": "甲县", "code": "1", "period": "2024", "months": None, "unit": "件", "value": None, "base": "办件",
           "reform": None, "platform": None, "written": None, "approximate": False,
           "note": "conflict: 5件 (甲); 6件 (乙)"}  # fmt: skip
    bar = bars([row])["件"][0]

    assert bar.value is None
    assert bar.written == "5件 (甲); 6件 (乙)"


def test_a_map_tells_a_province_without_adopters_from_one_without_reports(store):
    counts = by_adopters(territory(store), diffusion(store, f"{BASE}reform/云端通办"))

    assert counts.shown == {"33": 2, "36": 0}
    assert counts.known == {"33": 2, "36": 1}
    assert "35" not in counts.known


def test_a_network_joins_regions_to_reforms_and_reforms_to_platforms(store):
    found = links(store, ZHEJIANG.iri)
    names = [[found.names[it] for it in column] for column in found.columns]

    assert names == [["桐乡市", "安吉县"], ["跨省联办", "云端通办", "少证办"], ["惠乡码", "松云通"]]
    told = {(found.names[one], found.names[other], weight) for one, other, weight in found.edges}
    assert ("安吉县", "云端通办", 2) in told
    assert ("云端通办", "松云通", 1) in told


def test_what_nothing_names_is_what_there_is_most_of(store):

    assert [thing.label for thing in most(store, "reform", 2)] == ["云端通办", "跨省联办"]
    assert most(store, "region", 1)[0].label == "安吉县"
    assert most(store, "indicator", 1)[0].label == "办理量"


def test_every_picture_has_its_name():
    assert tuple(CHARTS) == NAMES


def test_every_province_has_one_tile_of_its_own():
    provinces = {d.code for d in load_gazetteer().divisions if d.level == "province" and d.holds(None)}

    assert {tile.code for tile in load_tiles()} == provinces
    assert len({(tile.column, tile.row) for tile in load_tiles()}) == len(provinces)


def test_every_word_stands_in_both_languages_with_the_same_blanks():
    lines = [line.split("\t") for line in data_path("charts/words.tsv").read_text("utf-8").splitlines()[2:]]
    code = "".join(path.read_text("utf-8") for path in (ROOT / "kg" / "charts").glob("*.py"))

    def blanks(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    made = {f"network.{kind}" for kind in ("region", "reform", "platform")}
    assert len(lines) > 40
    for key, zh, en in lines:
        assert zh
        assert blanks(zh) == blanks(en), key
        assert re.search(f"[\"']{re.escape(key)}[\"']", code) or key in made, f"nothing writes {key}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_all_that_is_written_lies_on_the_sheet_and_no_two_words_cover_each_other(name, language, digests, lettering):
    assert_legible(lambda: drawn(open_store(digests), name, language=language), lettering)


def test_names_of_many_new_regions_stand_clear_of_the_years(store, lettering):
    def adopter(number, year):
        region = Region(str(330500 + number), f"甲县{number}", f"甲县{number}", f"x:{number}", "county")
        where = Evidence("a.txt", 0, 1, "", "", "", "", f"x:{number}")
        return Adoption(region, "浙江省", "湖州市", "少证办", year, Dated.PERIOD, 1, None, 0, where)

    adopters = tuple(adopter(n, 2021 + n // 6) for n in range(12))
    curve = (Point(2021, 6, 6, 60, 60, None), Point(2022, 6, 12, 90, 150, None), Point(2023, 0, 12, 9, 159, None))
    found = Diffusion(adopters, curve, (), (), (), 159)

    assert_legible(lambda: draw_spread(found, "少证办", words_of(store, "zh"), "–"), lettering)


def assert_legible(make, lettering):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    from kg.charts.sheet import typed

    with typed(lettering):
        figure = make().figure
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        whole = figure.bbox
        boxes = [(t.get_text(), t.get_window_extent(canvas.get_renderer())) for t in figure.findobj(Text)]
    boxes = [(text, box.padded(-1)) for text, box in boxes if text]

    assert len(boxes) > 8
    assert [text for text, box in boxes if not (whole.x0 <= box.x0 and box.x1 <= whole.x1)] == []
    assert [text for text, box in boxes if not (whole.y0 <= box.y0 and box.y1 <= whole.y1)] == []
    assert [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if one.overlaps(other)] == []


def test_the_same_graph_gives_the_same_bytes(store, lettering, tmp_path):
    from kg.charts.sheet import save, typed

    with typed(lettering):
        for name in NAMES:
            for kind in ("png", "svg"):
                files = [tmp_path / f"{name}{turn}.{kind}" for turn in "12"]
                for file in files:
                    save(drawn(store, name).figure, file)
                assert files[0].read_bytes() == files[1].read_bytes(), (name, kind)
                assert b"dc:date" not in files[0].read_bytes()


@pytest.mark.usefixtures("lettering")
def test_the_order_in_which_python_hashes_changes_nothing(digests, tmp_path):
    made = []
    for seed in "12":
        file = tmp_path / f"{seed}.svg"
        command = [sys.executable, "-m", "kg", "plot", "network", "-g", str(digests), "-o", str(file)]
        subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, check=True, timeout=60)
        made.append(file.read_bytes())

    assert made[0] == made[1]


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A graph of a report that says nothing."""
    folder = tmp_path_factory.mktemp("empty")
    (folder / "a.txt").write_text("这里什么也没有说。\n", encoding="utf-8")
    build([folder / "a.txt"], folder / "graph")
    return folder / "graph"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("lettering")
def test_an_empty_graph_is_said_to_be_empty(name, empty):
    written = texts(drawn(open_store(empty), name))

    assert {"图谱中没有可画的内容", "没有地区报告推行任何改革", "图谱中没有可定位的报告"} & {*written}


@pytest.mark.usefixtures("lettering")
def test_a_single_region_is_said_to_be_one(tmp_path):
    one = report("a.txt", "330523", "2023", None, "安吉县2023年小结", says("推行“少证办”。", adopts("少证办")))
    store = graph_of(tmp_path, one)
    written = texts(drawn(store, "diffusion"))

    assert "只有一个地区报告推行，谈不上推广" in written


@pytest.mark.usefixtures("lettering")
def test_the_source_line_counts_the_reports(store):
    assert any("5份报告（2022–2024）" in text for text in texts(drawn(store, "map")))
    assert any("3份报告" in text for text in texts(drawn(store, "matrix", About(region=ZHEJIANG))))


@pytest.mark.usefixtures("lettering")
def test_the_gallery_shows_all_pictures_and_asks_nothing_of_the_net(digests, tmp_path):
    done = CliRunner().invoke(main, ["plot", "--all", str(tmp_path / "g"), "-g", str(digests)])
    page = (tmp_path / "g" / "index.html").read_text("utf-8")
    named = re.findall(r'(?:src|href)="([^"]+)"', page)

    assert done.exit_code == 0, done.output
    assert {name.split("-")[1].split(".")[0] for name in named} == {*NAMES}
    assert all((tmp_path / "g" / name).stat().st_size > 5_000 for name in named)
    assert "://" not in page
    assert "kg plot diffusion --reform 高效办成一件事" in page


def test_the_best_of_the_installed_fonts_is_taken():
    assert chosen(["SimHei", "DejaVu Sans", "Noto Sans CJK SC"]) == "Noto Sans CJK SC"
    with pytest.raises(KgError, match=REMEDY):
        chosen(["DejaVu Sans"])


def test_a_font_without_chinese_is_refused(digests, tmp_path):
    mpl = pytest.importorskip("matplotlib")
    latin = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    (tmp_path / "a.ttf").write_text("no font", encoding="utf-8")

    for file, what in ((latin, REMEDY), (tmp_path / "a.ttf", "is no font that can be read")):
        done = CliRunner().invoke(main, ["plot", "map", "-g", str(digests), "-o", "x.png", "--font", str(file)])
        assert done.exit_code == 3
        assert what in done.output


def test_without_matplotlib_it_says_what_to_install(digests, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    done = CliRunner().invoke(main, ["plot", "map", "-g", str(digests), "-o", "x.png"])

    assert done.exit_code == 3
    assert "pip install 'reform-kg[plot]'" in done.output


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        ("plot", 2, "Which picture?"),
        ("plot map", 2, "Where to?"),
        ("plot map --all x", 2, "Which picture?"),
        ("plot --all x --reform 放管服", 2, "chooses by itself"),
        ("plot map -o x.png --indicator 网办率", 2, "map takes --reform, not --indicator"),
        ("plot pie -o x.png", 2, "pie"),
        ("plot map -o x.gif", 3, "is neither .png nor .svg"),
        ("plot map -o x.png --reform 没有这项", 3, "no reform is called"),
    ],
)
@pytest.mark.usefixtures("lettering")
def test_misuse_is_told(words, code, what, digests):
    done = CliRunner().invoke(main, [*words.split(), "-g", str(digests)])

    assert done.exit_code == code
    assert what in done.output
