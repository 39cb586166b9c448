"""Taking a report out of a store: its graph, and what no other report names or states.

Out of scope: how readers are kept from seeing it half done (`store`).
"""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.graph.iris import DEF, PREFIXES, Iris

LINKS = {
    "adopts": ("Adoption", "adopter", "reform"),
    "deliveredThrough": ("Delivery", "reform", "platform"),
    "sharedWith": ("Partnership", "reform", "partner"),
}
"""Direct link: the class of the statements that back it, and their properties for its two ends."""

_A = ox.NamedNode(PREFIXES["rdf"] + "type")


def forget(store: ox.Store, graphs: Iterable[ox.NamedNode], base: str) -> None:
    """Remove report graphs, and from graph/entities whatever only they held up."""
    shared = ox.NamedNode(Iris(base).graph("entities"))
    things: dict[ox.NamedNode, None] = {}
    links: dict[ox.Quad, None] = {}
    for graph in graphs:
        for quad in store.quads_for_pattern(None, None, None, graph):
            if isinstance(quad.object, ox.NamedNode):
                things[quad.object] = None
        links |= dict.fromkeys(_links(store, graph, shared))
        store.remove_graph(graph)
    for link in links:
        if not _stated(store, link):
            store.remove(link)
    while unused := [thing for thing in things if _is_described(store, thing, shared) and not _used(store, thing)]:
        for thing in unused:  # what only these named is unused in the next round
            for quad in list(store.quads_for_pattern(thing, None, None, shared)):
                store.remove(quad)
                if isinstance(quad.object, ox.NamedNode):
                    things[quad.object] = None


def _links(store: ox.Store, graph: ox.NamedNode, shared: ox.NamedNode) -> Iterator[ox.Quad]:
    for link, (kind, *ends) in LINKS.items():
        for statement in store.quads_for_pattern(None, _A, ox.NamedNode(DEF + kind), graph):
            subject, target = (_value(store, statement.subject, DEF + end) for end in ends)
            if subject and target:
                yield ox.Quad(subject, ox.NamedNode(DEF + link), target, shared)


def _stated(store: ox.Store, link: ox.Quad) -> bool:
    """Tell whether a statement that is left backs the link."""
    kind, source, target = LINKS[link.predicate.value.removeprefix(DEF)]
    for quad in store.quads_for_pattern(None, ox.NamedNode(DEF + source), link.subject):
        statement = quad.subject
        its_kind = ox.Quad(statement, _A, ox.NamedNode(DEF + kind), quad.graph_name)
        if its_kind in store and _value(store, statement, DEF + target) == link.object:
            return True
    return False


def _is_described(store: ox.Store, thing: ox.NamedNode, graph: ox.NamedNode) -> bool:
    return any(True for _ in store.quads_for_pattern(thing, None, None, graph))


def _used(store: ox.Store, thing: ox.NamedNode) -> bool:
    """Tell whether anything points to the thing."""
    return any(True for _ in store.quads_for_pattern(None, None, thing))


def _value(store: ox.Store, subject: object, predicate: str) -> ox.NamedNode | None:
    if not isinstance(subject, ox.NamedNode):
        return None
    found = next(iter(store.quads_for_pattern(subject, ox.NamedNode(predicate), None)), None)
    return found.object if found and isinstance(found.object, ox.NamedNode) else None
