"""What a report says of its reforms: who adopts them, over which platform they run, with whom they are shared.

In: folded text, its sentences, the mentions, and the stretches that speak of plans. Out: relations with evidence.
Which words make a relation stands in `ontology/cues/relations.ttl`. Out of scope: figures (`observations`).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.model import Kind, Mention, Meta, Relation, Span
from kg.names.candidates import Cover, titles
from kg.names.reforms import SHORTENED
from kg.terms.lexicon import Lexicon

REACH = 300  # characters before a name in which a plan or a negation is looked for (2026-11)
HEADING = 40  # characters; a longer first sentence of a line tells what was done (2026-11)
FAR = 3  # commas between 通过…平台 and the reform that it serves
NEAR = 8  # characters between a preposition and the platform it governs: 通过全省统一的…
GAP = 6  # characters of another region's name before its reform: 借鉴青禾市的…

_CLAUSE = re.compile(r"[，,；;]")
_COMMA = re.compile(r"[，,]")
_JOINT = re.compile(r"[”\"“、和及与\sA-Za-z]{0,8}")  # between the platforms of a row
_PART = re.compile(r"[；;]")
_NUMBER = re.compile(r"^[\s#（(]*(?:[一二三四五六七八九十0-9]{1,3}[、.．)）是]\s*)+")


@dataclass(frozen=True, slots=True)
class _Rules:
    """The cue words, compiled."""

    future: re.Pattern[str]
    plan_start: re.Pattern[str]
    negation: re.Pattern[str]
    borrowed: re.Pattern[str]
    by: re.Pattern[str]
    on: re.Pattern[str]
    act: re.Pattern[str]
    join: re.Pattern[str]
    offers: re.Pattern[str]
    shared: re.Pattern[str]
    far: re.Pattern[str]
    near: re.Pattern[str]
    partners: re.Pattern[str]
    together: re.Pattern[str]
    between: re.Pattern[str]


@lru_cache(maxsize=4)
def _rules(lexicon: Lexicon) -> _Rules:
    words = lexicon.alternation
    gap = rf"[^，,。；;]{{0,{NEAR}}}?"
    return _Rules(
        future=re.compile(f"(?<!为){words('relation-future')}"),
        plan_start=re.compile(rf"[^，,]{{0,16}}?[，,：:]?(?<!为){words('relation-plan-start')}"),
        negation=re.compile(rf"{words('relation-negation')}[^，,。；;]{{0,4}}$"),
        borrowed=re.compile(words("relation-borrowed")),
        by=re.compile(rf"{words('relation-by')}{gap}[“\"]?$"),
        on=re.compile(rf"{words('relation-on')}{gap}[“\"]?$"),
        act=re.compile(rf"[^，,。；;]{{0,9}}?{words('relation-act')}"),
        join=re.compile(rf"{words('relation-join')}{gap}[“\"]?$"),
        offers=re.compile(rf"[”\"]?[^，,。；;]{{0,3}}?{words('relation-offers')}"),
        shared=re.compile(words("relation-shared")),
        far=re.compile(words("relation-far")),
        near=re.compile(words("relation-near")),
        partners=re.compile(f"{words('relation-with')}[“]?$"),
        together=re.compile(rf"[^，,。；;]{{0,12}}?{words('relation-together')}"),
        between=re.compile(f"(?:{words('relation-between')}|[、，,“”])*+"),
    )


class _Text:
    """The mentions by place, and what the rules ask about a sentence."""

    def __init__(
        self, folded: str, sentences: Sequence[Span], mentions: Sequence[Mention], plans: Sequence[Span]
    ) -> None:
        self.folded = folded
        self.sentences = sorted(sentences)
        self._starts = [s.start for s in self.sentences]
        self._by_kind = {
            kind: sorted((m for m in mentions if m.kind is kind and m.rule != SHORTENED), key=lambda m: m.span)
            for kind in (Kind.REFORM, Kind.PLATFORM, Kind.REGION)
        }
        self._places = {kind: [m.span.start for m in found] for kind, found in self._by_kind.items()}
        self._plans = list(plans)
        self.titles = Cover(titles(folded))

    def of(self, kind: Kind, span: Span) -> list[Mention]:
        """Return the mentions of a kind that begin in a stretch of the text."""
        places = self._places[kind]
        return self._by_kind[kind][bisect_left(places, span.start) : bisect_left(places, span.end)]

    def sentence(self, place: int) -> Span:
        """Return the sentence around an offset."""
        number = max(0, bisect_right(self._starts, place) - 1)
        return self.sentences[number] if self.sentences else Span(0, max(1, len(self.folded)))

    def planned(self, place: int) -> bool:
        """Tell whether an offset lies in a plan."""
        return any(p.start <= place < p.end for p in self._plans)

    def add_plans(self, rules: _Rules) -> None:
        """Take sentences that open a plan, with the rest of their paragraph, for plans."""
        for sentence in self.sentences:
            start = sentence.start + _lead(sentence.of(self.folded))
            if rules.plan_start.match(self.folded, start):
                end = self.folded.find("\n", start)
                self._plans.append(Span(start, end if end > start else len(self.folded)))


def _lead(sentence: str) -> int:
    m = _NUMBER.match(sentence)
    return m.end() if m else 0


def find_relations(
    folded: str,
    sentences: Sequence[Span],
    mentions: Sequence[Mention],
    meta: Meta,
    lexicon: Lexicon,
    plans: Sequence[Span] = (),
) -> tuple[Relation, ...]:
    """Return every relation that a text states, once each, in the order of its first evidence."""
    if not any(m.kind is Kind.REFORM for m in mentions):
        return ()
    rules = _rules(lexicon)
    text = _Text(folded, sentences, mentions, plans)
    text.add_plans(rules)
    found: dict[tuple[str, str, str], Relation] = {}
    for finder in (_adoptions, _deliveries, _partners):
        for relation in finder(text, rules, meta):
            found.setdefault((relation.subject or "", relation.predicate, relation.object), relation)
    return tuple(sorted(found.values(), key=lambda r: (r.span, r.predicate, r.object)))


def _adoptions(text: _Text, rules: _Rules, meta: Meta) -> Iterator[Relation]:
    """Yield the reforms that the document's region carries out."""
    adopter = meta.region or meta.region_name
    everywhere = Span(0, max(1, len(text.folded)))
    for reform in text.of(Kind.REFORM, everywhere):
        sentence = text.sentence(reform.span.start)
        if not text.titles.over(reform.span) and _carried_out(text, rules, reform, sentence, meta):
            yield Relation(adopter, "adopts", reform.label, reform.span, sentence, "carried-out")


