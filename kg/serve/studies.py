"""The analyses as pages: a function each, from a snapshot and what it is narrowed to, to rows. Run in a worker.

To add one: a function here, its name in `STUDIES`, its title and headings in `templates/study_words.html`. A cell is
text, a number, a link to a thing (`Snapshot.link`), or the addresses of marked words under "words".
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kg.ask.checked import checks
from kg.ask.conflicts import conflicts as differing
from kg.ask.coverage import by_province, reported
from kg.ask.indicator_coverage import by_indicator
from kg.change.aims import aims
from kg.change.diffusion import diffusion as spread
from kg.change.evidence import Evidence
from kg.change.likeness import alike as paired
from kg.change.likeness import together as travelling
from kg.change.naming import namings
from kg.change.networks import centrality as ranked
from kg.change.networks import communities as grouped
from kg.change.networks import members, network
from kg.change.sightings import of_store
from kg.change.suggest import suggest as weighed
from kg.change.trend import changes
from kg.checks.claims import Grade
from kg.exports.selection import Options
from kg.serve.asked import Asked
from kg.serve.asked import panel as paneled
from kg.serve.reading import check_row
from kg.serve.snapshot import Snapshot
from kg.terms.lexicon import shipped_lexicon

Row = dict[str, Any]
MOST = 500
"""Rows on a page; the command that the page names has all."""
PLACES = 5  # of a name, to look at


def trend(snapshot: Snapshot, options: Options) -> Iterator[Row]:
    """Yield figures of two years side by side, or why they are not compared."""
    for one in changes(snapshot.store, shipped_lexicon(), options):
        before, after = one.earlier, one.later
        yield {
            "region": snapshot.link(before.region_iri), "measure": before.measure, "from": before.length,
            "earlier": before.value, "to": after.length, "later": after.value, "unit": before.unit,
            "difference": one.difference, "growth": one.growth, "note": "; ".join((*one.refused, *one.notes)),
            "words": _words(snapshot, (*before.evidence, *after.evidence)),
        }  # fmt: skip


def targets(snapshot: Snapshot, options: Options) -> Iterator[Row]:
    """Yield aims beside the results of the years that they were for."""
    for one in aims(snapshot.store, shipped_lexicon(), options):
        aim, result = one.aim, one.result
        yield {
            "region": snapshot.link(aim.region_iri), "measure": aim.measure, "due": one.due, "target": aim.value,
            "result": result.value if result else None, "unit": aim.unit, "verdict": str(one.verdict),
            "note": "; ".join((*one.refused, *one.notes)),
            "words": _words(snapshot, (*aim.evidence, *(result.evidence if result else ()))),
        }  # fmt: skip


def names(snapshot: Snapshot, options: Options) -> Iterator[Row]:
    """Yield reforms that a region's reports name for the first time, again, or no longer."""
    for one in namings(snapshot.store, options):
        yield {
            "region": one.region, "year": one.year, "reform": snapshot.link(one.reform_iri), "turn": str(one.turn),
            "last": one.since, "note": "; ".join(one.notes), "words": _words(snapshot, one.evidence),
        }  # fmt: skip


def diffusion(snapshot: Snapshot, options: Options) -> Iterator[Row]:
    """Yield the first adoption of each region; of the reform most adopted where none is named."""
    reform = options.reform or _widest(snapshot)
    if reform is None:
        return
    for one in spread(snapshot.store, reform, options.region).adoptions:
        yield {
            "region": snapshot.link(one.region.iri), "since": one.year, "dated": str(one.dated), "reform": one.reform,
            "above": one.above_since, "neighbours": one.neighbours_before, "words": _words(snapshot, [one.evidence]),
        }  # fmt: skip


def alike(snapshot: Snapshot, options: Options) -> Iterator[Row]:
    """Yield pairs of regions by the reforms that both adopt."""
    for one in paired(snapshot.store, options.region):
        yield {
            "region": snapshot.link(one.region.iri), "other": snapshot.link(one.other.iri), "shared": len(one.shared),
            "of": one.either, "jaccard": one.jaccard, "reforms": "、".join(one.shared),
        }  # fmt: skip


def together(snapshot: Snapshot, options: Options) -> Iterator[Row]:
    """Yield pairs of reforms by the regions that adopt both."""
    for one in travelling(snapshot.store, options.reform, options.region):
        yield {
            "reform": one.reform, "other": one.other, "shared": len(one.regions), "of": one.of_regions,
            "lift": one.lift, "chance": one.p, "regions": "、".join(one.regions),
        }  # fmt: skip


def communities(snapshot: Snapshot, options: Options) -> Iterator[Row]:
    """Yield the groups into which regions and reforms fall."""
    for number, node in members(grouped(network(snapshot.store, "region-reform", options.region))):
        yield {"community": number, "thing": snapshot.link(node.iri)}


def centrality(snapshot: Snapshot, options: Options) -> Iterator[Row]:
    """Yield regions and reforms, the most central first."""
    for one in ranked(network(snapshot.store, "region-reform", options.region)).ranking:
        yield {
            "thing": snapshot.link(one.node.iri), "sort": one.node.kind, "links": one.links, "degree": one.degree,
            "betweenness": one.betweenness,
        }  # fmt: skip


