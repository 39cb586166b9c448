"""A built graph to any SPARQL 1.1 store, named graph by named graph, and only those that changed.

In: a store on disk, and the addresses of the other one. Out: the same named graphs there, each with a triple more: its
hash. So what was published is known wherever the next publication starts from, and what a break left half done is
done again. Graphs of others in that store stay untouched. Out of scope: HTTP (`wire`).
"""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from typing import IO, Protocol

import pyoxigraph as ox

from kg.ask.remote import Remote
from kg.ask.resolve import base_of
from kg.ask.wire import Refused, Wire
from kg.errors import KgError
from kg.graph.iris import DEF

HASH = DEF + "publishedHash"
PAGE = 10_000  # hashes asked for at a time: Virtuoso gives no more rows unless told otherwise
PART = 500_000  # bytes of one update; larger graphs come in several. rdflib parses 60 KB a second (2026-11)
SPOOL = 1 << 25  # bytes of a graph kept in memory before they go to a temporary file
_PIECE = 1 << 20  # bytes handed to the network at a time

Progress = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a publication has to do: named graphs by IRI."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many graphs are to be sent or taken out."""
        return len(self.new) + len(self.changed) + len(self.removed)

    def counts(self) -> dict[str, int]:
        """Return how many graphs there are of each sort."""
        return {name: len(getattr(self, name)) for name in ("new", "changed", "removed", "unchanged")}


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    plan: Plan
    bytes: int  # sent, as N-Triples
    refused: tuple[KgError, ...]  # graphs that the other store does not take


class Target(Protocol):
    """Where named graphs are sent."""

    def put(self, graph: str, triples: "Triples") -> None:
        """Put a graph in place of the one of that name."""

    def delete(self, graph: str) -> None:
        """Take a graph out."""


def plan(store: ox.Store, remote: Remote) -> Plan:
    """Compare the graphs here with what was published there."""
    there = dict(_published(remote, base_of(store)))
    graphs = sorted(str(graph.value) for graph in store.named_graphs())
    here = {graph: _hash(store, graph) for graph in graphs}
    return Plan(
        tuple(graph for graph in here if graph not in there),
        tuple(graph for graph, digest in here.items() if there.get(graph, digest) != digest),
        tuple(sorted(there.keys() - here.keys())),
        tuple(graph for graph, digest in here.items() if there.get(graph) == digest),
    )


def publish(store: ox.Store, the_plan: Plan, to: Target, on_progress: Progress = bool) -> Published:
    """Carry a plan out. Broken off at any moment, the next plan holds what is left.

    Raises:
        KgError: the other store does not answer, or takes nothing from us.
    """
    refused: list[KgError] = []
    sent = 0

    def put(graph: str) -> int:
        with triples_of(store, graph) as triples:
            to.put(graph, triples)
            return len(triples)

    come = ((graph, put) for graph in (*the_plan.new, *the_plan.changed))
    for graph, do in chain(come, ((graph, to.delete) for graph in the_plan.removed)):
        try:
            sent += do(graph) or 0
        except Refused as error:
            refused.append(KgError(error.what, graph, error.mend))
        on_progress()
    return Published(the_plan, sent, tuple(refused))


class Triples:
    """A named graph as N-Triples, which are Turtle too, in a temporary file; may be read again and again."""

    def __init__(self, file: IO[bytes], graph: str) -> None:
        """Take the file, which gets a triple more: its hash."""
        self._file = file
        digest = sha256()
        for piece in self:
            digest.update(piece)
        self.hash = digest.hexdigest()  # a store keeps triples in an order that only they decide
        file.write(f'<{graph}> <{HASH}> "{self.hash}" .\n'.encode())

    def __len__(self) -> int:
        """Return how many bytes they are."""
        return self._file.seek(0, os.SEEK_END)

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        while piece := self._file.read(_PIECE):
            yield piece

    def parts(self) -> Iterator[str]:
        """Yield whole lines, as many together as one update takes."""
        held: list[bytes] = []
        size = 0
        for line in self._lines():
            if size + len(line) > PART and held:
                yield b"".join(held).decode()
                held, size = [], 0
            held.append(line)
            size += len(line)
        yield b"".join(held).decode()

    def _lines(self) -> Iterator[bytes]:
        rest = b""
        for piece in self:
            *lines, rest = (rest + piece).split(b"\n")
            yield from (line + b"\n" for line in lines)


