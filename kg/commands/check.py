"""Is it right, and why: kg validate, kg explain, kg eval, kg terms."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.commands.console import Clock, chosen, emit, format_options, graph_option, many, note, store_at, width, write
from kg.errors import KgError, unknown
from kg.table import Row, as_table

if TYPE_CHECKING:
    from kg.terms.lexicon import Term

DIR = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@graph_option
@click.option("--shapes", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Other SHACL shapes.")
@format_options
def validate(graph: Path, shapes: Path | None, fmt: str | None, output: Path | None) -> None:
    """Check the graph against its shapes (SHACL).

    Every class, value range, label and piece of evidence. Exit 1 if anything is wrong with it; each fault comes with
    its place and its remedy.

    \b
        kg validate
        kg validate -g graphs/2024 --format json
    """
    from kg.graph.validate import validate as check

    clock = Clock()
    store = store_at(graph)
    found = check(store, shapes) if shapes else check(store)
    rows: list[Row] = [
        {"focus": f.focus, "rule": f.rule, "value": f.value, "message": f.message, "remedy": f.remedy} for f in found
    ]
    if chosen(fmt, output) == "table":
        write(
            "\n".join(f"{row['focus']}\n  {row['rule']}: {row['message']}\n  {row['remedy']}" for row in rows), output
        )
    else:
        emit(rows, fmt, output)
    note(f"{many(len(rows), 'fault')} in {many(len(store), 'triple')}, {clock}")
    if rows:
        click.get_current_context().exit(1)


@click.command()
@click.argument("place", metavar="FILE:OFFSET")
@format_options
def explain(place: str, fmt: str | None, output: Path | None) -> None:
    """Tell why a place was read as it was.

    What was found at a place of a report, by which rule, and what was considered there and dropped.

    OFFSET counts characters from 0; or give a piece of the text, and its first occurrence is explained.

    \b
        kg explain data/reports/2024-沙县区.txt:620
        kg explain report.txt:1854件
    """
    from kg.explain import explain as explained
    from kg.extract import extract
    from kg.readers.read import read
    from kg.terms.gazetteer import load_gazetteer
    from kg.terms.lexicon import load_lexicon

    name, colon, where = place.rpartition(":")
    if not colon or not name or not where:
        raise click.UsageError(f"{place}: write FILE:OFFSET, such as report.txt:120")
    document = read(Path(name))
    extraction = extract(document, load_lexicon(), load_gazetteer())
    if re.fullmatch(r"\d{1,9}", where):
        offsets = [int(where)]
    else:
        start = document.text.find(where)
        if start < 0:
            raise KgError(f"does not hold {where!r}", name, "Give an offset, or words as the text has them.")
        offsets = list(range(start, start + len(where)))
    found = {tuple(row.items()): row for offset in offsets for row in explained(extraction, offset)}
    text, at = document.text, offsets[0]
    around = " ".join(text[max(0, at - 20) : at] + "▸" + text[at : at + 30].split("\n")[0] for _ in (0,))
    if chosen(fmt, output) == "table":
        rows: list[Row] = list(found.values())
        table = as_table(rows, None if output else width()) if rows else "Nothing was found or dropped here."
        write(f"…{' '.join(around.split())}…\n\n{table}", output)
    else:
        emit(list(found.values()), fmt, output)


@click.command("eval")
@click.argument("gold", type=DIR, metavar="GOLD_DIR")
@click.option("--predictions", type=DIR, help="Score these extractions, as kg extract -o writes them.")
@click.option("--texts", type=DIR, help="Where the documents lie.  [default: reports or texts beside GOLD_DIR]")
@click.option("--errors", is_flag=True, help="Also print each mistake, with its sentence.")
@click.option("--require", "floors", multiple=True, metavar="NAME=FLOOR", help="Exit 1 if a figure is under its floor.")
@format_options
def evaluation(
    gold: Path,
    predictions: Path | None,
    texts: Path | None,
    floors: tuple[str, ...],
    fmt: str | None,
    output: Path | None,
    *,
    errors: bool,
) -> None:
    """Score the extraction against judged answers.

    Without --predictions the documents are read and extracted now. A fact is right when its number, value, unit,
    indicator, reform and platform are all right; what gold calls optional counts neither way.

    \b
        kg eval data/gold
        kg eval gold --texts reports --errors
        kg eval gold --predictions extracted --require fact.f1=0.8
    """
    from kg.evaluate import evaluate_folder

    if predictions and texts:
        raise click.UsageError("With --predictions nothing is read; give one of --predictions and --texts.")
    wanted = dict(map(_floor, floors))
    scores = evaluate_folder(gold, predictions, texts)
    for name in wanted:
        if name not in scores.figures:
            raise unknown("figure", name, scores.figures, "--require")
    groups: dict[str, dict[str, float]] = {}
    for name, figure in scores.figures.items():
        group, _, last = name.rpartition(".")
        groups.setdefault(group, {})[last] = figure
    if chosen(fmt, output) == "json":
        found: dict[str, object] = {"figures": groups}
        if errors:
            found["mistakes"] = [asdict(mistake) for mistake in scores.mistakes]
        write(json.dumps(found, ensure_ascii=False, indent=1), output)
    else:
        kinds = ("precision", "recall", "f1", "accuracy")
        rows: list[Row] = [
            {"what": group} | {kind: f"{figures[kind]:.3f}" if kind in figures else "" for kind in kinds}
            for group, figures in groups.items()
        ]
        emit(rows, fmt, output)
        if errors:
            lines = [
                f"{m.document}: {m.what}: {m.where}\n  gold:  {m.gold}\n  found: {m.found}" for m in scores.mistakes
            ]
            write("\n" + "\n".join(lines))
    short = [f"{name} {scores.figures[name]:.3f}, floor {floor:.3f}" for name, floor in wanted.items()
             if scores.figures[name] < floor]  # fmt: skip
    if short:
        note("below the floor: " + "; ".join(short))
        click.get_current_context().exit(1)


def _floor(text: str) -> tuple[str, float]:
    name, _, floor = text.partition("=")
    try:
        return name, float(floor)
    except ValueError as error:
        raise click.UsageError(f"--require {text}: write NAME=FLOOR, such as fact.f1=0.8") from error


@click.command()
@click.argument("word", required=False)
@click.option("--kind", type=click.Choice(["reform", "platform", "indicator", "unit", "agency-type"]),
              help="Only terms of this kind.")  # fmt: skip
@format_options
def terms(word: str | None, kind: str | None, fmt: str | None, output: Path | None) -> None:
    """List the known terms and their other names.

    WORD narrows to those that contain it.

    \b
        kg terms --kind reform
        kg terms 通办 --format csv
    """
    from kg.terms.lexicon import load_lexicon
    from kg.text.fold import fold

    wanted = fold(word or "").casefold()
    kinds = {kind.replace("-", "")} if kind else {"reform", "platform", "indicator", "unit", "agencytype"}
    found = [t for t in load_lexicon().terms if t.kind.lower() in kinds and _speaks_of(t, wanted)]
    found.sort(key=lambda t: (t.kind, t.label))
    if not found:
        raise KgError(f"no term contains {word!r}", "", "All of them: kg terms; how to add one: CONTRIBUTING.md")
    rows: list[Row] = [
        {
            "kind": t.kind.lower(),
            "label": t.label,
            "also": list(t.alts),
            "in context": list(t.weak),
            "broader": [iri.rsplit("/", 1)[-1] for iri in t.facts.get("broader", ())],
        }
        for t in found
    ]
    emit([{name: row[name] for name in row if any(r[name] for r in rows)} for row in rows], fmt, output)
    note(many(len(rows), "term"))


def _speaks_of(term: "Term", wanted: str) -> bool:
    forms = (*term.forms, *term.weak, *term.facts.get("prefLabel", ()))
    return any(wanted in form.casefold() for form in forms)
