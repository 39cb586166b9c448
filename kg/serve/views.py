"""What the pages of things show: a function a page, run in a worker; plain dicts out, ready for a template."""

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.graph.reposts import counted
from kg.serve.rankings import rankings, shares
from kg.serve.snapshot import Snapshot
from kg.serve.statements import MOST, Fact, View, facts, grouped, iri_of, loose, one_of, span_of, year_of
from kg.serve.tiles import legend, tiles

if TYPE_CHECKING:
    from kg.ask.query import Value


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
        "partners": _partners(snapshot, inside, year),
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
    shown = tiles(snapshot, [iri_of(row, "region") for row in found["adoptions"]])
    return found | {
        "thing": snapshot.link(iri),
        "about": _about(snapshot, iri),
        "broader": [snapshot.link(up) for up in snapshot.broader.get(iri, ())],
        "narrower": [snapshot.link(low) for low in snapshot.narrower.get(iri, ())],
        "tiles": shown,
        "legend": legend(shown),
        "related": _linked(snapshot, f"{ox.NamedNode(iri)} skos:related|^skos:related ?it"),
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
        "tables": rankings(figures, lower=about.get("better") == "lower"),
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
    kept = {
        "agency": one_of("agency", [iri], "kg:agency"),
        "unit": one_of("unit", [iri], "sdmx-attribute:unitMeasure"),
    }
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
    once = counted("doc")
    text = f"SELECT ?it (COUNT(DISTINCT ?doc) AS ?n) {{ ?doc a kg:Report ; schema:mentions ?it {once} }} GROUP BY ?it"
    named = {str(row["it"]): int(str(row["n"])) for row in snapshot.select(text)}
    by = {"region": "kg:adopter", "reform": "kg:reform"}.get(kind)
    text = f"""SELECT ?it (COUNT(DISTINCT ?other) AS ?n) {{ ?f a kg:Adoption ; kg:adopter ?a ; kg:reform ?r ; {by} ?it
        BIND(CONCAT(STR(?a), STR(?r)) AS ?other) }} GROUP BY ?it"""
    adopted = {str(row["it"]): int(str(row["n"])) for row in snapshot.select(text)} if by else {}
    via = {"region": "sdmx-dimension:refArea", "unit": "sdmx-attribute:unitMeasure"}.get(kind, f"kg:{kind}")
    text = f"""SELECT ?it (COUNT(DISTINCT ?f) AS ?n) {{ ?f a kg:Observation ; kg:statedIn ?doc ; {via} ?it {once} }}
        GROUP BY ?it"""
    figures = {str(row["it"]): int(str(row["n"])) for row in snapshot.select(text)}
    things = [thing for thing in snapshot.named.values() if thing.kind == kind]
    rows = [
        snapshot.shown(t.iri)
        | {"reports": named.get(t.iri, 0), "adopted": adopted.get(t.iri, 0), "figures": figures.get(t.iri, 0)}
        for t in things
    ]
    shown = [row for row in rows if every or row["reports"] or row["adopted"] or row["figures"]]
    shown.sort(key=lambda r: (-r["adopted"], -r["reports"], -r["figures"], r["code"] or "~", r["zh"]))
    return {"kind": kind, "rows": shown, "known": len(rows), "every": every}


def reports(snapshot: Snapshot) -> View:
    """Return all reports with how much each states."""
    text = """SELECT ?doc ?class (COUNT(?f) AS ?n) { VALUES ?class { kg:Observation kg:Adoption kg:Mention }
        ?f kg:statedIn ?doc ; a ?class } GROUP BY ?doc ?class"""
    counts: dict[str, dict[str, Value]] = defaultdict(dict)
    for row in snapshot.select(text):
        counts[str(row["doc"])][str(row["class"]).rsplit("#", 1)[-1].lower()] = row["n"]
    rows = [snapshot.report(doc) | {"counts": counts[doc]} for doc in snapshot.documents]
    rows.sort(key=lambda r: ((r["region"] or {}).get("code") or "~", str(r["year"]), r["file"]))
    return {"rows": rows}


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
        "loose": [] if platform_only else loose(adoptions, [*deliveries, *partners]),
        "figures": shares(figures[:MOST]),
        "all_figures": len(figures),
        "years": sorted(years),
    }


def _about(snapshot: Snapshot, iri: str) -> View:
    """Return what the terms say of a thing: its other names, its definition, its kind."""
    found: View = {"names": []}
    names: list[str] = []
    for row in snapshot.solutions(f"SELECT ?p ?o {{ {ox.NamedNode(iri)} ?p ?o }}"):
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


def _platforms(snapshot: Snapshot, inside: list[str], found: View) -> list[View]:
    """Return the platforms that the reports of some regions name, the oftenest first."""
    areas = " ".join(str(ox.NamedNode(iri)) for iri in inside)
    text = f"""SELECT ?p (COUNT(?m) AS ?n) (SAMPLE(?m) AS ?one) {{ VALUES ?area {{ {areas} }} ?doc dct:spatial ?area .
        ?m a kg:Mention ; kg:statedIn ?doc ; kg:means ?p . ?p a kg:Platform {counted("doc")} }} GROUP BY ?p"""
    rows = snapshot.select(text)
    rows.sort(key=lambda row: (-int(str(row["n"])), str(row["p"])))
    figures = Counter(iri_of(f, "platform") for f in found["figures"])
    return [{"platform": snapshot.link(row["p"]), "named": row["n"], "path": snapshot.path(str(row["one"])),
             "figures": figures[str(row["p"])]} for row in rows]  # fmt: skip


def _partners(snapshot: Snapshot, inside: list[str], year: str | None) -> list[View]:
    """Return the regions with which some regions share a reform, whoever of the two says so, and the places."""
    own = facts(snapshot, "partnership", one_of("area", inside, "sdmx-dimension:refArea"), year)
    others = facts(snapshot, "partnership", one_of("partner", inside, "kg:partner"), year)
    found: dict[str, list[Fact]] = defaultdict(list)
    for end, group in (("partner", own), ("region", others)):
        for fact in group:
            if fact[end] and iri_of(fact, end) not in inside:
                found[iri_of(fact, end)].append(fact)
    return [{"region": snapshot.link(iri), "facts": group} for iri, group in sorted(found.items())]


def _naming(snapshot: Snapshot, kept: str) -> list[View]:
    """Return the reports that name a thing, with its first place in each."""
    rows = snapshot.select(f"SELECT ?doc ?fact {{ {kept} ?fact a kg:Mention ; kg:statedIn ?doc }}")
    first: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        first[str(row["doc"])].append(str(row["fact"]))
    return [
        snapshot.report(doc)
        | {"first": snapshot.path(min(places, key=span_of)), "times": len(places)}
        for doc, places in sorted(first.items())
    ]  # fmt: skip


def _linked(snapshot: Snapshot, pattern: str) -> list[View | None]:
    return [snapshot.link(row["it"]) for row in snapshot.select(f"SELECT DISTINCT ?it {{ {pattern} }} ORDER BY ?it")]
