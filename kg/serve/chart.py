"""A table of results as a chart: bars, or lines where the rows go along years.

In: a `Table`. Out: a `Chart` with all its coordinates, for a template to draw as SVG; or None.
"""

import re
from dataclasses import dataclass
from math import ceil, floor, log10

from kg.serve.answers import Table

MOST_BARS, MOST_SERIES, MOST_LINES = 40, 4, 8
"""What can still be told apart on a page; the table has the rest."""
_TIME = re.compile(r"\d{4}(?:-\d{2}){0,2}")
WIDTH, LEFT, RIGHT, HEIGHT, TOP = 900.0, 220.0, 110.0, 320.0, 16.0
BAR, GAP = 16.0, 10.0
STEPS = (1, 2, 5, 10)
TICKS = 5  # lines of the grid, or fewer
FIRST, LAST = "1900", "2100"  # what else has four digits counts something
_EDGE = 60.0  # room for the numbers of an axis


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar or a point, in units of the drawing."""

    x: float
    y: float
    length: float  # of a bar
    series: int
    value: str


@dataclass(frozen=True, slots=True)
class Word:
    """A label at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything to draw; `lines` are lists of points that are joined."""

    kind: str  # bars or lines
    width: float
    height: float
    marks: tuple[Mark, ...]
    labels: tuple[Word, ...]
    grid: tuple[Word, ...]  # of the value axis: the line's place and its number
    lines: tuple[tuple[int, str], ...]  # series, points as in SVG
    series: tuple[str, ...]
    left_out: int  # rows or series that are not drawn


def chart(table: Table) -> Chart | None:
    """Draw rows: a column of names or years, and one of numbers or more; None where there are no such columns."""
    time = next((n for n, _ in enumerate(table.columns) if _is_time(table, n)), None)
    numbers = [n for n, _ in enumerate(table.columns) if n != time and _all(table, n, "number")]
    names = [n for n, _ in enumerate(table.columns) if n not in (*numbers, time) and any(row[n] for row in table.rows)]
    if not numbers or (time is None and not names):
        return None
    return _bars(table, names, numbers[:MOST_SERIES]) if time is None else _lines(table, time, names, numbers)


def _bars(table: Table, names: list[int], numbers: list[int]) -> Chart:
    rows = table.rows[:MOST_BARS]
    values = [[float(_text(row[n]) or 0) for n in numbers] for row in rows]
    low, high = min(0.0, *(v for row in values for v in row)), max(0.0, *(v for row in values for v in row))
    scale = (WIDTH - LEFT - RIGHT) / ((high - low) or 1.0)
    zero = LEFT - low * scale
    band = BAR * len(numbers) + GAP
    marks, labels = [], []
    for at, (row, found) in enumerate(zip(rows, values, strict=True)):
        y = TOP + at * band
        name = " · ".join(filter(None, (_text(row[n]) for n in names[:2])))
        labels.append(Word(LEFT - 8, y + (band - GAP) / 2, name))
        for series, value in enumerate(found):
            start = zero + min(value, 0.0) * scale
            text = _text(row[numbers[series]])
            marks.append(Mark(start, y + series * BAR, abs(value) * scale, series, text))
    series_names = tuple(table.columns[n] for n in numbers)
    height = TOP + band * len(rows)
    return Chart("bars", WIDTH, height, tuple(marks), tuple(labels), (), (), series_names, len(table.rows) - len(rows))


def _lines(table: Table, time: int, names: list[int], numbers: list[int]) -> Chart:
    found: dict[str, dict[str, float]] = {}
    for row in table.rows:
        if len(numbers) > 1:
            ends = [(table.columns[n], n) for n in numbers]
        else:
            ends = [(_text(row[names[0]]) if names else table.columns[numbers[0]], numbers[0])]
        for name, n in ends:
            if _text(row[n]):
                found.setdefault(name, {})[_text(row[time])] = float(_text(row[n]))
    fullest = sorted(found, key=lambda name: (-len(found[name]), -max(found[name].values())))[:MOST_LINES]
    drawn = {name: points for name, points in found.items() if name in fullest}
    times = sorted({at for points in drawn.values() for at in points})
    high = max(max(points.values()) for points in drawn.values())
    low = min(0.0, *(min(points.values()) for points in drawn.values()))
    across = (WIDTH - _EDGE - RIGHT) / max(1, len(times) - 1)
    down = (HEIGHT - TOP * 3) / ((high - low) or 1.0)
    places = {at: _EDGE + n * across for n, at in enumerate(times)}
    base = HEIGHT - TOP * 2 + low * down

    def height(value: float) -> float:
        return base - value * down

    marks, lines = [], []
    for series, points in enumerate(drawn.values()):
        ordered = sorted(points.items())
        marks += [Mark(places[at], height(value), 0.0, series % MOST_SERIES, f"{value:g}") for at, value in ordered]
        path = " ".join(f"{places[at]:.1f},{height(value):.1f}" for at, value in ordered)
        lines.append((series % MOST_SERIES, "M" + path.replace(" ", " L")))
    labels = [Word(x, HEIGHT - 8, at) for at, x in places.items()]
    names_ = [Word(places[max(p)] + 10, height(p[max(p)]), name) for name, p in drawn.items()]
    grid = tuple(Word(_EDGE, height(value), f"{value:g}") for value in _ticks(low, high))
    return Chart("lines", WIDTH, HEIGHT, tuple(marks), (*labels, *_apart(names_)), grid, tuple(lines), tuple(drawn),
                 len(found) - len(drawn))  # fmt: skip


def _apart(words: list[Word]) -> list[Word]:
    """Move labels down where they would cover each other."""
    placed: list[Word] = []
    for word in sorted(words, key=lambda w: w.y):
        y = max(word.y, placed[-1].y + BAR) if placed else word.y
        placed.append(Word(word.x, y, word.text))
    return placed


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers between two values.

    >>> _ticks(0, 87), _ticks(-1, 1)
    ([0.0, 20.0, 40.0, 60.0, 80.0], [-1.0, -0.5, 0.0, 0.5, 1.0])
    """
    rough = ((high - low) or 1.0) / TICKS
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in STEPS if power * factor >= rough)
    return [round(n * step, 9) for n in range(ceil(low / step), floor(high / step) + 1)]


def _is_time(table: Table, column: int) -> bool:
    """Tell whether a column has years or dates, and not all the same."""
    texts = {_text(row[column]) for row in table.rows}
    if len(texts) == 1 or not all(_TIME.fullmatch(text) for text in texts):
        return False
    return all(FIRST <= text[:4] <= LAST for text in texts)


def _all(table: Table, column: int, kind: str) -> bool:
    cells = [cell for row in table.rows if (cell := row[column]) is not None]
    return bool(cells) and all(cell["kind"] == kind for cell in cells)


def _text(cell: dict[str, str] | None) -> str:
    return cell["text"] if cell else ""
