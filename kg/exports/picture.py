"""A built graph as nodes and edges: what a person draws, and what tools for networks count.

In: a store and what to show. Out: entities, and one edge for all statements that say the same. Out of scope: file
formats (`export`), and what the triples mean (`graph`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.exports.selection import Options, by_report, regions_within, select, year_of
from kg.graph.iris import DEF, PREFIXES, compact
from kg.graph.reposts import counted

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
    "kg:adopts": (
        "Region",
        "Reform",
        "?f a kg:Adoption ; kg:statedIn ?report ; kg:adopter ?s ; kg:reform ?o BIND (?s AS ?area)",
    ),
    "kg:deliveredThrough": (
        "Reform",
        "Platform",
        "?f a kg:Delivery ; kg:statedIn ?report ; kg:reform ?s ; kg:platform ?o",
    ),
    "kg:sharedWith": ("Reform", "Region", "?f a kg:Partnership ; kg:statedIn ?report ; kg:reform ?s ; kg:partner ?o"),
    "kg:indicator": (
        "Reform",
        "Indicator",
        "?f a kg:Observation ; kg:statedIn ?report ; kg:reform ?s ; kg:indicator ?o",
    ),
    "dct:references": ("Agency", "Policy", "?f dct:references ?o ; dct:publisher ?s BIND (?f AS ?report)"),
}
_ASIDE = """OPTIONAL { ?f sdmx-dimension:refArea|dct:spatial ?area } OPTIONAL { ?f kg:reform ?reform }
    OPTIONAL { ?f sdmx-dimension:refPeriod|dct:temporal ?when }"""
_ONCE = counted("report")
_SENTENCE = " OPTIONAL { ?f kg:evidence/oa:hasSelector/oa:exact ?sentence }"
_STRUCTURE = {
    "kg:actsFor": ("Agency", "Region"),
    "kg:serves": ("Platform", "Region"),
    "skos:broader": ("Reform", "Reform"),
}
_ENTITIES = """SELECT ?iri ?kind ?label ?full ?code {
    { SELECT DISTINCT ?iri { { ?report schema:mentions|dct:publisher|dct:spatial ?iri %s } UNION
        { ?f kg:adopter|kg:partner|kg:reform|kg:platform|kg:indicator|kg:agency|sdmx-dimension:refArea ?iri } } }
    ?iri a ?kind ; skos:prefLabel ?label FILTER (LANG(?label) = "zh-hans") FILTER (?kind IN (%s))
    OPTIONAL { ?iri kg:fullName ?full } OPTIONAL { ?iri a kg:Region ; skos:notation ?code } }"""
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
                rows = select(self._store, f"SELECT ?s ?o {{ ?s {predicate} ?o }}")
                pairs = sorted((s.value, o.value) for s, o in rows)
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
        units = {u.value: n.value for u, n in select(self._store, _UNITS)}
        for one in by_report(self._store, _FIGURE, _FIGURES):
            year = year_of(one.get("when"))
            if self._keeps(one.get("area"), one.get("reform"), year):
                targets = [(p, one[name]) for name, p in _ENDS.items() if one.get(name) in self.entities]
                self.shown |= {target for _, target in targets}
                if self._options.evidence:
                    targets.append(("kg:statedIn", one["report"]))
                yield _figure(one, units, year), [self._edge((one["fact"], t), p, [year]) for p, t in targets]

    def reports(self) -> Iterator[tuple[Node, list[Edge]]]:
        """Each report, and its edges."""
        cited: dict[str, list[str]] = defaultdict(list)
        if "Policy" in self._options.kinds:
            for report, policy in select(self._store, "SELECT ?report ?policy { ?report dct:references ?policy }"):
                cited[report.value].append(policy.value)
        for row in sorted(select(self._store, _REPORTS), key=lambda row: row[0].value):
            iri, path, title, area, publisher, when = (term and term.value for term in row)
            year = year_of(when)
            if self._keeps(area, None, year, of_report=True):
                ends = [("dct:spatial", area), ("dct:publisher", publisher)]
                ends += [("dct:references", policy) for policy in sorted(cited[iri])]
                yield (
                    Node(_id(iri), iri, title or path, "Report", {"year": year} if year else {}),
                    [self._edge((iri, end), predicate, [year]) for predicate, end in ends if end in self.shown],
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
        rows = select(self._store, _ENTITIES % (_ONCE, kinds))
        for iri, kind, label, full, code in sorted(rows, key=lambda row: (row[1].value, row[0].value)):
            values = {k: v.value for k, v in (("full_name", full), ("code", code)) if v is not None}
            yield Node(_id(iri.value), iri.value, label.value, kind.value.removeprefix(DEF), dict(values))

    def _linked(self, predicate: str, pattern: str) -> Iterator[Edge]:
        sentence = _SENTENCE if self._options.evidence else ""
        stated: dict[tuple[str, str], list[tuple[int | None, str, str]]] = defaultdict(list)
        for row in select(
            self._store, f"SELECT ?s ?o ?area ?reform ?when ?f ?sentence {{ {pattern} {_ONCE} {_ASIDE}{sentence} }}"
        ):
            s, o, area, reform, when, f, text = (term and term.value for term in row)
            year = year_of(when)
            if s in self.entities and o in self.entities and self._keeps(area, reform, year):
                stated[s, o].append((year, f if text else "", text or ""))
        for ends, found in sorted(stated.items()):
            self.shown.update(ends)
            texts = dict.fromkeys(text for _, _, text in sorted(found, key=lambda one: one[1:]) if text)
            yield self._edge(ends, predicate, (year for year, _, _ in found), len(found), "\n".join(texts))

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

    def _keeps(self, area: str | None, reform: str | None, year: int | None, *,
               of_report: bool = False) -> bool:  # fmt: skip
        options = self._options
        if self._inside is not None and area not in self._inside:
            return False
        if options.reform and not of_report and reform != options.reform:
            return False
        return options.covers(year)

    def _property_labels(self) -> dict[str, str]:
        rows = select(self._store, 'SELECT ?p ?l { ?p rdfs:label ?l FILTER (LANG(?l) = "zh-hans") }')
        return {compact(p.value): label.value for p, label in rows}


_ENDS = {
    "area": "sdmx-dimension:refArea",
    "reform": "kg:reform",
    "platform": "kg:platform",
    "indicator": "kg:indicator",
}
_FIGURE = "?report ?fact ?value ?what ?written ?mode ?unit ?when ?area ?reform ?platform ?indicator"
_FIGURES = """?fact kg:statedIn ?report ; a kg:Observation ; sdmx-measure:obsValue ?value ; kg:indicatorPhrase ?what ;
        kg:written ?written ; kg:modality ?mode .
    OPTIONAL { ?fact sdmx-dimension:refArea ?area } OPTIONAL { ?fact kg:reform ?reform }
    OPTIONAL { ?fact kg:platform ?platform } OPTIONAL { ?fact kg:indicator ?indicator }
    OPTIONAL { ?fact sdmx-dimension:refPeriod ?when } OPTIONAL { ?fact sdmx-attribute:unitMeasure ?unit }"""
_UNITS = 'SELECT ?unit ?name { ?unit a kg:Unit ; skos:prefLabel ?name FILTER (LANG(?name) = "zh-hans") }'
_REPORTS = (
    """SELECT ?report ?path ?title ?area ?publisher ?when { ?report a kg:Report ; kg:path ?path .
    OPTIONAL { ?report dct:title ?title } OPTIONAL { ?report dct:spatial ?area }
    OPTIONAL { ?report dct:publisher ?publisher } OPTIONAL { ?report dct:temporal ?when } """
    + counted("report")
    + " }"
)


def _figure(one: dict[str, str], units: dict[str, str], year: int | None) -> Node:
    values: dict[str, str | float | int] = {"value": float(one["value"]), "modality": one["mode"].removeprefix(DEF)}
    if unit := units.get(one.get("unit", "")):
        values["unit"] = unit
    if "when" in one:
        values["period"] = one["when"]
    if year:
        values["year"] = year
    return Node(_id(one["fact"]), one["fact"], f"{one['what']} {one['written']}", "Observation", values)


def _id(iri: str) -> str:
    """A short name for a node: region:350405, report:ab12#obs-1-5."""
    return next((f"{name}:{iri[len(start) :]}" for name, start in PREFIXES.items() if iri.startswith(start)), iri)
