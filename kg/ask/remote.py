"""A graph on a SPARQL endpoint, asked like one on disk: `run(endpoint, query)` gives what `run(store, query)` gives.

In: the endpoint's query address. Out: results of the engine's own types, made from what came over the wire. Out of
scope: sending a graph there (`publish`).
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Self

import pyoxigraph as ox

from kg.ask.query import TIMEOUT, Result
from kg.ask.tokens import tokens
from kg.ask.wire import Refused, Wire
from kg.errors import KgError, NoGraph
from kg.graph.iris import PREFIXES

_UNIONS: tuple[dict[str, str], ...] = (
    {},  # Virtuoso, GraphDB, QLever, rdflib: all named graphs together, unless told otherwise
    {"union-default-graph": "true"},  # Oxigraph
    {"default-graph-uri": "urn:x-arq:UnionGraph"},  # Jena
)
"""Fields by which engines take all named graphs as one."""
_IS_OURS = f"ASK {{ ?dataset a <{PREFIXES['void']}Dataset> ; <{PREFIXES['void']}uriSpace> ?base }}"
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_MEND = "Is it the address for queries?"
_ROWS = "application/sparql-results+json"
_TRIPLES = "application/n-triples, text/turtle;q=0.8"


class Remote:
    """A SPARQL endpoint, as something to ask."""

    def __init__(self, address: str, seconds: float = TIMEOUT) -> None:
        """Take the address that takes queries, and how long an answer may take."""
        self.address = address
        self._wire = Wire(seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._wire.__exit__()

    def query(
        self, query: str, *, prefixes: dict[str, str] | None = None, use_default_graph_as_union: bool = False
    ) -> Result:
        """Ask, as `pyoxigraph.Store.query` does.

        Raises:
            NoGraph: all graphs together are asked for, and no graph of this project was published there.
            KgError: it doesn't answer, refuses the query, or answers with what is no result.
        """
        fields = self._union if use_default_graph_as_union else {}
        return self._ask(_prologue(query, prefixes or {}) + query, fields)

    @cached_property
    def _union(self) -> Mapping[str, str]:
        """The fields by which this engine takes all named graphs as one."""
        refused: list[Refused] = []
        for fields in _UNIONS:
            try:
                if self._ask(_IS_OURS, fields):
                    return fields
            except Refused as error:  # an engine may not like what it doesn't know
                refused.append(error)
        if len(refused) == len(_UNIONS):
            raise KgError(refused[0].what, self.address, _MEND)
        raise NoGraph("holds no graph of reform-kg", self.address, "Send one there: kg publish --endpoint URL")

    def _ask(self, text: str, fields: Mapping[str, str]) -> Result:
        form = next((t.text.upper() for t in tokens(text) if t.kind == "word" and t.text.upper() in _FORMS), "SELECT")
        accepted = {"Accept": _ROWS if form in _FORMS[:2] else _TRIPLES}
        answer = self._wire.send("POST", self.address, {"query": text, **fields}, accepted)
        try:
            return _result(answer.content, answer.headers.get("content-type", ""), graph=form not in _FORMS[:2])
        except (ValueError, SyntaxError) as error:
            raise KgError(f"answers with what is no result: {error}", self.address, _MEND) from error


def _prologue(query: str, prefixes: Mapping[str, str]) -> str:
    """Declare the prefixes that the query may mean; a declaration of its own comes later, and counts."""
    return "".join(f"PREFIX {name}: <{start}> " for name, start in prefixes.items() if f"{name}:" in query)


def _result(data: bytes, media_type: str, *, graph: bool) -> Result:
    if not graph:
        if (rows := ox.QueryResultsFormat.from_media_type(media_type)) is None:
            raise ValueError(media_type or "no media type")
        return ox.parse_query_results(data, rows)
    if (triples := ox.RdfFormat.from_media_type(media_type)) is None:
        raise ValueError(media_type or "no media type")
    kept = ox.Store()
    kept.load(data, triples)
    return kept.query("CONSTRUCT WHERE { ?s ?p ?o }")
