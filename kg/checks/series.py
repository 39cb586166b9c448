"""A sentence's figures in a row, with the words between them.

In: an extraction. Out: a `Series` a sentence with figures. Knows punctuation only; what the words mean is the
business of `sums`, `shares` and `changes`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.checks.claims import Figure, figure
from kg.model import Extraction, Modality, Observation, Span

_NOISE = re.compile(r"<[^<>]{0,300}>|[\s*#|“”‘’\"'「」『』]")
_EDGE = re.compile(r"[，,；;：:。！？、（()）]|——")
MOST = 200  # figures; a "sentence" of more is a table without full stops (2026-11)
_PART = re.compile(r"[；;]")


@dataclass(frozen=True, slots=True)
class Said:
    """A figure and the words around it, without spaces, quotation marks and markup."""

    figure: Figure
    gap: str  # all that stands between the figure before and this one
    link: str  # of that, what follows the words of the figure before: from the first mark on, if there is one
    before: str  # of that, what stands in this one's own clause
    after: str  # what follows it in its clause
    mark: str  # that ends its clause; empty where the next figure comes first
    part: int  # which of the sentence's parts between semicolons
    sure: bool  # exact, and of what was done: neither about, nor at least, nor an aim

    @property
    def words(self) -> str:
        """What the figure counts, as far as its clause says."""
        return self.before + (self.figure.unit or "") + self.after


@dataclass(frozen=True, slots=True)
class Series:
    """A sentence and its figures."""

    sentence: Span
    text: str  # folded, without noise
    said: tuple[Said, ...]

    def alike(self, at: int) -> list[int]:
        """Return the places of the figures before one that have its unit and stand in the same part, nearest first."""
        here = self.said[at]
        return [
            i
            for i in range(at - 1, -1, -1)
            if self.said[i].part == here.part and self.said[i].figure.unit == here.figure.unit
        ]


def series(extraction: Extraction) -> Iterator[Series]:
    """Yield the sentences that state two figures or more, tables apart, in the order of the text."""
    folded = extraction.document.folded
    groups: dict[Span, dict[Span, list[Observation]]] = {}
    for observation in extraction.observations:
        groups.setdefault(observation.evidence, {}).setdefault(observation.quantity.span, []).append(observation)
    for sentence, group in sorted(groups.items()):
        found = sorted(group.items())
        if 1 < len(found) <= MOST:
            said = tuple(_said(folded, sentence, found, i) for i in range(len(found)))
            yield Series(sentence, clean(sentence.of(folded)), said)


def clean(text: str) -> str:
    """Leave out what separates no words: spaces, quotation marks, markup."""
    return _NOISE.sub("", text)


def _said(folded: str, sentence: Span, found: list[tuple[Span, list[Observation]]], at: int) -> Said:
    span, observations = found[at]
    quantity = observations[0].quantity
    start = found[at - 1][0].end if at else sentence.start
    end = found[at + 1][0].start if at + 1 < len(found) else max(sentence.end, span.end)
    gap = clean(folded[start : span.start])
    tail = clean(folded[span.end : end])
    edges = list(_EDGE.finditer(gap))
    edge = _EDGE.search(tail)
    sure = not quantity.approximate and not quantity.bound and all(o.modality is Modality.ACTUAL for o in observations)
    return Said(
        figure(quantity, folded),
        gap,
        gap[edges[0].start() :] if edges else gap,
        gap[edges[-1].end() :] if edges else gap,
        tail[: edge.start()] if edge else tail,
        edge.group() if edge else "",
        len(_PART.findall(clean(folded[sentence.start : span.start]))),
        sure,
    )
