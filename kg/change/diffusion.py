"""How a reform spreads: who reported it first and when, how many by each year, in which provinces and levels.

In: a store and a reform; its narrower terms count as it. Out: first adoptions with their evidence, a cumulative curve,
and counts by group. Dated is what a report tells, not what happened: a region that never reported on a year can't have
been seen to adopt in it, so every count stands beside the regions that have reports. The list of divisions has no
borders: neighbours are the regions that lie directly in the same one. Out of scope: the S-curve (`growth_curve`).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import pyoxigraph as ox

from kg.ask.query import Source
from kg.change.evidence import Evidence, of_facts
from kg.change.territory import UNKNOWN, Region, Territory, territory
from kg.exports.selection import select, year_of
from kg.graph.reposts import counted

LEVELS = ("province", "prefecture", "county", "zone", "unknown")
_ADOPTIONS = """SELECT ?fact ?region ?name ?when ?issued {{ ?reform skos:broader* {reform} .
    ?fact a kg:Adoption ; kg:adopter ?region ; kg:reform ?reform ; kg:statedIn ?report .
    ?reform skos:prefLabel ?name FILTER(LANG(?name) = "zh-hans")
    OPTIONAL {{ ?fact sdmx-dimension:refPeriod ?when }} OPTIONAL {{ ?report dct:issued ?issued }} {once} }}"""


class Dated(StrEnum):
    """What the year of an adoption was taken from."""

    PERIOD = "period"  # the year that the report is about
    ISSUED = "issued"  # the report names no year: that of its issue
    NOT = "undated"


@dataclass(frozen=True, slots=True)
class Adoption:
    """The first report of a region that says that it carries a reform out."""

    region: Region
    province: str
    above: str  # full name of what the region lies in directly
    reform: str  # label: the reform, or a narrower one
    year: int | None  # None where neither period nor date of issue is known
    dated: Dated
    statements: int  # that the region adopts it, in all reports
    above_since: int | None  # first year of the nearest region above that adopts it too
    neighbours_before: int  # regions directly in the same one that adopted it in an earlier year
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Point:
    """One year of the curve."""

    year: int
    new: int  # regions first seen to adopt in it
    adopters: int  # all so far
    reporting: int  # regions with a report of the year
    seen: int  # regions with a report of this year or an earlier one
    share: Decimal | None  # adopters of the regions seen, per cent, two decimals


@dataclass(frozen=True, slots=True)
class Spread:
    """A province, level or neighbourhood."""

    group: str
    adopters: int
    seen: int  # regions of the group that have a report, or adopt
    share: Decimal | None  # per cent, two decimals
    first: int | None  # year of the first adoption
    regions: tuple[str, ...]  # names of the adopters, in the order of their years


@dataclass(frozen=True, slots=True)
class Diffusion:
    """All that is seen of a reform's spread."""

    adoptions: tuple[Adoption, ...]  # by year, the undated last
    curve: tuple[Point, ...]
    by_province: tuple[Spread, ...]
    by_level: tuple[Spread, ...]
    by_neighbourhood: tuple[Spread, ...]  # by what the regions lie in directly
    seen: int  # regions that have a report, or adopt: those that could be seen to adopt


def diffusion(store: Source, reform: str, within: str | None = None, level: str | None = None) -> Diffusion:
    """Return how a reform spread.

    Args:
        store: the built graph.
        reform: IRI; its narrower terms count as it.
        within: IRI of a region: only what lies within it, itself included.
        level: province, prefecture, county or zone: only regions of it.
    """
    land = territory(store)
    kept = land.kept(within, level)
    adoptions = tuple(a for a in _first(store, reform, land) if a.region.iri in kept)
    seen = {iri for iri in land.reported if iri in kept} | {a.region.iri for a in adoptions}

    def group(of: Callable[[Region], str]) -> tuple[Spread, ...]:
        return _spread(adoptions, Counter(of(land.regions[iri]) for iri in seen), of)

    by_level = sorted(group(lambda region: region.level), key=lambda s: LEVELS.index(s.group))
    years = {iri: found for iri, found in land.reported.items() if iri in kept}
    return Diffusion(
        adoptions, _curve(adoptions, years), group(land.province), tuple(by_level), group(land.above), len(seen)
    )


