"""The graph, or the part that some reports state, as Turtle, N-Quads and JSON-LD.

In: a store and which reports. Out: the triples of their graphs, of what they name, and of the terms. Out of scope: the
entities as a network (`picture`).
"""

import json
import re
from collections.abc import Iterator
from itertools import groupby
from typing import IO, Any

import pyoxigraph as ox

from kg.exports.selection import Options, regions_within, select, year_of
from kg.graph.forget import LINKS
from kg.graph.iris import DEF, PREFIXES, compact

SORTED = 200_000  # triples of a graph up to which it is written in alphabetical order; 100 MB; larger ones as stored

_MATCHING = """SELECT DISTINCT ?g ?report ?area ?when { GRAPH ?g { ?report a kg:Report }
    OPTIONAL { ?report dct:spatial ?area } OPTIONAL { ?report dct:temporal ?when } %s }"""

_REFERENCES = """
    kg:actsFor kg:adopter kg:adopts kg:agency kg:deliveredThrough kg:evidence kg:indicator kg:level kg:means kg:modality
    kg:partner kg:platform kg:reform kg:script kg:serves kg:sharedWith kg:statedIn kg:within dct:isReplacedBy
    dct:publisher dct:references dct:spatial oa:hasSelector oa:hasSource org:classification prov:wasDerivedFrom
    prov:wasGeneratedBy prov:wasQuotedFrom qb:component qb:dataSet qb:structure rdfs:domain rdfs:range rdfs:subClassOf
    rdfs:subPropertyOf schema:mentions sdmx-attribute:unitMeasure sdmx-dimension:refArea skos:broader skos:exactMatch
    skos:inScheme skos:related void:class void:classPartition"""
_TAGGED = """skos:prefLabel skos:altLabel skos:definition skos:scopeNote rdfs:label kg:formerName kg:fullName
    kg:weakLabel"""
_SHORT_REFERENCES = {name: name.split(":")[1] for name in _REFERENCES.split()} | {
    "kg:reform": "ofReform",  # reform: is the prefix of the reforms
    "kg:platform": "onPlatform",
    "kg:agency": "byAgency",
    "kg:indicator": "ofIndicator",
}
_SHORT_TAGGED = {name: name.split(":")[1] for name in _TAGGED.split()}
_TYPED = {"sdmx-measure:obsValue": "xsd:decimal", "kg:precision": "xsd:decimal", "dct:issued": "xsd:date",
          "skos:notation": "kg:GBT2260"}  # fmt: skip
_XSD, _TYPE = PREFIXES["xsd"], PREFIXES["rdf"] + "type"
_LOCAL = re.compile(r"[a-z-]+:[A-Za-z0-9\u3400-\u9fff]+(?:-[A-Za-z0-9\u3400-\u9fff]+)*")
"""The plainest part of what Turtle takes for a name without escapes."""
_BARE = {
    "xsd:integer": re.compile(r"-?\d+"),
    "xsd:decimal": re.compile(r"-?\d+\.\d+"),
    "xsd:boolean": re.compile("true|false"),
}
"""Literals that Turtle writes without quotes."""


def write_turtle(store: ox.Store, options: Options, file: IO[bytes]) -> tuple[int, int]:
    """Write all triples in one graph, a block for each subject."""
    tally = _Tally()
    file.write("".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()).encode())
    for (_, subject), its in groupby(tally.counted(_quads(store, options)), key=lambda q: (q.graph_name, q.subject)):
        lines = []
        for predicate, quads in groupby(its, key=lambda q: q.predicate):
            verb = "a" if predicate.value == _TYPE else _turtle(predicate)
            lines.append(f"{verb} {' , '.join(_turtle(quad.object) for quad in quads)}")
        block = " ;\n    ".join(lines)
        file.write(f"\n{_turtle(subject)} {block} .\n".encode())
    return tally.subjects, tally.triples


def write_nquads(store: ox.Store, options: Options, file: IO[bytes]) -> tuple[int, int]:
    """Write all quads, a line each."""
    tally = _Tally()
    ox.serialize(tally.counted(_quads(store, options)), file, ox.RdfFormat.N_QUADS)
    return tally.subjects, tally.triples


def write_jsonld(store: ox.Store, options: Options, file: IO[bytes]) -> tuple[int, int]:
    """Write all named graphs, an object for each subject, with short names that a context explains."""
    tally = _Tally()
    file.write(b'{"@context": ' + _json(context()) + b',\n"@graph": [')
    separator = b"\n"
    for graph, quads in groupby(tally.counted(_quads(store, options)), key=lambda q: q.graph_name):
        file.write(separator + b'{"id": ' + _json(compact(_text(graph))) + b', "@graph": [')
        separator = b"\n"
        for subject, its in groupby(quads, key=lambda q: q.subject):
            file.write(separator + _json({"id": compact(_text(subject))} | _object(list(its))))
            separator = b",\n"
        file.write(b"]}")
        separator = b",\n"
    file.write(b"\n]}\n")
    return tally.subjects, tally.triples