def _carried_out(text: _Text, rules: _Rules, reform: Mention, sentence: Span, meta: Meta) -> bool:
    start = reform.span.start
    before = text.folded[max(sentence.start, start - REACH) : start]
    clause = _CLAUSE.split(before)[-1]
    if text.planned(start) or rules.future.search(before.rpartition("；")[2]) or rules.negation.search(clause):
        return False
    if text.folded.startswith("率", reform.span.end):
        return False  # 网上可办率: a figure, not a practice
    return not (rules.borrowed.search(clause) or _elsewhere(text, rules, reform, sentence, meta))


def _elsewhere(text: _Text, rules: _Rules, reform: Mention, sentence: Span, meta: Meta) -> bool:
    """Tell whether another region stands right before the reform, and not as its partner: 云岭省的一窗快办."""
    regions = text.of(Kind.REGION, Span(max(sentence.start, reform.span.start - 16), reform.span.start + 1))
    last = next((r for r in reversed(regions) if 0 <= reform.span.start - r.span.end <= GAP), None)
    if last is None or not last.code or not meta.region or _related(last.code, meta.region):
        return False
    as_partner = rules.partners.search(text.folded[sentence.start : last.span.start])
    return not (as_partner or rules.shared.search(reform.label))


def _related(one: str, other: str) -> bool:
    """Tell whether one of two codes lies within the other."""
    a, b = one.rstrip("0"), other.rstrip("0")
    a, b = a + "0" * (len(a) % 2), b + "0" * (len(b) % 2)
    return a.startswith(b) or b.startswith(a)


def _headed(text: _Text) -> Iterator[tuple[Span, list[Mention]]]:
    """Yield each sentence with the reforms of the heading that it stands under, on the same line."""
    heading: list[Mention] = []
    line = -1
    for sentence in text.sentences:
        begins = max(line, text.folded.rfind("\n", max(0, line), sentence.start))
        if begins != line or _NUMBER.match(sentence.of(text.folded)):
            short = sentence.end - sentence.start <= HEADING
            line, heading = begins, text.of(Kind.REFORM, sentence) if short else []
        yield sentence, heading


