"""What an entity is joined to, for the drawing: nodes, and links with their years. Run in a worker."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.ask.query import Value
from kg.graph.reposts import counted
from kg.serve.snapshot import Snapshot

View = dict[str, Any]
_WHEN = "OPTIONAL { ?f sdmx-dimension:refPeriod ?when }"
STATED = {
    "adopts": f"?f a kg:Adoption ; kg:adopter ?a ; kg:reform ?b ; kg:statedIn ?doc {_WHEN}",
    "deliveredThrough": f"?f a kg:Delivery ; kg:reform ?a ; kg:platform ?b ; kg:statedIn ?doc {_WHEN}",
    "sharedWith": f"?f a kg:Partnership ; kg:reform ?a ; kg:partner ?b ; kg:statedIn ?doc {_WHEN}",
    "mentions": "?doc schema:mentions ?b ; dct:spatial ?a . ?b a kg:Platform",
}
"""What reports say of some year."""
STANDING = {
    "within": "?a kg:within ?b",
    "broader": "?a skos:broader ?b",
    "actsFor": "?a kg:actsFor ?b",
    "serves": "?a kg:serves ?b",
}
"""What holds in every year."""
MOST = 400
"""Neighbours of one node that are drawn; more can't be told apart."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two things, and how they are joined."""

    a: str
    b: str
    kind: str


Links = dict[Link, set[str]]  # with the years in which reports say so


def whole(snapshot: Snapshot, most: int = 2000) -> View:
    """Return the network of adoptions and platforms: the best connected nodes of all."""
    links: Links = {}
    for name, pattern in STATED.items():
        links |= _links(snapshot, name, pattern)
    degree = _degree(links)
    kept = {iri for iri, _ in degree.most_common(most)}
    within = {link: years for link, years in links.items() if link.a in kept and link.b in kept}
    return _drawn(snapshot, within) | {"more": len(degree) > most, "centre": None}


def around(snapshot: Snapshot, local: str) -> View | None:
    """Return what a thing is directly joined to."""
    node = snapshot.base + local
    if node not in snapshot.named:
        return None
    links: Links = {}
    for name, pattern in (STATED | STANDING).items():
        for end in "ab":
            links |= _links(snapshot, name, f"VALUES ?{end} {{ {ox.NamedNode(node)} }} {pattern}")
    order = sorted(links, key=lambda link: (link.a, link.b, link.kind))
    found = _drawn(snapshot, {link: links[link] for link in order[:MOST]}, node)
    return found | {"more": len(links) > MOST, "centre": local}


def _links(snapshot: Snapshot, name: str, pattern: str) -> Links:
    found: Links = {}
    once = counted("doc") if "?doc" in pattern else ""
    for row in snapshot.select(f"SELECT DISTINCT * {{ {pattern} {once} }}"):
        years = found.setdefault(Link(str(row["a"]), str(row["b"]), name), set())
        if year := _year(snapshot, row):
            years.add(year)
    return {link: years for link, years in found.items() if link.a != link.b}


def _year(snapshot: Snapshot, row: dict[str, Value]) -> str | None:
    report = snapshot.documents.get(str(row.get("doc")), {})
    when = row.get("when") or report.get("year") or report.get("issued")
    return str(when)[:4] if when else None


def _degree(links: Links) -> Counter[str]:
    return Counter(end for link in links for end in (link.a, link.b))


def _drawn(snapshot: Snapshot, links: Links, centre: str | None = None) -> View:
    degree, cut = _degree(links), len(snapshot.base)
    if centre:
        degree[centre] += 0
    nodes = []
    for iri, count in degree.items():
        shown = snapshot.shown(iri)
        nodes.append({"id": iri[cut:], "zh": shown["zh"], "en": shown["en"], "kind": shown["kind"], "degree": count})
    return {
        "nodes": nodes,
        "links": [
            {"source": link.a[cut:], "target": link.b[cut:], "kind": link.kind}
            | ({"since": min(years), "until": max(years)} if years else {})
            for link, years in links.items()
        ],
    }
