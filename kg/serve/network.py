"""What an entity is joined to, for the drawing: nodes and links around it. Run in a worker."""

from collections import Counter
from typing import Any

import pyoxigraph as ox

from kg.serve.snapshot import Snapshot

View = dict[str, Any]
LINKS = ("adopts", "deliveredThrough", "sharedWith", "within", "broader", "actsFor", "mentions", "serves")
_PATTERNS = {
    "adopts": "?a kg:adopts ?b",
    "deliveredThrough": "?a kg:deliveredThrough ?b",
    "sharedWith": "?a kg:sharedWith ?b",
    "within": "?a kg:within ?b",
    "broader": "?a skos:broader ?b",
    "actsFor": "?a kg:actsFor ?b",
    "serves": "?a kg:serves ?b",
    "mentions": "?doc schema:mentions ?b ; dct:spatial ?a . ?b a kg:Platform",
}
MOST = 400
"""Neighbours of one node that are drawn; more can't be told apart."""


def whole(snapshot: Snapshot, most: int = 2000) -> View:
    """Return the network of adoptions and platforms: the best connected nodes of all."""
    pairs = [(a, b, name) for name in ("adopts", "deliveredThrough", "sharedWith", "mentions")
             for a, b in _pairs(snapshot, _PATTERNS[name])]  # fmt: skip
    degree = Counter(end for a, b, _ in pairs for end in (a, b))
    kept = {iri for iri, _ in degree.most_common(most)}
    return _drawn(snapshot, [p for p in pairs if p[0] in kept and p[1] in kept], len(degree) > most)


def around(snapshot: Snapshot, local: str) -> View | None:
    """Return what a thing is directly joined to."""
    node = snapshot.base + local
    if node not in snapshot.named:
        return None
    pairs: list[tuple[str, str, str]] = []
    for name in LINKS:
        for end in "ab":
            bound = f"VALUES ?{end} {{ {ox.NamedNode(node)} }} {_PATTERNS[name]}"
            pairs += [(a, b, name) for a, b in _pairs(snapshot, bound)]
    pairs = sorted(set(pairs))
    return _drawn(snapshot, pairs[:MOST], len(pairs) > MOST, node)


def _pairs(snapshot: Snapshot, pattern: str) -> list[tuple[str, str]]:
    return [(str(r["a"]), str(r["b"])) for r in snapshot.select(f"SELECT DISTINCT ?a ?b {{ {pattern} }}")]


def _drawn(snapshot: Snapshot, pairs: list[tuple[str, str, str]], more: bool, centre: str | None = None) -> View:  # noqa: FBT001
    degree = Counter(end for a, b, _ in pairs for end in (a, b))
    if centre:
        degree[centre] += 0
    nodes = []
    for iri in degree:
        link = snapshot.link(iri) or {}
        nodes.append({"id": iri[len(snapshot.base) :], "zh": link["zh"], "en": link["en"], "kind": link["kind"],
                      "degree": degree[iri]})  # fmt: skip
    cut = len(snapshot.base)
    links = [{"source": a[cut:], "target": b[cut:], "kind": name} for a, b, name in pairs if a != b]
    return {"nodes": nodes, "links": links, "more": more, "centre": centre[cut:] if centre else None}
