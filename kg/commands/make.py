"""From reports to facts, graphs and files: kg extract, kg build, kg export."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.commands.console import Clock, graph_option, here, iri_of, limit_options, many, note, store_at, write
from kg.errors import KgError, UnreadableFile
from kg.table import as_table

if TYPE_CHECKING:
    from kg.builds.build import Plan
    from kg.builds.report import BuildReport
    from kg.model import Document
    from kg.readers.content import Limits
    from kg.table import Row

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="FILE|DIR…")
@click.option("--format", "fmt", type=click.Choice(["json", "jsonl"]), default="json", show_default=True,
              help="One object, or one a line for several files.")  # fmt: skip
@click.option("-o", "--output", type=PATH, help="A folder for one .json a report; for one FILE also a file's name.")
@click.option("--rejected", is_flag=True, help="Also list what was considered and dropped, with the reason.")
@click.option("--text", is_flag=True, help="Put the text in, to which the offsets refer.")
@limit_options
def extract(
    paths: tuple[Path, ...], fmt: str, output: Path | None, *, rejected: bool, text: bool, limits: "Limits"
) -> None:
    """Print what reports state, as JSON.

    Names, figures and relations, each with its place in the text.

    \b
        kg extract report.txt | jq '.observations[] | [.value, .unit, .indicator]'
        kg extract data/reports -o extracted/
        kg extract report.txt --rejected | jq .rejected
    """
    from kg.extract import extract as extract_document
    from kg.extract import to_json
    from kg.readers.deadline import within
    from kg.readers.read import find_inputs, in_time
    from kg.terms.gazetteer import load_gazetteer
    from kg.terms.lexicon import load_lexicon

    faults: list[UnreadableFile] = []
    files = find_inputs(list(paths), faults)
    alone = output is None and fmt == "json"
    if alone and len(files) > 1:
        raise click.UsageError(f"There are {len(files)} reports: give -o FOLDER, or --format jsonl.")
    lexicon, gazetteer = load_lexicon(), load_gazetteer()
    targets = _targets(paths, files, output) if output else {}
    done = 0
    for path in files:
        for document in [_read_alone(path, limits)] if alone else in_time(path, faults, limits):
            entire = text or not document.stored
            try:
                with within(limits.seconds, document.path):
                    found = to_json(extract_document(document, lexicon, gazetteer), text=entire, rejected=rejected)
            except UnreadableFile as too_slow:
                faults.append(too_slow)
                continue
            written = json.dumps(found, ensure_ascii=False, indent=1 if fmt == "json" else None)
            write(written, _target(targets.get(path), document.path))
            done += 1
    if targets:
        note(f"{many(done, 'report')} written to {output}")
    if len(files) == 1 and len(faults) == 1 and not done:
        raise faults[0]
    for fault in faults:
        note(f"skipped {fault}")
    if faults:
        raise KgError(
            f"{many(len(faults), 'input')} of {done + len(faults)} could not be read", "", "The reasons stand above."
        )


def _read_alone(path: Path, limits: "Limits") -> "Document":
    from kg.readers.deadline import within
    from kg.readers.read import read

    with within(limits.seconds, str(path)):
        return read(path, limits)


def _target(base: Path | None, name: str) -> Path | None:
    """Return where the facts of one of several reports in a file go: r.zip#x/a.txt to OUT/r/x/a.json."""
    _, several, part = name.partition("#")
    return base.with_suffix("") / Path(part).with_suffix(".json") if base and several else base


def _targets(paths: Sequence[Path], files: Sequence[Path], output: Path) -> dict[Path, Path]:
    """Return where each report's facts go: report.txt to OUT/report.json, folders kept."""
    if len(files) == 1 and not paths[0].is_dir() and output.suffix.lower() in (".json", ".jsonl"):
        return {files[0]: output}
    if output.exists() and not output.is_dir():
        raise KgError("is a file, and a folder is needed", str(output), "Name another folder: -o FOLDER")
    targets: dict[Path, Path] = {}
    for path in files:
        root = next((p for p in paths if p.is_dir() and path.is_relative_to(p)), path.parent)
        target = output / path.relative_to(root).with_suffix(".json")
        if target in targets.values():  # report.txt and report.docx
            target = target.with_name(path.name + ".json")
        if target in targets.values():
            raise KgError("would be written over another report's facts", str(target), "Extract the folders apart.")
        targets[path] = target
    return targets


