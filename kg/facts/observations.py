"""Quantities to observations: what each measures, for which reform, on which platform, where, when, and whether done.

In: the quantities, mentions, outline and meta of a document. Out: observations in the order of the text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kg.facts.canonical import canonical
from kg.facts.indicators import Named, Namer
from kg.facts.phrases import places
from kg.facts.scope import Scope, Told
from kg.model import Kind, Mention, Meta, Modality, Observation, Quantity, Span
from kg.terms.lexicon import Lexicon
from kg.text.segment import PARAGRAPH, Outline

LONGEST_LIST = 60  # numbers before one in its sentence that may be items of its list; a "sentence" of more is a table
LOOK_BACK = 300  # characters before a number in which its time and modality are looked for (2026-11)
HEADING = 40  # characters; a longer first sentence of an item tells what was done (2026-11)
_CLAUSE = re.compile("[，,；;]")
_OF_ITS_OWN = ("stated", "counted", "under")
"""Rules by which a number's phrase says itself what is counted."""
_QUOTED = re.compile("“[^“”]*”")
_YEAR = re.compile(
    r"(?<![是为比较与])(?<![高低多少优早晚]于)((?:19|20)\d{2})年(?!来|行动|—|-|同期|[^，,。；;]{1,16}以来)"
)


@dataclass(frozen=True)
class _Rules:
    target: re.Pattern[str]
    plan: re.Pattern[str]
    problem: re.Pattern[str]
    plan_title: re.Pattern[str]
    report_title: re.Pattern[str]
    done: re.Pattern[str]
    last_year: re.Pattern[str]
    attribute: re.Pattern[str]
    year_plan: re.Pattern[str]


@cache
def _rules(lexicon: Lexicon) -> _Rules:
    cue = lexicon.alternation
    return _Rules(
        target=re.compile(cue("target-before")),
        plan=re.compile(cue("plan-heading")),
        problem=re.compile(cue("problem-heading")),
        plan_title=re.compile(cue("plan-title")),
        report_title=re.compile(cue("report-title")),
        done=re.compile(cue("done-mark")),
        last_year=re.compile(cue("last-year")),
        attribute=re.compile(cue("attribute")),
        year_plan=re.compile(f"(?P<year>(?:19|20)\\d{{2}})年(?:度|[^，,。；;]{{0,8}}?){cue('year-plan')}"),
    )


def observe(
    folded: str,
    outline: Outline,
    quantities: Sequence[Quantity],
    mentions: Sequence[Mention],
    meta: Meta,
    lexicon: Lexicon,
    future: Sequence[Span],
) -> list[Observation]:
    """Return what the quantities of a document measure; a number whose thing can't be named is left out.

    `future` holds the stretches that speak of what is still to be done (`plans`).
    """
    rules = _rules(lexicon)
    figures = [q.span.start for q in quantities]
    reforms, platforms, regions = (
        Scope(folded, [m for m in mentions if m.kind is kind], figures, outline, lexicon)
        for kind in (Kind.REFORM, Kind.PLATFORM, Kind.REGION)
    )
    found: list[Observation] = []
    topic, last = "", None
    reform: Mention | None = None
    platform: Mention | None = None
    for sentence, group in _by_sentence(outline, quantities):
        standing = places(folded, sentence, group)
        adjacent = outline.previous(sentence) == last
        part = 0
        told: list[Told] = []
        namer = Namer(folded, sentence, standing, lexicon, topic if adjacent else "")
        names = namer.names()
        topic, last = namer.topic, sentence
        if not (adjacent and _goes_on(folded, sentence, names[0], rules)):
            reform, platform = None, None
        business = reform
        for place, named in zip(standing, names, strict=True):
            quantity = place.quantity
            before = _before(folded, sentence, quantity)
            if place.part != part:
                platform, business, part, told = None, None, place.part, []
            for name in named:
                if not name.phrase:
                    continue
                part_of = name.rule == "under"
                items = [t for t in told[-LONGEST_LIST:] if t.part == part_of] if name.rule in _OF_ITS_OWN else ()
                reform = reforms.reform(name.words, quantity, sentence, items) or business
                told.append(Told(quantity, name.words, part_of))
                platform = platforms.platform(name.words, quantity.span, sentence, platform)
                found.append(
                    Observation(
                        quantity,
                        name.phrase,
                        canonical(name.phrase, quantity.unit, reform.label if reform else None, lexicon),
                        reform.label if reform else _twin(platform, lexicon),
                        platform.label if platform else None,
                        None,
                        _region(regions, sentence, quantity, meta),
                        period := _period(before, quantity, outline, meta, rules),
                        _modality(before, quantity, period, future, meta, rules),
                        sentence,
                        name.rule,
                    )
                )
    return found


