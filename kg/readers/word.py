"""A Word document (.docx) to lines: paragraphs with their numbers, tables as rows.

In: the file's bytes. Out: `Content`. The XML is read as it stands, because python-docx passes over what Word and WPS put
around runs: tracked insertions, smart tags and content controls. Out of scope: notes, headers, pictures, deleted text.
"""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from kg.errors import UnreadableFile
from kg.readers.content import LIMITS, SEPARATOR, Content, Limits
from kg.readers.packed import member

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = frozenset(
    W + name for name in ["del", "moveFrom", "instrText", "delText", "drawing", "pict", "object", "footnoteReference", "endnoteReference", "pPr", "rPr", "tblPr", "tcPr", "trPr", "sdtPr", "fldData"]
) | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}  # fmt: skip
_CHINESE = "一二三四五六七八九"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


@dataclass(slots=True)
class _Numbering:
    """How each list counts, and how far it has come."""

    levels: dict[str, dict[int, tuple[str, str, int]]] = field(
        default_factory=dict
    )  # list → level → format, text, start
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)  # style → list and level
    counts: dict[str, Counter[int]] = field(default_factory=dict)


def read_word(data: bytes, where: str, limits: Limits = LIMITS) -> Content:
    """Return the text of a Word document.

    Raises:
        UnreadableFile: it is broken or too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {
                name: _xml(archive, name, where, limits)
                for name in ("word/document.xml", "word/numbering.xml", "word/styles.xml")
            }
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise UnreadableFile(
            "is a broken or truncated Word document", where, "Fetch it again, or save it anew from Word"
        ) from error
    document = parts["word/document.xml"]
    body = document.find(W + "body") if document is not None else None
    if body is None:
        raise UnreadableFile("is no Word document: it has no body", where, "Save it anew from Word as .docx")
    numbering = _numbering(parts["word/numbering.xml"], parts["word/styles.xml"])
    at, lines, places = 0, [], []
    for line, place in _blocks(body, numbering):
        for piece in filter(None, map(str.strip, line.split("\n"))):
            lines.append(piece)
            places.append((at, place))
            at += len(piece) + 1
    return Content("\n".join(lines), {}, tuple(places))


def _xml(archive: zipfile.ZipFile, name: str, where: str, limits: Limits) -> "etree._Element | None":
    if name not in archive.namelist():
        return None
    data = member(archive, archive.getinfo(name), where, limits).replace(_STRICT.encode(), W[1:-1].encode())
    if b"<!DOCTYPE" in data[:1000]:
        raise UnreadableFile("declares XML entities, which no Word document does", f"{where}, {name}", "Don't open it")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(
            "is a broken Word document", f"{where}, {name}, line {error.lineno}", "Save it anew from Word"
        ) from error


def _blocks(parent: "etree._Element", numbering: _Numbering) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs and table rows below an element."""
    paragraphs = tables = 0
    stack = [iter(parent)]
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
        elif node.tag == W + "p":
            paragraphs += 1
            yield _number(node, numbering) + _text(node), f"paragraph {paragraphs}"
        elif node.tag == W + "tbl":
            tables += 1
            for number, row in enumerate(node.iter(W + "tr"), 1):
                yield _row(row), f"table {tables}, row {number}"
        elif node.tag not in _SKIPPED:  # content controls and tracked moves hold blocks
            stack.append(iter(node))


def _row(row: "etree._Element") -> str:
    cells = []
    for cell in row.iter(W + "tc"):
        if next(a for a in cell.iterancestors(W + "tr")) is row:
            cells.append("".join(_text(p).strip() for p in cell.iter(W + "p")))
    return SEPARATOR.join(c.replace("\n", "") for c in cells if c)


def _text(paragraph: "etree._Element") -> str:
    parts: list[str] = []
    stack = [iter(paragraph)]
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
        elif node.tag == W + "t":
            parts.append(node.text or "")
        elif node.tag in (W + "tab", W + "ptab"):
            parts.append(" ")
        elif node.tag in (W + "br", W + "cr"):
            parts.append("\n")
        elif node.tag == W + "noBreakHyphen":
            parts.append("-")
        elif node.tag not in _SKIPPED:
            stack.append(iter(node))
    return "".join(parts)


def _numbering(lists: "etree._Element | None", styles: "etree._Element | None") -> _Numbering:
    found = _Numbering()
    if lists is None:
        return found
    kinds = {}
    for kind in lists.iter(W + "abstractNum"):
        levels = {}
        for level in kind.iter(W + "lvl"):
            start = _value(level, "start") or "1"
            levels[int(level.get(W + "ilvl", "0"))] = (
                _value(level, "numFmt") or "decimal", _value(level, "lvlText") or "", int(start) if start.isdecimal() else 1
            )  # fmt: skip
        kinds[kind.get(W + "abstractNumId")] = levels
    for number in lists.iter(W + "num"):
        found.levels[number.get(W + "numId", "")] = kinds.get(_value(number, "abstractNumId"), {})
    for style in styles.iter(W + "style") if styles is not None else ():
        if numbered := _list_of(style.find(f"{W}pPr/{W}numPr")):
            found.styles[style.get(W + "styleId", "")] = numbered
    return found


def _value(node: "etree._Element", name: str) -> str | None:
    child = node.find(W + name)
    return child.get(W + "val") if child is not None else None


def _list_of(numbered: "etree._Element | None") -> tuple[str, int] | None:
    if numbered is None or not (ident := _value(numbered, "numId")):
        return None
    level = _value(numbered, "ilvl") or "0"
    return ident, int(level) if level.isdecimal() else 0


def _number(paragraph: "etree._Element", numbering: _Numbering) -> str:
    """Return the number that Word puts before a paragraph of a list."""
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    own = _list_of(paragraph.find(f"{W}pPr/{W}numPr"))
    found = own or (numbering.styles.get(style.get(W + "val", "")) if style is not None else None)
    if found is None or not _text(paragraph).strip():
        return ""
    ident, level = found
    levels = numbering.levels.get(ident, {})
    if level not in levels:
        return ""
    counts = numbering.counts.setdefault(ident, Counter())
    counts[level] = counts[level] + 1 if counts[level] else levels[level][2]
    for deeper in [n for n in counts if n > level]:
        del counts[deeper]
    if levels[level][0] in ("bullet", "none"):
        return ""
    text = levels[level][1]
    for n, (form, _, start) in levels.items():
        text = text.replace(f"%{n + 1}", _written(counts[n] or start, form))
    return text


def _written(number: int, form: str) -> str:
    """Write a number as a list's format says.

    >>> _written(12, "chineseCountingThousand"), _written(3, "decimal"), _written(3, "lowerLetter")
    ('十二', '3', 'c')
    """
    if (
        form in ("chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting")
        and 0 < number < 100
    ):
        tens, ones = divmod(number, 10)
        head = {0: "", 1: "十"}.get(tens) if tens < 2 else _CHINESE[tens - 1] + "十"  # noqa: PLR2004
        return f"{head}{_CHINESE[ones - 1] if ones else ''}"
    if form == "decimalEnclosedCircle" and 0 < number <= 20:  # noqa: PLR2004
        return chr(0x2460 + number - 1)
    if form in ("lowerLetter", "upperLetter") and 0 < number <= 26:  # noqa: PLR2004
        return chr((ord("a") if form == "lowerLetter" else ord("A")) + number - 1)
    return str(number)
