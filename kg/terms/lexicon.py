"""The ontology as a dictionary of surface forms, and the cue words of the rules.

The only reader of `ontology/`. In: the folder of Turtle files. Out: a `Lexicon`, read-only after it is loaded.
Every form is folded (`kg.fold`), so that a rule never asks which script a report is in.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.errors import BadOntology, unknown
from kg.model import Span
from kg.resources import ontology_path
from kg.text.fold import fold

KG = "https://w3id.org/reform-kg/def#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
TERM_KINDS = ("Reform", "Platform", "Indicator", "Unit", "AgencyType")

_QUOTES = re.compile(r"[“”‘’\"'「」『』 ]++")
"""Marks that may stand inside a name: 高效办成“一件事”."""


@dataclass(frozen=True, slots=True)
class Term:
    """One concept of the ontology."""

    kind: str  # one of TERM_KINDS
    iri: str
    label: str  # the preferred label in simplified script: the only form that is ever printed
    alts: tuple[str, ...] = ()  # always mean the term
    weak: tuple[str, ...] = ()  # mean it only in context
    facts: dict[str, tuple[str, ...]] = field(default_factory=dict)  # other properties by local name

    def fact(self, name: str) -> str | None:
        """Return the first value of a property, given by its local name: canonicalUnit, measureKind."""
        return self.facts.get(name, (None,))[0]

    @property
    def forms(self) -> tuple[str, ...]:
        """Every form that always means the term."""
        return (self.label, *self.alts)


@dataclass(frozen=True, slots=True)
class Match:
    """A form of a term in a text."""

    span: Span
    term: Term
    weak: bool


class Lexicon:
    """Terms by kind, their forms in a text, and cue words by set."""

    def __init__(self, terms: Iterable[Term], cues: dict[str, tuple[str, ...]], version: str) -> None:
        self.terms = tuple(sorted(terms, key=lambda t: t.iri))
        self.version = version  # a hash of the files: what else decides the facts
        self._cues = cues
        self._last: tuple[str, tuple[Match, ...]] = ("", ())
        self._forms: dict[str, list[tuple[Term, bool]]] = defaultdict(list)
        for term in self.terms:
            if term.kind in ("Reform", "Platform"):
                for weak, forms in ((False, term.forms), (True, term.weak)):
                    for form in forms:
                        self._forms[_QUOTES.sub("", form)].append((term, weak))
        for term in self.terms:
            for form in term.facts.get("notLabel", ()):
                self._forms[_QUOTES.sub("", fold(form))]  # takes the place of a shorter form, and means nothing

    def words(self, cue: str) -> tuple[str, ...]:
        """Return the words of a cue set, longest first."""
        if cue not in self._cues:
            raise unknown("cue set", cue, self._cues, "ontology/cues")
        return self._cues[cue]

    def alternation(self, *cues: str) -> str:
        """Return a regular expression that matches any word of the cue sets, longest first."""
        words = sorted({w for cue in cues for w in self.words(cue)}, key=lambda w: (-len(w), w))
        return f"(?:{'|'.join(map(re.escape, words))})"

    def first(self, *cues: str) -> re.Pattern[str]:
        """Return the set of characters with which the words of the cue sets begin, for a search that jumps (`jump`)."""
        firsts = sorted({word[0] for cue in cues for word in self.words(cue)})
        return re.compile(f"[{re.escape(''.join(firsts))}]")

    def of_kind(self, kind: str) -> tuple[Term, ...]:
        """Return the terms of one kind, in the order of their IRIs."""
        return tuple(t for t in self.terms if t.kind == kind)

    def forms(self, kind: str) -> tuple[str, ...]:
        """Return every form that always means a term of one kind, longest first."""
        return tuple(sorted({f for t in self.of_kind(kind) for f in t.forms}, key=lambda f: (-len(f), f)))

    def named(self, kind: str, name: str) -> Term | None:
        """Return the term of a kind that the name always means."""
        return self._by_name.get((kind, _QUOTES.sub("", fold(name))))

    def find(self, folded: str) -> tuple[Match, ...]:
        """Return the listed reforms and platforms in a folded text, leftmost and longest first.

        Quotation marks inside a name don't hide it; a form of two terms gives both.
        """
        if self._last[0] is not folded:  # several stages ask about the same text in turn
            self._last = (folded, tuple(self._find(folded)))
        return self._last[1]

    def _find(self, folded: str) -> Iterator[Match]:
        squeezed = _QUOTES.sub("", folded)
        seams: list[int] = []  # where something was removed from the squeezed text
        removed = [0]  # characters, up to each seam and behind the last
        for m in _QUOTES.finditer(folded) if len(squeezed) < len(folded) else ():
            seams.append(m.start() - removed[-1])
            removed.append(removed[-1] + m.end() - m.start())
        for number, start, end in self._automaton.find_matches_as_indexes(squeezed):
            for term, weak in self._forms[self._patterns[number]]:
                left, right = start + removed[bisect_right(seams, start)], end + removed[bisect_right(seams, end - 1)]
                yield Match(Span(left, right), term, weak)

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], Term]:
        return {(t.kind, _QUOTES.sub("", form)): t for t in self.terms for form in reversed(t.forms)}

    @cached_property
    def _patterns(self) -> list[str]:
        return sorted(self._forms)

    @cached_property
    def _automaton(self) -> AhoCorasick:
        if not self._patterns:
            raise BadOntology("holds no reform and no platform", str(ontology_path()))
        return AhoCorasick(self._patterns, matchkind=MatchKind.LeftmostLongest)


@cache
def shipped_lexicon() -> Lexicon:
    """Return the terms that ship, read once: for what asks a graph and is not told other terms."""
    return load_lexicon()


def load_lexicon(folder: Path | None = None) -> Lexicon:
    """Read every Turtle file under the folder (default: the ontology that ships)."""
    folder = folder or ontology_path()
    files = sorted(folder.rglob("*.ttl"))
    if not files:
        raise BadOntology("holds no .ttl file", str(folder), "Is it the right folder?")
    facts: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    digest = sha256()
    for path in files:
        data = path.read_bytes()
        digest.update(data)
        for subject, predicate, obj, _ in _quads(data, path):
            value, language = (obj.value, obj.language or "") if isinstance(obj, Literal) else (obj.value, "")
            facts[subject][predicate].append((value, language))
    return Lexicon(_terms(facts), _cue_sets(facts), digest.hexdigest()[:16])


def _quads(data: bytes, path: Path) -> Iterator[tuple[str, str, Literal | NamedNode, None]]:
    try:
        for quad in parse(data, RdfFormat.TURTLE):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal | NamedNode):
                yield quad.subject.value, quad.predicate.value, quad.object, None
    except SyntaxError as error:
        raise BadOntology(
            f"is no Turtle: {error}", str(path), "Mend the line; the test suite checks every file"
        ) from None


def _terms(facts: dict[str, dict[str, list[tuple[str, str]]]]) -> Iterator[Term]:
    for iri, found in facts.items():
        types = {value.removeprefix(KG) for value, _ in found.get(TYPE, ())}
        for kind in types.intersection(TERM_KINDS):
            labels = found.get(SKOS + "prefLabel", [])
            label = next((v for v, lang in labels if lang == "zh-hans"), None)
            if label is None:
                raise BadOntology("has no skos:prefLabel in zh-Hans", iri)
            alts = [v for v, lang in labels if lang == "zh-hant"]
            alts += [v for v, lang in found.get(SKOS + "altLabel", ()) if lang.startswith("zh")]
            alts += [v for v, lang in found.get(SKOS + "hiddenLabel", ()) if lang.startswith("zh")]
            weak = [fold(v) for v, _ in found.get(KG + "weakLabel", ())]
            others = {re.split("[#/]", p)[-1]: tuple(v for v, _ in values) for p, values in found.items()}
            own = fold(label)
            folded = tuple(dict.fromkeys(f for f in map(fold, alts) if f != own))
            yield Term(kind, iri, own, folded, tuple(dict.fromkeys(weak)), others)


def _cue_sets(facts: dict[str, dict[str, list[tuple[str, str]]]]) -> dict[str, tuple[str, ...]]:
    sets: dict[str, tuple[str, ...]] = {}
    for iri, found in facts.items():
        if any(value == KG + "CueSet" for value, _ in found.get(TYPE, ())):
            words = {fold(value) for value, _ in found.get(KG + "word", ())}
            if not words or "" in words:
                raise BadOntology("is a cue set with no word or an empty one: it would match everywhere", iri)
            sets[iri.rsplit("/", 1)[-1]] = tuple(sorted(words, key=lambda w: (-len(w), w)))
    return sets
