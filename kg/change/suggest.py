"""Names worth a term: ranked, with the kind and the broader term that each seems to have.

In: sightings and the lexicon. Out: `Suggestion`s, the weightiest first. A name weighs by the documents that have it in
sentences of their own (copies count once), more if its words are of government service, more if its sentences name
listed things too, and a little by how often it occurs; a measure half as much, for any words beside a number may be
one. The broader term is that whose name ends the new one, else the nearest above most listed names of the same ending;
where neither is clear, none. A person decides. Out of scope: Turtle (`proposal`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log2

from kg.change.sightings import INDICATOR, Sighting, by_name
from kg.names.rules import reform_rules
from kg.terms.lexicon import Lexicon, Term

ENDING = 2  # characters by which names are of one sort: 通办, 平台
VOTES = 3  # listed names of an ending below which it tells nothing (2026-11)
SHORTEST = 3  # characters of a listed name that ends another: 跨省通办 in 省域跨省通办, not 办
LONGEST = 14  # characters of a measure's name; nine in ten listed ones have fewer (2026-11)
SHOWN = 3  # names of the company


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that no list holds."""

    kind: str  # Reform, Platform, Indicator
    name: str
    times: int
    documents: int
    regions: tuple[str, ...]  # codes of the regions whose reports have it
    company: tuple[str, ...]  # listed names beside it, the oftenest first
    in_company: float  # share of its places with a listed name in the sentence
    in_field: bool  # its words, or those around it, are of government service
    rules: tuple[str, ...]  # that found it
    unit: str  # in which a measure is mostly counted; empty of other kinds
    broader: str  # label of the term above it; empty where none is clear
    broader_iri: str
    why: str  # that term
    weight: float
    sightings: tuple[Sighting, ...]


def suggest(found: Iterable[Sighting], lexicon: Lexicon) -> tuple[Suggestion, ...]:
    """Rank the names of some sightings; of equal weight, in the order of kind and name."""
    groups = by_name([s for s in found if s.kind != INDICATOR or _is_measure(s.name, lexicon)])
    made = [_suggestion(kind, name, seen, lexicon) for (kind, name), seen in groups.items()]
    return tuple(sorted(made, key=lambda s: (-s.weight, s.kind, s.name)))


def _suggestion(kind: str, name: str, seen: Sequence[Sighting], lexicon: Lexicon) -> Suggestion:
    rules = reform_rules(lexicon)
    documents = min(len({s.document for s in seen}), len({s.evidence.sentence or s.document for s in seen}))
    company = Counter(label for s in seen for label in s.company)
    beside = sum(bool(s.company) for s in seen) / len(seen)
    in_field = bool(rules.field.search(name)) or all(rules.domain.search(s.evidence.sentence) for s in seen)
    above, why = broader(kind, name, lexicon)
    weight = (documents * (1 + in_field) * (1 + beside) + log2(len(seen))) / (1 + (kind == INDICATOR))
    units = Counter(s.unit for s in seen)
    return Suggestion(
        kind=kind,
        name=name,
        times=len(seen),
        documents=documents,
        regions=tuple(sorted({s.region for s in seen if s.region})),
        company=tuple(sorted(company, key=lambda label: (-company[label], label))[:SHOWN]),
        in_company=round(beside, 4),
        in_field=in_field,
        rules=tuple(sorted({s.rule for s in seen})),
        unit=min(units, key=lambda unit: (-units[unit], unit)),
        broader=above.label if above else "",
        broader_iri=above.iri if above else "",
        why=why,
        weight=round(weight, 4),
        sightings=tuple(seen),
    )


def _is_measure(name: str, lexicon: Lexicon) -> bool:
    """Tell whether a phrase may name a measure: one phrase, no clause, with the ending of listed measures."""
    if len(name) > LONGEST or reform_rules(lexicon).bound.cuts(name):
        return False
    return _endings(lexicon)[_stem(INDICATOR, name)[-ENDING:]] >= VOTES


@cache
def _endings(lexicon: Lexicon) -> Counter[str]:
    return Counter(_stem(INDICATOR, form)[-ENDING:] for t in lexicon.of_kind(INDICATOR) for form in t.forms)


def broader(kind: str, name: str, lexicon: Lexicon) -> tuple[Term | None, str]:
    """Return the listed term that a name seems to be narrower than, and why; None where none is clear."""
    forms, votes = _shapes(lexicon, kind)
    for at in range(1, len(name) - SHORTEST + 1):
        if term := forms.get(_stem(kind, name[at:])):
            return term, f"its name ends in {name[at:]}"
    lines = votes.get(_stem(kind, name)[-ENDING:], ())
    counts = Counter(iri for line in lines for iri in line)
    most = [iri for iri, count in counts.items() if count >= VOTES and 2 * count > len(lines)]
    if most:
        depth = {iri: max(line.index(iri) for line in lines if iri in line) for iri in most}
        best = min(most, key=lambda iri: (counts[iri], depth[iri], iri))
        if term := next((t for t in lexicon.of_kind(kind) if t.iri == best), None):
            return term, f"it is above {counts[best]} of {len(lines)} listed names that end so too"
    return None, ""


@cache
def _shapes(lexicon: Lexicon, kind: str) -> tuple[dict[str, Term], dict[str, tuple[tuple[str, ...], ...]]]:
    """Return the listed terms by their names, and what stands above each of those that end alike, the nearest first."""
    terms = lexicon.of_kind(kind)
    above = {term.iri: term.fact("broader") or "" for term in terms}
    forms = {_stem(kind, form): term for term in terms for form in term.forms if len(form) >= SHORTEST}
    votes: dict[str, list[tuple[str, ...]]] = {}
    for term in terms:
        votes.setdefault(_stem(kind, term.label)[-ENDING:], []).append(tuple(_line(term.iri, above)))
    return forms, {ending: tuple(lines) for ending, lines in votes.items()}


def _line(iri: str, above: Mapping[str, str]) -> list[str]:
    """Return what stands above a term, the nearest first."""
    line: list[str] = []
    while (iri := above.get(iri, "")) and iri not in line:
        line.append(iri)
    return line


def _stem(kind: str, name: str) -> str:
    """Leave out the last character of a count: 许可事项数 is named 许可事项 too."""
    return name[:-1] if kind == INDICATOR and name[-1:] in ("数", "量") and len(name) > SHORTEST else name
