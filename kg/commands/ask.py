"""SPARQL on the command line: kg query."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.commands.console import (
    Clock,
    Graph,
    chosen,
    emit,
    is_terminal,
    many,
    note,
    source_options,
    store_at,
    width,
    write,
)
from kg.errors import BadQuery
from kg.table import FORMATS, Row

if TYPE_CHECKING:
    from kg.ask.query import NamedQuery, Resolve, Result, Source

ROW_FORMATS = ("table", "json", "csv", "tsv", "xml", "markdown")
GRAPH_FORMATS = ("ttl", "nt", "jsonld")
_SUFFIXES = {".md": "markdown", ".txt": "table", ".srj": "json", ".srx": "xml"}


def _names(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    from kg.ask.query import shipped

    return [name for name in shipped() if name.startswith(begun)]


@click.command()
@click.argument("text", required=False, metavar="TEXT|FILE.rq|NAME|-", shell_complete=_names)
@source_options
@click.option("--format", "fmt", type=click.Choice(ROW_FORMATS + GRAPH_FORMATS), help="Default: see below.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="Value of a parameter; may be repeated.")
@click.option("--list", "listing", is_flag=True, help="List the questions that ship.")
@click.option("--show", is_flag=True, help="Print the SPARQL of the query and stop.")
@click.option("--prefixes", is_flag=True, help="Print the prefixes that are bound.")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds.")
def query(  # noqa: PLR0913  one an option
    text: str | None,
    graph: Graph,
    fmt: str | None,
    output: Path | None,
    params: tuple[str, ...],
    *,
    listing: bool,
    show: bool,
    prefixes: bool,
    timeout: float,
) -> None:
    """Ask in SPARQL, or by the name of a question.

    The query is text, a file that ends in .rq, the name of a question that ships, or - for standard input. All of
    the project's prefixes are bound. It looks at all graphs of the store together.

    Rows come as table, json, csv, tsv, xml (SPARQL's own formats; csv keeps no types and no languages, tsv does) or
    markdown: by default a table on a terminal and JSON in a pipe. CONSTRUCT gives ttl, nt or jsonld.

    \b
        kg query --list
        kg query reforms-by-region --param region=福建
        kg query 'SELECT ?name { ?r a kg:Reform ; skos:prefLabel ?name } LIMIT 5'
        kg query platforms-by-province --format csv -o platforms.csv
    """
    from kg.ask import query as sparql

    if listing:
        found = sparql.shipped().values()
        emit([_listed(question, in_full=chosen(fmt, output) != "table") for question in found], fmt, output)
        return
    if prefixes:
        emit(_prefixes(graph), fmt, output)
        return
    if text is None:
        raise click.UsageError("What is the query? Give SPARQL, a file, a name (kg query --list), or - for stdin.")
    question = _question(text)
    if show:
        write(question.text.rstrip("\n"), output)
        return
    from kg.ask.resolve import prefixes_of

    clock, store, cells = Clock(), store_at(graph, timeout), None if output else width()
    known = prefixes_of(store)
    filled = sparql.bound(question, _pairs(params), _resolver(store))

    def work() -> tuple[bytes, str]:
        result = sparql.run(store, filled, question.name, known)
        return _answer(result, _format(result, fmt, output), known, cells)

    data, counted = sparql.within(timeout, work)
    if output is None and is_terminal():
        write(data.decode("utf-8").removesuffix("\n"))
    elif output is None:
        click.echo(data, nl=False)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(data)
    note(f"{counted} in {clock}")


def _question(text: str) -> "NamedQuery":
    """Return what is asked: a file's query, that of standard input, a question by name, or the text itself."""
    from kg.ask import query as sparql

    if text == "-":
        return sparql.parse_head("stdin", sys.stdin.buffer.read().decode("utf-8", "replace"))
    if text.endswith(".rq"):
        try:
            return sparql.parse_head(text, Path(text).read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise BadQuery(f"can't be read: {error}", text, "Questions that ship: kg query --list") from error
    return sparql.named(text) if sparql.is_name(text) else sparql.parse_head("query", text)


def _pairs(params: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals or not name:
            raise click.UsageError(f"--param {param}: write NAME=VALUE, such as region=福建")
        pairs[name.strip()] = value.strip()
    return pairs


def _resolver(store: "Source") -> "Resolve":
    def resolve(kind: str, name: str) -> str:
        from kg.ask.resolve import find
        from kg.terms.gazetteer import load_gazetteer

        return find(store, kind, name, load_gazetteer()).iri

    return resolve


def _answer(result: "Result", fmt: str, prefixes: Mapping[str, str], cells: int | None) -> tuple[bytes, str]:
    """Return what to print, and what was counted."""
    from kg.ask import query as sparql

    if fmt in ("table", "markdown"):
        rows: list[Row] = [
            {name: _short(value, prefixes) for name, value in row.items()} for row in sparql.rows(result)
        ]
        text = FORMATS[fmt](rows, cells)
        return (text + "\n" if text else "").encode(), many(len(rows), "row")
    data, count = sparql.serialized(result, fmt, prefixes)
    return data, many(count, "triple" if fmt in GRAPH_FORMATS else "row")


def _format(result: "Result", fmt: str | None, output: Path | None) -> str:
    """Return the format: the one asked for, else the file name's, else what suits the result and where it goes."""
    import pyoxigraph as ox

    if fmt is None and output is not None:
        fmt = _SUFFIXES.get(output.suffix.lower(), output.suffix.lower().removeprefix("."))
    kind, fitting = ("CONSTRUCT makes a graph", GRAPH_FORMATS) if isinstance(result, ox.QueryTriples) else (
        "SELECT makes rows", ROW_FORMATS
    )  # fmt: skip
    if fmt is None:
        return "ttl" if fitting is GRAPH_FORMATS else "table" if is_terminal() else "json"
    if fmt not in fitting:
        raise click.UsageError(f"{kind}: give --format {', '.join(fitting)}; not {fmt}.")
    return fmt


def _short(value: object, prefixes: Mapping[str, str]) -> object:
    """Write an IRI as SPARQL may write it with the prefixes that are bound."""
    if isinstance(value, str) and ":" in value:
        for prefix, start in prefixes.items():
            if value.startswith(start):
                return f"{prefix}:{re.sub('[/#]', lambda m: chr(92) + m[0], value[len(start) :])}"
    return value


def _listed(question: "NamedQuery", *, in_full: bool) -> Row:
    params = " ".join(f"{name}={default}" if default else f"[{name}]" for name, default in question.params)
    row: Row = {"name": question.name, "title": question.title, "标题": question.title_zh, "parameters": params}
    return {**row, "question": question.question, "问题": question.question_zh} if in_full else row


def _prefixes(graph: Graph) -> list[Row]:
    from kg.ask.resolve import prefixes_of
    from kg.errors import NoGraph
    from kg.graph.iris import PREFIXES

    try:
        found: Mapping[str, str] = prefixes_of(store_at(graph))
    except NoGraph:
        found = PREFIXES
    return [{"prefix": prefix + ":", "stands for": iri} for prefix, iri in found.items()]
