"""No regular expression can take more than its share of time, whatever the text.

A search is slow where it can cut one stretch in many ways and has reason to try them all. So a repeat without limit,
whose words can be cut in two ways (数|量|数量), gives nothing back (possessive or atomic), or it stands at the end of a
pattern that need not match to the end of a text.
"""

import importlib
import pkgutil
import re
import re._constants as sre
import re._parser as sre_parse
import sys
from itertools import product
from pathlib import Path

import pytest

import kg
from kg.extract import extract
from kg.readers.read import document
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon

REPORTS = sorted((Path(__file__).parent.parent / "data" / "reports").glob("*.txt"))
GREEDY = (sre.MAX_REPEAT, sre.MIN_REPEAT)
ENOUGH = 64  # repeats; a limit above is as good as none
MOST = 20_000  # words that a pattern may stand for; of one that stands for more it can't be told


class UncountableError(Exception):
    """A pattern stands for too many words to look at."""


def words(elements):
    """Every text that a pattern stands for."""
    found = {""}
    for op, value in elements:
        found = {a + b for a, b in product(found, _words(op, value))}
        if len(found) > MOST:
            raise UncountableError
    return found


def _words(op, value):
    match op:
        case sre.LITERAL:
            return {chr(value)}
        case sre.IN if all(kind is sre.LITERAL for kind, _ in value):
            return {chr(code) for _, code in value}
        case sre.BRANCH:
            return set().union(*map(words, value[1]))
        case sre.SUBPATTERN:
            return words(value[3])
        case sre.MAX_REPEAT | sre.MIN_REPEAT if value[1] == 1:
            return words(value[2]) | ({""} if value[0] == 0 else set())
        case sre.ASSERT_NOT | sre.ASSERT | sre.AT:
            return {""}  # it can only make words fewer
    raise UncountableError


def in_two_ways(body):
    """Whether some text can be cut into words of a pattern in two ways (Sardinas and Patterson)."""
    if len(body) == 1 and body[0][0] in (sre.IN, sre.ANY, sre.NOT_LITERAL, sre.LITERAL):
        return False
    try:
        code = words(body)
    except UncountableError:
        return True
    if "" in code:
        return True
    prefixes = {word[:n] for word in code for n in range(1, len(word))}
    starts = {p: [w for w in code if w.startswith(p)] for p in prefixes & _needed(code, prefixes)}
    rests = {w[len(p) :] for p in code & prefixes for w in starts[p] if w != p}
    seen = set()
    while rests:
        if rests & code:
            return True
        seen |= rests
        longer = {w[len(r) :] for r in rests & prefixes for w in starts.get(r, ()) if w != r}
        shorter = {r[len(w) :] for r in rests for n in range(1, len(r)) if (w := r[:n]) in code}
        rests = (longer | shorter) - seen
    return False


def _needed(code, prefixes):
    """The beginnings of words that are words, or ends of words."""
    return {p for p in prefixes if p in code} | {w[n:] for w in code for n in range(1, len(w))}


def slow(elements, *, last, whole):
    """The repeats of a pattern that break the law.

    last: nothing follows the elements. whole: the pattern has to match to the end of a text.
    """
    for place, (op, value) in enumerate(elements):
        ends = last and place == len(elements) - 1
        if op in GREEDY:
            if value[1] > ENOUGH and (whole or not ends) and in_two_ways(value[2]):
                yield value[2]
            yield from slow(value[2], last=ends and value[1] == 1, whole=whole)
        elif op is sre.SUBPATTERN:
            yield from slow(value[3], last=ends, whole=whole)
        elif op is sre.BRANCH:
            for branch in value[1]:
                yield from slow(branch, last=ends, whole=whole)
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            yield from slow(value[1], last=True, whole=whole)


def is_slow(pattern, flags=0, *, whole=False):
    return any(slow(sre_parse.parse(pattern, flags), last=True, whole=whole))


class Noted:
    """A pattern that remembers whether it was ever asked to match a whole text."""

    def __init__(self, pattern, module):
        self.made, self.module, self.whole = pattern, module, False

    def __getattr__(self, name):
        return getattr(self.made, name)

    def fullmatch(self, *arguments):
        self.whole = True
        return self.made.fullmatch(*arguments)


@pytest.fixture(scope="module")
def patterns():
    """Every pattern of the package's modules, and those made of cue words while reports are read."""
    found = []
    for module in pkgutil.walk_packages(kg.__path__, "kg."):
        if module.name != "kg.__main__":
            for value in vars(importlib.import_module(module.name)).values():
                values = value if isinstance(value, tuple | list) else [value]
                found += [Noted(v, module.name) for v in values if isinstance(v, re.Pattern)]
    compiled = re.compile

    def noted(pattern, flags=0):
        found.append(Noted(compiled(pattern, flags), sys._getframe(1).f_globals["__name__"]))  # noqa: SLF001
        return found[-1] if found[-1].module.startswith("kg.") else found[-1].made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(re, "compile", noted)
        lexicon, gazetteer = load_lexicon(), load_gazetteer()  # new ones: nothing is remembered for them
        for path in REPORTS:
            extract(document(path.read_text(encoding="utf-8")), lexicon, gazetteer)
    return [p for p in found if p.module.startswith("kg.") and isinstance(p.pattern, str)]


def test_patterns_are_collected(patterns):
    assert len(patterns) > 250
    assert any(p.whole for p in patterns)
    assert {
        "kg.facts.wording",
        "kg.facts.quantities",
        "kg.names.candidates",
        "kg.facts.scope",
        "kg.facts.unmeasured",
    } <= {p.module for p in patterns}


def test_no_pattern_tries_many_ways_to_cut_a_stretch(patterns):
    """Make the repeat possessive, or walk through the words instead."""
    found = sorted({(p.module, p.pattern) for p in patterns if is_slow(p.pattern, p.flags, whole=p.whole)})

    assert [] == found


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("(?:数|量|数量)+甲", True),
        ("(?:数|量|数量)+$", True),
        ("(?:数|量|数量)+(?=甲)", True),
        ("(?:甲{1,9}乙?)+丙", True),
        ("(?:a+)+b", True),
        ("(?:甲|乙|丙?)+丁", True),
        ("(?:甲|甲乙|乙丙|丙)+丁", True),
        ("(?:数量|质量)+甲", False),
        ("(?:甲|甲乙|丙)+丁", False),
        ("(?:[甲乙]|丙)+丁", False),
        (r"\d+甲", False),
        ("(?:数|量|数量)++甲", False),
        ("(?>(?:数|量|数量)+)甲", False),
        ("(?:数|量|数量){0,9}甲", False),
        ("甲(?:数|量|数量)+", False),
        ("甲(?=(?:数|量|数量)+)乙", False),
    ],
)
def test_the_law_tells_slow_from_quick(pattern, expected):
    assert expected == is_slow(pattern)


def test_what_matches_a_whole_text_has_no_free_end():
    assert is_slow("甲(?:数|量|数量)+", whole=True)
    assert not is_slow("甲(?:数量|质量)+", whole=True)
