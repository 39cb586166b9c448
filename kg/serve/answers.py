"""SPARQL in a worker: a query and the wished formats in, the bytes of the answer out."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from kg.ask.guard import may_call, refuse
from kg.ask.query import GRAPH_FORMATS, ROW_FORMATS, names_graphs
from kg.ask.sparql import check
from kg.errors import BadQuery
from kg.graph.iris import Iris
from kg.serve.negotiate import GRAPHS, NAMES, ROWS, best
from kg.serve.snapshot import Snapshot
from kg.serve.workers import Overloaded

LARGEST = 64 << 20
"""Bytes of an answer: 200,000 rows of five columns or so."""
RDF = GRAPH_FORMATS | {"rdf": ox.RdfFormat.RDF_XML}
SHOWN = 500
"""Rows that the page of the editor shows."""
SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"


@dataclass(frozen=True, slots=True)
class Request:
    """A query with what came beside it."""

    text: str
    accept: str | None = None
    fmt: str | None = None  # of ?format=, stronger than Accept
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A serialized result; without a type, none of the wished formats suits it."""

    media: str | None
    data: bytes = b""
    form: str = ""  # rows, answer or graph
    offered: tuple[str, ...] = ()


@dataclass(slots=True)
class Table:
    """A result for the page: terms with their kind, so that the template can draw links."""

    form: str
    columns: list[str] = field(default_factory=list)
    rows: list[list[dict[str, str] | None]] = field(default_factory=list)
    more: bool = False
    answer: bool | None = None
    text: str = ""


class _Bounded(io.BytesIO):
    def write(self, data: bytes) -> int:  # type: ignore[override]
        if self.tell() + len(data) > LARGEST:
            raise Overloaded(f"answers with more than {LARGEST >> 20} MB, which is the limit", "query",
                             "Ask for less at once: LIMIT 10000 OFFSET 0")  # fmt: skip
        return super().write(data)


def answer(snapshot: Snapshot, request: Request) -> Answer:
    """Evaluate a query and write its result in the format that is wanted most."""
    result = evaluate(snapshot, request)
    graph = isinstance(result, ox.QueryTriples)
    form = "graph" if graph else "answer" if isinstance(result, ox.QueryBoolean) else "rows"
    offered = GRAPHS if graph else ROWS
    fmt = {"json": "jsonld", "xml": "rdf"}.get(request.fmt or "", request.fmt) if graph else request.fmt
    if fmt:
        media = NAMES.get(fmt) if fmt in (RDF if graph else ROW_FORMATS) else None
    else:
        media = best(request.accept, offered)
    if media is None:
        return Answer(None, form=form, offered=tuple(dict.fromkeys(NAMES[fmt] for fmt in offered.values())))
    return Answer(media, write(result, fmt or offered[media], snapshot), form)


def evaluate(snapshot: Snapshot, request: Request) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
    """Evaluate a query over the graphs that it or the request names, else over all of them together."""
    refuse(request.text)
    if may_call(request.text):
        check(request.text, "query", snapshot.prefixes)
    try:
        chosen = bool(request.default or request.named)
        return snapshot.store.query(
            request.text,
            prefixes=dict(snapshot.prefixes),
            use_default_graph_as_union=not (chosen or names_graphs(request.text)),
            default_graph=_graphs(request.default, "default-graph-uri") if chosen else None,
            named_graphs=_graphs(request.named, "named-graph-uri") if chosen else None,
        )
    except (SyntaxError, ValueError, RuntimeError) as error:
        if isinstance(error, SyntaxError):
            check(request.text, "query", snapshot.prefixes)  # tells what is wrong and where
        raise BadQuery(f"can't be evaluated: {error}", "query") from error


def named_node(iri: str, param: str) -> ox.NamedNode:
    """Return an IRI that a parameter gives, or raise BadQuery."""
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise BadQuery(f"is no absolute IRI: {error}", param) from error


def _graphs(iris: Sequence[str], param: str) -> list[Any]:
    return [named_node(iri, param) for iri in iris]


def write(result: ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean, fmt: str, snapshot: Snapshot) -> bytes:
    """Serialize a result."""
    if isinstance(result, ox.QueryBoolean) and fmt in ("csv", "tsv"):  # SPARQL 1.1 gives them no form
        return b"true\n" if result else b"false\n"
    out = _Bounded()
    try:
        if isinstance(result, ox.QueryTriples):
            prefixes = {p: start for p, start in snapshot.prefixes.items() if p != "void"} if fmt == "ttl" else None
            ox.serialize(result, out, format=RDF[fmt], prefixes=prefixes)
        else:
            result.serialize(out, format=ROW_FORMATS[fmt])
    except (ValueError, RuntimeError) as error:
        raise BadQuery(f"can't be evaluated or written: {error}", "query") from error
    return out.getvalue()


