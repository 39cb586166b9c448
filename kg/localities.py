"""Places below the county, and zones, by the form of their name: 曲塘镇, 河口村, 青田高新区.

In: folded text, cue words, the names of the gazetteer as they were settled. Out: `Locality`s. No list holds such
names, so each needs a clear left edge (a mark, a preposition, the division that it lies in) and, where that division
isn't before it, a right side that bears it out, or a second place in the report. Out of scope: codes.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.lexicon import Lexicon
from kg.model import Span
from kg.places import Form, Need, Sighting

SHORTEST, LONGEST = 2, 4  # characters before the kind: 曲塘|镇, 延吉新村|街道
EDGE = 4  # characters of the longest edge


@dataclass(frozen=True, slots=True)
class Locality:
    """A place that the gazetteer doesn't hold."""

    span: Span
    rule: str  # town, village, zone-form
    sure: bool  # the division that it lies in stands right before it


@dataclass(frozen=True)
class _Rules:
    head: re.Pattern[str]  # the kinds of place, by group
    part: re.Pattern[str]  # a part of a free trade zone
    not_next: re.Pattern[str]
    bears_out: re.Pattern[str]
    edge: re.Pattern[str]
    generic: dict[str, re.Pattern[str]]  # by group of `head`: names that are none
    never: re.Pattern[str]  # what no such name holds
    joint: re.Pattern[str]


@lru_cache(maxsize=4)
def _rules(lexicon: Lexicon) -> _Rules:
    words = lexicon.alternation
    no_town = re.compile(rf"{words('region-town-generic')}+|.*{words('region-town-last')}")
    return _Rules(
        re.compile("|".join(f"(?P<{g}>{words(f'region-{g}-head')})" for g in ("zone", "town", "village"))),
        re.compile(rf"{words('region-zone-whole')}\w{{2,6}}?{words('region-zone-part')}"),
        re.compile(words("region-town-not-next")),
        re.compile(rf"\Z|\n|{words('region-town-next')}"),
        re.compile(rf"(?:^|\W|{words('region-town-edge')})(?P<name>\w{{{SHORTEST},{LONGEST}}})$"),
        {"town": no_town, "village": no_town, "zone": re.compile(rf"{words('region-zone-generic')}+")},
        re.compile(words("name-cut", "region-place-never")),
        re.compile(rf"\s?{words('region-joint')}\s?"),
    )


def find_localities(folded: str, settled: Sequence[Sighting], lexicon: Lexicon) -> list[Locality]:
    """Return the townships, villages and zones that a text names, in its order."""
    rules = _rules(lexicon)
    candidates = list(_candidates(folded, settled, rules))
    often = Counter(c.span.of(folded) for c in candidates)
    kept: list[Locality] = []
    for one in candidates:
        named_again = often[one.span.of(folded)] > 1
        after_town = bool(kept) and kept[-1].span.end == one.span.start
        listed = (
            bool(kept)
            and kept[-1].rule == one.rule
            and rules.joint.fullmatch(folded, kept[-1].span.end, one.span.start)
        )
        borne_out = one.rule == "town" and rules.bears_out.match(folded, one.span.end)
        if one.sure or after_town or listed or borne_out or (named_again and one.rule != "village"):
            kept.append(one)
    known = {k.span.of(folded) for k in kept}
    found = [c for c in candidates if c.span.of(folded) in known]
    found += [Locality(Span(*m.span()), "zone-form", sure=True) for m in rules.part.finditer(folded)]
    return sorted(found, key=lambda f: f.span)


def _candidates(folded: str, settled: Sequence[Sighting], rules: _Rules) -> Iterator[Locality]:
    """Yield what has the form of a locality, and a left edge."""
    ends = {s.span.end: s for s in settled if s.surface.form != Form.LOW or s.counts}
    named = {at for s in settled if s.surface.form != Form.LOW for at in range(s.span.start, s.span.end)}
    reached = 0
    for m in rules.head.finditer(folded):
        kind, start, end = str(m.lastgroup), m.start(), m.end()
        if start in named or (kind != "zone" and rules.not_next.match(folded, end)):
            continue
        found = _named(folded, start, ends, kind, rules, reached)
        if found is not None:
            begin, sure = found
            yield Locality(Span(begin, end), "zone-form" if kind == "zone" else kind, sure)
            reached = end


def _named(
    folded: str, start: int, ends: dict[int, Sighting], kind: str, rules: _Rules, reached: int
) -> tuple[int, bool] | None:
    """Return where the name before the kind begins, and whether its division stands before it."""
    before = ends.get(start)
    if kind == "zone" and before and before.division and before.division.level in ("prefecture", "county"):
        return start - len(before.surface.text), True
    for size in range(SHORTEST, LONGEST + 1):
        begin = start - size
        divided = begin in ends and ends[begin].surface.form != Form.ZONE and ends[begin].division is not None
        if (divided or (begin == reached and reached)) and _proper(folded[begin:start], kind, rules):
            return begin, True
    m = rules.edge.search(folded, max(0, start - LONGEST - EDGE), start)
    if m and m.start("name") >= reached and _proper(m["name"], kind, rules):
        return m.start("name"), False
    return None


def _proper(name: str, kind: str, rules: _Rules) -> bool:
    """Tell whether the characters before a kind may be a name."""
    return name.isalpha() and not rules.generic[kind].fullmatch(name) and not rules.never.search(name)
