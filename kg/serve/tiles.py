"""The provinces as a grid of equal tiles: no borders to get wrong, and small ones as easy to hit. Run in a worker.

In: a snapshot and a count for some regions. Out: a tile a province, with what it counts, and what the shades mean.
"""

from collections import Counter
from collections.abc import Iterable
from math import ceil

from kg.serve.snapshot import Snapshot
from kg.serve.statements import View
from kg.terms.tiles import Tile, load_tiles

SHADES = 5
"""The darkest; shades are 0 to this."""


def tiles(snapshot: Snapshot, counted: Iterable[str], reported: Iterable[str] = ()) -> list[View]:
    """Return all tiles.

    Args:
        snapshot: the graph.
        counted: IRIs of regions, one for each thing that counts.
        reported: IRIs of regions that have a report: nothing to count there isn't the same as nothing known.
    """
    counts = Counter(top(snapshot, iri) for iri in counted)
    known = {top(snapshot, iri) for iri in reported}
    most = max((counts[_iri(snapshot, place)] for place in load_tiles()), default=0)
    return [
        {
            "code": place.code,
            "column": place.column,
            "row": place.row,
            "zh": place.zh,
            "en": place.en,
            "count": (count := counts[_iri(snapshot, place)]),
            "shade": ceil(SHADES * count / most) if count else None,
            "known": _iri(snapshot, place) in known or count > 0,
        }
        for place in load_tiles()
    ]


def legend(shown: Iterable[View]) -> list[View]:
    """Return the shades of some tiles with the least and the most that each stands for, the palest first.

    >>> legend([{"count": 7, "shade": 5}, {"count": 0, "shade": None}])[-2:]
    [{'shade': 4, 'low': 5, 'high': 5}, {'shade': 5, 'low': 6, 'high': 7}]
    """
    most = max((tile["count"] for tile in shown), default=0)
    ends = [shade * most // SHADES for shade in range(SHADES + 1)]
    ranges = [{"shade": n, "low": ends[n - 1] + 1, "high": ends[n]} for n in range(1, SHADES + 1)]
    return [one for one in ranges if one["low"] <= one["high"]]


def top(snapshot: Snapshot, iri: str) -> str:
    """Return the province of a region, or itself where nothing lies above it."""
    return (snapshot.above(iri) or [iri])[-1]


def _iri(snapshot: Snapshot, place: Tile) -> str:
    return f"{snapshot.base}region/{place.code}"
