"""A phrase to the ontology's indicator that it means, so that regions can be compared.

In: the phrase of an observation, its unit and its reform. Out: the indicator's label, or None. A phrase means an
indicator where it is one of its names, up to particles and a leading act of announcing (公布, 推出); what is left over
may be a base (行政许可…) that makes it another indicator, so there is no partial match.
"""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from kg.lexicon import Lexicon, Term

_LIGHT = re.compile(r"[（(][^（）()]{0,20}[）)]|[的了]|各类|各项|所有")
_COUNTED = ("数", "量")


@dataclass(frozen=True)
class _Rules:
    names: dict[str, Term]
    needs: dict[str, dict[str, tuple[str, ...]]]  # indicator → the reforms that its name speaks of, with their names
    announcing: re.Pattern[str]
    counts: frozenset[str]


@cache
def _rules(lexicon: Lexicon) -> _Rules:
    indicators, reforms = lexicon.of_kind("Indicator"), lexicon.of_kind("Reform")
    return _Rules(
        names={_bare(form): term for term in indicators for form in reversed(term.forms)},
        needs={
            term.label: {r.label: r.forms for r in reforms if any(form in term.label for form in r.forms)}
            for term in indicators
        },
        announcing=re.compile(f"^(?:{lexicon.alternation('announcing')})++(?=..)"),
        counts=frozenset(t.label for t in lexicon.of_kind("Unit") if (t.fact("unitKind") or "count") == "count"),
    )


def canonical(phrase: str, unit: str | None, reform: str | None, lexicon: Lexicon) -> str | None:
    """Return the label of the indicator that a phrase means."""
    rules = _rules(lexicon)
    bare = _bare(phrase)
    for words in (bare, rules.announcing.sub("", bare)):
        for tail in ("", *_COUNTED):
            term = rules.names.get(words + tail)
            if term and _fits(term, bare, unit, reform, rules):
                return term.label
    return None


def _fits(term: Term, bare: str, unit: str | None, reform: str | None, rules: _Rules) -> bool:
    """Tell whether unit and reform agree: 满意率 is 好差评满意率 only where the figure is of 好差评."""
    wanted = unquote((term.fact("canonicalUnit") or "").rsplit("/", 1)[-1])
    if wanted and unit != wanted and not (unit in rules.counts and wanted in rules.counts):
        return False
    needs = rules.needs[term.label]
    return not needs or reform in needs or any(form in bare for forms in needs.values() for form in forms)


def _bare(phrase: str) -> str:
    return _LIGHT.sub("", phrase)
