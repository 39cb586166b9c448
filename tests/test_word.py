"""The text of Word documents, as Word and WPS write them."""

import io

import docx
import pytest

from kg.readers.numbering import written
from kg.readers.word import read_word
from tests import making
from tests.making import word


def lines(data):
    return read_word(data, "r.docx").text.split("\n")


def p(text, style=""):
    return f"<w:p><w:pPr>{style}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def item(text, level=0, ident=1):
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{ident}"/></w:numPr>')


def numbered(levels, ident):
    """A list of some levels."""
    kind = f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
    return f'{kind}<w:num w:numId="{ident}"><w:abstractNumId w:val="7"/></w:num>'


def test_a_report_by_a_library():
    report = ["松河县工作报告", "推进“云上通办”。", "事项\t件数", "通办\t12件", "完。"]

    assert lines(making.report_docx(report)) == [line.replace("\t", " | ") for line in report]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<w:r><w:t>办理</w:t></w:r><w:r><w:t>12件</w:t></w:r>", "办理12件"),
        ("<w:smartTag><w:r><w:t>2023年</w:t></w:r></w:smartTag><w:r><w:t>办理</w:t></w:r>", "2023年办理"),
        ("<w:ins><w:r><w:t>新增</w:t></w:r></w:ins><w:del><w:r><w:delText>旧有</w:delText></w:r></w:del>", "新增"),
        (
            "<w:sdt><w:sdtPr><w:t>否</w:t></w:sdtPr><w:sdtContent><w:r><w:t>控件</w:t></w:r></w:sdtContent></w:sdt>",
            "控件",
        ),
        ("<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink>", "链接"),
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r>", "甲 乙"),
        ("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r>", "甲\n乙"),
        ("<w:r><w:fldChar/><w:instrText>PAGE</w:instrText><w:t>5</w:t></w:r>", "5"),
        ("<w:r><w:pict><w:t>框</w:t></w:pict><w:t>文</w:t></w:r>", "文"),
        ("<w:moveFrom><w:r><w:t>旧处</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>新处</w:t></w:r></w:moveTo>", "新处"),
    ],
)
def test_what_stands_around_runs(inner, text):
    assert read_word(word(f"<w:p>{inner}</w:p>"), "r.docx").text == text


def test_blocks_in_content_controls_are_read_in_order():
    body = f"{p('甲')}<w:sdt><w:sdtContent>{p('乙')}</w:sdtContent></w:sdt><w:p/>{p('丙')}"

    assert lines(word(body)) == ["甲", "乙", "丙"]
    assert read_word(word(body), "r.docx").places == ((0, "paragraph 1"), (2, "paragraph 2"), (4, "paragraph 4"))


def test_a_table_in_a_table_is_rows_of_its_own():
    inner = f"<w:tbl><w:tr><w:tc>{p('丙')}</w:tc><w:tc>{p('丁')}</w:tc></w:tr></w:tbl>"
    body = f"<w:tbl><w:tr><w:tc>{p('甲')}</w:tc><w:tc>{p('乙')}{inner}</w:tc></w:tr></w:tbl>"

    assert lines(word(body)) == ["甲 | 乙", "丙 | 丁"]


def test_numbers_of_lists_are_written_out():
    level = '<w:lvl w:ilvl="{}"><w:start w:val="1"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/></w:lvl>'
    levels = (
        level.format(0, "chineseCountingThousand", "%1、")
        + level.format(1, "chineseCounting", "（%2）")
        + level.format(2, "decimal", "%1.%3")
    )
    lists = numbered(levels, 1)
    body = item("甲") + item("乙", 1) + item("丙", 1) + item("丁", 2) + p("文") + item("戊") + item("己", 1)

    assert lines(word(body, numbering=lists)) == [
        "一、甲",
        "（一）乙",
        "（二）丙",
        "一.1丁",
        "文",
        "二、戊",
        "（一）己",
    ]


def test_a_style_may_hold_the_list():
    level = '<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="第%1条 "/></w:lvl>'
    lists = numbered(level, 5)
    styles = '<w:style w:styleId="a"><w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style>'
    body = p("甲", '<w:pStyle w:val="a"/>') + p("乙", '<w:pStyle w:val="a"/>')

    assert lines(word(body, numbering=lists, styles=styles)) == ["第3条 甲", "第4条 乙"]


def test_bullets_are_not_text():
    level = '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl>'
    lists = numbered(level, 1)

    assert lines(word(item("甲") + item("乙", 4), numbering=lists)) == ["甲", "乙"]


def test_lists_of_a_library_are_numbered():
    document = docx.Document()
    for text in ("甲", "乙"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("丙", style="List Bullet")
    out = io.BytesIO()
    document.save(out)

    assert lines(out.getvalue()) == ["1.甲", "2.乙", "丙"]


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (1, "chineseCounting", "一"),
        (10, "chineseCounting", "十"),
        (11, "chineseCountingThousand", "十一"),
        (20, "chineseCounting", "二十"),
        (99, "chineseCounting", "九十九"),
        (120, "chineseCounting", "120"),
        (1, "decimalEnclosedCircle", "①"),
        (2, "upperLetter", "B"),
        (4, "lowerRoman", "4"),
    ],
)
def test_numbers_are_written_in_the_form_of_the_list(number, form, text):
    assert written(number, form) == text
