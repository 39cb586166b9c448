"""A PDF with text to lines: reading order, paragraphs joined, running heads and page numbers gone.

In: the file's bytes. Out: `Content`: one line a paragraph or table row; the place of each page. Out of scope: pictures
of text, which are named with their remedy.

Only the geometry of the characters is used: a line that reaches the right edge of its column goes on in the next line
unless that is indented; what stands at the same height on most pages belongs to the pages and not to the text.
"""

import ctypes
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from kg.errors import UnreadableFile
from kg.readers.content import LIMITS, SEPARATOR, Content, Limits
from kg.readers.decode import PROSE, likeness

EDGE = 0.12  # of a page's height, at top and bottom, where running heads and page numbers stand (2026-11)
SLACK = 0.3  # ems by which the lines of a page end differently
LONG = 12  # ems that a full line has at least: narrow columns have 15
SAME = 0.75  # ratio of sizes of letters from which two lines may be of one paragraph
SMALL, HEAD = 0.8, 40  # size of the letters of a running head to those of the text; its characters where it is alone
INDENT = 1.0  # ems from the left edge from which a line begins a paragraph; usual are 2
GAP = 1.5  # ems between the cells of a table row; justified text has less than 1
COLUMN = 12  # characters of a line, on average, from which two blocks side by side are columns, not cells
BARE = 20  # characters a page on average below which a PDF with pictures is a scan
_PAGE_NUMBER = re.compile(r"[\s\-—–―·~|/第页]{0,9}\d{1,4}[\s\-—–―·~|/页共]{0,9}(?:\d{1,4}[\s\-—–―·~|/页]{0,9})?")
_NUMBERED = re.compile(r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[、）)]|[.．](?!\d))")
_UNPARTED = re.compile(r"(?:[\x21-\x7e]+|.)[，。、；：！？）》”’〕】%％]*")
_ENDED = ("。", "！", "？", "；", "：", ":", ";")


@dataclass(frozen=True, slots=True)
class _Line:
    """Characters on one base line, left to right, with their box in points; y grows upwards."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    cells: int = 1
    column: int = 0  # 1 left, 2 right; 0 across the page

    @property
    def em(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One page."""

    number: int
    height: float
    lines: tuple[_Line, ...]
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
        raise UnreadableFile(
            "is a broken or truncated PDF", where, "Fetch it again, or repair it: qpdf FILE NEW"
        ) from error
    try:
        count = len(document)
        if count > limits.pages:
            raise UnreadableFile(
                f"has {count:,} pages; the limit is {limits.pages:,}",
                where,
                "Split it: qpdf FILE --pages . 1-500 -- NEW",
            )
        sheets = [_sheet(document, number, where) for number in range(1, count + 1)]
    finally:
        document.close()
    _check(sheets, where)
    return _content(sheets)


def _check(sheets: Sequence[_Sheet], where: str) -> None:
    text = "".join(line.text for sheet in sheets for line in sheet.lines)
    mend = "Make its pictures text with OCR: ocrmypdf -l chi_sim FILE NEW"
    if len(text) < BARE * len(sheets) and any(sheet.pictures for sheet in sheets):
        raise UnreadableFile("is a scan: pictures of pages, without text", where, mend)
    if (looks := likeness(text)) is not None and looks < PROSE:
        raise UnreadableFile("has text in a font that doesn't tell its characters", where, mend)


def _sheet(document: pdfium.PdfDocument, number: int, where: str) -> _Sheet:
    try:
        page = document[number - 1]
        height = page.get_height()
        characters = list(_characters(page))
        pictures = any(True for _ in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=2))
    except pdfium.PdfiumError as error:
        raise UnreadableFile("is broken here", f"{where}, page {number}", "Repair it: qpdf FILE NEW") from error
    return _Sheet(number, height, tuple(_ordered(_runs(characters))), pictures)


