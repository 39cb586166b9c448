"""Checks of a text's arithmetic as properties of the graph: what is claimed, from what, within which bounds, the grade.

In: a check, and the IRIs of the figures of its report. Out: pairs of predicate and value. Out of scope: the rest of the
graph (`graph`), and the checks themselves (`audit`).
"""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from kg.checks.claims import Check, Grade, Range
from kg.graph.nquads import P, decimal, literal
from kg.model import Span

GRADES = {Grade.FOLLOWS: "kg:follows", Grade.ROUNDED: "kg:withinRounding", Grade.FAILS: "kg:doesNotFollow"}
PLACES = Decimal("1e-10")
"""To which a derived figure is written: far beyond the digits of any report."""


def verdict(check: Check, figures: Mapping[Span, str]) -> Iterator[tuple[str, str | None]]:
    """Yield what the graph says of a check beside its source.

    Args:
        check: of a report.
        figures: the IRIs of the report's observations, by the span of number and unit.
    """
    yield "rdf:type", P["kg:Check"]
    yield "kg:checkKind", literal(str(check.kind))
    yield "kg:claims", f"<{figures[check.claimed.span]}>"
    for operand in check.operands:
        yield "kg:operand", f"<{figures[operand.span]}>"
    yield "kg:derivation", literal(check.formula)
    yield "kg:derived", _exact(check.derived)
    yield from _bounds("allowed", check.allowed)
    yield from _bounds("possible", check.possible)
    yield "kg:grade", P[GRADES[check.grade]]
    yield "kg:remark", literal(check.note) if check.note else None


def _bounds(name: str, bounds: Range) -> Iterator[tuple[str, str]]:
    yield f"kg:{name}Low", _exact(bounds.low)
    yield f"kg:{name}High", _exact(bounds.high)


def _exact(value: Fraction) -> str:
    """Write a fraction, exactly where it ends."""
    found = Decimal(value.numerator) / Decimal(value.denominator)
    return decimal(found if Fraction(found) == value else found.quantize(PLACES, ROUND_HALF_EVEN))