def table(snapshot: Snapshot, request: Request) -> Table:
    """Evaluate a query for the page: its first rows as terms, a graph as Turtle."""
    result = evaluate(snapshot, request)
    if isinstance(result, ox.QueryBoolean):
        return Table("answer", answer=bool(result))
    if isinstance(result, ox.QueryTriples):
        return Table("graph", text=write(result, "ttl", snapshot).decode())
    shown = Table("rows", [v.value for v in result.variables])
    for solution in result:
        if len(shown.rows) == SHOWN:
            shown.more = True
            break
        shown.rows.append([_cell(snapshot, solution[name]) for name in shown.columns])
    return shown


def _cell(snapshot: Snapshot, term: object) -> dict[str, str] | None:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        short = next(
            (f"{p}:{term.value[len(s) :]}" for p, s in snapshot.prefixes.items() if term.value.startswith(s)),
            term.value,
        )
        return {"kind": "iri", "text": short, "iri": term.value, "path": snapshot.path(term.value)}
    if isinstance(term, ox.Literal):
        numeric = term.datatype.value.rsplit("#", 1)[-1] in {"integer", "decimal", "double", "float"}
        return {"kind": "number" if numeric else "text", "text": term.value, "note": term.language or ""}
    return {"kind": "blank", "text": str(term)}


def describe(snapshot: Snapshot, local: str, fmt: str) -> bytes | None:
    """Return the triples of a thing or report, given what follows the base; None where the graph has nothing of it."""
    node = ox.NamedNode(snapshot.base + local)
    text = f"CONSTRUCT {{ {node} ?p ?o }} WHERE {{ {node} ?p ?o }}"
    if local.startswith("report/") and "#" not in local:
        graph = ox.NamedNode(f"{node.value}/graph")
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
    result = snapshot.store.query(text, use_default_graph_as_union=True)
    triples = sorted(result, key=str)  # type: ignore[arg-type]
    if not triples:
        return None
    prefixes = dict(snapshot.prefixes) if fmt == "ttl" else None
    return ox.serialize(triples, format=RDF[fmt], prefixes=prefixes) or b""


def description(snapshot: Snapshot, endpoint: str, fmt: str, *, writable: bool = False) -> bytes:
    """Describe the endpoint and its data set: SPARQL 1.1 Service Description, and the VoID of the graph."""
    void = ox.NamedNode(Iris(snapshot.base).graph("void"))
    data = ox.NamedNode(f"{snapshot.base}dataset")
    found = snapshot.store.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {void} {{ ?s ?p ?o }} }}")
    triples: list[ox.Triple] = list(found)  # type: ignore[arg-type]
    service, url = ox.NamedNode(f"{endpoint}#service"), ox.NamedNode(endpoint)
    a, rdfs = ox.NamedNode(snapshot.prefixes["rdf"] + "type"), ox.NamedNode("http://rdfs.org/ns/void#sparqlEndpoint")

    def say(subject: ox.NamedNode, predicate: ox.NamedNode, *objects: ox.NamedNode) -> None:
        triples.extend(ox.Triple(subject, predicate, thing) for thing in objects)

    names = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle",
             "N-Triples", "RDF_XML", "JSON-LD")  # fmt: skip
    say(service, a, ox.NamedNode(SD + "Service"))
    say(service, ox.NamedNode(SD + "endpoint"), url)
    languages = ("SPARQL11Query", "SPARQL11Update") if writable else ("SPARQL11Query",)
    say(service, ox.NamedNode(SD + "supportedLanguage"), *(ox.NamedNode(SD + name) for name in languages))
    say(service, ox.NamedNode(SD + "feature"), ox.NamedNode(SD + "UnionDefaultGraph"))
    say(service, ox.NamedNode(SD + "resultFormat"), *(ox.NamedNode(FORMATS + name) for name in names))
    say(service, ox.NamedNode(SD + "defaultDataset"), data)
    say(data, a, ox.NamedNode(SD + "Dataset"))
    say(data, ox.NamedNode(SD + "defaultGraph"), ox.NamedNode(f"{data.value}/union"))
    say(ox.NamedNode(f"{data.value}/union"), a, ox.NamedNode(SD + "Graph"))
    say(data, rdfs, url)
    prefixes = dict(snapshot.prefixes) | {"sd": SD, "formats": FORMATS} if fmt == "ttl" else None
    return ox.serialize(triples, format=RDF[fmt], prefixes=prefixes) or b""


def health(snapshot: Snapshot) -> int:
    """Return how many triples there are."""
    return len(snapshot.store)


def prefixes(snapshot: Snapshot) -> dict[str, str]:
    """Return the prefixes that every query may use."""
    return dict(snapshot.prefixes)
