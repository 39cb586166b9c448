"""The text of PDFs: order, joins, running heads, tables."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import UnreadableFile
from kg.readers.content import Limits
from kg.readers.pdf import read_pdf
from tests import making

BODY = "全年办理“云上通办”事项3.25万件，网上办件率达92.5%，群众满意度持续提升，企业办事更加便利。"


def text(pages, **more):
    return read_pdf(making.pdf(pages, **more), "r.pdf").text


def column(lines, x=90, y=700, size=16, leading=24):
    return [(x, y - i * leading, size, line) for i, line in enumerate(lines)]


def test_lines_of_a_paragraph_are_joined_and_paragraphs_are_not():
    lines = ["松河县工作报告", BODY * 3, "一、做法", "（一）" + BODY, BODY]

    assert read_pdf(making.report_pdf(lines), "r.pdf").text.split("\n") == lines


@pytest.mark.parametrize("size", [9, 12, 16, 22])
def test_type_of_every_size_is_joined(size):
    lines = ["松河县工作报告", BODY * 4, BODY * 2, "完。"]

    assert read_pdf(making.report_pdf(lines, size=size), "r.pdf").text.split("\n") == lines


def test_a_paragraph_goes_on_over_the_page():
    lines = ["松河县工作报告", BODY * 40]
    content = read_pdf(making.report_pdf(lines, header="松河政务"), "r.pdf")

    assert content.text.split("\n") == lines
    assert [name for _, name in content.places] == [f"page {n}" for n in range(1, len(content.places) + 1)]
    assert len(content.places) > 2
    assert all(content.text[at] for at, _ in content.places)


@pytest.mark.parametrize("footer", ["{}", "- {} -", "— {} —", "第 {} 页", "第{}页 共9页", "{}/9", "·{}·"])
def test_page_numbers_are_dropped(footer):
    for pages in (1, 8):
        lines = ["松河县工作报告", *(f"第{n}项：{BODY}" for n in range(pages * 6))]
        assert read_pdf(making.report_pdf(lines, footer=footer), "r.pdf").text.split("\n") == lines


def test_numbers_of_the_text_are_not_taken_for_page_numbers():
    assert text([column(["办理件数", "1854", "860"])]) == "办理件数\n1854\n860"


def test_a_running_head_of_every_second_page_is_dropped():
    pages = [
        [(90, 800, 9, "左页书眉" if n % 2 else "右页书眉"), *column([f"第{n}章内容", BODY[:20]])] for n in range(6)
    ]

    assert "书眉" not in text(pages)


def test_a_title_at_the_top_is_kept():
    pages = [
        [(90, 790, 22, "松河县工作报告"), *column([BODY[:20], BODY[:10]])],
        column([BODY[:12]]),
        column([BODY[:14]]),
    ]

    assert text(pages).startswith("松河县工作报告\n")


def test_the_order_is_that_of_the_page_and_not_of_the_file():
    lines = column(["一、甲", "二、乙", "三、丙"])

    assert text([lines[::-1]]) == "一、甲\n二、乙\n三、丙"


def test_columns_are_read_one_after_the_other():
    left = [f"左栏第{n}行文字内容共有十余字" for n in "一二三四五六七八"]
    right = [line.replace("左", "右") for line in left]
    page = [(90, 760, 20, "松河县政务公报")]
    for i, pair in enumerate(zip(left, right, strict=True)):
        page += [(60, 700 - i * 20, 12, pair[0]), (320, 700 - i * 20, 12, pair[1])]

    assert text([page]).replace("\n", "") == "松河县政务公报" + "".join(left) + "".join(right)


def test_letter_spaced_titles_and_gaps_between_words():
    assert text([[(100, 700, 16, "工 作 报 告"), (100, 650, 16, "Open Data 2024")]]) == "工作报告\nOpen Data 2024"


def test_rows_of_a_table_are_lines():
    rows = ["事项\t件数\t占比", "跨省通办\t1854件\t5.2%", "一件事\t860件\t2.4%"]

    assert read_pdf(making.report_pdf(["松河县统计表", *rows]), "r.pdf").text.split("\n")[1:] == [
        r.replace("\t", " | ") for r in rows
    ]


def ruled(xs, ys):
    """A grid of lines."""
    return [*(("line", x, ys[0], x, ys[-1]) for x in xs), *(("line", xs[0], y, xs[-1], y) for y in ys)]


def test_cells_of_several_lines_are_whole():
    page = [
        *ruled((90, 200, 400, 500), (700, 670, 610, 580)),
        *((95, 680, 12, "地区"), (205, 680, 12, "事项"), (405, 680, 12, "数量")),
        *((95, 635, 12, "松河县城关镇"), (405, 640, 12, "90项")),
        *((205, 650, 12, "设立“跨省通办”专窗并配备人"), (205, 632, 12, "员，负责受理流转")),
        *((95, 590, 12, "雾岭区"), (205, 590, 12, "办理企业开办一件事事项十二个类"), (405, 590, 12, "18.67万件")),
    ]  # fmt: skip

    assert text([page]).split("\n") == [
        "地区 | 事项 | 数量",
        "松河县城关镇 | 设立“跨省通办”专窗并配备人员，负责受理流转 | 90项",
        "雾岭区 | 办理企业开办一件事事项十二个类 | 18.67万件",
    ]


def test_a_cell_that_reaches_over_rows_stands_in_the_first():
    lines = [part for part in ruled((90, 200, 300, 400), (700, 660, 620, 580)) if part[1:] != (90, 660, 400, 660)]
    page = [
        *lines,
        ("line", 200, 660, 400, 660),  # not below the first column
        *((95, 655, 12, "松河县"), (205, 675, 12, "办件"), (305, 675, 12, "12件")),
        *((205, 635, 12, "事项"), (305, 635, 12, "8项")),
        *((95, 595, 12, "雾岭区"), (205, 595, 12, "办件"), (305, 595, 12, "9件")),
    ]  # fmt: skip

    assert text([page]).split("\n") == ["松河县 | 办件 | 12件", "事项 | 8项", "雾岭区 | 办件 | 9件"]


def test_a_frame_around_text_is_no_table():
    page = [*ruled((80, 510), (760, 600)), *column(["松河县工作报告", "办理“云上通办”事项12件。"], y=730)]

    assert text([page]) == "松河县工作报告\n办理“云上通办”事项12件。"


def test_radicals_become_characters():
    assert text([column(["⼀⽹通办", "⾏政审批"])]) == "一网通办\n行政审批"


def test_pages_that_hold_pictures_beside_text_are_told(monkeypatch):
    monkeypatch.setattr("kg.readers.ocr.is_there", lambda: False)
    pages = [column([BODY, BODY]), [], column([BODY])]
    given = read_pdf(making.pdf(pages, pictures=True), "r.pdf").given

    assert given["unread"] == "page 2"


def test_too_many_pages():
    with pytest.raises(UnreadableFile, match="has 30 pages; the limit is 20"):
        read_pdf(making.pdf([[]] * 30), "r.pdf", Limits(pages=20))


TEXTS = st.text("办理12件.%a ，—\u3000", min_size=1, max_size=12)
PIECES = st.tuples(st.integers(-50, 700), st.integers(-50, 900), st.integers(1, 40), TEXTS)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=25))
def test_any_page_is_read_and_no_character_is_lost_within(parts):
    inside = [p for p in parts if 110 < p[1] < 730]
    found = text([parts])
    for *_, shown in inside:
        for char in shown.replace(" ", "").replace("\u3000", ""):
            assert char in found
