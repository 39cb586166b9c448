"""A page to the element that holds its main text.

In: the parsed page. Out: a `Page` that knows what each element holds, which are to be left out, and its main text: the
smallest element with nearly all prose. Prose is text outside links with the punctuation of sentences, and, at half its
weight, the cells of tables. What elements are called is believed only where it agrees with that.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from lxml import etree, html

from kg.readers.page_lines import BLOCKS, is_data, seen

WHOLE = 0.8  # share of a page's prose that the main text holds; the rest are notes, dates and footers (2026-11)
LINKED = 0.5  # share of characters in links from which a block is a list of links
MOST_OF = 0.5  # share of the prose from which an element is kept, whatever it is called; footers of short ones have 0.3

# fmt: off
_HOLDERS = BLOCKS - {
    "caption", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "legend", "li", "p", "pre",
} | {"span", "font", "ucapcontent"}
"""Elements that a main text may be; a paragraph is part of one."""
_ASIDE = frozenset({
    "advert", "bdshare", "bdsharebuttonbox", "breadcrumb", "breadcrumbs", "comment", "comments", "copyright", "crumb",
    "crumbs", "dqwz", "ewm", "foot", "footer", "friendlink", "jiathis", "jiucuo", "login", "mainnav", "menu", "nav",
    "navbar", "navigation", "pager", "pagination", "popup", "prenext", "qrcode", "recommend", "related", "relatednews",
    "relation", "search", "share", "sharebox", "sidebar", "sidenav", "toolbar", "tooltip", "topnav", "weixin", "wza",
    "xgwz", "xgxx", "xglj",
})
"""Parts of class names and ids that the makers of such sites give to what is not the text; some are pinyin initials."""
# fmt: on
_CELLS = frozenset({"td", "th"})
_SENTENCES = re.compile(r"[，。；：、！？,;!?]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_HIDDEN = re.compile(r"display\s*:\s*none")


@dataclass(slots=True)
class Page:
    """The elements of a page with the characters that each holds, itself and below."""

    body: html.HtmlElement
    order: list[html.HtmlElement] = field(default_factory=list)
    prose: Counter[html.HtmlElement] = field(default_factory=Counter)
    linked: Counter[html.HtmlElement] = field(default_factory=Counter)
    plain: Counter[html.HtmlElement] = field(default_factory=Counter)  # outside links
    dropped: set[html.HtmlElement] = field(default_factory=set)

    def main_text(self) -> html.HtmlElement:
        """Return the smallest element that holds nearly all prose."""
        node, enough = self.body, WHOLE * self.prose[self.body]
        while enough:
            inner = [c for c in node if c.tag in _HOLDERS and c not in self.dropped and self.prose[c] >= enough]
            if not inner or (node.tag == "table" and is_data(node)):
                break
            node = inner[0]
        table = next(node.iterancestors("table"), None) if node.tag in ("tbody", "tr", "td") else None
        return table if table is not None and is_data(table) else node

    def is_brief(self, node: html.HtmlElement, most: int) -> bool:
        """Tell whether an element is a line of so many characters at most, and no wrapper of the page."""
        return len(node) < PARTS and 0 < self.plain[node] + self.linked[node] <= most


PARTS = 8  # elements in a title or a line of dates


def weighed(body: html.HtmlElement) -> Page:
    """Return what the elements of a page hold, and which hold none of its text."""
    page = Page(body)
    _count_own(page)
    own = page.prose.copy()
    _sum_up(page, page.prose, page.linked, page.plain)
    enough = MOST_OF * page.prose[page.body]
    for node in page.order[1:]:
        if (page.prose[node] < enough and _names(node) & _ASIDE) or _is_link_list(page, node):
            page.dropped.add(node)
    for node in page.order[1:]:  # what is dropped weighs nothing above
        if node in page.dropped or node.getparent() in page.dropped:
            page.dropped.add(node)
            own[node] = 0
    page.prose = own
    _sum_up(page, page.prose)
    return page


def _count_own(page: Page) -> None:
    walk = etree.iterwalk(page.body, events=("start", "end"))
    links = cells = 0
    for event, node in walk:
        shown = isinstance(node.tag, str) and (node is page.body or not _is_hidden(node))
        if event == "start" and shown:
            page.order.append(node)
            links += node.tag == "a"
            cells += node.tag in _CELLS
            _count(page, node, node.text, linked=links > 0, celled=cells > 0)
        elif event == "start":
            page.dropped.add(node)
            walk.skip_subtree()
        else:
            links -= shown and node.tag == "a"
            cells -= shown and node.tag in _CELLS
            if node is not page.body:
                _count(page, node.getparent(), node.tail, linked=links > 0, celled=cells > 0)


def _count(page: Page, node: html.HtmlElement, text: str | None, *, linked: bool, celled: bool) -> None:
    if not text or not (size := seen(text)):
        return
    if linked:
        page.linked[node] += size
        return
    page.plain[node] += size
    if _SENTENCES.search(text) and _HAN.search(text):
        page.prose[node] += size
    elif celled:
        page.prose[node] += size // 2


def _sum_up(page: Page, *counts: Counter[html.HtmlElement]) -> None:
    for node in reversed(page.order[1:]):
        parent = node.getparent()
        for count in counts:
            if size := count[node]:
                count[parent] += size


def _is_hidden(node: html.HtmlElement) -> bool:
    style = node.get("style")
    return "hidden" in node.attrib or (style is not None and _HIDDEN.search(style.lower()) is not None)


def _names(node: html.HtmlElement) -> frozenset[str]:
    return frozenset(re.split(r"[^a-z0-9]+", f"{node.get('id', '')} {node.get('class', '')}".lower()))


def _is_link_list(page: Page, node: html.HtmlElement) -> bool:
    linked = page.linked[node]
    return linked > LINKED * (linked + page.plain[node]) and page.prose[node] < linked and node.tag in BLOCKS
