"""A page of a government site to its main text: no navigation, footers, related links or scripts.

In: a page's characters. Out: `Content`: one line a paragraph, heading, list item or table row; metadata as the page's
head gives it; the place of each line as an element path. Out of scope: what the lines say.

The main text is the smallest element that holds nearly all prose of the page: text outside links with the punctuation
of sentences, and cells of tables. Names of elements are believed only where they agree with that.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html

from kg.readers.content import SEPARATOR, Content

WHOLE = 0.8  # share of a page's prose that the main text holds; the rest are notes, dates and footers (2026-11)
LINKED = 0.5  # share of characters in links from which a block is a list of links
MOST_OF = 0.3  # share of the prose from which an element is kept, whatever it is called
NUMBER = 40  # characters that a text may have before its own title: the number of the document, the publisher
CELL = 200  # characters of a cell from which a table lays out the page and holds no data
SINGLE = 40  # characters of a cell, where the table is one row
NUMBERED = re.compile(r"[（(]?[\d一二三四五六七八九十]{1,3}[、.．)）]")
PARTS = 8  # elements in a title or a line of dates; a wrapper of the page has more
BYLINE = 120  # characters
HEAD = 4096  # bytes in which a page declares its encoding

_NO_TEXT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "canvas",
        "map",
        "select",
        "button",
        "input",
        "textarea",
        "option",
        "head",
        "nav",
        "footer",
        "audio",
        "video",
        "menu",
        "dialog",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "details",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_HOLDERS = _BLOCKS - frozenset(
    ["caption", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "legend", "li", "p", "pre"]
) | {"span", "font", "ucapcontent"}
"""Elements that a main text may be; a paragraph is part of one."""
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ASIDE = frozenset(
    [
        "advert",
        "bdshare",
        "bdsharebuttonbox",
        "breadcrumb",
        "breadcrumbs",
        "comment",
        "comments",
        "copyright",
        "crumb",
        "crumbs",
        "dqwz",
        "ewm",
        "foot",
        "footer",
        "friendlink",
        "jiathis",
        "jiucuo",
        "login",
        "mainnav",
        "menu",
        "nav",
        "navbar",
        "navigation",
        "pager",
        "pagination",
        "popup",
        "prenext",
        "qrcode",
        "recommend",
        "related",
        "relatednews",
        "relation",
        "search",
        "share",
        "sharebox",
        "sidebar",
        "sidenav",
        "toolbar",
        "tooltip",
        "topnav",
        "weixin",
        "wza",
        "xgwz",
        "xgxx",
        "xglj",
    ]
)
"""Parts of class names and ids that the makers of such sites give to what is not the text; some are pinyin initials."""
_PROSE = re.compile(r"[，。；：、！？,;!?]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u2002-\u200a\u202f\u3000]+")
_BROKEN = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u3000-\u9fff\uff00-\uffef])")
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_HIDDEN = re.compile(r"display\s*:\s*none")
_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,20})|<\?xml[^>]{0,60}encoding\s*=\s*["']([\w.:-]{2,20})""",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)")
_SEPARATED = re.compile(r"\s*[-_|—–>»]+\s*")
_META = {
    "articletitle": "title",
    "og:title": "title",
    "pubdate": "published",
    "publishdate": "published",
    "article:published_time": "published",
    "contentsource": "source",
    "url": "url",
    "og:url": "url",
    "sitename": "site",
}
"""Names of `meta` elements, as the standard for Chinese government sites has them, and what they give."""


def declared_charset(data: bytes) -> str | None:
    """Return the encoding that a page or XML document names in its head."""
    m = _CHARSET.search(data[:HEAD])
    return (m[1] or m[2]).decode("ascii") if m else None


def is_page(text: str) -> bool:
    """Tell whether a text is a web page: it begins as one, whatever its name ends in."""
    start = text[:HEAD].lstrip("\ufeff \t\r\n").lower()
    return start.startswith(("<!doctype html", "<html")) or (
        start[:1] == "<" and ("<html" in start or "<body" in start)
    )


def read_page(text: str, where: str) -> Content:
    """Return the main text of a page, line by line, and what the page's head says of it."""
    del where
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser, ensure_head_body=True)
    page = _weighed(root)
    given = _given(root)
    holder = _holder(page)
    lines = list(_lines(holder, page))
    title = _title(page, holder, given, [text for text, _ in lines[:4]])
    if title is not None:
        lines.insert(0, title)
    if byline := _byline(page, holder, given.get("published")):
        given.setdefault("byline", byline)
    at, places = 0, []
    for line, path in lines:
        places.append((at, path))
        at += len(line) + 1
    return Content("\n".join(line for line, _ in lines), given, tuple(places))