def plans(
    folded: str, outline: Outline, lexicon: Lexicon, title: str | None = None, year: int | None = None
) -> list[Span]:
    """Return the stretches of a text that speak of what is still to be done.

    Under the title of a plan that is every sentence but those that tell what has been done; under a heading that
    speaks of the work of a year after that of the report (`year`), all that stands there.
    """
    rules = _rules(lexicon)
    if title and rules.plan_title.search(title) and not rules.report_title.search(title):
        return [s for s in outline.sentences if not rules.done.search(folded, s.start, s.end)]
    heads = ((i.span, i.head.of(folded)) for i in outline.items if i.level < PARAGRAPH)
    opened = [span for span, head in heads if _plans(head, year, rules) and not rules.problem.search(head)]
    return opened + [s for s in outline.sentences if rules.plan.match(folded, s.start, s.end)]


def _before(folded: str, sentence: Span, quantity: Quantity) -> str:
    """Return the words that tell the time and the modality of a number."""
    if quantity.heads:
        return "".join(head.of(folded) for head in quantity.heads)
    return folded[max(sentence.start, quantity.span.start - LOOK_BACK) : quantity.span.start]


def _plans(head: str, year: int | None, rules: _Rules) -> bool:
    """Tell whether a heading announces what is still to be done."""
    if rules.plan.search(head):
        return True
    work = rules.year_plan.search(head) if len(head) <= HEADING else None
    return bool(year and work and int(work["year"]) > year)


def _goes_on(folded: str, sentence: Span, named: Sequence[Named], rules: _Rules) -> bool:
    """Tell whether a sentence only goes on with the last figure before it: 其中…, or a rate of no thing of its own."""
    return folded.startswith("其中", sentence.start) or any(rules.attribute.fullmatch(n.phrase) for n in named)


def _twin(platform: Mention | None, lexicon: Lexicon) -> str | None:
    """Return the reform that a platform is named after: figures of the 好差评系统 report on 好差评."""
    if platform is None:
        return None
    term = lexicon.named("Reform", re.sub("(?:评价)?(?:系统|平台)$", "", platform.label))
    return term.label if term else None


def _by_sentence(outline: Outline, quantities: Sequence[Quantity]) -> list[tuple[Span, list[Quantity]]]:
    groups: dict[Span, list[Quantity]] = {}
    for quantity in quantities:
        groups.setdefault(outline.sentence_at(quantity.span.start), []).append(quantity)
    return list(groups.items())


def _modality(
    before: str, quantity: Quantity, period: str | None, future: Sequence[Span], meta: Meta, rules: _Rules
) -> Modality:
    """Tell an aim from what was done; what is said of a year after that of the document is never done."""
    if period and meta.issued and period > meta.issued[:4]:
        return Modality.TARGET
    clause = _QUOTED.sub("", re.split("[。；;]", before)[-1])
    if any(f.covers(quantity.span) for f in future) or rules.target.search(clause):
        return Modality.TARGET
    return Modality.TARGET if quantity.bound else Modality.ACTUAL


def _period(before: str, quantity: Quantity, outline: Outline, meta: Meta, rules: _Rules) -> str | None:
    years = _YEAR.findall(before)
    if years:
        return str(years[-1])
    if rules.last_year.search(before) and meta.issued:
        return str(int(meta.issued[:4]) - 1)
    return _headed(quantity, outline) or meta.period


def _headed(quantity: Quantity, outline: Outline) -> str | None:
    """Return the year that the innermost heading with one gives: 二、2032年工作计划."""
    heads = [i.head.of(outline.text) for i in outline.chain(quantity.span.start) if i.level < PARAGRAPH]
    years = [set(_YEAR.findall(head)) for head in heads if len(head) <= HEADING and not _CLAUSE.search(head)]
    return next((y.pop() if len(y) == 1 else None for y in years if y), None)


def _region(regions: Scope, sentence: Span, quantity: Quantity, meta: Meta) -> str | None:
    """Return the region that a number is about: the last one named before it in its sentence, else the report's."""
    codes = [m.code for m in regions.within(sentence.start, quantity.span.start) if m.code and m.rule == "anaphora"]
    return codes[-1] if codes else meta.region
