"""The adoption matrix: reforms down the side, regions along the top, in each cell the first year.

In: a store. Out: a `Grid`, and its picture. Out of scope: the table of the same (`compare`).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.charts.sheet import FAINT, LABEL, POINT, SMALL, SOFT, Sheet, blank, shade, sheet, width_of
from kg.charts.words import Words
from kg.compare import matrix
from kg.resolve import Thing
from kg.territory import territory
from kg.tiles import load_tiles

REFORMS, REGIONS = 30, 24  # as many as can be read on one page
CELL = 0.33  # inches, each way
GAP = 0.12  # between the regions of two provinces
PROVINCE = 2  # digits of a code that name it
LINE = 1.2  # of the size of a letter: how far apart those of a name stand that runs downwards


@dataclass(frozen=True, slots=True)
class Grid:
    """Who adopted what, and since when."""

    regions: tuple[tuple[str, str], ...]  # code and name, in the order of the codes
    reforms: tuple[str, ...]  # the widest spread first
    since: dict[tuple[str, tuple[str, str]], int]  # reform and region: first year
    spread: dict[str, int]  # regions of a reform, those that are not shown too
    all_regions: int
    all_reforms: int


def adoption(store: ox.Store, within: Thing | None = None) -> Grid:
    """Return the matrix of a graph, cut to what can be read on a page."""
    rows = matrix(store, "since", within)
    reforms = [name for name in rows[0] if name not in ("code", "region")] if rows else []
    shown = reforms[:REFORMS]
    names = _short(store, [str(row["region"]) for row in rows])
    told = sorted(rows, key=lambda row: (-sum(row[r] is not None for r in shown), str(row["code"])))[:REGIONS]
    found = {
        (str(row["code"]), names[str(row["region"])]): {r: int(str(row[r])) for r in shown if row[r] is not None}
        for row in told
    }
    return Grid(
        tuple(sorted(region for region, years in found.items() if years)),
        tuple(shown),
        {(reform, region): year for region, years in found.items() for reform, year in years.items()},
        {reform: sum(row[reform] is not None for row in rows) for reform in reforms},
        len(rows),
        len(reforms),
    )


def _short(store: ox.Store, full: list[str]) -> dict[str, str]:
    """Return the name of each region without what it lies in, where no other bears it."""
    own = {region.full: region.name for region in territory(store).regions.values()}
    times = Counter(own.get(name, name) for name in full)
    return {name: own[name] if name in own and times[own[name]] == 1 else name for name in full}


def draw_adoption(grid: Grid, words: Words, source: str, within: str = "") -> Sheet:
    """Draw a matrix."""
    title = words("matrix.title")
    if not grid.reforms:
        return blank(title, words("matrix.none"), source)
    notes = [words("matrix.note")]
    if within:
        notes.insert(0, words("within", region=within))
    if len(grid.reforms) < grid.all_reforms:
        notes.append(words("matrix.part", shown=len(grid.reforms), all=grid.all_reforms))
    if len(grid.regions) < grid.all_regions:
        notes.append(words("matrix.regions", shown=len(grid.regions), all=grid.all_regions))
    names = [words.name(reform) for reform in grid.reforms]
    left = max(width_of(name) for name in names) + 0.2
    top = max(len(name) for _, name in grid.regions) * LABEL * POINT * LINE + 0.4
    places = list(_columns(grid, left))
    right = places[-1] + CELL + 0.35
    page = sheet(right, top + len(names) * CELL, title, "\n".join(notes), source)
    _heads(page, grid, places, top, words)
    for number, (reform, name) in enumerate(zip(grid.reforms, names, strict=True)):
        y = top + number * CELL
        page.field.plot([0, right], [y, y], color=FAINT, linewidth=0.5, zorder=0)
        page.field.text(left - 0.12, y + CELL / 2, name, size=LABEL, ha="right", va="center")
        page.field.text(right, y + CELL / 2, str(grid.spread[reform]), size=SMALL, color=SOFT, ha="right", va="center")
    _cells(page, grid, places, top)
    return page


def _columns(grid: Grid, left: float) -> Iterator[float]:
    """Yield where each region's column begins; provinces stand a little apart."""
    at, before = left, grid.regions[0][0][:PROVINCE]
    for code, _ in grid.regions:
        at += GAP if code[:PROVINCE] != before else 0
        before = code[:PROVINCE]
        yield at
        at += CELL


def _heads(page: Sheet, grid: Grid, places: list[float], top: float, words: Words) -> None:
    """Write the regions above their columns, and the provinces above those."""
    provinces: dict[str, list[float]] = {}
    for (code, name), x in zip(grid.regions, places, strict=True):
        page.field.text(x + CELL / 2, top - 0.08, "\n".join(name), size=LABEL, ha="center", va="bottom",
                        linespacing=1.05)  # fmt: skip
        provinces.setdefault(code[:PROVINCE], []).append(x + CELL / 2)
    for tile in load_tiles():
        if middles := provinces.get(tile.code[:PROVINCE]):
            name = tile.zh if words.language == "zh" else tile.en
            page.field.text(sum(middles) / len(middles), 0.1, name, size=SMALL, color=SOFT, ha="center", va="center")


def _cells(page: Sheet, grid: Grid, places: list[float], top: float) -> None:
    from matplotlib.patches import Rectangle

    inset, at = 0.02, dict(zip(grid.regions, places, strict=True))
    first, last = min(grid.since.values()), max(grid.since.values())
    for (reform, region), year in grid.since.items():
        x, y = at[region], top + grid.reforms.index(reform) * CELL
        ground, ink = shade((last - year) / (last - first) if last > first else 0.5)
        page.field.add_patch(Rectangle((x + inset, y + inset), CELL - 2 * inset, CELL - 2 * inset, facecolor=ground))
        page.field.text(x + CELL / 2, y + CELL / 2, str(year), size=SMALL - 0.5, color=ink, ha="center", va="center")
