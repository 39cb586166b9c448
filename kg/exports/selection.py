"""Which part of a graph an export holds, and how exports ask a store.

Out of scope: what they make of the answers (`picture`, `rdf`, `facts`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import pyoxigraph as ox

from kg.ask.query import Source
from kg.graph.iris import PREFIXES
from kg.graph.reposts import counted

TOGETHER = 500  # reports in one query; fewer are slower, more need more memory

KINDS = ("Region", "Agency", "Reform", "Platform")
"""What is drawn unless more is asked for."""
ALL_KINDS = (*KINDS, "Policy", "Indicator")
"""What can be drawn."""


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


def select(store: Source, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield a result's rows of terms, None for what is not bound. Any: each query knows what its own variables are."""
    found = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    return (tuple(row) for row in cast("ox.QuerySolutions", found))


_COUNTED = f"SELECT ?report {{ ?report a kg:Report {counted('report')} }}"


def by_report(store: Source, names: str, pattern: str) -> Iterator[dict[str, str]]:
    """Yield a pattern's answers report by report, as texts by name; what is not bound is absent. Reposts are left out.

    Sorted here: ORDER BY in Oxigraph takes 150 µs a row, and rows of many reports at once much memory (2026-11).

    Args:
        store: the built graph.
        names: the variables wanted; ?report and ?fact among them.
        pattern: holds ?report.
    """
    wanted = names.replace("?", "").split()
    reports = sorted(str(report) for (report,) in select(store, _COUNTED))
    for at in range(0, len(reports), TOGETHER):
        values = " ".join(reports[at : at + TOGETHER])
        found = select(store, f"SELECT {names} {{ VALUES ?report {{ {values} }} {pattern} }}")
        rows = [{n: t.value for n, t in zip(wanted, row, strict=True) if t is not None} for row in found]
        yield from sorted(
            rows, key=lambda row: (row["report"], int(row.get("start", 0)), len(row["fact"]), row["fact"])
        )


def regions_within(store: Source, region: str) -> set[str]:
    """Return a region and all that lie within it, by IRI."""
    return {r.value for (r,) in select(store, f"SELECT ?r {{ ?r kg:within* {ox.NamedNode(region)} }}")}


def year_of(when: str | None) -> int | None:
    """Return the year of a date, month or year.

    >>> year_of("2024-06"), year_of("近年来"), year_of(None)
    (2024, None, None)
    """
    return int(when[:4]) if when and when[:4].isdecimal() else None
