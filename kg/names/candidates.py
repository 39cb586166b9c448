"""The grammar that unlisted names share: quotations, titles, and where a name without quotes begins.

In: folded text. Out: spans. Which words bound a name stands in `ontology/cues/names.ttl`; what a name means is
decided by `reform_names` and `platform_names`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from kg.model import Kind, Mention, Rejection, Span
from kg.terms.lexicon import Lexicon

WINDOW = 30  # characters; the longest modifier of a platform's name met in reports has 24 (2026-11)
QUOTED = 30  # characters between quotation marks; what is longer is speech, not a name

_QUOTATION = re.compile(
    rf"“([^“”\n]{{1,{QUOTED}}})”|「([^「」\n]{{1,{QUOTED}}})」|『([^『』\n]{{1,{QUOTED}}})』"
    rf"|\"(?<!=\")([^\"\n=<>]{{1,{QUOTED}}})\"|‘(?<![“‘]‘)([^‘’\n]{{1,{QUOTED}}})’"
)
_TITLE = re.compile(r"《[^《》\n]{1,120}》")
_EDGE = "。；;，,！!？?：:、《》〈〉()（）【】[]|｜\n\r\t<>—…\"'“”‘’「」『』/→•"
"""Characters that no name without quotes crosses."""
OPENING, CLOSING = frozenset('“"‘「『'), frozenset('”"’」』')
_MARKS = re.compile(r"[“”‘’\"'「」『』\s]")
_SPACES = re.compile(r"(?<![0-9A-Za-z])\s|\s(?![\u4e00-\u9fff0-9A-Za-z])|(?<!\d)\d{1,2}\.(?=[\u4e00-\u9fff])")
"""Spaces, but not those beside digits and Latin letters (12345 热线); and the number of an item (3.)."""


class Quotation(NamedTuple):
    """Words between quotation marks."""

    outer: Span  # with the marks
    inner: Span  # without


@lru_cache(maxsize=1)
def quotations(folded: str) -> tuple[Quotation, ...]:
    """Return the short quotations of a text, in order.

    >>> [q.inner.of("推行“一窗快办”") for q in quotations("推行“一窗快办”")]
    ['一窗快办']
    """
    found = []
    for m in _QUOTATION.finditer(folded):
        start, end = m.span(m.lastindex or 0)
        if folded[start:end].strip():
            found.append(Quotation(Span(*m.span()), Span(start, end)))
    return tuple(found)


def titles(folded: str) -> tuple[Span, ...]:
    """Return what stands in 《》: titles of documents, where names are not reported on."""
    return tuple(Span(*m.span()) for m in _TITLE.finditer(folded))


class Cover:
    """Disjoint spans in order, asked whether a place lies in one of them."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(spans)
        self._starts = [s.start for s in self._spans]

    def over(self, span: Span) -> Span | None:
        """Return the span that holds the other one, if any does."""
        number = bisect_right(self._starts, span.start) - 1
        if number >= 0 and self._spans[number].covers(span):
            return self._spans[number]
        return None

    def within(self, span: Span) -> bool:
        """Tell whether one of the spans lies in the other one."""
        number = bisect_left(self._starts, span.start)
        return number < len(self._spans) and span.covers(self._spans[number])


def plain(surface: str) -> str:
    """Return a name as a label has it: without quotation marks and spaces.

    >>> plain("“一表快填” 平台")
    '一表快填平台'
    """
    return _MARKS.sub("", surface)


def shown(mention: Mention, folded: str) -> str:
    """Return what the document itself calls a thing: the label where the text has it, else the text's own form.

    The label says which term is meant; a reader of one report looks for the words of that report.
    """
    surface = plain(mention.span.of(folded))
    return mention.label if plain(mention.label) in surface or not mention.known else surface


class Candidate(NamedTuple):
    """A name and the rule that found it, or the reason why it is none."""

    span: Span
    label: str = ""
    rule: str = ""
    reason: str = ""
    known: bool = False
    general: bool = False  # a listed name so general that a longer one with the same end tells more


