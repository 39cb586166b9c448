"""What a user's word means: 闽 → the region 350000; 免证照 → the reform of which it is another name.

In: a name, an abbreviation, a former name, a code, in either script. Out: one IRI with its label, or a fault that lists
the candidates, or offers the nearest. Out of scope: names inside reports (`mentions`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.ask.query import Source, rows, run
from kg.errors import Ambiguous, KgError, unknown
from kg.graph.iris import BASE, PREFIXES, Iris
from kg.terms.gazetteer import Division, Gazetteer
from kg.text.fold import fold

_QUOTES = re.compile(r"[“”‘’\"'「」『』《》\s]")
_LABELS = """
SELECT ?iri ?rank ?form ?chinese WHERE {
  ?iri a kg:%s ; skos:prefLabel ?chinese FILTER(LANG(?chinese) = "zh-hans")
  { ?iri skos:prefLabel ?form BIND(0 AS ?rank) }
  UNION { ?iri skos:altLabel|skos:hiddenLabel|kg:formerName ?form BIND(1 AS ?rank) }
  UNION { ?iri kg:weakLabel ?form BIND(2 AS ?rank) }
}"""
_CLASSES = {"region": "Region", "reform": "Reform", "platform": "Platform", "indicator": "Indicator"}


@dataclass(frozen=True, slots=True)
class Thing:
    """What a name means."""

    iri: str
    label: str  # a region's full name
    code: str | None = None
    former: tuple[str, ...] = ()  # IRIs of the codes that a region had before

    @property
    def iris(self) -> tuple[str, ...]:
        """Every IRI under which the graph may know it."""
        return (self.iri, *self.former)


def base_of(store: Source) -> str:
    """Return the base under which a graph's instances live: it says so in its VoID description."""
    found = rows(run(store, "SELECT ?base { ?d a void:Dataset ; void:uriSpace ?base } LIMIT 1"))
    return str(found[0]["base"]) if found else BASE


def prefixes_of(store: Source) -> Mapping[str, str]:
    """Return the prefixes of a graph; reform:, region: and so on follow its base."""
    iris = Iris(base_of(store))
    return {prefix: iris.rebase(start) for prefix, start in PREFIXES.items()}


def find(store: Source, kind: str, name: str, places: Gazetteer) -> Thing:
    """Return the thing of a kind (region, reform, platform, indicator) that a name means."""
    return find_region(store, name, places) if kind == "region" else find_term(store, kind, name)


def find_region(store: Source, name: str, places: Gazetteer) -> Thing:
    """Return the region that a name, abbreviation, former name or code means, as it is today.

    A name that a province or city shares with places inside it, or a province with any, means the larger: 海南, 长沙.

    Raises:
        Ambiguous: several regions bear the name; the message lists them with their codes.
        KgError: none does; the message offers the nearest.
    """
    iris, wanted = Iris(base_of(store)), _plain(name)
    if re.fullmatch(r"\d{6}", wanted):
        place = places.by_code(wanted)
        if place is None:
            raise KgError(f"no region has the code {wanted}", "", "Give one of GB/T 2260, such as 350405, or a name.")
        return _region(_newest(place, places), places, iris)
    found = _largest(places.named(wanted), wanted, places)
    if len(found) > 1:
        raise _ambiguous("region", wanted, [f"{p.code or '-':6}  {_full(p, places)}" for p in found])
    if found:
        return _region(_newest(found[0], places), places, iris)
    forms = _forms(store, "region")
    if wanted in forms:  # a zone that only a report names
        return _one("region", wanted, forms[wanted])
    near = [
        f"{p.code or '-':6}  {_full(p, places)}" for other in places.nearest(wanted) for p in places.named(other)[:2]
    ]
    if near:
        raise KgError(f"no region is called {name!r}", "", "The nearest:\n    " + "\n    ".join(dict.fromkeys(near)))
    mend = "Give a name in Chinese, or a code of GB/T 2260: 福建, 350405. Which regions have reports: kg coverage"
    raise KgError(f"no region is called {name!r}", "", mend)


def _region(place: Division, places: Gazetteer, iris: Iris) -> Thing:
    code = place.code or None
    older = (p for p in places.divisions if code and p.successor)
    codes = [p.code for p in older if p.code != code and _newest(p, places).code == code]
    former = tuple(iris.region(c) for c in dict.fromkeys(codes))
    return Thing(iris.region(code or place.name), _full(place, places), code, former)


def _newest(place: Division, places: Gazetteer) -> Division:
    seen = {place.code}
    while place.successor and place.successor not in seen and (after := places.by_code(place.successor)):
        place = after
        seen.add(place.code)
    return place


def _full(place: Division, places: Gazetteer) -> str:
    return "".join(p.name for p in (*places.above(place), place))


def _largest(found: tuple[Division, ...], name: str, places: Gazetteer) -> tuple[Division, ...]:
    """Keep those whose own name it is, if any; then the one province, or the one in which all others lie."""
    kept = tuple(p for p in found if _plain(p.name) == name) or found
    provinces = [p for p in kept if p.level == "province"]
    if len(provinces) == 1:
        return (provinces[0],)
    for place in kept:
        if all(place == p or (place.code and place.code in {a.code for a in places.above(p)}) for p in kept):
            return (place,)
    return kept


def find_term(store: Source, kind: str, name: str) -> Thing:
    """Return the reform, platform or indicator that a name means: by its label, else by its other names.

    Raises:
        Ambiguous: several are called so.
        KgError: none is; the message offers those that contain the name, or the nearest.
    """
    forms, wanted = _forms(store, kind), _plain(name)
    if wanted in forms:
        return _one(kind, wanted, forms[wanted])
    holding = sorted({thing.label for form, found in forms.items() if wanted in form for _, thing in found})
    if wanted and holding:
        mend = f"Names that contain it: {'、'.join(holding[:12])}{'…' if len(holding) > 12 else ''}"  # noqa: PLR2004
        raise KgError(f"no {kind} is called {name!r}", "", mend)
    raise unknown(kind, name, {thing.label for found in forms.values() for _, thing in found})


def _forms(store: Source, kind: str) -> dict[str, list[tuple[int, Thing]]]:
    """Return every form of every name: its rank (0 label, 1 other name, 2 in context only) and what it means."""
    found = rows(run(store, _LABELS % _CLASSES[kind]))
    forms: dict[str, list[tuple[int, Thing]]] = {}
    for row in found:
        thing = Thing(str(row["iri"]), str(row["chinese"]))
        forms.setdefault(_plain(str(row["form"])), []).append((int(str(row["rank"])), thing))
    return forms


def _one(kind: str, name: str, found: Iterable[tuple[int, Thing]]) -> Thing:
    """Return the one thing of the best rank."""
    ranked = list(found)
    best = min(rank for rank, _ in ranked)
    things = {thing.iri: thing for rank, thing in ranked if rank == best}
    if len(things) > 1:
        raise _ambiguous(kind, name, sorted(thing.label for thing in things.values()))
    return next(iter(things.values()))


def _ambiguous(kind: str, name: str, candidates: Sequence[str]) -> Ambiguous:
    listed = "\n    ".join(candidates)
    mend = "Give a code, or the full name." if kind == "region" else "Give the full name."
    return Ambiguous(f"{name!r} may be any of {len(candidates)} {kind}s", "", f"  {listed}\n  {mend}")


def _plain(name: str) -> str:
    return _QUOTES.sub("", fold(name))