def _first(store: Source, reform: str, land: Territory) -> list[Adoption]:
    """Return the first adoption of each region, of all the graph: what is above and beside a region may lie outside."""
    stated: dict[str, list[tuple[int, str, Dated, str]]] = defaultdict(list)
    for fact, region, name, when, issued in select(
        store, _ADOPTIONS.format(reform=ox.NamedNode(reform), once=counted("report"))
    ):
        year, dated = _dated(when and when.value, issued and issued.value)
        stated[land.regions[region.value].iri].append((year or _NEVER, name.value, dated, fact.value))
    evidence = of_facts(store, (fact for found in stated.values() for *_, fact in found))
    first = {iri: min(found, key=lambda f: (f[0], evidence[f[3]])) for iri, found in stated.items()}
    since = {iri: year for iri, (year, *_) in first.items()}
    beside: dict[str, list[int]] = defaultdict(list)
    for iri, year in since.items():
        beside[land.above(land.regions[iri])].append(year)
    found = []
    for iri, (year, name, dated, fact) in first.items():
        region = land.regions[iri]
        nearest = next((upper for upper in region.path if upper in since), None)
        above = since[nearest] if nearest else _NEVER
        around = beside[land.above(region)] if land.above(region) != UNKNOWN else []
        found.append(
            Adoption(
                region, land.province(region), land.above(region), name, year if year < _NEVER else None, dated,
                len(stated[iri]), above if above < _NEVER else None, sum(y < year < _NEVER for y in around),
                evidence[fact],
            )
        )  # fmt: skip
    return sorted(found, key=lambda a: (a.year or _NEVER, a.region))


_NEVER = 9999  # a year after all others


def _dated(when: str | None, issued: str | None) -> tuple[int | None, Dated]:
    if (year := year_of(when)) is not None:
        return year, Dated.PERIOD
    year = year_of(issued)
    return year, Dated.ISSUED if year is not None else Dated.NOT


def _curve(adoptions: Sequence[Adoption], reported: dict[str, frozenset[int]]) -> tuple[Point, ...]:
    first = {a.region.iri: a.year for a in adoptions if a.year is not None}
    years = sorted({*first.values(), *(year for found in reported.values() for year in found)})
    start = min(first.values(), default=_NEVER)
    points = []
    for year in years:
        adopters = sum(y <= year for y in first.values())
        reporting = sum(year in found for found in reported.values())
        seen = {iri for iri, found in reported.items() if any(y <= year for y in found)}
        seen |= {iri for iri, y in first.items() if y <= year}
        if year >= start:
            new = sum(y == year for y in first.values())
            points.append(Point(year, new, adopters, reporting, len(seen), percent(adopters, len(seen))))
    return tuple(points)


def _spread(adoptions: Sequence[Adoption], seen: Counter[str], of: Callable[[Region], str]) -> tuple[Spread, ...]:
    groups: dict[str, list[Adoption]] = defaultdict(list)
    for adoption in adoptions:
        groups[of(adoption.region)].append(adoption)
    found = []
    for group, count in seen.items():
        inside = groups.get(group, [])
        first = min((a.year for a in inside if a.year is not None), default=None)
        names = tuple(a.region.name for a in inside)
        found.append(Spread(group, len(inside), count, percent(len(inside), count), first, names))
    return tuple(sorted(found, key=lambda s: (-s.adopters, s.first or _NEVER, s.group)))


def percent(part: int, whole: int) -> Decimal | None:
    """Return a share in per cent, to two decimals; None of nothing.

    >>> percent(1, 3), percent(0, 0)
    (Decimal('33.33'), None)
    """
    return Decimal(100 * part / whole).quantize(Decimal("0.01")) if whole else None
