"""The policies that a report cites: titles in 《》 that govern.

In: folded text. Out: mentions of laws, rules, plans, lists and notices, each with its title as the label. A title
within a title (《关于印发〈…〉的通知》) is one policy; a short title (以下简称《条例》) means the full one. Out of
scope: papers, works, certificates and forms, which stand in 《》 too; policies named without 《》.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kg.model import Kind, Mention, Span
from kg.terms.lexicon import Lexicon

LENGTH = 120  # characters of a title; the longest of the State Council's have 80 (2026-11)
AROUND = 12  # characters beside a title that may say what it is

_MARK = re.compile(r"[《》〈〉]")
_EDITION = re.compile(r"(?:[（(【\[〔][^（）()【】\[\]〔〕]{1,30}[）)】\]〕])++$")
_SPACE = re.compile(r"\s++")


@dataclass(frozen=True, slots=True)
class Title:
    """What stands in one pair of 《》."""

    span: Span  # with the marks
    text: str  # without them, on one line


def find_policies(folded: str, lexicon: Lexicon) -> tuple[Mention, ...]:
    """Return the policies cited by title, in order."""
    words = _words(lexicon)
    found: list[Mention] = []
    shorts: dict[str, str] = {}  # short title to full one
    for title in titles(folded):
        if found and words.short.search(folded, found[-1].span.end, title.span.start) and _near(found[-1], title):
            shorts[title.text] = found[-1].label
        known = shorts.get(title.text) or (words.full(title.text, found) if title.text in words.generic else None)
        if known:
            found.append(Mention(Kind.POLICY, title.span, known, "short"))
        elif title.text not in words.generic and (rule := words.rule(folded, title)):
            found.append(Mention(Kind.POLICY, title.span, title.text, rule))
    return tuple(found)


def titles(folded: str) -> Iterator[Title]:
    """Yield what stands in 《》, the outermost where they nest.

    >>> [t.text for t in titles("依据《关于印发〈数据办法〉的通知》和《目录》")]
    ['关于印发〈数据办法〉的通知', '目录']
    """
    depth = start = 0
    for m in _MARK.finditer(folded):
        if depth and (m.start() - start > LENGTH or "\n" in folded[start : m.start()]):
            depth = 0  # never closed
        if m[0] == "《":
            start = start if depth else m.start()
            depth += 1
        elif m[0] == "》" and depth:
            depth -= 1
            text = _SPACE.sub("", folded[start + 1 : m.start()]) if depth == 0 else ""
            if text:
                yield Title(Span(start, m.end()), text)


def _near(policy: Mention, title: Title) -> bool:
    return title.span.start - policy.span.end <= AROUND


@dataclass(frozen=True, slots=True)
class _Words:
    """The compiled cues."""

    tail: tuple[str, ...]
    other: tuple[str, ...]
    generic: frozenset[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    not_after: re.Pattern[str]
    short: re.Pattern[str]

    def rule(self, folded: str, title: Title) -> str | None:
        """Return the rule by which a title is a policy, None if it is none."""
        name = _EDITION.sub("", title.text)
        if self.not_after.match(folded, title.span.end):
            return None
        tail = _longest(name, self.tail)
        if len(tail) > len(_longest(name, self.other)):
            return "tail"
        if name.endswith(self.other):
            return None
        before = folded[max(0, title.span.start - AROUND) : title.span.start]
        if self.before.search(before):
            return "verb"
        return "noun" if self.after.match(folded, title.span.end) else None

    def full(self, short: str, found: list[Mention]) -> str | None:
        """Return the one title so far that ends in a short one; None where it is none or one of several."""
        labels = {m.label for m in found if _EDITION.sub("", m.label).endswith(short)}
        return labels.pop() if len(labels) == 1 else None


def _longest(name: str, tails: tuple[str, ...]) -> str:
    return next((t for t in tails if name.endswith(t)), "")  # longest first


@lru_cache(maxsize=4)
def _words(lexicon: Lexicon) -> _Words:
    link = lexicon.alternation("policy-before-link")
    return _Words(
        lexicon.words("policy-tail"),
        lexicon.words("policy-tail-not"),
        frozenset(lexicon.words("policy-generic")),
        re.compile(f"{lexicon.alternation('policy-before')}{link}{{0,3}}$"),
        re.compile(lexicon.alternation("policy-after")),
        re.compile(lexicon.alternation("policy-after-not")),
        re.compile(lexicon.alternation("policy-short")),
    )
