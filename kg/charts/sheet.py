"""The paper that pictures are drawn on: title, note and source around a plain field, and the file it goes to.

In: words and sizes in inches. Out: a matplotlib figure; a PNG or SVG that is the same, byte for byte, each time it is
made with the same fonts and the same matplotlib. Out of scope: what is drawn in the field.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.charts.words import Words
from kg.errors import KgError
from kg.exports.picture import PALETTE
from kg.exports.selection import select, year_of
from kg.graph.reposts import counted
from kg.table import cells, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("png", "svg")
INK, SOFT, FAINT, PAPER = "#1b1f24", "#5c6570", "#d9dde2", "#ffffff"
"""Of text, of what explains it, of rules, of the ground; contrasts 16, 6, 1.4 to 1."""
POINT = 1 / 72  # inch
MARGIN = 0.35  # inches around everything
TITLE, NOTE, LABEL, SMALL = 15, 9, 9, 7.5  # points
LEADING = 1.45  # of a line, in its size
OPENERS, HANGING = (
    ("“", "《", "（"),
    0.45,
)  # their blank left half hangs into the margin: of their size
TURN = 0.36  # depth of a ground from which white stands out more than ink
DOTS = 200  # an inch of a PNG: 1,600 across a column of 8 inches
_SALT = "reform-kg"  # ids in an SVG are made from it, not from the clock
_REPORTS = (
    f"SELECT ?report ?when {{ ?report a kg:Report {counted('report')} OPTIONAL {{ ?report dct:temporal ?when }} }}"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A figure and the field to draw in, whose units are inches from its top left corner, downwards."""

    figure: "Figure"
    field: "Axes"
    width: float
    height: float
    title: str


def width_of(text: str, points: float = LABEL) -> float:
    """Return about how wide a text is, in inches: a Chinese character is as wide as it is high.

    >>> round(width_of("沙县区", 72), 1), round(width_of("2024", 72), 1)
    (3.0, 2.3)
    """
    half = 0.575  # of the size: the mean of Latin letters and digits in Noto Sans (2026-11)
    latin = 2 * len(text) - cells(text)
    return (max(latin, 0) * half + (cells(text) - max(latin, 0)) / 2) * points * POINT


def sheet(width: float, height: float, title: str, note: str, source: str) -> Sheet:
    """Return a sheet whose field is this large; the title and the notes are wrapped to its width."""
    from matplotlib.figure import Figure

    room = width / (NOTE * POINT / 2)  # terminal cells of the small lines
    titles = wrap(title, int(width / (TITLE * POINT / 2)))
    notes = [line for part in note.split("\n") if part for line in wrap(part, int(room))]
    sources = wrap(source, int(width / (SMALL * POINT / 2)))
    head = len(titles) * TITLE * POINT * LEADING + len(notes) * NOTE * POINT * LEADING + 0.2
    foot = len(sources) * SMALL * POINT * LEADING + 0.15
    whole = (width + 2 * MARGIN, height + head + foot + 2 * MARGIN)
    figure = Figure(figsize=whole, facecolor=PAPER)
    at = whole[1] - MARGIN
    for lines, size, colour, weight in ((titles, TITLE, INK, "bold"), (notes, NOTE, SOFT, "normal")):
        for line in lines:
            _line(figure, line, at, size, colour, weight)
            at -= size * POINT * LEADING
    for number, line in enumerate(reversed(sources)):
        _line(figure, line, MARGIN + (number * LEADING + 1) * SMALL * POINT, SMALL, SOFT, "normal")
    box = (MARGIN / whole[0], (MARGIN + foot) / whole[1], width / whole[0], height / whole[1])
    field = figure.add_axes(box)
    field.set_axis_off()
    field.set_xlim(0, width)
    field.set_ylim(height, 0)
    return Sheet(figure, field, width, height, title)


def _line(figure: "Figure", text: str, top: float, size: float, colour: str, weight: str) -> None:
    wide, high = figure.get_size_inches()
    left = MARGIN - (HANGING * size * POINT if text.startswith(OPENERS) else 0)
    figure.text(left / wide, top / high, text, size=size, color=colour, weight=weight, va="top", ha="left")


def source_of(store: ox.Store, words: Words, reports: set[str] | None = None) -> str:
    """Return the line that tells how many reports a picture rests on, and of which years."""
    rows = [row for row in select(store, _REPORTS) if reports is None or row[0].value in reports]
    years = sorted({year for row in rows if (year := year_of(row[1] and row[1].value)) is not None})
    span = words("undated") if not years else f"{years[0]}–{years[-1]}" if years[1:] else str(years[0])
    key = "source.one" if len(rows) == 1 else "source"
    return words(key, reports=len(rows), years=span, program="reform-kg")


def shade(depth: float) -> tuple[str, str]:
    """Return ground and ink for a depth from 0, pale, to 1, dark: one hue, so that the colour-blind see it too.

    >>> shade(0), shade(1)
    (('#dcecf6', '#1b1f24'), ('#00395c', '#ffffff'))
    """
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    ramp = LinearSegmentedColormap.from_list("depth", ["#dcecf6", PALETTE["Region"], "#00395c"])
    return to_hex(ramp(float(depth))), PAPER if depth > TURN else INK


def blank(title: str, what: str, source: str) -> Sheet:
    """Return a sheet that says why nothing is drawn."""
    page = sheet(6.5, 1.2, title, "", source)
    page.field.text(page.width / 2, page.height / 2, what, size=TITLE - 3, color=SOFT, ha="center", va="center")
    return page


@contextmanager
def typed(family: str) -> Iterator[None]:
    """Set the font, and all that a picture must not inherit from the user's settings."""
    import matplotlib as mpl

    settings: dict[Any, Any] = {
        "font.family": [family, "DejaVu Sans"],
        "axes.unicode_minus": False,
        "svg.hashsalt": _SALT,
        "svg.fonttype": "path",  # looks the same where the font is not installed
        "text.color": INK,
    }
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(settings)
        yield


def write(figure: "Figure", kind: str, file: IO[bytes]) -> None:
    """Write a figure as PNG or SVG, without the time and the maker."""
    about: dict[str, str | None] = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    figure.savefig(file, format=kind, dpi=DOTS, metadata=about, facecolor=PAPER)


def save(figure: "Figure", path: Path) -> None:
    """Write a figure as its file's name says.

    Raises:
        KgError: the name says neither PNG nor SVG, or nothing can be written there.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise KgError("is neither .png nor .svg", str(path), "Name the file so: it decides the format.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write(figure, kind, file)
    except OSError as error:
        raise KgError(
            f"can't be written: {error.strerror}", str(path), "Give a file in a folder of yours: -o"
        ) from error