def _deliveries(text: _Text, rules: _Rules, _: Meta) -> Iterator[Relation]:
    """Yield the platforms over which reforms run."""
    everywhere = Span(0, max(1, len(text.folded)))
    if not text.of(Kind.PLATFORM, everywhere):
        return
    spoken = {m.label: m for m in text.of(Kind.REFORM, everywhere)}
    for sentence, headed in _headed(text):
        reforms = text.of(Kind.REFORM, sentence)
        topic = headed[:1] if len({r.label for r in headed}) == 1 else []
        for platform in text.of(Kind.PLATFORM, sentence):
            if text.planned(platform.span.start) or text.titles.over(platform.span):
                continue
            if twin := next((r for label, r in spoken.items() if _twin(label, platform.label)), None):
                yield Relation(twin.label, "deliveredThrough", platform.label, platform.span, sentence, "twin")
            for reform in _carried(text, rules, platform, sentence, [*topic, *reforms]):
                yield Relation(reform.label, "deliveredThrough", platform.label, platform.span, sentence, "through")


def _twin(reform: str, platform: str) -> bool:
    """Tell whether a platform is named for a reform: 一表快填平台 of 一表快填."""
    return platform.startswith(reform) and platform != reform


def _carried(
    text: _Text, rules: _Rules, platform: Mention, sentence: Span, reforms: Sequence[Mention]
) -> Iterator[Mention]:
    """Yield the reforms that a sentence puts on the platform, by the words before and after its name."""
    folded, span = text.folded, platform.span
    row = _row_start(text, platform, sentence)
    before, after = folded[max(sentence.start, row - 24) : row], folded[span.end : sentence.end]
    governed = bool(rules.by.search(before))
    located = bool(rules.on.search(before) and rules.act.match(after)) or bool(rules.join.search(before))
    if not (governed or located or rules.offers.match(after)):
        return
    for reform in reforms:
        if not sentence.covers(reform.span):  # the heading's
            yield reform
            continue
        later = reform.span.start >= span.end
        gap = folded[span.end : reform.span.start] if later else folded[reform.span.end : row]
        reach = (FAR if governed else int(located)) if later else 1
        if not _PART.search(gap) and len(_COMMA.findall(gap)) <= reach and not _owned(platform, reforms, reform):
            yield reform


def _owned(platform: Mention, reforms: Sequence[Mention], reform: Mention) -> bool:
    """Tell whether the platform is the twin of another reform than the one that is asked about."""
    return not _twin(reform.label, platform.label) and any(_twin(r.label, platform.label) for r in reforms)


def _row_start(text: _Text, platform: Mention, sentence: Span) -> int:
    """Return where the row of platforms begins that the platform ends or continues: A、“B”APP、C."""
    start = platform.span.start
    for other in reversed(text.of(Kind.PLATFORM, Span(sentence.start, start + 1))):
        if other.span.end <= start and _JOINT.fullmatch(text.folded, other.span.end, start):
            start = other.span.start
    return start


def _partners(text: _Text, rules: _Rules, meta: Meta) -> Iterator[Relation]:
    """Yield the regions with which the services of a reform are shared."""
    for sentence, headed in _headed(text):
        named = text.of(Kind.REFORM, sentence)
        reforms = {r.label for r in named or headed if rules.shared.search(r.label)}
        if not reforms or text.planned(sentence.start) or rules.future.search(sentence.of(text.folded)):
            continue
        for region in _shared_with(text, rules, sentence, meta):
            for label in sorted(reforms):
                if _suits(rules, label, region, meta, alone=len(reforms) == 1):
                    yield Relation(label, "partner", region.label, region.span, sentence, "with")


def _shared_with(text: _Text, rules: _Rules, sentence: Span, meta: Meta) -> Iterator[Mention]:
    """Yield the regions after 与 or 联合, and those that act 共同 with the document's own."""
    for row in _rows(text, rules, sentence):
        own = [r for r in row if r.code and meta.region and _related(r.code, meta.region)]
        opened = rules.partners.search(text.folded[sentence.start : row[0].span.start])
        if opened or (own and rules.together.match(text.folded, row[-1].span.end)):
            yield from (r for r in row if r not in own)


def _rows(text: _Text, rules: _Rules, sentence: Span) -> list[list[Mention]]:
    """Return the regions of a sentence in rows: between those of one row stand only words of a list."""
    rows: list[list[Mention]] = []
    for region in text.of(Kind.REGION, sentence):
        end = rows[-1][-1].span.end if rows else region.span.start + 1
        if end <= region.span.start and rules.between.fullmatch(text.folded, end, region.span.start):
            rows[-1].append(region)
        else:
            rows.append([region])
    return rows


def _suits(rules: _Rules, label: str, region: Mention, meta: Meta, *, alone: bool) -> bool:
    """Tell whether a region can be partner in a reform: another province's in 跨省, the own province's in 省内."""
    if not region.code or not meta.region:
        return alone
    same = region.code[:2] == meta.region[:2]
    if rules.far.search(label):
        return not same
    return same if rules.near.search(label) else alone
