"""A built graph as nodes and edges: what a person draws, and what tools for networks count.

In: a store and what to show. Out: entities, and one edge for all statements that say the same. Out of scope: file
formats (`export`), and what the triples mean (`graph`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

import pyoxigraph as ox

from kg.iris import DEF, PREFIXES, compact
from kg.selection import KINDS, Options, regions_within, select, year_of

PALETTE = {
    "Region": "#0072B2",
    "Agency": "#56B4E9",
    "Reform": "#D55E00",
    "Platform": "#009E73",
    "Policy": "#CC79A7",
    "Indicator": "#E69F00",
    "Observation": "#999999",
    "Report": "#555555",
}
"""Colour by kind, for pictures and pages alike: Okabe and Ito's eight, told apart by the colour-blind too."""

_LINKS = {  # predicate: (kind of subject, kind of object, pattern)
    "kg:adopts": ("Region", "Reform", "?f a kg:Adoption ; kg:adopter ?s ; kg:reform ?o BIND (?s AS ?area)"),
    "kg:deliveredThrough": ("Reform", "Platform", "?f a kg:Delivery ; kg:reform ?s ; kg:platform ?o"),
    "kg:sharedWith": ("Reform", "Region", "?f a kg:Partnership ; kg:reform ?s ; kg:partner ?o"),
    "kg:indicator": ("Reform", "Indicator", "?f a kg:Observation ; kg:reform ?s ; kg:indicator ?o"),
    "dct:references": ("Agency", "Policy", "?f dct:references ?o ; dct:publisher ?s"),
}
_ASIDE = """OPTIONAL { ?f sdmx-dimension:refArea|dct:spatial ?area } OPTIONAL { ?f kg:reform ?reform }
    OPTIONAL { ?f sdmx-dimension:refPeriod|dct:temporal ?when }"""
_SENTENCE = " OPTIONAL { ?f kg:evidence/oa:hasSelector/oa:exact ?sentence }"
_STRUCTURE = {
    "kg:actsFor": ("Agency", "Region"),
    "kg:serves": ("Platform", "Region"),
    "skos:broader": ("Reform", "Reform"),
}
_ENTITIES = """SELECT DISTINCT ?iri ?kind ?label ?full ?code {
    { ?report schema:mentions|dct:publisher|dct:spatial ?iri }
    UNION { ?f kg:adopter|kg:partner|kg:reform|kg:platform|kg:indicator|kg:agency|sdmx-dimension:refArea ?iri }
    ?iri a ?kind ; skos:prefLabel ?label FILTER (LANG(?label) = "zh-hans") FILTER (?kind IN (%s))
    OPTIONAL { ?iri kg:fullName ?full } OPTIONAL { ?iri a kg:Region ; skos:notation ?code } } ORDER BY ?kind ?iri"""
"""What reports name, or state something of."""


@dataclass(frozen=True, slots=True)
class Node:
    """A thing, a figure or a report."""

    id: str  # short: region:350405
    iri: str
    label: str
    kind: str
    values: dict[str, str | float | int] = field(default_factory=dict)  # code, full_name, value, unit, period, modality


@dataclass(frozen=True, slots=True)
class Edge:
    """All statements of one kind between two nodes."""

    source: str
    target: str
    kind: str  # local name of the predicate: adopts
    label: str  # for people: 推行
    weight: int = 1  # statements
    first: int | None = None  # year
    last: int | None = None  # year
    evidence: str = ""  # their sentences, a line each


def entity_counts(store: ox.Store) -> dict[str, int]:
    """Count the entities of a graph by kind: what a picture of all kinds shows as nodes."""
    found = Counter(node.kind for node in Picture(store, Options((*KINDS, "Policy", "Indicator"))).entities.values())
    return dict(sorted(found.items()))


