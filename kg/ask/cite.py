"""References: the report behind a fact, or a report, in GB/T 7714-2015 and BibTeX, with the words quoted.

In: a store and an IRI, or a report's name. Out: one `Reference`. What a report doesn't say of itself is left out, never
guessed: no date, no year.
"""

import re
from dataclasses import dataclass

import pyoxigraph as ox

from kg.ask.query import Source, Value, rows, run
from kg.ask.resolve import prefixes_of
from kg.errors import Ambiguous, KgError, unknown
from kg.graph.iris import report_graph

_REPORTS = """
SELECT ?report ?file ?sha ?length (SAMPLE(?t) AS ?title) (SAMPLE(?n) AS ?number) (SAMPLE(?i) AS ?issued)
       (SAMPLE(?p) AS ?publisher) (SAMPLE(?y) AS ?period) (SAMPLE(?c) AS ?code) WHERE {
  $ONLY ?report a kg:Report ; kg:path ?file ; kg:sha256 ?sha .
  OPTIONAL { ?report kg:length ?length } OPTIONAL { ?report dct:title ?t } OPTIONAL { ?report dct:identifier ?n }
  OPTIONAL { ?report dct:issued ?i } OPTIONAL { ?report dct:temporal ?y }
  OPTIONAL { ?report dct:publisher/skos:prefLabel ?p } OPTIONAL { ?report dct:spatial/skos:notation ?c }
} GROUP BY ?report ?file ?sha ?length ORDER BY ?file"""
_FACT = """
SELECT ?report ?quote ?start ?end ?words WHERE {
  $FACT kg:statedIn ?report ; kg:evidence/oa:hasSelector/oa:exact ?quote ; prov:wasQuotedFrom ?span .
  ?span oa:hasSelector/oa:exact ?words ; oa:hasSelector/oa:start ?start ; oa:hasSelector/oa:end ?end
}"""
_BIBTEX = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
           "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}  # fmt: skip
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905  one a word
MEDIUM = "R"
"""Of GB/T 7714-2015, annex B: report."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What is cited."""

    report: str  # IRI
    file: str
    sha256: str
    title: str | None = None
    publisher: str | None = None
    number: str | None = None
    issued: str | None = None  # ISO 8601
    period: str | None = None
    code: str | None = None
    fact: str | None = None  # IRI, where a fact is cited
    words: str | None = None  # the fact's own: 1854件
    quote: str | None = None  # its sentence
    start: int | None = None  # of the words, in characters of the text
    end: int | None = None

    @property
    def gbt7714(self) -> str:
        """The reference after GB/T 7714-2015: author. title: number[R]. date.

        A report without an author begins with its title (8.1.4); one without a date has none.
        """
        title = (self.title or self.file) + (f": {self.number}" if self.number else "")
        parts = [self.publisher, f"{title}[{MEDIUM}]", self.issued]
        return ". ".join(part for part in parts if part) + "."

    @property
    def bibtex(self) -> str:
        """The same as a BibTeX entry: a techreport where it has an institution and a year, else misc."""
        complete = self.publisher and self.issued
        fields = {
            "author": self.publisher and f"{{{_tex(self.publisher)}}}",
            "title": f"{{{_tex(self.title or self.file)}}}",
            "institution": self.publisher and _tex(self.publisher) if complete else None,
            "number": self.number and _tex(self.number),
            "year": self.issued and self.issued[:4],
            "month": _month(self.issued),
            "note": _tex(self.note),
            "language": "chinese",
        }
        lines = [
            f"  {name} = {value if name == 'month' else '{' + value + '}'}," for name, value in fields.items() if value
        ]
        return "\n".join((f"@{'techreport' if complete else 'misc'}{{{self.key},", *lines, "}"))

    @property
    def row(self) -> dict[str, Value]:
        """The reference as a row for tables and JSON."""
        return {
            "name": self.fact or self.report,
            "gbt7714": self.gbt7714,
            "bibtex": self.bibtex,
            "words": self.words,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "file": self.file,
            "sha256": self.sha256,
        }

    @property
    def key(self) -> str:
        """The key of the BibTeX entry: region, year, and the first digits of the report's hash."""
        return "-".join(
            part for part in ("kg", self.code, (self.issued or self.period or "")[:4], self.sha256[:8]) if part
        )

    @property
    def note(self) -> str:
        """Where the words stand, and in which bytes."""
        place = f"characters {self.start} to {self.end} of " if self.start is not None else ""
        quote = f"“{self.quote}” " if self.quote else ""
        return f"{quote}{place}{self.file}, SHA-256 {self.sha256[:16]}"


