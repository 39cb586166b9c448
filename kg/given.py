"""What stands beside a text, checked: a date is a date, a region is one of the gazetteer's.

In: `Document.given`, from a page's head or the columns of a table. Out: values as `Meta` has them; what is not
understood is None. A page's head gives title, date and source, which count where the text doesn't say; only a user's
table gives publisher, number, region and period, which go before what the text says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kg.fold import fold
from kg.gazetteer import Division, Gazetteer

_DAY = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)")
_PERIOD = re.compile(r"((?:19|20)\d\d)(?:年|[-/.](\d\d?))?")


@dataclass(frozen=True, slots=True)
class Given:
    """Metadata that didn't come from the text."""

    title: str | None = None
    issued: str | None = None  # ISO 8601 date
    source: str | None = None  # who a page says it has the text from, folded
    byline: str | None = None  # the line of date and source above a page's text, folded
    publisher: str | None = None
    number: str | None = None
    region: Division | None = None
    period: str | None = None  # 2024 or 2024-03


def understood(given: Mapping[str, str], gazetteer: Gazetteer) -> Given:
    """Return what stands beside a text, as far as it can be understood."""
    folded = {name: fold(value).strip() for name, value in given.items() if value.strip()}
    period = _period(folded.get("period", ""))
    region = folded.get("region")
    return Given(
        title=given.get("title", "").strip() or None,
        issued=_day(folded.get("published", "")),
        source=folded.get("source"),
        byline=folded.get("byline"),
        publisher=folded.get("publisher"),
        number=folded.get("number"),
        region=_region(region, gazetteer, int(period[:4]) if period else None) if region else None,
        period=period,
    )


def _day(value: str) -> str | None:
    m = _DAY.match(value)
    try:
        return date(*map(int, m.groups())).isoformat() if m else None
    except ValueError:  # 2024-02-30
        return None


def _period(value: str) -> str | None:
    m = _PERIOD.fullmatch(value)
    if m is None or (m[2] and not 1 <= int(m[2]) <= 12):  # noqa: PLR2004  months
        return None
    return f"{m[1]}-{int(m[2]):02}" if m[2] else m[1]


def _region(value: str, gazetteer: Gazetteer, year: int | None) -> Division | None:
    """Return the division of a code or of a name that means only one."""
    if value.isdecimal():
        return gazetteer.by_code(value, year)
    named = gazetteer.named(value, year)
    return named[0] if len(named) == 1 else None
