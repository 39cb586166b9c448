"""The grammar of a public body's name: region or level, what it deals with, and what kind of body it is.

In: folded text and the regions found in it. Out: `Body` values, each with its full name: 县编办 of 兴隆县 is
中共兴隆县委机构编制委员会办公室. The words stand in `ontology/agencies.ttl` and `ontology/cues/agencies.ttl`.
Out of scope: a document's publisher and its names for itself (`meta`, `agencies`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from kg.gazetteer import Division, Gazetteer
from kg.lexicon import Lexicon, Term
from kg.model import Mention, Span

NATIONAL, PARTY, PLURAL = "national-bodies", "party-bodies", "plural-bodies"
"""Schemes of `ontology/agencies.ttl`, by their local names."""
REGION, TITLE = "\ue000", "\ue001"  # private use: stand for the characters of a region and of a 《title》
WORDS = 9  # words in one body's name; the longest official ones have 6 (2026-11)
LOOKBACK = 4  # characters; the longest word that turns what follows into a class
NAME = 9  # characters of a division's official name before a body that `regions` left open

_TITLES = re.compile(r"《[^《》\n]{0,80}(?:《[^《》\n]{0,80}》[^《》\n]{0,80})*+》")


@dataclass(frozen=True, slots=True)
class Body:
    """A public body as it was named in one place."""

    span: Span
    owner: str  # what its full name begins with: 兴隆县, 中共兴隆县委; empty for a national body
    core: str  # the rest of its full name: 司法局
    code: str | None  # of the region it acts for
    rule: str  # region, level, listed, bare or national: what its name began with
    known: bool  # whether its type is listed
    written: str  # the rest of its name as the text has it: 编办

    @property
    def label(self) -> str:
        """The full name, as far as the text tells it."""
        return self.owner + self.core


@dataclass(frozen=True, slots=True)
class Place:
    """The region that a body's name begins with."""

    name: str | None  # full: 兴隆县; None where nothing tells
    surface: str  # as written: 兴隆, 县
    code: str | None = None


def find_bodies(
    folded: str, regions: Iterable[Mention], home: str | None, lexicon: Lexicon, gazetteer: Gazetteer
) -> tuple[Body, ...]:
    """Return the bodies named in a text, in order; `home` is the code of the region that 县 or 市 means."""
    grammar = grammar_of(lexicon)
    masked, ends = grammar.mask(folded, regions)
    reader = _Reader(folded, masked, ends, home, grammar, gazetteer)
    return _linked(_merged(list(reader.bodies())))


@dataclass(frozen=True, slots=True)
class Grammar:
    """The compiled words of the lexicon."""

    name: re.Pattern[str]
    body: re.Pattern[str]  # the body alone, to try what a region's last character belongs to
    types: dict[str, Term]
    sets: dict[str, tuple[str, ...]]
    stops: re.Pattern[str]  # what, right after any name, makes it another thing
    power_stops: re.Pattern[str]  # ditto, after an organ of state power
    office_stops: re.Pattern[str]  # ditto, after an office's short name

    def mask(self, folded: str, regions: Iterable[Mention]) -> tuple[str, dict[int, Mention]]:
        """Return the text with regions and titles blotted out, of the same length, and the regions by their ends."""
        chars, ends = list(folded), {}
        for region in regions:
            start, end = region.span.start, region.span.end
            if end - start > 2 and not self.body.match(folded, end) and self.body.match(folded, end - 1):  # noqa: PLR2004
                end -= 1  # 上海市场监管局: the last character begins the body
            chars[start:end] = REGION * (end - start)
            ends[end] = region
        for title in _TITLES.finditer(folded):
            chars[title.start() : title.end()] = TITLE * (title.end() - title.start())
        return "".join(chars), ends

    def scheme(self, core: str, scheme: str) -> bool:
        """Tell whether the listed type of that name belongs to a scheme."""
        term = self.types.get(core)
        return term is not None and any(s.endswith("/" + scheme) for s in term.facts.get("inScheme", ()))

    def generic(self, folded: str, start: int) -> bool:
        """Tell whether what stands before makes a class of the name: 各县司法局."""
        return folded[max(0, start - LOOKBACK) : start].endswith(self.sets["generic-before"])


def _any(words: Iterable[str]) -> str:
    """Return an atomic alternation, longest first, that looks at one character before it tries any word.

    >>> _any(["司法", "教育", "司"])
    '(?>(?=[司教])(?:司(?:法|)|教(?:育)))'
    """
    ordered = sorted(set(words), key=lambda w: (-len(w), w))
    firsts = sorted({w[0] for w in ordered})
    rests = {first: [re.escape(w[1:]) for w in ordered if w[0] == first] for first in firsts}
    branches = "|".join(f"{re.escape(first)}(?:{'|'.join(rests[first])})" for first in firsts)
    return f"(?>(?=[{re.escape(''.join(firsts))}])(?:{branches}))"


_SETS = (
    *("generic-before", "level-compound", "lookalike", "list", "head-bare", "court", "power", "level-city", "league"),
    *("committee-office", "committee-title", "committee-word", "committee-region"),
)


