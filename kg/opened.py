"""A built graph in Python: `kg.open("outputs").lookup("福建")` gives rows that a notebook shows and pandas takes."""

from collections.abc import Mapping
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from kg.ask import query as sparql
from kg.ask.compare import Cell, compare, matrix
from kg.ask.lookup import Scope, lookup, plain_rows
from kg.ask.panel import panel
from kg.ask.resolve import Thing, find, prefixes_of
from kg.exports.rows import facts
from kg.exports.selection import Options
from kg.frames import Frame, Rows, html_table, write_documents
from kg.graph.census import counts, named_in
from kg.graph.store import open_store
from kg.terms.gazetteer import Gazetteer, load_gazetteer

if TYPE_CHECKING:
    import networkx as nx
    import pyoxigraph as ox
    import rdflib

    from kg.ask.cite import Reference
    from kg.charts.make import Drawn
    from kg.charts.words import Language

Year = str | int | None


class Opened:
    """One graph, open for reading. Names are resolved as on the command line; rows are plain values."""

    def __init__(self, path: Path | str = "outputs") -> None:
        self.path = Path(path)
        self.store: ox.Store = open_store(self.path)

    def __repr__(self) -> str:
        return f"kg.open({str(self.path)!r})  # {len(self.store):,} triples"

    def _repr_html_(self) -> str:
        found = counts(self.store)
        row = {kind: found.get(f"kg:{kind}", 0) for kind in ("Report", "Observation", "Adoption")}
        row |= named_in(self.store)
        return f"<p><code>{escape(repr(self))}</code></p>{html_table([row])}"

    @cached_property
    def _places(self) -> Gazetteer:
        return load_gazetteer()

    def find(self, kind: str, name: str) -> Thing:
        """Return the region, reform, platform or indicator that a name means; raise KgError if it is not one."""
        return find(self.store, kind, name, self._places)

    def _found(self, kind: str, name: str | None) -> Thing | None:
        return None if name is None else self.find(kind, name)

    def _iri(self, kind: str, name: str | None) -> str | None:
        return None if name is None else self.find(kind, name).iri

    @property
    def reports(self) -> Rows:
        """The reports of the graph: region, year, publisher, and how many facts each states."""
        return self.query("reports")

    def facts(
        self, region: str | None = None, *, reform: str | None = None, since: Year = None, until: Year = None
    ) -> Rows:
        """Return every figure, with names, IRIs, sentence and offsets: the columns of csv-observations."""
        years = (None if year is None else int(year) for year in (since, until))
        options = Options(
            region=self._iri("region", region),
            reform=self._iri("reform", reform),
            since=next(years),
            until=next(years),
        )
        return Rows(dict(line) for line in facts(self.store, options))

    def panel(self, region: str | None = None, *, indicator: str | None = None, targets: bool = False) -> Rows:
        """Return the panel: a row a region, period and indicator, comparable and ready to cite."""
        options = Options(region=self._iri("region", region))
        return Rows(dict(row) for row in panel(self.store, options, self._iri("indicator", indicator), targets=targets))

    def cite(self, name: str) -> "Reference":
        """Return the reference of a fact, given its IRI, or of a report, by IRI, file or title."""
        from kg.ask.cite import cite

        return cite(self.store, name)

    def plot(
        self,
        name: str,
        region: str | None = None,
        *,
        reform: str | None = None,
        indicator: str | None = None,
        lang: "Language" = "zh",
        font: Path | str | None = None,
    ) -> "Drawn":
        """Return a picture, as kg plot draws it: matrix, diffusion, ranking, network or map.

        Raises:
            KgError: matplotlib or a Chinese font is missing; the message says how to get it.
        """
        from kg.charts.make import About, drawn
        from kg.charts.words import words_of

        about = About(self._found("region", region), self._found("reform", reform), self._found("indicator", indicator))
        return drawn(self.store, name, about, words_of(self.store, lang), Path(font) if font else None)

    def lookup(
        self,
        region: str | None = None,
        *,
        reform: str | None = None,
        platform: str | None = None,
        year: Year = None,
        evidence: bool = True,
    ) -> Rows:
        """Return what is stated of a region, reform or platform, or of where they meet: one row a statement."""
        scope = Scope(
            region=self._found("region", region),
            reform=self._found("reform", reform),
            platform=self._found("platform", platform),
            year=None if year is None else str(year),
        )
        return Rows(plain_rows(lookup(self.store, scope, evidence=evidence), evidence=evidence))

    def query(self, text: str, params: Mapping[str, str] | None = None) -> Rows:
        """Return the rows of SPARQL text, or of a question that ships, by name and with values for its parameters."""
        question = sparql.named(text) if sparql.is_name(text) else sparql.parse_head("query", text)
        bound = sparql.bound(question, params or {}, lambda kind, name: self.find(kind, name).iri)
        return Rows(sparql.rows(sparql.run(self.store, bound, question.name, prefixes_of(self.store))))

    def compare(self, *regions: str) -> Rows:
        """Return regions side by side: a row a reform, platform or indicator, a column a region."""
        return Rows(compare(self.store, [self.find("region", name) for name in regions]))

    def matrix(self, cell: Cell = "since", within: str | None = None) -> Rows:
        """Return a row a region, with a column a reform."""
        return Rows(matrix(self.store, cell, self._found("region", within)))

    def to_networkx(self) -> "nx.MultiDiGraph":
        """Return regions, agencies, reforms and platforms with the links between them, as kg export draws them."""
        import io

        import networkx as nx

        from kg.exports.export import export

        file = io.BytesIO()
        export(self.store, "graphml", file)
        file.seek(0)
        return nx.read_graphml(file, force_multigraph=True)

    def to_rdflib(self) -> "rdflib.Dataset":
        """Return a copy as an rdflib Dataset whose default graph is the union of all."""
        from kg.graph.store import as_rdflib

        return as_rdflib(self.path)


def make(source: str | Path | Frame | list[str | Path], folder: Path | str = "outputs") -> Opened:
    """Build the graph of files, folders or a data frame's rows under a folder, and open it.

    A data frame is first written beside the folder, as `outputs.jsonl`: what the graph says refers to it.

    Raises:
        UnreadableFile: nothing could be read; what only in part can't is named by `kg build`.
    """
    from kg.builds.build import build

    out = Path(folder)
    if isinstance(source, Frame):
        kept = out.with_name(f"{out.name}.jsonl")
        write_documents(source, kept)
        source = kept
    paths = [source] if isinstance(source, str | Path) else source
    build([Path(path) for path in paths], out)
    return Opened(out)
