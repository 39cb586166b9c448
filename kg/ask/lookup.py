"""Who adopted what, where, since when, over what, with which figures: rows for people, from a built graph.

In: a store and what to look for. Out: one row a statement, each with the same columns, so that a table, a CSV file and
a data frame need nothing more. Out of scope: what a name means (`resolve`), how rows look on a terminal (`show`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.ask.query import Source, Value, rows, run
from kg.ask.resolve import Thing
from kg.graph.reposts import counted

Row = dict[str, Value]
Pair = tuple[Value, Value]  # region and reform

COLUMNS = (
    "statement",  # adopts, figure, runs on, shared with, names
    "region",  # full name: 福建省三明市沙县区
    "code",
    "reform",
    "since",  # the first year whose report states that the region carries the reform out
    "agency",  # who carries it out, or whom the figure is about: else the publisher
    "platform",
    "partner",
    "what",  # the indicator as the report phrases it
    "indicator",  # the canonical one that it means, if any
    "value",
    "unit",
    "period",
    "modality",  # actual or target
    "approximate",
    "bound",  # stated as a floor or ceiling
    "report",  # title, else file name
)
EVIDENCE = ("file", "start", "end", "quote", "evidence")  # where it stands, its words, its sentence

_SOURCE = """ ?fact kg:statedIn ?doc ; prov:wasQuotedFrom ?words .
  ?words oa:hasSelector ?place . ?place oa:start ?start ; oa:end ?end ."""
_WORDS = "?fact kg:evidence/oa:hasSelector/oa:exact ?evidence . ?words oa:hasSelector/oa:exact ?quote ."
_WHEN = {"when": "?fact sdmx-dimension:refPeriod ?when"}
_PLACE = _WHEN | {"area": "?fact sdmx-dimension:refArea ?area"}
_PATTERNS: dict[str, tuple[str, dict[str, str]]] = {  # what a statement has, and what it may have, by variable
    "adopts": (
        "?fact a kg:Adoption ; kg:adopter ?area ; kg:reform ?r ." + _SOURCE,
        _WHEN | {"body": "?fact kg:agency ?body"},
    ),
    "runs on": ("?fact a kg:Delivery ; kg:reform ?r ; kg:platform ?p ." + _SOURCE, _PLACE),
    "shared with": ("?fact a kg:Partnership ; kg:reform ?r ; kg:partner ?with ." + _SOURCE, _PLACE),
    "figure": (
        """?fact a kg:Observation ; sdmx-measure:obsValue ?value ; kg:indicatorPhrase ?what ; kg:modality ?mode ;
             kg:approximate ?approximate ; kg:bound ?bound ."""
        + _SOURCE,
        _PLACE
        | {
            "r": "?fact kg:reform ?r",
            "p": "?fact kg:platform ?p",
            "body": "?fact kg:agency ?body",
            "ind": "?fact kg:indicator ?ind",
            "u": "?fact sdmx-attribute:unitMeasure ?u",
        },
    ),
    "names": (
        """?fact a kg:Mention ; kg:means ?p ; kg:statedIn ?doc ; oa:start ?start ; oa:end ?end ; oa:exact ?quote .
           ?p a kg:Platform . ?doc dct:spatial ?area .""",
        {"when": "?doc dct:temporal ?when"},
    ),
}
_AS_IS = ("statement", "value", "what", "approximate", "bound", "start", "end")
_ENDS = {"area": "region", "r": "reform", "p": "platform", "with": "partner", "body": "agency", "ind": "indicator",
         "u": "unit"}  # fmt: skip
_LABELS = """
SELECT ?iri (SAMPLE(?l) AS ?label) (SAMPLE(?f) AS ?full) (SAMPLE(STR(?n)) AS ?code) WHERE {
  VALUES ?iri { %s }
  ?iri skos:prefLabel ?l FILTER(LANG(?l) = "zh-hans")
  OPTIONAL { ?iri kg:fullName ?f } OPTIONAL { ?iri a kg:Region ; skos:notation ?n }
} GROUP BY ?iri"""
_REPORTS = """
SELECT ?doc ?path (SAMPLE(?t) AS ?title) (SAMPLE(?y) AS ?year) (SAMPLE(?i) AS ?issued) (SAMPLE(?l) AS ?publisher)
       (SAMPLE(?s) AS ?area) WHERE {
  VALUES ?doc { %s } ?doc a kg:Report ; kg:path ?path .
  OPTIONAL { ?doc dct:title ?t } OPTIONAL { ?doc dct:temporal ?y } OPTIONAL { ?doc dct:issued ?i }
  OPTIONAL { ?doc dct:publisher/skos:prefLabel ?l } OPTIONAL { ?doc dct:spatial ?s }
} GROUP BY ?doc ?path"""


@dataclass(frozen=True, slots=True)
class Scope:
    """What to look for; whatever is None is not narrowed. Regions take what lies within, reforms what is narrower."""

    region: Thing | None = None
    reform: Thing | None = None
    platform: Thing | None = None
    year: str | None = None

    def kept(self) -> dict[str, str]:
        """Return the SPARQL that keeps what the scope asks for, by the variable that it narrows."""
        kept = {}
        if self.region:
            tops = " ".join(str(ox.NamedNode(iri)) for iri in self.region.iris)
            kept["area"] = f"VALUES ?top {{ {tops} }} ?area kg:within* ?top ."
        if self.reform:
            kept["r"] = f"?r skos:broader* {ox.NamedNode(self.reform.iri)} ."
        if self.platform:
            kept["p"] = f"FILTER(?p = {ox.NamedNode(self.platform.iri)})"
        if self.year:
            kept["when"] = f"FILTER(STRSTARTS(STR(?when), {ox.Literal(self.year)}))"
        return kept


def lookup(store: Source, scope: Scope, *, evidence: bool = True) -> list[Row]:
    """Return every statement that the scope covers, in the order of regions, then of the reports' own text.

    A platform that a report names and says nothing more about is a row of its own, its first place in the report.
    Without evidence the words and sentences are not asked for, which is a third of the work, and stay None.
    """
    found: list[Row] = []
    for statement in ("adopts", "runs on", "shared with", "figure"):
        found += _statements(store, statement, scope, evidence=evidence)
    if scope.platform and not scope.reform:
        found += _adoptions_on(store, scope, found, evidence=evidence)
    if not scope.reform:
        found += _only_named(_statements(store, "names", scope, evidence=evidence), found)
    labels, reports = _about(store, _LABELS, found, *_ENDS), _about(store, _REPORTS, found, "doc")
    since = _since(found, reports)
    told = [_told(row, labels, reports, since) for row in found]
    if evidence:
        _fill_evidence(store, told, found)
    first: dict[tuple[Value, ...], tuple[str, int]] = {}
    for row in told:
        first[_block(row)] = min(first.get(_block(row), ("~", 0)), _place(row))
    return sorted(told, key=lambda row: (*_order(row), first[_block(row)], str(_block(row)), _place(row)))


def plain_rows(found: Iterable[Mapping[str, Value]], *, evidence: bool) -> list[Row]:
    """Return the rows with the columns that are asked for, in their order."""
    names = COLUMNS + EVIDENCE if evidence else COLUMNS
    return [{name: row[name] for name in names} for row in found]


def _statements(store: Source, statement: str, scope: Scope, *, evidence: bool) -> list[Row]:
    has, may = _PATTERNS[statement]
    kept = scope.kept()
    if any(f"?{name} " not in has and name not in may for name in kept):
        return []  # it never says what is asked for
    must = [f"{triple} ." for name, triple in may.items() if name in kept]
    rest = [f"OPTIONAL {{ {triple} }}" for name, triple in may.items() if name not in kept]  # last: joins stay cheap
    words = [_WORDS] if evidence and _SOURCE in has else []
    text = f"SELECT DISTINCT * WHERE {{ {' '.join((has, *must, *kept.values(), *words, *rest, counted('doc')))} }}"
    return [row | {"statement": statement} for row in rows(run(store, text))]


def _about(store: Source, query: str, found: list[Row], *variables: str) -> dict[str, Row]:
    """Return the rows of a query about the things that some variables are bound to, by IRI."""
    wanted = sorted({str(row[name]) for row in found for name in variables if row.get(name)})
    if not wanted:
        return {}
    told = rows(run(store, query % " ".join(str(ox.NamedNode(iri)) for iri in wanted)))
    return {str(next(iter(row.values()))): row for row in told}


def _adoptions_on(store: Source, scope: Scope, found: list[Row], *, evidence: bool) -> list[Row]:
    """Return the adoptions of the reforms that run on the platform, in the regions where they do."""
    pairs = {(row.get("area"), row.get("r")) for row in found}
    rest = _statements(store, "adopts", Scope(scope.region, year=scope.year), evidence=evidence)
    return [row for row in rest if (row.get("area"), row.get("r")) in pairs]


def _only_named(named: list[Row], found: list[Row]) -> Iterator[Row]:
    told = {(row.get("area"), row.get("p")) for row in found}
    for row in sorted(named, key=lambda row: (str(row.get("doc")), int(str(row["start"])))):
        key = (row.get("area"), row.get("p"))
        if key not in told:
            told.add(key)
            yield row


def _since(found: list[Row], reports: Mapping[str, Row]) -> dict[Pair, str]:
    first: dict[Pair, str] = {}
    for row in found:
        year = row.get("when") or reports[str(row["doc"])].get("year") or reports[str(row["doc"])].get("issued")
        key = (row.get("area"), row.get("r"))
        if row["statement"] == "adopts" and year and str(year)[:4] < first.get(key, "9999"):
            first[key] = str(year)[:4]
    return first


def _told(
    row: Row, labels: Mapping[str, Row], reports: Mapping[str, Row], since: Mapping[tuple[Value, Value], str]
) -> Row:
    report = reports[str(row["doc"])]
    told: Row = dict.fromkeys(COLUMNS + EVIDENCE)
    told |= {
        name: row[name]
        for name in ("statement", "value", "what", "approximate", "bound", "start", "end")
        if name in row
    }
    for variable, column in _ENDS.items():
        if iri := row.get(variable):
            told[column] = labels.get(str(iri), {}).get("label") or str(iri).rsplit("/", 1)[-1]
    area = labels.get(str(row.get("area")), {})
    told["region"], told["code"] = area.get("full") or area.get("label"), area.get("code")
    told["agency"] = told["agency"] or (report["publisher"] if row["statement"] != "names" else None)
    told["since"] = since.get((row.get("area"), row.get("r")))
    told["period"] = row.get("when")
    told["modality"] = str(row["mode"]).rsplit("#", 1)[-1] if row.get("mode") else None
    told["report"], told["file"] = report["title"] or report["path"], report["path"]
    told["quote"], told["evidence"] = row.get("quote"), row.get("evidence")
    return told


def _fill_evidence(store: Source, told: list[Row], found: list[Row]) -> None:
    """Give a bare mention the sentence that holds it, where some fact of its report quotes that sentence."""
    bare = [(at, row) for at, row in enumerate(found) if row["statement"] == "names"]
    if not bare:
        return
    sentences: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    of = " ".join(sorted({str(ox.NamedNode(str(row["doc"]))) for _, row in bare}))
    text = f"""SELECT DISTINCT ?doc ?start ?end ?exact WHERE {{ VALUES ?doc {{ {of} }} ?fact kg:statedIn ?doc ;
      kg:evidence ?span . ?span oa:hasSelector ?p . ?p oa:start ?start ; oa:end ?end .
      ?span oa:hasSelector/oa:exact ?exact }}"""
    for row in rows(run(store, text)):
        sentences[str(row["doc"])].append((int(str(row["start"])), int(str(row["end"])), str(row["exact"])))
    for at, row in bare:
        start, end = int(str(row["start"])), int(str(row["end"]))
        holding = [exact for s, e, exact in sentences[str(row["doc"])] if s <= start and end <= e]
        told[at]["evidence"] = min(holding, key=len, default=None)


def _order(row: Row) -> tuple[str, str, int]:
    return str(row["code"] or "~"), str(row["region"]), 0 if row["reform"] else 1 if row["platform"] else 2


def _block(row: Row) -> tuple[Value, ...]:
    """Return what the rows have in common that are read together: a reform in a region, else a platform there."""
    return row["code"] or row["region"], row["reform"], None if row["reform"] else row["platform"]


def _place(row: Row) -> tuple[str, int]:
    return str(row["period"] or "~"), int(str(row["start"] or 0))
