"""Two builds side by side: kg diff."""

from pathlib import Path

import click

from kg.commands.console import chosen, emit, format_options, many, note, store_at, width, write
from kg.table import Row, as_table

GRAPH = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("before", metavar="A", type=GRAPH)
@click.argument("after", metavar="B", type=GRAPH)
@click.option("--mentions", is_flag=True, help="Also the names in the texts.")
@click.option("--summary", is_flag=True, help="Only how many of each, by report.")
@format_options
def diff(before: Path, after: Path, fmt: str | None, output: Path | None, *, mentions: bool, summary: bool) -> None:
    """Compare two builds.

    Facts that B has and A lacks are added, those that only A has are deleted; a fact about the same thing, or in the
    same words, of which something else is said is modified. By report, a report being known by its file's name.

    \b
        kg diff outputs graphs/new
        kg diff outputs graphs/new --summary
        kg diff outputs graphs/new --format json | jq '.[] | select(.change == "deleted")'
    """
    from kg.ask.diff import diff as compared

    rows: list[Row] = [
        {
            "change": found.change,
            "report": found.report,
            "kind": found.kind,
            "fact": found.fact,
            "details": [f"{name}: {old or '–'} → {new or '–'}" for name, (old, new) in found.details.items()],
        }
        for found in compared(store_at(before), store_at(after), mentions=mentions)
    ]
    shown = _counted(rows) if summary else rows
    if chosen(fmt, output) != "table":
        emit(shown, fmt, output)
    elif shown:
        write(as_table(shown, None if output else width()), output)
    tally = [sum(row["change"] == change for row in rows) for change in ("added", "deleted", "modified")]
    note(f"{many(tally[0], 'fact')} added, {tally[1]:,} deleted, {tally[2]:,} modified")


def _counted(rows: list[Row]) -> list[Row]:
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        counts = found.setdefault(str(row["report"]), {"added": 0, "deleted": 0, "modified": 0})
        counts[str(row["change"])] += 1
    return [{"report": report, **counts} for report, counts in found.items()]
