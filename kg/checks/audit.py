"""The arithmetic that a report implies, checked: parts and whole, shares, differences, growth, repeats, excess.

In: the extraction of a report. Out: checks, in the order of the claims. Only what the wording relates is checked: a
wrong pairing is worse than a missed one, and where the wording leaves it open, only figures that fit are reported. What
doesn't follow from the counts in the text need not be false: the official formula may be another. Open `sums`, `shares`
and `changes` for the rules; here are those that need no sentence of their own:

- `stated twice`: one indicator, region, period, reform and platform with two values;
- `over all`: a share of more than 100%.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations

from kg.checks.changes import changes
from kg.checks.claims import HUNDRED, Check, Figure, Grade, Kind, Range, figure, plain
from kg.checks.series import clean, series
from kg.checks.shares import shares
from kg.checks.sums import sums
from kg.model import Extraction, Modality, Observation, Span
from kg.terms.lexicon import Lexicon

READABLE = 5  # characters of a phrase; what is shorter (办件, 企业) is too general to be one thing twice (2026-11)
AROUND = 40  # characters before a figure in which a time or a place of its own may stand


def audit(extraction: Extraction, lexicon: Lexicon) -> tuple[Check, ...]:
    """Return the checks that the wording of a report implies, each claim by the first rule that explains it."""
    found: dict[tuple[Span, Kind], Check] = {}
    for one in series(extraction):
        for rule in (sums, shares, changes):
            for each in rule(one, lexicon):
                found.setdefault((each.claimed.span, each.kind), each)
    for each in (*_excesses(extraction, lexicon), *_repeats(extraction, lexicon)):
        found.setdefault((each.claimed.span, each.kind), each)
    return tuple(sorted(found.values(), key=lambda c: (c.claimed.span, c.kind)))


def as_row(check: Check, path: str, text: str) -> dict[str, object]:
    """Return a check as a row for tables and JSON; offsets count code points of the text."""
    claimed = check.claimed
    return {
        "file": path,
        "start": claimed.span.start,
        "end": claimed.span.end,
        "kind": str(check.kind),
        "rule": check.rule,
        "claimed": claimed.written,
        "operands": [{"start": o.span.start, "end": o.span.end, "text": o.written} for o in check.operands],
        "formula": check.formula,
        "derived": plain(check.derived),
        "allowed": [plain(check.allowed.low), plain(check.allowed.high)],
        "possible": [plain(check.possible.low), plain(check.possible.high)],
        "grade": str(check.grade),
        "note": check.note or None,
        "evidence": check.evidence.of(text),
    }


def _excesses(extraction: Extraction, lexicon: Lexicon) -> Iterator[Check]:
    bounded = _bounded(lexicon)
    seen: set[Span] = set()
    folded = extraction.document.folded
    for o in extraction.observations:
        whole = HUNDRED.get(o.quantity.unit or "")
        if whole is None or o.quantity.value <= whole or o.quantity.span in seen or o.modality is Modality.TARGET:
            continue
        seen.add(o.quantity.span)
        before = clean(folded[max(o.evidence.start, o.quantity.span.start - AROUND) : o.quantity.span.start])
        if bounded.search(before):
            claimed = figure(o.quantity, folded)
            yield _plain(Kind.EXCESS, "over all", claimed, (), Fraction(whole), f"at most {whole}", o.evidence)


@cache
def _bounded(lexicon: Lexicon) -> re.Pattern[str]:
    """Return what matches a bounded rate before its number, and no longer name that ends like one."""
    cue = lexicon.alternation
    return re.compile(f"(?:^|.)(?<!{')(?<!'.join(_heads(lexicon))}){cue('audit-bounded')}(?:{cue('audit-copula')})*$")


def _heads(lexicon: Lexicon) -> list[str]:
    """Return what turns a bounded rate into one that is not: 拨备 before 覆盖率."""
    bounded = lexicon.words("audit-bounded")
    return [w.removesuffix(b) for w in lexicon.words("audit-unbounded") for b in bounded if w.endswith(b)]


def _repeats(extraction: Extraction, lexicon: Lexicon) -> Iterator[Check]:
    """Yield figures that are stated twice with values that no rounding reconciles."""
    cells: dict[tuple[object, ...], list[Observation]] = {}
    folded = extraction.document.folded
    narrower = _narrower(lexicon)
    for o in extraction.observations:
        around = folded[max(o.evidence.start, o.quantity.span.start - AROUND) : o.quantity.span.start]
        sure = o.modality is Modality.ACTUAL and not o.quantity.approximate and not o.quantity.bound
        named = o.canonical or o.reform or o.platform  # what is said of the general business is too often a list
        direct = o.rule in _PLAIN and named is not None and len(o.indicator) >= READABLE
        if sure and direct and not narrower.search(around):
            key = (o.indicator, o.canonical, o.region, o.period, o.reform, o.platform, o.agency, o.quantity.unit)
            cells.setdefault(key, []).append(o)
    for (name, *_), stated in cells.items():
        yield from _twice(str(name), stated, folded)


_PLAIN = ("stated", "counted")
"""Rules whose phrase is the report's own words beside the number, not carried from elsewhere."""


def _twice(name: str, stated: Sequence[Observation], folded: str) -> Iterator[Check]:
    figures = [(figure(o.quantity, folded), o.evidence) for o in stated]
    for (first, here), (second, there) in combinations(figures, 2):
        if here == there or first.span == second.span or len(figures) > 2:  # noqa: PLR2004  more are a list of things
            continue
        if abs(first.value - second.value) >= max(first.step, second.step, Fraction(1, 1000)):
            yield _plain(Kind.REPEAT, "stated twice", second, (first,), first.value, name, there)
        elif first.value != second.value:
            each = _plain(Kind.REPEAT, "stated twice", second, (first,), first.value, name, there, Grade.ROUNDED)
            yield each


@cache
def _narrower(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(lexicon.alternation("audit-span-of-time", "audit-part-of-place", "audit-of-which"))


def _plain(  # noqa: PLR0913, PLR0917  a part of a check each
    kind: Kind,
    rule: str,
    claimed: Figure,
    operands: tuple[Figure, ...],
    derived: Fraction,
    formula: str,
    evidence: Span,
    grade: Grade = Grade.FAILS,
) -> Check:
    possible = operands[0].range if operands else Range(derived, derived)
    return Check(kind, rule, claimed, operands, formula, derived, claimed.range, possible, grade, evidence)
