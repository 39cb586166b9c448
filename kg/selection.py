"""Which part of a graph an export holds, and how exports ask a store.

Out of scope: what they make of the answers (`picture`, `rdf`, `facts`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import pyoxigraph as ox

from kg.iris import PREFIXES

KINDS = ("Region", "Agency", "Reform", "Platform")
"""What is drawn unless more is asked for; Policy and Indicator can be."""


@dataclass(frozen=True, slots=True)
class Options:
    """What an export holds."""

    kinds: tuple[str, ...] = KINDS
    observations: bool = False  # a node a figure
    evidence: bool = False  # a node a report, and the sentences on the edges
    region: str | None = None  # IRI: only what is said of the region and of what lies within it
    reform: str | None = None  # IRI: only what is said of it
    since: int | None = None  # year
    until: int | None = None  # year, inclusive

    @property
    def filtered(self) -> bool:
        """Whether anything is left out."""
        return any(v is not None for v in (self.region, self.reform, self.since, self.until))

    def covers(self, year: int | None) -> bool:
        """Tell whether a year is within the period; an unknown one only where there is no period."""
        if self.since is None and self.until is None:
            return True
        return year is not None and (self.since or year) <= year <= (self.until or year)


def select(store: ox.Store, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield a result's rows of terms, None for what is not bound. Any: each query knows what its own variables are."""
    found = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    return (tuple(row) for row in cast("ox.QuerySolutions", found))


def regions_within(store: ox.Store, region: str) -> set[str]:
    """Return a region and all that lie within it, by IRI."""
    return {r.value for (r,) in select(store, f"SELECT ?r {{ ?r kg:within* {ox.NamedNode(region)} }}")}


def year_of(when: ox.Literal | None) -> int | None:
    """Return the year of a date, month or year."""
    return int(when.value[:4]) if when is not None and when.value[:4].isdecimal() else None