class Picture:
    """Nodes and edges of a store; edges come in two parts, since the first decides which nodes are shown."""

    def __init__(self, store: ox.Store, options: Options) -> None:
        self._store, self._options = store, options
        self._labels = self._property_labels()
        self._inside = regions_within(store, options.region) if options.region else None
        self.entities = {node.iri: node for node in self._entities()}
        self.shown = set() if options.filtered else set(self.entities)
        self.degree: Counter[str] = Counter()
        self.first_year: dict[str, int] = {}

    def links(self) -> Iterator[Edge]:
        """Edges that statements make."""
        for predicate, (source, target, pattern) in _LINKS.items():
            if self._options.evidence and predicate == "dct:references":
                continue  # the report itself is there, and cites
            if {source, target} <= {*self._options.kinds}:
                yield from self._linked(predicate, pattern)

    def structure(self) -> Iterator[Edge]:
        """Edges between what is shown that no report needs to state."""
        for predicate, (source, target) in _STRUCTURE.items():
            if {source, target} <= {*self._options.kinds}:
                rows = select(self._store, f"SELECT DISTINCT ?s ?o {{ ?s {predicate} ?o }} ORDER BY ?s ?o")
                pairs = ((s.value, o.value) for s, o in rows)
                yield from (self._edge(ends, predicate) for ends in pairs if {*ends} <= self.shown)
        parents = {s.value: o.value for s, o in select(self._store, "SELECT ?s ?o { ?s kg:within ?o }")}
        for region in sorted(self.shown & parents.keys()):
            above = parents.get(region)
            while above and above not in self.shown:
                above = parents.get(above)
            if above:
                yield self._edge((region, above), "kg:within")

    def figures(self) -> Iterator[tuple[Node, list[Edge]]]:
        """Each observation, and its edges."""
        for row in select(self._store, _FIGURES):
            iri, area, reform, platform, indicator, value, unit, what, written, mode, when, report = row
            year = year_of(when)
            if not self._keeps(area, reform, year):
                continue
            values: dict[str, str | float | int] = {"value": float(value.value), "modality": compact(mode.value)[3:]}
            values |= {k: v.value for k, v in (("unit", unit), ("period", when)) if v is not None}
            if year:
                values["year"] = year
            node = Node(_id(iri.value), iri.value, f"{what.value} {written.value}", "Observation", values)
            targets = [(p, t.value) for p, t in zip(_ENDS, (area, reform, platform, indicator), strict=True) if t]
            targets = [(p, t) for p, t in targets if t in self.entities]
            self.shown |= {t for _, t in targets}
            if self._options.evidence:
                targets.append(("kg:statedIn", report.value))
            yield node, [self._edge((iri.value, t), p, [year]) for p, t in targets]

    def reports(self) -> Iterator[tuple[Node, list[Edge]]]:
        """Each report, and its edges."""
        predicates = ("dct:spatial", "dct:publisher", "dct:references")
        for iri, title, path, area, when in select(self._store, _REPORTS):
            year = year_of(when)
            if not self._keeps(area, None, year, of_report=True):
                continue
            label = (title or path).value
            yield (
                Node(_id(iri.value), iri.value, label, "Report", {"year": year} if year else {}),
                [
                    self._edge((iri.value, quad.object.value), predicate, [year])
                    for predicate in predicates
                    for quad in sorted(self._store.quads_for_pattern(iri, _property(predicate), None), key=str)
                    if isinstance(quad.object, ox.NamedNode) and quad.object.value in self.shown
                ],
            )

    def nodes(self) -> Iterator[Node]:
        """Shown entities, by kind and IRI; call it after the edges."""
        for iri, node in self.entities.items():
            if iri in self.shown:
                if iri in self.first_year:
                    node.values["year"] = self.first_year[iri]
                yield node

    def _entities(self) -> Iterator[Node]:
        kinds = ", ".join(f"kg:{kind}" for kind in self._options.kinds)
        for iri, kind, label, full, code in select(self._store, _ENTITIES % kinds):
            values = {k: v.value for k, v in (("full_name", full), ("code", code)) if v is not None}
            yield Node(_id(iri.value), iri.value, label.value, kind.value.removeprefix(DEF), dict(values))

    def _linked(self, predicate: str, pattern: str) -> Iterator[Edge]:
        sentence = _SENTENCE if self._options.evidence else ""
        query = (
            f"SELECT ?s ?o ?f ?area ?reform ?when ?sentence {{ {pattern} {_ASIDE}{sentence} }} ORDER BY ?s ?o ?when ?f"
        )
        rows = select(self._store, query)
        for (s, o), group in groupby(rows, key=lambda row: (row[0].value, row[1].value)):
            if s not in self.entities or o not in self.entities:
                continue
            found = [(year_of(when), text) for _, _, _, area, reform, when, text in group
                     if self._keeps(area, reform, year_of(when))]  # fmt: skip
            if found:
                self.shown |= {s, o}
                texts = dict.fromkeys(text.value for _, text in found if text is not None)
                yield self._edge((s, o), predicate, [year for year, _ in found], len(found), "\n".join(texts))

    def _edge(
        self,
        ends: tuple[str, str],
        predicate: str,
        years: Iterable[int | None] = (),
        count: int = 1,
        evidence: str = "",
    ) -> Edge:
        known = sorted(year for year in years if year)
        for end in ends:
            self.degree[end] += 1
            if known:
                self.first_year[end] = min(known[0], self.first_year.get(end, known[0]))
        kind, (source, target) = predicate.split(":")[1], map(_id, ends)
        first, last = (known[0], known[-1]) if known else (None, None)
        return Edge(source, target, kind, self._labels.get(predicate, kind), count, first, last, evidence)

    def _keeps(self, area: ox.NamedNode | None, reform: ox.NamedNode | None, year: int | None, *,
               of_report: bool = False) -> bool:  # fmt: skip
        options = self._options
        if self._inside is not None and (area is None or area.value not in self._inside):
            return False
        if options.reform and not of_report and (reform is None or reform.value != options.reform):
            return False
        return options.covers(year)

    def _property_labels(self) -> dict[str, str]:
        rows = select(self._store, 'SELECT ?p ?l { ?p rdfs:label ?l FILTER (LANG(?l) = "zh-hans") }')
        return {compact(p.value): label.value for p, label in rows}


