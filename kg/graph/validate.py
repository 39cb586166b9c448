"""A built graph against the shapes of ontology/shapes.ttl.

In: a store. Out: what is wrong with it, each fault with the thing, the rule, and what mends it. Out of scope: whether
the facts are right (`evaluate`), and whether a report agrees with itself (`audit`).
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.exports.selection import select
from kg.graph.iris import DEF, compact
from kg.resources import ontology_path

if TYPE_CHECKING:
    import rdflib

SHAPES = "shapes.ttl"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault of a graph."""

    focus: str  # IRI of the thing that breaks the rule
    rule: str  # the last part of the shape's IRI: rate, evidence, code-exists
    message: str  # what is wrong with it
    remedy: str  # what mends it
    value: str | None = None  # the value that is wrong, where one is


def validate(store: ox.Store, shapes: Path | None = None) -> list[Finding]:
    """Return all faults of a graph, in a fixed order; none where it conforms.

    The graph is copied into memory: about 1.3 GB and some minutes a million triples.
    """
    import pyshacl
    import rdflib

    rules = rdflib.Graph().parse(shapes or ontology_path() / SHAPES)
    asked = list(_asked(store, rules))  # first: it takes its rules out
    _, results, _ = pyshacl.validate(_union(store), shacl_graph=rules, inplace=True, do_owl_imports=False)
    return sorted({*asked, *_findings(results, rules)})


def _asked(store: ox.Store, rules: "rdflib.Graph") -> Iterator[Finding]:
    """Answer the rules that are SPARQL, and take them out: one question for all nodes, where pySHACL asks for each."""
    import rdflib

    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    for shape, query in list(rules.subject_objects(sh.sparql)):
        rules.remove((shape, sh.sparql, query))
        for focus, value in select(store, str(rules.value(query, sh.select))):
            yield _finding(rules, shape, focus.value, value and value.value)


def _union(store: ox.Store) -> "rdflib.Graph":
    """All triples in one graph, whichever report says them."""
    import rdflib

    lines = "".join(f"{q.subject} {q.predicate} {q.object} .\n" for q in store)
    return rdflib.Graph().parse(io.BytesIO(lines.encode()), format="nt")


def _findings(results: "rdflib.Graph", rules: "rdflib.Graph") -> Iterator[Finding]:
    import rdflib

    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    for result in results.subjects(rdflib.RDF.type, sh.ValidationResult):
        shape, focus, value = (results.value(result, p) for p in (sh.sourceShape, sh.focusNode, sh.value))
        yield _finding(rules, shape, str(focus), None if value in (None, focus) else str(value))


def _finding(rules: "rdflib.Graph", shape: "rdflib.term.Node | None", focus: str, value: str | None) -> Finding:
    import rdflib

    message = rules.value(shape, rdflib.URIRef("http://www.w3.org/ns/shacl#message"))
    remedy = rules.value(shape, rdflib.URIRef(DEF + "remedy"))
    return Finding(focus, str(shape).rsplit("/", 1)[-1], str(message), str(remedy), value and compact(value))
