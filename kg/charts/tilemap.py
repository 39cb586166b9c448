"""The map of tiles: a square a province, shaded by how many reports, or adopters of a reform, it has.

In: the regions of a graph, and a `Diffusion` where a reform is asked for. Out: counts by province, and the picture. A
province without a report is dashed: that nothing is known of it is told apart from none. Out of scope: the places of
the tiles (`tiles`).
"""

from collections import Counter
from dataclasses import dataclass

from kg.change.diffusion import Diffusion
from kg.change.territory import Territory
from kg.charts.sheet import INK, LABEL, PAPER, SMALL, SOFT, Sheet, blank, shade, sheet
from kg.charts.words import Words
from kg.terms.tiles import Tile, load_tiles

SIDE, GAP = 0.62, 0.06  # inches of a tile, and between two
DIGITS = 2  # of a code, that name the province


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted, by the first two digits of a province's code."""

    shown: dict[str, int]
    known: dict[str, int]  # regions with a report; of what is not in it nothing is known
    shares: bool  # whether the one is told as a part of the other


def by_reports(land: Territory, reports: Counter[str]) -> Counts:
    """Return how many reports are about each province and what lies within it, given counts by region."""
    counts: Counter[str] = Counter()
    for iri, count in reports.items():
        counts[land.regions[iri].code[:DIGITS]] += count
    counts.pop("", None)
    return Counts(dict(counts), dict(counts), shares=False)


def by_adopters(land: Territory, found: Diffusion) -> Counts:
    """Return how many regions of each province report a reform, and how many have a report."""
    adopters = Counter(adoption.region.code[:DIGITS] for adoption in found.adoptions)
    regions = {*land.reported, *(adoption.region.iri for adoption in found.adoptions)}
    known = Counter(land.regions[iri].code[:DIGITS] for iri in regions)
    known.pop("", None)
    return Counts({code: adopters[code] for code in known}, dict(known), shares=True)


def draw_tilemap(counts: Counts, title: str, notes: str, words: Words, source: str) -> Sheet:
    """Draw counts on the map."""
    if not counts.known:
        return blank(title, words("map.none"), source)
    tiles = load_tiles()
    wide, high = (max(of) * (SIDE + GAP) - GAP for of in ([t.column for t in tiles], [t.row for t in tiles]))
    page = sheet(wide, high, title, notes, source)
    most = max([*counts.shown.values(), 1])
    for tile in tiles:
        _tile(page, tile, counts, most, words)
    return page


def _tile(page: Sheet, tile: Tile, counts: Counts, most: int, words: Words) -> None:
    from matplotlib.patches import FancyBboxPatch

    key = tile.code[:DIGITS]
    x, y = (tile.column - 1) * (SIDE + GAP), (tile.row - 1) * (SIDE + GAP)
    known, count = counts.known.get(key), counts.shown.get(key, 0)
    name = tile.zh if words.language == "zh" else tile.en
    ground, ink = shade(count / most) if count else (PAPER, INK if known else SOFT)
    page.field.add_patch(
        FancyBboxPatch(
            (x + 0.03, y + 0.03), SIDE - 0.06, SIDE - 0.06, boxstyle="round,pad=0.03,rounding_size=0.05",
            facecolor=ground, edgecolor=SOFT if known else "#b8bfc7", linewidth=0.8 if known else 0.7,
            linestyle="-" if known else (0, (2, 2)), clip_on=False,
        )
    )  # fmt: skip
    middle = x + SIDE / 2
    page.field.text(middle, y + (0.22 if known else SIDE / 2), name, size=LABEL, color=ink, ha="center", va="center")
    if known:
        told = f"{count}/{known}" if counts.shares else str(count)
        page.field.text(middle, y + 0.43, told, size=SMALL + 1.5, color=ink, ha="center", va="center", weight="bold")
