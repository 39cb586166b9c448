"""Where a text has the names of divisions and zones that the gazetteer holds.

In: folded text, cue words, gazetteer. Out: `Sighting`s, with all that each can mean. How surely a name is one, and what
it needs beside it, follows from its form alone. Out of scope: what a name means (`settle`), and names that no list
holds (`localities`).
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from kg.model import Span
from kg.terms.gazetteer import Division, Gazetteer
from kg.terms.lexicon import Lexicon
from kg.text.fold import fold

GAP = 8  # characters between a short name and the tail of an organisation's name: 青海 | 师范大学藏语智能 | 实验室
OFFICIAL = 3  # characters from which a suffix makes a name unmistakable: 和县 is also 和 + 县


class Form(IntEnum):
    """How a name tells that it is one of a division."""

    DECOY = 0  # not at all: a longer word that hides the names within it
    FULL = 1  # by its suffix: 沙县区
    ZONE = 2  # by the kind of zone
    HIGH = 3  # short name of a province or prefecture
    LOW = 4  # short name of a county


class Need(IntEnum):
    """What a name needs beyond itself to count."""

    NOTHING = 0
    EDGE = 1  # a clear left edge, or other evidence in the report
    COMPANY = 2  # its parent before it, a sibling beside it, or a report that is about it
    PARENT = 3  # the same, but a report about it is not enough


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A name and all that it can mean."""

    text: str
    form: Form
    need: Need
    divisions: tuple[Division, ...]  # whose official name it is, then whose short one, then whose former one
    uses: tuple[int, ...]  # how many divisions each of the three has

    def by_use(self) -> Iterator[tuple[Division, ...]]:
        """Yield the divisions of each use."""
        start = 0
        for count in self.uses:
            yield self.divisions[start : start + count]
            start += count


class Sighting(NamedTuple):
    """A name in the text."""

    span: Span  # of a joined path where it ends one: 三明市沙县区
    surface: Surface
    division: Division | None = None  # what it means; None where that can't be told
    counts: bool = False  # whether it is a mention: not so within another name, or where its need is not met


@dataclass(frozen=True, eq=False)
class Names:
    """The names as one automaton, and the patterns of what stands beside them."""

    gazetteer: Gazetteer
    automaton: AhoCorasick
    surfaces: tuple[Surface, ...]
    other_word: re.Pattern[str]  # a suffix that the next character turns into another word
    inner: re.Pattern[str]  # what shows that a suffix belongs to what follows
    feature: re.Pattern[str]  # what follows the name of a road, a station, a dish
    organisation: re.Pattern[str]  # the rest of an organisation's name
    platform: re.Pattern[str]
    verb: re.Pattern[str]  # words that no name holds
    joint: re.Pattern[str]  # what stands between the members of a list
    edge: re.Pattern[str]  # what may end right before a name


@lru_cache(maxsize=4)
def names(lexicon: Lexicon, gazetteer: Gazetteer) -> Names:
    """Build the automaton and the patterns, once for a lexicon and a gazetteer."""
    surfaces = [Surface(text, Form.DECOY, Need.NOTHING, (), ()) for text in lexicon.words("region-lookalike")]
    surfaces += [_surface(text, ds, lexicon) for text, ds in gazetteer.surfaces().items() if len(text) > 1]
    gap = rf"(?P<gap>[\w·“”‘’\"（）()—-]{{0,{GAP}}}?)"
    alternation = lexicon.alternation
    return Names(
        gazetteer,
        AhoCorasick([s.text for s in surfaces]),
        tuple(surfaces),
        re.compile(alternation("region-suffix-next")),
        re.compile(alternation("region-suffix-inner")),
        re.compile(f"(?!{alternation('region-feature-word')}){alternation('region-feature-next')}"),
        re.compile(gap + alternation("region-organisation")),
        re.compile(gap + alternation("region-platform")),
        re.compile(alternation("name-cut", "region-particle", "region-joint")),
        re.compile(rf"\s?{alternation('region-joint')}\s?"),
        re.compile(rf"(?:^|\W|{alternation('region-town-edge')})$"),
    )


def _surface(text: str, divisions: tuple[Division, ...], lexicon: Lexicon) -> Surface:
    common, generic = lexicon.words("region-common-word"), lexicon.words("region-generic")
    suffix = next((s for s in lexicon.words("region-suffix") if text.endswith(s)), "")
    uses: tuple[list[Division], ...] = ([], [], [])
    for division in divisions:
        uses[_use(text, division)].append(division)
    ordered = (*uses[0], *uses[1], *uses[2])
    counts = tuple(map(len, uses))
    if all(d.level == "zone" for d in divisions):
        return Surface(text, Form.ZONE, Need.NOTHING, ordered, counts)
    if suffix and (uses[0] or uses[2] or len(text) >= OFFICIAL):
        doubtful = len(text) < OFFICIAL or text.removesuffix(suffix) in common
        need = Need.COMPANY if text in {*generic, *common} else Need.EDGE if doubtful else Need.NOTHING
        return Surface(text, Form.FULL, need, ordered, counts)
    common_need = Need.PARENT if text in lexicon.words("region-everyday") else Need.COMPANY
    if all(d.level in ("county", "zone") for d in divisions):
        return Surface(text, Form.LOW, common_need if text in common else Need.EDGE, ordered, counts)
    plain = any(text == d.short[0] for d in divisions if d.short)  # 杭州, not 呼市
    need = common_need if text in common else Need.NOTHING if plain or len(text) >= OFFICIAL else Need.EDGE
    return Surface(text, Form.HIGH, need, ordered, counts)


def _use(text: str, division: Division) -> int:
    """Tell whether a name is the division's official one (0), a short one (1) or a former one (2)."""
    if text not in division.names:  # folded: 干县 for 乾县
        text = next(name for name in division.names if fold(name) == text)
    return 0 if text == division.name else 1 if text in division.short else 2


@lru_cache(maxsize=16)  # which region a report is about is asked before which regions it names
def sight(folded: str, table: Names) -> tuple[Sighting, ...]:
    """Return the names in the order of the text, none overlapping another, none with a meaning yet.

    Sure names beat short names of counties; among either, the leftmost and then the longest wins.
    """
    sure: list[tuple[int, int, Surface]] = []
    unsure: list[tuple[int, int, Surface]] = []
    surfaces, other_word = table.surfaces, table.other_word
    for number, start, end in table.automaton.find_matches_as_indexes(folded, overlapping=True):
        surface = surfaces[number]
        if surface.form == Form.LOW:
            unsure.append((start, end, surface))
        elif surface.form != Form.FULL or not other_word.match(folded, end - 1):
            sure.append((start, end, surface))
    kept = _leftmost(sure)
    starts = [start for start, _, _ in kept]
    free = []
    for start, end, surface in unsure:
        at = bisect_left(starts, end)
        if at == 0 or kept[at - 1][1] <= start:
            free.append((start, end, surface))
    found = sorted([*kept, *_leftmost(free)], key=lambda hit: hit[0])
    return tuple(Sighting(Span(start, end), surface) for start, end, surface in found if surface.form != Form.DECOY)


def _leftmost(hits: list[tuple[int, int, Surface]]) -> list[tuple[int, int, Surface]]:
    kept: list[tuple[int, int, Surface]] = []
    reached = 0
    for hit in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if hit[0] >= reached:
            kept.append(hit)
            reached = hit[1]
    return kept
