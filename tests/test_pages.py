import csv
import json
import re
import shutil
import time
from collections import deque
from html import unescape
from html.parser import HTMLParser
from math import ceil
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from asked import reports
from click.testing import CliRunner
from served import EVERYTHING, hostile, serving

from kg.ask.query import shipped
from kg.charts import NAMES
from kg.charts.fonts import family
from kg.cli import main
from kg.errors import KgError
from kg.serve.pages import address
from kg.serve.reading import paragraphs
from kg.serve.remarks import in_chinese
from kg.serve.tiles import SHADES, legend
from kg.terms.gazetteer import load_gazetteer
from kg.terms.tiles import load_tiles

ROOT = Path(__file__).parent.parent
HTML = {"Accept": "text/html,*/*;q=0.8"}
PAGES = 60
"""At least so many addresses are reached from the first page of the invented graph; it has some hundred."""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("pages"), "--timeout", "20", "--quiet") as found:
        yield found


@pytest.fixture(scope="module")
def client(served):
    with served.client(headers=HTML, follow_redirects=True) as found:
        yield found


class Page(HTMLParser):
    """What a test wants of a page: links, ids, texts by tag, and anything that may not be there."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.tags, self.bad, self.words, self.labels, self.fields = [], [], [], [], [], [], []
        self.lang = self.title = ""
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self._in = tag
        self.tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given[name] for name in ("href", "src", "action") if given.get(name)]
        self.bad += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        if tag in {"img", "script"} and "src" not in given:
            self.bad.append(tag)
        if tag == "img" and "alt" not in given:
            self.bad.append("img without alt")
        if tag == "html":
            self.lang = given.get("lang", "")
        if tag in {"input", "select", "textarea"}:
            self.fields.append(given)

    def handle_data(self, data):
        self.words.append(data)
        if self._in == "title":
            self.title += data
        self._in = ""


@pytest.fixture(scope="module")
def crawled(served):
    """Every page that can be reached from the first, in both languages."""
    with served.client(headers=HTML, follow_redirects=True) as client:
        return _crawled(served, client)


def _crawled(served, client):
    found, waiting = {}, deque(["/", "/?lang=en"])
    while waiting:
        path = waiting.popleft()
        if path in found:
            continue
        assert len(found) < 2000, path
        answer = client.get(path)
        found[path] = answer
        if answer.headers["content-type"].startswith("text/html"):
            for link in Page(answer.text).links:
                whole = urlsplit(urljoin(served.url + path.lstrip("/"), link))
                assert whole.netloc == urlsplit(served.url).netloc, (path, link)
                waiting.append(whole.path + (f"?{whole.query}" if whole.query else ""))
    return found


def test_every_link_leads_somewhere(crawled):
    assert len(crawled) > PAGES
    assert not {path: answer.status_code for path, answer in crawled.items() if answer.status_code != 200}


def test_no_page_runs_what_a_report_says(crawled):
    pages = {path: answer for path, answer in crawled.items() if answer.headers["content-type"].startswith("text/html")}
    speaking = [path for path, answer in pages.items() if "alert(" in answer.text]

    assert len(speaking) > 10
    for path, answer in pages.items():
        assert [] == Page(answer.text).bad, path
        assert not any(evil in answer.text for evil in EVERYTHING), path
        assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_every_page_is_made_for_everyone(crawled):
    for path, answer in crawled.items():
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        page = Page(answer.text)
        assert page.lang in {"en", "zh-Hans"}
        assert 1 == page.tags.count("h1"), path
        assert 1 == page.tags.count("main"), path
        assert page.title.strip(" ·\n"), path
        assert len(page.ids) == len(set(page.ids)), path
        assert 'name="viewport"' in answer.text


def test_nothing_is_fetched_from_elsewhere(client):
    for name in ("style.css", "page.js", "report.js", "graph.js", "editor.js", "icon.svg"):
        text = client.get(f"/static/{name}").text.replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.sub(r"^\s*//.*|[^:]// .*", "", text, flags=re.MULTILINE).replace("https://", "http://"), (
            name
        )
        assert "innerHTML" not in text


# ---------------------------------------------------------------- from a fact to its words


def marked(text, ident):
    """The characters that a page marks for a statement: all pieces that name it."""
    numbers = {card: n for n, card in enumerate(re.findall(r'<li id="c-([^"]+)"', text))}
    pieces = re.findall(r'data-marks="([\d ]+)">([^<]*)</a>', text)
    return "".join(words for marks, words in pieces if str(numbers[ident]) in marks.split())


def test_each_fact_leads_to_its_characters(client):
    rows = client.get("/api/lookup?region=浙江").json()
    page = client.get("/region/330000").text
    links = {unquote(link) for link in re.findall(r'class="evidence" href="([^"]+)"', page)}

    paths = {one.document.path: f"/report/{one.document.sha256[:16]}" for one in reports()}
    checked = 0
    for row in rows:
        if row["file"].startswith("<") or row["statement"] == "names":
            continue
        name = {"figure": "obs", "adopts": "adopts", "runs on": "delivery", "shared with": "partner"}[row["statement"]]
        place = f"#{name}-{row['start']}-{row['end']}"
        assert paths[row["file"]] + place in links
        text = client.get(paths[row["file"]]).text
        assert f'id="{place[1:]}"' in text
        assert row["quote"] == marked(text, place[1:])
        checked += 1
    assert checked > 10


def test_the_whole_text_is_there(client):
    for one in (*reports(), hostile()):
        path = f"/report/{one.document.sha256[:16]}"
        page = client.get(path)
        article = re.search(r"<article.*?</article>", page.text, re.DOTALL)[0]
        text = "".join(Page(article).words)
        assert "".join(one.document.text.split()) == "".join(text.split())


def test_what_was_dropped_is_shown_on_request(client):
    path = f"/report/{reports()[0].document.sha256[:16]}"
    plain, more = client.get(path).text, client.get(f"{path}?rejected").text

    assert "k-dropped" not in plain
    assert 'id="c-dropped-' in more


def test_every_study_has_its_words(client):
    """A title, a heading for each column, and words for each verdict: nothing is shown by the name it has in Python."""
    from kg.serve.studies import STUDIES

    client.cookies.clear()
    index = client.get("/studies").text
    for name in STUDIES:
        assert f"/studies/{name}" in index
        heads = re.findall(r'<th scope="col">([^<]*)</th>', client.get(f"/studies/{name}").text)
        assert not [head for head in heads if re.fullmatch(r"[a-z ]+", head)], name


def test_the_words_of_a_study_are_marked(client):
    text = client.get("/studies/conflicts").text
    link = unescape(re.search(r'class="evidence" href="([^"]+)"', text)[1])

    assert "obs" in link
    assert f'id="{link.split("#")[1]}"' in client.get(link.split("#")[0]).text


def test_a_report_and_a_fact_are_cited_as_the_command_does(served, client):
    one = reports()[0].document
    path = f"/report/{one.sha256[:16]}"
    page = client.get(path).text
    link = unescape(re.search(r'href="(/cite/[^"]+)"', page)[1])
    fact = client.get(link).text

    for name, text in ((one.path, page), (f"{one.sha256[:16]}#{link.split('/')[-1]}", fact)):
        told = json.loads(CliRunner().invoke(main, ["cite", name, "-g", str(served.graph), "--format", "json"]).stdout)[
            0
        ]
        assert told["gbt7714"] in unescape(text)
        assert told["bibtex"] in unescape(text)
    assert "安吉县政务服务办公室. 安吉县2022年竹乡政务年报[R]. 2023-01-20." in page
    assert "“竹乡推行“云端通办”，经松云通办成800件，网办率81.5%。”" in fact
    assert f'href="{path}#{link.split("/")[-1]}"' in fact


def test_who_is_central(client):
    """Two regions carry out 云端通办, two 跨省联办; 安吉县 has 少证办 to itself, and the reform that is markup."""
    rows = re.findall(r'<tr><td><a class="thing k-\w+"[^>]*>([^<]+)</a></td><td>\w+</td><td[^>]*>(\d)</td>',
                      client.get("/studies/centrality").text)  # fmt: skip
    counts = dict(rows)

    assert ("2", "2", "1", "1") == tuple(counts[name] for name in ("云端通办", "跨省联办", "少证办", "邻里代跑"))
    assert ("3", "2", "2") == tuple(counts[name] for name in ("安吉县", "桐乡市", "玉山县"))
    assert "321" == "".join(dict.fromkeys(count for _, count in rows))


def table(text):
    """The cells of a page's table, row by row, as a reader sees them."""
    rows = re.findall(r"<tr>(<td.*?)</tr>", text, re.DOTALL)
    return [[unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
            for row in rows]  # fmt: skip


def test_how_widely_an_indicator_is_stated(client):
    client.cookies.clear()
    rows = {row[0]: row[2:] for row in table(client.get("/studies/indicators").text)}
    alone = {row[0]: row[2:] for row in table(client.get("/studies/indicators?region=361123").text)}

    assert ["3", "2", "3", "66.67", "2022、2023", "2024"] == rows["网办率"]
    assert ["0", "0", "1", "0", "", "2023、2024"] == alone["网办率"]


def test_the_panel_is_narrowed_and_comes_as_csv(client, served):
    client.cookies.clear()
    page = client.get("/studies/panel", params={"region": "安吉", "indicator": "网办率", "since": "2023"}).text
    link = unescape(re.search(r'href="(/api/panel[^"]+)"', page)[1])
    answer = client.get(link)
    command = ["panel", "--region", "安吉", "--indicator", "网办率", "--since", "2023", "-g", str(served.graph)]

    assert [["安吉县", "2023", "", "网办率", "88", "%", "云端通办网办率"]] == [row[:7] for row in table(page)]
    assert answer.headers["content-type"].startswith("text/csv")
    assert "panel.csv" in answer.headers["content-disposition"]
    assert list(csv.DictReader(CliRunner().invoke(main, command).stdout.splitlines())) == list(
        csv.DictReader(answer.text.splitlines())
    )
    whole = client.get("/studies/panel").text
    assert len(client.get("/api/panel").json()) == len(table(whole)) > 5
    assert len(client.get("/api/panel?targets=true").json()) == len(table(whole)) + 1


def test_a_panel_of_nothing_and_of_a_name_unknown(client):
    client.cookies.clear()
    empty, unknown = client.get("/studies/panel?region=330822"), client.get("/studies/panel?indicator=无此指标")

    assert "没有可列的" in empty.text
    assert client.get("/api/panel?region=330822&format=csv").text.startswith(
        "region,code,period,months,indicator,value"
    )
    assert 404 == unknown.status_code
    assert "无此指标" in re.search(r'<pre class="warning">.*?</pre>', unknown.text, re.DOTALL)[0]


def test_the_pictures_are_those_of_the_command(served, client, tmp_path):
    pytest.importorskip("matplotlib", reason="is not installed: pip install 'reform-kg[plot]'")
    try:
        family()
    except KgError as error:
        pytest.skip(str(error))
    client.cookies.clear()
    page = client.get("/studies/pictures", params={"reform": "跨省联办", "lang": "en"}).text
    found = [unescape(path) for path in re.findall(r'<img src="(/pictures/[^"]+)"', page)]

    assert [f"/pictures/{name}.svg" for name in NAMES] == [path.split("?")[0] for path in found]
    assert ["reform" in path for path in found] == [name in {"diffusion", "map"} for name in NAMES]
    for name, path in zip(NAMES, found, strict=True):
        answer, file = client.get(path), tmp_path / f"{name}.svg"
        given = ["--reform", "跨省联办"] if "reform" in path else []
        CliRunner().invoke(main, ["plot", name, *given, "--lang", "en", "-g", str(served.graph), "-o", str(file)])
        assert "image/svg+xml" == answer.headers["content-type"]
        assert file.read_bytes() == answer.content
    client.cookies.clear()
    assert "无此改革" in client.get("/studies/pictures?reform=无此改革").text
    assert 404 == client.get("/pictures/none.svg").status_code


def test_a_server_that_cannot_draw_says_what_it_needs(tmp_path, monkeypatch):
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "matplotlib.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "without"))
    with serving(tmp_path, "--quiet") as served, served.client(headers=HTML) as client:
        page, picture = client.get("/studies/pictures"), client.get("/pictures/map.svg")

    assert 200 == page.status_code
    assert "reform-kg[plot]" in page.text
    assert "/pictures/" not in page.text.replace("/studies/pictures", "")
    assert 503 == picture.status_code


def test_names_that_no_list_holds_lead_to_their_words(client):
    client.cookies.clear()
    rows = {row[1]: row for row in table(client.get("/studies/suggest").text)}
    alone = client.get("/studies/suggest?region=361123").text

    assert ["平台", "竹韵一体机", "2", "2"] == rows["竹韵一体机"][:4]
    assert ["邻里代跑"] == [row[1] for row in table(alone)]
    link = unescape(re.search(r'class="evidence" href="([^"]+)"', alone)[1])
    assert "邻里代跑" == marked(client.get(link.split("#")[0]).text, link.split("#")[1])


def test_a_changed_file_is_not_shown(tmp_path):
    with serving(tmp_path, "--quiet") as served, served.client(headers=HTML) as client:
        one = reports()[0].document
        path = f"/report/{one.sha256[:16]}"
        (served.texts / one.path).write_text("另一份文字。", encoding="utf-8")
        changed = client.get(path).text
        shutil.rmtree(served.texts)
        gone = client.get(f"{path}?rejected").text

    assert "改动过" in changed
    assert "找不到" in gone
    for page in (changed, gone):
        assert "另一份文字" not in page
        assert "松云通" in page  # in the sentences that the graph quotes


def test_overlapping_marks_are_cut_into_pieces():
    marks = [{"start": 0, "end": 4, "id": "a"}, {"start": 2, "end": 6, "id": "b"}, {"start": 2, "end": 3, "id": "c"}]
    pieces = [(p["text"], p["marks"]) for line in paragraphs("abc\ndefg\n\nh", marks) for p in line["pieces"]]

    assert [("ab", [0]), ("c", [0, 1, 2]), ("de", [1]), ("fg", []), ("h", [])] == pieces


# ---------------------------------------------------------------- what pages say


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", ["安吉县", "云端通办", "报告", "还缺什么"]),
        ("/?province=330000", ["安吉县"]),
        ("/?year=1999", ["没有推行记录"]),
        ("/?since=2023&until=2023", ["桐乡市"]),
        ("/?lang=en", ["served from the cloud", "What is missing"]),
        ("/region/330523", ["浙江省湖州市安吉县", "湖州市", "云端通办", "1,200", "88", "松云通", "网办率"]),
        ("/region/330000", ["湖州市", "云端通办", "玉山县"]),
        ("/region/330523?year=2022", ["800"]),
        ("/region/330483", ["协作地区", "玉山县"]),
        ("/region/330822", ["协作地区", "玉山县"]),
        ("/reform/跨省联办", ["跨域联办", "玉山县", "惠乡码", "90"]),
        ("/platform/惠乡码", ["跨省联办", "176", "进村数"]),
        ("/indicator/网办率", ["95.2", "88", "口径", "目标"]),
        ("/agency/330523/安吉县政务服务办公室", ["竹乡政务年报"]),
        ("/policy/数字服务条例", ["安吉县", "桐乡市"]),
        ("/unit/%25", ["81.5"]),
        ("/reports", ["玉山街坊有了帮办员", "安吉县"]),
        ("/regions", ["安吉县", "330523"]),
        ("/search?q=雲端", ["云端通办"]),
        ("/search?q=雲上辦", ["云端通办", "又名"]),
        ("/search?q=330523", ["安吉县"]),
        ("/search?q=不存在的名字", ["没有名称包含"]),
        ("/graph?around=region/330523", ["关系图", 'data-around="region/330523"']),
        ("/studies", ["逐年变化", "kg trend", "/studies/audit"]),
        ("/studies/trend", ["安吉县", "81.5", "88", "6.5"]),
        ("/studies/trend?region=361123", ["玉山县"]),
        ("/studies/trend?region=330483", ["没有可列的"]),
        ("/studies/targets", ["网办率", "90", "2023"]),
        ("/studies/names", ["少证办", "首次提到"]),
        ("/studies/diffusion", ["云端通办", "2022", "2023"]),
        ("/studies/diffusion?reform=跨省联办", ["玉山县", "桐乡市"]),
        ("/studies/alike", ["安吉县", "桐乡市", "Jaccard"]),
        ("/studies/together", ["提升度"]),
        ("/studies/communities", ["云端通办"]),
        ("/studies/centrality", ["云端通办", "中介中心性", "改革"]),
        ("/studies/centrality?region=361123", ["邻里代跑"]),
        ("/studies/centrality?region=330822", ["没有可列的"]),
        ("/studies/audit", ["核算"]),
        ("/studies/conflicts", ["跨省联办清单", "90项", "95项", "同一份报告内"]),
        ("/studies/suggest?region=330822", ["没有可列的"]),
        ("/studies/suggest?lang=en", ["Names that no list holds", "Documents"]),
        ("/studies/indicators?lang=en", ["share done online", "Years without"]),
        ("/studies/coverage", ["浙江省"]),
        ("/studies/coverage?lang=en", ["Prefectures"]),
        ("/region/330523", ["/studies/trend?region=330523"]),
        ("/api", ["/api/lookup"]),
        ("/sparql?query=SELECT ?n { ?r a kg:Reform ; skos:prefLabel ?n } ORDER BY ?n", ["云端通办", "format=csv"]),
        ("/sparql?query=ASK { ?s a kg:Reform }", [">是<"]),
        ("/sparql?query=DESCRIBE reform:云端通办", ["@prefix"]),
    ],
)
def test_a_page_says(client, path, words):
    page, _, query = path.partition("?")
    params = dict(pair.split("=", 1) for pair in query.split("&")) if query else {}
    client.cookies.clear()
    answer = client.get(page, params=params)

    assert 200 == answer.status_code
    assert [] == [word for word in words if word not in answer.text]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nothing", 404), ("/region/999999", 404), ("/studies/none", 404), ("/studies/trend?region=999999", 404),
     ("/reform/无", 404), ("/report/0000", 404),
     ("/cite/0000/obs-1-2", 404),
     ("/report/..%2f..%2fetc", 404), ("/static/../app.py", 404), ("/static/%2e%2e/app.py", 404), ("/region/", 404),
     ("/?year=abcd&province=%00", 200)],
)  # fmt: skip
def test_an_address_that_leads_nowhere(client, path, status):
    answer = client.get(path)

    assert status == answer.status_code
    assert answer.headers["content-type"].startswith("text/html") or status == 404