def conflicts(snapshot: Snapshot, options: Options) -> Iterator[Row]:
    """Yield statements on one thing that differ, those of a conflict one after another."""
    for number, cell in enumerate(differing(snapshot.store, options), 1):
        for said in cell.statements:
            yield {
                "conflict": number, "where": cell.within, "region": snapshot.link(said["region_iri"] or None),
                "period": said["period"], "months": cell.months, "measure": said["indicator"] or said["phrase"],
                "written": said["written"], "report": said["report"] or said["file"],
                "words": [snapshot.path(said["fact"])],
            }  # fmt: skip


def coverage(snapshot: Snapshot, _options: Options) -> Iterator[Row]:
    """Yield how many divisions of each province have a report."""
    for row in by_province(reported(snapshot.store), snapshot.places):
        iri = f"{snapshot.base}region/{row['code']}"
        yield dict(row) | {"province": snapshot.link(iri) if iri in snapshot.named else row["province"]}


def indicators(snapshot: Snapshot, options: Options) -> Iterator[Row]:
    """Yield how many regions state each indicator, and which years lack it; those that nobody states too."""
    iris = _indicators(snapshot)
    for one in by_indicator(snapshot.store, options):
        yield {
            "indicator": snapshot.link(iris[one.indicator]), "dimension": one.dimension, "figures": one.figures,
            "stating": one.regions, "reporting": one.of_regions, "stating %": one.share,
            "years": "、".join(map(str, one.years)), "years without": "、".join(map(str, one.without)),
        }  # fmt: skip


def suggest(snapshot: Snapshot, options: Options) -> Iterator[Row]:
    """Yield names that no list holds, the weightiest first."""
    seen = of_store(snapshot.store, shipped_lexicon())
    if options.region:
        codes = {snapshot.shown(iri)["code"] for iri in snapshot.below(options.region)}
        seen = (one for one in seen if one.region in codes - {""})
    for one in weighed(seen, shipped_lexicon()):
        yield {
            "sort": one.kind.lower(), "name": one.name, "documents": one.documents, "times": one.times,
            "beside": "、".join(one.company), "broader": snapshot.link(one.broader_iri or None), "note": one.why,
            "words": _words(snapshot, [s.evidence for s in one.sightings[:PLACES]]),
        }  # fmt: skip


def audit(snapshot: Snapshot, options: Options) -> Iterator[Row]:
    """Yield the arithmetic that reports imply, with what doesn't follow first."""
    found = sorted(checks(snapshot.store, options), key=lambda one: one.grade is not Grade.FAILS)
    yield from (check_row(snapshot, one) for one in found)


STUDIES: dict[str, Callable[[Snapshot, Options], Iterable[Row]]] = {
    study.__name__: study
    for study in (
        trend,
        targets,
        names,
        diffusion,
        alike,
        together,
        communities,
        centrality,
        audit,
        conflicts,
        coverage,
        indicators,
        suggest,
    )
}


def study(snapshot: Snapshot, name: str, region: str | None = None, reform: str | None = None) -> dict[str, Any] | None:
    """Return a study: its rows, how many there are, and what it can be narrowed to.

    Args:
        snapshot: the graph.
        name: one of `STUDIES`.
        region: what follows the base in the IRI of the only region wanted, region/350000.
        reform: the same of the only reform.
    """
    narrowed = {kind: snapshot.base + local for kind, local in (("region", region), ("reform", reform)) if local}
    if name not in STUDIES or not set(narrowed.values()) <= set(snapshot.named):
        return None
    rows = list(STUDIES[name](snapshot, Options(region=narrowed.get("region"), reform=narrowed.get("reform"))))
    if name == "diffusion" and not reform and (widest := _widest(snapshot)):
        narrowed["reform"] = widest
    return {
        "name": name,
        "rows": rows[:MOST],
        "all": len(rows),
        **{kind: snapshot.link(narrowed.get(kind)) for kind in ("region", "reform")},
    }


def panel(snapshot: Snapshot, asked: Asked) -> dict[str, Any]:
    """Return the panel as a page shows it: names that lead to their pages, and the words behind each value."""
    found, iris = paneled(snapshot, asked), _indicators(snapshot)
    rows: list[Row] = [
        {
            "region": snapshot.link(f"{snapshot.base}region/{row['code']}") if row["code"] else row["region"],
            "period": row["period"], "months": row["months"] or "",
            "indicator": snapshot.link(iris[str(row["indicator"])]), "value": row["value"],
            "unit": row["unit"], "base": row["base"], "note": row["note"],
            "words": [snapshot.path(fact) for fact in str(row["evidence"]).split()],
        }
        for row in found[:MOST]
    ]  # fmt: skip
    return {"rows": rows, "all": len(found)}


def _indicators(snapshot: Snapshot) -> dict[str, str]:
    return {thing.zh: thing.iri for thing in snapshot.named.values() if thing.kind == "indicator"}


def _widest(snapshot: Snapshot) -> str | None:
    found = snapshot.select("""SELECT ?r (COUNT(DISTINCT ?a) AS ?n) { ?a kg:adopts ?r }
        GROUP BY ?r ORDER BY DESC(?n) ?r LIMIT 1""")
    return str(found[0]["r"]) if found else None


def _words(snapshot: Snapshot, evidence: Iterable[Evidence]) -> list[str]:
    return [snapshot.path(one.fact) for one in evidence]
