"""SPARQL over a built graph: named questions and their parameters.

In: the text of a query. Out: a result of the engine, or plain rows. Reads only: updates and calls to other services
are refused. Out of scope: printing (`table`, `commands`) and what a name means (`lookup`).
"""

import csv
import io
import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol, TypeVar

import pyoxigraph as ox

from kg.ask.guard import may_call
from kg.ask.sparql import check
from kg.ask.tokens import tokens
from kg.errors import BadQuery, KgError, unknown
from kg.graph.iris import PREFIXES
from kg.resources import data_path

Result = ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean
Value = str | int | Decimal | bool | None
Resolve = Callable[[str, str], str]
"""(kind, name) → IRI: what a parameter such as region=福建 means."""

TIMEOUT = 60.0
"""Seconds that a query may take unless told otherwise; the heaviest shipped one takes under two (2026-11)."""

XSD = "http://www.w3.org/2001/XMLSchema#"
T = TypeVar("T")


class Source(Protocol):
    """What can be asked: an Oxigraph store, or an endpoint elsewhere (`remote`)."""

    def query(
        self, query: str, *, prefixes: dict[str, str] | None = None, use_default_graph_as_union: bool = False
    ) -> Result:
        """Evaluate a query."""


ROW_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}
"""SPARQL 1.1's own. CSV keeps neither types nor languages."""
GRAPH_FORMATS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}
"""For CONSTRUCT and DESCRIBE."""

KINDS = ("region", "reform", "platform", "indicator")
"""A parameter whose name begins with one of these means a thing, and becomes its IRI."""

_ROW = re.compile(rb'[\[,]\{"[^,}\]]')
"""Where a row begins in the engine's JSON. In a string the quote could only be the one that ends it."""
_FROM = re.compile(r"(?<![\w?$:])FROM\b", re.IGNORECASE)
"""Most queries have no such word, and needn't be cut into pieces to see whether it is one."""
_HEAD = re.compile(r"#\s*(title|title-zh|question|question-zh|param)\s*:?\s+(.*)")


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A question that ships with the project, or any .rq file with such a head."""

    name: str
    text: str
    title: str = ""
    title_zh: str = ""
    question: str = ""
    question_zh: str = ""
    params: tuple[tuple[str, str | None], ...] = ()  # name and default; None: without it the question is about all


def parse_head(name: str, text: str) -> NamedQuery:
    """Read the comment lines on top of a query: title, question, parameters."""
    found: dict[str, str] = {}
    params: list[tuple[str, str | None]] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if (m := _HEAD.match(line)) is None:
            continue
        if m[1] == "param":
            param, _, default = m[2].strip().partition(" ")
            params.append((param, default.strip() or None))
        else:
            found[m[1].replace("-", "_")] = m[2].strip()
    return NamedQuery(name, text, **found, params=tuple(params))


def shipped(folder: Path | None = None) -> dict[str, NamedQuery]:
    """Read the named questions, by name."""
    folder = folder or data_path("queries")
    found = {path.stem: parse_head(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.rq"))}
    if not found:
        raise KgError("holds no query", str(folder), "Install it again: pip install reform-kg")
    return found


def is_name(text: str) -> bool:
    """Tell the name of a question from a query: lower case, with hyphens, and nothing else."""
    return re.fullmatch(r"[a-z][a-z0-9-]{2,60}", text) is not None


def named(name: str) -> NamedQuery:
    """Return the question of that name, or say which is nearest."""
    known = shipped()
    if name not in known:
        raise unknown("query", name, known, "kg query")
    return known[name]


def bound(query: NamedQuery, given: Mapping[str, str], resolve: Resolve) -> str:
    """Put values in the place of a query's parameters: `$REGION` becomes an IRI, `$YEAR` a literal.

    A parameter is a variable with a dollar, in capitals so that a result may be called ?region beside it. Without value
    and default it stays a variable, and the query is about all.
    """
    places = [t for t in tokens(query.text) if t.kind == "variable" and t.text[0] == "$"]
    known = {t.text[1:].lower() for t in places} | {name for name, _ in query.params}
    for name in given:
        if name.lower() not in known:
            raise _no_parameter(query.name, name, known)
    values = {name: default for name, default in query.params if default}
    values |= {name.lower(): value for name, value in given.items() if value}
    terms = {name: _term(name, value, resolve) for name, value in values.items()}
    out, end = [], 0
    for token in places:
        if (name := token.text[1:].lower()) in terms:
            out += [query.text[end : token.at], terms[name]]
            end = token.at + len(token.text)
    return "".join((*out, query.text[end:]))


def run(store: Source, text: str, where: str = "query", prefixes: Mapping[str, str] = PREFIXES) -> Result:
    """Evaluate a query over all graphs of a store together, or over those that it names with FROM.

    Args:
        store: the built graph.
        text: SPARQL 1.1; the project's prefixes need not be declared.
        where: what to call the text in a message: a file name, or query.
        prefixes: prefix to namespace, bound before parsing.
    """
    if may_call(text) or not isinstance(store, ox.Store):
        check(text, where, prefixes)
    try:
        return store.query(text, prefixes=dict(prefixes), use_default_graph_as_union=not names_graphs(text))
    except SyntaxError:
        check(text, where, prefixes)  # tells what is wrong and where; asked only now, as it parses the text again
        raise


def names_graphs(text: str) -> bool:
    """Tell whether a query chooses its graphs with FROM."""
    return bool(_FROM.search(text)) and any(t.kind == "word" and t.text.upper() == "FROM" for t in tokens(text))


def within(seconds: float, work: Callable[[], T]) -> T:
    """Do some work and give up on it after so many seconds."""
    done: list[T] = []
    failed: list[BaseException] = []

    def attempt() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001  raised again below, in the caller's thread
            if not isinstance(error, KgError):
                import traceback

                error.add_note(traceback.format_exc())
            failed.append(error.with_traceback(None))  # its frames hold results that must die in this thread

    worker = threading.Thread(target=attempt, daemon=True)
    worker.start()
    worker.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise BadQuery(f"took more than {seconds:g} s", "query", "Narrow it, or allow more: --timeout 600")
    return done[0]


def serialized(result: Result, fmt: str, prefixes: Mapping[str, str] = PREFIXES) -> tuple[bytes, int]:
    """Write a result in one of the formats that suit it, and count its rows or triples."""
    if isinstance(result, ox.QueryTriples):
        lines = sorted((result.serialize(format=ox.RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True))
        return _graph(b"".join(lines), fmt, prefixes), len(lines)
    if isinstance(result, ox.QueryBoolean):
        if fmt in ("csv", "tsv"):  # SPARQL 1.1 gives them no form for a yes or no
            return (b"true\n" if result else b"false\n"), 1
        return (result.serialize(format=ROW_FORMATS[fmt]) or b"") + b"\n", 1
    data = (result.serialize(format=ROW_FORMATS[fmt]) or b"").rstrip() + b"\n"
    return data, _count(data, fmt)


def _graph(lines: bytes, fmt: str, prefixes: Mapping[str, str]) -> bytes:
    """Write N-Triples in a format for graphs, in the same order and with the prefixes that they need."""
    if fmt == "nt":
        return lines
    used = {prefix: start for prefix, start in prefixes.items() if start.encode() in lines} if fmt == "ttl" else None
    return ox.serialize(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES), format=GRAPH_FORMATS[fmt], prefixes=used) or b""


def _count(data: bytes, fmt: str) -> int:
    match fmt:
        case "json":
            return _count_bindings(data)
        case "xml":
            return data.count(b"<result>")
        case "csv":
            return sum(1 for _ in csv.reader(io.StringIO(data.decode("utf-8")))) - 1
    return data.count(b"\n") - 1  # tsv escapes the breaks inside


def _count_bindings(data: bytes) -> int:
    """Count the rows of the engine's JSON without parsing it all, which would take as long as the query."""
    if b"{}" in data:  # maybe a row that binds nothing
        return len(json.loads(data)["results"]["bindings"])
    return len(_ROW.findall(data))


