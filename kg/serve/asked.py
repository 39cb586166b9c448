"""The commands of the terminal for the JSON API: the same functions, names resolved the same way. Run in a worker."""

from collections.abc import Mapping, Sequence
from typing import cast

from kg.ask import compare as comparing
from kg.ask import lookup as looking
from kg.ask import panel as paneling
from kg.ask.query import NamedQuery, bound, is_name, named, rows, shipped
from kg.ask.resolve import Thing, find
from kg.errors import KgError
from kg.exports.selection import Options
from kg.serve.answers import Request, evaluate
from kg.serve.snapshot import Snapshot
from kg.table import Row as Line

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


Asked = tuple[tuple[str, str], ...]
"""What a panel is narrowed to: region, reform and indicator by name, since and until by year."""


def panel(snapshot: Snapshot, asked: Asked, *, targets: bool = False) -> list[Line]:
    """Return what `kg panel` returns."""
    given = dict(asked)
    iris = {
        kind: find(snapshot.store, kind, given[kind], snapshot.places).iri
        for kind in ("region", "reform", "indicator")
        if kind in given
    }
    since, until = (int(given[name]) if name in given else None for name in ("since", "until"))
    options = Options(region=iris.get("region"), reform=iris.get("reform"), since=since, until=until)
    return paneling.panel(snapshot.store, options, iris.get("indicator"), targets=targets)


def ask(snapshot: Snapshot, name: str, params: Mapping[str, str]) -> list[Row]:
    """Return the rows of a question that ships, with values for its parameters."""
    question = named(name if is_name(name) else f"?{name}")
    return list(rows(evaluate(snapshot, Request(_filled(snapshot, question, params)))))


def questions(snapshot: Snapshot) -> list[dict[str, str]]:
    """Return the questions that ship as the editor offers them: with the defaults of their parameters filled in."""
    found = []
    for question in shipped().values():
        try:
            text = _filled(snapshot, question, {})
        except KgError:  # the graph doesn't know what the default names
            text = question.text
        title = question.title_zh or question.title
        found.append({"name": question.name, "zh": title, "en": question.title, "text": text})
    return found


def _filled(snapshot: Snapshot, question: NamedQuery, params: Mapping[str, str]) -> str:
    return bound(question, params, lambda kind, name: find(snapshot.store, kind, name, snapshot.places).iri)