def test_a_broken_query_keeps_its_text_and_shows_the_place(client):
    answer = client.get("/sparql", params={"query": "SELECT * { ?s ?p </textarea><script>alert(1)</script>"})

    assert 400 == answer.status_code
    assert "query:1:" in answer.text
    assert "<script>alert" not in answer.text


def test_each_example_of_the_editor_runs(client):
    texts = [unescape(text) for text in re.findall(r'data-text="([^"]+)"', client.get("/sparql").text)]

    assert len(texts) == len(shipped())
    for text in texts:
        answer = client.get("/sparql", params={"query": text}, headers={"Accept": "*/*"})
        assert 200 == answer.status_code, text


def test_the_language_is_remembered(served):
    with served.client(headers=HTML) as client:
        assert 'lang="zh-Hans"' in client.get("/").text
        assert 'lang="en"' in client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"}).text[:200]
        assert 'lang="en"' in client.get("/reports?lang=en").text[:200]
        assert 'lang="en"' in client.get("/").text[:200]


def test_suggestions_come_in_either_script(client):
    for words in ("云端", "雲端"):
        hits = client.get("/api/suggest", params={"q": words}).json()
        assert ("云端通办", "/reform/云端通办") == (hits[0]["zh"], hits[0]["path"])


def test_suggestions_of_one_kind(client):
    hits = client.get("/api/suggest", params={"q": "安吉", "kind": "agency"}).json()

    assert {"agency"} == {hit["kind"] for hit in hits}


