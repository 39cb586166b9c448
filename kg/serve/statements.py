"""What reports state, as pages need it: every fact with links to its things and to its marked words.

In: a snapshot and SPARQL that narrows `?fact`. Out: facts as dicts. Out of scope: which page shows what (`views`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pyoxigraph as ox

from kg.ask.query import Value
from kg.graph.reposts import counted
from kg.serve.snapshot import Snapshot

Fact = dict[str, Any]
View = dict[str, Any]

MOST = 3000
"""Figures on a page; more take a browser longer than a second (2026-11). The page says when some are left out."""

_SOURCE = "?fact kg:statedIn ?doc ; kg:rule ?rule ; kg:evidence/oa:hasSelector/oa:exact ?sentence ."
_WHEN = "OPTIONAL { ?fact sdmx-dimension:refPeriod ?when }"
_AREA = "OPTIONAL { ?fact sdmx-dimension:refArea ?area }"
_PATTERNS = {
    "figure": f"""?fact a kg:Observation ; sdmx-measure:obsValue ?value ; kg:indicatorPhrase ?what ;
        kg:modality ?mode ; kg:approximate ?approximate ; kg:bound ?bound ; kg:written ?written . {_SOURCE}
        OPTIONAL {{ ?fact kg:reform ?reform }} OPTIONAL {{ ?fact kg:platform ?platform }}
        OPTIONAL {{ ?fact kg:agency ?agency }} OPTIONAL {{ ?fact kg:indicator ?indicator }}
        OPTIONAL {{ ?fact sdmx-attribute:unitMeasure ?unit }} {_WHEN} {_AREA}""",
    "adoption": f"?fact a kg:Adoption ; kg:adopter ?area ; kg:reform ?reform . {_SOURCE} {_WHEN}"
    " OPTIONAL { ?fact kg:agency ?agency }",
    "delivery": f"?fact a kg:Delivery ; kg:reform ?reform ; kg:platform ?platform . {_SOURCE} {_WHEN} {_AREA}",
    "partnership": f"?fact a kg:Partnership ; kg:reform ?reform ; kg:partner ?partner . {_SOURCE} {_WHEN} {_AREA}",
}
_ENDS = ("reform", "platform", "agency", "indicator", "unit", "partner")


def one_of(variable: str, iris: Iterable[str], via: str) -> str:
    """Return the SPARQL that keeps the facts whose property is one of the things.

    >>> one_of("reform", ["http://x/a"], "kg:reform")
    'VALUES ?reform { <http://x/a> } ?fact kg:reform ?reform .'
    """
    return f"VALUES ?{variable} {{ {' '.join(str(ox.NamedNode(iri)) for iri in iris)} }} ?fact {via} ?{variable} ."


def facts(snapshot: Snapshot, kind: str, kept: str, year: str | None = None) -> list[Fact]:
    """Return the facts of a kind (figure, adoption, delivery, partnership), in the order of their reports.

    Of a repost only where `kept` asks for its own: what it repeats would count twice.
    """
    during = f"FILTER(STRSTARTS(STR(?when), {ox.Literal(year)}))" if year else ""
    once = "" if "?doc" in kept else counted("doc")
    found = snapshot.select(f"SELECT DISTINCT * WHERE {{ {kept} {_PATTERNS[kind]} {during} {once} }}")
    return sorted((_fact(snapshot, kind, row) for row in found), key=_order)


def _fact(snapshot: Snapshot, kind: str, row: dict[str, Value]) -> Fact:
    iri = str(row["fact"])
    start, end = span_of(iri)
    fact: Fact = {
        "kind": kind,
        "iri": iri,
        "id": iri.rsplit("#", 1)[-1],
        "path": snapshot.path(iri),
        "start": start,
        "end": end,
        "region": snapshot.link(row.get("area")),
        "period": row.get("when"),
        "rule": row["rule"],
        "sentence": row["sentence"],
        "report": snapshot.report(row["doc"]),
    }
    fact |= {name: snapshot.link(row.get(name)) for name in _ENDS}
    if kind == "figure":
        fact |= {name: row[name] for name in ("value", "what", "approximate", "bound", "written")}
        fact["target"] = str(row["mode"]).endswith("target")
    return fact


def span_of(iri: str) -> tuple[int, int]:
    """Return the offsets in the IRI of a statement or mention.

    >>> span_of("https://w3id.org/reform-kg/report/0f/#obs-120-126-2")
    (120, 126)
    """
    _, start, end, *_ = iri.rsplit("#", 1)[-1].split("-")
    return int(start), int(end)


def _order(fact: Fact) -> tuple[str, str, int]:
    region = fact["region"]
    return str((region["code"] or region["zh"]) if region else "~"), str(fact["report"]["path"]), fact["start"]


def grouped(adoptions: Sequence[Fact], deliveries: Sequence[Fact] = (), partners: Sequence[Fact] = ()) -> list[Fact]:
    """Join the adoptions of one reform by one region: since when, by whom, over what, with whom, and every place."""
    found: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in adoptions:
        found[_key(fact)].append(fact)
    over, shared = _by_thing(deliveries, "platform"), _by_thing(partners, "partner")
    rows: list[Fact] = []
    for key, group in found.items():
        group.sort(key=lambda fact: (year_of(fact) or "9999", fact["start"]))
        rows.append(
            {
                "region": group[0]["region"],
                "reform": group[0]["reform"],
                "since": year_of(group[0]),
                "facts": group,
                "reports": len({fact["report"]["path"] for fact in group}),
                "agencies": list({iri_of(f, "agency"): f["agency"] for f in group if f["agency"]}.values()),
                "platforms": list(over[key].values()),
                "partners": list(shared[key].values()),
            }
        )
    return rows


def loose(adoptions: Sequence[Fact], others: Sequence[Fact]) -> list[Fact]:
    """Return the deliveries and partnerships of reforms whose adoption by that region nothing states."""
    adopted = {_key(fact) for fact in adoptions}
    return [fact for fact in others if _key(fact) not in adopted]


def _by_thing(facts_: Sequence[Fact], name: str) -> dict[tuple[str, str], dict[str, list[Fact]]]:
    found: dict[tuple[str, str], dict[str, list[Fact]]] = defaultdict(dict)
    for fact in facts_:
        found[_key(fact)].setdefault(iri_of(fact, name), []).append(fact)
    return found


def year_of(fact: Fact) -> str | None:
    """Return the year that a fact is about, else its report's."""
    report = fact["report"]
    when = fact["period"] or report["year"] or report["issued"]
    return str(when)[:4] if when else None


def _key(fact: Fact) -> tuple[str, str]:
    return iri_of(fact, "region"), iri_of(fact, "reform")


def iri_of(fact: Fact, name: str) -> str:
    """Return the IRI of one of the things that a fact is about; empty where it names none."""
    return str(fact[name]["iri"]) if fact[name] else ""
