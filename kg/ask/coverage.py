"""Coverage: of which regions and years there are reports, against the list of all divisions.

In: a store and the gazetteer. Out: rows. A region has a report where one is about it; what is said of it elsewhere, and
reports of what lies within it, are counted apart. So nobody reads absence as zero.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from kg.ask.query import Source, rows, run
from kg.graph.reposts import counted
from kg.table import Row
from kg.terms.gazetteer import Division, Gazetteer

LEVELS = ("province", "prefecture", "county")
"""That GB/T 2260 counts; of functional zones no list is complete."""
ALL = "all"
_REPORTS = f"""SELECT ?report ?code ?year {{ ?report a kg:Report . {counted("report")}
  OPTIONAL {{ ?report dct:spatial/skos:notation ?code }} OPTIONAL {{ ?report dct:temporal ?year }} }}"""


@dataclass(frozen=True, slots=True)
class Reported:
    """Of which divisions there are reports, by year; and what could not be placed."""

    years: dict[str, dict[str, int]]  # code → year, or "" → how many reports
    unplaced: int  # reports that name no region with a code


def reported(store: Source) -> Reported:
    """Count the reports of a graph by region and year."""
    years: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    unplaced: set[str] = set()
    for row in rows(run(store, _REPORTS)):
        if row["code"] is None:
            unplaced.add(str(row["report"]))
        else:
            years[str(row["code"])][str(row["year"] or "")[:4]] += 1
    return Reported({code: dict(found) for code, found in years.items()}, len(unplaced))


def summary(found: Reported, places: Gazetteer, within: str | None = None) -> list[Row]:
    """Return a row a year and level: how many divisions there were, how many have a report, and how many per cent.

    The last rows are of all years together, counted by the divisions of today.
    """
    years = sorted({year for years in found.years.values() for year in years if year})
    result: list[Row] = []
    for year in (*years, ALL):
        divisions = _divisions(places, within, int(year) if year != ALL else None)
        own = _own(found, places, year)
        below = _above(own, places, year)
        for level in LEVELS:
            all_ = [d for d in divisions if d.level == level]
            if not all_:
                continue
            have = sum(d.code in own for d in all_)
            inside = sum(d.code not in own and d.code in below for d in all_)
            row: dict[str, object] = {"year": year, "level": level, "divisions": len(all_), "with report": have}
            row["percent"] = _percent(have, len(all_))
            result.append(row | {"only within": inside, "without": len(all_) - have - inside})
    return result


def by_province(found: Reported, places: Gazetteer, year: str | None = None) -> list[Row]:
    """Return a row a province: its own reports, and how many of its prefectures and counties have one."""
    own = _own(found, places, year or ALL)
    result: list[Row] = []
    for province in _divisions(places, None, int(year) if year else None):
        if province.level != "province":
            continue
        inside = [d for d in _divisions(places, province.code, int(year) if year else None) if d is not province]
        row: dict[str, object] = {
            "code": province.code,
            "province": province.name,
            "reports": own.get(province.code, 0),
        }
        for level, name in (("prefecture", "prefectures"), ("county", "counties")):
            all_ = [d for d in inside if d.level == level]
            have = sum(d.code in own for d in all_)
            row |= {name: len(all_), f"{name} with report": have, f"{name} %": _percent(have, len(all_))}
        result.append(row)
    return result


def divisions(
    found: Reported,
    places: Gazetteer,
    within: str | None = None,
    year: str | None = None,
    levels: Iterable[str] = LEVELS,
    *,
    missing: bool | None = None,
) -> list[Row]:
    """Return a row a division, with the years of its reports.

    Args:
        found: what `reported` counted.
        places: the divisions.
        within: only this code and what lies in it.
        year: only reports of this year, and the divisions of its end.
        levels: province, prefecture, county.
        missing: True: only those without a report of their own; False: only those with one.
    """
    own = _own(found, places, year or ALL)
    below = _above(own, places, year or ALL)
    years = _years(found, places)
    kept = set(levels)
    return [
        {
            "code": d.code,
            "region": places.path(d),
            "level": d.level,
            "reports": own.get(d.code, 0),
            "years": sorted(years.get(d.code, ())),
            "reports within": below.get(d.code, 0),
        }
        for d in _divisions(places, within, int(year) if year else None)
        if d.level in kept and missing in (None, d.code not in own)
    ]


def _divisions(places: Gazetteer, within: str | None, year: int | None) -> list[Division]:
    """Return the divisions in force at the end of a year, or now, each once, in the order of their codes."""
    codes = {within, *(d.code for d in places.within(within))} if within else None
    held = [d for d in places.divisions if d.code and d.level in LEVELS and d.holds(year)]
    return sorted((d for d in held if codes is None or d.code in codes), key=lambda d: d.code)


def _own(found: Reported, places: Gazetteer, year: str) -> dict[str, int]:
    """Count reports by the code that a region has in the year; for all years, by today's."""
    own: dict[str, int] = defaultdict(int)
    for code, years in found.years.items():
        count = sum(years.values()) if year == ALL else years.get(year, 0)
        if count:
            own[_code(code, places, None if year == ALL else int(year))] += count
    return dict(own)


def _years(found: Reported, places: Gazetteer) -> dict[str, set[str]]:
    named: dict[str, set[str]] = defaultdict(set)
    for code, years in found.years.items():
        for key in {code, _code(code, places, None)}:
            named[key].update(year or "unknown" for year in years)
    return named


def _code(code: str, places: Gazetteer, year: int | None) -> str:
    """Follow a code to the one that its region has in the year, or now."""
    seen = {code}
    place = places.by_code(code, year)
    while place and not place.holds(year) and place.successor and place.successor not in seen:
        code = place.successor
        seen.add(code)
        place = places.by_code(code, year)
    return code


def _above(own: dict[str, int], places: Gazetteer, year: str) -> dict[str, int]:
    """Count the reports of what lies within each division."""
    inside: dict[str, int] = defaultdict(int)
    for code, count in own.items():
        division = places.by_code(code, None if year == ALL else int(year))
        for upper in places.above(division) if division else ():
            inside[upper.code] += count
    return dict(inside)


def _percent(part: int, whole: int) -> Decimal | None:
    return Decimal(100 * part / whole).quantize(Decimal("0.01")) if whole else None
