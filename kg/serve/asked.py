"""The commands of the terminal for the JSON API: the same functions, names resolved the same way. Run in a worker."""

from collections.abc import Mapping, Sequence
from typing import cast

from kg import compare as comparing
from kg import lookup as looking
from kg.query import bound, is_name, named, rows
from kg.resolve import Thing, find
from kg.serve.answers import Request, evaluate
from kg.serve.snapshot import Snapshot

Row = Mapping[str, object]


def lookup(snapshot: Snapshot, asked: Mapping[str, str], *, evidence: bool) -> list[looking.Row]:
    """Return what `kg lookup` returns."""
    things: dict[str, Thing] = {
        kind: find(snapshot.store, kind, asked[kind], snapshot.places)
        for kind in ("region", "reform", "platform")
        if asked.get(kind)
    }
    scope = looking.Scope(things.get("region"), things.get("reform"), things.get("platform"), asked.get("year") or None)
    return looking.plain_rows(looking.lookup(snapshot.store, scope), evidence=evidence)


def compare(snapshot: Snapshot, regions: Sequence[str], figures: int) -> list[looking.Row]:
    """Return what `kg compare` returns."""
    things = {t.iri: t for name in regions for t in [find(snapshot.store, "region", name, snapshot.places)]}
    return comparing.compare(snapshot.store, list(things.values()), figures)


def matrix(snapshot: Snapshot, cells: str, within: str | None) -> list[looking.Row]:
    """Return what `kg matrix` returns."""
    place = find(snapshot.store, "region", within, snapshot.places) if within else None
    return comparing.matrix(snapshot.store, cast("comparing.Cell", cells), place)


def ask(snapshot: Snapshot, name: str, params: Mapping[str, str]) -> list[Row]:
    """Return the rows of a question that ships, with values for its parameters."""
    question = named(name if is_name(name) else f"?{name}")
    text = bound(question, params, lambda kind, name: find(snapshot.store, kind, name, snapshot.places).iri)
    return list(rows(evaluate(snapshot, Request(text))))
