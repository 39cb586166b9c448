"""What a number measures: a phrase that is readable on its own.

In: the places of a sentence's numbers (`phrases`). Out: one or more phrases a number, with the id of the rule that
made it. Rules, in the order in which they are tried:

- `cell`: 办件量 | 320件 – the headings of a number in a table;
- `each`: 甲、乙分别为3件、5件 – the list before 分别, in order;
- `shared`: 甲率、乙率均为100% – every rate of the list;
- `from`: 由9项压缩至3项 – the old value of a change;
- `counted`: 37个一件事 – the noun after the number, its predicate, and the act before it;
- `stated`: 办理业务265585件 – the words before the number;
- `carried`: 增长13% – an attribute whose thing is named before;
- `under`: 其中办理类80754件 – an item under the head of its list.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from kg.facts.phrases import Place, clauses
from kg.facts.wording import EDGE, LONGEST, LONGEST_CLAUSE, is_rate, plain, unspaced, wording
from kg.model import Span
from kg.terms.lexicon import Lexicon

LONGEST_TOPIC = 30  # characters of a phrase that is carried to another number
LONGEST_ITEM = 8  # characters of an item that needs its list's head although it stands in a clause of its own (2026-11)
LONGEST_VAGUE = 6  # characters of an act on a thing of no name: 列出事项, 办理业务 (2026-11)
SHORT = range(2, 5)  # characters of an item that is not readable without its list's head: 村级, 川陕甘 (2026-11)
_THING_CUT = re.compile(r"、|以及|和|及|与|(?<=[”」])(?=[“「])")
_TITLE = re.compile(r"《[^《》]*》")
_RATES = ("率", "占比", "比例", "度")
THAN = "较比"
"""What a comparison begins with: 较2029年分别压缩."""
POINTS = "个百分点"
"""What rates differ by."""
FORMERLY = "（原）"
"""Marks the old value of a change."""


class Named(NamedTuple):
    """The phrase for a number, and how it was found."""

    phrase: str
    rule: str
    words: tuple[Span, ...]  # the words that the phrase is made of, for the scope of reforms and platforms


class Namer:
    """Names the numbers of one sentence, from left to right: what a later one lacks, an earlier one supplies."""

    def __init__(self, folded: str, sentence: Span, found: Sequence[Place], lexicon: Lexicon, before: str = "") -> None:
        self._text = folded
        self._sentence = sentence
        self._clauses = clauses(folded, sentence)
        self._ends = [c.end for c in self._clauses]
        self._places = found
        self._wording = wording(lexicon)
        opened = folded.startswith("其中", sentence.start)
        self._topic = before if opened else ""  # the last thing that was named in full
        self._topic_span: Span | None = None
        self._stale = False  # the topic stands before a semicolon
        self._part = 0
        self._unit: str | None = None  # of the number before
        self._head = ""  # the head of the list after 其中
        self._head_unit: str | None = None
        self._each: dict[int, Named] = {}
        self._history: list[tuple[str, tuple[Span, ...]]] = []  # the phrases so far
        self._frame = self._frame_of_sentence()
        self._outside = ""  # the topic before a bracket
        self._subject = ""  # what changes from one value to another
        self._changed = ""  # the topic that a change was told of

    @property
    def topic(self) -> str:
        """What the sentence speaks of at its end: 其中 at the next one's beginning refers to it."""
        return self._topic

    def names(self) -> list[list[Named]]:
        """Return the phrases of each number, in the order of the places; an empty list where there is none."""
        found = []
        for i, place in enumerate(self._places):
            found.append(self._name(i, place))
            if i not in self._each:
                self._history += [(n.phrase, n.words) for n in found[-1]]
            self._unit = place.quantity.unit
        return found

    def _name(self, i: int, place: Place) -> list[Named]:
        if place.quantity.heads:
            return [self._cell(place.quantity.heads)]
        if place.part != self._part:
            self._topic = self._head or self._topic
            self._stale, self._head, self._part = True, "", place.part
        self._watch_brackets(i, place)
        left = self._of(place.left)
        right = self._right(place)
        same_clause = i > 0 and self._places[i - 1].clause == place.clause
        if self._subject and same_clause and (found := self._wording.change.search(left)):
            left = left[found.start() :]
        if not (place.listed or place.joined or self._wording.change_to.match(left)):
            self._subject = ""
        self._watch_head(i, place, left)
        own = tuple(s for s in (place.left, place.right if right else None) if s)
        if i in self._each or self._distribute(i, place, left):
            return [self._each[i]]
        if rates := self._rates(left, right):
            self._about("")
            return [self._result(rate, "shared", own) for rate in rates]
        if self._wording.from_mark.search(left) and self._changes(i, place):
            return [self._from(place, left, own)]
        if self._subject and place.listed and self._changes(i, place):
            return [self._former(self._subject + self._former_noun(place), own)]
        if right:
            return [self._counted(i, place, left, right)]
        return [self._stated(i, place, left, own)]

    # the rules

    def _cell(self, heads: tuple[Span, ...]) -> Named:
        """Return the headings of a table's row and column, without one that says too little: 数量, 2029年."""
        said = [core for head in heads if (core := self._wording.core(self._of(head)))]
        telling = [core for core in said if not self._wording.vague_head.fullmatch(core)]
        return Named("".join(telling or said[:1])[:LONGEST].strip(EDGE), "cell", heads)

    def _distribute(self, i: int, place: Place, left: str) -> bool:
        """甲、乙分别为3件、5件: as many things as numbers, or nothing."""
        mark = left.rfind("分别")
        if mark < 0 or place.left is None:
            return False
        group = [i]
        while group[-1] + 1 < len(self._places) and self._places[group[-1] + 1].joined:
            group.append(group[-1] + 1)
        things, said = self._things(place.left), self._wording.core(left[:mark])
        if len(things) != len(group) and (not said or self._wording.is_weak(said) or said[0] in THAN):
            things = self._told(len(group))
        else:
            said = ""
        if len(things) != len(group) or len(group) == 1:
            return False
        self._about("、".join(thing for thing, _ in things))
        shared = self._wording.attribute.search(things[-1][0])
        tail = self._wording.core(left[mark + len("分别") :])
        for number, (thing, words) in zip(group, things, strict=True):
            common = shared.group() if shared and not self._wording.attribute.search(thing) else ""
            self._each[number] = Named((thing + common + said + tail)[-LONGEST:].strip(EDGE), "each", words)
        return True

    def _told(self, count: int) -> list[tuple[str, tuple[Span, ...]]]:
        """Return the last things that were told, without their change: 甲由9项减至3项，乙由8项减至2项，分别压缩."""
        told = [(self._wording.change_end.sub("", thing), words) for thing, words in self._history]
        return [(thing, words) for thing, words in told if not thing.endswith(FORMERLY)][-count:]

    def _things(self, left: Span) -> list[tuple[str, tuple[Span, ...]]]:
        """Return the things listed before 分别, each with its own words."""
        end = left.start + left.of(self._text).rfind("分别")
        cuts = [m.span() for m in _THING_CUT.finditer(self._text, left.start, end)]
        edges = [left.start, *(place for cut in cuts for place in cut), end]
        spans = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
        named = [(self._wording.core(s.of(self._text)), (s,)) for s in spans]
        return [n for n in named if n[0] and (is_rate(n[0]) or not self._wording.is_weak(n[0]))]

    def _rates(self, left: str, right: str) -> list[str]:
        """甲率、乙率均为100%: each of them."""
        core = self._wording.core(left)
        parts = core.split("、")
        if right or len(parts) == 1 or not all(p.endswith(_RATES) for p in parts):
            return []
        return parts

    def _from(self, place: Place, left: str, own: tuple[Span, ...]) -> Named:
        core = self._wording.core(self._wording.from_mark.sub("", left))
        if not core or self._wording.is_weak(core):
            core = self._context(core, place) + core
        self._about(core)
        self._subject, self._changed = core, self._topic
        return self._former(core + self._former_noun(place), own)

    def _former_noun(self, place: Place) -> str:
        """Return the noun of an old value: 由4个环节."""
        right = plain(self._of(place.right))
        found = self._wording.change.search(right)
        return right[: found.start()] if found else right

    def _former(self, phrase: str, own: tuple[Span, ...]) -> Named:
        return Named(f"{phrase[-LONGEST:].strip(EDGE)}{FORMERLY}" if phrase else "", "from", own)

    def _counted(self, i: int, place: Place, left: str, right: str) -> Named:
        noun, tail = self._wording.noun_and_predicate(right)
        own = tail
        if self._places[i + 1 : i + 2] and self._places[i + 1].left == place.right:
            noun, tail = self._wording.without_change(noun, tail)
        first, last = self._group(i)
        lead = self._lead(left if first == i else self._of(self._places[first].left))
        if i != last and not tail:
            tail = self._wording.noun_and_predicate(self._right(self._places[last]))[1]
        if self._subject and self._wording.change.match(lead):
            lead = self._subject + lead
        shared = place.right if own else self._places[last].right
        words = [s for s in (place.right, shared, self._before_examples(self._places[first].left)) if s]
        phrase = f"{lead}{noun}{tail}"
        rule = "counted"
        if self._head and self._under(place, left):
            phrase, rule = self._head + phrase, "under"
        elif thing := self._said_before(phrase, place):
            self._about(thing)
            phrase, rule = thing + phrase, "carried"
        elif self._wording.is_weak(phrase) or (not lead and self._wording.adverb.match(phrase)):
            phrase, rule = self._context(phrase, place) + phrase, "carried"
        if not self._wording.adverb.match(noun):
            self._about(noun, place.right)
        return self._result(phrase, rule, tuple(words))

    def _stated(self, i: int, place: Place, left: str, own: tuple[Span, ...]) -> Named:
        core = self._wording.core(left)
        if place.listed and not core:
            lead = self._lead(self._of(self._places[self._group(i)[0]].left))
            core = self._subject + lead if self._subject and self._wording.change.match(lead) else self._topic
        elif place.bracket and not core:
            core = self._before_bracket(place)
        elif head := self._list_head(place, core):
            return self._result(head + core, "stated", own)
        if act := self._shared_act(place, core):
            self._about(act + core, place.left)
            return self._result(act + core, "stated", own)
        if self._head and self._under(place, left):
            self._about(core)
            return self._result(self._head + core, "under", own)
        if thing := self._said_before(core, place):
            self._about(thing)
            return self._result(thing + core, "carried", own)
        if not core or self._wording.is_weak(core):
            topic = self._context(core, place)
            words = (*own, *([self._topic_span] if self._topic_span else []))
            return self._result(topic + core, "carried" if topic else "stated", words)
        self._about(core, place.left)
        return self._result(core, "stated", own)

    # what they need

    def _about(self, topic: str, span: Span | None = None) -> None:
        """Remember the last thing that was named in full."""
        self._topic, self._topic_span, self._stale = topic[-LONGEST_TOPIC:], span, False

    def _before_bracket(self, place: Place) -> str:
        """一套材料（11份）: a number alone in brackets measures what stands before them."""
        before = [c for c in self._clauses if c.start < place.clause.start - 1]
        said = Span(before[-1].start, place.clause.start - 1).of(self._text) if before else ""
        return self._topic if re.search(r"\d", _TITLE.sub("", said)) else self._wording.core(said)

    def _list_head(self, place: Place, core: str) -> str:
        """下沉事项为镇级121项、村级35项: short items of one list share what stands before the first."""
        if place.left is None or self._text[place.left.start - 1] != "、" or len(core) not in SHORT:
            return ""
        if self._wording.is_weak(core) or self._wording.act.search(core) or place.quantity.unit != self._unit:
            return ""
        head = self._wording.list_head.match(self._topic)
        return head.group() if head and head.end() < len(self._topic) else ""

    def _shared_act(self, place: Place, core: str) -> str:
        """Return the act said once for a list: 回访企业7800次、群众10800人次."""
        if place.left is None or not core or self._head or self._text[place.left.start - 1] != "、":
            return ""
        first = self._wording.doing.match(self._topic)
        if first is None or first.end() == len(self._topic):
            return ""
        if self._wording.doing.match(core) or self._wording.bare.fullmatch(core):
            return ""
        return first.group()

    def _watch_brackets(self, i: int, place: Place) -> None:
        """What is named in brackets is no topic outside of them."""
        inside = i > 0 and self._places[i - 1].bracket
        if place.bracket and not inside:
            self._outside = self._topic
        elif inside and not place.bracket:
            self._topic, self._head = self._outside, ""

    def _watch_head(self, i: int, place: Place, left: str) -> None:
        """Remember what stands before 其中; forget it where its list ends."""
        first = i == 0 or self._places[i - 1].clause != place.clause
        opened = "其中" in self._text[max(self._sentence.start, place.clause.start - 3) : place.clause.start]
        if "其中" in left or (first and opened):
            told = self._history[-1][0] if self._history else ""
            self._head = self._topic or ("" if is_rate(told) else told)
            self._head_unit = place.quantity.unit
        elif self._head and not (self._under(place, left) or left.startswith("占")):
            self._head = ""  # a share is of an item, and the list goes on

    def _under(self, place: Place, left: str) -> bool:
        """Tell whether a number is an item of the list after 其中."""
        if "其中" in left:
            return True
        core = self._wording.core(left)
        same_clause = place.left is not None and self._text[place.left.start - 1] == "、"
        short = len(core) <= LONGEST_ITEM
        alike = place.quantity.unit == self._head_unit and short and not self._wording.acts.match(core)
        return self._head != "" and core != "" and (same_clause or alike) and not self._wording.is_weak(core)

    def _changes(self, i: int, place: Place) -> bool:
        """Tell whether the words after a number turn it into the next one: …压缩至."""
        after = [p for p in self._places[i + 1 :] if not p.listed]
        limit = after[0].quantity.span.start if after else place.clause.end
        between = self._text[place.quantity.span.end : limit]
        found = self._wording.change.search(between)
        return found is not None and re.search(r"[至到为成]", between[found.start() :]) is not None

    def _group(self, i: int) -> tuple[int, int]:
        """Return the first and the last of the counted nouns that share an act and a predicate."""
        first = last = i
        while first > 0 and self._places[first].listed and self._goes_on(first):
            first -= 1
        while last + 1 < len(self._places) and self._places[last + 1].listed and self._right(self._places[last + 1]):
            last += 1
        return first, last

    def _goes_on(self, i: int) -> bool:
        """Tell whether a number goes on a list of counted nouns: not so after one that no noun follows, 率达80%以上."""
        return self._places[i].joined or self._right(self._places[i - 1]) != ""

    def _right(self, place: Place) -> str:
        """Return the counted noun with its predicate, or nothing where no noun follows the number."""
        if place.right is None:
            return ""
        words = place.right.of(self._text)
        if place.right.start == place.quantity.span.end + 1 and words[0] >= "\u4e00" and place.quantity.unit:
            return ""  # a space ends a headline's phrase
        return self._wording.counted(words)

    def _lead(self, left: str) -> str:
        """Return the act before a counted noun, without the examples of an 等 list."""
        if not left.endswith("等"):
            return self._wording.core(left)
        act = self._wording.act.search(left)
        return self._wording.core(left[: act.end()]) if act and act.start() < len(left) // 2 else ""

    def _before_examples(self, left: Span | None) -> Span | None:
        """Return the words on the left without the examples of an 等 list: they are counted, they don't act."""
        if left is None or not left.of(self._text).endswith("等"):
            return left
        act = self._wording.act.search(self._text, left.start, left.end)
        return Span(left.start, act.end()) if act else None

    def _said_before(self, phrase: str, place: Place) -> str:
        """Return the clause before an act on a thing of no name, where it states no figure: 清查…，列出80个事项."""
        if len(phrase) > LONGEST_VAGUE or not self._wording.vague.fullmatch(phrase):
            return ""
        before = self._clauses[: bisect_right(self._ends, place.clause.start)][-1:]
        said = self._of(before[0]) if before else ""
        return "" if re.search(r"\d", said) or self._wording.topic_end.search(said) else self._thing_in(said)

    def _thing_in(self, said: str) -> str:
        """Return what a clause without figures speaks of, without who brings it about."""
        return self._wording.core(self._wording.brings.sub("", said))[-LONGEST_TOPIC:]

    def _context(self, core: str, place: Place | None = None) -> str:
        """Return the thing that an attribute belongs to: the topic, else the clause before."""
        topic = self._topic
        if topic and topic == self._changed and self._wording.acts.match(core):
            return ""  # 跑动次数由5次减为1次，办件412件: nobody handles a number of visits
        if core.startswith("占") and self._history and self._unit != "%":
            return self._history[-1][0].split("占")[0]  # a share is of what stands right before it
        if is_rate(core) and is_rate(topic):
            return ""
        if place and place.quantity.unit == POINTS and self._unit == "%" and self._history:
            return self._history[-1][0]  # 满意率96%，较上年提高2个百分点: the rate has, not what the rate is of
        if (self._stale or not topic) and place is not None:
            before = self._clauses[: bisect_right(self._ends, place.clause.start)]
            earlier = [c for c in before[-1:] if not re.search(r"\d", c.of(self._text))]
            earlier = [c for c in earlier if not self._wording.topic_end.search(self._of(c))]
            if earlier:
                topic, self._topic_span = self._thing_in(self._of(earlier[-1])), earlier[-1]
        topic = self._wording.change_end.sub("", topic)
        total = self._wording.total.search(core) or (place and self._wording.total.search(self._of(place.left)))
        if total or self._wording.acts.match(core):
            topic = self._wording.object_of(topic)
        if total:
            self._about(topic, self._topic_span)
        return "" if topic in core else topic

    def _result(self, phrase: str, rule: str, words: tuple[Span, ...]) -> Named:
        frame = "" if self._frame in phrase else self._frame
        return Named(frame + phrase[-LONGEST:].strip(EDGE), rule, words)

    def _frame_of_sentence(self) -> str:
        """Return what a sentence announces before its figures (政府采购方面，…)."""
        for clause in self._clauses[:2]:
            text = self._of(clause)
            if self._wording.topic_end.search(text) and not re.search(r"\d|其中", text):
                return self._wording.core(self._wording.topic_end.sub("", text))[-LONGEST_TOPIC:]
        return ""

    def _of(self, span: Span | None) -> str:
        return "" if span is None else unspaced(span.of(self._text)[-LONGEST_CLAUSE:])
