"""What stands beside a text, checked: a date is a date, a region is one of the gazetteer's.

In: `Document.given`, from a page's head, a user's table or sidecar. Out: values as `Meta` has them; what is not
understood is None. What a page's head gives counts where the text doesn't say; what the user gives goes before it.
"""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date

from kg.errors import UnreadableFile
from kg.model import Document
from kg.terms.gazetteer import Division, Gazetteer
from kg.text.fold import fold

_DAY = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)")
_FIELDS = {"published": "issued"}
"""What `Meta` calls what users call otherwise."""
_TAKEN = frozenset({"title", "publisher", "number", "region", "period", "issued"})
_MEND = {
    "region": "Give its code in six digits, or a name that means only one region: 福建省三明市沙县区",
    "url": "Give an address as a browser shows it: https://…",
    "period": "Give a year or a month: 2024, 2024-03",
}
"""Fields whose values are not free, and what they take."""
_URL = re.compile(r"https?://[^\x00-\x20<>\"{}|\\^`\x7f-\xa0\ud800-\udfff\ufffe\uffff]{3,2000}")
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
    by_user: frozenset[str] = frozenset()  # fields of `Meta` that the user gave and that were understood


def misunderstood(of: Document, gazetteer: Gazetteer) -> Iterator[UnreadableFile]:
    """Yield what the user gave beside a document and can't have meant; it is passed over."""
    found = understood(of.given, gazetteer, of.by_user)
    for name in sorted(of.by_user & _MEND.keys()):
        if _FIELDS.get(name, name) not in found.by_user and not (name == "url" and address(of.given[name])):
            yield UnreadableFile(f"{of.given[name]!r} is not understood", f"{of.path}, {name}", _MEND[name])


def understood(given: Mapping[str, str], gazetteer: Gazetteer, by_user: AbstractSet[str] = frozenset()) -> Given:
    """Return what stands beside a text, as far as it can be understood."""
    folded = {name: fold(value).strip() for name, value in given.items() if value.strip()}
    period = _period(folded.get("period", ""))
    region = folded.get("region")
    found = Given(
        title=given.get("title", "").strip() or None,
        issued=_day(folded.get("published", "")),
        source=folded.get("source"),
        byline=folded.get("byline"),
        publisher=folded.get("publisher"),
        number=folded.get("number"),
        region=_region(region, gazetteer, int(period[:4]) if period else None) if region else None,
        period=period,
    )
    told = {_FIELDS.get(name, name) for name in by_user}
    return replace(found, by_user=frozenset(name for name in told & _TAKEN if getattr(found, name) is not None))


def address(value: str) -> str | None:
    """Return a web address that can be an IRI.

    >>> address("https://example.org/正文?id=1"), address("see example.org"), address("https://a b")
    ('https://example.org/正文?id=1', None, None)
    """
    return value if _URL.fullmatch(value) else None


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
