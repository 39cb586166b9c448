"""Regions side by side: what each has and the others lack, and a matrix of regions and reforms.

In: a store. Out: rows with a column a region, or a column a reform. Out of scope: the statements themselves (`lookup`).
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from kg.ask.lookup import Row, Scope, lookup
from kg.ask.query import Source, Value
from kg.ask.resolve import Thing
from kg.table import plain

Cell = Literal["since", "figures", "reports"]
CELLS: tuple[Cell, ...] = ("since", "figures", "reports")


def compare(store: Source, regions: Sequence[Thing], figures: int = 3) -> list[Row]:
    """Return a row for each reform, platform and canonical indicator that any of the regions has.

    Args:
        store: the built graph.
        regions: at least one; each takes in what lies within it.
        figures: how many figures of a reform to print beside its first year.
    """
    found = {thing.label: lookup(store, Scope(region=thing), evidence=False) for thing in regions}
    rows: list[Row] = []
    for kind in ("reform", "platform", "indicator"):
        cells = {name: _cells(statements, kind, figures) for name, statements in found.items()}
        names = list(dict.fromkeys(name for column in cells.values() for name in column))
        names.sort(key=lambda name: -sum(name in column for column in cells.values()))  # what they share first
        for name in names:
            row: Row = {"kind": kind, "name": name}
            rows.append(row | {region: column.get(name) for region, column in cells.items()})
    return rows


def matrix(store: Source, cell: Cell = "since", within: Thing | None = None) -> list[Row]:
    """Return a row for each region that adopts anything, with a column for each reform, the widest spread first.

    Args:
        store: the built graph.
        cell: what stands where they meet: since, the first year; figures, or reports, how many.
        within: only the regions within this one.
    """
    found = lookup(store, Scope(region=within), evidence=False)
    regions: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for row in found:
        if row["reform"] and row["since"]:
            at = (str(row["code"] or ""), str(row["region"]))
            regions.setdefault(at, {}).setdefault(str(row["reform"]), []).append(row)
    spread: dict[str, int] = {}
    for reforms in regions.values():
        for reform in reforms:
            spread[reform] = spread.get(reform, 0) + 1
    order = sorted(spread, key=lambda reform: (-spread[reform], reform))
    rows: list[Row] = []
    for (code, region), reforms in sorted(regions.items()):
        about: Row = {"code": code, "region": region}
        rows.append(about | {reform: _meeting(reforms.get(reform), cell) for reform in order})
    return rows


def transposed(rows: Sequence[Row]) -> list[Row]:
    """Turn a matrix around: a row a reform, a column a region."""
    if not rows:
        return []
    reforms = [name for name in rows[0] if name not in ("code", "region")]
    turned: list[Row] = []
    for reform in reforms:
        row: Row = {"reform": reform}
        turned.append(row | {str(other["region"]): other[reform] for other in rows})
    return turned


def _cells(statements: Sequence[Row], kind: str, figures: int) -> dict[str, Value]:
    grouped: dict[str, list[Row]] = {}
    for row in statements:
        if row[kind] and (kind != "reform" or row["since"]):
            grouped.setdefault(str(row[kind]), []).append(row)
    return {name: _cell(rows, kind, figures) for name, rows in grouped.items()}


def _cell(rows: Sequence[Row], kind: str, figures: int) -> str:
    told = [row for row in rows if row["statement"] == "figure" and row["modality"] == "actual"]
    if kind == "platform":
        return "yes"
    if kind == "indicator":
        latest = max((str(row["period"] or "") for row in told), default="")
        kept = [row for row in told if str(row["period"] or "") == latest]
        return "\n".join(f"{_value(row)} {latest}".strip() for row in kept[:figures]) or "target only"
    lines = [min(str(row["since"]) for row in rows), *(f"{_value(row)} {row['what']}" for row in told[:figures])]
    return "\n".join((*lines, *([f"+{len(told) - figures} more"] if len(told) > figures else [])))


def _value(row: Mapping[str, Value]) -> str:
    return f"{plain(row['value'])}{plain(row['unit'])}"


def _meeting(rows: Sequence[Row] | None, cell: Cell) -> Value:
    if rows is None:
        return None
    if cell == "since":
        return int(min(str(row["since"]) for row in rows))
    if cell == "figures":
        return sum(row["statement"] == "figure" for row in rows)
    return len({row["report"] for row in rows})
