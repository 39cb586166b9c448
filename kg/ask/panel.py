"""The panel: region by period by canonical indicator, a row a cell, for statistics.

In: a store. Out: rows, and the codebook that tells what their columns and indicators mean. A value is left empty where
the statements of its cell differ: the note tells them all, and nothing here chooses. Absent rows are no zeros
(`coverage`).
"""

import importlib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from kg.ask.conflicts import Cell, cells, told
from kg.ask.query import Source
from kg.errors import KgError
from kg.exports.selection import Options
from kg.table import Row
from kg.terms.lexicon import Lexicon

COLUMNS = {
    "region": "name of the region that the figure is about",
    "code": "its code, GB/T 2260",
    "period": "year, or year and month, that the figure is of; empty where the report doesn't say",
    "months": "months of the year that its sentence names, 1-6 for its first half; empty where it is of the whole",
    "indicator": "canonical indicator, as ontology/indicators.ttl defines it",
    "value": "number, fully scaled: 18.67万件 is 186700; empty where the statements of the cell conflict",
    "unit": "measure word; % for shares",
    "base": "the measure as the report phrases it; figures of different bases don't compare",
    "reform": "the reform that the figure reports on",
    "platform": "the platform that it was counted on",
    "agency": "the body that it is about, where that is not the report's publisher",
    "modality": "actual: reported; target: an aim",
    "approximate": "true where the report says about, more than, at least …",
    "written": "number and unit as the report writes them",
    "statements": "how many statements the cell has, over all reports",
    "report": "title of the report that states the value, else its file's name",
    "publisher": "who published it",
    "issued": "date of it",
    "evidence": "IRI of the statement, of which kg cite gives reference and sentence; of all, in a conflict",
    "note": "what to mind: statements that conflict, further bases of the same indicator",
}
"""Of the panel, with what each means."""


def panel(
    store: Source, options: Options | None = None, indicator: str | None = None, *, targets: bool = False
) -> list[Row]:
    """Return the panel, sorted by region, period and indicator.

    Args:
        store: the built graph.
        options: region, reform and years to keep.
        indicator: IRI of the only indicator wanted.
        targets: also what was aimed at, not only what was reported.
    """
    found = [
        cell
        for cell in cells(store, options)
        if cell.of("indicator") and (targets or cell.of("modality") == "actual")
        and indicator in (None, cell.of("indicator_iri"))
    ]  # fmt: skip
    bases: dict[tuple[str, ...], list[Cell]] = {}
    for cell in found:
        bases.setdefault(_measure(cell), []).append(cell)
    return [_row(cell, [other for other in bases[_measure(cell)] if other is not cell]) for cell in found]


def _measure(cell: Cell) -> tuple[str, ...]:
    return (cell.months, *(cell.of(name) for name in ("region_iri", "period", "indicator_iri", "unit", "modality")))


def _row(cell: Cell, others: Sequence[Cell]) -> Row:
    best = cell.best
    source = best or cell.statements[0]
    notes = []
    if best is None:
        notes.append("conflict: " + "; ".join(told(s) for s in cell.statements))
    if others:
        notes.append("other bases: " + "; ".join(f"{o.of('phrase')} {told(o.statements[0])}" for o in others))
    row: dict[str, object] = {
        "region": cell.of("region"),
        "code": cell.of("region_code"),
        "period": cell.of("period"),
        "months": cell.months,
        "indicator": cell.of("indicator"),
        "value": Decimal(best["value"]) if best else None,
        "unit": cell.of("unit"),
        "base": cell.of("phrase"),
        "reform": cell.of("reform"),
        "platform": cell.of("platform"),
        "agency": cell.of("agency"),
        "modality": cell.of("modality"),
        "approximate": not cell.exact,
        "written": best["written"] if best else None,
        "statements": len(cell.statements),
        "report": source["report"] if best else None,
        "publisher": source["publisher"] if best else None,
        "issued": source["issued"] if best else None,
        "evidence": best["fact"] if best else " ".join(s["fact"] for s in cell.statements),
        "note": "; ".join(notes),
    }
    return {name: row[name] if row[name] != "" else None for name in COLUMNS}


def codebook(lexicon: Lexicon, rows: Sequence[Row] = ()) -> list[Row]:
    """Return what the columns mean, and the indicators that occur in the rows."""
    columns: list[Row] = [
        {"kind": "column", "name": name, "meaning": meaning, "unit": None, "note": None}
        for name, meaning in COLUMNS.items()
    ]
    wanted = {row["indicator"] for row in rows}
    return columns + [
        {
            "kind": "indicator",
            "name": term.label,
            "meaning": "; ".join(term.facts.get("definition", ())),
            "unit": (term.fact("canonicalUnit") or "").rsplit("/", 1)[-1].replace("%25", "%") or None,
            "note": "; ".join((*term.facts.get("formula", ()), *term.facts.get("scopeNote", ()))) or None,
        }
        for term in sorted(lexicon.of_kind("Indicator"), key=lambda t: t.label)
        if term.label in wanted
    ]


def write_parquet(rows: Sequence[Row], path: Path) -> None:
    """Write the rows as Parquet, values as doubles.

    Raises:
        KgError: pyarrow is not installed.
    """
    try:
        arrow: Any = importlib.import_module("pyarrow")
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise KgError(
            "Parquet needs pyarrow", str(path), "Install it: pip install pyarrow; or take --format csv"
        ) from error
    types = {"value": arrow.float64(), "approximate": arrow.bool_(), "statements": arrow.int64()}
    schema = arrow.schema([(name, types.get(name, arrow.string())) for name in COLUMNS])
    lines = [{n: float(str(v)) if n == "value" and v is not None else v for n, v in row.items()} for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(arrow.Table.from_pylist(lines, schema=schema), path)
