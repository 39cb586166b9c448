"""What all commands share: options, the printer of results, and what goes to the terminal beside them."""

import functools
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

import click

from kg.readers.content import LIMITS, MB
from kg.table import FORMATS, Row

if TYPE_CHECKING:
    import pyoxigraph as ox

    from kg.ask.query import Source

F = TypeVar("F", bound=Callable[..., object])

Graph = Path | str
"""Where a graph is: its folder, or the address of an endpoint."""

SUFFIXES = {".json": "json", ".csv": "csv", ".tsv": "tsv", ".md": "markdown", ".txt": "table"}
"""What the name of an output file says of its format."""


def graph_option(command: F) -> F:
    """Add -g/--graph: the folder of the built graph."""
    return click.option(
        "-g",
        "--graph",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("outputs"),
        show_default=True,
        callback=here,
        help="Folder of the built graph.",
    )(command)


def here(_ctx: click.Context, param: click.Parameter, graph: Path) -> Path:
    """Refuse a graph on another machine: a store works on a file system."""
    from kg.readers.elsewhere import address

    if address(graph):
        mend = "The folder of a graph is on this machine; send it with kg publish, or its triples with kg export -o URL"
        raise click.BadParameter(mend, param=param)
    return graph


def source_options(command: Callable[..., object]) -> Callable[..., object]:
    """Add -g/--graph and --endpoint; the command gets one `graph`, which `store_at` opens."""

    @functools.wraps(command)
    def with_source(*args: Any, graph: Path, endpoint: str | None, **given: Any) -> object:  # noqa: ANN401  as click has it
        return command(*args, graph=endpoint or graph, **given)

    option = click.option(
        "--endpoint", metavar="URL", callback=is_address, help="Ask the graph published there instead."
    )
    return graph_option(option(with_source))


def is_address(_ctx: click.Context, param: click.Parameter, given: str | None) -> str | None:
    """Refuse what is no address of a service."""
    if given is not None and not re.fullmatch(r"https?://[^\s/?#]+\S*", given):
        raise click.BadParameter("Give an address such as http://localhost:7878/query", param=param)
    return given


def format_options(command: F) -> F:
    """Add --format and -o/--output of commands that print rows."""
    for option in (
        click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."),
        click.option("--format", "fmt", type=click.Choice(list(FORMATS)),
                     help="Default: table on a terminal, json in a pipe, or as the file's name says."),
    ):  # fmt: skip
        command = option(command)
    return command


def limit_options(command: F) -> F:
    """Add --max-mb, --max-characters, --max-pages and --max-seconds; hand them on as `limits`."""
    defaults = {
        "mb": (LIMITS.file_bytes // MB, "Megabytes of a file, packed or not."),
        "characters": (LIMITS.characters, "Characters of a document."),
        "pages": (LIMITS.pages, "Pages of a PDF."),
        "seconds": (LIMITS.seconds, "Seconds for a document."),
    }

    @functools.wraps(command)
    def limited(**options: object) -> object:
        most = {name: int(str(options.pop(f"max_{name}"))) for name in defaults}
        most["file_bytes"] = most.pop("mb") * MB
        return command(**options, limits=replace(LIMITS, **most))

    for name, (default, what) in reversed(defaults.items()):
        kind = click.IntRange(min=1)
        command_with = click.option(
            f"--max-{name}", type=kind, default=default, show_default=True, metavar="N", help=what
        )
        limited = command_with(limited)
    return cast("F", limited)


def is_terminal() -> bool:
    """Tell whether results go to a terminal."""
    return sys.stdout.isatty()


def width() -> int | None:
    """Return the width of tables in cells: COLUMNS, else the terminal's; None in a pipe: as wide as they get."""
    told = os.environ.get("COLUMNS", "")
    if not is_terminal() and not (told.isdecimal() and int(told)):
        return None
    from shutil import get_terminal_size

    return get_terminal_size((80, 24)).columns


def chosen(fmt: str | None, output: Path | None = None, plain: str = "json") -> str:
    """Return the format: the one asked for, else the file name's, else table on a terminal, a plain one in a pipe."""
    if fmt is None and output is not None:
        return SUFFIXES.get(output.suffix.lower(), plain)
    return fmt or ("table" if is_terminal() else plain)


def emit(rows: Sequence[Row], fmt: str | None = None, output: Path | None = None) -> None:
    """Print rows, or write them to a file."""
    write(FORMATS[chosen(fmt, output)](rows, None if output else width()), output)


def write(text: str, output: Path | None = None) -> None:
    """Print a text, or write it to a file."""
    if output is None:
        click.echo(_painted(text) if is_terminal() else text)
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(text + ("" if text.endswith("\n") else "\n"), encoding="utf-8")


def _painted(text: str) -> str:
    """Set headings bold, and rules and sentences faint; NO_COLOR (no-color.org) and dumb terminals keep it plain."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb":
        return text
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if line.startswith("──"):
            lines[at - 1] = click.style(lines[at - 1], bold=True)
        if line.startswith(("──", "  │ ")):
            lines[at] = click.style(line, dim=True)
    return "\n".join(lines)


def note(text: str) -> None:
    """Say something beside the result: on stderr, so that pipes stay clean."""
    click.echo(text, err=True)


@overload
def store_at(graph: Path) -> "ox.Store": ...
@overload
def store_at(graph: Graph, seconds: float | None = None) -> "Source": ...
def store_at(graph: Graph, seconds: float | None = None) -> "Source":
    """Open a graph for reading, here or on an endpoint that has so many seconds for an answer."""
    if isinstance(graph, str):
        from kg.ask.query import TIMEOUT
        from kg.ask.remote import Remote

        return click.get_current_context().with_resource(Remote(graph, seconds or TIMEOUT))
    from kg.graph.store import open_store

    return open_store(graph)


def iri_of(store: "Source", kind: str, name: str | None) -> str | None:
    """Return the IRI of what a name means; None of no name."""
    from kg.ask.resolve import find
    from kg.terms.gazetteer import load_gazetteer

    return find(store, kind, name, load_gazetteer()).iri if name else None


class Clock:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def __str__(self) -> str:
        seconds = time.perf_counter() - self._start
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"  # noqa: PLR2004  two digits say enough


def many(count: int, name: str) -> str:
    """Count in words: 1 row, 12 rows, 1,200 entries."""
    if count == 1:
        return f"1 {name}"
    return f"{count:,} {name[:-1]}ies" if name.endswith("y") else f"{count:,} {name}s"
