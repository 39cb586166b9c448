"""The first page: what is in the graph, how fresh, what is missing, and who adopts what. Run in a worker."""

import json
from collections import Counter, defaultdict

from kg.builds.report import REPORT
from kg.graph.reposts import counted
from kg.serve.snapshot import Snapshot
from kg.serve.statements import Fact, View, facts, grouped, iri_of, year_of
from kg.serve.tiles import legend, tiles, top

COLUMNS = 40
"""Reforms in the heat table of the overview."""
ROWS = 120
"""Regions in it."""


def overview(
    snapshot: Snapshot, province: str | None = None, since: str | None = None, until: str | None = None
) -> View:
    """Return what is in the graph, how fresh, what is missing, and who adopts what, where and when one wants to see."""
    adoptions = facts(snapshot, "adoption", "")
    inside = set(snapshot.below(snapshot.base + province)) if province else None
    during = [f for f in adoptions if _during(f, since, until)]
    kept = [f for f in during if inside is None or iri_of(f, "region") in inside]
    provinces = {p: snapshot.named[p] for f in adoptions if (p := top(snapshot, iri_of(f, "region"))) in snapshot.named}
    years = Counter(str(row["year"] or row["issued"])[:4] for row in snapshot.documents.values()
                    if row["year"] or row["issued"])  # fmt: skip
    pairs = {(iri_of(f, "region"), iri_of(f, "reform")) for f in during}
    reported = [str(row["area"]) for row in snapshot.documents.values() if row["area"]]
    shown = tiles(snapshot, (region for region, _ in sorted(pairs)), reported)
    return {
        "counts": _counts(snapshot),
        "matrix": matrix(snapshot, grouped(kept)),
        "tiles": shown,
        "legend": legend(shown),
        "provinces": [snapshot.link(iri) for iri in sorted(provinces)],
        "years": sorted(years.items()),
        "periods": sorted({year for f in adoptions if (year := year_of(f))}),
        "latest": max((str(r["issued"]) for r in snapshot.documents.values() if r["issued"]), default=None),
        "missing": _missing(snapshot),
        "skipped": _skipped(snapshot),
    }


def _during(fact: Fact, since: str | None, until: str | None) -> bool:
    year = year_of(fact)
    return not (since or until) or (year is not None and (since or year) <= year <= (until or year))


def matrix(snapshot: Snapshot, rows: list[Fact]) -> View:
    """Cross regions with reforms: the first year, and where it is said."""
    spread = Counter(iri_of(row, "reform") for row in rows)
    columns = [iri for iri, _ in sorted(spread.items(), key=lambda item: (-item[1], item[0]))]
    cells: dict[str, dict[str, Fact]] = defaultdict(dict)
    for row in rows:
        cells[iri_of(row, "region")][iri_of(row, "reform")] = row
    regions = sorted(cells, key=lambda iri: (snapshot.named[iri].code or "~") if iri in snapshot.named else "~")
    return {
        "reforms": [snapshot.shown(iri) | {"regions": spread[iri]} for iri in columns[:COLUMNS]],
        "rows": [
            {"region": snapshot.link(region), "count": len(cells[region]),
             "cells": [_cell(cells[region].get(iri)) for iri in columns[:COLUMNS]]}
            for region in regions[:ROWS]
        ],
        "all_reforms": len(columns),
        "all_regions": len(regions),
        "years": sorted({str(row["since"]) for row in rows if row["since"]}),
    }  # fmt: skip


def _counts(snapshot: Snapshot) -> View:
    named = snapshot.select("""SELECT ?class (COUNT(DISTINCT ?t) AS ?n) {
        ?doc a kg:Report ; schema:mentions ?t . ?t a ?class } GROUP BY ?class""")
    once = counted("doc")
    stated = snapshot.select(f"""SELECT ?class (COUNT(?f) AS ?n) {{ ?f a ?class ; kg:statedIn ?doc {once}
        VALUES ?class {{ kg:Observation kg:Adoption kg:Delivery kg:Partnership kg:Mention }} }} GROUP BY ?class""")
    found: View = {str(row["class"]).rsplit("#", 1)[-1]: row["n"] for row in (*named, *stated)}
    adopters = snapshot.select("SELECT (COUNT(DISTINCT ?a) AS ?n) { ?f a kg:Adoption ; kg:adopter ?a }")
    return found | {"Report": len(snapshot.documents), "triples": len(snapshot.store), "adopters": adopters[0]["n"]}


def _missing(snapshot: Snapshot) -> View:
    rows = snapshot.documents
    having = {"all": "kg:rule", "indicator": "kg:indicator", "region": "sdmx-dimension:refArea",
              "period": "sdmx-dimension:refPeriod"}  # fmt: skip
    figures = {name: _stating(snapshot, via) for name, via in having.items()}
    stating = "SELECT DISTINCT ?doc { VALUES ?class { kg:Observation kg:Adoption } ?f a ?class ; kg:statedIn ?doc }"
    full = {str(row["doc"]) for row in snapshot.select(stating)}
    return {
        "publisher": [snapshot.report(doc) for doc, row in rows.items() if not row["body"]],
        "region": [snapshot.report(doc) for doc, row in rows.items() if not row["area"]],
        "year": [snapshot.report(doc) for doc, row in rows.items() if not (row["year"] or row["issued"])],
        "facts": [snapshot.report(doc) for doc in rows if doc not in full],
        "figures": {name: figures["all"] - count for name, count in figures.items()} | {"all": figures["all"]},
    }


def _stating(snapshot: Snapshot, via: str) -> int:
    once = counted("doc")
    found = snapshot.select(
        f"SELECT (COUNT(DISTINCT ?f) AS ?n) {{ ?f a kg:Observation ; kg:statedIn ?doc ; {via} ?x {once} }}"
    )
    return int(str(found[0]["n"]))


def _skipped(snapshot: Snapshot) -> list[dict[str, str]]:
    try:
        return list(json.loads((snapshot.directory / REPORT).read_text(encoding="utf-8"))["skipped"])
    except (OSError, ValueError, KeyError):
        return []


def _cell(row: Fact | None) -> View | None:
    if row is None:
        return None
    first = row["facts"][0]
    return {"since": row["since"], "reports": row["reports"], "path": first["path"]}
