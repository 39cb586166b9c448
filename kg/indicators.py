"""What a number measures: a phrase that is readable on its own.

In: the places of a sentence's numbers (`phrases`). Out: one or more phrases a number, with the id of the rule that
made it. Rules, in the order in which they are tried:

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
from dataclasses import dataclass
from functools import cache

from kg.lexicon import Lexicon
from kg.model import Span
from kg.phrases import Place, clauses

LONGEST = 60  # characters of a phrase; what is longer is a clause of its own and is cut from the left (2026-11)
LONGEST_TOPIC = 30  # characters of a phrase that is carried to another number
_SPACE = re.compile(r"[\s*#|]|<[^<>]{0,300}>")
_QUOTES = re.compile(r"[“”‘’\"'「」『』]")
_EDGE = "，,、；;：:。[]【】-—·. "
_OPEN_EDGE = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}[、是]|\d{1,2}[.、](?!\d))"  # the item's number
    r"|^[）)]+|[（(]+$|^[（(](?=[^）)]*$)"  # half a pair of brackets
)
_SPLIT = re.compile(r"、|以及|和|及|与")
_THING_CUT = re.compile(r"、|以及|和|及|与|(?<=[”」])(?=[“「])")
_DATE = re.compile(
    r"^(?:(?:19|20)\d{2}年?度?[底末初]?|\d{1,2}月份?[底末初]?|\d{1,2}日)"
    r"(?:[—–~～至到-]|(?:19|20)\d{2}年?|\d{1,2}月份?|\d{1,2}日)*"
)
_SUBJECT = re.compile(r"^[^，、“”的]{1,8}[省市区县州旗镇乡](?=[共已]|累计|现有|全年)")
_RATE = re.compile(r"(?:率|度|占比|比例|比重)$")
_NO_NOUN = re.compile(r"[和与或、起]|及(?!时|格)|提前|以来")
_AND_OTHERS = re.compile(r"等$")
_WEAK = (("attribute", "change-verb"), ("act-verb",), ("generic-noun",))
SHORT = 4  # characters of an item that is not readable without its list's head: 村级, 川陕甘 (2026-11)
LONGEST_TAIL = 16  # characters of a predicate; what follows tells more than is counted (2026-11)


@dataclass(frozen=True, slots=True)
class Named:
    """The phrase for a number, and how it was found."""

    phrase: str
    rule: str
    words: tuple[Span, ...]  # the words that the phrase is made of, for the scope of reforms and platforms


@dataclass(frozen=True)
class _Rules:
    start: re.Pattern[str]
    start_char: re.Pattern[str]
    copula: re.Pattern[str]
    kept: re.Pattern[str]
    from_mark: re.Pattern[str]
    change: re.Pattern[str]
    change_end: re.Pattern[str]
    change_to: re.Pattern[str]
    weak: re.Pattern[str]
    bare: re.Pattern[str]
    total: re.Pattern[str]
    acts: re.Pattern[str]
    act: re.Pattern[str]
    doing: re.Pattern[str]
    predicate: re.Pattern[str]
    attribute: re.Pattern[str]
    afresh: re.Pattern[str]
    adverb: re.Pattern[str]
    list_head: re.Pattern[str]
    frame: re.Pattern[str]
    noun: re.Pattern[str]
    loose: re.Pattern[str]


@cache
def _rules(lexicon: Lexicon) -> _Rules:
    cue = lexicon.alternation
    than = f"[比较与同].{{1,14}}?(?={cue('change-verb')})|(?:是|为|相当于)(?:19|20)\\d{{2}}年(?:同期)?的?"
    return _Rules(
        start=re.compile(f"^{cue('frame-start')}"),
        start_char=re.compile(f"^{cue('frame-char')}(?=$|{_longer(lexicon, 'act-verb', 'frame-start')})"),
        copula=re.compile(f"{cue('copula-end')}$"),
        kept=re.compile(f"{cue('act-verb', 'attribute', 'change-verb')}$"),
        from_mark=re.compile(f"{cue('from-mark')}{cue('former-time')}?(?:同期)?的?[近约]?$"),
        change=re.compile(cue("change-verb")),
        change_end=re.compile(f"(?<=..){cue('change-verb')}[了至到]?$"),
        change_to=re.compile(f"^[，,]?{cue('change-verb')}{{0,2}}(?:至|到|为|成)"),
        weak=re.compile("|".join(f"(?:{cue(*c, 'copula-end')}|[比较占的了各]|占.{{1,8}}的?|{than})+" for c in _WEAK)),
        bare=re.compile(f"(?:{cue('attribute', 'copula-end')})+"),
        total=re.compile(cue("total")),
        acts=re.compile(f"^(?:{cue('act-verb')}[了的]?)+"),
        act=re.compile(cue("act-verb")),
        doing=re.compile(f"(?:平均|累计|共)?新?(?:{cue('act-verb', 'change-verb')})+(?:了|各类)?"),
        predicate=re.compile(f"的(?!时)|{cue('predicate-start')}"),
        attribute=re.compile(f"{cue('shared-attribute')}$"),
        afresh=re.compile(cue("new-statement")),
        adverb=re.compile(cue("predicate-adverb")),
        list_head=re.compile(f".*(?:的有|分别有|包括|为|是|有|{_longer(lexicon, 'generic-noun')})(?=.{{1,8}}$)"),
        frame=re.compile(f"{cue('topic-end')}$"),
        noun=re.compile(f"{cue('generic-noun')}+"),
        loose=re.compile(f"^{cue('approximate-after-unit')}|^{cue('limit-after-time')}"),
    )


def _longer(lexicon: Lexicon, *cues: str) -> str:
    """Return an alternation of the words of two characters or more: one character begins many a word."""
    return "|".join(re.escape(w) for cue in cues for w in lexicon.words(cue) if len(w) > 1)


class Namer:
    """Names the numbers of one sentence, from left to right: what a later one lacks, an earlier one supplies."""

    def __init__(self, folded: str, sentence: Span, found: Sequence[Place], lexicon: Lexicon) -> None:
        self._text = folded
        self._sentence = sentence
        self._clauses = clauses(folded, sentence)
        self._ends = [c.end for c in self._clauses]
        self._places = found
        self._rules = _rules(lexicon)
        self._topic = ""  # the last thing that was named in full
        self._topic_span: Span | None = None
        self._stale = False  # the topic stands before a semicolon
        self._part = 0
        self._unit: str | None = None  # of the number before
        self._head = ""  # the head of the list after 其中
        self._head_unit: str | None = None
        self._each: dict[int, Named] = {}
        self._history: list[tuple[str, tuple[Span, ...]]] = []  # the phrases so far
        self._frame = self._frame_of_sentence()
        self._subject = ""  # what changes from one value to another

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
        if place.part != self._part:
            self._stale, self._head, self._part = True, "", place.part
        left = self._of(place.left)
        right = self._right(place)
        if not (place.listed or place.joined or self._rules.change_to.match(left)):
            self._subject = ""
        self._watch_head(i, place, left)
        own = tuple(s for s in (place.left, place.right if right else None) if s)
        if i in self._each or self._distribute(i, place, left):
            return [self._each[i]]
        if rates := self._rates(left, right):
            self._about("")
            return [self._result(rate, "shared", own) for rate in rates]
        if self._rules.from_mark.search(left) and self._changes(i, place):
            return [self._from(place, left, own)]
        if self._subject and place.listed and self._changes(i, place):
            return [self._former(self._subject + self._former_noun(place), own)]
        if right:
            return [self._counted(i, place, left, right)]
        return [self._stated(i, place, left, own)]

    # the rules

    def _distribute(self, i: int, place: Place, left: str) -> bool:
        """甲、乙分别为3件、5件: as many things as numbers, or nothing."""
        mark = left.rfind("分别")
        if mark < 0 or place.left is None:
            return False
        group = [i]
        while group[-1] + 1 < len(self._places) and self._places[group[-1] + 1].joined:
            group.append(group[-1] + 1)
        things = self._things(place.left) or self._history[-len(group) :]
        if len(things) != len(group) or len(group) < 2:
            return False
        shared = self._rules.attribute.search(things[-1][0])
        tail = self._core(left[mark + len("分别") :])
        for number, (thing, words) in zip(group, things, strict=True):
            common = shared.group() if shared and not self._rules.attribute.search(thing) else ""
            self._each[number] = Named((thing + common + tail)[-LONGEST:].strip(_EDGE), "each", words)
        return True

    def _things(self, left: Span) -> list[tuple[str, tuple[Span, ...]]]:
        """Return the things listed before 分别, each with its own words."""
        end = left.start + left.of(self._text).rfind("分别")
        cuts = [m.span() for m in _THING_CUT.finditer(self._text, left.start, end)]
        edges = [left.start, *(place for cut in cuts for place in cut), end]
        spans = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
        named = [(self._core(s.of(self._text)), (s,)) for s in spans]
        return [(thing, words) for thing, words in named if thing]

    def _rates(self, left: str, right: str) -> list[str]:
        """甲率、乙率均为100%: each of them."""
        core = self._core(left)
        parts = [p for p in core.split("、") if p]
        if right or len(parts) < 2 or not all(p.endswith(("率", "占比", "比例", "度")) for p in parts):
            return []
        return parts

    def _from(self, place: Place, left: str, own: tuple[Span, ...]) -> Named:
        core = self._core(self._rules.from_mark.sub("", left))
        if not core or self._rules.weak.fullmatch(core):
            core = self._context(core, place) + core
        self._about(core)
        self._subject = core
        return self._former(core + self._former_noun(place), own)

    def _former_noun(self, place: Place) -> str:
        """Return the noun of an old value: 由4个环节."""
        right = self._clean(self._of(place.right))
        found = self._rules.change.search(right)
        return right[: found.start()] if found else right

    def _former(self, phrase: str, own: tuple[Span, ...]) -> Named:
        return Named(f"{phrase[-LONGEST:].strip(_EDGE)}（原）", "from", own)

    def _counted(self, i: int, place: Place, left: str, right: str) -> Named:
        noun, tail = self._noun(right)
        first, last = self._group(i)
        lead = self._lead(self._of(self._places[first].left))
        if i != last:
            tail = self._noun(self._right(self._places[last]))[1]
        if self._subject and self._rules.change.match(lead):
            lead = self._subject + lead
        words = [
            s for s in (place.right, self._places[last].right, self._before_examples(self._places[first].left)) if s
        ]
        phrase = f"{lead}{noun}{tail}"
        rule = "counted"
        if self._head and self._under(place, left):
            phrase, rule = self._head + phrase, "under"
        elif self._rules.weak.fullmatch(phrase) or (not lead and self._rules.adverb.match(phrase)):
            phrase, rule = self._context(phrase, place) + phrase, "carried"
        if not self._rules.adverb.match(noun):
            self._about(noun, place.right)
        return self._result(phrase, rule, tuple(words))

    def _stated(self, i: int, place: Place, left: str, own: tuple[Span, ...]) -> Named:
        core = self._core(left)
        if place.listed and not core:
            lead = self._lead(self._of(self._places[self._group(i)[0]].left))
            core = self._subject + lead if self._subject and self._rules.change.match(lead) else self._topic
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
        if not core or self._rules.weak.fullmatch(core):
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
        before = [c for c in self._clauses if c.start < place.clause.start]
        return self._core(Span(before[-1].start, place.clause.start - 1).of(self._text)) if before else ""

    def _list_head(self, place: Place, core: str) -> str:
        """下沉事项为镇级121项、村级35项: short items of one list share what stands before the first."""
        if place.left is None or self._text[place.left.start - 1] != "、" or not 2 <= len(core) <= SHORT:
            return ""
        if self._rules.weak.fullmatch(core) or self._rules.act.search(core) or place.quantity.unit != self._unit:
            return ""
        head = self._rules.list_head.match(self._topic)
        return head.group() if head and head.end() < len(self._topic) else ""

    def _shared_act(self, place: Place, core: str) -> str:
        """Return the act said once for a list: 回访企业7800次、群众10800人次."""
        if place.left is None or not core or self._head or self._text[place.left.start - 1] != "、":
            return ""
        first = self._rules.doing.match(self._topic)
        if (
            first is None
            or self._rules.doing.match(core)
            or first.end() == len(self._topic)
            or self._rules.weak.fullmatch(core)
        ):
            return ""
        return first.group()

    def _watch_head(self, i: int, place: Place, left: str) -> None:
        """Remember what stands before 其中; forget it where its list ends."""
        first = i == 0 or self._places[i - 1].clause != place.clause
        opened = "其中" in self._text[max(self._sentence.start, place.clause.start - 3) : place.clause.start]
        if "其中" in left or (first and opened):
            self._head = self._topic if i else ""
            self._head_unit = place.quantity.unit
        elif self._head and not self._under(place, left):
            self._head = ""

    def _under(self, place: Place, left: str) -> bool:
        """Tell whether a number is an item of the list after 其中."""
        if "其中" in left:
            return True
        core = self._core(left)
        same_clause = place.left is not None and self._text[place.left.start - 1] == "、"
        short = len(core) <= len("农民专业合作社类")
        alike = place.quantity.unit == self._head_unit and short and not self._rules.acts.match(core)
        return self._head != "" and core != "" and (same_clause or alike) and not self._rules.weak.fullmatch(core)

    def _changes(self, i: int, place: Place) -> bool:
        """Tell whether the words after a number turn it into the next one: …压缩至."""
        after = [p for p in self._places[i + 1 :] if not p.listed]
        limit = after[0].quantity.span.start if after else place.clause.end
        between = self._text[place.quantity.span.end : limit]
        found = self._rules.change.search(between)
        return found is not None and re.search(r"[至到为成]", between[found.start() :]) is not None

    def _group(self, i: int) -> tuple[int, int]:
        """Return the first and the last of the counted nouns that share an act and a predicate."""
        first = last = i
        while self._places[first].listed and first > 0:
            first -= 1
        while last + 1 < len(self._places) and self._places[last + 1].listed and self._right(self._places[last + 1]):
            last += 1
        return first, last

    def _right(self, place: Place) -> str:
        """Return the counted noun with its predicate, or nothing where the words after the number are of another kind."""
        if place.right is None:
            return ""
        raw = place.right.of(self._text)
        if place.right.start == place.quantity.span.end + 1 and "\u4e00" <= raw[0] and place.quantity.unit:
            return ""  # a space ends a headline's phrase
        text = self._rules.loose.sub("", self._clean(raw).lstrip(_EDGE)).lstrip("的之").strip(_EDGE)
        if found := self._rules.afresh.search(text, 1):
            text = text[: found.start()]
        text = text.rstrip("的")
        attributive = raw.startswith("的") or self._rules.noun.fullmatch(text) is not None
        if self._rules.weak.fullmatch(text) and not attributive:
            return ""
        if self._rules.change_to.match(text) or _NO_NOUN.match(text):
            return ""
        return _SPLIT.sub(lambda m: m.group(), text)[:LONGEST]

    def _noun(self, right: str) -> tuple[str, str]:
        found = self._rules.predicate.search(right, 1)
        if found is None:
            return right, ""
        return right[: found.start()], right[found.start() :].removeprefix("的")[:LONGEST_TAIL]

    def _lead(self, left: str) -> str:
        """Return the act before a counted noun, without the examples of an 等 list."""
        core = self._core(_AND_OTHERS.sub("", left)) if not _AND_OTHERS.search(left) else left
        if not _AND_OTHERS.search(left):
            return core
        act = self._rules.act.search(core)
        return self._core(core[: act.end()]) if act and act.start() < len(core) // 2 else ""

    def _before_examples(self, left: Span | None) -> Span | None:
        """Return the words on the left without the examples of an 等 list: they are counted, they don't act."""
        if left is None or not _AND_OTHERS.search(left.of(self._text)):
            return left
        act = self._rules.act.search(self._text, left.start, left.end)
        return Span(left.start, act.end()) if act else None

    def _context(self, core: str, place: Place | None = None) -> str:
        """Return the thing that an attribute belongs to: the topic, else the clause before."""
        topic = self._topic
        if _RATE.search(core) and _RATE.search(topic):
            return ""
        if (self._stale or not topic) and place is not None:
            before = self._clauses[: bisect_right(self._ends, place.clause.start)]
            earlier = [c for c in before[-1:] if not re.search(r"\d", c.of(self._text))]
            if earlier:
                topic, self._topic_span = self._core(self._of(earlier[-1]))[-LONGEST_TOPIC:], earlier[-1]
        topic = self._rules.change_end.sub("", topic)
        total = self._rules.total.search(core) or (place and self._rules.total.search(self._of(place.left)))
        if total or self._rules.acts.match(core):
            topic = self._object(topic)
        if total:
            self._about(topic, self._topic_span)
        return "" if topic in core else topic

    def _object(self, topic: str) -> str:
        """Return what an act is done to: 窗口受理诉求 is about 诉求."""
        ends = [m.end() for m in self._rules.doing.finditer(topic) if m.end() <= len(topic) - 2]
        return topic[ends[-1] :] if ends else topic

    def _result(self, phrase: str, rule: str, words: tuple[Span, ...]) -> Named:
        frame = "" if self._frame in phrase else self._frame
        return Named(frame + phrase[-LONGEST:].strip(_EDGE), rule, words)

    def _frame_of_sentence(self) -> str:
        """Return what a sentence announces before its figures: 政府采购方面，…"""
        for clause in self._clauses[:2]:
            text = self._of(clause)
            if self._rules.frame.search(text) and not re.search(r"\d|其中", text):
                return self._core(self._rules.frame.sub("", text))[-LONGEST_TOPIC:]
        return ""

    def _of(self, span: Span | None) -> str:
        return "" if span is None else _SPACE.sub("", span.of(self._text))

    def _clean(self, text: str) -> str:
        return _QUOTES.sub("", _SPACE.sub("", text))

    def _core(self, text: str) -> str:
        """Strip the frame before a thing and the copula after it; quotation marks keep a name whole until then."""
        text = _SPACE.sub("", text).strip(_EDGE)
        while text:
            text = _SUBJECT.sub("", text)
            shorter = _DATE.sub("", _OPEN_EDGE.sub("", text), count=1).lstrip(_EDGE)
            if not self._rules.acts.match(shorter):
                shorter = self._rules.start.sub("", shorter, count=1).lstrip(_EDGE)
                shorter = self._rules.start_char.sub("", shorter, count=1).lstrip(_EDGE)
            if not self._rules.kept.search(shorter):
                shorter = self._rules.copula.sub("", shorter, count=1).rstrip(_EDGE)
            if shorter == text:
                break
            text = shorter
        return _QUOTES.sub("", text)
