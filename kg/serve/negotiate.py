"""The Accept header: which of the forms that we have is wanted most (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Iterable, Mapping

ROWS: Mapping[str, str] = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
"""Media type to format, for SELECT and ASK; the first is what no wish at all gets."""

GRAPHS: Mapping[str, str] = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
    "application/x-turtle": "ttl",
    "text/plain": "nt",
    "application/json": "jsonld",
    "application/xml": "rdf",
    "text/xml": "rdf",
}
"""The same for CONSTRUCT and DESCRIBE."""

NAMES: Mapping[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
"""Format to the media type that it is sent as; also the values of ?format=."""

ALIASES: Mapping[str, str] = {"turtle": "ttl", "n3": "ttl", "rdf+xml": "rdf", "json-ld": "jsonld", "n-triples": "nt"}
"""Other names of formats, as SPARQLWrapper sends them."""

HTML = "text/html"
_Q = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


def best(accept: str | None, offered: Iterable[str]) -> str | None:
    """Return the media type, of those offered, that the header wants most; None where it wants none of them.

    Of several that are wanted alike, the one offered first.

    >>> best("text/csv;q=0.5, application/*;q=0.8", ROWS), best("image/png", ROWS), best(None, ROWS)
    ('application/sparql-results+json', None, 'application/sparql-results+json')
    """
    ranges = _ranges(accept or "*/*")
    chosen, most = None, 0.0
    for name in offered:
        if (wish := _wish(name, ranges)) > most:
            chosen, most = name, wish
    return chosen


def wish(accept: str | None, name: str) -> float:
    """Return how much a media type is wanted, 0 to 1.

    >>> wish("text/html, */*;q=0.1", "text/html"), wish("text/html;q=0.4", "text/csv")
    (1.0, 0.0)
    """
    return _wish(name, _ranges(accept or "*/*"))


def prefers_html(accept: str | None, others: Iterable[str]) -> bool:
    """Tell a browser from a program: the header names text/html, and wants nothing of the others more."""
    if accept is None or HTML not in accept.lower():
        return False
    html = wish(accept, HTML)
    return html > 0 and all(wish(accept, other) <= html for other in others)


def _ranges(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in accept.lower().split(",")[:100]:
        name, *params = (piece.strip() for piece in part.split(";"))
        if name == "*":  # of old clients
            name = "*/*"
        if not re.fullmatch(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+", name):
            continue
        given = next((p.partition("=")[2].strip() for p in params if p.partition("=")[0].strip() == "q"), "1")
        found[name] = float(given) if _Q.fullmatch(given) else 0.0
    return found


def _wish(name: str, ranges: Mapping[str, float]) -> float:
    for form in (name, name.split("/", maxsplit=1)[0] + "/*", "*/*"):  # the narrowest decides
        if form in ranges:
            return ranges[form]
    return 0.0