def cite(store: Source, name: str) -> Reference:
    """Return the reference of a fact or a report.

    Args:
        store: the built graph.
        name: IRI of a fact or report, in full or short (report:ID#obs-1-9, ID#obs-1-9, ID); or a report's file name or
            title, or a part of them that no other has.

    Raises:
        KgError: the graph has neither.
        Ambiguous: several reports have that in their name.
    """
    iri = _iri(store, name)
    found = _reports(store, iri)
    if iri in found or iri.removesuffix(report_graph("")) in found:
        return _reference(found[iri.removesuffix(report_graph(""))])
    if "#" in iri:
        return _of_fact(store, iri, found)
    found = found or _reports(store)
    fitting = [row for row in found.values() if name in (row["file"], row["title"])] or [
        row for row in found.values() if name and any(name in str(row[part] or "") for part in ("file", "title"))
    ]
    if len(fitting) > 1:
        listed = "\n    ".join(f"{row['file']}  {row['title'] or ''}".rstrip() for row in fitting[:12])
        raise Ambiguous(
            f"{name!r} may be any of {len(fitting)} reports", "", f"  {listed}\n  Give a file's whole name."
        )
    if not fitting:
        raise unknown("report", name, {str(row["file"]) for row in found.values()})
    return _reference(fitting[0])


def _reports(store: Source, iri: str = "") -> dict[str, dict[str, Value]]:
    """Return the report of an IRI, or that states the fact of one; without an IRI, all reports."""
    one = iri.partition("#")[0].removesuffix(report_graph(""))
    only = f"VALUES ?report {{ <{one}> }}" if re.fullmatch(r"https?://[^\s<>\"{}|^`\\]+", one) else ""
    return {str(row["report"]): row for row in rows(run(store, _REPORTS.replace("$ONLY", only)))}


def _iri(store: Source, name: str) -> str:
    base = prefixes_of(store)["report"]
    if re.fullmatch(r"[0-9a-f]{16}(?:#\S+)?", name):
        return base + name
    return base + name.removeprefix("report:").replace("\\#", "#") if name.startswith("report:") else name


def _of_fact(store: Source, iri: str, found: dict[str, dict[str, Value]]) -> Reference:
    if re.search(r'[<>"{}|^`\\\s]', iri):
        raise KgError("is no IRI", iri, "Facts are in: kg panel, kg export --format csv-observations")
    facts = rows(run(store, _FACT.replace("$FACT", str(ox.NamedNode(iri)))))
    if not facts:
        raise KgError("no fact has this IRI", iri, "Facts are in: kg panel, kg export --format csv-observations")
    fact = facts[0]
    row = found[str(fact["report"])]
    reference = _reference(row)
    return Reference(
        **{name: getattr(reference, name) for name in _OF_REPORT},
        fact=iri,
        words=str(fact["words"]),
        quote=str(fact["quote"]),
        start=int(str(fact["start"])),
        end=int(str(fact["end"])),
    )


_OF_REPORT = ("report", "file", "sha256", "title", "publisher", "number", "issued", "period", "code")


def _reference(row: dict[str, Value]) -> Reference:
    def text(name: str) -> str | None:
        return str(row[name]) if row.get(name) is not None else None

    return Reference(
        str(row["report"]), str(row["file"]), str(row["sha"]), text("title"), text("publisher"), text("number"),
        text("issued"), text("period"), text("code"),
    )  # fmt: skip


def _tex(text: str) -> str:
    return "".join(_BIBTEX.get(c, c) for c in text)


def _month(issued: str | None) -> str | None:
    return _MONTHS[int(issued[5:7]) - 1] if issued and re.match(r"\d{4}-(?:0[1-9]|1[0-2])", issued) else None
