"""The tables of a text: which cell holds a number, what stands to its left, and under which heading.

In: a folded text whose rows are lines of cells between bars, as the readers write them and as Markdown has them.
Out: a `Cell` for each cell that is a number, with a measure word or without. Out of scope: what the headings mean.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.model import Span

LONGEST = 40  # characters of a cell that names what stands in its row or column; a longer one tells a story (2026-11)
CAPTION = 3  # lines above a table in which its unit may stand (2026-11)
_BAR = re.compile(r"[|｜\t]")
_RULE = re.compile(r"[\s|｜:—-]*")
"""The line below the headings in Markdown."""
_FIGURE = re.compile(r"\d[\d,.]*+[余多]?[万亿]*[^\d\s年月]{0,4}")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is a number."""

    span: Span
    left: tuple[Span, ...]  # the cells with words to its left, the nearest first
    head: Span | None  # the heading of its column
    caption: Span | None  # the lines above the table
    rows: int  # of its table


def cells(folded: str) -> dict[int, Cell]:
    """Return the cells of a text that are numbers, by the offset at which they begin."""
    if not _BAR.search(folded):
        return {}
    return {cell.span.start: cell for table in _tables(folded) for cell in _cells(folded, table)}


def _tables(folded: str) -> Iterator[list[tuple[int, int]]]:
    """Yield the lines of each table: neighbours that hold bars."""
    table: list[tuple[int, int]] = []
    for m in re.finditer(r"[^\n]*(?:\n|$)", folded):
        if _BAR.search(m.group()):
            table.append((m.start(), m.end() - m.group().endswith("\n")))
        elif table:
            yield table
            table = []
    if table:
        yield table


def _cells(folded: str, table: Sequence[tuple[int, int]]) -> Iterator[Cell]:
    caption = _caption(folded, table[0][0])
    heads: list[Span | None] = []
    for start, end in table:
        if _RULE.fullmatch(folded, start, end):
            continue
        row = _row(folded, start, end)
        figures = [s is not None and _FIGURE.fullmatch(s.of(folded)) is not None for s in row]
        words = [s if s and not f and s.end - s.start <= LONGEST else None for s, f in zip(row, figures, strict=True)]
        if not any(figures):
            heads = words if len([w for w in words if w]) > 1 else heads
        for i, cell in enumerate(row):
            if cell and figures[i]:
                left = tuple(w for w in reversed(words[:i]) if w)
                yield Cell(cell, left, _head(heads, i, len(row)), caption, len(table))


def _head(heads: Sequence[Span | None], column: int, columns: int) -> Span | None:
    """Return the heading of a column, also where the headings leave the first one out."""
    missing = columns - len(heads)
    return heads[column - missing] if 0 <= missing <= min(1, column) else None


def _row(folded: str, start: int, end: int) -> list[Span | None]:
    """Return the cells of a line; None for an empty one."""
    bars = [m.start() for m in _BAR.finditer(folded, start, end)]
    edges = [start - 1, *bars, end]
    cut = [_trimmed(folded, a + 1, b) for a, b in pairwise(edges)]
    if not folded[start : bars[0]].strip():
        cut = cut[1:]  # the bar that begins a line of Markdown
    return cut[:-1] if cut and cut[-1] is None else cut


def _trimmed(folded: str, start: int, end: int) -> Span | None:
    piece = folded[start:end]
    bare = piece.strip(" \r*")
    start += piece.find(bare)
    return Span(start, start + len(bare)) if bare else None


def _caption(folded: str, start: int) -> Span | None:
    """Return the lines right above a table."""
    above = start
    for _ in range(CAPTION):
        above = folded.rfind("\n", 0, max(0, above - 1)) + 1
    return Span(above, start) if above < start else None
