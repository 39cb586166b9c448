"""What the graph lacks: kg coverage."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.commands.console import Graph, chosen, emit, format_options, iri_of, many, note, source_options, store_at
from kg.errors import KgError
from kg.table import Row

if TYPE_CHECKING:
    from kg.ask.query import Source


@click.command()
@click.argument("region", required=False)
@source_options
@click.option("--provinces", is_flag=True, help="A row a province.")
@click.option("--list", "listing", is_flag=True, help="A row a region, with the years of its reports.")
@click.option("--missing", is_flag=True, help="A row for each region without a report of its own.")
@click.option(
    "--indicators", is_flag=True, help="A row an indicator: how many regions state it, and which years lack it."
)
@click.option("--level", type=click.Choice(["province", "prefecture", "county"]), help="Only regions of this level.")
@click.option("--year", metavar="YYYY", help="Only reports of this year, and the regions of its end.")
@format_options
def coverage(  # noqa: PLR0913  one an option
    region: str | None,
    graph: Graph,
    level: str | None,
    year: str | None,
    fmt: str | None,
    output: Path | None,
    *,
    provinces: bool,
    listing: bool,
    missing: bool,
    indicators: bool,
) -> None:
    """Tell of which regions there are reports, and of which not.

    By year and level, against all divisions of the country in force then, or those within REGION; or by indicator,
    against the regions and years that have reports. What is not covered has no figures in the graph; that is not zero.

    \b
        kg coverage
        kg coverage 福建 --missing --level prefecture
        kg coverage --provinces --format csv -o coverage.csv
        kg coverage --indicators --missing
    """
    from kg.ask.coverage import by_province, divisions, reported, summary
    from kg.ask.resolve import find_region
    from kg.terms.gazetteer import load_gazetteer

    if year is not None and not (year.isdecimal() and len(year) == len("2024")):
        raise click.UsageError(f"--year {year}: write YYYY, such as 2024")
    store, places = store_at(graph), load_gazetteer()
    found = reported(store)
    within = find_region(store, region, places).code if region else None
    if region and within is None:
        raise KgError("has no code, and no list of divisions has it", region, "Name the division that it lies in.")
    levels = (level,) if level else ("province", "prefecture", "county")
    if indicators:
        rows = _by_indicator(store, region, level, year, missing=missing)
        narrow = ("indicator", "figures", "regions", "with reports", "percent", "years")
        emit([{n: r[n] for n in narrow} for r in rows] if chosen(fmt, output) == "table" else rows, fmt, output)
        return
    if listing or missing:
        rows = divisions(found, places, within, year, levels, missing=missing or None)
    elif provinces:
        rows = by_province(found, places, year)
    else:
        rows = [row for row in summary(found, places, within) if year in (None, row["year"]) and row["level"] in levels]
    emit(rows, fmt, output)
    if found.unplaced:
        note(f"{many(found.unplaced, 'report')} of no region with a code, counted nowhere above")


def _by_indicator(
    store: "Source", region: str | None, level: str | None, year: str | None, *, missing: bool
) -> list[Row]:
    from kg.ask.indicator_coverage import by_indicator
    from kg.exports.selection import Options

    only = int(year) if year else None
    found = by_indicator(store, Options(region=iri_of(store, "region", region), since=only, until=only), level)
    return [
        {"indicator": s.indicator, "dimension": s.dimension or None, "figures": s.figures, "regions": s.regions,
         "with reports": s.of_regions, "percent": s.share, "years": list(s.years), "years without": list(s.without)}
        for s in found
        if not (missing and s.figures)
    ]  # fmt: skip