@dataclass(slots=True)
class _Page:
    """The elements of a page with what each holds, itself and below."""

    body: html.HtmlElement
    order: list[html.HtmlElement] = field(default_factory=list)
    prose: Counter[html.HtmlElement] = field(default_factory=Counter)  # characters of sentences and cells
    linked: Counter[html.HtmlElement] = field(default_factory=Counter)  # characters in links
    plain: Counter[html.HtmlElement] = field(default_factory=Counter)  # all other characters
    dropped: set[html.HtmlElement] = field(default_factory=set)


def _weighed(root: html.HtmlElement) -> _Page:
    page = _Page(root.body if root.body is not None else root)
    _count_own(page)
    own = page.prose.copy()
    _sum_up(page, page.prose, page.linked, page.plain)
    enough = MOST_OF * page.prose[page.body]
    for node in page.order[1:]:
        if (page.prose[node] < enough and _names(node) & _ASIDE) or _link_list(page, node):
            page.dropped.add(node)
    for node in page.order[1:]:  # what is dropped weighs nothing above
        if node in page.dropped or node.getparent() in page.dropped:
            page.dropped.add(node)
            own[node] = 0
    page.prose = own
    _sum_up(page, page.prose)
    return page


def _count_own(page: _Page) -> None:
    walk = etree.iterwalk(page.body, events=("start", "end"))
    links = 0
    for event, node in walk:
        seen = isinstance(node.tag, str) and node.tag not in _NO_TEXT and (node is page.body or not _hidden(node))
        if event == "start" and seen:
            page.order.append(node)
            links += node.tag == "a"
            _count(page, node, node.text, linked=links > 0)
        elif event == "start":
            page.dropped.add(node)
            walk.skip_subtree()
        else:
            links -= seen and node.tag == "a"
            if node is not page.body:
                _count(page, node.getparent(), node.tail, linked=links > 0)


def _sum_up(page: _Page, *counts: Counter[html.HtmlElement]) -> None:
    for node in reversed(page.order[1:]):
        parent = node.getparent()
        for count in counts:
            if size := count[node]:
                count[parent] += size


def _count(page: _Page, node: html.HtmlElement, text: str | None, *, linked: bool) -> None:
    if not text or not (size := len(text) - sum(map(len, _SPACE.findall(text)))):
        return
    if linked:
        page.linked[node] += size
        return
    page.plain[node] += size
    if _PROSE.search(text) and _HAN.search(text):
        page.prose[node] += size
    elif node.tag in _CELLS or next(node.iterancestors("td", "th"), None) is not None:
        page.prose[node] += size // 2


_CELLS = frozenset({"td", "th"})


def _hidden(node: html.HtmlElement) -> bool:
    style = node.get("style")
    return "hidden" in node.attrib or (style is not None and _HIDDEN.search(style.lower()) is not None)


def _names(node: html.HtmlElement) -> frozenset[str]:
    return frozenset(re.split(r"[^a-z0-9]+", f"{node.get('id', '')} {node.get('class', '')}".lower()))


def _link_list(page: _Page, node: html.HtmlElement) -> bool:
    linked = page.linked[node]
    return linked > LINKED * (linked + page.plain[node]) and page.prose[node] < linked and node.tag in _BLOCKS


def _holder(page: _Page) -> html.HtmlElement:
    """Return the smallest element that holds nearly all prose."""
    node, enough = page.body, WHOLE * page.prose[page.body]
    while enough:
        inner = [c for c in node if c.tag in _HOLDERS and c not in page.dropped and page.prose[c] >= enough]
        if not inner or (node.tag == "table" and _is_data(node)):
            break
        node = inner[0]
    table = next(node.iterancestors("table"), None) if node.tag in ("tbody", "tr", "td") else None
    return table if table is not None and _is_data(table) else node


