"""Where a text names divisions and zones that the gazetteer holds, and which of them each name means.

In: folded text, cue words, gazetteer, the region that the report is about (where it is known). Out: `Sighting`s. A name
of several places is settled by its company: the parent before it, the report's region, the other names in the report;
else it means none of them. Short names are guarded by structure: they must not be part of a longer word or of the name
of an organisation. Out of scope: names that no list holds (`localities`).
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from kg.fold import fold
from kg.gazetteer import LEVELS, Division, Gazetteer
from kg.lexicon import Lexicon
from kg.model import Span

GAP = 8  # characters between a short name and the tail of an organisation's name: 青海 | 师范大学藏语智能 | 实验室
EDGE = 4  # characters of the longest word before a name
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name in the text."""

    span: Span  # of a joined path where it ends one: 三明市沙县区
    surface: Surface
    division: Division | None = None  # what it means; None where that can't be told
    counts: bool = False  # whether it is a mention: not so within another name, or where its need is not met


@dataclass(frozen=True)
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
        re.compile(alternation("name-cut", "name-particle", "region-joint")),
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
        need = Need.COMPANY if text in generic or text in common else Need.EDGE if doubtful else Need.NOTHING
        return Surface(text, Form.FULL, need, ordered, counts)
    if all(d.level in ("county", "zone") for d in divisions):
        return Surface(text, Form.LOW, Need.COMPANY if text in common else Need.EDGE, ordered, counts)
    plain = any(text == d.short[0] for d in divisions if d.short)  # 杭州, not 呼市
    need = Need.COMPANY if text in common else Need.NOTHING if plain or len(text) >= OFFICIAL else Need.EDGE
    return Surface(text, Form.HIGH, need, ordered, counts)


def _use(text: str, division: Division) -> int:
    """Tell whether a name is the division's official one (0), a short one (1) or a former one (2)."""
    if text not in division.names:  # folded: 干县 for 乾县
        text = next(name for name in division.names if fold(name) == text)
    return 0 if text == division.name else 1 if text in division.short else 2


def sight(folded: str, table: Names) -> list[Sighting]:
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
    return [Sighting(Span(start, end), surface) for start, end, surface in found if surface.form != Form.DECOY]


def _leftmost(hits: list[tuple[int, int, Surface]]) -> list[tuple[int, int, Surface]]:
    kept: list[tuple[int, int, Surface]] = []
    reached = 0
    for hit in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if hit[0] >= reached:
            kept.append(hit)
            reached = hit[1]
    return kept


class Company:
    """What a name may rely on: the report's region, and what else the report names."""

    def __init__(self, table: Names, home: Division | None, year: int | None) -> None:
        self.gazetteer, self.home, self.year = table.gazetteer, home, year
        self.chain = (*table.gazetteer.above(home), home) if home else ()  # the province first, the region itself last
        self.codes = {d.code for d in self.chain if d.code}
        self.stated: set[str] = set()  # codes of what the report names in full, and of what that lies in
        self._above: dict[Division, set[str]] = {}

    def above(self, division: Division) -> set[str]:
        """Return the codes of what the division lies in."""
        if division not in self._above:
            self._above[division] = {d.code for d in self.gazetteer.above(division)}
        return self._above[division]

    def in_force(self, surface: Surface) -> list[Division]:
        """Return what the name can mean in the report's year, by its best use: official, short, former."""
        for divisions in surface.by_use():
            if holding := [d for d in divisions if d.holds(self.year)]:
                return _newest(holding)
        return _newest(next(divisions for divisions in surface.by_use() if divisions))

    def meaning(self, surface: Surface, parent: Division | None) -> Division | None:
        """Return the one thing that the name means here, or None."""
        divisions = self.in_force(surface)
        if parent and (inside := [d for d in divisions if parent.code in self.above(d)]):
            return _highest(inside)
        if len(divisions) == 1:
            return divisions[0]
        if own := [d for d in divisions if d.code in self.codes]:
            return _highest(own)
        if surface.form != Form.FULL and (top := _highest(divisions)):
            return top
        for place in (*reversed(self.chain),):
            near = [d for d in divisions if place.code in self.above(d)]
            if near:
                return near[0] if len(near) == 1 else None
        near = [d for d in divisions if self.stated & self.above(d)]
        return near[0] if len(near) == 1 else None


def _newest(divisions: Sequence[Division]) -> list[Division]:
    """Return one spell for each code: the last."""
    return list({d.code or d.name: d for d in divisions}.values())


