"""A phrase to the ontology's indicator that it means, so that regions can be compared.

In: the phrase of an observation, its unit and its reform. Out: the indicator's label, or None. A phrase means an
indicator where it is one of its names, up to particles and a leading act of announcing (公布, 推出); what is left over
may be a base (行政许可…) that makes it another indicator, so there is no partial match.
"""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from kg.terms.lexicon import Lexicon, Term

_LIGHT = re.compile(r"[（(][^（）()]{0,20}[）)]|[的了]|各类|各项|所有")
_COUNTED = ("数", "量")
_PARTICLES = re.compile(r"[的了]")
_BRACKETS = re.compile(r"[（(][^（）()]{0,20}[）)]")


@dataclass(frozen=True)
class _Rules:
    names: dict[str, Term]
    needs: dict[str, dict[str, tuple[str, ...]]]  # indicator → the reforms that its name speaks of, with their names
    announcing: re.Pattern[str]
    aim: re.Pattern[str]
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
        aim=re.compile("^A++|A++$".replace("A", lexicon.alternation("bound-before", "target-before"))),
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


def core(phrase: str, lexicon: Lexicon) -> str:
    """Return a phrase without particles, a leading act of announcing, and words of aim or limit at its ends.

    >>> from kg.terms.lexicon import load_lexicon
    >>> terms = load_lexicon()
    >>> core("公布的许可事项（含子项）", terms), core("网办率不低于", terms)
    ('许可事项（含子项）', '网办率')
    """
    rules = _rules(lexicon)
    return rules.aim.sub("", rules.announcing.sub("", _PARTICLES.sub("", phrase)))


def base(phrase: str, indicator: str | None, lexicon: Lexicon) -> str:
    """Return what tells a measure from others of its indicator.

    Of a phrase that is a name of the indicator, that is what its brackets add; of any other, all of it.

    >>> from kg.terms.lexicon import load_lexicon
    >>> terms = load_lexicon()
    >>> base("进驻事项（含税务）", "政务服务中心进驻事项数", terms), base("进驻事项", None, terms)
    ('（含税务）', '进驻事项')
    """
    rules, words = _rules(lexicon), core(phrase, lexicon)
    named = (rules.names.get(bare + tail) for bare in (_bare(phrase), _bare(words)) for tail in ("", *_COUNTED))
    if indicator and any(term.label == indicator for term in named if term):
        return "".join(_BRACKETS.findall(words))
    return words


def _fits(term: Term, bare: str, unit: str | None, reform: str | None, rules: _Rules) -> bool:
    """Tell whether unit and reform agree: 满意率 is 好差评满意率 only where the figure is of 好差评."""
    wanted = unquote((term.fact("canonicalUnit") or "").rsplit("/", 1)[-1])
    if wanted and unit != wanted and not (unit in rules.counts and wanted in rules.counts):
        return False
    needs = rules.needs[term.label]
    return not needs or reform in needs or any(form in bare for forms in needs.values() for form in forms)


def _bare(phrase: str) -> str:
    return _LIGHT.sub("", phrase)
