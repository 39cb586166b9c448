"""Files of every kind that is read, made from lines of text by the tests themselves."""

import io
import zipfile
import zlib
from pathlib import Path

import docx

A4 = (595, 842)
LEFT, RIGHT, TOP, LEADING = 90, 505, 760, 24


def pdf(pages, *, pictures=False) -> bytes:
    """A PDF whose pages are lists of (x, y, size, text), or of ("line", x1, y1, x2, y2)."""
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
        b"/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
        b"/DW 1000/W[1 95 500]/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/ItalicAngle 0"
        b"/FontBBox[-25 -254 1000 880]/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>]>>"
    )
    picture = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
    picture += b"stream\n\0\nendstream"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", font, picture]
    kids = []
    for page in pages:
        drawn = [_drawn(part) for part in page] + ([b"q 500 0 0 700 40 60 cm /I Do Q"] if pictures else [])
        stream = zlib.compress(b"\n".join(drawn))
        objects.append(b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>/XObject<</I 4 0 R>>>>>>" % (*A4, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    return _file(objects)


def _drawn(part) -> bytes:
    if part[0] == "line":
        return b"%g %g m %g %g l S" % part[1:]
    x, y, size, text = part
    return b"BT /F %g Tf %g %g Td <%s> Tj ET" % (size, x, y, text.encode("utf-16-be").hex().encode())


def _file(objects, trailer=b"") -> bytes:
    out, at = io.BytesIO(), []
    out.write(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    for number, body in enumerate(objects, 1):
        at.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in at)
    out.write(b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start))
    return out.getvalue()


def width(text: str) -> float:
    """Width in ems: half for ASCII."""
    return sum(0.5 if c < "\x7f" else 1 for c in text)


def broken(text: str, first: float, rest: float) -> list[str]:
    """A paragraph in lines of so many ems, as a word processor breaks it: no mark begins a line, no number is cut."""
    lines, line = [], ""
    i = 0
    while i < len(text):
        j = i + 1
        while j < len(text) and text[i] < "\x7f" and text[j] < "\x7f":
            j += 1
        while j < len(text) and text[j] in "，。；：、！？）”》%":
            j += 1
        piece = text[i:j]
        if line and width(line + piece) > (first if not lines else rest):
            lines.append(line)
            line = ""
        line += piece
        i = j
    return [*lines, line]


def report_pdf(lines, header="", footer="— {} —", size=16) -> bytes:
    """A report as a word processor prints it: a centred title, indented paragraphs, running head, page numbers.

    A line with tabs is a row of a ruled table.
    """
    pages, page, y = [], [], TOP
    title, *paragraphs = lines
    across = (RIGHT - LEFT) / size
    shown = [(LEFT + (across - width(title)) / 2 * size, title)]
    for paragraph in paragraphs:
        if "\t" in paragraph:
            cells = paragraph.split("\t")
            shown.append([(LEFT + i * (RIGHT - LEFT) / len(cells) + 4, cell) for i, cell in enumerate(cells)])
            continue
        first, *rest = broken(paragraph, across - 2, across)
        shown += [(LEFT + 2 * size, first), *((LEFT, line) for line in rest)]
    for line in shown:
        if y < 90:
            pages.append(page)
            page, y = [], TOP
        for x, text in line if isinstance(line, list) else [line]:
            page.append((x, y, size, text))
        if isinstance(line, list):
            page += [("line", LEFT, y - 6, RIGHT, y - 6), ("line", LEFT, y + 18, RIGHT, y + 18)]
        y -= LEADING
    pages.append(page)
    for number, page in enumerate(pages, 1):
        page.append((280, 40, 10, footer.format(number)))
        if header:
            page.insert(0, (LEFT, 800, 9, header))
    return pdf(pages)


def locked_pdf() -> bytes:
    """A PDF that asks for a password: its keys fit none that is known."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"]
    objects.append(b"<</Filter/Standard/V 1/R 2/Length 40/P -4/O<%s>/U<%s>>>" % (b"ab" * 32, b"cd" * 32))
    return _file(objects, b"/Encrypt 3 0 R/ID[<00><00>]")


def report_docx(lines) -> bytes:
    """A report as Word saves it; lines with tabs are rows of a table."""
    document = docx.Document()
    document.add_heading(lines[0], 0)
    table = None
    for line in lines[1:]:
        if "\t" not in line:
            document.add_paragraph(line)
            table = None
            continue
        cells = line.split("\t")
        table = table or document.add_table(0, len(cells))
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word(body: str, **parts: str) -> bytes:
    """A Word document of the XML of its body and of other parts."""
    name = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    texts = {"document": f"<w:document {name}><w:body>{body}</w:body></w:document>"}
    texts |= {part: f"<w:{part} {name}>{xml}</w:{part}>" for part, xml in parts.items()}
    return zipped({f"word/{part}.xml": f'<?xml version="1.0" encoding="UTF-8"?>{xml}' for part, xml in texts.items()})


def zipped(files) -> bytes:
    """A zip archive of names and contents."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


FONTS = ("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc", "wqy-zenhei.ttc", "wqy-microhei.ttc")