@contextmanager
def triples_of(store: ox.Store, graph: str) -> Iterator[Triples]:
    """Give the triples of a named graph."""
    with tempfile.SpooledTemporaryFile(SPOOL) as file:
        store.dump(file, ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph))
        yield Triples(file, graph)


class GraphStore:
    """A target that speaks the SPARQL 1.1 Graph Store protocol: a graph is replaced in one step."""

    def __init__(self, address: str, wire: Wire) -> None:
        self._address, self._wire = address, wire

    def put(self, graph: str, triples: Triples) -> None:
        """Put a graph in place of the one of that name."""
        self._send("PUT", graph, triples, {"Content-Type": "text/turtle"})

    def delete(self, graph: str) -> None:
        """Take a graph out; one that is gone already is none that is missed."""
        try:
            self._send("DELETE", graph, b"", {})
        except Refused as error:
            if "404" not in error.what:
                raise

    def _send(self, method: str, graph: str, body: "Triples | bytes", headers: dict[str, str]) -> None:
        self._wire.send(method, self._address, body, headers, {"graph": graph})


class Updates:
    """A target that speaks SPARQL 1.1 Update: for stores without the other protocol."""

    def __init__(self, address: str, wire: Wire) -> None:
        self._address, self._wire = address, wire

    def put(self, graph: str, triples: Triples) -> None:
        """Put a graph in place of the one of that name; the hash comes with the last part."""
        first = f"DROP SILENT GRAPH <{graph}> ;\n"
        for part in triples.parts():
            self._send(f"{first}INSERT DATA {{ GRAPH <{graph}> {{\n{part}}} }}")
            first = ""

    def delete(self, graph: str) -> None:
        """Take a graph out."""
        self._send(f"DROP SILENT GRAPH <{graph}>")

    def _send(self, text: str) -> None:
        self._wire.send("POST", self._address, text.encode(), {"Content-Type": "application/sparql-update"})


def target(endpoint: str, wire: Wire, graph_store: str | None = None, update: str | None = None) -> Target:
    """Return where graphs are sent: to the addresses given, else to where engines have theirs beside the endpoint.

    Args:
        endpoint: address for queries.
        wire: carries the requests.
        graph_store: address of the Graph Store protocol.
        update: address for updates; the endpoint's own if nothing is known of its kind.
    """
    if graph_store or (graph_store := None if update else _beside(endpoint)):
        return GraphStore(graph_store, wire)
    return Updates(update or endpoint, wire)


def _hash(store: ox.Store, graph: str) -> str:
    with triples_of(store, graph) as triples:
        return triples.hash


def _beside(endpoint: str) -> str | None:
    """Return the Graph Store address of an endpoint whose own tells its engine.

    >>> _beside("http://localhost:7878/query"), _beside("http://host/repositories/kg"), _beside("http://host/sparql")
    ('http://localhost:7878/store', 'http://host/repositories/kg/rdf-graphs/service', None)
    """
    if m := re.fullmatch(r"(https?://[^/]+/)query", endpoint):  # Oxigraph
        return f"{m[1]}store"
    if re.fullmatch(r"https?://.+/repositories/[^/]+", endpoint):  # GraphDB, RDF4J
        return f"{endpoint}/rdf-graphs/service"
    return None


def _published(remote: Remote, base: str) -> Iterator[tuple[str, str]]:
    """Yield the graphs of a base that were published, with their hashes."""
    last = ""
    while True:
        query = f"""SELECT ?graph ?hash {{ GRAPH ?graph {{ ?graph <{HASH}> ?hash }}
          FILTER(STRSTARTS(STR(?graph), "{base}") && STR(?graph) > "{last}") }} ORDER BY STR(?graph) LIMIT {PAGE}"""
        found = remote.query(query)
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError(query)
        page = [(str(row["graph"].value), str(row["hash"].value)) for row in found]
        if not page:
            return
        yield from page
        last = page[-1][0]
