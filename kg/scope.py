"""Which reform and which platform a number belongs to.

In: the mentions of one kind, the outline, and the words of a number. Out: one mention, or none where it can't be told.
The steps, the first that answers wins:

1. `own`: named in the number's own words; of several, the nearest before the number.
2. `introduced`: brought in by a verb in the same part of the sentence (推行“…”改革，…).
3. `head`: the one that the innermost numbered item or paragraph is about; two in one head decide nothing.
4. `sentence`: named before the number in the same part of the sentence.
5. `before`: the sentence goes on with results (目前，… 累计…), and the one before named it.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kg.lexicon import Lexicon
from kg.model import Mention, Span
from kg.segment import PARAGRAPH, Item, Outline


@dataclass(frozen=True)
class _Rules:
    introduces: re.Pattern[str]
    continues: re.Pattern[str]


@cache
def _rules(lexicon: Lexicon) -> _Rules:
    verb = lexicon.alternation("introducing-verb")
    return _Rules(
        introduces=re.compile(f"{verb}(?:[了好]|落实|开展|实施)?[^，,。；;、]{{0,12}}?[“「‘\"]?$"),
        continues=re.compile(f"[“ ]*(?:(?:19|20)\\d{{2}}年|{lexicon.alternation('result-start')})"),
    )


class Scope:
    """The mentions of one kind in a document, by place."""

    def __init__(self, folded: str, mentions: Sequence[Mention], outline: Outline, lexicon: Lexicon) -> None:
        self._text = folded
        self._mentions = sorted(mentions, key=lambda m: m.span)
        self._starts = [m.span.start for m in self._mentions]
        self._outline = outline
        self._rules = _rules(lexicon)

    def within(self, start: int, end: int) -> list[Mention]:
        """Return the mentions that begin in a stretch of the text."""
        return self._mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def own(self, words: Sequence[Span], number: Span) -> Mention | None:
        """Return the mention in a number's own words: the last before it, else the first after it."""
        inside = [m for w in words for m in self.within(w.start, w.end)]
        before = [m for m in inside if m.span.start < number.start]
        return max(before, key=lambda m: m.span.start, default=None) or min(
            inside, key=lambda m: m.span.start, default=None
        )

    def reform(self, words: Sequence[Span], number: Span, sentence: Span) -> Mention | None:
        """Return the reform that a number reports on."""
        if found := self.own(words, number):
            return found
        start = self._part_start(sentence, number.start)
        earlier = self.within(start, number.start)
        introduced = [m for m in earlier if self._introduced(m, start)]
        if introduced:
            return introduced[-1]
        head = self._head(number.start, below=0)
        if head is not None:
            return head if isinstance(head, Mention) else None
        if earlier:
            return earlier[-1]
        return self._before(sentence, start)

    def platform(self, words: Sequence[Span], number: Span, sentence: Span) -> Mention | None:
        """Return the platform on which, or through which, the measured thing is."""
        if found := self.own(words, number):
            return found
        earlier = self.within(self._part_start(sentence, number.start), number.start)
        if earlier:
            return earlier[-1]
        head = self._head(number.start, below=2)
        return head if isinstance(head, Mention) else None

    def _part_start(self, sentence: Span, place: int) -> int:
        """A semicolon ends a scope."""
        text = self._text[sentence.start : place]
        return sentence.start + max(text.rfind("；"), text.rfind(";")) + 1

    def _introduced(self, mention: Mention, start: int) -> bool:
        return self._rules.introduces.search(self._text[max(start, mention.span.start - 20) : mention.span.start]) is not None

    def _head(self, place: int, below: int) -> Mention | list[str] | None:
        """Return the reform of the innermost head that names one; a list of labels where it names several."""
        for item in self._outline.chain(place):
            if item.level <= below:
                return None
            labels = {m.label: m for m in self._about(item) if m.span.end <= place}
            if len(labels) == 1:
                return next(iter(labels.values()))
            if labels:
                return sorted(labels)
        return None

    def _about(self, item: Item) -> list[Mention]:
        """A paragraph's first sentence is a head only where it states no figure of its own."""
        found = self.within(item.head.start, item.head.end)
        if item.level == PARAGRAPH and re.search(r"\d", item.head.of(self._text)):
            return []
        introduced = [m for m in found if self._introduced(m, item.head.start)]
        return introduced or found

    def _before(self, sentence: Span, start: int) -> Mention | None:
        if start != sentence.start or not self._rules.continues.match(sentence.of(self._text)):
            return None
        previous = self._outline.previous(sentence)
        if previous is None or any(previous.start < m.start <= sentence.start for m in self._outline.marks):
            return None
        found = self.within(previous.start, previous.end)
        labels = {m.label for m in found}
        introduced = [m for m in found if self._introduced(m, previous.start)]
        if introduced:
            return introduced[-1]
        return found[-1] if len(labels) == 1 else None
