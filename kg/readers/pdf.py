"""A PDF with text to lines: reading order, paragraphs joined, running heads and page numbers gone.

In: the file's bytes. Out: `Content`: one line a paragraph or table row; the place of each page. Pages that are pictures
of text, and pictures by themselves, go through `ocr` where that is installed.

Only the geometry of the characters is used (`pdf_lines`, `pdf_tables`): a line in which nothing more had room goes on
in the next one unless that is indented; what stands at the same height on several pages belongs to the pages.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from ctypes import c_float
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from kg.errors import UnreadableFile
from kg.readers import ocr
from kg.readers.content import LIMITS, Content, Limits
from kg.readers.decode import PROSE, likeness
from kg.readers.pdf_lines import Line, character, is_word, ordered, runs
from kg.readers.pdf_tables import MOST, Drawn, table_rows

EDGE = 0.12  # of a page's height, at top and bottom, where running heads and page numbers stand (2026-11)
SLACK = 0.3  # ems by which the lines of a page end differently
LONG = 12  # ems that a full line has at least: narrow columns have 15
SAME = 0.75  # ratio of sizes of letters from which two lines may be of one paragraph
SMALL, HEAD = 0.8, 40  # size of the letters of a running head to those of the text; its characters where it is alone
INDENT = 1.0  # ems from the left edge from which a line begins a paragraph; usual are 2
DOTS = 200  # an inch, at which pages are looked at; more is scaled down again (2026-11)
A4_HEIGHT = 842.0  # points; that pictures are taken to have
BARE = 20  # characters a page on average below which a PDF with pictures is a scan
_PAGE_NUMBER = re.compile(r"[\s\-—–―·~|/第页]{0,9}\d{1,4}[\s\-—–―·~|/页共]{0,9}(?:\d{1,4}[\s\-—–―·~|/页]{0,9})?")
_LETTER = re.compile(r"[^\W\d_]")
_NUMBERED = re.compile(r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[、）)]|[.．](?!\d))")
_UNPARTED = re.compile(r"(?:[\x21-\x7e]+|.)[，。、；：！？）》”’〕】%％]*")
_ENDED = ("。", "！", "？", "；", "：", ":", ";")
_REPAIR = "Fetch it again, or repair it: qpdf FILE NEW"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One page."""

    number: int
    height: float
    lines: tuple[Line, ...]
    pictures: bool


