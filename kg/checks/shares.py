"""Shares of counts: a rate beside the part and the whole that it is made of.

In: a `Series`. Out: checks. Rules:

- `rate`: 证照60种，已开通48种，开通率80% – the two counts before a rate whose name speaks of what the part counts;
- `rate, fitting`: the same without that tie, where the figures fit to a tenth of a unit or closer;
- `share`: 办件900件，其中网上办理600件，占66.7% – a part, then its share of the whole before it;
- `share of`: 600件，占总数900件的66.7%.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise

from kg.checks.claims import HUNDRED, Check, Kind, check, share
from kg.checks.series import Said, Series
from kg.terms.lexicon import Lexicon

FINE = Fraction(1, 10)  # per cent: a rate this precise is met by chance once in a thousand pairs
REACH = 4  # figures before a rate among which its part and whole are looked for
TIE = 2  # characters of a rate's stem that the part's words must hold: 开通, 用证


@dataclass(frozen=True)
class _Rules:
    rate: re.Pattern[str]
    share: re.Pattern[str]
    other: re.Pattern[str]
    whole: re.Pattern[str]
    all: re.Pattern[str]
    done: re.Pattern[str]
    of_which: re.Pattern[str]
    received: re.Pattern[str]
    completed: re.Pattern[str]


@cache
def _rules(lexicon: Lexicon) -> _Rules:
    cue = lexicon.alternation
    copula = f"(?:{cue('audit-copula')})*"
    return _Rules(
        rate=re.compile(f"(?P<stem>.{{0,24}}?){cue('audit-rate-end')}{copula}$"),
        share=re.compile(f"^[，,（(、]?(?:约|仅|就|也|共)?(?P<verb>{cue('audit-share')})(?P<base>.{{0,16}}?){copula}$"),
        other=re.compile(cue("audit-no-share")),
        whole=re.compile(f"{cue('audit-share')}(?P<base>.{{0,12}})$"),
        all=re.compile(f"{cue('audit-all')}"),
        done=re.compile(cue("audit-done")),
        of_which=re.compile(cue("audit-of-which")),
        received=re.compile(cue("audit-received")),
        completed=re.compile(f"{cue('audit-completed')}$"),
    )


def shares(series: Series, lexicon: Lexicon) -> Iterator[Check]:
    """Yield the checks of rates and shares in a sentence."""
    rules = _rules(lexicon)
    for at, here in enumerate(series.said):
        if at < 2 or not here.sure or here.figure.unit not in HUNDRED or rules.other.search(here.before):  # noqa: PLR2004
            continue
        found = _share_of(series, at, rules) or _share(series, at, rules) or _rate(series, at, rules)
        if found:
            yield found


def _ratio(series: Series, rule: str, at: int, part: int, whole: int, *, strict: bool) -> Check | None:
    said = series.said
    claimed = said[at].figure
    if not (said[part].sure and said[whole].sure) or not said[whole].figure.value:
        return None
    operands = [said[part].figure, said[whole].figure]
    return check(Kind.RATIO, rule, claimed, operands, share(claimed.unit), series.sentence, strict=strict)


def _share_of(series: Series, at: int, rules: _Rules) -> Check | None:
    """P件，占总数W件的R%."""
    said = series.said
    part, whole = at - 2, at - 1
    if said[at].gap != "的" and not (said[at].gap.endswith("的") and said[whole].figure.unit is not None
                                    and len(said[at].gap) <= len("事项总数的")):  # fmt: skip
        return None
    if not rules.whole.search(said[whole].before) or said[part].figure.unit != said[whole].figure.unit:
        return None
    return _ratio(series, "share of", at, part, whole, strict=said[part].part == said[at].part)


def _share(series: Series, at: int, rules: _Rules) -> Check | None:
    """W件，其中P件，占R%: the base is the whole before the part, or is named as that was."""
    said, part = series.said, at - 1
    found = rules.share.match(said[at].link)
    if found is None or said[part].part != said[at].part:
        return None
    wholes = [i for i in series.alike(part) if said[i].figure.value >= said[part].figure.value]
    if not wholes:
        return None
    base = rules.all.sub("", found["base"])
    marked = rules.of_which.search(said[part].gap) is not None
    named = [i for i in wholes if base and _holds(said[i].words, base[-TIE:])]
    if base and not named:
        return None
    whole = (named or wholes)[0]
    clear = marked and len(series.alike(part)) == 1 and (not base or bool(named))
    return _ratio(series, "share", at, part, whole, strict=clear)


def _rate(series: Series, at: int, rules: _Rules) -> Check | None:
    """W项，已P项，P率R%."""
    said = series.said
    found = rules.rate.search(said[at].before)
    if found is None or not re.match(r"[，,；;（(、。]", said[at].link):
        return None
    stem = found["stem"]
    near = [i for i in range(max(0, at - REACH), at) if said[i].part == said[at].part and _counts(said[i])]
    last = max((i for i in range(at) if not _counts(said[i])), default=-1)
    near = [i for i in near if i > last]
    pairs = [(p, w) for p in near for w in near if p != w and said[p].figure.unit == said[w].figure.unit]
    pairs = [(p, w) for p, w in pairs if _fits_in(said[p], said[w])]
    tied = [(p, w) for p, w in pairs if _tied(said[p], said[w], stem)]
    if len(tied) == 1 and tied[0] in {*pairwise(near), *((b, a) for a, b in pairwise(near))}:
        part, whole = tied[0]
        same = [i for i in near if said[i].figure.unit == said[part].figure.unit]
        dealt = rules.received.search(said[whole].words) and rules.completed.search(stem)
        told = rules.done.search(said[part].gap) or dealt
        strict = same == [whole, part] and told is not None
        if check_ := _ratio(series, "rate", at, *tied[0], strict=strict):
            return check_
    fitting = [c for p, w in pairs if (c := _ratio(series, "rate, fitting", at, p, w, strict=False))]
    fine = said[at].figure.step <= FINE * HUNDRED[said[at].figure.unit or "%"] / 100
    inner = said[at].figure.value not in (0, 100)
    return fitting[0] if fine and inner and len(fitting) == 1 else None


def _counts(said: Said) -> bool:
    return said.figure.unit is not None and said.figure.unit not in (*HUNDRED, "个百分点", "倍")


def _fits_in(part: Said, whole: Said) -> bool:
    return part.figure.value <= whole.figure.value


def _tied(part: Said, whole: Said, stem: str) -> bool:
    """Tell whether a rate's name speaks of what the part counts and the whole doesn't."""
    end = stem[-TIE:]
    return len(end) == TIE and _holds(part.words, end) and not _holds(whole.words, end)


def _holds(words: str, end: str) -> bool:
    """Tell whether the characters stand in the words, in their order: 用证 in 已使用电子证照的事项."""
    rest = iter(words)
    return all(c in rest for c in end)