def _lines(holder: html.HtmlElement, page: _Page) -> Iterator[tuple[str, str]]:
    """Yield the lines of an element, each with the path of its block."""
    paths = [holder.getroottree().getpath(holder)]
    counts: list[Counter[str]] = [Counter()]
    parts: list[str] = []
    walk = etree.iterwalk(holder, events=("start", "end"))
    for event, node in walk:
        tag = node.tag
        if event == "start":
            if node is not holder:
                counts[-1][tag] += 1
                paths.append(f"{paths[-1]}/{tag}[{counts[-1][tag]}]")
            counts.append(Counter())
            block = tag in _BLOCKS or tag == "br"
            if block and parts:
                yield from _flushed(parts, paths[-2 if node is not holder else -1])
            if node in page.dropped:
                walk.skip_subtree()
            elif tag == "table" and _is_data(node):
                yield from ((row, paths[-1]) for row in _rows(node, page))
                walk.skip_subtree()
            else:
                if tag == "li" and (number := _number(node)):
                    parts.append(number)
                parts.append(node.text or "")
        else:
            counts.pop()
            if tag in _BLOCKS and parts:
                yield from _flushed(parts, paths[-1])
            if node is not holder:
                paths.pop()
                parts.append(node.tail or "")
    yield from _flushed(parts, paths[-1])


def _flushed(parts: list[str], path: str) -> Iterator[tuple[str, str]]:
    line = _clean("".join(parts))
    parts.clear()
    if line:
        yield line, path


def _clean(text: str) -> str:
    """Return a line as a browser shows it; a line break of the source between Chinese characters is nothing."""
    return _SPACE.sub(" ", _BROKEN.sub("", _UNSEEN.sub("", text))).strip()


def _number(item: html.HtmlElement) -> str:
    """Return the number that a browser puts before an item of a numbered list."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol" or "none" in parent.get("style", "") or NUMBERED.match(_text(item)):
        return ""
    first = parent.get("start", "1")
    return f"{int(first) + sum(1 for _ in item.itersiblings('li', preceding=True))}." if first.isdecimal() else ""


def _text(node: html.HtmlElement) -> str:
    return _clean(node.text_content())


def _is_data(table: html.HtmlElement) -> bool:
    """Tell whether a table holds data; tables that lay out a page hold tables or long texts."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    sizes = [[len(_text(cell)) for cell in row.iterchildren("td", "th")] for row in table.iterdescendants("tr")]
    rows = sum(len(row) > 1 for row in sizes)
    return rows > 0 and all(size <= (CELL if rows > 1 else SINGLE) for row in sizes for size in row)


def _rows(table: html.HtmlElement, page: _Page) -> Iterator[str]:
    for row in table.iterdescendants("tr", "caption"):
        if row in page.dropped:
            continue
        cells = [_text(c) for c in row.iterchildren("td", "th")] if row.tag == "tr" else [_text(row)]
        if any(cells):
            yield SEPARATOR.join(cell for cell in cells if cell)


def _given(root: html.HtmlElement) -> dict[str, str]:
    """Return what the page's head says of its text."""
    given: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = _META.get((meta.get("name") or meta.get("property") or "").strip().lower())
        value = _clean(meta.get("content") or "")
        if name and value:
            given.setdefault(name, value)
    if "title" not in given and (title := root.find(".//title")) is not None:
        parts = [p for p in _SEPARATED.split(_text(title)) if p and p != given.get("site")]
        if parts:
            given["title"] = parts[0]
    given.pop("site", None)
    if m := _DATE.search(given.get("published", "")):
        given["published"] = _iso(m[0])
    else:
        given.pop("published", None)
    return given


def _title(page: _Page, holder: html.HtmlElement, given: dict[str, str], first: list[str]) -> tuple[str, str] | None:
    """Return the title that the page shows above its text, unless the text begins with it."""
    wanted = _bare(given.get("title", ""))
    begins = _bare("".join(first))[: len(wanted) + NUMBER]
    if wanted and wanted in begins:
        return None
    heading: html.HtmlElement | None = None
    for node in page.order:
        if node is holder:
            break
        if node in page.dropped:
            continue
        if node.tag in _HEADINGS and node.tag != "h6":
            heading = node if heading is None or node.tag <= heading.tag else heading
        if wanted and len(node) < PARTS and _bare(_text(node)) == wanted:
            heading = node
    if heading is None or not (line := _text(heading)) or _bare(line) in begins:
        return None
    return line, heading.getroottree().getpath(heading)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _byline(page: _Page, holder: html.HtmlElement, published: str | None) -> str | None:
    """Return the line with the date that the head gives, or else with the last date, above the text."""
    found = None
    for node in page.order:
        if node is holder:
            break
        line = _text(node) if len(node) < PARTS else ""
        if len(line) <= BYLINE and (m := _DATE.search(line)):
            found = line
            if _iso(m[0]) == published:
                break
    return found


def _iso(date: str) -> str:
    """Write a date as ISO 8601 does.

    >>> _iso("2024年2月1"), _iso("2024/12/31")
    ('2024-02-01', '2024-12-31')
    """
    return "-".join(f"{int(number):02}" for number in re.findall(r"\d+", date))
