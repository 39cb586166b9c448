"""A page of a government site to its text: no navigation, footers, related links or scripts.

In: a page's characters. Out: `Content`: the title that the page shows and the lines of its main text (`main_text`,
`page_lines`), each with the path of its element; title, date, source and address as the head gives them.
"""

import re

from lxml import etree, html

from kg.errors import UnreadableFile
from kg.readers.content import Content
from kg.readers.main_text import Page, weighed
from kg.readers.page_lines import cleaned, lines, text_of

ELEMENTS = 500_000  # of a page; a table of 100,000 cells has 200,000. At 7 µs each 4 s (2026-11)
NUMBER = 40  # characters that a text may have before its own title: the number of the document, the publisher
FIRST = 4  # lines of a text among which the site's own line of date and source may be, where a page is short
BYLINE = 120  # characters of a title, or of a line of dates and sources

# fmt: off
_NO_TEXT = (
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "map", "select", "button",
    "input", "textarea", "option", "nav", "footer", "audio", "video", "menu", "dialog",
)
# fmt: on
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
_DATE = re.compile(r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)")
_STAMPED = re.compile(rf"[：:]\s?{_DATE.pattern}")
"""A date behind a label, as sites put it between title and text; the date of a report stands by itself."""
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


def read_page(text: str, where: str) -> Content:
    """Return the main text of a page, line by line, and what the page's head says of it.

    Raises:
        UnreadableFile: it has too many elements.
    """
    root = _parsed(text, where)
    given = _given(root)
    etree.strip_elements(root, *_NO_TEXT, with_tail=False)
    page = weighed(root.body if root.body is not None else root)
    holder = page.main_text()
    found = list(lines(holder, page.dropped))
    title = _title(page, holder, given, "".join(line for line, _ in found[:4]))
    if title is not None:
        found.insert(0, title)
    within = next((line for line, _ in found[:FIRST] if len(line) <= BYLINE and _STAMPED.search(line)), None)
    found = [(line, path) for line, path in found if line != within]
    if byline := within or _byline(page, holder, given.get("published")):
        given["byline"] = byline
    if within and (m := _DATE.search(within)):
        given.setdefault("published", _iso(m[0]))
    at, places = 0, []
    for line, path in found:
        places.append((at, path))
        at += len(line) + 1
    return Content("\n".join(line for line, _ in found), given, tuple(places))


def _parsed(text: str, where: str) -> html.HtmlElement:
    """Return the elements of a page; `huge_tree` lets them lie 2,048 deep, not 256."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser, ensure_head_body=True)
    except etree.ParserError as error:
        raise UnreadableFile("is an empty page", where, "Save it again") from error
    if parser.error_log.filter_types([etree.ErrorTypes.ERR_RESOURCE_LIMIT]) or sum(1 for _ in root.iter()) > ELEMENTS:
        what = f"has elements more than 2,048 deep, or more than {ELEMENTS:,} of them"
        raise UnreadableFile(what, where, "Save its text as .txt from a browser")
    return root


def _given(root: html.HtmlElement) -> dict[str, str]:
    """Return what the page's head says of its text."""
    given: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = _META.get((meta.get("name") or meta.get("property") or "").strip().lower())
        value = cleaned(meta.get("content") or "")
        if name and value:
            given.setdefault(name, value)
    if "title" not in given and (title := root.find(".//title")) is not None:
        parts = [part for part in _SEPARATED.split(text_of(title)) if part and part != given.get("site")]
        if parts:
            given["title"] = parts[0]
    given.pop("site", None)
    if m := _DATE.search(given.get("published", "")):
        given["published"] = _iso(m[0])
    else:
        given.pop("published", None)
    return given


def _title(page: Page, holder: html.HtmlElement, given: dict[str, str], first: str) -> tuple[str, str] | None:
    """Return the title that the page shows above its text, unless the text begins with it."""
    wanted = _bare(given.get("title", ""))
    begins = _bare(first)[: len(wanted) + NUMBER]
    if wanted and wanted in begins:
        return None
    heading: html.HtmlElement | None = None
    for node in page.order:
        if node is holder:
            break
        if node in page.dropped:
            continue
        if node.tag in _HEADINGS and page.is_brief(node, BYLINE):
            heading = node if heading is None or node.tag <= heading.tag else heading
        if wanted and page.is_brief(node, 2 * len(wanted)) and _bare(text_of(node)) == wanted:
            heading = node
    if heading is None or not (line := text_of(heading)) or _bare(line) in begins:
        return None
    return line, heading.getroottree().getpath(heading)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _byline(page: Page, holder: html.HtmlElement, published: str | None) -> str | None:
    """Return the line with the date that the head gives, or else with the last date, above the text."""
    found = None
    for node in page.order:
        if node is holder:
            break
        line = text_of(node) if page.is_brief(node, BYLINE) else ""
        if m := _DATE.search(line):
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
