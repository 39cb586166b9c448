"""Text to outline: lines, sentences, numbered items, and who heads whom.

In: a folded text. Out: spans only. Out of scope: what any of them means.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kg.model import Span
from kg.text.jump import jump

_COUNT = "[一二三四五六七八九十]{1,3}"
_EDGE = re.compile(r"[\n。；;！？：:](?=[ \t]*[一二三四五六七八九十另第（(\d])")
"""After it a line or a sentence begins that may have a number."""
_ITEM = re.compile(
    rf"""
    [ \t]*
    (?: (?P<chapter> {_COUNT} 、 )                 # 一、
      | (?P<section> [（(] {_COUNT} [）)] )         # （一）
      | (?P<point>   \d{{1,2}} [.、] (?!\d) )       # 1.
      | (?P<sub>     [（(] \d{{1,2}} [）)] )        # （1）
      | (?P<inline>  {_COUNT} (?: 是 | 要 | 方面 (?=[，,：:]) ) | 另一方面 | 第{_COUNT}[，,] ) )   # 一是
    """,
    re.VERBOSE,
)
LEVELS = {"chapter": 1, "section": 2, "point": 3, "sub": 4, "inline": 5}
PARAGRAPH = 6
LONGEST_HEAD = 60  # characters; a first sentence longer than that tells a story and heads nothing (2026-11)
_ENDS = re.compile(r"[。！？；;\n<]")
_WRAPPED = (
    r"\n(?:(?<=[\u4e00-\u9fff]\n)(?=[ \t]*\d++(?:[.,]\d++)*+(?![年月日.、．)）:：/-]))"
    r"|(?<=\d\n)(?<![/-]\d\d\n)(?=[ \t]*[\u4e00-\u9fff%，。、]))"
)
"""A line that breaks around a number, as text taken from a page does: …进驻单位⏎34个."""
_SENTENCE_END = re.compile(
    rf"(?P<wrapped>{_WRAPPED})|[。！？\n]|[；;](?=\n)|</?(?:p|br|div|li|h\d|td|tr|strong)\b[^<>]{{0,200}}>"
)


class Item(NamedTuple):
    """A numbered item, or an unnumbered paragraph, with everything below it."""

    span: Span
    level: int  # 1 chapter … 5 inline, 6 paragraph
    head: Span  # its first sentence, or its line


@dataclass(frozen=True)
class Outline:
    """Where the sentences and the items of a text lie."""

    text: str
    sentences: tuple[Span, ...]
    items: tuple[Item, ...]
    marks: tuple[Span, ...]  # the numbering itself: 一、 (1)

    def sentence_at(self, place: int) -> Span:
        """Return the sentence around an offset, or the one before it."""
        return self.sentences[max(0, bisect_right(self._starts, place) - 1)]

    def previous(self, sentence: Span) -> Span | None:
        """Return the sentence before, where there is one on the same line."""
        i = bisect_right(self._starts, sentence.start) - 2
        if i < 0:
            return None
        before = self.sentences[i]
        return None if "\n" in self.text[before.end - 1 : sentence.start + 1].rstrip(" ") else before

    def chain(self, place: int) -> list[Item]:
        """Return the items around an offset, the innermost first."""
        edges, chains = self._chains
        return chains[bisect_right(edges, place)]

    @cached_property
    def _chains(self) -> tuple[list[int], list[list[Item]]]:
        """Where items begin and end, and the chain before the first such edge and behind each."""
        begun: dict[int, list[Item]] = {edge: [] for item in self.items for edge in item.span}
        for item in self.items:
            begun[item.span.start].append(item)
        edges = sorted(begun)
        chains: list[list[Item]] = [[]]
        for edge in edges:
            around = [item for item in chains[-1] if item.span.end > edge] + begun[edge]
            chains.append(sorted(around, key=lambda i: (-i.level, -i.span.start)))
        return edges, chains

    @cached_property
    def _starts(self) -> list[int]:
        return [s.start for s in self.sentences]


def segment(folded: str) -> Outline:
    """Cut a text into sentences and items."""
    sentences = tuple(_sentences(folded)) or (Span(0, max(1, len(folded))),)
    found = [(m.start(m.lastgroup or 0), m.end(), LEVELS[m.lastgroup or "inline"]) for m in _numbered(folded)]
    marks = tuple(Span(start, end) for start, end, _ in found)
    return Outline(folded, sentences, tuple(_items(folded, found)), marks)


def _numbered(text: str) -> Iterator[re.Match[str]]:
    """Yield the numbering of items."""
    for start in (0, *(m.end() for m in _EDGE.finditer(text))):
        if m := _ITEM.match(text, start):
            yield m


def _sentences(text: str) -> Iterator[Span]:
    start = 0
    for m in jump(_ENDS, _SENTENCE_END, text):
        if m["wrapped"] is None:
            end = m.end() if text[m.start()] in "。！？；;" else m.start()
            if sentence := _trimmed(text, start, end):
                yield sentence
            start = m.end()
    if sentence := _trimmed(text, start, len(text)):
        yield sentence


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Return a stretch without the blanks around it; None where it holds nothing else."""
    piece = text[start:end].lstrip()
    start = end - len(piece)
    return Span(start, start + len(piece.rstrip())) if piece else None


def _items(text: str, found: list[tuple[int, int, int]]) -> Iterator[Item]:
    lines = [m.start() for m in re.finditer(r"\n", text)] + [len(text)]
    numbered = {start for start, _, _ in found}
    open_paragraphs: list[tuple[int, int, int]] = []
    for m in re.finditer(r"[^\n]+", text):
        start = m.start() + len(m.group()) - len(m.group().lstrip())
        if start < m.end() and start not in numbered:
            open_paragraphs.append((start, start, PARAGRAPH))
    ends = _ends(found, len(text))
    for (start, after, level), end in [*zip(found, ends, strict=True), *((p, 0) for p in open_paragraphs)]:
        line_end = lines[bisect_right(lines, start)] if bisect_right(lines, start) < len(lines) else len(text)
        stop = min(end, line_end) if level == LEVELS["inline"] else (line_end if level == PARAGRAPH else end)
        yield Item(Span(start, max(stop, start + 1)), level, _head(text, start, after, min(line_end, stop)))


def _ends(found: list[tuple[int, int, int]], length: int) -> list[int]:
    """Each item lasts until the next of its own level or above."""
    ends = [length] * len(found)
    open_items: list[int] = []
    for i, (start, _, level) in enumerate(found):
        while open_items and found[open_items[-1]][2] >= level:
            ends[open_items.pop()] = start
        open_items.append(i)
    return ends


def _head(text: str, start: int, after: int, limit: int) -> Span:
    stop = text.find("。", after, limit)
    end = stop if stop >= 0 else limit
    return Span(start, max(min(end, after + LONGEST_HEAD), start + 1))