def settle(kind: Kind, candidates: Iterable[Candidate], *, listed_wins: bool) -> tuple[list[Mention], list[Rejection]]:
    """Return the names among the candidates, none over another, and the rest with its reason.

    Args:
        kind: what the names are.
        candidates: in any order; of equal ones the first counts.
        listed_wins: of two names with the same end, take the listed one rather than the longer.
    """
    kept: list[Candidate] = []
    rejected: set[Rejection] = set()
    for one in sorted(candidates, key=lambda c: (c.span.start, -c.span.end, not c.known)):
        if one.reason:
            rejected.add(Rejection(one.span, one.reason))
        elif not kept or not kept[-1].span.meets(one.span):
            kept.append(one)
        elif _weight(one, kept[-1], listed_wins=listed_wins) > _weight(kept[-1], one, listed_wins=listed_wins):
            kept[-1] = one
    names = Cover(c.span for c in kept)
    mentions = [Mention(kind, c.span, c.label, c.rule, known=c.known) for c in kept]
    return mentions, sorted((r for r in rejected if not names.over(r.span)), key=lambda r: (r.span, r.reason))


def _weight(one: Candidate, other: Candidate, *, listed_wins: bool) -> tuple[bool, int]:
    wins = listed_wins and one.known and not one.general and one.span.end == other.span.end
    return wins, one.span.end - one.span.start


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where names without quotes begin: the compiled cue words."""

    words: re.Pattern[str]
    kept: frozenset[str]
    particles: frozenset[str]
    level: re.Pattern[str]

    def start(self, folded: str, end: int) -> int:
        """Return where the modifiers that end at `end` begin; `end` itself where there are none."""
        left = end
        while left > 0 and end - left < WINDOW and folded[left - 1] not in _EDGE:
            left -= 1
        segment = folded[left:end]
        space = max((m.end() for m in _SPACES.finditer(segment)), default=0)
        cut = max(space, self._cut(segment))
        return left + cut

    def _cut(self, segment: str) -> int:
        cut = 0
        masked = bytearray(len(segment))
        for m in self.words.finditer(segment):
            if m.group() in self.kept:
                masked[m.start() : m.end()] = b"\1" * (m.end() - m.start())
            else:
                cut = m.end()
        if not any(c in self.particles for c in segment[cut:]):
            return cut
        place = 0
        for token in tokens(segment):
            if token in self.particles and not masked[place]:
                cut = max(cut, place + len(token))
            place += len(token)
        return cut

    def cuts(self, words: str) -> bool:
        """Tell whether a boundary lies within the words: they are no part of one name."""
        return self._cut(words) > 0

    def without_level(self, folded: str, start: int, end: int) -> int:
        """Return where the name begins after bare levels: 县, 我市, 全省."""
        m = self.level.match(folded, start, end)
        if m is None or (len(m.group()) == 1 and tokens(folded[start:end])[0] != m.group()):
            return start
        return m.end()


def boundary(lexicon: Lexicon) -> Boundary:
    """Compile the boundary cues of a lexicon."""
    return _boundary(lexicon)


@lru_cache(maxsize=4)
def _boundary(lexicon: Lexicon) -> Boundary:
    kept = frozenset(lexicon.words("name-kept"))
    words = re.compile(lexicon.alternation("name-kept", "name-cut"))
    level = re.compile(f"{lexicon.alternation('name-level')}(?!{lexicon.alternation('name-level-next')})")
    return Boundary(words, kept, frozenset(lexicon.words("name-particle")), level)


@lru_cache(maxsize=4096)
def tokens(segment: str) -> tuple[str, ...]:
    """Return the words of a short segment; only ever asked about the surroundings of a candidate name."""
    import jieba  # loads its dictionary: a second that documents without candidates never pay

    jieba.setLogLevel(60)
    return tuple(jieba.cut(segment, HMM=False))
