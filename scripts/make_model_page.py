"""Make docs/model.md from ontology/core.ttl, ontology/shapes.ttl and the docstring of kg/graph/report.py.

python scripts/make_model_page.py           # write the page
python scripts/make_model_page.py --check   # exit 1 if the page is not what would be written
"""

import inspect
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS

import kg.graph.report
from kg.graph.iris import DEF, compact

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "model.md"
SHACL = rdflib.Namespace("http://www.w3.org/ns/shacl#")

HEAD = """\
# The model

<!-- Made by scripts/make_model_page.py from ontology/core.ttl; change that file, then run the script. -->

What a report states, as RDF. Standards carry what they can: RDF Data Cube the figures, SKOS the terms, ORG the
agencies, Web Annotation the evidence, PROV where it all came from. Ours is what they lack: who adopted what.

Three rules explain most of it:

- **A fact is what one report says.** Reports that disagree stand side by side, each with its sentence.
- **Each report has a graph of its own.** What the reports name, terms, regions and vocabulary have theirs; no triple
  stands in two, so a query over their union counts right in every engine.
- **What a report doesn't say is absent.** No default, no guess, no blank node.
"""


def page() -> str:
    """Return the whole page."""
    core = rdflib.Graph().parse(ROOT / "ontology" / "core.ttl")
    shapes = rdflib.Graph().parse(ROOT / "ontology" / "shapes.ttl")
    parts = [
        HEAD,
        "## Diagram\n",
        *diagram(core),
        "\n## Classes\n",
        *classes(core),
        "\n## Properties\n",
        *properties(core),
    ]
    parts += ["\n## Values\n", *values(core), "\n## Graphs, IRIs, and what stands where\n", "```text", outline(), "```"]
    parts += [
        "\n## Rules that every graph satisfies\n",
        "`kg validate` checks them (ontology/shapes.ttl).\n",
        *rules(shapes),
    ]
    return "\n".join(parts) + "\n"


def outline() -> str:
    """Return the docstring of kg.graph.report from its first heading on."""
    text = inspect.getdoc(kg.graph.report) or ""
    return text[text.index("GRAPHS") :].rstrip()


def diagram(core: rdflib.Graph) -> Iterator[str]:
    """Yield a Mermaid diagram: our classes, and the properties of ours that join two of them."""
    ours = {c for c in core.subjects(RDF.type, OWL.Class) if str(c).startswith(DEF)}
    yield "```mermaid\nclassDiagram"
    for child in ordered(ours):
        for parent in ordered(core.objects(child, RDFS.subClassOf)):
            if parent in ours:
                yield f"  {name(parent)} <|-- {name(child)}"
    for prop in ordered(core.subjects(RDF.type, OWL.ObjectProperty)):
        for source in ordered(core.objects(prop, RDFS.domain)):
            for target in ordered(core.objects(prop, RDFS.range)):
                if source in ours and target in ours:
                    yield f"  {name(source)} --> {name(target)} : {name(prop)}"
    yield "```"


def classes(core: rdflib.Graph) -> Iterator[str]:
    """Yield a table of the classes."""
    rows = []
    for item in ordered(core.subjects(RDF.type, OWL.Class)):
        parents = ", ".join(f"`{compact(str(p))}`" for p in ordered(core.objects(item, RDFS.subClassOf)))
        rows.append((f"`{compact(str(item))}`", *labels(core, item), parents, definition(core, item)))
    yield from table(("class", "zh", "en", "is a", "meaning"), rows)


def properties(core: rdflib.Graph) -> Iterator[str]:
    """Yield a table of the properties."""
    found = {
        p for kind in (OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property) for p in core.subjects(RDF.type, kind)
    }
    rows = []
    for item in ordered(found):
        domain, target = (core.value(item, end) for end in (RDFS.domain, RDFS.range))
        ends = f"{compact(str(domain or '')) or 'anything'} → {compact(str(target or '')) or 'text'}"
        rows.append((f"`{compact(str(item))}`", *labels(core, item), ends, definition(core, item)))
    yield from table(("property", "zh", "en", "from → to", "meaning"), rows)


def values(core: rdflib.Graph) -> Iterator[str]:
    """Yield a table of the coded values."""
    rows = []
    for kind in ("Level", "Modality", "Script"):
        for item in ordered(core.subjects(RDF.type, rdflib.URIRef(DEF + kind))):
            zh, en = (label(core, item, SKOS.prefLabel, language) for language in ("zh-hans", "en"))
            rows.append((f"`{compact(str(item))}`", zh, en, f"`kg:{kind}`", definition(core, item)))
    yield from table(("value", "zh", "en", "is a", "meaning"), rows)


def rules(shapes: rdflib.Graph) -> Iterator[str]:
    """Yield a table of the rules."""
    rows = [
        (f"`{str(shape).rsplit('/', 1)[-1]}`", str(message), str(shapes.value(shape, rdflib.URIRef(DEF + "remedy"))))
        for shape, message in sorted(shapes.subject_objects(SHACL.message), key=str)
    ]
    yield from table(("rule", "what is wrong with a thing that breaks it", "what mends it"), rows)


def ordered(nodes: Iterable[rdflib.term.Node]) -> list[rdflib.term.Node]:
    """Return nodes by their text."""
    return sorted(nodes, key=str)


def name(iri: object) -> str:
    """Return the last part of an IRI."""
    return str(iri).rsplit("#", 1)[-1]


def label(graph: rdflib.Graph, item: rdflib.term.Node, prop: rdflib.URIRef, language: str) -> str:
    """Return a thing's label in one language."""
    found = (o for o in graph.objects(item, prop) if isinstance(o, rdflib.Literal))
    return next((str(o) for o in found if (o.language or "").lower() == language), "")


def labels(graph: rdflib.Graph, item: rdflib.term.Node) -> tuple[str, str]:
    """Return the labels in Chinese and English."""
    return label(graph, item, RDFS.label, "zh-hans"), label(graph, item, RDFS.label, "en")


def definition(graph: rdflib.Graph, item: rdflib.term.Node) -> str:
    """Return both definitions."""
    return "<br>".join(label(graph, item, SKOS.definition, language) for language in ("en", "zh-hans"))


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    head = tuple(head)
    yield f"| {' | '.join(head)} |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text(encoding="utf-8") == page() else f"{PAGE} is out of date: run {sys.argv[0]}")
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE}")
