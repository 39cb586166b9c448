"""Tables that are drawn with lines on a PDF page: which characters stand in one cell.

In: the characters of a page, and the lines that are drawn on it. Out: the rows of its tables as lines, and the
characters that stand in none.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.readers.content import SEPARATOR
from kg.readers.pdf_lines import Line, ordered, runs

NEAR = 3.0  # points within which lines that are drawn are one
SHORT = 4.0  # points; what is shorter is a dot or a hatch
MOST = 5_000  # drawn lines of a page; more are a map or a drawing

Drawn = tuple[float, float, float, float]
"""A line from (x, y) to (x, y)."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the lines of a page run."""

    heights: list[float]  # of its horizontal lines, from the bottom up
    across: dict[float, list[tuple[float, float]]]  # height to the stretches drawn at it
    upright: list[tuple[float, float, float]]  # x, from, to

    def covered(self, height: float, x: float) -> bool:
        """Tell whether a line is drawn at a height over a place."""
        return any(left - NEAR <= x <= right + NEAR for left, right in self.across[height])


def table_rows(characters: Sequence[Line], drawn: Sequence[Drawn]) -> tuple[list[Line], list[Line]]:
    """Return the rows of the tables on a page, and the characters outside them."""
    grid = _grid(drawn)
    if grid is None:
        return [], list(characters)
    bands = [_columns(grid, low, high) for low, high in zip(grid.heights, grid.heights[1:], strict=False)]
    cells: dict[tuple[int, int], list[Line]] = defaultdict(list)
    free: list[Line] = []
    for c in characters:
        band = bisect_left(grid.heights, (c.bottom + c.top) / 2) - 1
        xs = bands[band] if 0 <= band < len(bands) else []
        x = (c.left + c.right) / 2
        if not xs or not xs[0] <= x <= xs[-1]:
            free.append(c)
            continue
        column = bisect_left(xs, x)
        while band + 1 < len(bands) and bands[band + 1] == xs and not grid.covered(grid.heights[band + 1], x):
            band += 1  # the cell reaches over several bands: it belongs to the topmost
        cells[band, column].append(c)
    return list(_lines(cells)), free


def _lines(cells: dict[tuple[int, int], list[Line]]) -> Iterator[Line]:
    rows: dict[int, list[tuple[int, list[Line]]]] = defaultdict(list)
    for (band, column), held in cells.items():
        rows[band].append((column, held))
    for row in rows.values():
        inside = [ordered(runs(held)) for _, held in sorted(row, key=lambda cell: cell[0])]
        texts = ["".join(line.text for line in lines) for lines in inside]
        lines = [line for each in inside for line in each]
        if not lines:
            continue
        yield Line(
            SEPARATOR.join(filter(None, texts)),
            min(line.left for line in lines),
            min(line.bottom for line in lines),
            max(line.right for line in lines),
            max(line.top for line in lines),
            lines[0].em,
            max(2, len(inside)),
        )


def _grid(drawn: Sequence[Drawn]) -> _Grid | None:
    if not 4 <= len(drawn) <= MOST:  # noqa: PLR2004  a table of two cells
        return None
    upright = [(x, min(y, v), max(y, v)) for x, y, u, v in drawn if abs(x - u) < 1 and abs(y - v) >= SHORT]
    level = [(y, min(x, u), max(x, u)) for x, y, u, v in drawn if abs(y - v) < 1 and abs(x - u) >= SHORT]
    if len(upright) < 3 or len(level) < 2:  # noqa: PLR2004
        return None
    across: dict[float, list[tuple[float, float]]] = {}
    heights: list[float] = []
    for y, left, right in sorted(level):
        if not heights or y - heights[-1] > NEAR:
            heights.append(y)
            across[y] = []
        across[heights[-1]].append((left, right))
    return _Grid(heights, across, upright)


def _columns(grid: _Grid, low: float, high: float) -> list[float]:
    """Return the edges of the cells between two heights; none where no table of two columns is."""
    xs: list[float] = []
    for x, bottom, top in sorted(grid.upright):
        if bottom - NEAR <= low and high <= top + NEAR and (not xs or x - xs[-1] > NEAR):
            xs.append(x)
    return xs if len(xs) > 2 else []  # noqa: PLR2004
