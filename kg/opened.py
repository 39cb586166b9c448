"""A built graph in Python: `kg.open("outputs").lookup("福建")` gives rows that pandas takes as they are."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kg import query as sparql
from kg.compare import Cell, compare, matrix
from kg.gazetteer import Gazetteer, load_gazetteer
from kg.lookup import Row, Scope, lookup, plain_rows
from kg.resolve import Thing, find, prefixes_of
from kg.store import open_store

if TYPE_CHECKING:
    import networkx as nx
    import pyoxigraph as ox
    import rdflib


class Opened:
    """One graph, open for reading. Every method returns plain values; names are resolved as on the command line."""

    def __init__(self, path: Path | str = "outputs") -> None:
        self.path = Path(path)
        self.store: ox.Store = open_store(self.path)

    def __repr__(self) -> str:
        return f"kg.open({str(self.path)!r})  # {len(self.store):,} triples"

    @cached_property
    def _places(self) -> Gazetteer:
        return load_gazetteer()

    def find(self, kind: str, name: str) -> Thing:
        """Return the region, reform, platform or indicator that a name means; raise KgError if it is not one."""
        return find(self.store, kind, name, self._places)

    def lookup(
        self,
        region: str | None = None,
        *,
        reform: str | None = None,
        platform: str | None = None,
        year: str | int | None = None,
        evidence: bool = True,
    ) -> list[Row]:
        """Return what is stated of a region, reform or platform, or of where they meet: one row a statement."""
        scope = Scope(
            region=self.find("region", region) if region else None,
            reform=self.find("reform", reform) if reform else None,
            platform=self.find("platform", platform) if platform else None,
            year=None if year is None else str(year),
        )
        return plain_rows(lookup(self.store, scope), evidence=evidence)

    def query(self, text: str, params: Mapping[str, str] | None = None) -> list[dict[str, sparql.Value]]:
        """Return the rows of SPARQL text, or of a question that ships, by name and with values for its parameters."""
        question = sparql.named(text) if sparql.is_name(text) else sparql.parse_head("query", text)
        bound = sparql.bound(question, params or {}, lambda kind, name: self.find(kind, name).iri)
        return sparql.rows(sparql.run(self.store, bound, question.name, prefixes_of(self.store)))

    def compare(self, *regions: str) -> list[Row]:
        """Return regions side by side: a row a reform, platform or indicator, a column a region."""
        return compare(self.store, [self.find("region", name) for name in regions])

    def matrix(self, cell: Cell = "since", within: str | None = None) -> list[Row]:
        """Return a row a region, with a column a reform."""
        return matrix(self.store, cell, self.find("region", within) if within else None)

    def to_networkx(self) -> "nx.MultiDiGraph":
        """Return regions, agencies, reforms and platforms with the links between them, as kg export draws them."""
        import io

        import networkx as nx

        from kg.export import export

        file = io.BytesIO()
        export(self.store, "graphml", file)
        file.seek(0)
        return nx.read_graphml(file, force_multigraph=True)

    def to_rdflib(self) -> "rdflib.Dataset":
        """Return a copy as an rdflib Dataset whose default graph is the union of all."""
        from kg.store import as_rdflib

        return as_rdflib(self.path)
