"""The public bodies that a report names, and the ways in which its publisher names itself.

In: folded text, the document's fields, its regions. Out: mentions of agencies with their full names. 我局 and 本单位
are the publisher, where it is known. Out of scope: classes of bodies (各部门, 监管部门), media,
companies, people, halls.
"""

import re
from functools import lru_cache

from kg.bodies.find import find_bodies
from kg.model import Kind, Mention, Meta, Span
from kg.terms.gazetteer import Gazetteer
from kg.terms.lexicon import Lexicon


def find_agencies(
    folded: str, meta: Meta, regions: tuple[Mention, ...], lexicon: Lexicon, gazetteer: Gazetteer
) -> tuple[Mention, ...]:
    """Return the agencies named in a text, in order; `code` is that of the region that the agency acts for."""
    found = [
        Mention(Kind.AGENCY, body.span, body.label, body.rule, body.code, body.known)
        for body in find_bodies(folded, regions, meta.region, lexicon, gazetteer)
    ]
    if meta.publisher:
        found += _selves(folded, meta.publisher, meta.region, lexicon)
    return tuple(sorted(found, key=lambda m: m.span))


def _selves(folded: str, publisher: str, code: str | None, lexicon: Lexicon) -> list[Mention]:
    """Return the places where the publisher speaks of itself: 我局, where it is a 局."""
    either, whatever = _words(lexicon)
    return [
        Mention(Kind.AGENCY, Span(*m.span()), publisher, "self", code, known=True)
        for m in either.finditer(folded)
        if whatever.fullmatch(m[0]) or all(c in publisher for c in m[0][1:])
    ]


@lru_cache(maxsize=4)
def _words(lexicon: Lexicon) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what a publisher calls itself, and what any may."""
    kind, whatever = lexicon.alternation("agency-self"), lexicon.alternation("agency-self-any")
    return re.compile(f"{whatever}|{kind}"), re.compile(whatever)
