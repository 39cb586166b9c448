"""The regions that a text names: divisions, zones, townships, and what stands for them.

In: folded text, cue words, the gazetteer, the region that the report is about. Out: `Mention`s in the order of the
text, each labelled with the official name. Rules: `full`, `short`, `path`, `zone` (the gazetteer's names), `town`,
`village`, `zone-form` (by form), `abbreviation` (川渝), `anaphora` (我县, 全省). `home_region` tells which region a
report is about.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.model import Kind, Mention, Span
from kg.places.home import home_region
from kg.places.localities import find_localities
from kg.places.settle import Company, settle
from kg.places.sight import Form, Sighting, names, sight
from kg.terms.gazetteer import Division, Gazetteer
from kg.terms.lexicon import Lexicon

__all__ = ["find_regions", "home_region"]


COUNTED = {"两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7}
"""How many provinces 鲁苏两省 names: the numeral that may begin the word after them."""


@dataclass(frozen=True)
class _Rules:
    own: re.Pattern[str]  # 全县
    no_own: frozenset[str]  # characters that take 全 away from it: 健全
    run: re.Pattern[str]  # 川渝
    counted: re.Pattern[str]  # 鲁苏两省
    provinces: dict[str, Division]  # by abbreviation


@lru_cache(maxsize=4)
def _rules(lexicon: Lexicon, gazetteer: Gazetteer) -> _Rules:
    words = lexicon.alternation
    provinces = {a: d for d in gazetteer.divisions for a in d.abbreviation}
    letters = f"[{''.join(sorted(provinces))}]"
    return _Rules(
        re.compile(rf"{words('region-own')}(?P<level>{words('region-own-level')})(?!{words('region-own-next')})"),
        frozenset(lexicon.words("region-own-before")),
        re.compile(rf"(?P<run>{words('region-run')})(?!{letters})(?!{words('region-run-not-next')})"),
        re.compile(rf"(?P<run>{letters}{letters}{{1,6}})(?P<next>{words('region-run-next')})"),
        provinces,
    )


def find_regions(
    folded: str, lexicon: Lexicon, gazetteer: Gazetteer, home: Division | None, year: int | None = None
) -> tuple[Mention, ...]:
    """Return the regions that a text names.

    Args:
        folded: the text in simplified script (`Document.folded`).
        lexicon: the cue words.
        gazetteer: the divisions and zones.
        home: the region that the report is about, where it is known: it settles what is ambiguous, and is what
            我县 and 全市 stand for.
        year: the year of the report; a division's code and name are those of that year. None: today's.
    """
    table = names(lexicon, gazetteer)
    settled = settle(folded, sight(folded, table), table, Company(table, home, year))
    localities = find_localities(folded, settled, lexicon)
    rules = _rules(lexicon, gazetteer)
    mentions = [Mention(Kind.REGION, p.span, p.span.of(folded), p.rule) for p in localities]
    mentions += _apart((_mention(s) for s in settled if s.counts), mentions)
    mentions += _apart(_runs(folded, rules), mentions)
    if home:
        mentions += _apart(_anaphora(folded, rules, (*gazetteer.above(home), home)), mentions)
    return tuple(sorted(mentions, key=lambda m: m.span))


def _apart(found: Iterable[Mention], others: Sequence[Mention]) -> list[Mention]:
    """Return the mentions that share no character with the others."""
    covered = {at for m in others for at in range(m.span.start, m.span.end)}
    return [m for m in found if covered.isdisjoint(range(m.span.start, m.span.end))]


def _mention(sighting: Sighting) -> Mention:
    surface, division = sighting.surface, sighting.division
    label = division.name if division else surface.divisions[0].name
    if sighting.span.end - sighting.span.start > len(surface.text):
        rule = "path"
    else:
        rule = {Form.FULL: "full", Form.ZONE: "zone"}.get(surface.form, "short")
    return Mention(Kind.REGION, sighting.span, label, rule, (division and division.code) or None, known=True)


def _runs(folded: str, rules: _Rules) -> Iterator[Mention]:
    """Yield the provinces of 川渝 and 鲁苏两省, a character each."""
    for pattern in (rules.run, rules.counted):
        for m in pattern.finditer(folded):
            start, end = m.span("run")
            if pattern is rules.counted:
                start = end - COUNTED.get(m["next"][0], 2)
            for at in range(max(start, m.start("run")), end):
                if division := rules.provinces.get(folded[at]):
                    yield Mention(
                        Kind.REGION, Span(at, at + 1), division.name, "abbreviation", division.code, known=True
                    )


def _anaphora(folded: str, rules: _Rules, chain: Sequence[Division]) -> Iterator[Mention]:
    """Yield what 我县, 全市 and 该省 stand for: the nearest division upward whose name ends in that level."""
    for m in rules.own.finditer(folded):
        if m.start() and folded[m.start() - 1] in rules.no_own:
            continue
        division = next((d for d in reversed(chain) if d.name.endswith(m["level"])), None)
        if division:
            yield Mention(Kind.REGION, Span(*m.span()), division.name, "anaphora", division.code or None, known=True)