@lru_cache(maxsize=4)
def grammar_of(lexicon: Lexicon) -> Grammar:
    """Compile the words of bodies' names."""
    types = {form: term for term in lexicon.of_kind("AgencyType") for form in term.forms}

    def cue(*names: str) -> str:
        return _any(w for name in names for w in lexicon.words(f"agency-{name}"))

    step = f"(?:{cue('field', 'field-more')}|{REGION}++)"
    chain = f"{step}{{1,{WORDS}}}{cue('head')}"
    long, brief = _any(t for t in types if len(t) > 2), _any(t for t in types if len(t) == 2)  # noqa: PLR2004
    place = f"(?!{cue('field-more')})(?:(?![和与及等在由对的各了并将把向到从为是有])[\u4e00-\u9fff]){{2,3}}"
    sub = f"(?:{REGION}++|{cue('field')}{{1,3}}|{place}){cue('sub', 'court')}"
    placed = f"(?:{cue('court')}|{long}|{chain}|{brief})"
    bare = f"(?:{long}|{cue('field')}{step}{{0,{WORDS}}}{cue('head')}|{brief})"
    prefix = f"(?P<region>{REGION}++)|{cue('own')}?(?P<level>{cue('level')})|(?P<state>{cue('state')})"
    committee = f"(?P<committee>{cue('committee')})(?!{cue('committee-not-next')})"
    office = f"{cue('committee-office')}(?!{cue('office-not-next')})"
    pattern = (
        f"(?P<league>{cue('league')})?(?P<party>{cue('committee-title')})?(?:{prefix})"
        f"(?:{committee}(?P<pbody>{long}|{chain}|{brief}|{office})?"
        f"|(?P<gov>{cue('power')})?(?P<body>{placed})(?P<sub>{sub})?)"
        f"|(?P<bare>{bare})(?P<bsub>{sub})?"
    )
    return Grammar(
        re.compile(pattern),
        re.compile(f"(?:{committee}|{placed})"),
        types,
        {name: lexicon.words(f"agency-{name}") for name in _SETS},
        re.compile(cue("thing-next", "word-next")),
        re.compile(cue("power-next")),
        re.compile(cue("office-not-next")),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """One pass over one text."""

    folded: str
    masked: str
    regions: dict[int, Mention]
    home: str | None
    grammar: Grammar
    gazetteer: Gazetteer

    def bodies(self) -> Iterator[Body]:
        """Yield the bodies in order."""
        end, before = -1, None  # of the name before: where it ends, and its region
        for m in self.grammar.name.finditer(self.masked):
            place, rule = self._place(m)
            if rule == "bare" and 0 <= end <= m.start() and self.folded[end : m.start()] in self.grammar.sets["list"]:
                place, rule = before, "listed"
            if self._stopped(m, rule):
                continue
            end, before = m.end(), place
            if place is not None:
                yield self._body(m, place, rule)

    def _stopped(self, m: re.Match[str], rule: str) -> bool:
        """Tell whether a candidate is no body: a class of bodies, another word, or another thing."""
        grammar, name = self.grammar, m[0]
        core = m["body"] or m["bare"] or m["pbody"] or ""
        if grammar.stops.match(self.folded, m.end()):
            return True
        if core.endswith(grammar.sets["power"]) and grammar.power_stops.match(self.folded, m.end()):
            return True
        if name.endswith(grammar.sets["committee-office"]) and grammar.office_stops.match(self.folded, m.end()):
            return True
        if core not in grammar.types and name.endswith(grammar.sets["lookalike"]):
            return True
        if m["region"]:
            return bool(m["committee"]) and m["committee"] not in grammar.sets["committee-word"] and not m["party"]
        if m["level"]:
            if self._named_before(m) is not None:
                return False
            if self.folded[: m.end("level")].endswith(grammar.sets["level-compound"]):
                return True
        if m["bare"] and rule != "national":
            if grammar.scheme(core, PLURAL):
                return True
            if core not in grammar.types and not core.endswith(grammar.sets["head-bare"]) and REGION not in core:
                return True
        return rule != "listed" and grammar.generic(self.folded, m.start())

    def _place(self, m: re.Match[str]) -> tuple[Place | None, str]:
        """Return the region that a name begins with, and how it is given."""
        if m["region"]:
            mention = self.regions[m.end("region")]
            surface = self.folded[mention.span.start : m.end("region")]
            division = self.gazetteer.by_code(mention.code) if mention.code else None
            return Place(division.name if division else mention.label, surface, mention.code), "region"
        if m["level"]:
            return self._named_before(m) or self._at_level(m["level"]), "level"
        if m["state"] or self.grammar.scheme(m["bare"] or "", NATIONAL):
            return Place("", m["state"] or ""), "national"
        if REGION in (m["bare"] or ""):
            return Place("", ""), "region"
        division = self.gazetteer.by_code(self.home) if self.home else None
        if division is None or (division.level == "province" and not division.name.endswith(self.grammar.sets["level-city"])):
            return None, "bare"
        return Place(division.name, "", division.code), "bare"

    def _at_level(self, level: str) -> Place | None:
        """Return the home region, or the one above it, of a level; a level without a home stands for itself."""
        if self.home is None:
            return Place(None, level)
        home = self.gazetteer.by_code(self.home)
        line: list[Division] = [*self.gazetteer.ancestors(self.home), *([home] if home else [])]
        for division in reversed(line):
            if division.name.endswith(level):
                return Place(division.name, level, division.code)
        return None

    def _named_before(self, m: re.Match[str]) -> Place | None:
        """Return the division whose name the level ends, where `regions` left it open: 朝阳区, of which there are two."""
        end = m.end("level")
        for size in range(NAME, 2, -1):  # two characters are as often a verb and a level: 任县, 成县
            name = self.folded[max(0, end - size) : end]
            if REGION not in self.masked[max(0, end - size) : end] and (found := self.gazetteer.named(name)):
                codes = {d.code for d in found}
                return Place(name, name, codes.pop() if len(codes) == 1 else None)
        return None

    def _body(self, m: re.Match[str], place: Place, rule: str) -> Body:
        """Return the body of a match, its name completed."""
        start = m.start()
        if m["league"] and not m["committee"]:
            start = m.end("league")
        if rule == "level" and place.surface != m["level"]:
            start = m.end("level") - len(place.surface)
        elif m["region"]:
            start = min(start, self.regions[m.end("region")].span.start)
        span = Span(start, m.end())
        written = self.folded[m.start("bare") : m.end()] if m["bare"] else ""
        if m["committee"]:
            return self._committee(m, place, rule, span)
        core = m["body"] or m["bare"]
        tail = self.folded[m.end("body" if m["body"] else "bare") : m.end()]
        core = self.folded[m.start("body") : m.end("body")] if m["body"] else written[: len(core)]
        term = self.grammar.types.get(core)
        if place.name is None:
            return Body(span, "", span.of(self.folded), None, rule, term is not None, core + tail)
        if term is None or core in self.grammar.sets["court"]:
            owner = place.surface if rule == "region" else place.name
            owner = m["state"] or owner
            return Body(span, owner, core + tail, place.code, rule, term is not None, core + tail)
        owner = place.name
        if self.grammar.scheme(core, PARTY):
            owner = self._party(place.name)
        elif self.grammar.scheme(core, NATIONAL):
            owner = ""
        elif m["state"]:
            owner = m["state"]
        return Body(span, owner, term.label + tail, place.code, rule, True, core + tail)

    def _committee(self, m: re.Match[str], place: Place, rule: str, span: Span) -> Body:
        """Return a party committee, or a body of one."""
        core = m["pbody"] or ""
        term = self.grammar.types.get(core)
        if place.name is None:
            return Body(span, "", span.of(self.folded), None, rule, True, core)
        owner = self._party(place.name)
        if m["league"]:
            owner = self.grammar.sets["league"][0] + place.name + self.grammar.sets["committee-word"][0]
        full = term.label if term else core
        if core in self.grammar.sets["committee-office"]:
            full = next(w for w in self.grammar.sets["committee-office"] if w.startswith(core) and len(w) > 1)
        return Body(span, owner, full, place.code, rule, True, core)

    def _party(self, region: str) -> str:
        """Return the full name of a region's party committee."""
        sets = self.grammar.sets
        if region.endswith(sets["committee-region"]):
            return region + sets["committee-region"][-1]
        return sets["committee-title"][0] + region + sets["committee-word"][0]


def _merged(bodies: list[Body]) -> list[Body]:
    """Return the bodies with a national one that only begins a local one's name joined to it."""
    kept: list[Body] = []
    for body in bodies:
        if kept and kept[-1].rule == "national" and kept[-1].span.end == body.span.start and body.rule == "region":
            start = kept.pop().span.start
            kept.append(replace(body, span=Span(start, body.span.end)))
        else:
            kept.append(body)
    return kept


def _linked(bodies: list[Body]) -> tuple[Body, ...]:
    """Return the bodies with each abbreviation written out as the document itself writes that body elsewhere."""
    full: dict[str, set[str]] = defaultdict(set)
    for body in bodies:
        if body.core == body.written:
            full[body.owner].add(body.core)
    linked = []
    for body in bodies:
        longer = [core for core in full[body.owner] if body.owner and _abbreviates(body.written, core)]
        linked.append(replace(body, core=longer[0], known=True) if len(longer) == 1 else body)
    return tuple(linked)


def _abbreviates(short: str, full: str) -> bool:
    """Tell whether the characters of a short name stand in the full one, in order, its first and last at the ends.

    >>> _abbreviates("政数局", "政务服务数据管理局"), _abbreviates("数据局", "政务服务数据管理局")
    (True, False)
    """
    if not 2 < len(short) < len(full) or short[0] != full[0] or short[-1] != full[-1]:  # noqa: PLR2004
        return False
    rest = iter(full)
    return all(c in rest for c in short)
