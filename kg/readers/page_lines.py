"""An element of a page to lines, as a browser shows them: paragraphs, headings, list items, table rows.

In: an element, and those within it that are to be left out. Out: lines, each with the path of its block.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator

from lxml import etree, html

from kg.readers.content import SEPARATOR

CELL = 200  # characters of a cell from which a table lays out the page and holds no data
SINGLE = 40  # characters of a cell, where the table is one row
PATH = 300  # characters of the path of an element; those of real pages have up to 150 (2026-11)

# fmt: off
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend",
    "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})
# fmt: on
"""Elements that begin and end a line."""
_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u2002-\u200a\u202f\u3000]+")
_BROKEN = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u3000-\u9fff\uff00-\uffef])")
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_NUMBERED = re.compile(r"[（(]?[\d一二三四五六七八九十]{1,3}[、.．)）]")


def lines(of: html.HtmlElement, dropped: Container[html.HtmlElement]) -> Iterator[tuple[str, str]]:
    """Yield the lines of an element, each with the path of the block that it stands in."""
    path = [of.getroottree().getpath(of)]
    counts: list[Counter[str]] = [Counter()]
    parts: list[str] = []
    walk = etree.iterwalk(of, events=("start", "end"))
    for event, node in walk:
        ends = node.tag in BLOCKS or node is of or (node.tag == "br" and event == "start")
        if ends and (line := cleaned("".join(parts))):
            yield line, _shown(path)
        if ends:
            parts.clear()
        if event == "end":
            counts.pop()
            if node is not of:
                path.pop()
                parts.append(node.tail or "")
            continue
        if node is not of:
            counts[-1][node.tag] += 1
            path.append(f"/{node.tag}[{counts[-1][node.tag]}]")
        counts.append(Counter())
        if node in dropped:
            walk.skip_subtree()
        elif node.tag == "table" and is_data(node):
            yield from ((row, _shown(path)) for row in _rows(node, dropped))
            walk.skip_subtree()
        else:
            parts += _number(node, counts[-2]["li"]) if node.tag == "li" else "", node.text or ""


def text_of(node: html.HtmlElement) -> str:
    """Return all text of an element as one line."""
    return cleaned(node.text_content())


def cleaned(text: str) -> str:
    """Return a line as a browser shows it; a line break of the source between Chinese characters is nothing."""
    return _SPACE.sub(" ", _BROKEN.sub("", _UNSEEN.sub("", text))).strip()


def seen(text: str) -> int:
    """Return how many characters of a text are no space."""
    return len(text) - sum(map(len, _SPACE.findall(text)))


def is_data(table: html.HtmlElement) -> bool:
    """Tell whether a table holds data; tables that lay out a page hold tables or long texts."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    sizes = [[len(text_of(cell)) for cell in row.iterchildren("td", "th")] for row in table.iterdescendants("tr")]
    rows = sum(len(row) > 1 for row in sizes)
    return rows > 0 and all(size <= (CELL if rows > 1 else SINGLE) for row in sizes for size in row)


def _rows(table: html.HtmlElement, dropped: Container[html.HtmlElement]) -> Iterator[str]:
    for row in table.iterdescendants("tr", "caption"):
        if row not in dropped:
            cells = [text_of(cell) for cell in row.iterchildren("td", "th")] if row.tag == "tr" else [text_of(row)]
            if any(cells):
                yield SEPARATOR.join(filter(None, cells))


def _number(item: html.HtmlElement, nth: int) -> str:
    """Return the number that a browser puts before the nth item of a numbered list."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol" or "none" in parent.get("style", "") or _NUMBERED.match(text_of(item)):
        return ""
    first = parent.get("start", "1")
    return f"{int(first) + nth - 1}." if re.fullmatch("[0-9]{1,6}", first) else ""


def _shown(path: list[str]) -> str:
    """Write a path; of one that is too long, its end."""
    text = "".join(path)
    return text if len(text) <= PATH else f"…{text[-PATH:]}"