@click.command()
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PATH…")
@click.option("-g", "--graph", type=click.Path(file_okay=False, path_type=Path), default=Path("outputs"),
              callback=here, show_default=True,
              help="Folder of the graph to build; one that is there is replaced.")  # fmt: skip
@click.option("--base", help="Where the IRIs begin.  [default: https://w3id.org/reform-kg/]")
@click.option("--prune/--keep", default=True, show_default="prune",
              help="Whether reports of earlier builds that no PATH names leave the graph or stay in it.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--workers", type=click.IntRange(min=0), default=0, metavar="N",
              help="Processes that extract.  [default: one for each CPU, if there is enough to do]")  # fmt: skip
@click.option("--scheduler", metavar="tcp://HOST:PORT", help="A Dask cluster that extracts instead.")
@limit_options
def build(  # noqa: PLR0913  one an option
    paths: tuple[Path, ...],
    graph: Path,
    base: str | None,
    workers: int,
    scheduler: str | None,
    *,
    prune: bool,
    dry_run: bool,
    limits: "Limits",
) -> None:
    """Build the graph of what reports state.

    PATH is a report or a folder of reports, or the URL of one (s3://…, with reform-kg[remote]). The graph then holds
    what the PATHs hold, no more and no less: only what is new or changed is extracted, and what is gone leaves. An
    input that can't be read is skipped and named at the end; the graph that is there stays as it is until the new one
    is whole.

    \b
        kg build data/reports
        kg build reports/2023 reports/2024 -g graphs/both
        kg build new/ --keep                   add to what is there
        kg build reports --dry-run             what is new, changed, removed?
    """
    from kg.builds.build import build as make
    from kg.builds.build import plan
    from kg.graph.iris import BASE

    base = base or BASE
    if dry_run:
        write(_foreseen(plan(list(paths), graph, base, keep=not prune, limits=limits)))
        return
    clock = Clock()

    def run(on_progress: Callable[[int, int], None] | None) -> "BuildReport":
        return make(
            list(paths), graph, on_progress, base, keep=not prune, workers=workers, scheduler=scheduler, limits=limits
        )

    if sys.stderr.isatty():
        with click.progressbar(length=1, label="inputs", file=sys.stderr) as bar:

            def show(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            report = run(show)
    else:
        report = run(None)
    write(_summary(report, graph, clock))


def _foreseen(found: "Plan") -> str:
    rows: list[Row] = [{"inputs": name, "count": f"{count:,}"} for name, count in found.counts().items()]
    lines = [f"  {name}: {path}" for name in ("new", "changed", "removed") for path in getattr(found, name)]
    return "\n".join([as_table(rows, None, right=("count",)), *lines])


SHOWN = 20
"""Inputs of each list that are printed; the files beside the graph have all."""


def _summary(report: "BuildReport", graph: Path, clock: Clock) -> str:
    from kg.builds.report import TABLE, counted

    notes = {"reports": f"{report.characters:,} characters{_changes(report)}"}
    notes["triples"] = f"in {graph}/, built in {clock}"
    parts = [as_table(counted(report, notes), None, right=("count",))]
    lists = (
        ("input", "skipped", [f"{s.path}: {s.reason}\n    {s.remedy}".rstrip() for s in report.skipped]),
        ("report", "that repeat others, and count once", [f"{r.path}: repeats {r.of}" for r in report.reposts]),
        ("report", "without a region or without any reform", list(report.off_topic)),
    )
    for name, what, lines in lists:
        if lines:
            parts.append(f"{many(len(lines), name)} {what}:")
            parts += [f"  {line}" for line in lines[:SHOWN]]
        if len(lines) > SHOWN:
            parts.append(f"  … and {len(lines) - SHOWN:,} more: {graph / TABLE}")
    return "\n".join(parts)


def _changes(report: "BuildReport") -> str:
    """What a later build did; the first one's inputs are all new."""
    found = [f"{count:,} {name}" for name, count in report.changes.items() if count]
    return f"; inputs: {', '.join(found)}" if found and list(report.changes.values())[1:] != [0, 0, 0] else ""


EXPORTS = {".graphml": "graphml", ".gexf": "gexf", ".ttl": "turtle", ".nq": "nquads", ".jsonld": "jsonld"}
"""What the name of an exported file says of its format; .csv may be any of three."""


def _formats(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    from kg.exports.export import FORMATS

    return [name for name in FORMATS if name.startswith(begun)]


def _is_format(_ctx: click.Context, param: click.Parameter, given: str | None) -> str | None:
    from kg.errors import unknown
    from kg.exports.export import FORMATS

    if given is not None and given not in FORMATS:
        raise click.BadParameter(str(unknown("format", given, FORMATS)), param=param)
    return given


@click.command()
@graph_option
@click.option("--format", "fmt", shell_complete=_formats, callback=_is_format, metavar="FORMAT",
              help="gexf, graphml, turtle, nquads, jsonld, csv-nodes, csv-edges or csv-observations; "
                   "default: as the file's name says.")  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file or its URL; default: stdout."
)
@click.option("--with-observations", is_flag=True, help="Also a node for each figure.")
@click.option("--with-evidence", is_flag=True, help="Also a node for each report, and the sentences.")
@click.option("--kinds", metavar="KIND,KIND…", help="Only Region, Agency, Reform, Platform (these by default), Policy…")
@click.option("--region", help="Only what is said of this region and what lies within it.")
@click.option("--reform", help="Only what is said of this reform.")
@click.option("--since", type=int, metavar="YYYY", help="Only from this year on.")
@click.option("--until", type=int, metavar="YYYY", help="Only up to this year.")
def export(  # noqa: PLR0913, PLR0917  one an option
    graph: Path,
    fmt: str | None,
    output: Path | None,
    kinds: str | None,
    region: str | None,
    reform: str | None,
    since: int | None,
    until: int | None,
    *,
    with_observations: bool,
    with_evidence: bool,
) -> None:
    """Write the graph for Gephi and other tools.

    For Gephi take gexf: it keeps kinds, colours, sizes and years; graphml is for every other tool. Unless asked for,
    figures and reports stay out of pictures; turtle, nquads, jsonld and csv-observations always have them.

    \b
        kg export -o reforms.gexf
        kg export --format graphml --region 福建 --with-observations -o fujian.graphml
        kg export --format csv-observations | head
    """
    from kg.exports.export import export as exported
    from kg.exports.selection import KINDS, Options
    from kg.readers.elsewhere import address
    from kg.readers.inputs import shown

    fmt = fmt or EXPORTS.get(output.suffix.lower() if output else "")
    if fmt is None:
        raise click.UsageError("In which format? Give --format, or a file's name that says it: -o reforms.gexf")
    clock, store = Clock(), store_at(graph)
    options = Options(
        kinds=tuple(kinds.split(",")) if kinds else KINDS,
        observations=with_observations,
        evidence=with_evidence,
        region=iri_of(store, "region", region),
        reform=iri_of(store, "reform", reform),
        since=since,
        until=until,
    )
    if output and not address(output):
        output.parent.mkdir(parents=True, exist_ok=True)
    counts = exported(store, fmt, output or sys.stdout.buffer, options)
    where = f" in {shown(output)}" if output else ""
    note(f"{many(counts.nodes, 'node')} and {many(counts.edges, 'edge')}{where}, {clock}")