def test_the_editor_is_offered_terms(client):
    offered = {term["name"]: term for term in client.get("/api/terms").json()}

    assert "推行" == offered["kg:adopts"]["zh"]
    assert "skos:prefLabel" in offered
    assert not [name for name in offered if name.startswith("reform:")]


def tile(text, words):
    return next(found for found in re.findall(r"<li class=\"cx\d cy\d\">.*?</li>", text) if words in found)


def test_the_map_tells_nothing_from_nothing_known(client):
    text = client.get("/?until=2022").text

    assert re.search(r'class="h5".*<b>1</b>', tile(text, "浙江"))
    assert 'class="hx"' in tile(text, "江西")  # has reports, but none of an adoption up to then
    assert "href" not in tile(text, "西藏")


def test_remarks_are_in_the_language_of_the_page(client):
    """In Chinese no English word is left that the analyses write; in English they stand as the commands print them."""
    said = 0
    for name in ("trend", "targets", "names", "panel", "suggest", "audit"):
        for lang in ("zh", "en"):
            page = client.get(f"/studies/{name}?lang={lang}").text
            notes = [unescape(n) for n in re.findall(r"<td><small>(.+?)</small></td>", page)]
            said += len(notes)
            english = [n for n in notes if re.search(r"[a-z]{3,}", re.sub(r"\([^()]+:\d+\)", "", n))]
            assert english == (notes if lang == "en" else [])
    client.cookies.clear()
    assert said >= 10


