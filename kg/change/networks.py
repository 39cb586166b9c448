"""Communities and centrality in the networks of regions and reforms, and of reforms and platforms.

In: a store. Out: groups and rankings, each with its method and seed. Nodes are numbered in the order of their IRIs and
edges come sorted, so the same graph, version of networkx and seed give the same bytes, whatever order Python hashes in.
Out of scope: drawing (`picture`), pairs (`likeness`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from kg.ask.query import Source
from kg.change.territory import territory
from kg.exports.selection import select

if TYPE_CHECKING:
    import networkx as nx

Which = Literal["region-reform", "reform-platform"]
WHICH: tuple[Which, ...] = ("region-reform", "reform-platform")
SEED = 0
EXACT = (
    2_000  # nodes up to which betweenness takes all as sources: 15 s with 8,000 links; above, SOURCES of them (2026-11)
)
SOURCES = 500
DIGITS = 6  # decimals; the last bits of sums of floats depend on the machine
_LINKS: dict[Which, str] = {
    "region-reform": "SELECT DISTINCT ?a ?b { ?a kg:adopts ?b }",
    "reform-platform": "SELECT DISTINCT ?a ?b { ?a kg:deliveredThrough ?b }",
}
_LABELS = """SELECT ?it ?name { VALUES ?class { kg:Reform kg:Platform } ?it a ?class ; skos:prefLabel ?name
    FILTER(LANG(?name) = "zh-hans") }"""


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A thing of a network."""

    label: str  # a region's full name
    kind: str  # region, reform, platform
    iri: str


@dataclass(frozen=True, slots=True)
class Network:
    """Two kinds of things and the links between them, both in a fixed order."""

    which: Which
    nodes: tuple[Node, ...]  # in the order of their IRIs
    links: tuple[tuple[int, int], ...]  # places of the two ends among the nodes


@dataclass(frozen=True, slots=True)
class Communities:
    """Groups of nodes with more links inside than chance would give."""

    network: Network
    method: str
    seed: int
    modularity: Decimal | None  # 0: as by chance; None of a network without links
    groups: tuple[tuple[Node, ...], ...]  # the largest first


@dataclass(frozen=True, slots=True)
class Central:
    """A node and how central it is."""

    node: Node
    links: int
    degree: Decimal  # links, of all that it could have with the other kind
    betweenness: Decimal  # share of the shortest paths between others that lead over it


@dataclass(frozen=True, slots=True)
class Centrality:
    """A ranking of the nodes."""

    network: Network
    method: str
    seed: int | None  # None where nothing was drawn by lot
    ranking: tuple[Central, ...]  # the most central first


def network(store: Source, which: Which, within: str | None = None) -> Network:
    """Return a network; with `within`, a region's IRI, only what regions within it adopt."""
    land = territory(store)
    kept = land.kept(within)
    labels = {iri.value: name.value for iri, name in select(store, _LABELS)}
    pairs = {(a.value, b.value) for a, b in select(store, _LINKS["region-reform"])}
    pairs = {(land.regions[a].iri, b) for a, b in pairs}
    pairs = {(a, b) for a, b in pairs if a in kept}
    if which == "reform-platform":
        reforms = {b for _, b in pairs}
        links = ((a.value, b.value) for a, b in select(store, _LINKS[which]))
        pairs = {(a, b) for a, b in links if within is None or a in reforms}
    kinds = which.split("-")
    named = {
        iri: Node(land.regions[iri].full if kind == "region" else labels[iri], kind, iri)
        for pair in pairs
        for iri, kind in zip(pair, kinds, strict=True)
    }
    at = {iri: number for number, iri in enumerate(sorted(named))}
    return Network(which, tuple(named[iri] for iri in at), tuple(sorted((at[a], at[b]) for a, b in pairs)))


def communities(found: Network, seed: int = SEED) -> Communities:
    """Return the communities of a network by the Louvain method."""
    import networkx as nx

    version = f"networkx {nx.__version__}"
    method = f"Louvain (Blondel and others 2008), links unweighted, resolution 1, {version}"
    if not found.links:
        return Communities(found, method, seed, None, ())
    graph = _graph(found)
    groups = [sorted(group) for group in nx.community.louvain_communities(graph, weight=None, seed=seed)]
    groups.sort(key=lambda group: (-len(group), group))
    quality = nx.community.modularity(graph, groups, weight=None)
    nodes = tuple(tuple(sorted(found.nodes[n] for n in group)) for group in groups)
    return Communities(found, method, seed, _rounded(quality), nodes)


def centrality(found: Network, seed: int = SEED) -> Centrality:
    """Return how central the nodes of a network are: by their links, and by the shortest paths over them."""
    import networkx as nx

    graph, size = _graph(found), len(found.nodes)
    lot = size > EXACT
    sources = f"from {SOURCES} nodes drawn by lot" if lot else "exact"
    method = f"degree in a network of two kinds, betweenness (Brandes 2001), {sources}, networkx {nx.__version__}"
    between = nx.betweenness_centrality(graph, k=SOURCES if lot else None, seed=seed)
    others = {kind: sum(node.kind != kind for node in found.nodes) for kind in found.which.split("-")}
    ranking = [
        Central(node, graph.degree(n), _rounded(graph.degree(n) / others[node.kind]), _rounded(between[n]))
        for n, node in enumerate(found.nodes)
    ]
    ranking.sort(key=lambda c: (-c.links, -c.betweenness, c.node))
    return Centrality(found, method, seed if lot else None, tuple(ranking))


def members(found: Communities) -> Sequence[tuple[int, Node]]:
    """Return every node with the number of its community, from 1."""
    return [(number, node) for number, group in enumerate(found.groups, 1) for node in group]


def _graph(found: Network) -> "nx.Graph[Any]":
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(len(found.nodes)))
    graph.add_edges_from(found.links)
    return graph


def _rounded(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-DIGITS))
