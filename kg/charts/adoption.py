"""The adoption matrix: reforms down the side, regions along the top, in each cell the first year.

In: a store. Out: a `Grid`, and its picture. Out of scope: the table of the same (`compare`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.change.territory import Region, territory
from kg.charts.sheet import FAINT, LABEL, POINT, SMALL, SOFT, Sheet, blank, shade, sheet, width_of
from kg.charts.words import Words
from kg.exports.selection import select, year_of
from kg.graph.reposts import counted
from kg.terms.tiles import load_tiles

REFORMS, REGIONS = 30, 24  # as many as can be read on one page
CELL = 0.33  # inches, each way
GAP = 0.12  # between the regions of two provinces
PROVINCE = 2  # digits of a code that name it
_ADOPTIONS = (
    """SELECT ?region ?name ?when { ?fact a kg:Adoption ; kg:adopter ?region ; kg:reform/skos:prefLabel ?name ;
    kg:statedIn ?report ; sdmx-dimension:refPeriod ?when FILTER(LANG(?name) = "zh-hans") """
    + counted("report")
    + " }"
)
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


def adoption(store: ox.Store, within: str | None = None) -> Grid:
    """Return the matrix of a graph, or of a region, given its IRI, cut to what can be read on a page."""
    land = territory(store)
    kept = land.kept(within)
    years: dict[Region, dict[str, int]] = defaultdict(dict)
    for adopter, reform, when in select(store, _ADOPTIONS):
        region, year = land.regions[adopter.value], year_of(when.value)
        if region.iri in kept and year is not None:
            years[region][reform.value] = min(year, years[region].get(reform.value, year))
    spread = Counter(reform for found in years.values() for reform in found)
    shown = sorted(spread, key=lambda reform: (-spread[reform], reform))[:REFORMS]
    count = {region: sum(reform in found for reform in shown) for region, found in years.items()}
    regions = sorted(sorted(filter(count.get, count), key=lambda region: (-count[region], region))[:REGIONS])
    times = Counter(region.name for region in regions)
    names = {region: (region.code, region.name if times[region.name] == 1 else region.full) for region in regions}
    since = {(reform, names[r]): years[r][reform] for r in regions for reform in shown if reform in years[r]}
    return Grid(tuple(names.values()), tuple(shown), since, dict(spread), len(years), len(spread))


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
