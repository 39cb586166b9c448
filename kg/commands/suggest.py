"""Terms grow from what reports say: kg suggest."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.commands.console import Clock, Graph, chosen, emit, many, note, source_options, store_at, write
from kg.errors import KgError
from kg.table import FORMATS, Row

if TYPE_CHECKING:
    from kg.change.sightings import Sighting
    from kg.change.suggest import Suggestion
    from kg.terms.lexicon import Lexicon

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("paths", nargs=-1, type=PATH, metavar="[FILE|DIR…]")
@source_options
@click.option("--kind", type=click.Choice(["reform", "platform", "indicator"]), help="Only names of this kind.")
@click.option("--documents", type=click.IntRange(min=1), default=1, show_default=True,
              help="Only names that so many documents have.")  # fmt: skip
@click.option(
    "--top", type=click.IntRange(min=1), default=30, show_default=True, help="How many, the weightiest first."
)
@click.option("--format", "fmt", type=click.Choice([*FORMATS, "ttl"]),
              help="Default: table on a terminal, json in a pipe, or as the file's name says. ttl: SKOS.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def suggest(
    paths: tuple[Path, ...],
    graph: Graph,
    kind: str | None,
    documents: int,
    top: int,
    fmt: str | None,
    output: Path | None,
) -> None:
    """List names that no list holds yet.

    Reforms and platforms that were found by their form alone, and measures that are no listed indicator: in the
    reports given, else in the graph. Ranked by how many documents have them in sentences of their own, whether their
    words are of government service, and whether listed names stand beside them; with the kind and the broader term
    that each seems to have. A person decides: --format ttl writes SKOS to complete. Accepting one is an edit of
    ontology/ and a new build.

    \b
        kg suggest
        kg suggest my-reports/ --documents 2
        kg suggest --kind reform --format ttl -o suggested.ttl
    """
    from kg.change.proposal import turtle
    from kg.change.sightings import of_store
    from kg.change.suggest import suggest as ranked
    from kg.terms.lexicon import load_lexicon

    clock, lexicon = Clock(), load_lexicon()
    seen = _read(paths, lexicon) if paths else list(of_store(store_at(graph), lexicon))
    found = [s for s in ranked(seen, lexicon) if kind in (None, s.kind.lower()) and s.documents >= documents]
    if fmt == "ttl" or (fmt is None and output is not None and output.suffix.lower() == ".ttl"):
        write(turtle(found[:top], lexicon), output)
    else:
        wide = chosen(fmt, output) != "table"
        emit([_row(s, wide=wide) for s in found[:top]], fmt, output)
    note(f"{many(len(found[:top]), 'name')} of {len(found)} that no list holds, {clock}")


def _read(paths: tuple[Path, ...], lexicon: "Lexicon") -> list["Sighting"]:
    from kg.change.sightings import of_extraction
    from kg.extract import extract
    from kg.readers.read import find_inputs, read
    from kg.terms.gazetteer import load_gazetteer

    files, gazetteer, seen = find_inputs(list(paths)), load_gazetteer(), []
    for path in files:
        try:
            seen += list(of_extraction(extract(read(path), lexicon, gazetteer), lexicon))
        except KgError as error:
            if len(files) == 1:
                raise
            note(f"skipped {error}")
    return seen


def _row(one: "Suggestion", *, wide: bool) -> Row:
    row: dict[str, object] = {
        "kind": one.kind.lower(), "name": one.name, "documents": one.documents, "times": one.times,
        "beside": list(one.company), "broader": one.broader or None, "place": one.sightings[0].evidence.place,
    }  # fmt: skip
    if not wide:
        return row
    return row | {
        "broader iri": one.broader_iri or None,
        "because": one.why or None,
        "unit": one.unit or None,
        "regions": list(one.regions),
        "in field": one.in_field,
        "in company": one.in_company,
        "rules": list(one.rules),
        "weight": one.weight,
        "evidence": [s.evidence.cited for s in one.sightings],
    }