def font():
    """The file of a Chinese font, or None; Debian has them in fonts-noto-cjk and fonts-wqy-zenhei."""
    return next((path for name in FONTS for path in Path("/usr/share/fonts").rglob(name)), None)


def picture(lines, size=30, fmt="PNG") -> bytes:
    """A report as a scanner sees it: PNG, JPEG, or a PDF of nothing but its picture."""
    from PIL import Image, ImageDraw, ImageFont

    title, *paragraphs = lines
    wide = 34  # ems
    shown = [("　" * int((wide - width(title)) / 2)) + title]
    for paragraph in paragraphs:
        first, *rest = broken(paragraph.replace("\t", "　　"), wide - 2, wide)
        shown += ["　　" + first, *rest]
    page = Image.new("RGB", (size * (wide + 6), size * 2 * (len(shown) + 4)), "white")
    letters, draw = ImageFont.truetype(str(font()), size), ImageDraw.Draw(page)
    for number, line in enumerate(shown):
        draw.text((3 * size, 2 * size * (number + 2)), line, font=letters, fill="black")
    out = io.BytesIO()
    page.save(out, fmt, **({"resolution": 200.0} if fmt == "PDF" else {}))
    return out.getvalue()


HEAD = """<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<meta name="SiteName" content="松河县人民政府">
<meta name="ArticleTitle" content="{title}">
<meta name="PubDate" content="2024-02-01 10:20"><meta name="ContentSource" content="松河县政务服务局">
<title>{title}_松河县人民政府</title><style>.a{{color:red}}</style>
<script>var x = "推行“云上通办”999件，成效显著。";</script></head>
"""
NAVIGATION = """<div class="top"><ul class="mainnav"><li><a href="/">首页</a></li>
<li><a href="/zw/">政务公开</a></li>
<li><a href="/fw/">办事服务</a></li><li><a href="/hd/">互动交流</a></li></ul>
<form><input name="q"><button>搜索</button></form></div>
<div class="dqwz">您所在的位置：<a href="/">首页</a> &gt; <a href="/zw/">政务公开</a> &gt; 正文</div>"""
RELATED = """<div class="list"><h3>相关阅读</h3><ul>
<li><a href="/1">松河县推进“一件事”改革，办件量突破5000件。</a></li>
<li><a href="/2">松河县召开政务服务工作会议，部署320项任务。</a></li></ul></div>"""
FOOTER = """<div class="foot"><p>主办单位：松河县人民政府办公室　网站标识码：9901010001</p>
<p>云ICP备10000001号-1　地址：松河县城关镇1号，电话：0990-1234567，建议您使用1024×768分辨率浏览本网站。</p>
</div></body></html>"""
BYLINE = """<div class="info">发布时间：2024-02-01 10:20　来源：松河县政务服务局
　浏览次数：<span>1532</span>次　字体：【大 中 小】</div>"""


def block(line: str) -> str:
    """The line as an element of a page."""
    return f"<p>&nbsp;&nbsp;&nbsp;&nbsp;{line}</p>"


def table(rows) -> str:
    """Rows with tabs as a table of a page."""
    cells = ["".join(f"<td><p>{cell}</p></td>" for cell in row.split("\t")) for row in rows]
    return f'<table border="1">{"".join(f"<tr>{row}</tr>" for row in cells)}</table>'


def blocks(lines) -> str:
    """The lines as paragraphs and tables."""
    out, rows = [], []
    for line in [*lines, ""]:
        if "\t" in line:
            rows.append(line)
            continue
        if rows:
            out.append(table(rows))
            rows = []
        if line:
            out.append(block(line))
    return "\n".join(out)


def page(lines, charset="utf-8") -> str:
    """A report as a page of a government site."""
    title, *rest = lines
    return "".join(
        (
            HEAD.format(charset=charset, title=title),
            f'<body>{NAVIGATION}<div class="con"><h1>{title}</h1>{BYLINE}<div id="zoom" class="TRS_Editor">',
            blocks(rest),
            f"</div>{RELATED}</div>{FOOTER}",
        )
    )


def old_page(lines, charset="gb2312") -> str:
    """A report as a page of the years when tables laid out pages, and few closed their elements."""
    title, *rest = lines
    text = "<br>\n".join("　　" + line if "\t" not in line else f"\n{table([line])}" for line in rest)
    return f"""<HTML><HEAD><META http-equiv=Content-Type content="text/html; charset={charset}">
<TITLE>{title}</TITLE></HEAD>
<BODY bgColor=#ffffff><TABLE width=980 align=center><TR><TD colSpan=2><A href="/">首页</A>
| <A href="/a">机构概况</A> | <A href="/b">政策法规</A> | <A href="/c">联系我们</A>
<TR><TD width=200><TABLE><TR><TD><A href="/x">通知公告</A>
<TR><TD><A href="/y">工作动态</A></TABLE><TD><TABLE width="100%">
<TR><TD align=center><FONT size=5><B>{title}</B></FONT>
<TR><TD align=center>发布日期：2024年2月1日　点击数：88<TR><TD><FONT face=宋体>{text}</FONT></TABLE>
<TR><TD colSpan=2 align=center>版权所有：松河县政务服务局　地址：城关镇1号<BR>云ICP备10000001号</TABLE></BODY></HTML>"""
