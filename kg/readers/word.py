"""A Word document (.docx) to lines: paragraphs with their numbers, tables as rows.

In: the file's bytes. Out: `Content`. The XML is read as it stands, because python-docx passes over what Word and WPS
put around runs: tracked insertions, smart tags, content controls. Out of scope: notes, headers, pictures, deleted text.
"""

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from kg.errors import UnreadableFile
from kg.readers.content import LIMITS, SEPARATOR, Content, Limits
from kg.readers.numbering import Numbering, W, numbering
from kg.readers.packed import BROKEN, member

_PARTS = ("word/document.xml", "word/numbering.xml", "word/styles.xml")
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"  # the name space of "Strict Open XML"
_ANEW = "Open it in Word or WPS, and save it anew as .docx"
_SKIPPED = {
    W + name
    for name in (
        *("del", "moveFrom", "delText", "instrText", "fldData"),  # what was struck out, and codes of fields
        *("drawing", "pict", "object", "footnoteReference", "endnoteReference"),
        *("pPr", "rPr", "tblPr", "trPr", "tcPr", "sdtPr"),
    )
} | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_SIGNS = {W + "tab": " ", W + "ptab": " ", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}


def read_word(data: bytes, where: str, limits: Limits = LIMITS) -> Content:
    """Return the text of a Word document.

    Raises:
        UnreadableFile: it is broken or too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            document, lists, styles = (_xml(archive, name, where, limits) for name in _PARTS)
    except BROKEN as error:
        raise UnreadableFile("is a broken or truncated Word document", where, _ANEW) from error
    body = document.find(W + "body") if document is not None else None
    if body is None:
        raise UnreadableFile("is no Word document: it has no body", where, _ANEW)
    at, lines, places = 0, [], []
    for block, place in _blocks(body, numbering(lists, styles)):
        for line in filter(None, map(str.strip, block.split("\n"))):
            lines.append(line)
            places.append((at, place))
            at += len(line) + 1
    return Content("\n".join(lines), {}, tuple(places))


def _xml(archive: zipfile.ZipFile, name: str, where: str, limits: Limits) -> "etree._Element | None":
    if name not in archive.namelist():
        return None
    data = member(archive, archive.getinfo(name), where, limits).replace(_STRICT, W[1:-1].encode())
    if b"<!DOCTYPE" in data[:1000]:
        what = "declares XML entities, which no Word document does"
        raise UnreadableFile(what, f"{where}, {name}", "Don't open it: such files are made to harm")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile("is a broken Word document", f"{where}, {name}, line {error.lineno}", _ANEW) from error


def _blocks(body: "etree._Element", lists: Numbering) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs and table rows of a body, in order, each with its place."""
    paragraphs = tables = 0
    stack = [iter(body)]
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
        elif node.tag == W + "p":
            paragraphs += 1
            if (text := _text(node)).strip():
                yield lists.number(node) + text, f"paragraph {paragraphs}"
        elif node.tag == W + "tbl":
            tables += 1
            for number, row in enumerate(node.iter(W + "tr"), 1):
                yield _row(row), f"table {tables}, row {number}"
        elif node.tag not in _SKIPPED:  # content controls and tracked moves hold blocks
            stack.append(iter(node))


def _row(row: "etree._Element") -> str:
    """Return the cells of a row; what a table within a cell holds is in rows of its own."""
    cells = [
        "".join(_text(p) for p in cell.iter(W + "p") if next(p.iterancestors(W + "tc")) is cell)
        for cell in row.iter(W + "tc")
        if next(cell.iterancestors(W + "tr")) is row
    ]
    return SEPARATOR.join(filter(None, (cell.replace("\n", "").strip() for cell in cells)))


def _text(paragraph: "etree._Element") -> str:
    parts: list[str] = []
    stack = [iter(paragraph)]
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
        elif node.tag == W + "t":
            parts.append(node.text or "")
        elif node.tag in _SIGNS:
            parts.append(_SIGNS[node.tag])
        elif node.tag not in _SKIPPED:
            stack.append(iter(node))
    return "".join(parts)
