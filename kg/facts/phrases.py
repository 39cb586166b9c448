"""The words around each number of a sentence: what is left of it, what is right, and which numbers form a list.

In: a folded text, one sentence, its quantities in order. Out: one `Place` a quantity. Knows punctuation, brackets
and the conjunctions of lists; what the words mean is the business of `indicators`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from kg.model import Quantity, Span

_HARD = re.compile(r"[，,；;：:。！？|｜\t]|——|…")
_SOFT = re.compile(r"、")
_COMMA = re.compile("[，,]")
_WRAP = re.compile(
    r"“[^“”\n]{0,40}”|「[^「」\n]{0,40}」|‘[^‘’\n]{0,40}’|《[^《》\n]{0,80}》|[（(][^（）()\n]{0,60}[）)]|<[^<>\n]{0,300}>"
)
_JOIN_END = re.compile(r"(?:以及|、|和|与|及)$")
_JOIN_START = re.compile(r"^(?:以及|和|与|及|、)")
_WITHIN = re.compile(r"(?<=.)(?<![其集])中(?=$|[有可已能仍，,])")
"""107项事项中72项…, 项目中有17个; but 中心, 中小企业, 其中."""
_ONLY_JOIN = re.compile(r"^(?:以及|[、和与及，, ]|[（(][^）)]{0,10}[）)])*+$")


class Place(NamedTuple):
    """A number among its words. Spans are of the text; None where there are no words."""

    quantity: Quantity
    left: Span | None  # from the last boundary to the number
    right: Span | None  # from the number to the next boundary
    clause: Span  # between two hard boundaries
    part: int  # which of the sentence's parts between semicolons
    listed: bool  # it follows another number of a list and has no words of its own before it
    joined: bool  # only a conjunction stands between the previous number and this one
    bracket: bool  # within brackets


def places(folded: str, sentence: Span, quantities: Sequence[Quantity]) -> list[Place]:
    """Return where each of the sentence's quantities stands among its words."""
    cuts = _cuts(folded, sentence, quantities)
    starts, ends = [c.start for c in cuts], [c.end for c in cuts]
    halves = [c.end for c in cuts if folded[c.start] in "；;"]
    opened = [c.end for c in cuts if folded[c.start] in "（("]
    closed = [c.end for c in cuts if folded[c.start] in "）)"]
    found: list[Place] = []
    for i, quantity in enumerate(quantities):
        k = bisect_right(ends, quantity.span.start)
        before = ends[k - 1] if k else sentence.start
        k = bisect_left(starts, quantity.span.end)
        after = starts[k] if k < len(starts) else sentence.end
        last = quantities[i - 1] if i and quantities[i - 1].span.end > before else None
        coming = quantities[i + 1] if i + 1 < len(quantities) and quantities[i + 1].span.start < after else None
        left_start = before if last is None else _split(folded, last.span.end, quantity.span.start)[1]
        right_end = after if coming is None else _split(folded, quantity.span.end, coming.span.start)[0]
        right_start = quantity.span.end
        if coming is not None and coming.span.start == quantity.span.end:  # 415类4100万条数据: one noun for both
            right_start = coming.span.end
            right_end = min((q.span.start for q in quantities[i + 2 : i + 3] if q.span.start < after), default=after)
        left = _span(folded, left_start, quantity.span.start)
        joined = bool(i) and _ONLY_JOIN.match(folded[quantities[i - 1].span.end : quantity.span.start]) is not None
        part = bisect_right(halves, quantity.span.start)
        listed = left is None and i > 0 and _in_row(folded, quantities[i - 1], quantity, found[-1], joined=joined)
        found.append(
            Place(
                quantity,
                left,
                _span(folded, right_start, right_end),
                Span(before, max(after, quantity.span.end)),
                part,
                listed=listed,
                joined=joined,
                bracket=bisect_right(opened, quantity.span.start) > bisect_right(closed, quantity.span.start),
            )
        )
    return found


def _in_row(folded: str, last: Quantity, quantity: Quantity, place: Place, *, joined: bool) -> bool:
    """Tell whether a number without words of its own goes on a list of counted nouns: 12个乡镇，191个村."""
    gap = folded[last.span.end : quantity.span.start].rstrip()
    if joined:
        return quantity.unit == last.unit or not _COMMA.search(gap)
    if "；" in gap or ";" in gap:
        return False
    return place.right is not None and (_JOIN_END.search(gap) is not None or quantity.unit == last.unit)


def clauses(folded: str, sentence: Span) -> list[Span]:
    """Return the stretches of a sentence between hard boundaries."""
    cuts = _cuts(folded, sentence, ())
    edges = [sentence.start, *(x for c in cuts for x in (c.start, c.end)), sentence.end]
    return [s for a, b in zip(edges[::2], edges[1::2], strict=True) if (s := _span(folded, a, b))]


def _cuts(folded: str, sentence: Span, quantities: Sequence[Quantity]) -> list[Span]:
    """Return the hard boundaries of a sentence: punctuation outside names, and brackets around a number."""
    numbers = [q.span for q in quantities]
    number_starts = [n.start for n in numbers]

    def number_in(start: int, end: int) -> bool:
        k = bisect_left(number_starts, end)
        return k > 0 and numbers[k - 1].end > start

    cuts: list[Span] = []
    wrapped: list[int] = []  # the ends of names in quotation marks or brackets
    wrapped_starts: list[int] = []
    for m in _WRAP.finditer(folded, sentence.start, sentence.end):
        if not number_in(*m.span()):
            wrapped_starts.append(m.start())
            wrapped.append(m.end())
        elif m.group()[0] in "（(":
            cuts += [Span(m.start(), m.start() + 1), Span(m.end() - 1, m.end())]
    for m in _HARD.finditer(folded, sentence.start, sentence.end):
        k = bisect_right(wrapped_starts, m.start())
        if not (k and wrapped[k - 1] > m.start()) and not number_in(*m.span()):
            cuts.append(Span(*m.span()))
    return sorted(cuts)


def _split(folded: str, start: int, end: int) -> tuple[int, int]:
    """Share the words between two numbers of a clause: where the first one's end, where the second one's begin."""
    gap = folded[start:end]
    if "分别" in gap:
        return start, start
    if (within := _WITHIN.search(gap)) is not None:
        return start + within.start(), start
    if gap[:1].isspace():
        return start, start
    if m := _JOIN_END.search(gap):
        return start + m.start(), end
    if m := _JOIN_START.match(gap):
        return start, start + m.end()
    wrapped = [(w.start(), w.end()) for w in _WRAP.finditer(gap)]
    soft = [m for m in _SOFT.finditer(gap) if not any(a <= m.start() < b for a, b in wrapped)]
    if soft:
        return start + soft[-1].start(), start + soft[-1].end()
    return end, start  # both have them: 4个部门交接了26个事项


def _span(folded: str, start: int, end: int) -> Span | None:
    piece = folded[start:end]
    bare = piece.strip()
    if not bare:
        return None
    start += len(piece) - len(piece.lstrip())
    return Span(start, start + len(bare))
