"""Reforms that a region's reports name for the first time, name again, or name no longer.

In: a store. Out: a `Naming` a region, reform and year in which that changes, with where it was named and which reports
were searched. Not named is not abandoned: a report tells what its writer chose to tell, and the remark says so. Out of
scope: figures (`trend`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kg.ask.query import Source
from kg.change.evidence import Evidence, holding, sentences
from kg.exports.selection import Options, regions_within, select, year_of
from kg.graph.reposts import counted

NO_END = "no longer named, which does not tell that it ended"
"""Said of every name that is missing in a later year."""

_REPORTS = (
    """SELECT ?report ?area ?when ?file ?title ?issued ?name ?code { ?report a kg:Report ; dct:spatial ?area ;
        dct:temporal ?when ; kg:path ?file . ?area skos:prefLabel ?name FILTER(LANG(?name) = "zh-hans")
    OPTIONAL { ?report dct:title ?title } OPTIONAL { ?report dct:issued ?issued }
    OPTIONAL { ?area skos:notation ?code } """
    + counted("report")
    + " }"
)
_MENTIONS = """SELECT ?report ?reform ?mention ?start ?end ?words { ?mention a kg:Mention ; kg:means ?reform ;
        kg:statedIn ?report ; oa:start ?start ; oa:end ?end ; oa:exact ?words . ?reform a kg:Reform }"""
_FAMILY = "SELECT ?narrow ?broad { ?narrow a kg:Reform ; skos:broader+ ?broad }"
_LABELS = 'SELECT ?it ?name { ?it a kg:Reform ; skos:prefLabel ?name FILTER(LANG(?name) = "zh-hans") }'


class Turn(StrEnum):
    """How the naming of a reform changed in a year."""

    FIRST = "named for the first time"
    AGAIN = "named again"
    GONE = "no longer named"


@dataclass(frozen=True, slots=True)
class Naming:
    """A change in what a region's reports name, against its years before."""

    region: str
    code: str
    reform: str
    reform_iri: str
    year: int
    turn: Turn
    since: int | None  # the year in which it was last named before; None where never
    searched: tuple[str, ...]  # files of the region's reports of the year
    searched_before: tuple[str, ...]  # and of all years before that the graph has
    evidence: tuple[Evidence, ...]  # every place in the year's reports; of a name that is gone, in the last year's
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Report:
    area: str
    code: str
    name: str
    year: int
    file: str
    title: str
    issued: str


def namings(store: Source, options: Options | None = None) -> tuple[Naming, ...]:
    """Return all turns in what regions' reports name, sorted by region, year, turn and reform.

    A region with reports of one year only has none: there is nothing to set it against.

    Args:
        store: the built graph.
        options: region, reform and years to keep; years before still count as before.
    """
    options = options or Options()
    reports = _reports(store, options)
    places = _places(store, reports)
    labels = {iri.value: name.value for iri, name in select(store, _LABELS)}
    family: dict[str, set[str]] = defaultdict(set)
    for narrow, broad in select(store, _FAMILY):
        family[narrow.value].add(broad.value)
        family[broad.value].add(narrow.value)
    by_area: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for iri, report in sorted(reports.items(), key=lambda pair: (pair[1].file, pair[0])):
        by_area[report.area][report.year].append(iri)
    found = [
        turn
        for years in by_area.values()
        for turn in _turns(years, reports, places, labels, family)
        if options.reform in (None, turn.reform_iri) and options.covers(turn.year)
    ]
    return tuple(sorted(found, key=lambda n: (n.code or "~", n.region, n.year, list(Turn).index(n.turn), n.reform)))


def _reports(store: Source, options: Options) -> dict[str, _Report]:
    inside = regions_within(store, options.region) if options.region else None
    found = {}
    for report, area, when, file, title, issued, name, code in select(store, _REPORTS):
        year = year_of(when.value)
        if year is not None and (inside is None or area.value in inside):
            about = (file.value, title.value if title else file.value, issued.value if issued else "")
            found[report.value] = _Report(area.value, code.value if code else "", name.value, year, *about)
    return found


def _places(store: Source, reports: Mapping[str, _Report]) -> dict[str, dict[str, list[Evidence]]]:
    """Return every place where a reform is named, by report and reform."""
    spans = sentences(store)
    found: dict[str, dict[str, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
    for report, reform, mention, start, end, words in select(store, _MENTIONS):
        about = reports.get(report.value)
        if about:
            at, to = int(start.value), int(end.value)
            held = holding(spans.get(report.value, ()), at, to)
            sentence = held[2] if held else ""
            one = Evidence(about.file, at, to, words.value, sentence, about.title, about.issued, mention.value)
            found[report.value][reform.value].append(one)
    return found


def _turns(
    years: Mapping[int, list[str]],
    reports: Mapping[str, _Report],
    places: Mapping[str, Mapping[str, list[Evidence]]],
    labels: Mapping[str, str],
    family: Mapping[str, set[str]],
) -> Iterator[Naming]:
    """Yield the turns of one region."""
    named = {year: _merged(places.get(iri, {}) for iri in iris) for year, iris in sorted(years.items())}
    for at, (year, now) in enumerate(named.items()):
        before = {past: what for past, what in named.items() if past < year}
        if not at:
            continue
        last = max(before)
        searched = tuple(reports[iri].file for iri in years[year])
        earlier = tuple(reports[iri].file for past in before for iri in years[past])
        about = reports[years[year][0]]
        for reform in sorted({*now, *before[last]}, key=lambda iri: (labels.get(iri, iri), iri)):
            past = max((p for p, what in before.items() if reform in what), default=None)
            if reform in now and reform in before[last]:
                continue
            turn = Turn.GONE if reform not in now else Turn.FIRST if past is None else Turn.AGAIN
            kin = sorted(labels[iri] for iri in family.get(reform, ()) if iri in now) if turn is Turn.GONE else []
            notes = ([NO_END] if turn is Turn.GONE else []) + ([f"related name: {'、'.join(kin)}"] if kin else [])
            seen = now[reform] if reform in now else before[last][reform]
            name = labels.get(reform, reform)
            yield Naming(about.name, about.code, name, reform, year, turn, past, searched, earlier,
                         tuple(sorted(seen)), tuple(notes))  # fmt: skip


def _merged(found: Iterable[Mapping[str, list[Evidence]]]) -> dict[str, list[Evidence]]:
    merged: dict[str, list[Evidence]] = defaultdict(list)
    for places in found:
        for reform, seen in places.items():
            merged[reform] += seen
    return dict(merged)