def read_pdf(data: bytes, where: str, limits: Limits = LIMITS) -> Content:
    """Return the text of a PDF.

    Raises:
        UnreadableFile: it is broken, locked, too long, or holds pictures of text.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            mend = "Save it without one: qpdf --password=… --decrypt FILE NEW"
            raise UnreadableFile("is locked by a password", where, mend) from error
        raise UnreadableFile("is a broken or truncated PDF", where, _REPAIR) from error
    try:
        sheets = _sheets(document, where, limits)
        unread = _unread(sheets)
        if unread and ocr.is_there():
            sheets = [_recognised(document, sheet) if sheet.number in unread else sheet for sheet in sheets]
    finally:
        document.close()
    if len(unread) == len(sheets) and not ocr.is_there():
        raise UnreadableFile("is a scan, or has a font that doesn't tell its characters", where, ocr.WANTED)
    content = _content(sheets)
    if unread:
        content.given["ocr" if ocr.is_there() else "unread"] = f"page {', '.join(map(str, unread))}"
    return content


def read_picture(data: bytes, where: str) -> Content:
    """Return the text of a PNG or JPEG picture.

    Raises:
        UnreadableFile: it is broken or too large, or what reads pictures is not installed.
    """
    page = ocr.pixels(data, where)
    content = _content([_Sheet(1, A4_HEIGHT, ocr.seen(page, A4_HEIGHT), pictures=True)])
    content.given["ocr"] = "page 1"
    return content


def _recognised(document: pdfium.PdfDocument, sheet: _Sheet) -> _Sheet:
    """Return a page as it is seen, not as its file says."""
    page = document[sheet.number - 1]
    try:
        width, height = page.get_size()
        scale = min(DOTS / 72, (ocr.PIXELS / max(1.0, width * height)) ** 0.5)
        return replace(sheet, height=height, lines=ocr.seen(page.render(scale=scale).to_numpy()[:, :, :3], height))
    finally:
        page.close()


def _sheets(document: pdfium.PdfDocument, where: str, limits: Limits) -> list[_Sheet]:
    if (count := len(document)) > limits.pages:
        mend = "Split it: qpdf FILE --pages . 1-500 -- NEW; or read it all: --max-pages"
        raise UnreadableFile(f"has {count:,} pages; the limit is {limits.pages:,}", where, mend)
    sheets, total = [], 0
    for number in range(1, count + 1):
        try:
            sheet, drawn = _sheet(document, number)
        except pdfium.PdfiumError as error:
            raise UnreadableFile("is broken here", f"{where}, page {number}", _REPAIR) from error
        sheets.append(sheet)
        total += drawn
        if total > limits.characters:
            what = f"has more than {limits.characters:,} characters"
            mend = "Is it one report? If so, split it, or read it all: --max-characters"
            raise UnreadableFile(what, f"{where}, page {number}", mend)
    return sheets


def _sheet(document: pdfium.PdfDocument, number: int) -> tuple[_Sheet, int]:
    page = document[number - 1]
    try:
        found = list(_characters(page))
        parts = [pdfium_c.FPDFPage_GetObject(page, i) for i in range(pdfium_c.FPDFPage_CountObjects(page))]
        sorts = [pdfium_c.FPDFPageObj_GetType(part) for part in parts]
        drawn = [part for part, sort in zip(parts, sorts, strict=True) if sort == pdfium_c.FPDF_PAGEOBJ_PATH]
        rows, free = table_rows(found, list(_drawn(drawn)))
        pictures = pdfium_c.FPDF_PAGEOBJ_IMAGE in sorts or pdfium_c.FPDF_PAGEOBJ_FORM in sorts
        return _Sheet(number, page.get_height(), tuple(ordered([*runs(free), *rows])), pictures), len(found)
    finally:
        page.close()


def _characters(page: pdfium.PdfPage) -> Iterator[Line]:
    """Yield the characters that a page shows, in the order in which it draws them."""
    text = page.get_textpage()
    box = pdfium_c.FS_RECTF()
    for i in range(text.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(text, i)
        if code < 0x20 or 0xD800 <= code < 0xE000 or pdfium_c.FPDFText_IsGenerated(text, i) == 1:  # noqa: PLR2004
            continue
        if pdfium_c.FPDFText_GetLooseCharBox(text, i, box):
            yield character(_plain(chr(code)), box.left, box.bottom, box.right, box.top)


def _plain(char: str) -> str:
    """Return the usual character for a radical or a compatibility form, as fonts of PDFs often have them."""
    if "\u2e80" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff":
        return unicodedata.normalize("NFKC", char)
    return " " if char in "\u00a0\u3000" else char


def _drawn(paths: Sequence[pdfium_c.FPDF_PAGEOBJECT]) -> Iterator[Drawn]:
    """Yield the straight lines of what is drawn on a page; a thin box is one, too."""
    x, y, matrix = c_float(), c_float(), pdfium_c.FS_MATRIX()
    count = 0
    for path in paths:
        pdfium_c.FPDFPageObj_GetMatrix(path, matrix)
        points: list[tuple[float, float]] = []
        for i in range(pdfium_c.FPDFPath_CountSegments(path)):
            segment = pdfium_c.FPDFPath_GetPathSegment(path, i)
            if (count := count + 1) > 4 * MOST:
                return
            if not pdfium_c.FPDFPathSegment_GetPoint(segment, x, y):
                continue
            at = (
                matrix.a * x.value + matrix.c * y.value + matrix.e,
                matrix.b * x.value + matrix.d * y.value + matrix.f,
            )
            if pdfium_c.FPDFPathSegment_GetType(segment) == pdfium_c.FPDF_SEGMENT_LINETO and points:
                yield (*points[-1], *at)
                if pdfium_c.FPDFPathSegment_GetClose(segment):
                    yield (*at, *points[0])
            else:
                points = []
            points.append(at)


def _unread(sheets: Sequence[_Sheet]) -> list[int]:
    """Return the numbers of the pages that have to be looked at, because they are pictures, or their fonts lie."""
    text = "".join(line.text for sheet in sheets for line in sheet.lines)
    is_scan = len(text) < BARE * len(sheets) and any(sheet.pictures for sheet in sheets)
    if is_scan or ((looks := likeness(text)) is not None and looks < PROSE):
        return [sheet.number for sheet in sheets]
    return [sheet.number for sheet in sheets if not sheet.lines and sheet.pictures]


def _content(sheets: Sequence[_Sheet]) -> Content:
    """Join the pages to one text."""
    running = _running(sheets)
    parts: list[str] = []
    places: list[tuple[int, str]] = []
    at, before = 0, None
    for sheet in sheets:
        lines = [line for i, line in enumerate(sheet.lines) if not _is_outside(sheet, i, running)]
        edges = {column: _edges([x for x in lines if x.column == column]) for column in {x.column for x in lines}}
        for number, line in enumerate(lines):
            left, right = edges[line.column]
            glue = _glue(*before, line, left) if before else ""
            if not number:
                places.append((at + len(glue), f"page {sheet.number}"))
            parts += glue, line.text
            at += len(glue) + len(line.text)
            before = line, right
    return Content("".join(parts), {"pages": str(len(sheets))}, tuple(places))


def _glue(last: Line, right: float, line: Line, left: float) -> str:
    """Return what stands between two lines: nothing where the paragraph goes on, because no more had room in it."""
    em = max(last.em, line.em)
    goes_on = (
        last.cells == line.cells == 1
        and last.right - last.left >= LONG * em
        and last.right + _first(line.text) * em > right - SLACK * em
        and line.left <= left + INDENT * em
        and min(last.em, line.em) > SAME * em
        and not (last.text.endswith(_ENDED) and _NUMBERED.match(line.text))
    )
    if not goes_on:
        return "\n"
    return " " if is_word(last.text[-1]) and is_word(line.text[0]) else ""


def _first(text: str) -> float:
    """Return the width in ems of what can't be parted at the beginning of a line: a number, a word, marks after it."""
    m = _UNPARTED.match(text)
    return sum(0.5 if c < "\x7f" else 1 for c in m[0]) if m else 1


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    """Return the left and the right edge of a page's prose; a line that alone reaches further is no measure."""
    prose = [line for line in lines if line.cells == 1]
    if not prose:
        return 0.0, float("inf")
    rights = sorted((line.right for line in prose), reverse=True)
    shared = (other for one, other in pairwise(rights) if one - other < prose[0].em)
    right = next(shared, rights[0])
    lefts = sorted(line.left for line in prose if line.right <= right + line.em)  # a title reaches over both edges
    return lefts[len(lefts) // 20], right


def _running(sheets: Sequence[_Sheet]) -> frozenset[tuple[str, int]]:
    """Return what stands at the same height on both of two pages, or on three of more."""
    seen: Counter[tuple[str, int]] = Counter()
    for sheet in sheets:
        seen.update({_mark(sheet, line) for line in sheet.lines if _at_edge(sheet, line)})
    enough = max(2, min(3, len(sheets)))
    return frozenset(mark for mark, count in seen.items() if count >= enough and _LETTER.search(mark[0]))


def _mark(sheet: _Sheet, line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "0", re.sub(r"\s", "", line.text)), round((sheet.height - line.top) / 10)


def _at_edge(sheet: _Sheet, line: Line) -> bool:
    middle = (line.top + line.bottom) / 2
    return not EDGE * sheet.height < middle < (1 - EDGE) * sheet.height


def _is_outside(sheet: _Sheet, index: int, running: frozenset[tuple[str, int]]) -> bool:
    """Tell whether a line belongs to the page and not to the text."""
    line, near = sheet.lines[index], [*sheet.lines[max(0, index - 1) : index], *sheet.lines[index + 1 : index + 2]]
    if not _at_edge(sheet, line):
        return False
    if _mark(sheet, line) in running or _PAGE_NUMBER.fullmatch(line.text) or not near:
        return _mark(sheet, line) in running or _PAGE_NUMBER.fullmatch(line.text) is not None
    usual = median(other.em for other in sheet.lines)  # a document of one page has running heads too
    is_away = min(max(line.bottom - other.top, other.bottom - line.top) for other in near) > usual
    return is_away and line.em < SMALL * usual and len(line.text) <= HEAD
