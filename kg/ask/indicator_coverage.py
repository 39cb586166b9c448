"""Coverage of indicators: of which regions and years a graph has each figure, among those that have reports.

In: a store. Out: a `Stated` an indicator of the terms, those that nobody states too. What has no figure was not stated;
that is not zero. Out of scope: which regions have reports at all (`coverage`).
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from kg.ask.query import Source
from kg.change.diffusion import percent
from kg.change.territory import territory
from kg.exports.selection import Options, select, year_of
from kg.graph.reposts import counted

_INDICATORS = """SELECT ?it ?name ?dimension { ?it a kg:Indicator ; skos:prefLabel ?name FILTER(LANG(?name) = "zh-hans")
    OPTIONAL { ?it kg:dimension ?dimension } }"""
_FIGURES = (
    """SELECT ?it ?region ?when { ?fact kg:indicator ?it ; kg:modality kg:actual ; kg:statedIn ?report ;
    sdmx-dimension:refArea ?region ; sdmx-dimension:refPeriod ?when """
    + counted("report")
    + " }"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """How widely an indicator is stated."""

    indicator: str
    dimension: str  # of the assessment that it belongs to; empty where none
    figures: int
    regions: int  # with a figure
    of_regions: int  # with a report
    share: Decimal | None  # per cent, two decimals
    years: tuple[int, ...]  # with a figure
    without: tuple[int, ...]  # years with reports, and without a figure


def by_indicator(store: Source, options: Options | None = None, level: str | None = None) -> tuple[Stated, ...]:
    """Return all indicators of the terms, the widest stated first, those never stated last.

    Args:
        store: the built graph.
        options: only a region and what lies within it; only some years.
        level: province, prefecture, county or zone: only regions of it.
    """
    options = options or Options()
    land = territory(store)
    kept = land.kept(options.region, level)
    reported = {iri: {y for y in years if options.covers(y)} for iri, years in land.reported.items() if iri in kept}
    reported = {iri: years for iri, years in reported.items() if years}
    every = set().union(*reported.values()) if reported else set()
    figures: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for indicator, region, when in select(store, _FIGURES):
        iri, year = land.regions[region.value].iri, year_of(when.value)
        if iri in kept and year is not None and options.covers(year):
            figures[indicator.value].append((iri, year))
    found = []
    for row in select(store, _INDICATORS):
        iri, name, dimension = (term.value if term else "" for term in row)
        having, years = {region for region, _ in figures[iri]}, {year for _, year in figures[iri]}
        of = len(having | set(reported))
        share = percent(len(having), of)
        told = (len(figures[iri]), len(having), of, share, tuple(sorted(years)), tuple(sorted(every - years)))
        found.append(Stated(name, dimension, *told))
    return tuple(sorted(found, key=lambda s: (-s.regions, -s.figures, s.indicator)))
