"""Named things to IRIs, with what graph/entities says of those that neither terms nor gazetteer describe.

In: a label as the stages give it. Out: its IRI, the same in every report. `graph` describes the pattern of the IRIs.
"""

from functools import lru_cache

from kg.graph.iris import Iris
from kg.graph.nquads import P, boolean, literal
from kg.model import Extraction, Kind
from kg.terms.gazetteer import Division, Gazetteer
from kg.terms.lexicon import Lexicon


def is_code(name: str) -> bool:
    """Tell a GB/T 2260 code from a name."""
    return len(name) == 6 and name.isascii() and name.isdigit()  # noqa: PLR2004  the length of a code


def zone_named(gazetteer: Gazetteer, label: str) -> Division | None:
    """Return the one functional zone, which has no code, of that official name."""
    found = [d for d in gazetteer.named(label) if not d.code and d.name == label]
    return found[0] if len(found) == 1 else None


class Names:
    """The IRIs of one base, and which names the ontology holds; the same for every report of a build."""

    def __init__(self, lexicon: Lexicon, base: str) -> None:
        self.iris = Iris(base)
        self.terms = lexicon.version
        known = [(t.kind, form, self.iris.rebase(t.iri)) for t in lexicon.terms for form in t.forms]
        known += [(t.kind, t.label, self.iris.rebase(t.iri)) for t in lexicon.terms]  # a label beats another's alias
        self.known = {(kind, form): iri for kind, form, iri in known}
        self._longest = max((len(form) for kind, form, _ in known if kind == "AgencyType"), default=0)

    def type_of_agency(self, label: str) -> str | None:
        """Return the type that ends the agency's name: the longest wins."""
        for size in range(min(self._longest, len(label)), 0, -1):
            if iri := self.known.get(("AgencyType", label[-size:])):
                return iri
        return None


@lru_cache(maxsize=4)
def names_of(lexicon: Lexicon, base: str) -> Names:
    """Return the names of a lexicon under a base, made once."""
    return Names(lexicon, base)


class Things:
    """The things that one report names: their IRIs, and its share of graph/entities."""

    def __init__(self, extraction: Extraction, gazetteer: Gazetteer, names: Names) -> None:
        self.lines: dict[str, None] = {}  # of graph/entities, each once
        self._meta, self._gazetteer, self._names, self._iris = extraction.meta, gazetteer, names, names.iris
        self._codes = {(m.kind, m.label): m.code for m in extraction.mentions if m.code}
        self._labels = {m.code: m.label for m in extraction.mentions if m.code and m.kind == Kind.REGION}
        self._known: dict[tuple[str, str, str | None], str] = {}
        self._end = f" <{names.iris.graph('entities')}> .\n"

    def say(self, subject: str, *pairs: tuple[str, str | None]) -> None:
        """Add triples to graph/entities, each once; a pair without a value is left out."""
        for predicate, value in pairs:
            if value is not None:
                self.lines[f"{subject} {P[predicate]} {value}{self._end}"] = None

    def region(self, name: str) -> str:
        """Return a region, given by its code or its name."""
        return self.of("Region", self._labels.get(name, name), name) if is_code(name) else self.of("Region", name)

    def of(self, kind: str, label: str, code: str | None = None) -> str:
        """Return the IRI of a named thing; describe it on first sight, unless terms or regions do."""
        key = kind, label, code
        if key not in self._known:
            describe = {"Region": self._region, "Agency": self._agency, "Policy": self._policy}.get(kind)
            self._known[key] = describe(label, code) if describe else self._concept(kind, label)
        return self._known[key]

    def _region(self, label: str, code: str | None) -> str:
        code = code or self._codes.get((Kind.REGION, label))
        region = f"<{self._iris.region(code or label)}>"
        if code is None or self._gazetteer.by_code(code) is None:
            zone = None if code else zone_named(self._gazetteer, label)
            self.say(
                region,
                ("rdf:type", P["kg:Region"]),
                ("rdf:type", P["schema:AdministrativeArea"]),
                ("skos:prefLabel", literal(label, "zh-hans")),
                ("skos:notation", code and literal(code, "kg:GBT2260")),
                ("kg:level", P[f"kg:{zone.level}"] if zone else None),
                ("kg:within", self.region(zone.parent) if zone and zone.parent else None),
            )
        return region

    def _agency(self, label: str, code: str | None) -> str:
        code = self._meta.region if label == self._meta.publisher else code or self._codes.get((Kind.AGENCY, label))
        agency = f"<{self._iris.agency(label, code)}>"
        kind = self._names.type_of_agency(label)
        self.say(
            agency,
            ("rdf:type", P["kg:Agency"]),
            ("rdf:type", P["org:FormalOrganization"]),
            ("skos:prefLabel", literal(label, "zh-hans")),
            ("kg:actsFor", code and self.region(code)),
            ("org:classification", kind and f"<{kind}>"),
        )
        return agency

    def _policy(self, label: str, _code: str | None) -> str:
        policy = f"<{self._iris.named('policy', label)}>"
        self.say(policy, ("rdf:type", P["kg:Policy"]), ("skos:prefLabel", literal(label, "zh-hans")))
        return policy

    def _concept(self, kind: str, label: str) -> str:
        if iri := self._names.known.get((kind, label)):
            return f"<{iri}>"
        concept = f"<{self._iris.named(kind.lower(), label)}>"
        self.say(
            concept,
            ("rdf:type", P[f"kg:{kind}"]),
            ("rdf:type", P["skos:Concept"]),
            ("skos:prefLabel", literal(label, "zh-hans")),
            ("kg:coined", boolean(True)),  # noqa: FBT003  the value itself
        )
        return concept
