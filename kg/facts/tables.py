"""What a cell of a table measures: its measure word and the headings that name it.

In: a cell (`text.tables`) and the lexicon. Out: the measure word with its scale, the spans of the headings, and whether
these make a number with no measure word a count. A measure word stands in brackets at the end of the row's or the
column's heading (办件量（万件）), in a cell of its own, or above the table (单位：件). A number with none is a count
only where a heading says so (数量, 办件量).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kg.model import Span
from kg.terms.lexicon import Lexicon
from kg.text.tables import Cell


@dataclass(frozen=True, slots=True)
class Measured:
    """What the headings of a cell say of its number."""

    unit: str | None
    scale: str  # 万 of 万件
    heads: tuple[Span, ...]  # of the row and of the column, without the measure word
    count: bool  # whether a number alone measures something there


@dataclass(frozen=True)
class _Rules:
    unit: re.Pattern[str]
    bracket: re.Pattern[str]
    caption: re.Pattern[str]
    count: re.Pattern[str]
    serial: re.Pattern[str]


@cache
def _rules(lexicon: Lexicon) -> _Rules:
    unit = f"(?P<scale>[万亿]*)(?P<unit>{'|'.join(map(re.escape, lexicon.forms('Unit')))})"
    return _Rules(
        unit=re.compile(unit),
        bracket=re.compile(f"[ ]*[（(](?:单位[:：]?)?{unit}[）)]$"),
        caption=re.compile(f"单位[:：]?[ ]?{unit}(?=[ ）)\\n]|$)"),
        count=re.compile(f"{lexicon.alternation('table-count')}(?:[（(][^（）()]*[）)])?$"),
        serial=re.compile(lexicon.alternation("table-serial")),
    )


def measured(folded: str, cell: Cell, lexicon: Lexicon) -> Measured:
    """Return what the headings of a cell say of its number."""
    rules = _rules(lexicon)
    own = next((s for s in cell.left if rules.unit.fullmatch(folded, s.start, s.end)), None)
    label = next((s for s in cell.left if s != own), None)
    named = [s for s in (label, cell.head) if s]
    heads = tuple(_bare(folded, s, rules) for s in named)
    found = next(_units(folded, cell, own, named, rules), None)
    says = found or (cell.rows > 1 and any(rules.count.search(folded, s.start, s.end) for s in named))
    count = bool(says) and not any(rules.serial.search(folded, s.start, s.end) for s in named)
    return Measured(found["unit"] if found else None, found["scale"] if found else "", heads, count)


def _units(folded: str, cell: Cell, own: Span | None, named: list[Span], rules: _Rules) -> Iterator[re.Match[str]]:
    """Yield the measure words that stand nearest: in a cell of their own, in a heading, above the table."""
    if own and (found := rules.unit.fullmatch(folded, own.start, own.end)):
        yield found
    yield from (m for s in named if (m := rules.bracket.search(folded, s.start, s.end)))
    if cell.caption and (found := rules.caption.search(folded, cell.caption.start, cell.caption.end)):
        yield found


def _bare(folded: str, head: Span, rules: _Rules) -> Span:
    found = rules.bracket.search(folded, head.start + 1, head.end)
    return Span(head.start, found.start()) if found else head
