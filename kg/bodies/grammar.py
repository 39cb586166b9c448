"""The words of public bodies' names, compiled: what may follow what.

In: the lexicon. Out: a `Grammar`, whose pattern `bodies` runs over a text in which regions and titles are blotted out.
A name is a region or level, then what the body deals with (agency-field), then what it is (agency-head); or a party
committee; or a type that `ontology/agencies.ttl` lists. Out of scope: which region 县 means, and the
full name (`bodies`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from kg.model import Mention
from kg.terms.lexicon import Lexicon, Term

NATIONAL, PARTY, PLURAL = "national-bodies", "party-bodies", "plural-bodies"
"""Schemes of `ontology/agencies.ttl`, by their local names."""
ANAPHORA = "anaphora"  # the rule of `regions` for 我县, 全县
REGION, TITLE = "\ue000", "\ue001"  # private use: stand for the characters of a region and of a 《title》
WORDS = 9  # words in one body's name; the longest official ones have 6 (2026-11)
REACH = 60  # characters of a name before its key; nine words and a region's full name (2026-11)
LOOKBACK = 4  # characters; the longest word that turns what follows into a class
SHORT = 2  # characters of the shortest names, which are tried last: 政府 begins 政府采购中心

_STOP = re.compile(rf"[^\w（）(){REGION}{TITLE}]+")
"""What no name holds."""
_NUMBER = re.compile(r"[\u4e00-\u9fff]{0,3}+[〔\[]\s?(?:19|20)\d\d")
_TITLES = re.compile(r"《[^《》\n]{0,80}(?:《[^《》\n]{0,80}》[^《》\n]{0,80})*+》")


@dataclass(frozen=True, slots=True)
class Grammar:
    """The compiled words of the lexicon."""

    name: re.Pattern[str]
    name_first: re.Pattern[str]
    keys: AhoCorasick  # words one of which every name holds: 局, 人民法院, 政务服务中心
    court: re.Pattern[str]
    body: re.Pattern[str]  # the body alone, to try what a region's last character belongs to
    types: dict[str, Term]
    sets: dict[str, tuple[str, ...]]
    stops: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]  # after a name that ends so, what makes it another thing

    def mask(self, folded: str, regions: Iterable[Mention]) -> tuple[str, dict[int, Mention]]:
        """Return the text with regions and titles blotted out, of the same length, and the regions by their ends."""
        blots: list[tuple[int, int]] = []
        ends = {}
        for region in regions:
            start, end = region.span.start, region.span.end
            if region.rule == ANAPHORA:
                continue  # 我县 is read with the level; 全县 makes a class
            if folded[start:end] in self.sets["field"] or folded[start:end] in self.sets["field-more"]:
                continue  # 公安 in 公安局, which is also a county
            if end - start > SHORT and not self.body.match(folded, end) and self.body.match(folded, end - 1):
                end -= 1  # 上海市场监管局: the last character begins the body
            blots.append((start, end))
            ends[end] = region
        masked = _blotted(folded, sorted(blots), REGION)
        return _blotted(masked, (title.span() for title in _TITLES.finditer(folded)), TITLE), ends

    def names(self, masked: str) -> Iterator[re.Match[str]]:
        """Yield the names in a masked text, which begin not far before a key: there alone their grammar is tried."""
        searched = reached = 0
        for _, start, _ in self.keys.find_matches_as_indexes(masked, overlapping=True):
            begin = max(searched, start - REACH)
            begin = max((m.end() for m in _STOP.finditer(masked, begin, start)), default=begin)
            searched = max(searched, start + 1)
            for first in self.name_first.finditer(masked, begin, start + 1):
                if first.start() >= reached and (found := self.name.match(masked, first.start())):
                    reached = found.end()
                    yield found

    def scheme(self, core: str, scheme: str) -> bool:
        """Tell whether the listed type of that name belongs to a scheme."""
        return core in self.types and _in_scheme(self.types[core], scheme)

    def goes_on(self, folded: str, name: str, end: int) -> bool:
        """Tell whether what follows a name makes another thing of it: 县政府网站, 商务部门, 人社部发〔2031〕2号."""
        if _NUMBER.match(folded, end):
            return True
        return any(name.endswith(tails) and stop.match(folded, end) for tails, stop in self.stops)

    def generic(self, folded: str, start: int) -> bool:
        """Tell whether what stands before makes a class of the name: 各县司法局."""
        return folded[max(0, start - LOOKBACK) : start].endswith(self.sets["generic-before"])


def _blotted(text: str, spans: Iterable[tuple[int, int]], blot: str) -> str:
    """Return the text with one character for every other in the spans, which stand in order and may overlap."""
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        pieces += text[at:start], blot * (end - max(at, start))
        at = max(at, end)
    return "".join([*pieces, text[at:]])


def _in_scheme(term: Term, scheme: str) -> bool:
    return any(s.endswith("/" + scheme) for s in term.facts.get("inScheme", ()))


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
    *("field", "field-more", "head-state", "before", "listed-not", "court-short"),
    *("committee-office", "committee-title", "committee-word", "committee-region"),
)


_BEGINNING = ("league", "committee-title", "own", "level", "state", "field", "field-more")
"""What a name may begin with, beside a region and the listed types."""


@lru_cache(maxsize=4)
def grammar_of(lexicon: Lexicon) -> Grammar:
    """Compile the words of bodies' names."""
    types = {form: term for term in lexicon.of_kind("AgencyType") for form in term.forms}

    def cue(*names: str) -> str:
        return _any(w for name in names for w in lexicon.words(f"agency-{name}"))

    first = f"(?:{cue('field', 'field-more')}|{REGION}++)"
    step = f"(?:{cue('field', 'field-more', 'field-link')}|{REGION}++)"
    chain = f"{first}{step}{{0,{WORDS}}}{cue('head')}"
    long, brief = _any(t for t in types if len(t) > SHORT), _any(t for t in types if len(t) <= SHORT)
    place = f"(?!{cue('field-more')})(?:(?![和与及等在由对的各了并将把向到从为是有])[\u4e00-\u9fff]){{2,3}}"
    sub = f"(?:{REGION}++|{cue('field')}{{1,3}}|{place}){cue('sub', 'court')}"
    placed = f"(?:{cue('court')}|{long}|{chain}|{brief})"
    bare = f"(?:{long}|{cue('field')}{step}{{0,{WORDS}}}{cue('head')}|{brief})"
    national = _any(form for form, term in types.items() if _in_scheme(term, NATIONAL))
    state = f"(?!{national})(?P<state>{cue('state')})"
    prefix = f"(?P<region>{REGION}++)|{cue('own')}?(?P<level>{cue('level')})|{state}"
    committee = f"(?P<committee>{cue('committee')})(?!{cue('committee-not-next')})"
    office = f"{cue('committee-office')}(?!{cue('office-not-next')})"
    pattern = (
        f"(?P<league>{cue('league')})?(?P<party>{cue('committee-title')})?(?:{prefix})"
        f"(?:{committee}(?P<pbody>{long}|{chain}|{brief}|{office})?"
        f"|(?P<gov>{cue('power')})?(?P<body>{placed})(?P<sub>{sub})?)"
        f"|(?P<bare>{bare})(?P<bsub>{sub})?"
    )
    keys = set(types).union(*(lexicon.words(f"agency-{name}") for name in ("head", "court", "committee")))
    firsts = {form[0] for form in types} | {REGION}
    firsts |= {w[0] for name in _BEGINNING for w in lexicon.words(f"agency-{name}")}
    return Grammar(
        re.compile(pattern),
        re.compile(f"[{re.escape(''.join(sorted(firsts)))}]"),
        AhoCorasick(sorted(keys)),
        re.compile(lexicon.alternation("agency-court")),
        re.compile(f"(?:{committee}|{placed})"),
        types,
        {name: lexicon.words(f"agency-{name}") for name in _SETS},
        (
            (("",), re.compile(cue("thing-next", "word-next"))),
            (lexicon.words("agency-power"), re.compile(cue("power-next"))),
            (lexicon.words("agency-committee-office"), re.compile(cue("office-not-next"))),
            (lexicon.words("agency-ministry"), re.compile(cue("ministry-not-next"))),
        ),
    )
