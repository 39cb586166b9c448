"""Differences and growth: a change beside the two figures that it lies between.

In: a `Series`. Out: checks. Rules:

- `from to`: 由12份减至3份，压缩75% – and 压缩75%（由12份减至3份）;
- `than`: 办件120件，比上年的100件增长20%; 成交465万元，比预算480万元节约15万元;
- `before`: 办件120件，去年同期100件，同比增长20%;
- `by and by`: 总产量2923万吨，比上年减25万吨，下降0.9% – the base is what the amount and its change give;
- `saved`: 预算480万元，成交465万元，节约15万元; `saved, rate`: 节约率3.1%.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from kg.checks.claims import HUNDRED, LESS, Check, Figure, Formula, Kind, change, check
from kg.checks.series import Said, Series
from kg.terms.lexicon import Lexicon

POINTS = "个百分点"
TIMES = "倍"
_EDGE = r"[，,、；;（()）]"


@dataclass(frozen=True)
class _Rules:
    start: re.Pattern[str]
    goes: re.Pattern[str]
    less: re.Pattern[str]
    more: re.Pattern[str]
    by: re.Pattern[str]
    by_then: re.Pattern[str]
    opens: re.Pattern[str]
    than: re.Pattern[str]
    than_by: re.Pattern[str]
    former: re.Pattern[str]
    former_noun: re.Pattern[str]
    other: re.Pattern[str]
    average: re.Pattern[str]
    planned: re.Pattern[str]
    spent: re.Pattern[str]
    saved: re.Pattern[str]


@cache
def _rules(lexicon: Lexicon) -> _Rules:
    cue = lexicon.alternation
    aside, verb = f"(?:{cue('audit-change-aside')})*", cue("audit-less", "audit-more", "change-verb")
    month = "\\d{1,2}月(?:份|底|末|\\d{1,2}日)?"
    former = f"(?:{cue('audit-former')}|(?:(?:19|20)\\d\\d年(?:{month})?|{month})(?:同期|底|末)?)"
    return _Rules(
        start=re.compile(f"{cue('from-mark')}[^，,、；;。由从\\d]{{0,6}}(?:(?:19|20)\\d\\d年)?(?:同期)?的?$"),
        goes=re.compile(f"{verb}[至到为成]{former}?的?$"),
        less=re.compile(cue("audit-less", "audit-saved")),
        more=re.compile(cue("audit-more")),
        by=re.compile(f"^{_EDGE}*{aside}(?P<verb>{verb}){aside}$"),
        by_then=re.compile(f"(?P<verb>{verb}){aside}$"),
        opens=re.compile(f"[，,（(]即?{cue('from-mark')}"),
        than=re.compile(f"(?:^|{_EDGE}){cue('audit-than')}(?P<base>.{{0,10}}?)(?:的|为)?$"),
        than_by=re.compile(f"^{_EDGE}?{cue('audit-than')}{former}(?:同期)?{aside}(?P<verb>{verb})了?$"),
        former=re.compile(f"^[，,（(]{former}(?:同期)?(?:为|是|的)?$"),
        former_noun=re.compile(f"^[，,（(]{former}(?:同期)?的?(?P<noun>[\u4e00-\u9fff]{{2,8}}?)[为是共]?$"),
        other=re.compile(cue("audit-other-basis")),
        average=re.compile(cue("audit-average")),
        planned=re.compile(cue("audit-planned")),
        spent=re.compile(cue("audit-spent")),
        saved=re.compile(cue("audit-saved")),
    )


def changes(series: Series, lexicon: Lexicon) -> Iterator[Check]:
    """Yield the checks of differences and growth in a sentence."""
    rules = _rules(lexicon)
    if rules.other.search(series.text):
        return
    for at in range(1, len(series.said)):
        found = (
            _from_to(series, at, rules)
            or _than(series, at, rules)
            or _by_and_by(series, at, rules)
            or _saved(series, at, rules)
        )
        if found:
            yield found


def _from_to(series: Series, at: int, rules: _Rules) -> Check | None:
    """由A减至B，压缩C: at B."""
    said = series.said
    old, new = said[at - 1], said[at]
    if not rules.start.search(old.gap) or not rules.goes.search(new.gap) or old.figure.unit != new.figure.unit:
        return None
    if re.search(_EDGE, new.gap) or old.figure.value == new.figure.value:
        return None
    down = new.figure.value < old.figure.value
    if at + 1 < len(said) and said[at + 1].part == new.part:
        by = rules.by.match(said[at + 1].link)
        if by and _agrees(by["verb"], rules, down=down):
            return _change(series, "from to", at + 1, (at - 1, at), rules)
    if at > 1 and said[at - 2].part == old.part and rules.opens.match(old.link):
        by = rules.by_then.search(said[at - 2].before)
        if by and _agrees(by["verb"], rules, down=down):
            return _change(series, "from to", at - 2, (at - 1, at), rules)
    return None


def _than(series: Series, at: int, rules: _Rules) -> Check | None:
    """A，比B增长C; A，去年同期B，同比增长C: at C."""
    if at < 2:  # noqa: PLR2004  A and B
        return None
    said = series.said
    new, base, claim = said[at - 2], said[at - 1], said[at]
    if len({s.part for s in (new, base, claim)}) > 1 or new.figure.unit != base.figure.unit:
        return None
    by = rules.by.match(claim.link)
    if by is None:
        return None
    rule = "than" if rules.than.search(base.gap) else "before" if _before(new, base, rules) else None
    if rule is None or (rule == "than" and re.match(_EDGE, claim.link)):
        return None
    down = rules.less.fullmatch(by["verb"]) is not None
    if not down and not rules.more.fullmatch(by["verb"]):
        return None
    if down != (new.figure.value < base.figure.value):
        return None
    return _change(series, rule, at, (at - 1, at - 2), rules, kind=Kind.GROWTH)


def _before(new: Said, base: Said, rules: _Rules) -> bool:
    """Tell whether a figure is of a time before, and, where it names what it counts, of the same: 收件A，去年收件B."""
    again = rules.former_noun.match(base.link)
    return rules.former.match(base.link) is not None or (again is not None and new.before.endswith(again["noun"]))


def _by_and_by(series: Series, at: int, rules: _Rules) -> Check | None:
    """A，比上年增加D，增长C%: at C."""
    if at < 2 or series.said[at].figure.unit not in HUNDRED:  # noqa: PLR2004  A and D
        return None
    said = series.said
    amount, by, claim = said[at - 2], said[at - 1], said[at]
    first, second = rules.than_by.match(by.link), rules.by.match(claim.link)
    if first is None or second is None or amount.figure.unit != by.figure.unit or not re.match(_EDGE, claim.link):
        return None
    ways = [rules.less.fullmatch(m["verb"]) is not None for m in (first, second)]
    if ways[0] != ways[1] or len({s.part for s in (amount, by, claim)}) > 1:
        return None
    if not all(s.sure for s in (amount, by, claim)) or (not ways[0] and by.figure.value >= amount.figure.value):
        return None
    whole = HUNDRED[claim.figure.unit or "%"]
    formula = _from_change(whole, down=ways[0])
    operands = [by.figure, amount.figure]
    return check(Kind.GROWTH, "by and by", claim.figure, operands, formula, series.sentence, strict=True)


def _from_change(whole: int, *, down: bool) -> Formula:
    if down:
        return Formula(lambda v: v[0] / (v[1] + v[0]) * whole if v[1] + v[0] else Fraction(0),
                       f"{{0}} ÷ ({{1}} + {{0}}) × {whole}")  # fmt: skip
    return Formula(lambda v: v[0] / (v[1] - v[0]) * whole if v[1] != v[0] else Fraction(0),
                   f"{{0}} ÷ ({{1}} - {{0}}) × {whole}")  # fmt: skip


def _saved(series: Series, at: int, rules: _Rules) -> Check | None:
    """预算A，成交B，节约C, or 节约率C%: at C."""
    said, claim = series.said, series.said[at]
    if not rules.saved.search(claim.before) or not claim.sure:
        return None
    here = [i for i in range(at) if said[i].part == claim.part and said[i].sure]
    planned = [i for i in here if rules.planned.search(said[i].before)]
    spent = [i for i in here if rules.spent.search(said[i].before)]
    if len(planned) != 1 or len(spent) != 1 or planned == spent:
        return None
    before, after = said[planned[0]].figure, said[spent[0]].figure
    if before.unit != after.unit:
        return None
    if claim.figure.unit == before.unit:
        return check(Kind.DIFFERENCE, "saved", claim.figure, [before, after], LESS, series.sentence, strict=True)
    if claim.figure.unit in HUNDRED:
        formula = change(claim.figure.unit, down=True)
        return check(Kind.RATIO, "saved, rate", claim.figure, [before, after], formula, series.sentence, strict=True)
    return None


def _agrees(verb: str, rules: _Rules, *, down: bool) -> bool:
    """Tell whether a verb may speak of a change in that direction."""
    opposite = rules.more if down else rules.less
    return opposite.fullmatch(verb) is None


def _change(
    series: Series, rule: str, claim: int, ends: tuple[int, int], rules: _Rules, kind: Kind = Kind.DIFFERENCE
) -> Check | None:
    """Check a claimed change between an old and a new figure, in the unit in which it is claimed."""
    said = series.said
    claimed, old, new = (said[i].figure for i in (claim, *ends))
    if not all(said[i].sure for i in (claim, *ends)) or rules.average.search(said[claim].before):
        return None
    down = new.value < old.value
    formula, operands = _formula(claimed, old, new, down=down)
    if formula is None:
        return None
    loose = claimed.unit in (None, TIMES) or (claimed.unit in HUNDRED and old.unit in HUNDRED)
    return check(kind, rule, claimed, operands, formula, series.sentence, strict=not loose)


def _formula(claimed: Figure, old: Figure, new: Figure, *, down: bool) -> tuple[Formula | None, list[Figure]]:
    apart = [old, new] if down else [new, old]
    if claimed.unit == old.unit or (claimed.unit == POINTS and old.unit in HUNDRED):
        return LESS, apart
    if claimed.unit in HUNDRED and old.unit not in HUNDRED and old.value:
        return change(claimed.unit, down=down), [old, new]
    if (claimed.unit == TIMES and not down and old.value) or (claimed.unit is None and claimed.value < 1 and old.value):
        return change(None, down=down), [old, new]
    return None, []
