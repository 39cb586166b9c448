"""Look-ups for people: kg lookup, kg compare, kg matrix."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.commands.console import Graph, chosen, emit, format_options, note, source_options, store_at, width, write
from kg.table import Row, as_table, fits

if TYPE_CHECKING:
    from kg.ask.resolve import Thing


@click.command()
@click.argument("name", required=False)
@source_options
@click.option("--reform", help="A reform, by any of its names.")
@click.option("--platform", help="A platform, by any of its names.")
@click.option("--within", metavar="REGION", help="Only in this region and what lies within it.")
@click.option("--year", metavar="YYYY", help="Only what is said of this year.")
@click.option("--evidence", is_flag=True, help="Show the sentence behind each statement, with its file and offset.")
@format_options
def lookup(  # noqa: PLR0913, PLR0917  one an option
    name: str | None,
    graph: Graph,
    reform: str | None,
    platform: str | None,
    within: str | None,
    year: str | None,
    fmt: str | None,
    output: Path | None,
    *,
    evidence: bool,
) -> None:
    """Tell who adopted what, with which figures.

    NAME is a region: a name, abbreviation, former name or code of any level; what lies within it is included. Shown
    are the reforms adopted, by whom, since which year's report, over which platforms, and with which figures.
    A figure's note: about = the report says so inexactly; limit = a floor or ceiling; target = an aim, not a result.

    \b
        kg lookup 福建
        kg lookup 350405 --evidence
        kg lookup --reform 跨省通办 --within 江西
        kg lookup --platform 闽政通 --format csv -o minzhengtong.csv
    """
    from kg.ask.lookup import Scope, plain_rows
    from kg.ask.lookup import lookup as look
    from kg.ask.resolve import find_region, find_term
    from kg.ask.show import findings, summary
    from kg.terms.gazetteer import load_gazetteer

    if name and within:
        raise click.UsageError("NAME and --within are the same thing; give one of them.")
    if not (name or within or reform or platform):
        raise click.UsageError("What is looked up? Give a region, --reform NAME or --platform NAME.")
    store, places = store_at(graph), load_gazetteer()
    scope = Scope(
        region=find_region(store, name or within or "", places) if name or within else None,
        reform=find_term(store, "reform", reform) if reform else None,
        platform=find_term(store, "platform", platform) if platform else None,
        year=year,
    )
    rows = look(store, scope, evidence=evidence)
    about, by = _about(scope.region, scope.reform, scope.platform)
    if not rows:
        note("Of which regions there are reports: kg query region-profile")
    if chosen(fmt, output) == "table":
        write(findings(rows, about, by, None if output else width(), evidence=evidence), output)
        return
    emit(plain_rows(rows, evidence=evidence), fmt, output)
    note(f"{about.label}: {summary(rows)}")


@click.command()
@click.argument("regions", nargs=-1, required=True, metavar="REGION REGION…")
@source_options
@click.option("--figures", type=click.IntRange(min=0), default=1, show_default=True, help="Figures shown of a reform.")
@format_options
def compare(regions: tuple[str, ...], graph: Graph, figures: int, fmt: str | None, output: Path | None) -> None:
    """Set regions side by side.

    Reforms with their first year and figures, platforms, and the latest value of each indicator. What more of them
    have comes first. An empty cell: no report in the graph says that the region has it.

    \b
        kg compare 沙县 兴国 徐闻
        kg compare 福建 江西 --figures 0 --format markdown
    """
    from kg.ask.compare import compare as side_by_side
    from kg.ask.resolve import find_region
    from kg.terms.gazetteer import load_gazetteer

    store, places = store_at(graph), load_gazetteer()
    things = {thing.iri: thing for name in regions for thing in [find_region(store, name, places)]}
    if len(things) < 2:  # noqa: PLR2004
        raise click.UsageError("Give two regions or more.")
    rows = side_by_side(store, list(things.values()), figures)
    if chosen(fmt, output) != "table":
        emit(rows, fmt, output)
        return
    sections = []
    for kind in dict.fromkeys(row["kind"] for row in rows):
        section: list[Row] = [
            {str(kind): row["name"]} | {name: row[name] for name in row if name not in ("kind", "name")}
            for row in rows
            if row["kind"] == kind
        ]
        sections.append(as_table(section, None if output else width()))
    write("\n\n".join(sections) or "nothing is said of these regions in this graph", output)


@click.command()
@source_options
@click.option("--cells", type=click.Choice(["since", "figures", "reports"]), default="since", show_default=True,
              help="The first year, or how many figures or reports.")  # fmt: skip
@click.option("--within", metavar="REGION", help="Only this region and what lies within it.")
@click.option("--transpose", is_flag=True, help="A row a reform, a column a region.")
@format_options
def matrix(
    graph: Graph, cells: str, within: str | None, fmt: str | None, output: Path | None, *, transpose: bool
) -> None:
    """Cross regions with reforms.

    A row a region, a column a reform, the widest spread first.

    \b
        kg matrix
        kg matrix --within 福建 --cells figures
        kg matrix --format csv -o matrix.csv
    """
    from kg.ask.compare import CELLS, transposed
    from kg.ask.compare import matrix as crossed
    from kg.ask.resolve import find_region
    from kg.terms.gazetteer import load_gazetteer

    store = store_at(graph)
    thing = find_region(store, within, load_gazetteer()) if within else None
    found = crossed(store, next(c for c in CELLS if c == cells), thing)
    rows = transposed(found) if transpose else found
    room = None if output else width()
    if not rows:
        note("no region adopts anything in this graph")
    if rows and room and chosen(fmt, output) == "table":
        names = list(rows[0])
        shown = next(
            (n for n in range(len(names), 1, -1) if fits([{k: r[k] for k in names[:n]} for r in rows], room)), 2
        )
        rows = [{name: row[name] for name in names[:shown]} for row in rows]
        if shown < len(names):
            note(f"{len(names) - shown} further columns don't fit: --transpose, or --format csv, has them all")
    emit(rows, fmt, output)


def _about(region: "Thing | None", reform: "Thing | None", platform: "Thing | None") -> "tuple[Thing, str]":
    """Return what a lookup is about, and what its sections are."""
    from kg.ask.resolve import Thing

    by = "reform" if reform else "platform" if platform else "region"
    things = [thing for thing in (reform, platform, region) if thing]
    if len(things) == 1:
        return things[0], by
    return Thing("", " · ".join(thing.label for thing in things)), by
