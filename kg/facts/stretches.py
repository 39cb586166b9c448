"""Which months of its year a figure covers, where its sentence says so: 上半年, 一季度, 1—6月, 截至6月底.

In: the words of a sentence before a figure. Out: a `Stretch`, or None, which is the report's own period. So that half a
year is never set against a whole one. Out of scope: which year (`dating`, `observations`).
"""

import re
from dataclasses import dataclass
from functools import cache

from kg.terms.lexicon import Lexicon
from kg.text.fold import fold

_NAMED = (
    "months-1-12", "months-1-6", "months-7-12", "months-1-3", "months-4-6", "months-7-9", "months-10-12", "months-1-9",
)  # fmt: skip
"""Cue sets, each named after its first and last month."""
_MONTH = r"(?<![\d.])(?P<{}>1[0-2]|0?[1-9])"
_PART = re.compile(r"[。；;！!？?\n]")
YEAR = 12  # months


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Months of a year, both included."""

    first: int
    last: int

    @property
    def whole(self) -> bool:
        """Whether it is the whole year."""
        return (self.first, self.last) == (1, YEAR)

    @property
    def months(self) -> str:
        """Its months in short.

        >>> Stretch(1, 6).months, Stretch(4, 4).months
        ('1-6', '4')
        """
        return f"{self.first}-{self.last}" if self.first < self.last else str(self.first)

    def __str__(self) -> str:
        return f"{'months' if self.first < self.last else 'month'} {self.months}"


def stretch(before: str, lexicon: Lexicon) -> Stretch | None:
    """Return the months that the words before a figure name last in its part of the sentence; None for a whole year.

    >>> from kg.terms.lexicon import load_lexicon
    >>> terms = load_lexicon()
    >>> str(stretch("1—6月办件", terms)), str(stretch("截至9月底办件", terms)), stretch("全年办件", terms)
    ('months 1-6', 'months 1-9', None)
    """
    part = _PART.split(fold(before))[-1]
    found = [m for pattern in _patterns(lexicon) for m in pattern.finditer(part)]
    if not found:
        return None
    last = max(found, key=lambda m: (m.end(), m.end() - m.start()))
    named = _named_by(last)
    return None if named.whole else named


def _named_by(m: re.Match[str]) -> Stretch:
    words = m.groupdict()
    if name := next((group for group, word in words.items() if word and group.startswith("months")), None):
        _, first, last = name.split("_")
        return Stretch(int(first), int(last))
    if words.get("since"):
        return Stretch(int(words["since"]), int(words["to"]))
    return Stretch(1, int(words["until"])) if words.get("until") else Stretch(int(words["month"]), int(words["month"]))


@cache
def _patterns(lexicon: Lexicon) -> tuple[re.Pattern[str], ...]:
    named = "|".join(f"(?P<{name.replace('-', '_')}>{lexicon.alternation(name)})" for name in _NAMED)
    year = r"(?:(?:19|20)\d\d年)?"
    return (
        re.compile(named),
        re.compile(f"{_MONTH.format('since')}月?(?:[-—－~至到]|--|——){year}{_MONTH.format('to')}月"),
        re.compile(f"{lexicon.alternation('as-it-stood')}{year}{_MONTH.format('until')}月"),
        re.compile(f"{_MONTH.format('month')}月(?![\\d至到—－~-])"),
    )
