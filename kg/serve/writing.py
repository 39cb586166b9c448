"""Changes to the graph, for a server that was started with --writable. Run in a worker.

In: a snapshot and what to change. Out: nothing; a new generation is in place. Whoever reads meanwhile reads the old one
as a whole, and the next request the new one: a change is a build of its own, and no two happen at once. Its manifest
has no version, so that the next `kg build` makes the graph from the documents again: what was written is then gone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pyoxigraph as ox

from kg.ask.guard import refuse_calls, refuse_loads
from kg.builds.manifest import read_manifest, write_manifest
from kg.errors import BadQuery
from kg.graph.census import named_in
from kg.graph.store import Change, building, generation, newest
from kg.serve.answers import RDF as FORMATS
from kg.serve.answers import named_node
from kg.serve.snapshot import Snapshot

RDF = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
"""Types of a body that holds a graph."""


def update(snapshot: Snapshot, text: str) -> None:
    """Carry out a SPARQL update."""
    refuse_calls(text)
    refuse_loads(text)
    with _changed(snapshot) as change:
        try:
            change.store.update(text, prefixes=dict(snapshot.prefixes))
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            raise BadQuery(f"can't be carried out: {error}", "update") from error


def put(snapshot: Snapshot, graph: str, body: bytes, media: str, *, anew: bool) -> bool:
    """Put triples into a named graph, in place of those that it has or beside them; tell whether it is new."""
    name = named_node(graph, "graph")
    try:
        triples = list(ox.parse(body, format=RDF[media]))
    except (SyntaxError, ValueError) as error:
        raise BadQuery(f"the body can't be read as {media}: {error}", "body") from error
    with _changed(snapshot) as change:
        fresh = not change.store.contains_named_graph(name)
        if anew:
            change.store.remove_graph(name)
        change.store.add_graph(name)
        change.store.extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)
    return fresh


def drop(snapshot: Snapshot, graph: str) -> bool:
    """Take a named graph out; tell whether there was one."""
    name = named_node(graph, "graph")
    if not snapshot.store.contains_named_graph(name):
        return False
    with _changed(snapshot) as change:
        change.store.remove_graph(name)
    return True


def content(snapshot: Snapshot, graph: str, fmt: str) -> bytes | None:
    """Return the triples of a named graph; None where there is no such graph."""
    name = named_node(graph, "graph")
    if not snapshot.store.contains_named_graph(name):
        return None
    return snapshot.store.dump(format=FORMATS[fmt], from_graph=name) or b""


@contextmanager
def _changed(snapshot: Snapshot) -> Iterator[Change]:
    """Give a copy of the newest graph to change; put it in place if all goes well."""
    folder = snapshot.directory
    with building(folder):
        manifest = read_manifest(newest(folder))
        with generation(folder, snapshot.base) as change:
            yield change
            counts = change.finish()
            about = replace(manifest, version="", counts=counts, entities=named_in(change.store))
            write_manifest(change.path, about)
