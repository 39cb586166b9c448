"""Which region a report is about.

In: folded text, title, cue words, gazetteer. Out: one division or None. Every name in the report gives weight to what
it means: more in the title, before the name of a public body, near the start; none in a dateline or a medium's name;
less in a list of several regions. The weights add up along the tree of divisions, and the walk goes down from the
province as far as one part outweighs the rest. How the report speaks of itself (我县, 市司法局) tells where to stop.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from kg.places.localities import find_localities
from kg.places.settle import Company, settle
from kg.places.sight import Form, Names, Need, Sighting, names, sight
from kg.terms.gazetteer import Division, Gazetteer
from kg.terms.lexicon import Lexicon
from kg.text.jump import jump

HEAD = 120  # characters of a text that say what it is about: a headline and the lead's first sentence
TITLE = 6.0  # a name in the title against one in the text
BODY = 2.0  # a name before that of a public body: 青田县行政审批局
LEAD = 2.0  # a name in the first sentences
LISTED = 0.3  # a name in a list of three or more
SURENESS = {Form.FULL: 1.5, Form.HIGH: 1.0, Form.LOW: 0.7, Form.ZONE: 1.0}  # of names: a short one may be another word
ENOUGH = 1.5  # weight under which a report is about no region: one short name in passing
DEEPER = 3  # times that a report must speak of itself as a county before a city is too high for it
PROVINCE = 0.6  # share of a province among all that is named
DOWN = 0.5  # share of a part at which the walk goes on to it


@dataclass(frozen=True)
class _Rules:
    dateline: re.Pattern[str]
    medium: re.Pattern[str]
    body: re.Pattern[str]
    own: re.Pattern[str]
    bare: re.Pattern[str]
    bare_first: re.Pattern[str]
    nation: re.Pattern[str]


@lru_cache(maxsize=4)
def _rules(lexicon: Lexicon) -> _Rules:
    words = lexicon.alternation
    level = words("region-own-level")
    return _Rules(
        re.compile(rf"\w{{0,6}}?\d{{1,2}}月\d{{1,2}}日\s?{words('region-dateline')}"),
        re.compile(rf"\w{{0,3}}?{words('region-medium')}(?<!网(?=[上络办格点约]))"),
        re.compile(rf"\w{{0,14}}?{words('region-body')}"),
        re.compile(rf"{words('region-own')}(?P<level>{level})(?!{words('region-own-next')})"),
        re.compile(rf"(?<!\w)(?P<level>{level})(?!{words('region-bare-next')})\w{{2,14}}?{words('region-body')}"),
        lexicon.first("region-own-level"),
        re.compile(words("region-nation")),
    )


def home_region(
    folded: str, title: str | None, lexicon: Lexicon, gazetteer: Gazetteer, year: int | None = None
) -> Division | None:
    """Return the division that the report is about, or None where it is about none or several.

    Args:
        folded: the text in simplified script (`Document.folded`).
        title: the title, folded, where there is one; it may also stand in the text.
        lexicon: the cue words.
        gazetteer: the divisions.
        year: the year of the report; the division is the one of that year. None: today's.
    """
    rules = _rules(lexicon)
    weights: dict[Division, float] = defaultdict(float)
    for text, factor in ((title or "", TITLE), (folded, 1.0)):
        for division, weight in _evidence(text, lexicon, gazetteer, year):
            weights[division] += factor * weight
    own = chain(rules.own.finditer(folded), jump(rules.bare_first, rules.bare, folded))
    levels = Counter(m["level"] for m in own)
    if len(rules.nation.findall(folded)) * SURENESS[Form.FULL] >= sum(weights.values()):
        return None
    return _walk(weights, levels, lexicon.words("region-county-level"), gazetteer)


def _evidence(text: str, lexicon: Lexicon, gazetteer: Gazetteer, year: int | None) -> Iterator[tuple[Division, float]]:
    """Yield each name's division with the name's weight."""
    table, rules = names(lexicon, gazetteer), _rules(lexicon)
    settled = settle(text, sight(text, table), table, Company(table, None, year))
    below = {at for place in find_localities(text, settled, lexicon) for at in range(place.span.start, place.span.end)}
    lists = _lists(text, settled, table)
    for at, sighting in enumerate(settled):
        division, end = sighting.division, sighting.span.end
        if division is None or sighting.span.start in below or _absorbed(settled, at) or not _trusted(sighting):
            continue
        if rules.dateline.match(text, end) or rules.medium.match(text, end):
            continue
        weight = SURENESS[sighting.surface.form]
        weight *= LISTED if at in lists else 1.0
        weight *= BODY if sighting.surface.form == Form.FULL and rules.body.match(text, end) else 1.0
        weight *= LEAD if sighting.span.start < HEAD else 1.0
        yield division, weight


def _trusted(sighting: Sighting) -> bool:
    """Tell whether a name is evidence: a common word is only where it counts as a mention."""
    return sighting.counts or sighting.surface.need < Need.COMPANY


def _absorbed(settled: Sequence[Sighting], at: int) -> bool:
    """Tell whether the name is but the first part of a path."""
    here = settled[at].span
    return at + 1 < len(settled) and settled[at + 1].span.covers(here)


def _lists(text: str, settled: Sequence[Sighting], table: Names) -> set[int]:
    """Return the places of names that stand in a list of three or more."""
    lists: set[int] = set()
    run: list[int] = []
    for at, sighting in enumerate([*settled, None]):
        if run and not (sighting and table.joint.fullmatch(text, settled[run[-1]].span.end, sighting.span.start)):
            lists.update(run if len(run) > 2 else ())  # noqa: PLR2004  three make a list
            run = []
        run.append(at)
    return lists


def _walk(
    weights: dict[Division, float], levels: Counter[str], deep: tuple[str, ...], gazetteer: Gazetteer
) -> Division | None:
    """Go down from the province that outweighs the rest, as far as a part outweighs its siblings and the whole."""
    mass: dict[str, float] = defaultdict(float)
    by_key: dict[str, Division] = {}
    below: dict[str, set[str]] = defaultdict(set)
    for division, weight in weights.items():
        path = [*gazetteer.above(division), division]
        for upper, lower in zip([None, *path[:-1]], path, strict=True):
            mass[_key(lower)] += weight
            by_key[_key(lower)] = lower
            below[_key(upper) if upper else ""].add(_key(lower))
    total = sum(mass[key] for key in below[""])
    if total < ENOUGH:
        return None
    here, threshold = "", PROVINCE
    while below[here]:
        best = max(sorted(below[here]), key=lambda key: mass[key])
        if mass[best] < threshold * (mass[here] if here else total):
            break
        here = best
        threshold = _threshold(by_key[here], levels)
    home = by_key.get(here)
    return None if home is None or _too_high(home, levels, deep) else home


def _too_high(home: Division, levels: Counter[str], deep: tuple[str, ...]) -> bool:
    """Tell whether the report speaks of itself as a county within the division, whose name it never gives."""
    own = home.name[-1]
    deeper = max((levels[level] for level in deep if level != own), default=0)
    return home.level in ("province", "prefecture") and deeper >= DEEPER and deeper > 2 * levels[own]


def _key(division: Division) -> str:
    return division.code or division.name  # a zone has no code


def _threshold(division: Division, levels: Counter[str]) -> float:
    """Return the share at which the walk leaves a division for a part of it, as the report's own words have it."""
    own = levels[division.name[-1]]
    lower = sum(levels.values()) - own
    return DOWN if own == lower else 0.75 if own > lower else 0.3
