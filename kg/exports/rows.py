"""All figures as one table for spreadsheets and data frames: a line a figure, with names, IRIs, evidence and report.

In: a store and which figures. Out: CSV. Out of scope: tables on a terminal (`table`), adoptions (`lookup`).
"""

from collections.abc import Iterator
from typing import IO

from kg.ask.query import Source
from kg.exports.selection import Options, by_report, regions_within, select, year_of
from kg.exports.styles import csv_line
from kg.graph.iris import compact

COLUMNS = (
    "fact", "region", "region_code", "region_iri", "reform", "reform_iri", "platform", "platform_iri", "agency",
    "agency_iri", "phrase", "indicator", "indicator_iri", "value", "unit", "written", "precision", "period", "modality",
    "approximate", "bound", "start", "end", "sentence", "rule", "report", "report_iri", "file", "publisher", "issued",
)  # fmt: skip
"""Of the table. Offsets count code points of the report's text."""

_NAMES = """?report ?fact ?start ?end ?written ?sentence ?region ?reform ?platform ?agency ?phrase ?indicator ?value
    ?unit ?precision ?period ?modality ?approximate ?bound ?rule"""
_FACTS = """?fact kg:statedIn ?report ; a kg:Observation ; kg:indicatorPhrase ?phrase ; sdmx-measure:obsValue ?value ;
        kg:written ?written ; kg:modality ?modality ; kg:approximate ?approximate ; kg:bound ?bound ; kg:rule ?rule ;
        prov:wasQuotedFrom/oa:hasSelector ?place ; kg:evidence/oa:hasSelector/oa:exact ?sentence .
    ?place oa:start ?start ; oa:end ?end .
    OPTIONAL { ?fact sdmx-dimension:refArea ?region } OPTIONAL { ?fact sdmx-dimension:refPeriod ?period }
    OPTIONAL { ?fact kg:reform ?reform } OPTIONAL { ?fact kg:platform ?platform } OPTIONAL { ?fact kg:agency ?agency }
    OPTIONAL { ?fact kg:indicator ?indicator } OPTIONAL { ?fact sdmx-attribute:unitMeasure ?unit }
    OPTIONAL { ?fact kg:precision ?precision }"""
_REPORTS = """SELECT ?report ?file ?title ?publisher ?issued { ?report a kg:Report ; kg:path ?file .
    OPTIONAL { ?report dct:title ?title } OPTIONAL { ?report dct:publisher ?publisher }
    OPTIONAL { ?report dct:issued ?issued } }"""
_LABELS = """SELECT ?iri ?label { ?iri skos:prefLabel ?label FILTER (LANG(?label) = "zh-hans")
    FILTER NOT EXISTS { ?iri a kg:AgencyType } }"""
_CODES = "SELECT ?region ?code { ?region a kg:Region ; skos:notation ?code }"


def write_facts(store: Source, options: Options, file: IO[bytes]) -> tuple[int, int]:
    """Write the figures, in the order of the reports; a mark in front tells spreadsheets that the text is UTF-8."""
    file.write(b"\xef\xbb\xbf" + csv_line(COLUMNS).encode())
    count = 0
    for line in facts(store, options):
        file.write(csv_line(line.values()).encode())
        count += 1
    return count, 0


def facts(store: Source, options: Options) -> Iterator[dict[str, str]]:
    """Yield the figures, in the order of the reports, each with all columns; empty where there is nothing."""
    labels = {iri.value: label.value for iri, label in select(store, _LABELS)}
    codes = {region.value: code.value for region, code in select(store, _CODES)}
    reports = {row[0].value: [term.value if term else "" for term in row[1:]] for row in select(store, _REPORTS)}
    inside = regions_within(store, options.region) if options.region else None
    for row in by_report(store, _NAMES, _FACTS):
        here = inside is None or row.get("region") in inside
        about = options.reform is None or row.get("reform") == options.reform
        if here and about and options.covers(year_of(row.get("period"))):
            line = _line(row, labels, codes) | _source(reports[row["report"]], labels)
            yield {column: line.get(column, "") for column in COLUMNS}


def _line(row: dict[str, str], labels: dict[str, str], codes: dict[str, str]) -> dict[str, str]:
    things = ("region", "reform", "platform", "agency", "indicator")
    return (
        row
        | {f"{thing}_iri": row.get(thing, "") for thing in (*things, "report")}
        | {thing: labels.get(row.get(thing, ""), "") for thing in (*things, "unit")}
        | {
            "region_code": codes.get(row.get("region", ""), ""),
            "modality": compact(row["modality"]).removeprefix("kg:"),
        }
    )


def _source(report: list[str], labels: dict[str, str]) -> dict[str, str]:
    name, title, publisher, issued = report
    return {"report": title or name, "file": name, "publisher": labels.get(publisher, ""), "issued": issued}