def _characters(page: pdfium.PdfPage) -> Iterator[_Line]:
    """Yield the characters that a page shows, in the order in which it draws them."""
    text = page.get_textpage()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    loose = pdfium_c.FS_RECTF()
    for i in range(text.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(text, i)
        if code < 0x20 or pdfium_c.FPDFText_IsGenerated(text, i) == 1 or 0xD800 <= code < 0xE000:  # noqa: PLR2004
            continue
        if not pdfium_c.FPDFText_GetLooseCharBox(text, i, loose):
            continue
        pdfium_c.FPDFText_GetCharBox(text, i, left, right, bottom, top)
        yield _Line(_plain(chr(code)), loose.left, loose.bottom, loose.right, loose.top)


def _plain(char: str) -> str:
    """Return the usual character for a radical or a compatibility form, as fonts of PDFs often have them."""
    if "\u2e80" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff":
        return unicodedata.normalize("NFKC", char)
    return " " if char in "\u00a0\u3000" else char


def _runs(characters: Sequence[_Line]) -> list[_Line]:
    """Join characters that follow each other on a base line without a gap."""
    runs: list[list[_Line]] = []
    for c in characters:
        if runs and _follows(runs[-1][-1], c):
            runs[-1].append(c)
        elif c.text != " ":
            runs.append([c])
    return [_joined(run) for run in runs]


def _follows(before: _Line, after: _Line) -> bool:
    em = max(before.em, after.em)
    return _level(before, after) and -0.5 * em <= after.left - before.right <= GAP * em


def _level(one: _Line, other: _Line) -> bool:
    """Tell whether two boxes stand on one line: they share half the height of the lower one."""
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared > 0.5 * min(one.em, other.em)


def _joined(run: Sequence[_Line]) -> _Line:
    parts: list[str] = []
    for i, c in enumerate(run):
        if i and c.text != " " and run[i - 1].text != " " and _word(c.text) and _word(run[i - 1].text):
            parts.append(" " * (c.left - run[i - 1].right > 0.25 * c.em))
        parts.append(c.text)
    text = re.sub(r"(?<=[^\x00-\x7f]) +(?=[^\x00-\x7f])", "", re.sub(" +", " ", "".join(parts))).strip()
    return _Line(text, run[0].left, min(c.bottom for c in run), max(c.right for c in run), max(c.top for c in run))


def _word(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _ordered(runs: Sequence[_Line]) -> list[_Line]:
    """Return the lines of a page from top to bottom; what stands in two columns, one after the other."""
    rows = _rows([run for run in runs if run.text])
    gutter = _gutter(rows)
    if gutter is None:
        return [_row(row) for row in rows]
    lines: list[_Line] = []
    left: list[_Line] = []
    right: list[_Line] = []
    for row in rows:
        if any(run.left < gutter < run.right for run in row):
            lines += (*left, *right, _row(row))
            left, right = [], []
            continue
        for side, runs_of in (
            (left, [r for r in row if r.right <= gutter]),
            (right, [r for r in row if r.left >= gutter]),
        ):
            if runs_of:
                side.append(replace(_row(runs_of), column=1 if side is left else 2))
    return [*lines, *left, *right]


def _rows(runs: Sequence[_Line]) -> list[list[_Line]]:
    """Group what stands on one line, from top to bottom, each from left to right."""
    rows: list[list[_Line]] = []
    for run in sorted(runs, key=lambda r: -r.top):
        for row in reversed(rows[-3:]):
            if all(_level(run, other) for other in row):
                row.append(run)
                break
        else:
            rows.append([run])
    return [sorted(row, key=lambda r: r.left) for row in rows]


def _gutter(rows: Sequence[Sequence[_Line]]) -> float | None:
    """Return where a page parts into two columns of prose."""
    pairs = [row for row in rows if len(row) == 2]  # noqa: PLR2004
    if len(pairs) < max(5, len(rows) // 3) or sum(len(r.text) for p in pairs for r in p) < 2 * COLUMN * len(pairs):
        return None
    low, high = max(p[0].right for p in pairs), min(p[1].left for p in pairs)
    return (low + high) / 2 if low < high else None


def _row(runs: Sequence[_Line]) -> _Line:
    text = SEPARATOR.join(run.text for run in runs)
    bottom, top = min(r.bottom for r in runs), max(r.top for r in runs)
    return _Line(text, runs[0].left, bottom, runs[-1].right, top, len(runs))


def _content(sheets: Sequence[_Sheet]) -> Content:
    """Join the pages to one text."""
    running = _running(sheets)
    parts: list[str] = []
    places: list[tuple[int, str]] = []
    at, before = 0, None
    for sheet in sheets:
        lines = [line for i, line in enumerate(sheet.lines) if not _outside(sheet, i, running)]
        edges = {column: _edges([x for x in lines if x.column == column]) for column in {x.column for x in lines}}
        begun = False
        for line in lines:
            left, right = edges[line.column]
            glue = _glue(*before, line, left) if before else ""
            at += len(glue)
            if not begun:
                places.append((at, f"page {sheet.number}"))
                begun = True
            parts += glue, line.text
            at += len(line.text)
            before = line, right
    given = {"pages": str(len(sheets))}
    unread = [str(sheet.number) for sheet in sheets if not sheet.lines and sheet.pictures]
    if unread:
        given["unread"] = f"page {', '.join(unread)}"
    return Content("".join(parts), given, tuple(places))


def _glue(last: _Line, right: float, line: _Line, left: float) -> str:
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
    return " " if _word(last.text[-1]) and _word(line.text[0]) else ""


def _first(text: str) -> float:
    """Return the width in ems of what can't be parted at the beginning of a line: a number, a word, marks after it."""
    m = _UNPARTED.match(text)
    return sum(0.5 if c < "\x7f" else 1 for c in m[0]) if m else 1


def _edges(lines: Sequence[_Line]) -> tuple[float, float]:
    """Return the left and the right edge of a page's prose; a line that alone reaches further is no measure."""
    prose = [line for line in lines if line.cells == 1]
    if not prose:
        return 0.0, float("inf")
    lefts = sorted(line.left for line in prose)
    rights = sorted((line.right for line in prose), reverse=True)
    shared = (other for one, other in pairwise(rights) if one - other < prose[0].em)
    return lefts[len(lefts) // 20], next(shared, rights[0])


def _running(sheets: Sequence[_Sheet]) -> frozenset[tuple[str, int]]:
    """Return what stands at the same height on most pages, on every second one, or on three of them."""
    seen: Counter[tuple[str, int]] = Counter()
    for sheet in sheets:
        seen.update({_mark(sheet, line) for line in sheet.lines if _at_edge(sheet, line)})
    enough = max(2, min(3, len(sheets)))
    return frozenset(mark for mark, count in seen.items() if count >= enough)


def _mark(sheet: _Sheet, line: _Line) -> tuple[str, int]:
    return re.sub(r"\d+", "0", re.sub(r"\s", "", line.text)), round((sheet.height - line.top) / 10)


def _at_edge(sheet: _Sheet, line: _Line) -> bool:
    middle = (line.top + line.bottom) / 2
    return not EDGE * sheet.height < middle < (1 - EDGE) * sheet.height


def _outside(sheet: _Sheet, index: int, running: frozenset[tuple[str, int]]) -> bool:
    """Tell whether a line belongs to the page and not to the text."""
    line, others = sheet.lines[index], [*sheet.lines[:index], *sheet.lines[index + 1 :]]
    if not _at_edge(sheet, line):
        return False
    if _PAGE_NUMBER.fullmatch(line.text) is not None or not others:
        return _PAGE_NUMBER.fullmatch(line.text) is not None
    usual = sorted(other.em for other in others)[len(others) // 2]
    away = min(max(line.bottom - other.top, other.bottom - line.top) for other in others) > usual
    small = line.em < SMALL * usual
    if _mark(sheet, line) in running:
        return away or small
    return away and small and len(line.text) <= HEAD  # a document of one page has running heads too
