"""The regions of a graph: their names, levels, what they lie in, and of which years there are reports.

In: a store. Out: `Region`s by IRI, a region of former codes as what it is today. Out of scope: the list of all
divisions (`coverage`).
"""

from collections import defaultdict
from dataclasses import dataclass, field

from kg.ask.query import Source
from kg.exports.selection import select, year_of
from kg.graph.reposts import counted

_REGIONS = """SELECT ?region ?name ?full ?code ?level ?above ?now { ?region a kg:Region ; skos:prefLabel ?name
        FILTER(LANG(?name) = "zh-hans")
    OPTIONAL { ?region kg:fullName ?full } OPTIONAL { ?region skos:notation ?code }
    OPTIONAL { ?region kg:level ?level } OPTIONAL { ?region kg:within ?above }
    OPTIONAL { ?region dct:isReplacedBy ?now } }"""
_REPORTS = f"""SELECT ?region ?when {{ ?report a kg:Report ; dct:spatial ?region {counted("report")}
    OPTIONAL {{ ?report dct:temporal ?when }} }}"""
UNKNOWN = "unknown"
"""Level or province of a region of which no list tells it."""
COUNTRY = "country"
"""What provinces lie in."""


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """A region that a graph knows."""

    code: str  # GB/T 2260; empty where it has none
    full: str  # name from the province downwards
    name: str
    iri: str
    level: str  # province, prefecture, county, zone, or unknown
    path: tuple[str, ...] = field(default=(), compare=False)  # IRIs of what it lies in, the nearest first


@dataclass(frozen=True, slots=True)
class Territory:
    """All regions of a graph."""

    regions: dict[str, Region]  # by IRI, former ones too
    reported: dict[str, frozenset[int]]  # years of the reports about a region, by its IRI of today

    def province(self, region: Region) -> str:
        """Return the name of the province that a region is, or lies in."""
        path = (region.iri, *region.path)
        return next((r.name for iri in path if (r := self.regions.get(iri)) and r.level == "province"), UNKNOWN)

    def above(self, region: Region) -> str:
        """Return the full name of what a region lies in directly: of a province, the country."""
        if not region.path:
            return COUNTRY if region.level == "province" else UNKNOWN
        return self.regions[region.path[0]].full

    def kept(self, within: str | None = None, level: str | None = None) -> frozenset[str]:
        """Return the IRIs of the regions within one, itself included, and of a level."""
        return frozenset(
            r.iri
            for r in self.regions.values()
            if within in (None, r.iri, *r.path) and level in (None, r.level)
        )  # fmt: skip


def territory(store: Source) -> Territory:
    """Read the regions of a graph."""
    rows = {row[0].value: [term.value if term else "" for term in row] for row in select(store, _REGIONS)}
    now = {iri: _last(iri, {key: row[6] for key, row in rows.items()}) for iri in rows}
    above = {iri: row[5] for iri, row in rows.items()}
    regions = {iri: _region(rows[now[iri]], above, now) for iri in rows}
    years: dict[str, set[int]] = defaultdict(set)
    for region, when in select(store, _REPORTS):
        if region.value in regions:
            year = year_of(when.value) if when else None
            years[regions[region.value].iri] |= {year} if year is not None else set()
    return Territory(regions, {iri: frozenset(found) for iri, found in years.items()})


def _region(row: list[str], above: dict[str, str], now: dict[str, str]) -> Region:
    iri, name, full, code, level, *_ = row
    path: list[str] = []
    at = iri
    while (at := now.get(above.get(at, ""), "")) and at not in path:
        path.append(at)
    return Region(code, full or name, name, iri, level.rsplit("#", 1)[-1] or UNKNOWN, tuple(path))


def _last(iri: str, replaced: dict[str, str]) -> str:
    """Follow a region to what it turned into, as far as the graph describes it."""
    seen = {iri}
    while (after := replaced.get(iri, "")) and after in replaced and after not in seen:
        iri = after
        seen.add(iri)
    return iri
