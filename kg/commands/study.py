"""For those who study the reports: kg audit, kg panel, kg cite."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.commands.console import (
    Clock,
    Graph,
    chosen,
    emit,
    format_options,
    graph_option,
    iri_of,
    many,
    note,
    source_options,
    store_at,
    width,
    write,
)
from kg.errors import KgError
from kg.table import FORMATS, Row, as_table

if TYPE_CHECKING:
    from kg.ask.cite import Reference
    from kg.ask.query import Source
    from kg.exports.selection import Options

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("paths", nargs=-1, type=PATH, metavar="[FILE|DIR…]")
@click.option("--conflicts", is_flag=True, help="Instead: where statements in the graph on one thing differ.")
@graph_option
@click.option("--faults", is_flag=True, help="Only what does not follow.")
@format_options
def audit(
    paths: tuple[Path, ...], graph: Path, fmt: str | None, output: Path | None, *, conflicts: bool, faults: bool
) -> None:
    """Check the arithmetic that reports imply.

    Of the reports given; without any, of the graph, which holds the checks of all its reports. Parts and whole, shares
    of counts, differences, growth against a base in the text, one figure stated twice, shares over 100%. Each check
    names its figures and their places, what follows from them, and a grade: follows; within rounding; does not follow
    from the counts in the text, which need not be wrong, for the official formula may be another. Exit 1 if something
    does not follow.

    \b
        kg audit data/reports
        kg audit report.txt --faults --format json
        kg audit -g outputs
        kg audit --conflicts -g outputs
    """
    if conflicts:
        if paths:
            raise click.UsageError("--conflicts reads the graph: give -g FOLDER, no reports.")
        _conflicts(graph, fmt, output)
        return
    clock = Clock()
    found, failed = _audited(paths) if paths else (_held(graph), 0)
    rows = [row for row in found if not faults or row["grade"] == _FAILS]
    if chosen(fmt, output) == "table":
        write(_report(rows, None if output else width()), output)
    else:
        emit(rows if chosen(fmt, output) == "json" else [_flat(row) for row in rows], fmt, output)
    wrong = sum(row["grade"] == _FAILS for row in found)
    note(f"{many(len(found), 'check')}, of which {wrong} do not follow, {clock}")
    if failed:
        raise KgError(f"{many(failed, 'input')} could not be read", "", "The reasons stand above.")
    if wrong:
        click.get_current_context().exit(1)


_FAILS = "does not follow from the counts in the text"


def _held(graph: Path) -> list[Row]:
    """Return the checks that the graph holds."""
    from kg.ask.checked import checks

    return [one.row for one in checks(store_at(graph))]


def _audited(paths: Sequence[Path]) -> tuple[list[Row], int]:
    """Return a row a check, and how many inputs could not be read."""
    from kg.checks.audit import as_row
    from kg.checks.audit import audit as check
    from kg.extract import extract
    from kg.readers.read import find_inputs, read
    from kg.terms.gazetteer import load_gazetteer
    from kg.terms.lexicon import load_lexicon

    files = find_inputs(list(paths))
    lexicon, gazetteer = load_lexicon(), load_gazetteer()
    rows: list[Row] = []
    failed = 0
    for path in files:
        try:
            document = read(path)
        except KgError as error:
            if len(files) == 1:
                raise
            failed += 1
            note(f"skipped {error}")
            continue
        found = check(extract(document, lexicon, gazetteer), lexicon)
        rows += [as_row(each, str(path), document.text) for each in found]
    return rows, failed


def _flat(row: Row) -> Row:
    """Write the operands as words and places, for formats without objects: 48种 6-9."""
    operands = row["operands"]
    listed = operands if isinstance(operands, list) else []
    return {**row, "operands": [f"{o['text']} {o['start']}-{o['end']}" for o in listed]}


def _report(rows: Sequence[Row], cells: int | None) -> str:
    if not rows:
        return "nothing to report"
    table: list[Row] = [
        {
            "place": f"{Path(str(row['file'])).name}:{row['start']}",
            "kind": row["kind"],
            "claimed": row["claimed"],
            "from": row["formula"],
            "derived": row["derived"],
            "grade": str(row["grade"]).split(" from ")[0] + (f" ({row['note']})" if row["note"] else ""),
        }
        for row in rows
    ]
    return as_table(table, cells, right=("claimed", "derived"))


def _conflicts(graph: Path, fmt: str | None, output: Path | None) -> None:
    from kg.ask.conflicts import conflict_rows
    from kg.ask.conflicts import conflicts as differing

    found = differing(store_at(graph))
    rows = conflict_rows(found)
    if rows and chosen(fmt, output) == "table":
        rows = [{name: row[name] for name in row if name not in ("end", "report", "evidence", "fact")} for row in rows]
        rows = [{name: row[name] for name in row if any(r[name] is not None for r in rows)} for row in rows]
    emit(rows, fmt, output)
    note(many(len(found), "conflict"))
    if found:
        click.get_current_context().exit(1)


@click.command()
@source_options
@click.option("--region", help="Only this region and what lies within it.")
@click.option("--indicator", help="Only this indicator, by any of its names.")
@click.option("--since", type=int, metavar="YYYY", help="Only from this year on.")
@click.option("--until", type=int, metavar="YYYY", help="Only up to this year.")
@click.option("--targets", is_flag=True, help="Also aims, not only results.")
@click.option("--codebook", is_flag=True, help="Print what the columns and the indicators mean, instead.")
@click.option("--format", "fmt", type=click.Choice([*FORMATS, "parquet"]),
              help="Default: table on a terminal, csv in a pipe, or as the file's name says. "
                   "parquet needs -o and pyarrow.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def panel(  # noqa: PLR0913  one an option
    graph: Graph,
    region: str | None,
    indicator: str | None,
    since: int | None,
    until: int | None,
    fmt: str | None,
    output: Path | None,
    *,
    targets: bool,
    codebook: bool,
) -> None:
    """Print a table of region, period and indicator.

    A row a cell: value, unit, the base as the report phrases it, report, evidence, and a note where statements
    conflict; the value is empty then. What has no row was not stated, which is not zero: see kg coverage.

    \b
        kg panel > panel.csv
        kg panel --region 福建 --since 2023 --format markdown
        kg panel -o panel.parquet
        kg panel --codebook --format markdown
    """
    from kg.ask.panel import codebook as explained
    from kg.ask.panel import panel as paneled
    from kg.ask.panel import write_parquet
    from kg.terms.lexicon import load_lexicon

    store = store_at(graph)
    if fmt is None and output is not None and output.suffix.lower() == ".parquet":
        fmt = "parquet"
    fmt = chosen(fmt, output, "csv")
    rows = paneled(store, _options(store, region, since, until), iri_of(store, "indicator", indicator), targets=targets)
    count = len(rows)
    if codebook:
        rows = explained(load_lexicon(), rows)
    if fmt == "parquet":
        if output is None or codebook:
            raise click.UsageError("Parquet is a file of data: give -o FILE, without --codebook.")
        write_parquet(rows, output)
    elif fmt == "table" and not codebook:
        emit(_main_columns(rows), fmt, output)
    else:
        emit(rows, fmt, output)
    note(f"{many(count, 'cell')}{f' in {output}' if output else ''}")


def _main_columns(rows: Sequence[Row]) -> list[Row]:
    """Return what a cell is of and says, for people; a column that is empty throughout is left out."""
    names = (
        "region",
        "period",
        "months",
        "indicator",
        "value",
        "unit",
        "base",
        "reform",
        "platform",
        "modality",
        "note",
    )
    kept = [name for name in names if any(row[name] is not None for row in rows)]
    return [{name: row[name] for name in kept} for row in rows]


def _options(store: "Source", region: str | None, since: int | None, until: int | None) -> "Options":
    from kg.exports.selection import Options

    return Options(region=iri_of(store, "region", region), since=since, until=until)


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="FACT|REPORT…")
@source_options
@click.option("--style", type=click.Choice(["gbt7714", "bibtex", "both"]), default="both", show_default=True,
              help="GB/T 7714-2015, BibTeX, or both with the words quoted.")  # fmt: skip
@format_options
def cite(names: tuple[str, ...], graph: Graph, style: str, fmt: str | None, output: Path | None) -> None:
    """Give the reference of a fact or a report.

    FACT is an IRI, as kg panel and the exports have it; REPORT an IRI, a file's name or a title. Printed are GB/T
    7714-2015 and BibTeX, with the sentence that states the fact. What a report doesn't say of itself, such as its date,
    is left out.

    \b
        kg cite 2024-沙县区.txt
        kg cite 2024-沙县区.txt 2023-杭州市.txt --style bibtex -o references.bib
        kg cite "$(kg panel --format json | jq -r '.[0].evidence')"
    """
    from kg.ask.cite import cite as cited

    store = store_at(graph)
    found = [cited(store, name) for name in names]
    if fmt is not None:
        emit([one.row for one in found], fmt, output)
        return
    if output is not None and output.suffix.lower() == ".bib":
        style = "bibtex"
    if style == "gbt7714":
        write("\n".join(one.gbt7714 for one in found), output)
        return
    entries = {one.key: one.bibtex for one in found} if style == "bibtex" else None
    write("\n\n".join(entries.values() if entries else (_told(one) for one in found)), output)


def _told(one: "Reference") -> str:
    lines = [one.gbt7714]
    if one.quote:
        lines += [f"  “{one.quote}”", f"  {one.words}: characters {one.start} to {one.end} of {one.file}"]
    return "\n".join((*lines, "", one.bibtex))
