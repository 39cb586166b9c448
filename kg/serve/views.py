"""What the pages show: a function a page, run in a worker; plain dicts out, ready for a template or for JSON."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from kg.build import REPORT
from kg.query import Value
from kg.serve.snapshot import Snapshot
from kg.serve.statements import MOST, Fact, facts, grouped, one_of, year_of

View = dict[str, object]
COLUMNS = 40
"""Reforms in the heat table of the overview."""
ROWS = 120
"""Regions in it."""


def overview(snapshot: Snapshot, province: str | None = None, year: str | None = None) -> View:
    """Return what is in the graph, how fresh, what is missing, and who adopts what."""
    adoptions = facts(snapshot, "adoption", "", year)
    inside = set(snapshot.below(snapshot.base + province)) if province else None
    kept = [f for f in adoptions if inside is None or _of(f, "region") in inside]
    provinces = {p: snapshot.named[p] for f in adoptions if (p := _top(snapshot, _of(f, "region"))) in snapshot.named}
    years = Counter(str(row["year"] or row["issued"])[:4] for row in snapshot.documents.values()
                    if row["year"] or row["issued"])  # fmt: skip
    return {
        "counts": _counts(snapshot),
        "matrix": matrix(snapshot, grouped(kept)),
        "provinces": [snapshot.link(iri) for iri in sorted(provinces)],
        "years": sorted(years.items()),
        "latest": max((str(r["issued"]) for r in snapshot.documents.values() if r["issued"]), default=None),
        "missing": _missing(snapshot),
        "skipped": _skipped(snapshot),
    }


def matrix(snapshot: Snapshot, rows: list[Fact]) -> View:
    """Cross regions with reforms: the first year, and where it is said."""
    spread = Counter(_of(row, "reform") for row in rows)
    columns = [iri for iri, _ in sorted(spread.items(), key=lambda item: (-item[1], item[0]))]
    cells: dict[str, dict[str, Fact]] = defaultdict(dict)
    for row in rows:
        cells[_of(row, "region")][_of(row, "reform")] = row
    regions = sorted(cells, key=lambda iri: (snapshot.named[iri].code or "~") if iri in snapshot.named else "~")
    return {
        "reforms": [snapshot.link(iri) | {"regions": spread[iri]} for iri in columns[:COLUMNS]],  # type: ignore[operator]
        "rows": [
            {"region": snapshot.link(region), "count": len(cells[region]),
             "cells": [_cell(cells[region].get(iri)) for iri in columns[:COLUMNS]]}
            for region in regions[:ROWS]
        ],
        "all_reforms": len(columns),
        "all_regions": len(regions),
        "years": sorted({str(row["since"]) for row in rows if row["since"]}),
    }  # fmt: skip


def region(snapshot: Snapshot, local: str, year: str | None = None) -> View | None:
    """Return what is known of a region and of what lies within it."""
    iri = snapshot.base + local
    if iri not in snapshot.named:
        return None
    inside = snapshot.below(iri)
    found = _found(snapshot, one_of("area", inside, "sdmx-dimension:refArea"), year,
                   one_of("area", inside, "kg:adopter"))  # fmt: skip
    reports = [snapshot.report(doc) for doc, row in snapshot.documents.items() if row["area"] in inside]
    named = one_of("thing", [iri], "kg:means")
    return found | {
        "thing": snapshot.link(iri),
        "about": _about(snapshot, iri),
        "above": [snapshot.link(up) for up in reversed(snapshot.above(iri))],
        "below": [snapshot.link(low) for low in snapshot.narrower.get(iri, ())],
        "former": [snapshot.link(old) for old in snapshot.replaced.get(iri, ())],
        "reports": sorted(reports, key=lambda r: (str(r["year"]), str(r["path"]))),
        "platforms": _platforms(snapshot, inside, found),
        "named_in": [] if reports else _naming(snapshot, named),
        "agencies": _linked(snapshot, f"?it kg:actsFor {ox.NamedNode(iri)}"),
    }


def reform(snapshot: Snapshot, local: str, year: str | None = None) -> View | None:
    """Return where a reform is adopted, over what, with which figures."""
    iri = snapshot.base + local
    if iri not in snapshot.named:
        return None
    inside = snapshot.below(iri)
    kept = one_of("reform", inside, "kg:reform")
    found = _found(snapshot, kept, year)
    return found | {
        "thing": snapshot.link(iri),
        "about": _about(snapshot, iri),
        "broader": [snapshot.link(up) for up in snapshot.broader.get(iri, ())],
        "narrower": [snapshot.link(low) for low in snapshot.narrower.get(iri, ())],
        "related": _linked(snapshot, f"{{ {ox.NamedNode(iri)} skos:related ?it }} UNION {{ ?it skos:related {ox.NamedNode(iri)} }}"),
        "named_in": _naming(snapshot, one_of("thing", [iri], "kg:means")),
    }  # fmt: skip


def platform(snapshot: Snapshot, local: str, year: str | None = None) -> View | None:
    """Return what runs on a platform, and where."""
    iri = snapshot.base + local
    if iri not in snapshot.named:
        return None
    found = _found(snapshot, one_of("platform", [iri], "kg:platform"), year)
    return found | {
        "thing": snapshot.link(iri),
        "about": _about(snapshot, iri),
        "serves": _linked(snapshot, f"{ox.NamedNode(iri)} kg:serves ?it"),
        "named_in": _naming(snapshot, one_of("thing", [iri], "kg:means")),
    }


def indicator(snapshot: Snapshot, local: str, year: str | None = None) -> View | None:
    """Return a ranking of regions, a table a unit; and targets apart from results."""
    iri = snapshot.base + local
    if iri not in snapshot.named:
        return None
    about = _about(snapshot, iri)
    figures = facts(snapshot, "figure", one_of("indicator", [iri], "kg:indicator"), year)
    return {
        "thing": snapshot.link(iri),
        "about": about,
        "unit": snapshot.link(about.get("canonicalUnit")),
        "tables": _rankings(figures, lower=about.get("better") == "lower"),
        "targets": [f for f in figures if f["target"]],
        "figures": figures[:MOST],
        "years": sorted({y for f in figures if (y := year_of(f))}),
        "narrower": [snapshot.link(low) for low in snapshot.narrower.get(iri, ())],
        "broader": [snapshot.link(up) for up in snapshot.broader.get(iri, ())],
    }


def other(snapshot: Snapshot, local: str) -> View | None:
    """Return what there is of an agency, policy or unit."""
    iri = snapshot.base + local
    if iri not in snapshot.named:
        return None
    kept = {"agency": one_of("agency", [iri], "kg:agency"), "unit": one_of("unit", [iri], "sdmx-attribute:unitMeasure")}
    kind = snapshot.named[iri].kind
    figures = facts(snapshot, "figure", kept[kind]) if kind in kept else []
    return {
        "thing": snapshot.link(iri),
        "about": _about(snapshot, iri),
        "acts_for": _linked(snapshot, f"{ox.NamedNode(iri)} kg:actsFor ?it"),
        "figures": figures[:MOST],
        "all_figures": len(figures),
        "adoptions": grouped(facts(snapshot, "adoption", kept["agency"])) if kind == "agency" else [],
        "published": [snapshot.report(doc) for doc, row in snapshot.documents.items() if row["body"] == iri],
        "named_in": _naming(snapshot, one_of("thing", [iri], "kg:means")),
    }


def listing(snapshot: Snapshot, kind: str, *, every: bool = False) -> View:
    """Return all things of a kind that reports speak of, or that are known at all, with how many reports name them."""
    text = "SELECT ?it (COUNT(DISTINCT ?doc) AS ?n) { ?doc a kg:Report ; schema:mentions ?it } GROUP BY ?it"
    named = {str(row["it"]): int(str(row["n"])) for row in snapshot.select(text)}
    by = {"region": "kg:adopter", "reform": "kg:reform"}.get(kind)
    text = f"SELECT ?it (COUNT(DISTINCT ?other) AS ?n) {{ ?f a kg:Adoption ; kg:adopter ?a ; kg:reform ?r ; {by} ?it" \
           " BIND(CONCAT(STR(?a), STR(?r)) AS ?other) } GROUP BY ?it"  # fmt: skip
    adopted = {str(row["it"]): int(str(row["n"])) for row in snapshot.select(text)} if by else {}
    via = {"region": "sdmx-dimension:refArea", "unit": "sdmx-attribute:unitMeasure"}.get(kind, f"kg:{kind}")
    text = f"SELECT ?it (COUNT(DISTINCT ?f) AS ?n) {{ ?f a kg:Observation ; {via} ?it }} GROUP BY ?it"
    figures = {str(row["it"]): int(str(row["n"])) for row in snapshot.select(text)}
    things = [thing for thing in snapshot.named.values() if thing.kind == kind]
    rows = [
        snapshot.link(t.iri)
        | {"reports": named.get(t.iri, 0), "adopted": adopted.get(t.iri, 0), "figures": figures.get(t.iri, 0)}  # type: ignore[operator]
        for t in things
    ]
    shown = [row for row in rows if every or row["reports"] or row["adopted"] or row["figures"]]
    shown.sort(key=lambda r: (-r["adopted"], -r["reports"], -r["figures"], r["code"] or "~", r["zh"]))
    return {"kind": kind, "rows": shown, "known": len(rows), "every": every}


def reports(snapshot: Snapshot) -> View:
    """Return all reports with how much each states."""
    text = "SELECT ?doc ?class (COUNT(?f) AS ?n) { VALUES ?class { kg:Observation kg:Adoption kg:Mention }" \
           " ?f kg:statedIn ?doc ; a ?class } GROUP BY ?doc ?class"  # fmt: skip
    counts: dict[str, dict[str, Value]] = defaultdict(dict)
    for row in snapshot.select(text):
        counts[str(row["doc"])][str(row["class"]).rsplit("#", 1)[-1].lower()] = row["n"]
    rows = [snapshot.report(doc) | {"counts": counts[doc]} for doc in snapshot.documents]
    return {"rows": sorted(rows, key=lambda r: (str((r["region"] or {}).get("code", "~")), str(r["year"]), str(r["file"])))}  # type: ignore[attr-defined]  # fmt: skip


def _found(snapshot: Snapshot, kept: str, year: str | None, adopting: str | None = None) -> View:
    figures = facts(snapshot, "figure", kept, year)
    platform_only = "?platform" in kept
    deliveries = facts(snapshot, "delivery", kept, year)
    partners = [] if platform_only else facts(snapshot, "partnership", kept, year)
    adoptions = [] if platform_only else facts(snapshot, "adoption", adopting or kept, year)
    years = {y for f in (*figures, *adoptions, *deliveries) if (y := year_of(f))}
    return {
        "adoptions": grouped(adoptions, deliveries, partners),
        "deliveries": deliveries,
        "partners": partners,
        "figures": figures[:MOST],
        "all_figures": len(figures),
        "years": sorted(years),
    }


def _about(snapshot: Snapshot, iri: str) -> View:
    """Return what the terms say of a thing: other names, definition, kind, …"""
    found: View = {"names": []}
    names: list[str] = []
    for row in snapshot.store.query(f"SELECT ?p ?o {{ {ox.NamedNode(iri)} ?p ?o }}", use_default_graph_as_union=True):  # type: ignore[union-attr]
        name, value = row["p"].value.rsplit("#", 1)[-1].rsplit("/", 1)[-1], row["o"].value
        if name in {"altLabel", "formerName"}:
            names.append(value)
        elif name == "definition":
            found[f"definition_{'en' if row['o'].language == 'en' else 'zh'}"] = value
        elif name in {"platformKind", "measureKind", "better", "formula", "canonicalUnit", "source", "scopeNote"}:
            found[name] = value
        elif name == "level":
            found[name] = value.rsplit("#", 1)[-1]
    found["names"] = sorted(set(names))
    return found


def _rankings(figures: Iterable[Fact], *, lower: bool) -> list[View]:
    """Return a table for each unit: the newest result of each region, exact or not, the best first."""
    by_unit: dict[str, list[Fact]] = defaultdict(list)
    for fact in figures:
        if not fact["target"] and fact["region"]:
            by_unit[_of(fact, "unit")].append(fact)
    tables = []
    for group in by_unit.values():
        newest: dict[tuple[str, str], Fact] = {}
        for fact in sorted(group, key=lambda f: str(f["period"] or "")):
            newest[_of(fact, "region"), str(fact["what"])] = fact
        rows = sorted(newest.values(), key=lambda f: f["value"], reverse=not lower)  # type: ignore[arg-type, return-value]
        most = max((float(str(f["value"])) for f in rows), default=0.0)
        tables.append({"unit": group[0]["unit"], "rows": rows, "most": most})
    return sorted(tables, key=lambda t: -len(t["rows"]))  # type: ignore[arg-type]


def _platforms(snapshot: Snapshot, inside: list[str], found: View) -> list[View]:
    """Return the platforms that the reports of some regions name, the oftenest first."""
    areas = " ".join(str(ox.NamedNode(iri)) for iri in inside)
    text = f"""SELECT ?p (COUNT(?m) AS ?n) (SAMPLE(?m) AS ?one) {{ VALUES ?area {{ {areas} }} ?doc dct:spatial ?area .
        ?m a kg:Mention ; kg:statedIn ?doc ; kg:means ?p . ?p a kg:Platform }} GROUP BY ?p"""
    rows = snapshot.select(text)
    rows.sort(key=lambda row: (-int(str(row["n"])), str(row["p"])))
    figures = Counter(_of(f, "platform") for f in found["figures"])  # type: ignore[attr-defined]
    return [{"platform": snapshot.link(row["p"]), "named": row["n"], "path": snapshot.path(str(row["one"])),
             "figures": figures[str(row["p"])]} for row in rows]  # fmt: skip


def _naming(snapshot: Snapshot, kept: str) -> list[View]:
    """Return the reports that name a thing, with its first place in each."""
    rows = snapshot.select(f"SELECT ?doc ?fact {{ {kept} ?fact a kg:Mention ; kg:statedIn ?doc }}")
    first: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        first[str(row["doc"])].append(str(row["fact"]))
    return [
        snapshot.report(doc) | {"first": snapshot.path(min(places, key=lambda p: int(p.rsplit("-", 2)[-2]))), "times": len(places)}
        for doc, places in sorted(first.items())
    ]  # fmt: skip


def _linked(snapshot: Snapshot, pattern: str) -> list[View | None]:
    return [snapshot.link(row["it"]) for row in snapshot.select(f"SELECT DISTINCT ?it {{ {pattern} }} ORDER BY ?it")]


def _counts(snapshot: Snapshot) -> View:
    named = snapshot.select("""SELECT ?class (COUNT(DISTINCT ?t) AS ?n) {
        ?doc a kg:Report ; schema:mentions ?t . ?t a ?class } GROUP BY ?class""")
    stated = snapshot.select("""SELECT ?class (COUNT(?f) AS ?n) {
        VALUES ?class { kg:Observation kg:Adoption kg:Delivery kg:Partnership kg:Mention } ?f a ?class } GROUP BY ?class""")
    found: View = {str(row["class"]).rsplit("#", 1)[-1]: row["n"] for row in (*named, *stated)}
    adopters = snapshot.select("SELECT (COUNT(DISTINCT ?a) AS ?n) { ?f a kg:Adoption ; kg:adopter ?a }")
    return found | {"Report": len(snapshot.documents), "triples": len(snapshot.store), "adopters": adopters[0]["n"]}


def _missing(snapshot: Snapshot) -> View:
    rows = snapshot.documents
    text = """SELECT (COUNT(?f) AS ?all) (SUM(IF(BOUND(?i), 0, 1)) AS ?indicator) (SUM(IF(BOUND(?a), 0, 1)) AS ?region)
        (SUM(IF(BOUND(?w), 0, 1)) AS ?period) { ?f a kg:Observation OPTIONAL { ?f kg:indicator ?i }
        OPTIONAL { ?f sdmx-dimension:refArea ?a } OPTIONAL { ?f sdmx-dimension:refPeriod ?w } }"""
    empty = snapshot.select("""SELECT ?doc { ?doc a kg:Report
        FILTER NOT EXISTS { ?f kg:statedIn ?doc ; a ?c FILTER(?c IN (kg:Observation, kg:Adoption)) } }""")
    return {
        "publisher": [snapshot.report(doc) for doc, row in rows.items() if not row["body"]],
        "region": [snapshot.report(doc) for doc, row in rows.items() if not row["area"]],
        "year": [snapshot.report(doc) for doc, row in rows.items() if not (row["year"] or row["issued"])],
        "facts": [snapshot.report(row["doc"]) for row in empty],
        "figures": snapshot.select(text)[0],
    }


def _skipped(snapshot: Snapshot) -> list[dict[str, str]]:
    try:
        return list(json.loads((snapshot.directory / REPORT).read_text(encoding="utf-8"))["skipped"])
    except (OSError, ValueError, KeyError):
        return []


def _cell(row: Fact | None) -> View | None:
    if row is None:
        return None
    first = row["first"]
    return {"since": row["since"], "reports": row["reports"], "path": first["path"] if isinstance(first, dict) else ""}


def _of(fact: Fact, name: str) -> str:
    link = fact[name]
    return str(link["iri"]) if isinstance(link, dict) else ""


def _top(snapshot: Snapshot, iri: str) -> str:
    return (snapshot.above(iri) or [iri])[-1]