def _highest(divisions: Sequence[Division]) -> Division | None:
    """Return the one on the highest level, if it is alone there."""
    level = min(LEVELS.index(d.level) for d in divisions)
    found = [d for d in divisions if LEVELS.index(d.level) == level]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class _Scene:
    """The names of a text before any has its meaning, and what they may rely on."""

    folded: str
    found: Sequence[Sighting]
    table: Names
    company: Company

    def beside(self, at: int) -> Iterator[Sighting]:
        """Yield the names that stand beside one in a list."""
        here, joint = self.found[at].span, self.table.joint
        if at and joint.fullmatch(self.folded, self.found[at - 1].span.end, here.start):
            yield self.found[at - 1]
        if at + 1 < len(self.found) and joint.fullmatch(self.folded, here.end, self.found[at + 1].span.start):
            yield self.found[at + 1]

    def edged(self, at: int) -> bool:
        """Tell whether a mark, a preposition or another name ends right before the name."""
        start = self.found[at].span.start
        touches = at > 0 and self.found[at - 1].span.end == start
        return touches or bool(self.table.edge.search(self.folded, max(0, start - EDGE), start))

    def inner(self, at: int) -> bool:
        """Tell whether the name's last character begins another word."""
        return bool(self.table.inner.match(self.folded, self.found[at].span.end))

    def within_name(self, sighting: Sighting) -> bool:
        """Tell whether the name is part of the name of a road, an organisation or a platform."""
        form, end = sighting.surface.form, sighting.span.end
        if form == Form.ZONE:
            return False
        if form != Form.FULL and (self.table.feature.match(self.folded, end) or self._lettered(sighting.span.start)):
            return True
        m = (self.table.platform if form == Form.FULL else self.table.organisation).match(self.folded, end)
        return bool(m and not self.table.verb.search(m["gap"]))

    def _lettered(self, start: int) -> bool:
        return start > 0 and self.folded[start - 1].isascii() and self.folded[start - 1].isalpha()


def settle(folded: str, found: Sequence[Sighting], table: Names, company: Company) -> list[Sighting]:
    """Give each name its meaning, join paths, and tell which names count as mentions."""
    for sighting in found:
        surface = sighting.surface
        if surface.form in (Form.FULL, Form.HIGH) and surface.need == Need.NOTHING:
            divisions = company.in_force(surface)
            if len(divisions) == 1:
                company.stated |= company.above(divisions[0]) | {divisions[0].code}
    scene = _Scene(folded, found, table, company)
    settled: list[Sighting] = []
    for at, sighting in enumerate(found):
        before = settled[-1] if settled and settled[-1].span.end == sighting.span.start else None
        parent = before.division if before else None
        division = company.meaning(sighting.surface, parent)
        joined = bool(division and parent and parent.code in company.above(division))
        counts = (joined or _met(scene, at, division)) and not scene.within_name(sighting)
        span = sighting.span
        if joined and before:
            settled[-1] = replace(before, counts=False)
            span = Span(before.span.start, span.end)
        settled.append(Sighting(span, sighting.surface, division, counts))
    return settled


def _met(scene: _Scene, at: int, division: Division | None) -> bool:
    """Tell whether the name has what it needs to count."""
    surface, company = scene.found[at].surface, scene.company
    if surface.need == Need.NOTHING:
        return True
    if division is None:
        return surface.form == Form.FULL and surface.need == Need.EDGE and scene.edged(at) and not scene.inner(at)
    own = bool(division.code) and division.code in company.codes
    below = company.home is not None and company.home.code in company.above(division)
    if surface.form == Form.FULL:
        enough = own or below if surface.need == Need.COMPANY else own or scene.edged(at)
        return enough and not scene.inner(at)
    if own or _listed(scene, at, division):
        return True
    right_below = company.home is not None and company.home.code == division.parent
    return surface.need == Need.EDGE and (right_below or division.code in company.stated)


def _listed(scene: _Scene, at: int, division: Division) -> bool:
    """Tell whether the name stands in a list beside a sibling, or beside a name that needs nothing."""
    need = scene.found[at].surface.need
    for other in scene.beside(at):
        if other.surface.need == Need.NOTHING and need < Need.COMPANY:
            return True
        beside = scene.company.meaning(other.surface, None)
        if beside and beside != division and (beside.parent, beside.level) == (division.parent, division.level):
            return other.surface.need < Need.COMPANY or need < Need.COMPANY
    return False
