"""Parts and whole: what a sentence adds up.

In: a `Series`. Out: checks. Rules, each by the words between the figures:

- `of which`: 业务900件，其中办理类500件、查询类400件 – parts after 其中; of one classification they are all of it;
- `part`: 办件50件，其中网上60件 – no part exceeds its whole;
- `list`: 活动12场：宣讲7场、义诊5场; 分为… – parts after a colon, in brackets, or after a word that says so;
- `in all`: 线上30件、线下20件，合计50件 – the sum after its parts;
- `run`: 共接待70批，初访50批，重访20批 – parts in a row after a number that is said to be a whole, where they fit;
- `rest`: 共12个，已改造9个，其余3个.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from kg.checks.claims import Check, Kind, added, check
from kg.checks.series import Said, Series
from kg.terms.lexicon import Lexicon

SHORTFALL = Fraction(1, 100)  # of the whole: three classes that lack no more are meant to be all of it (2026-11)
CLASSES = 3
MISPRINT = Fraction(1, 1000)  # of a large whole: what parts in a row lack no more than by a digit (2026-11)
LARGE = 1_000
FEWEST = 20  # a whole that is smaller is met by chance (2026-11)
_NUMBER = "[二两三四五六七八九十]"
_COUNTS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_OPEN = re.compile(r"[：:（(]")
_BRACKETS = ("（", "(")
_CLOSE = ("）", ")")
_LISTED = ("、", "和", "与", "及")
_HEAD = re.compile(r"^[^，,。；;！？：:\d]{0,12}[：:（(][^，,。；;！？（(\d]{0,12}$")
"""Between a whole and the first of its parts: its noun, then a colon or a bracket, then the first part's name."""
_APART = re.compile(r"[，,（(：:]|中$")
"""Between a whole and its part; without one of these they are two items of a list."""
_JOIN = re.compile(r"^[、，,和与及（(）)]")


@dataclass(frozen=True)
class _Rules:
    of_which: re.Pattern[str]
    made_of: re.Pattern[str]
    classed: re.Pattern[str]
    excerpt: re.Pattern[str]
    total: re.Pattern[str]
    whole: re.Pattern[str]
    alone: re.Pattern[str]
    rest: re.Pattern[str]
    done: re.Pattern[str]
    part: re.Pattern[str]
    average: re.Pattern[str]
    pairs: tuple[tuple[str, str], ...]
    addable: frozenset[str]  # units of which parts make a whole: no rates, no times


@cache
def _rules(lexicon: Lexicon) -> _Rules:
    cue = lexicon.alternation
    several = cue("audit-several").replace("X", _NUMBER)
    copula = f"(?:{cue('audit-copula')})*"
    return _Rules(
        of_which=re.compile(cue("audit-of-which", "audit-holding")),
        made_of=re.compile(cue("audit-made-of")),
        classed=re.compile(cue("audit-class")),
        excerpt=re.compile(cue("audit-excerpt")),
        total=re.compile(
            f"(?:^|[，,、；;（(）)。])(?:(?P<several>{several}))?{cue('audit-total')}(?P<act>.{{0,4}}?){copula}$"
        ),
        alone=re.compile(f"{cue('audit-total')}{copula}"),
        whole=re.compile(cue("audit-whole-lead")),
        rest=re.compile(f"(?:^|[，,、；;）)])(?:而)?{cue('audit-remainder')}{copula}$"),
        done=re.compile(cue("audit-done")),
        part=re.compile(f"[，,、（(]?{cue('audit-of-which')}"),
        average=re.compile(cue("audit-average")),
        pairs=tuple((a, b) for a, _, b in (w.partition("/") for w in lexicon.words("audit-complement"))),
        addable=frozenset(
            t.label for t in lexicon.of_kind("Unit") if (t.fact("unitKind") or "count") not in ("rate", "time")
        ),
    )


def sums(series: Series, lexicon: Lexicon) -> Iterator[Check]:
    """Yield the checks of parts and whole in a sentence."""
    rules = _rules(lexicon)
    for at in range(1, len(series.said)):
        if series.said[at].figure.unit not in rules.addable:
            continue
        found = (
            _rest(series, at, rules)
            or _in_all(series, at, rules)
            or _of_which(series, at, rules)
            or _list(series, at, rules)
            or _run(series, at, rules)
        )
        if found:
            yield found


