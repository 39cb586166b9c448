"""One generation of the graph, open in a worker, with the labels that every page needs."""

import os
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.ask.query import Value, rows
from kg.ask.resolve import base_of, prefixes_of
from kg.graph.store import LINK, open_store
from kg.terms.gazetteer import Gazetteer, load_gazetteer

if TYPE_CHECKING:
    from collections.abc import Mapping

_REPORTS = """
SELECT ?doc ?path (SAMPLE(?t) AS ?title) (SAMPLE(STR(?y)) AS ?year) (SAMPLE(STR(?i)) AS ?issued) (SAMPLE(?b) AS ?body)
       (SAMPLE(?s) AS ?area) (SAMPLE(?n) AS ?number) (SAMPLE(?l) AS ?length) (SAMPLE(?h) AS ?sha256) WHERE {
  ?doc a kg:Report ; kg:path ?path ; kg:length ?l ; kg:sha256 ?h .
  OPTIONAL { ?doc dct:title ?t } OPTIONAL { ?doc dct:temporal ?y } OPTIONAL { ?doc dct:issued ?i }
  OPTIONAL { ?doc dct:publisher ?b } OPTIONAL { ?doc dct:spatial ?s } OPTIONAL { ?doc dct:identifier ?n }
} GROUP BY ?doc ?path"""
_THINGS = """
SELECT ?iri ?class ?label ?full ?code ?coined WHERE {
  VALUES ?class { kg:Region kg:Reform kg:Platform kg:Indicator kg:Unit kg:Agency kg:Policy }
  ?iri a ?class ; skos:prefLabel ?label
  OPTIONAL { ?iri kg:fullName ?full } OPTIONAL { ?iri skos:notation ?code } OPTIONAL { ?iri kg:coined ?coined }
}"""


@dataclass(slots=True)
class Named:
    """A thing, and what it is called."""

    iri: str
    kind: str  # region, reform, platform, indicator, unit, agency, policy
    zh: str = ""
    en: str = ""
    full: str = ""  # of a region: 福建省三明市沙县区
    code: str = ""
    coined: bool = False


class Snapshot:
    """A generation of the graph."""

    def __init__(self, directory: Path, reports: tuple[Path, ...] = ()) -> None:
        self.directory, self.reports = directory, reports
        self.store: ox.Store = open_store(directory)
        self.base = base_of(self.store)
        self.kept: dict[str, Any] = {}  # what jobs want to find again while this generation lasts
        self.prefixes: Mapping[str, str] = prefixes_of(self.store)

    def select(self, text: str) -> list[dict[str, Value]]:
        """Return the rows of a query of ours."""
        return rows(self.solutions(text))

    def solutions(self, text: str) -> ox.QuerySolutions:
        """Return the same as terms, with their languages."""
        found = self.store.query(text, prefixes=dict(self.prefixes), use_default_graph_as_union=True)
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError(text)
        return found

    @cached_property
    def places(self) -> Gazetteer:
        """The regions that there are."""
        return load_gazetteer()

    @cached_property
    def named(self) -> dict[str, Named]:
        """Every thing that has a page, by IRI."""
        found: dict[str, Named] = {}
        for row in self.solutions(_THINGS):
            iri, label = row["iri"].value, row["label"]
            thing = found.setdefault(iri, Named(iri, row["class"].value.rsplit("#", 1)[-1].lower()))
            if label.language == "en":
                thing.en = label.value
            elif label.language != "zh-hant" or not thing.zh:
                thing.zh = label.value
            thing.full = row["full"].value if row["full"] else thing.full
            thing.code = row["code"].value if row["code"] and thing.kind == "region" else thing.code
            thing.coined = thing.coined or row["coined"] is not None
        return found

    @cached_property
    def narrower(self) -> dict[str, list[str]]:
        """What lies directly below a region or reform."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self.select("SELECT DISTINCT ?low ?high { ?low kg:within|skos:broader ?high }"):
            found[str(row["high"])].append(str(row["low"]))
        return {high: sorted(low) for high, low in found.items()}

    @cached_property
    def broader(self) -> dict[str, list[str]]:
        """What lies directly above a region or reform."""
        found: dict[str, list[str]] = defaultdict(list)
        for high, below in self.narrower.items():
            for low in below:
                found[low].append(high)
        return dict(found)

    @cached_property
    def replaced(self) -> dict[str, list[str]]:
        """The regions that a region has taken the place of."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self.select("SELECT ?old ?new { ?old dct:isReplacedBy ?new }"):
            found[str(row["new"])].append(str(row["old"]))
        return dict(found)

    @cached_property
    def documents(self) -> dict[str, dict[str, Value]]:
        """Every report, by IRI: its title, file, year, region, publisher."""
        return {str(row["doc"]): row for row in self.select(_REPORTS)}

    def report(self, iri: Value) -> dict[str, Any]:
        """Return what a page needs to name a report and lead to it."""
        row = self.documents[str(iri)]
        return {
            "path": self.path(str(iri)),
            "title": row["title"] or row["path"],
            "file": row["path"],
            "year": row["year"],
            "issued": row["issued"],
            "number": row["number"],
            "length": row["length"],
            "region": self.link(row["area"]),
            "publisher": self.link(row["body"]),
        }

    def below(self, iri: str) -> list[str]:
        """Return a region or reform and all that lies within it."""
        seen = {iri: None}
        for high in (queue := [iri]):
            for low in (*self.narrower.get(high, ()), *self.replaced.get(high, ())):
                if low not in seen:
                    seen[low] = None
                    queue.append(low)
        return list(seen)

    def above(self, iri: str) -> list[str]:
        """Return what lies above a region, the nearest first."""
        seen: list[str] = []
        while (up := self.broader.get(iri)) and up[0] not in seen:
            iri = up[0]
            seen.append(iri)
        return seen

    def path(self, iri: str) -> str:
        """Return the address of an IRI on this server; that of a foreign one stays."""
        return "/" + iri[len(self.base) :] if iri.startswith(self.base) else iri

    def link(self, iri: Value) -> dict[str, Any] | None:
        """Return what a page needs to name a thing and lead to it."""
        return None if iri is None else self.shown(str(iri))

    def shown(self, iri: str) -> dict[str, Any]:
        """Return the same of a thing that there is."""
        thing = self.named.get(iri) or Named(iri, "thing", iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1])
        return {
            "iri": thing.iri,
            "path": self.path(thing.iri),
            "kind": thing.kind,
            "zh": thing.zh,
            "en": thing.en or thing.zh,
            "full": thing.full or thing.zh,
            "code": thing.code,
            "coined": thing.coined,
        }


class Keeper:
    """Opens the newest generation again whenever a build has moved the link."""

    def __init__(self, directory: Path, reports: tuple[Path, ...]) -> None:
        self._directory, self._reports = directory, reports
        self._link: str | None = None
        self._snapshot: Snapshot | None = None

    def newest(self) -> Snapshot:
        """Return the newest finished graph."""
        link = generation(self._directory)
        if self._snapshot is None or link != self._link:
            self._snapshot, self._link = Snapshot(self._directory, self._reports), link
        return self._snapshot


def generation(directory: Path) -> str | None:
    """Return which generation is the newest; None where there is none."""
    try:
        return f"{(link := os.readlink(directory / LINK))} {(directory / link).stat().st_mtime_ns}"  # noqa: PTH115
    except OSError:
        return None
