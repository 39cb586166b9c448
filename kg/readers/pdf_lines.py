"""Characters of a PDF page to its lines, in the order in which a person reads them.

In: characters with their boxes, as the page draws them; lines drawn on the page. Out: `Line`s from top to bottom, one
column after the other, a row of a table as one line. Out of scope: which lines are one paragraph.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from kg.readers.content import SEPARATOR

GAP = 1.5  # ems between the cells of a table row; justified text has less than 1
SPACE = 0.25  # ems between two words
COLUMN = 12  # characters of a line, on average, from which two blocks side by side are columns, not cells
PAIRS = 5  # lines side by side from which a page may have columns

_HAN = re.compile(r"[\u3400-\u9fff]")
_SPACED = re.compile(r"(?<=[^\x00-\x7f]) +(?=[^\x00-\x7f])")  # letter-spaced titles


@dataclass(frozen=True, slots=True)
class Line:
    """Characters on one base line, left to right, with their box in points; y grows upwards."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    em: float  # width of a Chinese character
    cells: int = 1
    column: int = 0  # 1 left, 2 right; 0 across the page

    @property
    def height(self) -> float:
        """The height of the box."""
        return self.top - self.bottom


def character(text: str, left: float, bottom: float, right: float, top: float) -> Line:
    """Return a line of one character."""
    return Line(text, left, bottom, right, top, right - left if _HAN.match(text) else top - bottom)


def is_word(char: str) -> bool:
    """Tell whether a character is a Latin letter."""
    return char.isascii() and char.isalpha()


def runs(characters: Sequence[Line]) -> list[Line]:
    """Join characters that follow each other on a base line without a gap."""
    found: list[list[Line]] = []
    for c in characters:
        if found and _follows(found[-1][-1], c):
            found[-1].append(c)
        elif c.text != " ":
            found.append([c])
    return [run for run in map(_joined, found) if run.text]


def _follows(before: Line, after: Line) -> bool:
    em = max(before.em, after.em)
    return is_level(before, after) and -0.5 * em <= after.left - before.right <= GAP * em


def is_level(one: Line, other: Line) -> bool:
    """Tell whether two boxes stand on one line: they share half the height of the lower one."""
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared > 0.5 * min(one.height, other.height)


def _joined(run: Sequence[Line]) -> Line:
    parts: list[str] = []
    for i, c in enumerate(run):
        if i and is_word(c.text) and is_word(run[i - 1].text) and c.left - run[i - 1].right > SPACE * c.em:
            parts.append(" ")
        parts.append(c.text)
    text = _SPACED.sub("", re.sub(" +", " ", "".join(parts))).strip()
    em = median([c.em for c in run if _HAN.match(c.text)] or [c.em for c in run])
    bottom, top = min(c.bottom for c in run), max(c.top for c in run)
    return Line(text, run[0].left, bottom, max(c.right for c in run), top, em)


def ordered(found: Sequence[Line]) -> list[Line]:
    """Return the lines of a page from top to bottom; what stands in two columns, one after the other."""
    rows = _rows(found)
    gutter = _gutter(rows)
    if gutter is None:
        return [joined_row(row) for row in rows]
    lines: list[Line] = []
    columns: dict[int, list[Line]] = {1: [], 2: []}
    for row in rows:
        if any(run.left < gutter < run.right for run in row):
            lines += (*columns[1], *columns[2], joined_row(row))
            columns = {1: [], 2: []}
            continue
        for column, side in ((1, [r for r in row if r.right <= gutter]), (2, [r for r in row if r.left >= gutter])):
            if side:
                columns[column].append(replace(joined_row(side), column=column))
    return [*lines, *columns[1], *columns[2]]


def _rows(found: Sequence[Line]) -> list[list[Line]]:
    """Group what stands on one line, from top to bottom, each from left to right."""
    rows: list[list[Line]] = []
    for run in sorted(found, key=lambda r: -r.top):
        row = next((row for row in reversed(rows[-3:]) if all(is_level(run, other) for other in row[-3:])), None)
        if row is None or run.cells > 1 or row[0].cells > 1:  # a row of a ruled table is whole
            rows.append([run])
        else:
            row.append(run)
    return [sorted(row, key=lambda r: r.left) for row in rows]


def _gutter(rows: Sequence[Sequence[Line]]) -> float | None:
    """Return where a page parts into two columns of prose."""
    pairs = [row for row in rows if len(row) == 2]  # noqa: PLR2004
    if len(pairs) < max(PAIRS, len(rows) // 3) or sum(len(r.text) for p in pairs for r in p) < 2 * COLUMN * len(pairs):
        return None
    low, high = max(p[0].right for p in pairs), min(p[1].left for p in pairs)
    return (low + high) / 2 if low < high else None


def joined_row(row: Sequence[Line]) -> Line:
    """Return what stands on one line as one, with a mark between its cells."""
    if len(row) == 1:
        return row[0]
    text = SEPARATOR.join(run.text for run in row)
    bottom, top = min(r.bottom for r in row), max(r.top for r in row)
    return Line(text, row[0].left, bottom, row[-1].right, top, median(r.em for r in row), len(row))
