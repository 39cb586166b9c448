"""What a store holds, counted: triples, things by class, things that texts name; and its own description of it (VoID).

In: a store. Out: counts by name; N-Quads. No triple stands in two graphs, so nothing need be remembered to count each
once, and what a report adds is counted in its own graph alone. Out of scope: how the triples came there (`store`).
"""

import pyoxigraph as ox

from kg.graph.iris import DEF, PREFIXES, Iris, compact, escape
from kg.graph.nquads import P, integer, literal

_ALL = "SELECT (COUNT(*) AS ?count) { ?s ?p ?o }"
_CLASSES = "SELECT ?class (COUNT(*) AS ?count) {{ {} }} GROUP BY ?class ORDER BY ?class"
"""Counts what it meets and remembers none of it, for no graph repeats what another says: memory stays flat."""
_BY_CLASS, _BY_CLASS_ANYWHERE = _CLASSES.format("?thing a ?class"), _CLASSES.format("GRAPH ?graph { ?thing a ?class }")


def counts(store: ox.Store) -> dict[str, int]:
    """Count the triples, and the things of each class: {"triples": 812, "kg:Report": 3, …}."""
    return ordered({"triples": len(store)} | _by_class(_select(store, _BY_CLASS_ANYWHERE)))


def census(store: ox.Store, graphs: list[ox.NamedNode]) -> dict[str, int]:
    """Do as `counts` for some graphs; a report's things have their classes in its own."""
    triples = sum(int(row["count"].value) for graph in graphs for row in _select(store, _ALL, [graph]))
    return {"triples": triples} | _by_class(_select(store, _BY_CLASS, graphs))


def ordered(found: dict[str, int]) -> dict[str, int]:
    """Put the triples first, and the classes in the order of their names."""
    return dict(sorted(found.items(), key=lambda pair: (pair[0] != "triples", pair[0])))


def named_in(store: ox.Store) -> dict[str, int]:
    """Count the distinct things that texts name, by kind: {"Region": 12, …}."""
    from kg.model import Kind  # here, for the reason that `Iris.entity` gives

    a, mentions = ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["schema"] + "mentions")
    found = {}
    for kind in sorted(Kind):
        things = {quad.subject for quad in store.quads_for_pattern(None, a, ox.NamedNode(DEF + kind))}
        found[str(kind)] = sum(any(True for _ in store.quads_for_pattern(None, mentions, thing)) for thing in things)
    return {kind: count for kind, count in found.items() if count}


def described(found: dict[str, int], base: str) -> str:
    """Write a VoID description of the whole, itself not counted."""
    iris = Iris(base)
    dataset, end = f"{base}dataset", f" <{iris.graph('void')}> .\n"
    lines = [
        f"<{dataset}> {P['rdf:type']} {P['void:Dataset']}",
        f"<{dataset}> {P['rdf:type']} {P['qb:DataSet']}",
        f"<{dataset}> {P['qb:structure']} {P['kg:structure']}",
        f"<{dataset}> {P['rdfs:label']} {literal('政务服务改革知识图谱', 'zh-hans')}",
        f"<{dataset}> {P['rdfs:label']} {literal('Knowledge graph of government-service reform', 'en')}",
        f"<{dataset}> {P['void:uriSpace']} {literal(base)}",
        f"<{dataset}> {P['void:triples']} {integer(found['triples'])}",
        f"<{dataset}> {P['void:classes']} {integer(len(found) - 1)}",
    ]
    for name, count in found.items():
        if name != "triples":
            part, target = f"{dataset}/{escape(name)}", P[name] if ":" in name and "//" not in name else f"<{name}>"
            lines += [
                f"<{dataset}> {P['void:classPartition']} <{part}>",
                f"<{part}> {P['void:class']} {target}",
                f"<{part}> {P['void:entities']} {integer(count)}",
            ]
    return "".join(line + end for line in lines)


def _by_class(rows: ox.QuerySolutions) -> dict[str, int]:
    return {compact(row["class"].value): int(row["count"].value) for row in rows}


def _select(store: ox.Store, query: str, graphs: list[ox.NamedNode] | None = None) -> ox.QuerySolutions:
    """Ask, of some graphs as one if any are given."""
    chosen: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None if graphs is None else [*graphs]
    rows = store.query(query, default_graph=chosen)
    if not isinstance(rows, ox.QuerySolutions):  # can't be: it is a SELECT
        raise TypeError(query)
    return rows
