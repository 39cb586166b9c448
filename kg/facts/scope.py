"""Which reform and which platform a number belongs to.

In: the mentions of one kind, the outline, and the words of a number. Out: one mention, or none where it can't be told.
For a reform, the first step that answers wins:

1. `own`: named in the number's own words; of several, the one that is counted, else the nearest before the number.
2. `held`: the clause before published its list or counted its cases, and this one only describes them (包含, 涉及).
3. `introduced`: brought in earlier in the same part of the sentence. The last one counts, save that what is called a
   practice (推行“…”改革) stays the sentence's business until it has had its figures, and that one item of a list is
   not the next one's.
4. `announced`: the one that the sentence refers to (这项…, 以…为例), or that a short sentence before it has announced.
5. `head`: the one that the innermost numbered item or paragraph is about; two in one head decide nothing.
6. `sentence`: named before the number in the same part of the sentence.
7. `before`: the sentence goes on with results (目前，… 累计…), and one shortly before it named the reform; or the
   document's first line did, which is on that practice alone.

For a platform: 1; none where the words name another channel or system at work; the one hotline of the document where
they speak of it, or of what reaches the one that their paragraph names (来电, 工单); then one that an earlier figure of
the same part is on, or by whose means (通过, 依托) the part goes on; then the one that the innermost item begins with,
or brings in by its first sentence.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from kg.facts.scope_rules import scope_rules
from kg.model import Mention, Quantity, Span
from kg.terms.lexicon import Lexicon
from kg.text.segment import PARAGRAPH, Item, Outline

_COMMA = re.compile("[，,]")
_FIRST_LINE = re.compile(r"\s*([^\n。]{1,60})\n")
_PAUSE = re.compile("[，,、；;。（(]")
_OPENING = '“「‘" 　'
_EXAMPLES = re.compile(r"^[”」’\"]?(?:[、和与及“][^，,。；;]{0,80})?等[^，,。；;]{0,12}$")
"""From the end of a name to the number: 、乙系统等本地系统[8]个."""
_RATE_TAIL = re.compile(r"[”」’\"]?(?:事项|办件)?(?:率|占(?!用)|比例|比率|比重)")
REACH = 5  # commas from a practice that is only named; behind more, a sentence tells one thing after another (2026-11)
LOOK_BACK = 3  # sentences; further back a paragraph has turned to something else (2026-11)
SUBJECT = 12  # characters: an item's number, a quotation mark, and the first word
OTHERS = 2  # practices beside the one of its title that a document on that may name (2026-11)
TITLE = 30  # characters; a longer outer heading tells a story, and what is below it has its own business (2026-11)


class Told(NamedTuple):
    """A number that the sentence has told already."""

    quantity: Quantity
    words: Sequence[Span]
    part: bool  # of the whole before 其中


class Scope:
    """The mentions of one kind in a document, by place."""

    def __init__(
        self, folded: str, mentions: Sequence[Mention], figures: Sequence[int], outline: Outline, lexicon: Lexicon
    ) -> None:
        self._text = folded
        self._mentions = sorted(mentions, key=lambda m: m.span)
        self._starts = [m.span.start for m in self._mentions]
        self._figures = figures
        self._outline = outline
        self._rules = scope_rules(lexicon)
        self._announcements: dict[Span, Span | None] = {}
        self._subject = self._find_subject()

    def within(self, start: int, end: int) -> list[Mention]:
        """Return the mentions that begin in a stretch of the text."""
        return self._mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def own(self, words: Sequence[Span], number: Span) -> Mention | None:
        """Return the mention in a number's own words: the first of what is counted, else the last before it."""
        inside = [m for w in words for m in self.within(w.start, w.end) if not self._example(m, number.start)]
        after = [m for m in inside if m.span.start >= number.end]
        return min(after, key=lambda m: m.span.start, default=None) or max(
            inside, key=lambda m: m.span.start, default=None
        )

    def reform(
        self,
        words: Sequence[Span],
        quantity: Quantity,
        sentence: Span,
        told: Sequence[Told] = (),
    ) -> Mention | None:
        """Return the reform that a number reports on.

        `told` are the numbers before it, those of the whole or those of its parts as it is itself.
        """
        if not self._mentions:
            return None
        if found := self.own(words, quantity.span):
            return found
        found = self._carried_on(words, quantity, sentence, told)
        turned = found is not None and any(self._turns(w) for w in words)
        return None if found is None or (turned and not self._rules.turned.search(found.label)) else found

    def _turns(self, words: Span) -> bool:
        """Tell whether words speak of a hotline, and not only of it as the means: 依托12345热线."""
        line = self._rules.turns.search(self._text, words.start, words.end)
        return line is not None and self._rules.means.search(self._text[words.start : line.start()]) is None

    def _carried_on(
        self, words: Sequence[Span], quantity: Quantity, sentence: Span, told: Sequence[Told]
    ) -> Mention | None:
        """Return the reform that a number whose own words name none reports on."""
        number = quantity.span
        start = self._part_start(sentence, number.start)
        if found := self._beside(told, number) or self._holder(start, number.start):
            return found
        earlier = [m for m in self.within(start, self._own_start(words, number)) if not self._example(m, number.start)]
        items = self._items(told, quantity.unit)
        earlier = [m for m in earlier if self._practice(m) or not any(i.covers(m.span) for i in items)]
        if introduced := [m for m in earlier if self._introduced(m, start)]:
            return self._business(introduced)
        business = [m for m in earlier if m.label not in self._rules.umbrella and not self._rate(m)]
        business = [m for m in business if len(_COMMA.findall(self._text, m.span.end, number.start)) <= REACH]
        if not business and start == sentence.start and (announced := self._announced(sentence)):
            return announced
        head = self._head(number.start)
        if isinstance(head, Mention):
            return head
        if business or head:
            return business[-1] if business else None
        return self._before(sentence, start) or self._of_document(sentence)

    def _beside(self, told: Sequence[Told], number: Span) -> Mention | None:
        """Return the reform of the number before in the same clause: “甲”惠及36个小区1.8万户."""
        if not told or _PAUSE.search(self._text, told[-1].quantity.span.end, number.start):
            return None
        return self.own(told[-1].words, told[-1].quantity.span)

    def _holder(self, start: int, place: int) -> Mention | None:
        """Return the reform whose list, or whose counted cases, the next clause only describes: …清单，包含12项."""
        commas = [m.start() for m in _COMMA.finditer(self._text, start, place)][-2:]
        if not commas or not self._rules.holds.match(self._text, commas[-1] + 1):
            return None
        begin, end = commas[0] + 1 if len(commas) > 1 else start, commas[-1]
        named = [m for m in self.within(begin, end) if not self._example(m, place)]
        if len({m.label for m in named}) != 1 or "其中" in self._text[begin : named[0].span.start]:
            return None
        after = named[-1].span.end
        told = self._figures_between(after, end) or self._rules.held.match(self._text[after:end])
        return named[-1] if told else None

    def _items(self, told: Sequence[Told], unit: str | None) -> list[Span]:
        """Return the words of the items of a list that has gone on to something else: what one names is not the next's.

        A list shows by numbers of one unit: one before that is not of the reform, or the reform itself as what is
        counted (上门服务46次、便民服务120次).
        """
        named = [self.own(t.words, t.quantity.span) for t in told]
        found: list[Span] = []
        for i, (item, mention) in enumerate(zip(told, named, strict=True)):
            if mention is None:
                continue
            alike = [j for j, t in enumerate(told) if t.quantity.unit == item.quantity.unit]
            others = [j for j in alike if (m := named[j]) is None or m.label != mention.label]
            goes_on = unit == item.quantity.unit or any(j > i for j in others)
            if goes_on and (mention.span.end == item.quantity.span.start or any(j < i for j in others)):
                found += item.words
        return found

    def platform(
        self, words: Sequence[Span], number: Span, sentence: Span, last: Mention | None = None
    ) -> Mention | None:
        """Return the platform on which, or through which, the measured thing is.

        `last` is the platform of the figure before in the same sentence.
        """
        if not self._mentions:
            return None
        if found := self.own(words, number):
            return found
        start, own = self._part_start(sentence, number.start), self._own_start(words, number)
        earlier = [m for m in self.within(start, own) if not self._example(m, number.start)]
        if any(self._rules.stands_for.match(self._text, w.start) or "该" in w.of(self._text) for w in words):
            before = self._outline.previous(sentence)
            earlier = earlier or (self.within(before.start, before.end) if before else [])
            if earlier:
                return earlier[-1]
        if any(self._rules.other.match(self._text, w.start, w.end) for w in words):
            return None
        if (only := self._only()) and any(self._of_line(w, number) for w in words):
            return only
        for mention in reversed(earlier):
            if self._carries(mention, start, number.start):
                return mention
        if last and not earlier:
            return last
        return self._item(number, sentence, start)

    def _only(self) -> Mention | None:
        """Return the one hotline that the document names: 热线工单 are of that."""
        lines = [*{m.label: m for m in self._mentions if self._rules.turns.search(m.label)}.values()]
        return lines[0] if len(lines) == 1 else None

    def _of_line(self, words: Span, number: Span) -> bool:
        """Tell whether words name a hotline, or what reaches one that their paragraph has named: 来电接通率."""
        if self._rules.turns.search(self._text, words.start, words.end):
            return True
        item = next(iter(self._outline.chain(number.start)), None)
        matter = item and self._rules.matter.search(self._text, words.start, words.end)
        return bool(matter and item and self._rules.turns.search(self._text, item.span.start, words.start))

    def _item(self, number: Span, sentence: Span, start: int) -> Mention | None:
        """Return the platform that the innermost item is about: its first words, or what its head brings in."""
        item = next(iter(self._outline.chain(number.start)), None)
        if item is None:
            return None
        subject = self.within(item.span.start, item.span.start + SUBJECT)
        if subject and not self._figures_between(item.head.start, item.head.end) and self._leads(subject[0], item):
            return subject[0]
        found = self._before(sentence, start)
        return found if found and item.level < PARAGRAPH and item.head.covers(found.span) else None

    def _leads(self, mention: Mention, item: Item) -> bool:
        before = self._text[item.span.start : mention.span.start]
        return re.sub(r"^[（(]?[一二三四五六七八九十\d]{1,3}[）)、.是]", "", before).strip(_OPENING) == ""

    def _own_start(self, words: Sequence[Span], number: Span) -> int:
        """What stands between a number's words and the number is examples: they carry nothing over."""
        before = [w for w in words if w.end <= number.start]
        return max((w.end for w in before), default=number.start)

    def _part_start(self, sentence: Span, place: int) -> int:
        """A semicolon ends a scope."""
        text = self._text[sentence.start : place]
        return sentence.start + max(text.rfind("；"), text.rfind(";")) + 1

    def _figures_between(self, start: int, end: int) -> bool:
        return bisect_left(self._figures, end) > bisect_left(self._figures, start)

    def _introduced(self, mention: Mention, start: int) -> bool:
        before = self._text[max(start, mention.span.start - 20) : mention.span.start]
        return self._practice(mention) or self._rules.introduces.search(before) is not None

    def _practice(self, mention: Mention) -> bool:
        """Tell whether a name is called a practice: “…”改革."""
        after = self._rules.introduced.match(self._text, mention.span.end)
        return after is not None or self._rules.practice.search(mention.span.of(self._text)) is not None

    def _business(self, introduced: Sequence[Mention]) -> Mention:
        narrow = [m for m in introduced if m.label not in self._rules.umbrella] or list(introduced)
        current = narrow[0]
        for mention in narrow[1:]:
            done = self._figures_between(current.span.start, mention.span.start)
            if done or self._practice(mention) or not self._practice(current):
                current = mention
        return current

    def _rate(self, mention: Mention) -> bool:
        """Tell whether a name only makes part of an indicator's name: 全流程网办率."""
        return _RATE_TAIL.match(self._text, mention.span.end) is not None

    def _carries(self, mention: Mention, start: int, place: int) -> bool:
        """Tell whether a platform named earlier is still the one that figures are on."""
        before = self._text[start : mention.span.start]
        clause = max(before.rfind("，"), before.rfind(","), -1) + 1 + start
        ends = [i for i in (self._text.find(c, mention.span.end, place) for c in "，,") if i >= 0]
        end = min(ends, default=place)
        if self._rules.framed.fullmatch(before):
            return True  # it is what the sentence is about
        if self._rules.launched.match(self._text, mention.span.end):
            return True
        if self._figures_between(clause, end) or self._rules.means.search(before[clause - start :]):
            return True
        next_clause = re.compile("[，,]").search(self._text, end + 1, place) is None
        return next_clause and self._introduced(mention, start)

    def _example(self, mention: Mention, place: int) -> bool:
        """Tell whether a name is one of the things counted: 甲、乙等8个系统."""
        i = bisect_left(self._figures, mention.span.end)
        figure = self._figures[i] if i < len(self._figures) else place
        between = self._text[mention.span.end : min(figure, place)]
        return _EXAMPLES.match(between) is not None

    def _head(self, place: int) -> Mention | list[str] | None:
        """Return the reform of the innermost head that names one; a list of labels where it names several."""
        for depth, item in enumerate(self._outline.chain(place)):
            head = item.head.of(self._text)
            if depth and item.level != PARAGRAPH and (len(head) > TITLE or "，" in head or "," in head):
                continue
            labels = {m.label: m for m in self._about(item) if m.span.end <= place}
            narrow = {label: m for label, m in labels.items() if label not in self._rules.umbrella}
            labels = narrow if depth or narrow or item.level == PARAGRAPH else labels
            if len(labels) == 1:
                return next(iter(labels.values()))
            if labels:
                return sorted(labels)
        return None

    def _of_document(self, sentence: Span) -> Mention | None:
        """Return the one practice that the document's first line names, for a sentence of results: 目前，… 累计…."""
        if self._subject is None or not self._rules.continues.match(self._text, sentence.start, sentence.end):
            return None
        return self._subject if self._subject.span.end <= sentence.start else None

    def _find_subject(self) -> Mention | None:
        """Return the practice of a document that tells of one: its first line, which is a title, names no other."""
        first = _FIRST_LINE.match(self._text)
        if first is None or self._figures_between(*first.span(1)):
            return None
        narrow = Counter(m.label for m in self._mentions if m.label not in self._rules.umbrella)
        named = [m for m in self.within(*first.span(1)) if m.label in narrow]
        if len({m.label for m in named}) != 1 or len(narrow) > OTHERS + 1:
            return None
        most = max(narrow.values())
        return named[0] if narrow[named[0].label] == most and [*narrow.values()].count(most) == 1 else None

    def _announced(self, sentence: Span) -> Mention | None:
        """Return the practice that a sentence refers to, or that a short one before has announced: 推行“…”改革."""
        if self._rules.refers.match(self._text, sentence.start, sentence.end):
            return self._before(sentence, sentence.start)
        before = self._announcement(sentence)
        named = self.within(before.start, before.end) if before else []
        narrow = [m for m in named if m.label not in self._rules.umbrella]
        if before is None or len(narrow) != 1 or self._figures_between(before.start, before.end):
            return None
        return narrow[0] if self._introduced(narrow[0], before.start) else None

    def _announcement(self, sentence: Span) -> Span | None:
        """Return the nearest sentence before, on the same line, that announces something."""
        passed: list[Span] = []
        while sentence not in self._announcements:
            passed.append(sentence)
            before = self._outline.previous(sentence)
            if before is None or self._rules.announces.match(self._text, before.start, before.end):
                self._announcements[sentence] = before
            else:
                sentence = before
        found = self._announcements[sentence]
        self._announcements.update(dict.fromkeys(passed, found))
        return found

    def _about(self, item: Item) -> list[Mention]:
        """A paragraph's first sentence is a head only where it states no figure of its own."""
        found = self.within(item.head.start, item.head.end)
        if item.level == PARAGRAPH and self._figures_between(item.head.start, item.head.end):
            return []
        introduced = [m for m in found if self._introduced(m, item.head.start)]
        return introduced if item.level == PARAGRAPH else introduced or found

    def _before(self, sentence: Span, start: int) -> Mention | None:
        """Look back for the reform whose results a sentence tells."""
        current, refers = sentence, self._rules.refers.match(sentence.of(self._text)) is not None
        if start != sentence.start:
            return None
        for _ in range(LOOK_BACK):
            if not refers and not self._rules.continues.match(current.of(self._text)):
                return None
            previous = self._outline.previous(current)
            if previous is None or any(previous.start < m.start <= sentence.start for m in self._outline.marks):
                return None
            found = [m for m in self.within(previous.start, previous.end) if m.label not in self._rules.umbrella]
            if introduced := [m for m in found if self._introduced(m, previous.start)]:
                return self._business(introduced)
            if found:
                return found[-1] if refers else None
            current = previous
        return None
