"""The graph for other tools: one function a format, in `FORMATS`.

In: a store, a format, a file, and what is to be in it. Out: the file, and how much was written. Everything streams: in
memory are the entities' names, never the statements. The same graph gives the same bytes.
"""

import io
import math
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.errors import unknown
from kg.exports.picture import Edge, Node, Picture
from kg.exports.rdf import write_jsonld, write_nquads, write_turtle
from kg.exports.rows import write_facts
from kg.exports.selection import ALL_KINDS, Options
from kg.exports.styles import STYLES, Style
from kg.readers.elsewhere import address, written

SMALLEST, LARGEST = 4.0, 40.0  # sizes of nodes; Gephi draws 10 where none is given
SPOOL = 1 << 24  # bytes of edges kept in memory before they go to a temporary file


@dataclass(frozen=True, slots=True)
class Counts:
    """What an export holds; of RDF: subjects and triples; of a table: its lines as nodes."""

    nodes: int
    edges: int


def export(store: ox.Store, fmt: str, to: Path | IO[bytes], options: Options | None = None) -> Counts:
    """Write a graph in one of `FORMATS`.

    Args:
        store: the built graph.
        fmt: a key of `FORMATS`.
        to: a path or the path of a URL, which is replaced only when all is written; or a binary file.
        options: what is to be in it; entities alone by default. RDF formats and csv-observations hold observations and
            evidence in any case.

    Raises:
        KgError: there is no such format, or no such kind.
    """
    if fmt not in FORMATS:
        raise unknown("format", fmt, FORMATS, "kg export")
    for kind in options.kinds if options else ():
        if kind not in ALL_KINDS:
            raise unknown("kind", kind, ALL_KINDS, "kg export")
    with _file(to) as file:
        return Counts(*FORMATS[fmt](store, options or Options(), file))


def write_picture(style: Style, nodes: Callable[[], Iterable[tuple[Node, float]]], edges: Iterable[Edge],
                  file: IO[bytes]) -> tuple[int, int]:  # fmt: skip
    """Write nodes and edges, edges read first: sizes depend on them.

    Args:
        style: the file format.
        nodes: gives each node with its size; called after the last edge was read.
        edges: read once, kept in a temporary file.
        file: where to.
    """
    drawn = noted = 0
    with tempfile.SpooledTemporaryFile(SPOOL) as kept:
        later = io.TextIOWrapper(kept, "utf-8", newline="")
        for edge in edges:
            later.write(style.edge(noted, edge))
            noted += 1
        later.flush()
        out = io.TextIOWrapper(file, "utf-8", newline="")
        out.write(style.head)
        for node, size in nodes():
            drawn += 1
            out.write(style.node(node, size))
        out.write(style.middle)
        out.flush()
        kept.seek(0)
        shutil.copyfileobj(kept, file)
        later.detach()
        out.write(style.foot)
        out.detach()
    return drawn, noted


def _draw(style: Style) -> Callable[[ox.Store, Options, IO[bytes]], tuple[int, int]]:
    def write(store: ox.Store, options: Options, file: IO[bytes]) -> tuple[int, int]:
        picture = Picture(store, options)
        others = [
            f for wanted, f in ((options.observations, picture.figures), (options.evidence, picture.reports)) if wanted
        ]

        def edges() -> Iterator[Edge]:
            yield from picture.links()
            for find in others:
                for _, its in find():
                    yield from its
            yield from picture.structure()

        def nodes() -> Iterator[tuple[Node, float]]:
            most = max(picture.degree.values(), default=1)
            for node in picture.nodes():
                yield node, SMALLEST + (LARGEST - SMALLEST) * math.sqrt(picture.degree[node.iri] / most)
            for find in others:  # a second time: they are too many to keep
                for node, _ in find():
                    yield node, SMALLEST

        return write_picture(style, nodes, edges(), file)

    return write


@contextmanager
def _file(to: Path | IO[bytes]) -> Iterator[IO[bytes]]:
    if not isinstance(to, Path):
        yield to
        return
    if url := address(to):
        with written(url) as file:
            yield file
        return
    part = to.with_name(f".{to.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)


FORMATS: dict[str, Callable[[ox.Store, Options, IO[bytes]], tuple[int, int]]] = {
    **{name: _draw(style) for name, style in STYLES.items()},
    "turtle": write_turtle,
    "nquads": write_nquads,
    "jsonld": write_jsonld,
    "csv-observations": write_facts,
}
"""Format to writer."""