def rows(result: Result) -> list[dict[str, Value]]:
    """Turn a result into plain rows: IRIs and dates as text, numbers exact, an absent value None."""
    if isinstance(result, ox.QueryBoolean):
        return [{"answer": bool(result)}]
    if isinstance(result, ox.QueryTriples):
        ends = ("subject", "predicate", "object")
        return [{end: value(getattr(triple, end)) for end in ends} for triple in result]
    names = [v.value for v in result.variables]
    return [{name: value(solution[name]) for name in names} for solution in result]


def value(term: object) -> Value:
    """Turn a term into a plain value.

    >>> value(ox.Literal("76.82", datatype=ox.NamedNode(XSD + "decimal"))), value(ox.Literal("闽", language="zh-hans"))
    (Decimal('76.82'), '闽')
    """
    if isinstance(term, ox.Literal):
        return _literal(term.value, term.datatype.value.removeprefix(XSD))
    return term.value if isinstance(term, ox.NamedNode) else None if term is None else str(term)


def _literal(text: str, datatype: str) -> Value:
    match datatype:
        case "integer" | "int" | "long" | "nonNegativeInteger":
            return int(text)
        case "decimal" | "double" | "float":
            number = Decimal(text)
            return int(number) if number.is_finite() and number == number.to_integral_value() else number
        case "boolean":
            return text in {"true", "1"}
    return text


def _no_parameter(query: str, name: str, known: Iterable[str]) -> KgError:
    if known:
        return unknown("parameter", name, known, query)
    return KgError(f"takes no parameter, so {name!r} has no place", query, f"Write ${name.upper()} where it goes.")


def _term(name: str, given: str, resolve: Resolve) -> str:
    for kind in KINDS:
        if name == kind or name.startswith(f"{kind}_"):
            return str(ox.NamedNode(resolve(kind, given)))
    if name.startswith("min"):
        if not re.fullmatch(r"-?\d{1,18}", given):
            raise KgError(f"{given!r} is no whole number", f"--param {name}", f"Write {name}=2")
        return str(ox.Literal(given, datatype=ox.NamedNode(XSD + "integer")))
    return str(ox.Literal(given))