@pytest.mark.parametrize(
    "remark",
    [
        "definition: 办理量 / none; base: 甲 / 乙; unit: 件 / 项; reform: 甲 / 乙; platform: 甲 / 乙; body: 甲 / 乙",
        "length of period: months 1-6 of 2023 / month 7 of 2024; the difference is within rounding",
        "statements of 2023 differ: 5 (甲:1); 6 (乙:2); 2024 is a limit, not a value; 2023 is approximate",
        "worded: 甲 / 乙; not of years that follow each other; no growth from zero; cut off, not rounded",
        "conflict: 5 (甲:1); 6 (乙:2); other bases: 丙 7 (甲:9)",
        "no longer named, which does not tell that it ended; related name: 甲、乙",
        "its name ends in 系统",
        "it is above 3 of 4 listed names that end so too",
    ],
)
def test_each_remark_that_an_analysis_writes_has_its_chinese(remark):
    assert not re.search("[a-z;]", in_chinese(remark))


def test_the_map_tells_what_its_shades_mean(client):
    text = client.get("/", headers={"accept-language": "zh"}).text
    counts = {int(n) for n in re.findall(r'class="h\d"[^>]*>\w+<b>(\d+)</b>', text)}
    key = re.search(r'<ul class="legend" aria-label="图例">.*?</ul>', text, re.DOTALL)[0]
    told = {int(shade): (int(low), int(high or low)) for shade, low, high in
            re.findall(r'h(\d)"[^>]*></span>(\d+)(?:–(\d+))?', key)}  # fmt: skip

    assert counts
    for shade, count in re.findall(r'class="h(\d)"[^>]*>\w+<b>(\d+)</b>', text):
        low, high = told[int(shade)]
        assert low <= int(count) <= high
    assert max(high for _, high in told.values()) == max(counts)
    assert "有报告，无推行记录" in key
    assert "没有报告" in key


