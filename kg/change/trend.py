"""Change over time: the same figure of a region in two of its years, and why two figures are not compared.

In: a store and the lexicon. Out: a `Change` a pair of years, with difference and growth, or with the reasons for which
there is none; every side with its evidence. Compared are figures of one region, indicator (or, where no list has one,
the report's own phrase), reform, platform and body, of neighbouring years in which it is stated. Refused is what
differs in base, unit, definition or length of period, what conflicts within its year, and what is only a limit. Out of
scope: aims (`aims`), names that come and go (`naming`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise

from kg.ask.query import Source
from kg.change.sides import Side, apart, differences, foreign, remarks, sides, unusable
from kg.checks.claims import HUNDRED
from kg.exports.selection import Options
from kg.terms.lexicon import Lexicon

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Change:
    """Two figures that ask to be compared, the earlier and the later, and what came of it."""

    earlier: Side
    later: Side
    refused: tuple[str, ...] = ()  # why they are not compared; empty where they are
    difference: Decimal | None = None  # in the unit, or in percentage points between shares
    difference_unit: str = ""
    growth: Decimal | None = None  # per cent of the earlier, to two decimals; None between shares, and from zero
    growth_range: tuple[Decimal, Decimal] | None = None  # what rounding leaves open; None where nothing was rounded
    notes: tuple[str, ...] = ()

    @property
    def years(self) -> int:
        """How many years lie between the two."""
        return self.later.year - self.earlier.year


def changes(
    store: Source, lexicon: Lexicon, options: Options | None = None, indicator: str | None = None
) -> tuple[Change, ...]:
    """Return what can be compared between years, and what can not, sorted by region, measure and years.

    Args:
        store: the built graph.
        lexicon: of the words that name months, and of those that announce.
        options: region, reform and years to keep.
        indicator: IRI of the only indicator wanted.
    """
    groups = sides(store, lexicon, options, indicator)
    found = [change for group in groups.values() for change in _paired(group)]
    return tuple(sorted((*found, *_redefined(groups)), key=_order))


def _order(change: Change) -> tuple[object, ...]:
    one, other = change.earlier, change.later
    where = (one.code or "~", one.region, one.measure, one.reform, one.platform)
    return (*where, one.period, other.period, bool(change.refused), one.base, other.base, one.evidence, other.evidence)


def _paired(group: Sequence[Side]) -> Iterator[Change]:
    """Yield each figure with the next year in which it is stated, then what is left of two years with the reasons."""
    for old, new in pairwise(_by_year(group)):
        ranked = [(differences(a, b), i, k) for i, a in enumerate(old) for k, b in enumerate(new) if not foreign(a, b)]
        taken: tuple[set[int], set[int]] = set(), set()
        for reasons, i, k in sorted(ranked, key=lambda r: (len(r[0]), r[1], r[2])):
            if i not in taken[0] and k not in taken[1]:
                taken[0].add(i)
                taken[1].add(k)
                yield _change(old[i], new[k], reasons)


def _by_year(group: Iterable[Side]) -> list[list[Side]]:
    years: dict[int, list[Side]] = defaultdict(list)
    for side in group:
        years[side.year].append(side)
    return [years[year] for year in sorted(years)]


def _redefined(groups: Mapping[tuple[str, str], Sequence[Side]]) -> Iterator[Change]:
    """Yield what is phrased alike in two years, but is one indicator in the first and another, or none, in the next."""
    phrases: dict[tuple[str, str], list[Side]] = defaultdict(list)
    for (region, _), group in groups.items():
        for side in group:
            phrases[region, side.base].append(side)
    for group in phrases.values():
        for old, new in pairwise(_by_year(group)):
            if not {side.measure for side in old} & {side.measure for side in new} and not foreign(old[0], new[0]):
                yield _change(old[0], new[0], differences(old[0], new[0]))


def _change(earlier: Side, later: Side, reasons: tuple[str, ...]) -> Change:
    refused = (*reasons, *unusable(earlier, later))
    if refused:
        return Change(earlier, later, refused)
    difference, unit = apart(earlier, later)
    notes = list(remarks(earlier, later))
    if difference and abs(difference) < max(earlier.step, later.step):
        notes.append("the difference is within rounding")
    if later.year > earlier.year + 1:
        notes.append("not of years that follow each other")
    if earlier.unit in HUNDRED:
        return Change(earlier, later, (), difference, unit, notes=tuple(notes))
    if not earlier.value:
        notes.append("no growth from zero")
    return Change(earlier, later, (), difference, unit, *_growth(earlier, later), tuple(notes))


def _growth(earlier: Side, later: Side) -> tuple[Decimal | None, tuple[Decimal, Decimal] | None]:
    """Return the growth in per cent, and between which values the written digits leave it."""
    a, b = earlier.value, later.value
    if not a or b is None or a < 0:
        return None, None
    growth = (100 * (b - a) / a).quantize(CENT, ROUND_HALF_EVEN)
    least, most = a - earlier.step / 2, a + earlier.step / 2
    if not (earlier.step or later.step) or least <= 0:
        return growth, None
    ends = [100 * (b + sign * later.step / 2) / past - 100 for sign in (-1, 1) for past in (least, most)]
    return growth, (min(ends).quantize(CENT), max(ends).quantize(CENT))
