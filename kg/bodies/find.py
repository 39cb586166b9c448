"""The grammar of a public body's name: region or level, what it deals with, and what kind of body it is.

In: folded text and the regions found in it. Out: `Body` values, each with its full name: 县编办 of 兴隆县 is
中共兴隆县委机构编制委员会办公室. The words stand in `ontology/agencies.ttl` and `ontology/cues/agencies.ttl`.
Out of scope: a document's publisher and its names for itself (`meta`, `agencies`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kg.bodies.grammar import NATIONAL, PARTY, PLURAL, REGION, Grammar, grammar_of
from kg.model import Kind, Mention, Span
from kg.terms.gazetteer import Division, Gazetteer
from kg.terms.lexicon import Lexicon

TOWN = "town"  # the rule of `regions` for 曲塘镇
SEAT = (3, 2)  # characters of a place that a court is named after
LARGE = ("province", "prefecture")  # levels of those places
NAME = 9  # characters of a division's official name before a body that `regions` left open


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
    regions = tuple(regions)
    seats = _seats(folded, regions, grammar, gazetteer)
    masked, ends = grammar.mask(folded, (*regions, *_stems(folded, regions, lexicon, grammar), *seats))
    reader = _Reader(folded, masked, ends, home, grammar, gazetteer)
    return _linked(_merged(list(reader.bodies())))


def _stems(folded: str, regions: Iterable[Mention], lexicon: Lexicon, grammar: Grammar) -> Iterator[Mention]:
    """Yield the townships that a body is named by without their kind: 曲塘 in 曲塘派出所, where 曲塘镇 is named."""
    kinds = lexicon.words("region-town-head")
    towns = {r.label for r in regions if r.rule == TOWN}
    for stem in sorted({town.removesuffix(kind) for town in towns for kind in kinds if town.endswith(kind)}):
        for m in re.finditer(re.escape(stem), folded):
            if len(stem) > 1 and grammar.body.match(folded, m.end()):
                yield Mention(Kind.REGION, Span(*m.span()), stem, TOWN)


def _seats(folded: str, regions: Iterable[Mention], grammar: Grammar, gazetteer: Gazetteer) -> Iterator[Mention]:
    """Yield the places that only the name of a court or custom house says: 南京 in 南京海事法院."""
    known = {r.span.end for r in regions}
    for m in grammar.court.finditer(folded):
        for size in () if m.start() in known else SEAT:
            name = folded[max(0, m.start() - size) : m.start()]
            codes = {d.code for d in gazetteer.named(name) if d.level in LARGE} if len(name) == size else set()
            if codes:
                code = codes.pop() if len(codes) == 1 else None
                yield Mention(Kind.REGION, Span(m.start() - size, m.start()), name, "seat", code)
                break


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
        for m in self.grammar.names(self.masked):
            place, rule = self._place(m)
            if rule == "bare" and 0 <= end <= m.start() and self.folded[end : m.start()] in self.grammar.sets["list"]:
                place, rule = before, "listed"
            end, before = m.end(), None if self._stopped(m, rule) else place
            if before is not None and (body := self._body(m, before, rule)):
                yield body

    def _stopped(self, m: re.Match[str], rule: str) -> bool:
        """Tell whether a candidate is no body: a class of bodies, another word, or another thing."""
        grammar, core = self.grammar, m["body"] or m["bare"] or m["pbody"] or ""
        listed = core in grammar.types
        if grammar.goes_on(self.folded, m[0], m.end()) or (not listed and m[0].endswith(grammar.sets["lookalike"])):
            return True
        if m["region"] or m["state"]:  # 某省委员会 may be that of any party; 中共某省委员会 is not
            if m["state"] and not listed and not core.endswith(grammar.sets["head-state"]):
                return True
            return bool(m["committee"]) and m["committee"] not in grammar.sets["committee-word"] and not m["party"]
        if m["level"] and self._named_before(m):
            return False
        if m["bare"] and rule != "national" and self._unplaced(core, rule, listed=listed, cut=self._cut(m.start())):
            return True
        compound = m["level"] and self.folded[: m.end("level")].endswith(grammar.sets["level-compound"])
        return bool(compound) or (rule != "listed" and grammar.generic(self.folded, m.start()))

    def _cut(self, start: int) -> bool:
        """Tell whether a word may go on to the left: 文体|广电局."""
        before = self.folded[start - 1 : start]
        return "\u4e00" <= before <= "\u9fff" and not before.endswith(self.grammar.sets["before"])

    def _unplaced(self, core: str, rule: str, *, listed: bool, cut: bool) -> bool:
        """Tell whether a name without region or level is none: 派出所, or what only looks like a name."""
        sets = self.grammar.sets
        if REGION in core:
            return not core.endswith(sets["court"])
        if rule == "listed":
            return core.endswith(sets["listed-not"]) and (not listed or self.grammar.scheme(core, PLURAL))
        if not listed:
            return cut or not core.endswith(sets["head-bare"]) or core.endswith(sets["court"])
        return self.grammar.scheme(core, PLURAL)

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
        city = self.grammar.sets["level-city"]
        if division is None or (division.level == "province" and not division.name.endswith(city)):
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
        """Return the division whose name the level ends, where `regions` can't tell which: 朝阳区, one of several."""
        end = m.end("level")
        for size in range(NAME, 2, -1):  # two characters are as often a verb and a level: 任县, 成县
            name = self.folded[max(0, end - size) : end]
            if REGION not in self.masked[max(0, end - size) : end] and len(self.gazetteer.named(name)) > 1:
                return Place(name, name)
        return None

    def _body(self, m: re.Match[str], place: Place, rule: str) -> Body | None:
        """Return the body of a match, its name completed; None where the name is that of a class."""
        span = Span(self._start(m, place, rule), m.end())
        if m["committee"]:
            return self._committee(m, place, rule, span)
        group = "body" if m["body"] else "bare"
        core, tail = self.folded[slice(*m.span(group))], self.folded[m.end(group) : m.end()]
        term, grammar = self.grammar.types.get(core), self.grammar
        if core in grammar.sets["court-short"] and self._province(place):
            return None
        if place.name is None:
            return Body(span, "", span.of(self.folded), None, rule, term is not None, core + tail)
        whole = rule != "region" or place.surface.endswith(place.name)
        owner = place.name if term or whole else place.surface  # 石家庄海关, but 石家庄市司法局
        if core in grammar.sets["court"] and not whole:
            owner = place.surface
        if m["gov"]:
            owner += grammar.types[m["gov"]].label
        if grammar.scheme(core, PARTY):
            owner = self._party(place.name)
        elif m["state"] or grammar.scheme(core, NATIONAL):
            owner = "" if grammar.scheme(core, NATIONAL) else m["state"]
        full = term.label if term else core
        return Body(span, owner, full + tail, place.code, rule, term is not None, core + tail)

    def _start(self, m: re.Match[str], place: Place, rule: str) -> int:
        """Return where the name begins."""
        if m["league"] and not m["committee"]:
            return m.end("league")
        if rule == "level" and place.surface != m["level"]:
            return m.end("level") - len(place.surface)
        return min(m.start(), self.regions[m.end("region")].span.start) if m["region"] else m.start()

    def _province(self, place: Place) -> bool:
        division = self.gazetteer.by_code(place.code) if place.code else None
        return division is not None and division.level == "province"

    def _committee(self, m: re.Match[str], place: Place, rule: str, span: Span) -> Body:
        """Return a party committee, or a body of one."""
        core = m["pbody"] or ""
        term = self.grammar.types.get(core)
        if place.name is None:
            return Body(span, "", span.of(self.folded), None, rule, known=True, written=core)
        owner = self._party(place.name)
        if m["league"]:
            owner = self.grammar.sets["league"][0] + place.name + self.grammar.sets["committee-word"][0]
        full = term.label if term else core
        if core in self.grammar.sets["committee-office"]:
            full = next(w for w in self.grammar.sets["committee-office"] if w.startswith(core) and len(w) > 1)
        return Body(span, owner, full, place.code, rule, known=True, written=core)

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
            nation = kept.pop()
            owner = body.owner if body.known else nation.label + body.owner
            kept.append(replace(body, span=Span(nation.span.start, body.span.end), owner=owner))
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