@pytest.mark.parametrize("most", [1, 3, 5, 7, 41])
def test_each_shade_stands_for_counts_of_its_own(most):
    shown = [{"count": count, "shade": ceil(SHADES * count / most)} for count in range(1, most + 1)]
    key = legend(shown)

    assert [n for one in key for n in range(one["low"], one["high"] + 1)] == list(range(1, most + 1))
    for tile in shown:
        assert [one["shade"] for one in key if one["low"] <= tile["count"] <= one["high"]] == [tile["shade"]]


def test_every_province_has_a_place_of_its_own_on_the_grid():
    provinces = {d.code for d in load_gazetteer().divisions if d.level == "province" and d.holds(None)}

    assert provinces == {place.code for place in load_tiles()}
    assert 34 == len({(place.column, place.row) for place in load_tiles()})
    assert max(place.column for place in load_tiles()) <= 9  # the style sheet knows so many
    assert max(place.row for place in load_tiles()) <= 8


RANKED = r'<tr><td class="r"(?: data-value="\d")?>(\d?)</td><td><a class="thing k-region"[^>]*>(\w+)'


def test_bases_are_ranked_apart(client):
    rate, reach = client.get("/indicator/网办率").text, client.get("/indicator/覆盖数").text

    assert [("1", "桐乡市"), ("2", "安吉县")] == re.findall(RANKED, rate)  # 95.2% and 88%; the aim of 90% has no rank
    assert [("", "桐乡市"), ("", "安吉县")] == re.findall(RANKED, reach)  # villages and townships: no ranks
    assert "互不可比" in reach


