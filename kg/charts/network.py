"""The network of a region in three columns: regions, the reforms that they carry out, the platforms these run on.

In: a store and a region. Out: `Links`, and the picture. Columns, not a cloud: a reader finds every name, and the same
graph is drawn the same. Out of scope: pictures of whole graphs, which are Gephi's (`export`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.charts.sheet import LABEL, NOTE, SOFT, Sheet, blank, sheet, width_of
from kg.charts.words import Words
from kg.exports.picture import PALETTE, Picture
from kg.exports.selection import Options

MOST = 36  # reforms on a page
STEP = 0.27  # inches between two names
SPAN = 1.5  # inches that a line bridges
HEAD = 0.35  # inches of the headings
KINDS = ("Region", "Reform", "Platform")
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """The columns, and what joins them."""

    columns: tuple[Names, Names, Names]  # ids of regions, reforms, platforms, in the order in which they are drawn
    names: dict[str, str]
    edges: tuple[tuple[str, str, int], ...]  # from, to, how many statements
    reforms: int  # those that are not shown too


def links(store: ox.Store, region: str) -> Links:
    """Return what is drawn of a region, given its IRI, and of what lies within it."""
    picture = Picture(store, Options(kinds=KINDS, region=region))
    edges = [edge for edge in picture.links() if edge.kind in ("adopts", "deliveredThrough")]
    names = {node.id: node.label for node in picture.nodes()}
    adopted = [(edge.source, edge.target, edge.weight) for edge in edges if edge.kind == "adopts"]
    carried = [(edge.source, edge.target, edge.weight) for edge in edges if edge.kind == "deliveredThrough"]
    count = Counter([reform for _, reform, _ in adopted] + [reform for reform, _, _ in carried])
    kept = set(sorted(count, key=lambda reform: (-count[reform], names[reform]))[:MOST])
    adopted = [edge for edge in adopted if edge[1] in kept]
    carried = [edge for edge in carried if edge[0] in kept]
    regions = tuple(sorted({region for region, _, _ in adopted}))
    reforms = _near(kept, regions, ((reform, region) for region, reform, _ in adopted), names)
    platforms = {platform for _, platform, _ in carried}
    ordered = _near(platforms, reforms, ((platform, reform) for reform, platform, _ in carried), names)
    return Links((regions, reforms, ordered), names, (*adopted, *carried), len(count))


def _near(column: Iterable[str], beside: Names, pairs: Iterable[tuple[str, str]], names: dict[str, str]) -> Names:
    """Return a column in the order of the mean place of its neighbours, so that few lines cross."""
    place = {other: number for number, other in enumerate(beside)}
    places: dict[str, list[int]] = defaultdict(list)
    for one, other in pairs:
        places[one].append(place[other])
    mean = {one: sum(found) / len(found) for one, found in places.items()}
    return tuple(sorted(column, key=lambda one: (mean.get(one, -1), names[one])))


def draw_network(found: Links, region: str, words: Words, source: str) -> Sheet:
    """Draw the network of a region, given its name."""
    title = words("network.title", region=region)
    if not found.edges:
        return blank(title, words("network.none", region=region), source)
    notes = [words("network.note")]
    if len(found.columns[1]) < found.reforms:
        notes.append(words("network.part", shown=len(found.columns[1]), all=found.reforms))
    columns = [[words.name(found.names[it]) for it in column] for column in found.columns]
    widths = [max((width_of(name) for name in column), default=0.6) + 0.2 for column in columns]
    lines = max(len(column) for column in columns)
    height = HEAD + lines * STEP
    page = sheet(sum(widths) + 2 * SPAN, height, title, "\n".join(notes), source)
    ends = _places(found, height)
    left, middle, right = widths[0], widths[0] + SPAN + widths[1], widths[0] + 2 * SPAN + widths[1]
    for one, other, weight in found.edges:
        adopts = one in found.columns[0]
        across = (left, left + SPAN) if adopts else (middle, right)
        _line(page, across, (ends[one], ends[other]), PALETTE["Region" if adopts else "Platform"], weight)
    aligned: Sequence[tuple[str, float, str]] = (
        ("right", left - 0.08, "Region"),
        ("center", left + SPAN + widths[1] / 2, "Reform"),
        ("left", right + 0.08, "Platform"),
    )
    for (align, x, kind), column, names in zip(aligned, found.columns, columns, strict=True):
        if column:
            page.field.text(x, 0.08, words(f"network.{kind.lower()}"), size=NOTE, color=SOFT, ha=align, va="center")
        for it, name in zip(column, names, strict=True):
            page.field.text(x, ends[it], name, size=LABEL, color=PALETTE[kind], ha=align, va="center", weight="bold")
    return page


def _places(found: Links, height: float) -> dict[str, float]:
    """Return how far down each name stands; a short column is spread over the height."""
    places = {}
    for column in found.columns:
        for number, it in enumerate(column):
            places[it] = HEAD + (height - HEAD) * (number + 0.5) / len(column)
    return places


def _line(page: Sheet, x: tuple[float, float], y: tuple[float, float], colour: str, weight: int) -> None:
    """Draw a line that leaves and arrives level."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    half = (x[0] + x[1]) / 2
    curve = [(x[0], y[0]), (half, y[0]), (half, y[1]), (x[1], y[1])]
    path = Path(curve, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
    wide = min(0.8 + 0.5 * (weight - 1), 4.0)
    page.field.add_patch(PathPatch(path, facecolor="none", edgecolor=colour, linewidth=wide, alpha=0.55))
