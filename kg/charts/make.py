"""A picture by its name: what it needs of a store, and the gallery of all.

In: a store, the name of a picture, what it is to be about. Out: a `Sheet`. What is not said is chosen: the reform of
widest spread, the indicator of most regions, the region with most reforms; the title says which. Out of scope: files
(`sheet`), the page (`gallery`).
"""

import io
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from kg.ask.panel import panel
from kg.ask.resolve import Thing
from kg.change.diffusion import diffusion
from kg.change.territory import territory
from kg.charts.adoption import adoption, draw_adoption
from kg.charts.fonts import family
from kg.charts.network import draw_network, links
from kg.charts.ranking import bars, draw_ranking
from kg.charts.sheet import Sheet, blank, save, source_of, typed, write
from kg.charts.spread import draw_spread
from kg.charts.tilemap import by_adopters, by_reports, draw_tilemap
from kg.charts.words import Words
from kg.exports.selection import Options, regions_within, select
from kg.graph.reposts import counted

_LABEL = '?it skos:prefLabel ?label FILTER(LANG(?label) = "zh-hans")'
_MOST = {  # what there is most of comes first: regions of a reform or indicator, reforms of a region
    "reform": "?fact a kg:Adoption ; kg:adopter ?other ; kg:reform ?it .",
    "indicator": "?fact a kg:Observation ; kg:indicator ?it ; kg:modality kg:actual ; sdmx-dimension:refArea ?other .",
    "region": "?fact a kg:Adoption ; kg:adopter ?it ; kg:reform ?other .",
}
_ABOUT = f"SELECT ?report ?area {{ ?report a kg:Report {counted('report')} OPTIONAL {{ ?report dct:spatial ?area }} }}"


@dataclass(frozen=True, slots=True)
class About:
    """What a picture is to be about."""

    region: Thing | None = None
    reform: Thing | None = None
    indicator: Thing | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A kind of picture."""

    make: Callable[[ox.Store, About, Words], Sheet]
    takes: tuple[str, ...]  # names of what it can be about


def _matrix(store: ox.Store, about: About, words: Words) -> Sheet:
    source = source_of(store, words, _reports(store, about.region))
    grid = adoption(store, about.region.iri if about.region else None)
    return draw_adoption(grid, words, source, about.region.label if about.region else "")


def _diffusion(store: ox.Store, about: About, words: Words) -> Sheet:
    source = source_of(store, words, _reports(store, about.region))
    if (reform := about.reform or _first(store, "reform")) is None:
        return blank(words("diffusion.blank"), words("nowhere"), source)
    within = about.region.iri if about.region else None
    return draw_spread(diffusion(store, reform.iri, within), reform.label, words, source)


def _ranking(store: ox.Store, about: About, words: Words) -> Sheet:
    source = source_of(store, words, _reports(store, about.region))
    if (indicator := about.indicator or _first(store, "indicator")) is None:
        return blank(words("ranking.blank"), words("nowhere"), source)
    rows = panel(store, Options(region=about.region.iri if about.region else None), indicator.iri)
    part = words("within", region=about.region.label) if about.region else ""
    return draw_ranking(bars(rows), indicator.label, words, source, part)


def _network(store: ox.Store, about: About, words: Words) -> Sheet:
    region = about.region or _first(store, "region")
    source = source_of(store, words, _reports(store, region))
    if region is None:
        return blank(words("network.blank"), words("nowhere"), source)
    return draw_network(links(store, region.iri), region.label, words, source)


def _map(store: ox.Store, about: About, words: Words) -> Sheet:
    land, source = territory(store), source_of(store, words)
    if about.reform is None:
        reports = Counter(area.value for _, area in select(store, _ABOUT) if area and area.value in land.regions)
        return draw_tilemap(
            by_reports(land, reports), words("map.title.reports"), words("map.note.reports"), words, source
        )
    counts = by_adopters(land, diffusion(store, about.reform.iri))
    title = words("map.title.reform", reform=words.name(about.reform.label))
    return draw_tilemap(counts, title, words("map.note.reform"), words, source)


CHARTS: Mapping[str, Chart] = MappingProxyType(
    {
        "matrix": Chart(_matrix, ("region",)),
        "diffusion": Chart(_diffusion, ("reform", "region")),
        "ranking": Chart(_ranking, ("indicator", "region")),
        "network": Chart(_network, ("region",)),
        "map": Chart(_map, ("reform",)),
    }
)
"""Every picture, by its name."""


def most(store: ox.Store, kind: str, count: int) -> list[Thing]:
    """Return the reforms of widest spread, the indicators of most regions, or the regions with most reforms."""
    query = f"""SELECT ?it ?label (COUNT(DISTINCT ?other) AS ?many) {{ {_MOST[kind]} {_LABEL} }}
        GROUP BY ?it ?label ORDER BY DESC(?many) ?label LIMIT {count}"""
    return [Thing(it.value, label.value) for it, label, _ in select(store, query)]


def _first(store: ox.Store, kind: str) -> Thing | None:
    return next(iter(most(store, kind, 1)), None)


def _reports(store: ox.Store, region: Thing | None) -> set[str] | None:
    """Return the reports about a region and what lies within it; None without a region: all."""
    if region is None:
        return None
    inside = {iri for one in region.iris for iri in regions_within(store, one)}
    return {report.value for report, area in select(store, _ABOUT) if area and area.value in inside}


class Drawn:
    """A picture in Python: shown in a notebook, saved as PNG or SVG, and for more a matplotlib figure."""

    def __init__(self, page: Sheet, font: str) -> None:
        self.title = page.title
        self.figure = page.figure
        self._font = font

    def __repr__(self) -> str:
        return f"<Drawn {self.title}>"

    def save(self, path: Path | str) -> None:
        """Write it as the file's name says."""
        with typed(self._font):
            save(self.figure, Path(path))

    def _repr_png_(self) -> bytes:
        file = io.BytesIO()
        with typed(self._font):
            write(self.figure, "png", file)
        return file.getvalue()


def drawn(store: ox.Store, name: str, about: About, words: Words, font: Path | None = None) -> Drawn:
    """Return a picture by its name, ready to be shown.

    Raises:
        KgError: matplotlib or a Chinese font is missing, or the picture takes no such thing.
    """
    letters = family(font)
    with typed(letters):
        return Drawn(CHARTS[name].make(store, about, words), letters)