def test_the_network_around_a_thing(client):
    found = client.get("/api/network?around=region/330523").json()
    names = {node["id"] for node in found["nodes"]}

    assert {"region/330523", "region/330500", "reform/云端通办", "reform/少证办"} <= names
    adopts = {
        "source": "region/330523",
        "target": "reform/云端通办",
        "kind": "adopts",
        "since": "2022",
        "until": "2023",
    }
    assert adopts in found["links"]
    assert {"source": "region/330523", "target": "region/330500", "kind": "within"} in found["links"]
    assert len(client.get("/api/network").json()["nodes"]) > 8


def test_pages_come_at_once(client):
    """One second is the promise, on a graph of the digests' size."""
    for path in ("/", "/region/330000", "/reports", "/reforms"):
        start = time.perf_counter()
        client.get(path)
        assert time.perf_counter() - start < 1, path


def test_the_readmes_show_the_pictures_that_the_command_makes():
    made = re.findall(r"def (\w+)\(page: Page, url", (ROOT / "scripts/make_screenshots.py").read_text("utf-8"))

    assert 3 == len(made)
    for name in made:
        path = f"docs/pictures/serve-{name}.webp"
        assert 10_000 < (ROOT / path).stat().st_size < 150_000
        for readme in ("README.md", "README.zh-CN.md"):
            assert path in (ROOT / readme).read_text("utf-8"), (readme, path)


def test_addresses_are_escaped():
    assert "/reform/%3Cscript%3E" == address("/reform/<script>")
    assert "/unit/%25" == address("/unit/%25")