def _sum(series: Series, rule: str, whole: int, parts: Sequence[int], *, strict: bool) -> Check | None:
    said = series.said
    if not all(said[i].sure for i in (whole, *parts)):
        return None
    operands = [said[i].figure for i in parts]
    return check(Kind.SUM, rule, said[whole].figure, operands, added(len(parts)), series.sentence, strict=strict)


def _of_which(series: Series, at: int, rules: _Rules) -> Check | None:
    """Read the parts after 其中: of one classification they don't overlap, of others they may."""
    mark = _last(rules.of_which, series.said[at].gap)
    if mark is None or re.search(r"[；;。]", series.said[at].gap[mark.end() :]):
        return None
    wholes = series.alike(at)
    if not wholes or (len(wholes) > 1 and wholes[1] == wholes[0] - 1 and series.said[wholes[0]].link[:1] in _LISTED):
        return None  # 办件900件、来访50件，其中…: of either
    whole, parts = wholes[0], _items(series, at, rules)
    if len(parts) == 1:
        return _part(series, whole, at, wholes, rules)
    if found := _fitting(series, "of which", whole, parts):
        return found
    closed = len(wholes) == 1 and _closed(series, parts, rules)
    strict = closed and _whole_told(series, whole, parts, rules)
    return _sum(series, "of which", whole, parts, strict=True) if strict else None


def _whole_told(series: Series, whole: int, parts: Sequence[int], rules: _Rules) -> bool:
    """Tell whether parts that don't add up were meant to: complements, classes that exceed or nearly fill the whole."""
    value = series.said[whole].figure.value
    total = sum((series.said[i].figure.value for i in parts), Fraction(0))
    off = abs(value - total)
    if _complements(series, parts, rules) or (value >= LARGE and off <= MISPRINT * value):
        return True
    return _classed(series, parts, rules) and (total > value or (len(parts) >= CLASSES and off <= SHORTFALL * value))


def _complements(series: Series, parts: Sequence[int], rules: _Rules) -> bool:
    names = [series.said[i].words for i in parts]
    if len(names) != 2:  # noqa: PLR2004  a pair
        return False
    return any((a in names[0] and b in names[1]) or (b in names[0] and a in names[1]) for a, b in rules.pairs)


def _part(series: Series, whole: int, at: int, wholes: Sequence[int], rules: _Rules) -> Check | None:
    """Report a part that exceeds its whole, where nothing else can be the whole; one that doesn't claims nothing."""
    said = series.said
    if (
        not rules.part.search(said[at].gap)
        or said[whole].link[:1] in _LISTED
        or rules.average.search(said[whole].before)
    ):
        return None
    between = all(said[i].figure.unit in ("%", "‰") for i in range(whole + 1, at))
    if len(wholes) > 1 or not between or not (said[whole].sure and said[at].sure) or rules.whole.search(said[at].words):
        return None
    if said[at].figure.range.low <= said[whole].figure.range.high:
        return None
    return check(Kind.SUM, "part", said[whole].figure, [said[at].figure], added(1), series.sentence, strict=True)


def _list(series: Series, at: int, rules: _Rules) -> Check | None:
    """Read the parts after a colon, a bracket or 分为, right behind the whole."""
    here, whole = series.said[at], series.said[at - 1]
    made = rules.made_of.search(here.gap)
    opened = _OPEN.search(here.gap) if _HEAD.match(here.gap) else None
    if whole.figure.unit != here.figure.unit or whole.part != here.part or not (made or opened):
        return None
    if made is None and rules.of_which.search(here.gap):
        return None  # read there
    parts = _items(series, at, rules)
    bracket = opened is not None and opened.group() in _BRACKETS
    if bracket:  # the list ends where its bracket does
        closed = next((n for n, i in enumerate(parts, 1) if series.said[i].mark in _CLOSE), 0)
        parts = parts[:closed]
    if len(parts) < 2:  # noqa: PLR2004  one part is no list
        return None
    if found := _fitting(series, "list", at - 1, parts):
        return found
    whole_list = bracket or _ends(series, parts)
    told = made is not None or whole_list or _classed(series, parts, rules)
    return _sum(series, "list", at - 1, parts, strict=True) if told and _closed(series, parts, rules) else None


