"""The diffusion curve: how many regions report a reform by each year, under how many have reports at all.

In: a `Diffusion`. Out: its picture. The upper line is what keeps the lower one honest: a curve that rises because more
reports were read is no spread. Out of scope: the counts (`diffusion`), the fit (`growth_curve`).
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from kg.change.diffusion import Adoption, Diffusion, Point
from kg.change.growth_curve import Fit, fit
from kg.charts.sheet import FAINT, LABEL, LEADING, NOTE, PAPER, POINT, SMALL, SOFT, Sheet, blank, sheet, width_of
from kg.charts.words import Words
from kg.exports.picture import PALETTE

WIDTH, HEIGHT = 7.2, 3.6  # inches
LEFT, BOTTOM, TOP = 0.45, 0.3, 0.3
NAMES = 4  # regions named beside a point
TICKS = 6  # at most, on either axis


def draw_spread(found: Diffusion, reform: str, words: Words, source: str) -> Sheet:
    """Draw the spread of a reform, given its label."""
    name = words.name(reform)
    title, notes = words("diffusion.title", reform=name), [words("diffusion.note")]
    undated = sum(adoption.year is None for adoption in found.adoptions)
    if not found.curve:
        return blank(title, words("diffusion.none", reform=name), source)
    if len(found.adoptions) == 1:
        notes.append(words("diffusion.one"))
    if undated:
        notes.append(words("diffusion.undated", count=undated))
    curve = _inside(fit(found), found.curve)
    if curve.midpoint is not None and curve.r_squared is not None:
        notes.append(words("diffusion.fit", midpoint=round(curve.midpoint, 1), r=round(curve.r_squared, 2)))
    ends = [words("diffusion.adopters"), words("diffusion.seen")]
    right = WIDTH - max(width_of(end) for end in ends) - 0.25
    page = sheet(WIDTH, HEIGHT, title, "\n".join(notes), source)
    _draw(page, _Scale(found.curve, right), found, curve, ends, words("diffusion.axis"))
    return page


def _inside(curve: Fit, points: Sequence[Point]) -> Fit:
    """Return the fit only where its middle lies within the years that were seen: what lies ahead is no finding."""
    seen = curve.midpoint is not None and points[0].year <= curve.midpoint <= points[-1].year
    return curve if seen else replace(curve, rate=None, midpoint=None)


class _Scale:
    """Where a year and a count lie on the sheet."""

    def __init__(self, points: tuple[Point, ...], right: float) -> None:
        self.first, self.last = points[0].year, points[-1].year
        self.most = max(point.seen for point in points)
        self.right = right

    def x(self, year: float) -> float:
        """The place of a year; a single one stands in the middle."""
        span = self.last - self.first
        inner = LEFT + 0.35
        return (inner + self.right) / 2 if not span else inner + (self.right - inner) * (year - self.first) / span

    def y(self, count: float) -> float:
        """The place of a count."""
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * count / self.most


def _draw(page: Sheet, at: _Scale, found: Diffusion, curve: Fit, ends: Sequence[str], axis: str) -> None:
    field, blue = page.field, PALETTE["Region"]
    for count in _ticks(0, at.most):
        field.plot([LEFT, at.right + 0.1], [at.y(count)] * 2, color=FAINT, linewidth=0.6, zorder=0)
        field.text(LEFT - 0.1, at.y(count), str(count), size=SMALL, color=SOFT, ha="right", va="center")
    for year in _ticks(at.first, at.last):
        field.text(at.x(year), HEIGHT, str(year), size=SMALL, color=SOFT, ha="center", va="bottom")
    years = [at.x(point.year) for point in found.curve]
    lines = [[at.y(point.adopters) for point in found.curve], [at.y(point.seen) for point in found.curve]]
    field.fill_between(years, lines[0], at.y(0), color=blue, alpha=0.08, linewidth=0)
    field.plot(years, lines[1], color=SOFT, linewidth=1.1, linestyle=(0, (4, 3)))
    field.plot(years, lines[0], color=blue, linewidth=2, marker="o", markersize=5, markeredgecolor=PAPER)
    if curve.midpoint is not None:
        steps = [at.first + (at.last - at.first) * n / 60 for n in range(61)]
        fitted = [at.y(_seen(found.curve, step) * (curve.share(step) or 0)) for step in steps]
        field.plot([at.x(step) for step in steps], fitted, color=PALETTE["Reform"], linewidth=1)
    tops = [lines[0][-1], lines[1][-1]]
    if tops[0] - tops[1] < 2 * NOTE / 72:  # the ends nearly meet
        tops = [max(tops) + 0.08, min(tops) - 0.08]
    for end, top, colour in zip(ends, tops, (blue, SOFT), strict=True):
        field.text(at.right + 0.15, top, end, size=NOTE, color=colour, va="center")
    field.text(0, 0, axis, size=SMALL, color=SOFT, va="bottom")
    for point in found.curve:
        new = [adoption for adoption in found.adoptions if adoption.year == point.year]
        last = point.year == at.last != at.first  # there the names stand under the name of the line
        if new and last:
            _names(page, at.right + 0.15, tops[0] + 0.1, new)
        elif new:
            _names(page, at.x(point.year) + 0.08, at.y(point.adopters) + 0.08, new, at.y(0))


def _seen(points: Sequence[Point], year: float) -> float:
    """Return how many regions have reports by a year; between two years, on the line between them."""
    for one, other in pairwise(points):
        if one.year <= year <= other.year:
            return one.seen + (other.seen - one.seen) * (year - one.year) / (other.year - one.year)
    return points[-1].seen


def _names(page: Sheet, x: float, y: float, new: Sequence[Adoption], floor: float = HEIGHT) -> None:
    """Write which regions are new in a year, below y, or above where the floor leaves no room."""
    from matplotlib.patheffects import withStroke

    names = [adoption.region.name for adoption in new[:NAMES]]
    if len(new) > NAMES:
        names.append(f"+{len(new) - NAMES}")
    halo = [withStroke(linewidth=2.5, foreground=PAPER)]
    above = y + len(names) * (LABEL - 1) * LEADING * POINT > floor
    page.field.text(x, y - (0.2 if above else 0), "\n".join(names), size=LABEL - 1, va="bottom" if above else "top",
                    linespacing=1.25, path_effects=halo)  # fmt: skip


def _ticks(first: int, last: int) -> list[int]:
    """Return round whole numbers from first to last.

    >>> _ticks(0, 14), _ticks(2020, 2025)
    ([0, 5, 10], [2020, 2021, 2022, 2023, 2024, 2025])
    """
    sizes = (size * scale for scale in (1, 10, 100, 1000, 10_000) for size in (1, 2, 5))
    step = next(size for size in sizes if (last - first) / size <= TICKS - 1)
    return list(range(first, last + 1, step))
