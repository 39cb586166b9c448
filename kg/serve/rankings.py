"""Figures side by side: who has most of what, each unit and each base apart.

In: facts of `statements`. Out: tables. The base is what a report says that it measures, for which reform and on which
platform: figures of different bases are never set against each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from kg.serve.statements import Fact, View, iri_of

WHOLE = {"%": Decimal(100), "‰": Decimal(1000)}
"""What a full bar stands for, of shares; of all else it is the largest beside it."""


def rankings(figures: Iterable[Fact], *, lower: bool) -> list[View]:
    """Return a table a unit: in it a ranking a base that several regions share, then what stands alone.

    Of each region the newest result. Targets are left out.

    Args:
        figures: of one indicator.
        lower: whether less is better.
    """
    units: dict[str, dict[tuple[str, ...], dict[str, Fact]]] = defaultdict(lambda: defaultdict(dict))
    for fact in sorted(figures, key=lambda f: str(f["period"] or "")):
        if not fact["target"] and fact["region"]:
            units[iri_of(fact, "unit")][_base(fact)][iri_of(fact, "region")] = fact
    tables = [_table(list(bases.values()), lower=lower) for bases in units.values()]
    return sorted(tables, key=lambda table: -table["count"])


def shares(figures: Sequence[Fact]) -> list[Fact]:
    """Return the figures, each with its share of a full bar; none where no other has its unit."""
    most: dict[str, Decimal] = defaultdict(Decimal)
    count: dict[str, int] = defaultdict(int)
    for fact in figures:
        most[iri_of(fact, "unit")] = max(most[iri_of(fact, "unit")], fact["value"])
        count[iri_of(fact, "unit")] += 1
    return [fact | {"share": _share(fact, most[unit]) if count[unit := iri_of(fact, "unit")] > 1 else None}
            for fact in figures]  # fmt: skip


def _base(fact: Fact) -> tuple[str, ...]:
    return str(fact["what"]), iri_of(fact, "reform"), iri_of(fact, "platform")


def _table(bases: list[dict[str, Fact]], *, lower: bool) -> View:
    def ordered(facts: Iterable[Fact]) -> list[Fact]:
        rows = sorted(facts, key=lambda fact: fact["value"], reverse=not lower)
        return [fact | {"share": _share(fact, max(f["value"] for f in rows))} for fact in rows]

    shared = [{"what": rows[0]["what"], "rows": rows} for base in bases if len(base) > 1
              for rows in [ordered(base.values())]]  # fmt: skip
    alone = ordered(fact for base in bases if len(base) == 1 for fact in base.values())
    first = next(iter(bases[0].values()))
    return {
        "unit": first["unit"],
        "groups": sorted(shared, key=lambda group: -len(group["rows"])),
        "alone": alone,
        "count": sum(map(len, bases)),
    }


def _share(fact: Fact, most: Decimal) -> float:
    unit = fact["unit"]["zh"] if fact["unit"] else ""
    whole = max(most, WHOLE.get(unit, most))
    return float(max(fact["value"], Decimal()) / whole) if whole > 0 else 0.0
