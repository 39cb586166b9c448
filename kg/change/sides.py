"""Figures made ready to be set against each other: one a cell and stretch of its year, and in what two of them differ.

In: a store and the lexicon. Out: `Side`s, each with the measure by which others are found, and the reasons for which
two are not of one thing. Out of scope: which are compared (`trend`, `aims`).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kg.ask.conflicts import Cell, cells, told
from kg.ask.query import Source
from kg.change.evidence import Evidence, of_line
from kg.checks.claims import HUNDRED
from kg.exports.selection import Options, year_of
from kg.facts.canonical import base, core
from kg.facts.stretches import Stretch
from kg.terms.lexicon import Lexicon

READABLE = 5  # characters of a phrase; what is shorter and of no list, reform or platform is too general (2026-11)
POINTS = "个百分点"
_NAMED = ("indicator", "reform", "platform")


@dataclass(frozen=True, slots=True)
class Side:
    """What a region's reports state for one period."""

    region: str
    code: str  # GB/T 2260; empty where it has none
    region_iri: str
    measure: str  # the indicator, else the phrase: what is looked for in other years
    base: str  # the measure as the report phrases it
    basis: str  # of that, what tells it from others of the measure
    indicator: str
    reform: str
    platform: str
    agency: str
    period: str  # year, or year and month
    stretch: Stretch | None  # the months of it that the figure covers; None: all
    value: Decimal | None  # None where the statements differ
    step: Decimal  # what one in its last written digit is worth; 0 for a plain count
    unit: str
    approximate: bool  # the report says about, or more than
    bound: bool  # a floor or ceiling
    conflict: str  # the statements that differ; empty where they agree
    evidence: tuple[Evidence, ...]  # of the value; of all statements where they differ

    @property
    def year(self) -> int:
        """The year that it is of."""
        return int(self.period[:4])

    @property
    def length(self) -> str:
        """Its period in words: 2024, or months 1-6 of 2024."""
        return f"{self.stretch} of {self.period}" if self.stretch else self.period


def sides(
    store: Source,
    lexicon: Lexicon,
    options: Options | None = None,
    indicator: str | None = None,
    modality: str = "actual",
) -> dict[tuple[str, str], list[Side]]:
    """Return the figures of regions and years by region and measure, each list in the order of its periods.

    Args:
        store: the built graph.
        lexicon: of the words that announce.
        options: region, reform and years to keep.
        indicator: IRI of the only indicator wanted.
        modality: actual or target.
    """
    found: dict[tuple[str, str], list[Side]] = defaultdict(list)
    for cell in cells(store, options):
        wanted = indicator in (None, cell.of("indicator_iri"))
        if wanted and cell.of("modality") == modality and _tellable(cell):
            side = _side(cell, lexicon)
            found[side.region_iri, side.measure].append(side)
    return found


def _tellable(cell: Cell) -> bool:
    """Tell whether a cell is of a region and year, and of a thing that can be told again in another year."""
    named = any(cell.of(name) for name in _NAMED) or len(cell.of("phrase")) >= READABLE
    return bool(cell.of("region_iri") and year_of(cell.of("period"))) and named


def _side(cell: Cell, lexicon: Lexicon) -> Side:
    best = cell.best
    kept = [best] if best else cell.statements
    phrase, indicator = cell.of("phrase"), cell.of("indicator")
    return Side(
        region=cell.of("region"),
        code=cell.of("region_code"),
        region_iri=cell.of("region_iri"),
        measure=indicator or core(phrase, lexicon),
        base=phrase,
        basis=base(phrase, indicator, lexicon),
        indicator=indicator,
        reform=cell.of("reform"),
        platform=cell.of("platform"),
        agency=cell.of("agency"),
        period=cell.of("period"),
        stretch=cell.stretch,
        value=Decimal(best["value"]) if best else None,
        step=_step(best) if best else Decimal(0),
        unit=cell.of("unit"),
        approximate=any(line["approximate"] == "true" for line in kept),
        bound=any(line["bound"] == "true" for line in kept),
        conflict="" if best else "; ".join(told(line) for line in cell.statements),
        evidence=tuple(sorted(map(of_line, kept))),
    )


def _step(line: Mapping[str, str]) -> Decimal:
    precision = Decimal(line["precision"] or 0)
    return Decimal(0) if precision == 1 and line["unit"] not in HUNDRED else precision


def foreign(one: Side, other: Side) -> bool:
    """Tell whether two figures are of two reforms, platforms or bodies, each named: nobody would compare them."""
    pairs = ((one.reform, other.reform), (one.platform, other.platform), (one.agency, other.agency))
    return any(a and b and a != b for a, b in pairs)


def differences(one: Side, other: Side) -> tuple[str, ...]:
    """Return the reasons for which two figures, each in its year, are not of one thing."""
    pairs = (
        ("definition", one.indicator == other.indicator, one.indicator, other.indicator),
        ("base", one.basis == other.basis, one.base, other.base),
        ("unit", one.unit == other.unit, one.unit, other.unit),
        ("reform", one.reform == other.reform, one.reform, other.reform),
        ("platform", one.platform == other.platform, one.platform, other.platform),
        ("body", one.agency == other.agency, one.agency, other.agency),
    )
    found = [f"{name}: {a or 'none'} / {b or 'none'}" for name, alike, a, b in pairs if not alike]
    if (one.stretch, one.period[4:]) != (other.stretch, other.period[4:]):
        found.append(f"length of period: {one.length} / {other.length}")
    return tuple(found)


def unusable(*these: Side) -> tuple[str, ...]:
    """Return the reasons for which a figure can't be reckoned with: statements that differ, a limit."""
    differing = [f"statements of {side.period} differ: {side.conflict}" for side in these if side.conflict]
    return (*differing, *(f"{side.period} is a limit, not a value" for side in these if side.bound))


def apart(one: Side, other: Side) -> tuple[Decimal | None, str]:
    """Return how much the other is above the one, and in which unit: percentage points between shares."""
    if one.value is None or other.value is None:
        return None, ""
    return other.value - one.value, POINTS if one.unit == "%" else one.unit


def remarks(*these: Side) -> tuple[str, ...]:
    """Return what to mind in comparing: inexact figures, and wordings that the terms hold to be one."""
    inexact = [f"{side.period} is approximate" for side in these if side.approximate]
    worded = list(dict.fromkeys(side.base for side in these))
    return (*inexact, *([f"worded: {' / '.join(worded)}"] if len(worded) > 1 else []))
