"""The checks that a graph holds: which figure each report claims, what follows from the others, and the grade.

In: a store. Out: `Checked`s, with every figure's words, offsets and sentence. Out of scope: how they are made
(`audit`).
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from kg.ask.query import Source
from kg.change.evidence import Evidence, of_facts
from kg.checks.claims import Grade
from kg.exports.selection import Options, regions_within, select
from kg.graph.iris import compact
from kg.graph.reposts import counted
from kg.graph.verdicts import GRADES

_CHECKS = """SELECT ?check ?report ?kind ?rule ?claim ?derivation ?derived ?al ?ah ?pl ?ph ?grade ?remark ?area {
    ?check a kg:Check ; kg:statedIn ?report ; kg:checkKind ?kind ; kg:rule ?rule ; kg:claims ?claim ;
        kg:derivation ?derivation ; kg:derived ?derived ; kg:allowedLow ?al ; kg:allowedHigh ?ah ;
        kg:possibleLow ?pl ; kg:possibleHigh ?ph ; kg:grade ?grade .
    OPTIONAL { ?check kg:remark ?remark } OPTIONAL { ?report dct:spatial ?area } $ONLY }"""
_OPERANDS = "SELECT ?check ?operand { ?check kg:operand ?operand }"


@dataclass(frozen=True, slots=True)
class Checked:
    """A check of one report."""

    check: str  # IRI
    report: str  # IRI
    kind: str
    rule: str
    claimed: Evidence
    operands: tuple[Evidence, ...]  # in the order of the text; the derivation has theirs
    derivation: str  # 583 ÷ 597 × 100
    derived: Decimal
    allowed: tuple[Decimal, Decimal]  # what the claim's digits leave open
    possible: tuple[Decimal, Decimal]  # what the operands' digits leave open
    grade: Grade
    remark: str

    @property
    def row(self) -> dict[str, object]:
        """The check as a row for tables and JSON, with the columns of `audit.as_row`, and IRIs."""
        claimed = self.claimed
        return {
            "file": claimed.file,
            "start": claimed.start,
            "end": claimed.end,
            "kind": self.kind,
            "rule": self.rule,
            "claimed": claimed.words,
            "operands": [{"start": o.start, "end": o.end, "text": o.words} for o in self.operands],
            "formula": self.derivation,
            "derived": _short(self.derived),
            "allowed": [_short(value) for value in self.allowed],
            "possible": [_short(value) for value in self.possible],
            "grade": str(self.grade),
            "note": self.remark or None,
            "evidence": claimed.sentence,
            "check": self.check,
        }


def checks(store: Source, options: Options | None = None, report: str | None = None) -> tuple[Checked, ...]:
    """Return the checks of a graph, by file and place.

    Args:
        store: the built graph.
        options: only of reports about a region.
        report: IRI of the only report wanted; without one, reposts are left out.
    """
    region = options.region if options else None
    inside = regions_within(store, region) if region else None
    only = f"FILTER(?report = {ox.NamedNode(report)})" if report else counted("report")
    asked = _CHECKS.replace("$ONLY", only)
    rows = [[term.value if term else "" for term in row] for row in select(store, asked)]
    rows = [row for row in rows if (inside is None or row[-1] in inside)]
    operands: dict[str, list[str]] = defaultdict(list)
    for check, operand in select(store, _OPERANDS):
        operands[check.value].append(operand.value)
    grades = {name: grade for grade, name in GRADES.items()}
    evidence = of_facts(store, [fact for row in rows for fact in (row[4], *operands[row[0]])])
    found = [
        Checked(
            check, source, kind, rule, evidence[claim], tuple(sorted(evidence[one] for one in operands[check])),
            derivation, Decimal(derived), (Decimal(al), Decimal(ah)), (Decimal(pl), Decimal(ph)),
            grades[compact(grade)], remark,
        )
        for check, source, kind, rule, claim, derivation, derived, al, ah, pl, ph, grade, remark, _ in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda c: (c.claimed, c.kind)))


def _short(value: Decimal) -> str:
    """Write a figure with four decimals at most, as `claims.plain` does."""
    return f"{round(value, 4):f}".rstrip("0").rstrip(".") if value != value.to_integral_value() else f"{value:.0f}"
