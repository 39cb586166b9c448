"""Pages of government sites to their main text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import UnreadableFile
from kg.readers.kinds import declared_charset, is_page
from kg.readers.webpage import read_page
from tests import making
from tests.test_formats import REPORTS

LINES = REPORTS["松河县"]
PROSE = "2023年，松河县政务服务局推进“云上通办”，办理事项3.25万件，网上办件率达92.5%。"

TABLE = """<table><caption>表1</caption><tr><th>事项</th><th>件数</th></tr><tr><td>通办</td><td>12件</td></tr>
<tr style='display:none'><td>不</td><td>见</td></tr></table>"""


def plain(lines):
    return "\n".join(line.replace("\t", " | ") for line in lines)


def body(inner, head=""):
    return read_page(f"<html><head>{head}</head><body>{inner}</body></html>", "p.html")


@pytest.mark.parametrize("make", [making.page, making.old_page])
@pytest.mark.parametrize("lines", REPORTS.values(), ids=REPORTS)
def test_a_page_gives_its_report_and_nothing_else(make, lines):
    assert read_page(make(lines), "p.html").text == plain(lines)


def test_the_head_gives_title_date_and_source():
    given = read_page(making.page(LINES), "p.html").given

    assert given["title"] == LINES[0]
    assert given["published"] == "2024-02-01"
    assert given["source"] == "松河县政务服务局"
    assert "发布时间" in given["byline"]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>松河县2023年总结_松河县人民政府</title>", "松河县2023年总结"),
        ("<title>松河县2023年总结</title>", "松河县2023年总结"),
        ('<title>首页</title><meta property="og:title" content="松河县2023年总结">', "松河县2023年总结"),
        ('<meta name="SiteName" content="松河网"><title>松河网-松河县2023年总结</title>', "松河县2023年总结"),
        ("", None),
    ],
)
def test_titles(head, title):
    assert body(f"<div><p>{PROSE}</p></div>", head).given.get("title") == title


def test_each_line_has_the_path_of_its_element():
    content = body(f"<div>menu</div><div id=zoom><p>{PROSE}</p><p>{PROSE}</p></div>")

    assert [path for _, path in content.places] == ["/html/body/div[2]/p[1]", "/html/body/div[2]/p[2]"]
    assert [at for at, _ in content.places] == [0, len(PROSE) + 1]


@pytest.mark.parametrize(
    ("inner", "lines"),
    [
        (f"<p>{PROSE}</p><h2>二、下步打算</h2><p>{PROSE}</p>", [PROSE, "二、下步打算", PROSE]),
        (f"{PROSE}<br>{PROSE}<br/><br/>{PROSE}", [PROSE, PROSE, PROSE]),
        (f"<p>{PROSE[:20]}\n      {PROSE[20:]}</p>", [PROSE]),
        (f"<p>{PROSE[:20]}<b>{PROSE[20:25]}</b>{PROSE[25:]}</p>", [PROSE]),
        (f"<p>&nbsp;&nbsp;　　{PROSE}&nbsp;</p>", [PROSE]),
        (f"<ol><li>{PROSE}</li><li>{PROSE}</li></ol>", ["1." + PROSE, "2." + PROSE]),
        (f"<ol><li>（一）{PROSE}</li></ol>", ["（一）" + PROSE]),
        (f"<ul><li>{PROSE}</li></ul>", [PROSE]),
        (f"<p>{PROSE}<script>var a='不见'</script><span style='display: none'>不见</span></p>", [PROSE]),
        (f"<p>{PROSE}</p><!-- 不见 --><p hidden>不见</p>", [PROSE]),
        (f"<p>{PROSE}</p><p>附件：<a href=a.docx>云上通办事项清单（2023年版）.docx</a></p>", [PROSE]),
        (f"<p>{PROSE}<a href=x>{PROSE}</a></p>", [PROSE + PROSE]),
        ("<p>零\u200b宽﻿字符不留，软­连字符也不留。</p>", ["零宽字符不留，软连字符也不留。"]),
        (f"<p>{PROSE}<p>{PROSE}", [PROSE, PROSE]),
        (f"<p>{PROSE}</p>{TABLE}", [PROSE, "表1", "事项 | 件数", "通办 | 12件"]),
        (f"<table><tr><td>菜单</td><td><p>{PROSE}</p><p>{PROSE * 4}</p></td></tr></table>", [PROSE, PROSE * 4]),
    ],
)
def test_lines(inner, lines):
    assert body(f"<div>{inner}</div>").text.split("\n") == lines


@pytest.mark.parametrize(
    "part",
    [
        making.NAVIGATION,
        making.RELATED,
        "<nav>导航，栏目：一、二、三。</nav>",
        "<footer>版权所有，保留一切权利。</footer>",
        '<div class="share-box">分享到：微信、微博，欢迎关注。</div>',
        '<div id="footer"><p>主办单位：松河县人民政府，地址：城关镇1号。</p></div>',
        '<div class="copyright">版权所有：松河县政务服务局，云ICP备10000001号。</div>',
        "<ul><li><a href=1>松河县推进改革，成效显著。</a></li><li><a href=2>清溪市召开会议，部署工作。</a></li></ul>",
        "<select><option>请选择</option></select><button>打印，关闭。</button>",
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_what_is_not_the_text_is_left_out(part, inside):
    text = "".join(f"<p>{PROSE}</p>" for _ in range(6))
    html = f"<div>{part}{text}{part}</div>" if inside else f"{part}<div>{text}</div>{part}"

    assert body(html).text.split("\n") == [PROSE] * 6


def test_an_element_that_holds_the_text_is_kept_whatever_it_is_called():
    assert body(f'<div class="nav share footer"><p>{PROSE}</p><p>{PROSE}</p></div>').text == f"{PROSE}\n{PROSE}"


def test_a_page_without_prose_gives_what_it_has():
    assert body("<div><p>松河县政务服务中心</p></div>").text == "松河县政务服务中心"
    assert body("<ul><li><a href=1>首页</a></li></ul>").text == ""


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (b"<meta charset=gb2312>", "gb2312"),
        (b'<META http-equiv=Content-Type content="text/html; charset=GBK">', "GBK"),
        (b'<?xml version="1.0" encoding="utf-8"?>', "utf-8"),
        (b"<p>charset=gbk</p>", None),
        (b"<meta " + b"x" * 100_000, None),
    ],
)
def test_declared_charset(data, charset):
    assert declared_charset(data) == charset


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("<!DOCTYPE html><p>x", True),
        ("\n <HTML lang=zh>", True),
        ("<!-- saved from url -->\n<html>", True),
        ("<?xml version='1.0'?><html>", True),
        ("松河县<html>", False),
        ("<b>粗</b>体", False),
        ("", False),
    ],
)
def test_is_page(text, page):
    assert is_page(text) == page


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + PROSE + "</div>" * 100_000,
        "<p>" * 100_000 + PROSE,
        "<table><tr><td>" * 3_000 + PROSE,
        f"<p>{PROSE}" + "<b" * 100_000,
        f"<p>{PROSE}" + "&nbsp;" * 100_000,
        f"<p>{PROSE}" + "&#x110000;&#0;&#xd800;&unknown;",
        f"<p {'a=1 ' * 50_000}>{PROSE}",
        f"<p>{PROSE}" + "<!--" * 100_000,
        f"<p>{PROSE}" + " \n" * 100_000 + "。",
        f'<!DOCTYPE html [<!ENTITY a "{"b" * 1000}"><!ENTITY c "{"&a;" * 1000}">]><p>{PROSE}&c;',
    ],
    ids=[
        "nested",
        "unclosed",
        "tables",
        "broken tags",
        "spaces",
        "characters",
        "attributes",
        "comments",
        "blanks",
        "entities",
    ],
)
def test_hostile_pages_end_soon(html):
    try:
        text = read_page("<html><body>" + html, "p.html").text
    except UnreadableFile as error:
        assert "has elements more than 2,048 deep" in error.what  # noqa: PT017  either will do
    else:
        assert len(text) < 2_000


SOUP = """<p> </p> <table> <tr> <td> </table> <ol> <li> <br> <a> </a> <nav> <div> </div> <h1> 字， 12件。 <script>
</script>""".split()


@given(st.lists(st.sampled_from([*SOUP, " ", "\n"]), max_size=60))
def test_any_soup_is_read_and_places_are_lines(parts):
    content = read_page("<html><body>" + "".join(parts), "p.html")
    starts = [0, *(i + 1 for i, c in enumerate(content.text) if c == "\n")] if content.text else []

    assert [at for at, _ in content.places] == starts
