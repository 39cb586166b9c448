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

from kg.model import Span
from kg.places.sight import Form, Sighting
from kg.terms.lexicon import Lexicon
from kg.text.jump import jump

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
    head_first: re.Pattern[str]
    part: re.Pattern[str]  # a part of a free trade zone
    not_next: re.Pattern[str]
    bears_out: re.Pattern[str]
    edge: re.Pattern[str]
    led: re.Pattern[str]  # an edge and the name behind it
    generic: dict[str, re.Pattern[str]]  # by group of `head`: names that are none
    last: re.Pattern[str]  # characters before a kind that make another word with it: 驻村
    never: re.Pattern[str]  # what no such name holds
    joint: re.Pattern[str]
    doubt: tuple[str, ...]  # kinds of town, which are also names


@lru_cache(maxsize=4)
def _rules(lexicon: Lexicon) -> _Rules:
    words = lexicon.alternation
    no_town = re.compile(rf"{words('region-town-generic')}++")
    heads = {group: f"region-{group}-head" for group in ("zone", "town", "village")}
    return _Rules(
        re.compile("|".join(f"(?P<{group}>{words(cue)})" for group, cue in heads.items())),
        lexicon.first(*heads.values()),
        re.compile(rf"{words('region-zone-whole')}(?P<name>\w{{2,6}}?){words('region-zone-part')}"),
        re.compile(words("region-town-not-next")),
        re.compile(rf"\Z|\n|{words('region-town-next')}"),
        re.compile(rf"(?:^|\W|{words('region-town-edge')})(?P<name>\w{{{SHORTEST},{LONGEST}}})$"),
        re.compile(rf"{words('region-town-edge')}(?P<name>\w{{{SHORTEST},{LONGEST}}})"),
        {"town": no_town, "village": no_town, "zone": re.compile(rf"{words('region-zone-generic')}++")},
        re.compile(rf"\w*{words('region-town-last')}"),
        re.compile(words("name-cut", "region-place-never")),
        re.compile(rf"\s?{words('region-joint')}\s?"),
        lexicon.words("region-town-doubt"),
    )


@dataclass(frozen=True)
class _Text:
    folded: str
    ends: dict[int, Sighting]  # names that may stand before one, by where they end
    full: frozenset[int]  # characters of names that say what they are
    sure: frozenset[int]  # and of short names that need nothing
    rules: _Rules


def find_localities(folded: str, settled: Sequence[Sighting], lexicon: Lexicon) -> list[Locality]:
    """Return the townships, villages and zones that a text names, in its order."""
    rules = _rules(lexicon)
    text = _Text(
        folded,
        {s.span.end: s for s in settled if s.division and (s.surface.form != Form.LOW or s.counts)},
        _characters(settled, (Form.FULL, Form.ZONE)),
        _characters(settled, (Form.FULL, Form.ZONE, Form.HIGH)),
        rules,
    )
    candidates = list(_candidates(text))
    often = Counter(c.span.of(folded) for c in candidates)
    kept = {at for at, one in enumerate(candidates) if _borne_out(folded, one, often, rules)}
    for way in (range(len(candidates)), reversed(range(len(candidates)))):
        kept.update(at for at in way if _beside(folded, candidates, at, kept, rules))
    known = {candidates[at].span.of(folded) for at in kept}
    found = [c for c in candidates if c.span.of(folded) in known]
    parts = (m for m in rules.part.finditer(folded) if _proper(m["name"], "zone", rules))
    return sorted([*found, *(Locality(Span(*m.span()), "zone-form", sure=True) for m in parts)], key=lambda f: f.span)


def _characters(settled: Sequence[Sighting], forms: tuple[Form, ...]) -> frozenset[int]:
    return frozenset(at for s in settled if s.surface.form in forms for at in range(s.span.start, s.span.end))


def _borne_out(folded: str, one: Locality, often: Counter[str], rules: _Rules) -> bool:
    """Tell whether the place needs no other beside it."""
    surface = one.span.of(folded)
    if one.sure:
        return True
    if one.rule == "village" or surface.endswith(rules.doubt):
        return False
    return often[surface] > 1 or (one.rule == "town" and bool(rules.bears_out.match(folded, one.span.end)))


def _beside(folded: str, candidates: Sequence[Locality], at: int, kept: set[int], rules: _Rules) -> bool:
    """Tell whether the place touches a kept one (one lies in the other), or stands in a list beside one of its kind."""
    for other in {at - 1, at + 1} & kept:
        first, second = sorted((candidates[at], candidates[other]), key=lambda c: c.span)
        if first.span.end == second.span.start:
            return True
        if first.rule == second.rule and rules.joint.fullmatch(folded, first.span.end, second.span.start):
            return True
    return False


def _candidates(text: _Text) -> Iterator[Locality]:
    """Yield what has the form of a locality, and a left edge."""
    reached = 0
    for m in jump(text.rules.head_first, text.rules.head, text.folded):
        kind, start, end = str(m.lastgroup), m.start(), m.end()
        if start in text.sure or (kind != "zone" and text.rules.not_next.match(text.folded, end)):
            continue
        begin = _begin_after_division(text, start, kind, reached)
        sure = begin is not None
        if begin is None:
            begin = _begin_after_edge(text, start, kind, reached)
        if begin is not None:
            yield Locality(Span(begin, end), "zone-form" if kind == "zone" else kind, sure)
            reached = end


def _begin_after_division(text: _Text, start: int, kind: str, reached: int) -> int | None:
    """Return where the name before the kind begins, if the place that it lies in ends there."""
    before = text.ends.get(start)
    if kind == "zone":
        if before and before.division and before.division.level in ("prefecture", "county"):
            return start - len(before.surface.text)
        if before:
            return None
    for size in range(1, LONGEST + 1):
        begin = start - size
        upper = text.ends.get(begin)
        within_full = upper is not None and upper.surface.form == Form.FULL
        if size < SHORTEST and not within_full:
            continue
        others = text.full if within_full else text.sure
        if (upper or 0 < reached == begin) and others.isdisjoint(range(begin, start)):
            name = text.folded[begin:start]
            if _proper(name, kind, text.rules):
                return begin
    return None


def _begin_after_edge(text: _Text, start: int, kind: str, reached: int) -> int | None:
    """Return where the name before the kind begins, if a mark or a preposition stands there."""
    rules = text.rules
    m = rules.edge.search(text.folded, max(0, start - LONGEST - EDGE), start)
    while m:
        begin, name = m.start("name"), m["name"]
        m = rules.led.fullmatch(text.folded, begin, start)
        fits = begin >= reached and text.sure.isdisjoint(range(begin, start)) and _proper(name, kind, rules)
        if not m and fits and (kind == "zone" or not rules.last.fullmatch(name)):
            return begin
    return None


def _proper(name: str, kind: str, rules: _Rules) -> bool:
    """Tell whether a name has nothing that no such name holds."""
    return name.isalpha() and not rules.generic[kind].fullmatch(name) and not rules.never.search(name)
