"""What holds for all reports, as N-Quads: the vocabulary, the terms, the regions. `graph` describes the graphs.

Out of scope: how the terms are found in a text (`lexicon`).
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.errors import BadOntology
from kg.graph.iris import BASE, DEF, Iris
from kg.graph.nquads import P, literal
from kg.terms.gazetteer import Division, Gazetteer


def terms_nquads(folder: Path, gazetteer: Gazetteer, codes: Iterable[str], base: str = BASE) -> str:
    """Write what holds for all reports: the vocabulary, the terms, and the regions with all above them.

    Args:
        folder: the ontology; cue words (in `cues/`) and shapes stay out, they describe the extraction, not its facts.
        gazetteer: the regions.
        codes: of the regions that occur in the reports (`codes_of`).
        base: where instances live.
    """
    iris, used = Iris(base), set(codes)
    lines = set()
    for path in sorted(folder.glob("*.ttl")):
        if path.name == "shapes.ttl":
            continue
        graph = iris.graph("vocabulary" if path.name == "core.ttl" else "terms")
        for node, predicate, value in _triples(path):
            subject = iris.rebase(node.value)
            target = ox.NamedNode(iris.rebase(value.value)) if isinstance(value, ox.NamedNode) else value
            lines.add(f"<{subject}> {predicate} {target} <{graph}> .\n")
            if predicate.value == DEF + "operatorRegion" and gazetteer.by_code(target.value):  # 000000 is the nation
                used.add(target.value)
                lines.add(f"<{subject}> {P['kg:serves']} <{iris.region(target.value)}> <{graph}> .\n")
    return "".join(sorted(lines)) + "".join(_regions(gazetteer, used, iris))


def _triples(path: Path) -> Iterator[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]]:
    try:
        for quad in ox.parse(path=path):
            if not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.object, ox.NamedNode | ox.Literal):
                raise BadOntology(f"has a blank node beside {quad.predicate}", str(path), "Give it an IRI")
            yield quad.subject, quad.predicate, quad.object
    except SyntaxError as error:
        raise BadOntology(f"is no Turtle: {error}", str(path)) from error


def _regions(gazetteer: Gazetteer, codes: Iterable[str], iris: Iris) -> Iterator[str]:
    found: dict[str, Division] = {}
    for code in sorted(codes):
        while code and code not in found and (division := gazetteer.by_code(code)):
            found |= {d.code: d for d in (division, *gazetteer.above(division))}
            code = division.successor or ""  # noqa: PLW2901  what a code turned into is named too
    end = f" <{iris.graph('regions')}> .\n"
    for code, division in sorted(found.items()):
        subject = f"<{iris.region(code)}>"
        pairs = [
            ("rdf:type", P["kg:Region"]),
            ("rdf:type", P["schema:AdministrativeArea"]),
            ("skos:prefLabel", literal(division.name, "zh-hans")),
            *(("skos:altLabel", literal(name, "zh-hans")) for name in (*division.short, *division.abbreviation)),
            *(("kg:formerName", literal(name, "zh-hans")) for name in division.former),
            ("kg:fullName", literal(gazetteer.full_name(code), "zh-hans")),
            ("kg:level", P[f"kg:{division.level}"]),
            ("skos:notation", literal(code, "kg:GBT2260")),
        ]
        if division.parent in found:
            pairs.append(("kg:within", f"<{iris.region(division.parent)}>"))
        if division.successor in found and division.successor != code:
            pairs.append(("dct:isReplacedBy", f"<{iris.region(division.successor)}>"))
        yield from (f"{subject} {P[predicate]} {value}{end}" for predicate, value in pairs)
