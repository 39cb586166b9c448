"""What changes: kg trend, kg diffusion."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.commands.console import Graph, chosen, emit, format_options, iri_of, many, note, source_options, store_at
from kg.table import Row

if TYPE_CHECKING:
    from kg.change.aims import Aim
    from kg.change.diffusion import Adoption, Diffusion, Spread
    from kg.change.evidence import Evidence
    from kg.change.growth_curve import Fit
    from kg.change.naming import Naming
    from kg.change.sides import Side
    from kg.change.trend import Change


@click.command()
@click.argument("region", required=False)
@source_options
@click.option("--indicator", help="Only this indicator, by any of its names.")
@click.option("--reform", help="Only this reform, by any of its names.")
@click.option("--since", type=int, metavar="YYYY", help="Only from this year on.")
@click.option("--until", type=int, metavar="YYYY", help="Only up to this year.")
@click.option("--show", type=click.Choice(["figures", "refused", "targets", "names"]), default="figures",
              show_default=True, help="Figures of two years; only those that don't compare; targets and the results "
              "of the year that they were for; reforms named for the first time, or no longer.")  # fmt: skip
@format_options
def trend(  # noqa: PLR0913, PLR0917  one an option
    region: str | None,
    graph: Graph,
    indicator: str | None,
    reform: str | None,
    since: int | None,
    until: int | None,
    show: str,
    fmt: str | None,
    output: Path | None,
) -> None:
    """Tell what changed from year to year.

    Compared are figures of one region, indicator, reform, platform and body, in two years that follow each other in
    the graph. What differs in base, unit, definition or length of period, or conflicts within a year, is not
    compared, and the reason is given. A reform that is no longer named need not have ended. Both sides come with
    report, place and sentence (all formats but table).

    \b
        kg trend 杭州
        kg trend 福建 --indicator 网办率 --format csv -o trend.csv
        kg trend --show targets
        kg trend --show names --reform 一网通办
    """
    from kg.change.aims import aims
    from kg.change.naming import namings
    from kg.change.trend import changes
    from kg.exports.selection import Options
    from kg.terms.lexicon import load_lexicon

    if show == "names" and indicator:
        raise click.UsageError("--indicator is of figures; --show names is of reforms: give --reform.")
    store = store_at(graph)
    found_in = (iri_of(store, "region", region), iri_of(store, "reform", reform))
    options = Options(region=found_in[0], reform=found_in[1], since=since, until=until)
    whole, wide = iri_of(store, "indicator", indicator), chosen(fmt, output) != "table"
    if show == "names":
        turns = namings(store, options)
        emit([_naming_row(one, wide=wide) for one in turns], fmt, output)
        note(f"{many(len(turns), 'turn')}; no longer named does not tell that it ended")
    elif show == "targets":
        met = aims(store, load_lexicon(), options, whole)
        emit([_aim_row(one, wide=wide) for one in met], fmt, output)
        note(f"{many(len(met), 'target')}, {sum(a.difference is not None for a in met)} set against a result")
    else:
        found = changes(store, load_lexicon(), options, whole)
        refused = sum(bool(one.refused) for one in found)
        rows = [_change_row(one, wide=wide) for one in found if one.refused or show == "figures"]
        emit(rows if wide else _filled(rows), fmt, output)
        note(f"{many(len(found) - refused, 'comparison')}, {refused} refused")
        if not found:
            note("Nothing to compare: it takes a figure of one region in reports on two years (kg coverage --list)")


def _filled(rows: Sequence[Row]) -> list[Row]:
    """Leave out the columns that are empty in all rows."""
    return [{name: row[name] for name in row if any(r[name] not in (None, "") for r in rows)} for row in rows]


def _change_row(one: "Change", *, wide: bool) -> Row:
    before, after = one.earlier, one.later
    row: dict[str, object] = {
        "region": before.region, "measure": before.measure, "reform": before.reform, "platform": before.platform,
        "from": before.length, "to": after.length, "earlier": before.value, "later": after.value, "unit": before.unit,
        "difference": one.difference, "growth %": one.growth, "refused": "; ".join(one.refused),
        "note": "; ".join(one.notes),
    }  # fmt: skip
    if not wide:
        return row
    row |= {"code": before.code, "difference unit": one.difference_unit, "years": one.years}
    row |= dict(zip(("growth low", "growth high"), one.growth_range or (None, None), strict=True))
    return row | _told("earlier", before) | _told("later", after)


def _told(name: str, side: "Side | None") -> dict[str, object]:
    return {f"{name} base": side.base if side else None} | _places(name, side.evidence if side else ())


def _places(name: str, evidence: Sequence["Evidence"]) -> dict[str, object]:
    """Return the columns of evidence: report, sentence and offsets, and IRIs for kg cite."""
    return {
        f"{name} report": list(dict.fromkeys(one.report for one in evidence)),
        f"{name} evidence": [one.cited for one in evidence],
        f"{name} facts": [one.fact for one in evidence],
    }


def _aim_row(one: "Aim", *, wide: bool) -> Row:
    aim, result = one.aim, one.result
    row: dict[str, object] = {
        "region": aim.region, "measure": aim.measure, "reform": aim.reform, "set in": aim.period, "for": one.due,
        "target": aim.value, "result": result.value if result else None, "unit": aim.unit,
        "difference": one.difference, "verdict": str(one.verdict), "refused": "; ".join(one.refused),
        "note": "; ".join((*one.notes, *(() if one.due_stated else ("the target names no year: the year after",)))),
    }  # fmt: skip
    return row | {"code": aim.code} | _told("target", aim) | _told("result", result) if wide else row


def _naming_row(one: "Naming", *, wide: bool) -> Row:
    row: dict[str, object] = {
        "region": one.region, "year": one.year, "reform": one.reform, "turn": str(one.turn), "last": one.since,
        "note": "; ".join(one.notes),
    }  # fmt: skip
    if not wide:
        return row
    searched: dict[str, object] = {"searched": list(one.searched), "searched before": list(one.searched_before)}
    return row | {"code": one.code} | searched | _places("named", one.evidence)


@click.command()
@click.argument("reform")
@source_options
@click.option("--within", metavar="REGION", help="Only this region and what lies within it.")
@click.option("--level", type=click.Choice(["province", "prefecture", "county", "zone"]),
              help="Only regions of this level.")  # fmt: skip
@click.option("--by", type=click.Choice(["region", "year", "province", "level", "neighbourhood", "curve"]),
              default="region", show_default=True, help="A row a region with its first report; a row a year with all "
              "so far; a row a group; or the fitted S-curve.")  # fmt: skip
@format_options
def diffusion(
    reform: str,
    graph: Graph,
    within: str | None,
    level: str | None,
    by: str,
    fmt: str | None,
    output: Path | None,
) -> None:
    """Tell how a reform spread.

    REFORM is any of its names; narrower reforms count as it. A region adopts in the first year for which a report
    says so: the year that the report is about, else that of its issue. Regions without reports can't be seen to
    adopt: every count stands beside those that have some. Neighbours are regions that lie directly in the same one.
    The S-curve is logistic, fitted to the share of the regions that have reports, over five years or more with ten
    such regions; else refused, with the reason.

    \b
        kg diffusion 高效办成一件事
        kg diffusion 一网通办 --by year
        kg diffusion 跨省通办 --within 江西 --level county --format csv -o spread.csv
    """
    from kg.change.diffusion import diffusion as spread_of
    from kg.change.growth_curve import fit

    store = store_at(graph)
    iri = iri_of(store, "reform", reform) or ""
    found = spread_of(store, iri, iri_of(store, "region", within), level)
    wide = chosen(fmt, output) != "table"
    if by == "curve":
        fitted = fit(found)
        emit([_fit_row(fitted)], fmt, output)
        if fitted.refused:
            note(f"no curve: {fitted.refused}")
    else:
        emit(_diffusion_rows(found, by, wide=wide), fmt, output)
    undated = sum(a.year is None for a in found.adoptions)
    note(f"{many(len(found.adoptions), 'region')} of {found.seen} that have reports; {undated} without a year")


def _diffusion_rows(found: "Diffusion", by: str, *, wide: bool) -> list[Row]:
    if by == "region":
        return [_adoption_row(one, wide=wide) for one in found.adoptions]
    if by == "year":
        return [asdict(point) for point in found.curve]
    groups: Mapping[str, Sequence[Spread]] = {
        "province": found.by_province,
        "level": found.by_level,
        "neighbourhood": found.by_neighbourhood,
    }
    return [
        {by: s.group, "adopters": s.adopters, "with reports": s.seen, "share %": s.share, "first": s.first,
         "regions": list(s.regions)}
        for s in groups[by]
    ]  # fmt: skip


def _adoption_row(one: "Adoption", *, wide: bool) -> Row:
    row: dict[str, object] = {
        "region": one.region.full, "since": one.year, "dated by": str(one.dated), "reform": one.reform,
        "place": one.evidence.place,
    }  # fmt: skip
    if not wide:
        return row
    return row | {
        "level": one.region.level, "code": one.region.code, "province": one.province,
        "above since": one.above_since, "neighbours before": one.neighbours_before, "statements": one.statements,
        **_places("first", [one.evidence]),
    }  # fmt: skip


def _fit_row(one: "Fit") -> Row:
    return {name: value for name, value in asdict(one).items() if value not in ("", None)}