def context() -> dict[str, object]:
    """Return the JSON-LD context: our short names, and what they mean."""
    found: dict[str, object] = {"id": "@id", "type": "@type", **PREFIXES}
    found |= {short: {"@id": name, "@type": "@id"} for name, short in _SHORT_REFERENCES.items()}
    found |= {short: {"@id": name, "@container": "@language"} for name, short in _SHORT_TAGGED.items()}
    found |= {name.split(":")[1]: {"@id": name, "@type": kind} for name, kind in _TYPED.items()}
    return found


class _Tally:
    """Counts what passes."""

    subjects = triples = 0

    def counted(self, quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
        last = None
        for quad in quads:
            self.triples += 1
            if (block := (quad.graph_name, quad.subject)) != last:
                self.subjects, last = self.subjects + 1, block
            yield quad


def _quads(store: ox.Store, options: Options) -> Iterator[ox.Quad]:
    """Quads graph by graph; of one graph, each subject's together."""
    graphs = sorted(store.named_graphs(), key=str)
    chosen = _reports(store, options) if options.filtered else None
    for graph in graphs:
        name = _text(graph).rsplit("/", 1)[-1]
        quads: Iterator[ox.Quad] = store.quads_for_pattern(None, None, None, graph)
        if chosen is not None:
            if name == "void" or (name == "graph" and graph not in chosen):
                continue
            if name == "entities":
                quads = _named(store, chosen, quads)
        yield from _in_order(quads)


def _in_order(quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    first = [quad for quad, _ in zip(quads, range(SORTED), strict=False)]
    if len(first) < SORTED:
        first.sort(key=lambda q: (_text(q.subject), q.predicate.value, str(q.object)))
    yield from first
    yield from quads


def _reports(store: ox.Store, options: Options) -> set[Any]:
    """Graphs of the reports that are about the region, of the years, and name the reform."""
    naming = f"?report schema:mentions {ox.NamedNode(options.reform)}" if options.reform else ""
    inside = regions_within(store, options.region) if options.region else None
    found = set()
    for graph, _, area, when in select(store, _MATCHING % naming):
        year = year_of(when and when.value)
        here = inside is None or (area is not None and area.value in inside)
        if here and options.covers(year):
            found.add(graph)
    return found


def _named(store: ox.Store, reports: set[Any], quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    """Of graph/entities, what the reports name, and the links that they state."""
    stated: set[tuple[str, str, str]] = set()
    named: set[str] = set()
    for graph in reports:
        for _, its in groupby(store.quads_for_pattern(None, None, None, graph), key=lambda q: q.subject):
            values = {quad.predicate.value.removeprefix(DEF): _text(quad.object) for quad in its}
            named.update(values.values())
            stated |= {(values[s], link, values[o]) for link, (_, s, o) in LINKS.items() if {s, o} <= values.keys()}
    for quad in quads:
        link = quad.predicate.value.removeprefix(DEF)
        if link in LINKS:
            if (_text(quad.subject), link, _text(quad.object)) in stated:
                yield quad
        elif _text(quad.subject) in named:
            yield quad


def _text(term: object) -> str:
    """The text of an IRI or a literal; our graphs hold no other terms."""
    if not isinstance(term, ox.NamedNode | ox.Literal):
        raise TypeError(f"neither IRI nor literal: {term}")
    return term.value


def _turtle(term: object) -> str:
    """A term with short names where Turtle allows them without escapes."""
    if isinstance(term, ox.NamedNode):
        short = compact(term.value)
        return short if _LOCAL.fullmatch(short) else str(term)
    if isinstance(term, ox.Literal) and not term.language and term.datatype.value != _XSD + "string":
        bare = _BARE.get(compact(term.datatype.value))
        if bare and bare.fullmatch(term.value):
            return term.value
        written = str(term)
        return written[: written.rindex("^^") + 2] + _turtle(term.datatype)
    return str(term)


def _object(quads: list[ox.Quad]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for quad in quads:
        name, value = compact(quad.predicate.value), quad.object
        if isinstance(value, ox.NamedNode):
            iri = compact(value.value)
            if name == "rdf:type":
                _add(found, "type", iri)
            elif name in _SHORT_REFERENCES:
                _add(found, _SHORT_REFERENCES[name], iri)
            else:
                _add(found, name, {"id": iri})
        elif isinstance(value, ox.Literal):
            if value.language and name in _SHORT_TAGGED:
                _add(found.setdefault(_SHORT_TAGGED[name], {}), value.language, value.value)
            elif compact(value.datatype.value) == _TYPED.get(name):
                _add(found, name.split(":")[1], value.value)
            else:
                _add(found, name, _value(value))
    return found


def _add(found: dict[str, Any], key: str, value: object) -> None:
    """One value as it is, several as a list."""
    if key not in found:
        found[key] = value
    elif isinstance(found[key], list):
        found[key].append(value)
    else:
        found[key] = [found[key], value]


def _value(literal: ox.Literal) -> object:
    if literal.language:
        return {"@value": literal.value, "@language": literal.language}
    match literal.datatype.value.removeprefix(_XSD):
        case "string":
            return literal.value
        case "boolean" if literal.value in {"true", "false"}:
            return literal.value == "true"
        case "integer" if str(int(literal.value)) == literal.value:
            return int(literal.value)
    return {"@value": literal.value, "@type": compact(literal.datatype.value)}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
