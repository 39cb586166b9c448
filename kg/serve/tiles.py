"""The provinces as a grid of equal tiles: no borders to get wrong, and small ones as easy to hit. Run in a worker.

In: a snapshot and a count for some regions. Out: a tile a province, with what it counts.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import ceil

from kg.resources import data_path
from kg.serve.snapshot import Snapshot
from kg.serve.statements import View

SHADES = 5
"""The darkest; shades are 0 to this."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a province stands on the grid, and what its tile says."""

    code: str
    column: int
    row: int
    zh: str
    en: str


@cache
def places() -> tuple[Place, ...]:
    """Return the tile of each province, in the order in which one reads the grid."""
    with data_path("gazetteers/tiles.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        found = [Place(row["code"], int(row["column"]), int(row["row"]), row["zh"], row["en"]) for row in rows]
    return tuple(sorted(found, key=lambda place: (place.row, place.column)))


def tiles(snapshot: Snapshot, counted: Iterable[str], reported: Iterable[str] = ()) -> list[View]:
    """Return all tiles.

    Args:
        snapshot: the graph.
        counted: IRIs of regions, one for each thing that counts.
        reported: IRIs of regions that have a report: nothing to count there isn't the same as nothing known.
    """
    counts = Counter(top(snapshot, iri) for iri in counted)
    known = {top(snapshot, iri) for iri in reported}
    most = max((counts[_iri(snapshot, place)] for place in places()), default=0)
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
        for place in places()
    ]


def top(snapshot: Snapshot, iri: str) -> str:
    """Return the province of a region, or itself where nothing lies above it."""
    return (snapshot.above(iri) or [iri])[-1]


def _iri(snapshot: Snapshot, place: Place) -> str:
    return f"{snapshot.base}region/{place.code}"
