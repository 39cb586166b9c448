"""The cells of a graph: what it states of one indicator, region, period, base, reform, platform and body.

A period is a year, or the months of it that the sentence names: half a year and a whole one are two cells.

In: a store. Out: cells with all their statements, and those of which the statements differ by more than rounding. The
base is the phrase by which a report names the measure: figures of different bases are never set against each other.
Out of scope: contradictions within one text (`audit`), tables (`panel`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.ask.query import Source
from kg.exports.rows import facts
from kg.exports.selection import Options, select
from kg.facts.stretches import Stretch, stretch
from kg.table import Row, plain
from kg.terms.lexicon import shipped_lexicon

KEY = (
    "region_iri",
    "period",
    "indicator_iri",
    "phrase",
    "unit",
    "reform_iri",
    "platform_iri",
    "agency_iri",
    "modality",
)
"""What makes a cell, with the months that its sentence names; columns of `facts`."""
_SENTENCES = "SELECT ?fact ?at { ?fact a kg:Observation ; kg:evidence/oa:hasSelector/oa:start ?at }"


@dataclass(frozen=True, slots=True)
class Cell:
    """Statements on one thing, in the order of reports and text; each has the columns of `facts`."""

    statements: tuple[Mapping[str, str], ...]
    stretch: Stretch | None = None  # the months of its period that it covers; None: all of it

    def of(self, column: str) -> str:
        """Return what all statements of the cell have in common; empty where there is none."""
        return self.statements[0][column]

    @property
    def months(self) -> str:
        """The months of its period that it covers, 1-6; empty where that is all of it."""
        return self.stretch.months if self.stretch else ""

    @property
    def exact(self) -> tuple[Mapping[str, str], ...]:
        """The statements that are neither about nor at least."""
        return tuple(s for s in self.statements if s["approximate"] == "false" and s["bound"] == "false")

    @property
    def differs(self) -> bool:
        """Whether two exact statements differ by more than their rounding."""
        exact = self.exact
        return any(apart(a, b) for i, a in enumerate(exact) for b in exact[i + 1 :])

    @property
    def within(self) -> str:
        """Where the statements contradict each other: within a report, between reports, or both."""
        exact = self.exact
        pairs = [(a, b) for i, a in enumerate(exact) for b in exact[i + 1 :] if apart(a, b)]
        one = any(a["report_iri"] == b["report_iri"] for a, b in pairs)
        several = any(a["report_iri"] != b["report_iri"] for a, b in pairs)
        return "within and between reports" if one and several else "within a report" if one else "between reports"

    @property
    def best(self) -> Mapping[str, str] | None:
        """The most precise of the exact statements, else of all; None where they differ: nothing here chooses."""
        if self.differs:
            return None
        found = self.exact or self.statements
        if not self.exact and len({s["value"] for s in found}) > 1:
            return None
        return min(found, key=_precision)


def cells(store: Source, options: Options | None = None) -> tuple[Cell, ...]:
    """Return all cells of a graph, in the order of region, period and indicator."""
    starts = {fact.value: int(at.value) for fact, at in select(store, _SENTENCES)}
    groups: dict[tuple[str | Stretch | None, ...], list[Mapping[str, str]]] = {}
    months: dict[str, Stretch | None] = {}
    for row in facts(store, options or Options()):
        before = row["sentence"][: int(row["start"]) - starts[row["fact"]]]
        months[row["fact"]] = stretch(before, shipped_lexicon())
        groups.setdefault((*(row[name] for name in KEY), months[row["fact"]]), []).append(row)
    found = [Cell(tuple(group), months[group[0]["fact"]]) for group in groups.values()]
    return tuple(sorted(found, key=_order))


def _order(cell: Cell) -> list[str]:
    order = ("region_code", "region", "period", "indicator", "phrase")
    return [*(cell.of(name) for name in order), cell.months.rjust(len("10-12"))]


def conflicts(store: Source, options: Options | None = None) -> tuple[Cell, ...]:
    """Return the cells whose exact statements differ, where the cell is told well enough to be one thing.

    A phrase alone (新增企业) may count another thing in each place; with an indicator, reform or platform it doesn't.
    """
    named = ("indicator", "reform", "platform")
    return tuple(cell for cell in cells(store, options) if cell.differs and any(cell.of(name) for name in named))


def conflict_rows(found: Sequence[Cell]) -> list[Row]:
    """Return a row a statement, the statements of a cell together, with evidence."""
    return [
        {"conflict": number, "where": cell.within}
        | {"region": s["region"] or None, "period": s["period"] or None, "months": cell.months or None}
        | {name: s[name] or None for name in ("indicator", "phrase", "reform", "platform")}
        | {"value": Decimal(s["value"]), "unit": s["unit"] or None, "written": s["written"], "file": s["file"]}
        | {"start": int(s["start"]), "end": int(s["end"]), "report": s["report"]}
        | {"evidence": s["sentence"], "fact": s["fact"]}
        for number, cell in enumerate(found, 1)
        for s in cell.statements
    ]


def apart(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Tell whether two figures differ by one in the last digit of the coarser, or more."""
    gap = abs(Decimal(one["value"]) - Decimal(other["value"]))
    return gap > 0 and gap >= max(_precision(one), _precision(other))


def told(statement: Mapping[str, str]) -> str:
    """Write a statement in short: its value and where it stands."""
    return f"{plain(Decimal(statement['value']))} ({statement['file']}:{statement['start']})"


def _precision(statement: Mapping[str, str]) -> Decimal:
    return Decimal(statement["precision"] or 0)
