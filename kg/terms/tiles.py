"""The provinces on a grid of equal tiles: no borders to get wrong, and a small province as easy to see as a large one.

In: `data/gazetteers/tiles.tsv`. Out: `Tile`s, from the top left. Out of scope: what is drawn on them.
"""

import csv
from dataclasses import dataclass
from functools import cache

from kg.resources import data_path


@dataclass(frozen=True, slots=True)
class Tile:
    """The place of a province."""

    code: str  # GB/T 2260
    column: int  # from 1
    row: int  # from 1, downwards
    zh: str  # what fits on a tile: 内蒙古
    en: str  # NM


@cache
def load_tiles() -> tuple[Tile, ...]:
    """Read the grid.

    >>> len(load_tiles())
    34
    """
    with data_path("gazetteers/tiles.tsv").open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        found = [Tile(r["code"], int(r["column"]), int(r["row"]), r["zh"], r["en"]) for r in lines]
    return tuple(sorted(found, key=lambda tile: (tile.row, tile.column)))