def _in_all(series: Series, at: int, rules: _Rules) -> Check | None:
    """Read a sum after its parts: all that have its unit, or as many as it says."""
    said = series.said
    mark = rules.total.search(said[at].gap)
    if mark is None:
        return None
    parts, end, count = sorted(series.alike(at)), at, _counted(said[at - 1], said[at], rules)
    if mark["several"]:
        count = _COUNTS.get(mark["several"][0], 0)
    elif count:  # 两项合计: the two are a figure, but no part
        end = at - 1
        parts = [i for i in parts if i != end]
    parts = parts[-count:]
    if len(parts) < max(2, count) or not all(mark["act"] in said[i].before for i in parts):
        return None
    alone = parts[0] == 0 or said[parts[0] - 1].part != said[at].part
    unbroken = parts == list(range(parts[0], end)) and all(_JOIN.match(said[i].link) for i in parts[1:])
    plain = not any(rules.of_which.search(said[i].gap) or rules.excerpt.search(said[i].words) for i in parts)
    return _sum(series, "in all", at, parts, strict=unbroken and plain and (alone or count > 0))


def _counted(before: Said, here: Said, rules: _Rules) -> int:
    """Return how many parts 两项 in 两项合计 stands for, where it was read as a figure."""
    value = before.figure.value
    told = rules.alone.fullmatch(here.gap) and value.denominator == 1 and before.figure.written[0] in _COUNTS
    return int(value) if told else 0


def _run(series: Series, at: int, rules: _Rules) -> Check | None:
    """Read parts that follow a whole without a word, where they fit it exactly."""
    said, whole = series.said, at - 1
    if not rules.whole.search(said[whole].before) or said[whole].figure.unit != said[at].figure.unit:
        return None
    if said[whole].figure.value < FEWEST:
        return None
    return _fitting(series, "run", whole, _items(series, at, rules))


def _rest(series: Series, at: int, rules: _Rules) -> Check | None:
    """Read what is left: the whole, the part and the rest have one unit and follow one another."""
    said = series.said
    if not rules.rest.search(said[at].gap):
        return None
    before = series.alike(at)
    if len(before) != 2 or before[0] != at - 1:  # noqa: PLR2004  a whole and a part
        return None
    part, whole = before
    if not _APART.search(said[part].gap):
        return None
    told = rules.whole.search(said[whole].before) or rules.done.search(said[part].gap) or said[part].gap[-1:] == "中"
    strict = bool(told) and not rules.excerpt.search(said[at].words)
    return _sum(series, "rest", whole, [part, at], strict=strict)


def _items(series: Series, at: int, rules: _Rules) -> list[int]:
    """Return the figures of the list that begins at a place: one unit; shares and changes beside them are left out."""
    said, found = series.said, [at]
    for i in range(at + 1, len(said)):
        here = said[i]
        if here.part != said[at].part or rules.of_which.search(here.gap) or rules.total.search(here.gap):
            break
        if here.figure.unit == said[at].figure.unit:
            found.append(i)
        elif here.figure.unit not in ("%", "‰"):
            break
    return found


def _fitting(series: Series, rule: str, whole: int, parts: Sequence[int]) -> Check | None:
    """Return the check of the longest beginning of a list that adds up; a list may go on with other matters."""
    for count in range(len(parts), 1, -1):
        if found := _sum(series, rule, whole, parts[:count], strict=False):
            return found
    return None


def _classed(series: Series, parts: Sequence[int], rules: _Rules) -> bool:
    """Tell whether all parts are named as classes of one sort: 办理类, 查询类; 县级, 乡级."""
    ends = [{m.group() for m in rules.classed.finditer(_name(series.said[i]))} for i in parts]
    return bool(set.intersection(*ends))


def _name(said: Said) -> str:
    return said.before + said.after


def _closed(series: Series, parts: Sequence[int], rules: _Rules) -> bool:
    """Tell whether nothing says that the list is an excerpt."""
    return not any(rules.excerpt.search(series.said[i].words) for i in parts) and _unbroken(parts)


def _unbroken(parts: Sequence[int]) -> bool:
    return list(parts) == list(range(parts[0], parts[-1] + 1))


def _ends(series: Series, parts: Sequence[int]) -> bool:
    """Tell whether the sentence, or its part, ends with the list."""
    last = parts[-1]
    return last + 1 == len(series.said) or series.said[last + 1].part != series.said[last].part


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return found[-1] if found else None