_ENDS = ("sdmx-dimension:refArea", "kg:reform", "kg:platform", "kg:indicator")
_FIGURES = """SELECT ?f ?area ?reform ?platform ?indicator ?value ?unit ?what ?written ?mode ?when ?report {
    ?f a kg:Observation ; sdmx-measure:obsValue ?value ; kg:indicatorPhrase ?what ; kg:written ?written ;
       kg:modality ?mode ; kg:statedIn ?report .
    OPTIONAL { ?f sdmx-dimension:refArea ?area } OPTIONAL { ?f kg:reform ?reform } OPTIONAL { ?f kg:platform ?platform }
    OPTIONAL { ?f kg:indicator ?indicator } OPTIONAL { ?f sdmx-dimension:refPeriod ?when }
    OPTIONAL { ?f sdmx-attribute:unitMeasure/skos:prefLabel ?unit FILTER (LANG(?unit) = "zh-hans") } } ORDER BY ?f"""
_REPORTS = """SELECT ?report ?title ?path ?area ?when { ?report a kg:Report ; kg:path ?path .
    OPTIONAL { ?report dct:title ?title } OPTIONAL { ?report dct:spatial ?area }
    OPTIONAL { ?report dct:temporal ?when } } ORDER BY ?report"""


def _property(curie: str) -> ox.NamedNode:
    prefix, local = curie.split(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def _id(iri: str) -> str:
    """A short name for a node: region:350405, report:ab12#obs-1-5."""
    return next((f"{name}:{iri[len(start) :]}" for name, start in PREFIXES.items() if iri.startswith(start)), iri)
