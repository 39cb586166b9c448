"""What an audit is made of: figures as exact fractions, what their digits leave open, and the verdict on a claim.

In: a quantity and the text that it stands in. Out: `Figure`, `Range`, `Check`. Out of scope: which figures a text
relates (`sums`, `shares`, `changes`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import product

from kg.model import Quantity, Span

_DIGITS = re.compile(r"\d[\d,]*+(?:\.(\d++))?")
_PART_OF = re.compile(r"/|分之")
_TENTHS = "成"
HUNDRED = {"%": 100, "‰": 1_000, "‱": 10_000}
"""What a whole is in the units of a share."""
MOST_CORNERS = 4  # operands whose ranges are tried in every combination; more are only ever added up


class Kind(StrEnum):
    """What sort of arithmetic a text implies."""

    SUM = "sum"  # parts and whole
    RATIO = "ratio"  # a share of a count
    DIFFERENCE = "difference"  # from A to B, by C
    GROWTH = "growth"  # against a base that the text gives
    REPEAT = "repeat"  # the same figure stated twice
    EXCESS = "excess"  # a share of more than all


class Grade(StrEnum):
    """How a claim stands to the counts beside it. Never 'false': the official formula may be another."""

    FOLLOWS = "follows"
    ROUNDED = "within rounding"
    FAILS = "does not follow from the counts in the text"


@dataclass(frozen=True, slots=True)
class Range:
    """All values from low to high, ends included."""

    low: Fraction
    high: Fraction

    def meets(self, other: "Range") -> bool:
        """Tell whether the ranges share a value."""
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the text, exact, and what one in its last digit is worth."""

    span: Span  # number with its unit
    written: str
    value: Fraction
    unit: str | None
    step: Fraction  # 0 for a plain count, which is not rounded

    @property
    def range(self) -> Range:
        """What the number may have been before it was rounded."""
        return Range(self.value - self.step / 2, self.value + self.step / 2)


@dataclass(frozen=True, slots=True)
class Check:
    """A claim of the text, what it follows from, and whether it does."""

    kind: Kind
    rule: str
    claimed: Figure
    operands: tuple[Figure, ...]
    formula: str  # 583 ÷ 597
    derived: Fraction
    allowed: Range  # what the claimed figure may stand for, as precisely as it is written
    possible: Range  # what the derived one may be, as precisely as the operands are written
    grade: Grade
    evidence: Span  # the sentence of the claim
    note: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """How a figure is derived, and how that is written: {} in the place of each operand."""

    derive: Callable[[Sequence[Fraction]], Fraction]
    written: str


def figure(quantity: Quantity, folded: str) -> Figure:
    """Return a quantity as an exact figure.

    >>> from kg.model import Span
    >>> text = "办件18.67万件"
    >>> found = figure(Quantity(Span(2, 9), Span(2, 8), Decimal(186700), "件"), text)
    >>> int(found.value), int(found.step)
    (186700, 100)
    """
    number = quantity.number.of(folded)
    value = Fraction(quantity.value)
    if _PART_OF.search(number) and quantity.unit not in HUNDRED:
        value = value.limit_denominator(1_000)  # 三分之一
    return Figure(quantity.span, quantity.span.of(folded), value, quantity.unit, _step(number, quantity, value, folded))


def _step(number: str, quantity: Quantity, value: Fraction, folded: str) -> Fraction:
    found = list(_DIGITS.finditer(number))
    share = quantity.unit in HUNDRED
    if len(found) != 1 or _PART_OF.search(number):
        if not share:
            return Fraction(0)
        return Fraction(10 if quantity.span.of(folded).endswith(_TENTHS) else 1)
    mantissa = Fraction(Decimal(found[0].group().replace(",", "")))
    scale = abs(value / mantissa) if mantissa else Fraction(1)
    decimals = len(found[0][1] or "")
    if scale == 1 and not decimals and not share and quantity.unit not in _ALWAYS_ROUNDED:
        return Fraction(0)
    return scale / Fraction(10) ** decimals


_ALWAYS_ROUNDED = ("个百分点", "倍")


def check(
    kind: Kind,
    rule: str,
    claimed: Figure,
    operands: Sequence[Figure],
    formula: Formula,
    evidence: Span,
    *,
    strict: bool,
) -> Check | None:
    """Return the verdict on a claim; None where it doesn't follow and the wording isn't strict about the relation.

    Args:
        kind: of arithmetic.
        rule: id of the rule that related the figures.
        claimed: what the text says.
        operands: what it follows from, in the order in which the formula takes them.
        formula: how.
        evidence: the sentence.
        strict: the wording alone tells that the claim is derived from the operands; else it takes a fit to tell.
    """
    derived = formula.derive([o.value for o in operands])
    possible, allowed = _possible(operands, formula), claimed.range
    note = ""
    if derived == claimed.value:
        grade = Grade.FOLLOWS
    elif possible.meets(allowed):
        grade = Grade.ROUNDED
    elif claimed.value <= derived < claimed.value + claimed.step:
        grade, note = Grade.ROUNDED, "cut off, not rounded"
    elif strict:
        grade = Grade.FAILS
    else:
        return None
    written = formula.written.format(*(plain(o.value) for o in operands))
    return Check(kind, rule, claimed, tuple(operands), written, derived, allowed, possible, grade, evidence, note)


def _possible(operands: Sequence[Figure], formula: Formula) -> Range:
    """Return what the derived figure may be: a formula takes its extremes at the ends of the operands' ranges."""
    ends = [(o.range.low, o.range.high) if o.step else (o.value,) for o in operands]
    if len(operands) > MOST_CORNERS:
        corners = [[e[0] for e in ends], [e[-1] for e in ends]]
    else:
        corners = [list(corner) for corner in product(*ends)]
    found = [formula.derive(corner) for corner in corners]
    return Range(min(found), max(found))


def added(count: int) -> Formula:
    """Return the sum of so many operands."""
    return Formula(lambda v: sum(v, Fraction(0)), " + ".join(["{}"] * count))


def share(unit: str | None) -> Formula:
    """Return the first operand over the second, in a unit of shares; a share of nothing is nothing."""
    whole = HUNDRED.get(unit or "", 1)
    return Formula(
        lambda v: v[0] / v[1] * whole if v[1] else Fraction(0), "{} ÷ {}" + (f" × {whole}" if whole > 1 else "")
    )


LESS = Formula(lambda v: v[0] - v[1], "{} - {}")
"""The first operand less the second."""


def change(unit: str | None, *, down: bool) -> Formula:
    """Return the change from the first operand to the second, over the first."""
    whole = HUNDRED.get(unit or "", 1)
    tail = f" × {whole}" if whole > 1 else ""
    if down:
        return Formula(lambda v: (v[0] - v[1]) / v[0] * whole if v[0] else Fraction(0), "({0} - {1}) ÷ {0}" + tail)
    return Formula(lambda v: (v[1] - v[0]) / v[0] * whole if v[0] else Fraction(0), "({1} - {0}) ÷ {0}" + tail)


def plain(value: Fraction, digits: int = 4) -> str:
    """Write a fraction as people do: whole, or with so many decimals at most.

    >>> plain(Fraction(583 * 100, 597)), plain(Fraction(15)), plain(Fraction(1, 4))
    ('97.6549', '15', '0.25')
    """
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(round(value, digits)):.{digits}f}".rstrip("0").rstrip(".")
