"""Aims against results: what a region's reports aimed at for a year, and what they then reported for it.

In: a store and the lexicon. Out: an `Aim` a target, with the result of its year, the distance, and whether it was
reached, as far as the indicator has a direction. An aim that names no year is taken to be of the year after its report,
and says so. Out of scope: change between results (`trend`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kg.ask.query import Source
from kg.change.sides import Side, apart, differences, foreign, remarks, sides, unusable
from kg.exports.selection import Options, select, year_of
from kg.terms.lexicon import Lexicon

_YEARS = "SELECT ?fact ?when { ?fact kg:modality kg:target ; kg:statedIn/dct:temporal ?when }"
_BETTER = """SELECT ?name ?better { ?it a kg:Indicator ; kg:better ?better ; skos:prefLabel ?name
    FILTER(LANG(?name) = "zh-hans") }"""


class Verdict(StrEnum):
    """How a result stands to the aim."""

    REACHED = "reached"
    SHORT = "not reached"
    OPEN = "not told"  # no result, none that compares, or an indicator for which more is neither better nor worse


@dataclass(frozen=True, slots=True)
class Aim:
    """A target, and the result of the year that it was for."""

    aim: Side
    due: int  # year
    due_stated: bool  # whether the report names that year; else it is the year after the report's
    result: Side | None
    verdict: Verdict
    refused: tuple[str, ...] = ()  # why they are not compared
    difference: Decimal | None = None  # of the result above the aim
    difference_unit: str = ""
    notes: tuple[str, ...] = ()


def aims(
    store: Source, lexicon: Lexicon, options: Options | None = None, indicator: str | None = None
) -> tuple[Aim, ...]:
    """Return every aim of a region and year, sorted by region, measure and year; for the parameters see `changes`."""
    reported = {fact.value: year_of(when.value) for fact, when in select(store, _YEARS)}
    results = sides(store, lexicon, options and _all_years(options), indicator)
    better = {name.value: way.value for name, way in select(store, _BETTER)}
    found = [
        _met(side, results.get(key, ()), reported, better)
        for key, group in sides(store, lexicon, options, indicator, "target").items()
        for side in group
    ]
    return tuple(sorted(found, key=lambda a: (a.aim.code or "~", a.aim.region, a.aim.measure, a.due, a.aim.evidence)))


def _all_years(options: Options) -> Options:
    """Keep the results of the years after those in which aims are looked for."""
    return Options(region=options.region, reform=options.reform, since=options.since)


def _met(aim: Side, results: Sequence[Side], reported: Mapping[str, int | None], better: Mapping[str, str]) -> Aim:
    due, stated = _due(aim, reported.get(aim.evidence[0].fact))
    of_year = [side for side in results if side.year == due and not foreign(aim, side)]
    if not of_year:
        return Aim(aim, due, stated, None, Verdict.OPEN)
    result = min(of_year, key=lambda side: (len(differences(aim, side)), side.evidence))
    conflict = (aim.conflict,) if aim.conflict else ()
    refused = (*differences(aim, result), *conflict, *unusable(result))
    if refused:
        return Aim(aim, due, stated, result, Verdict.OPEN, refused)
    difference, unit = apart(aim, result)
    verdict = _verdict(difference, better.get(aim.indicator, ""))
    return Aim(aim, due, stated, result, verdict, (), difference, unit, remarks(result))


def _due(aim: Side, reported: int | None) -> tuple[int, bool]:
    """Return the year that an aim is for, and whether the report names it."""
    named = re.search(rf"(?<!\d){aim.year}年", aim.evidence[0].sentence) is not None
    if named or reported is None or aim.year != reported:
        return aim.year, True
    return aim.year + 1, False


def _verdict(difference: Decimal | None, better: str) -> Verdict:
    if difference is None or better not in ("higher", "lower"):
        return Verdict.OPEN
    reached = difference >= 0 if better == "higher" else difference <= 0
    return Verdict.REACHED if reached else Verdict.SHORT
