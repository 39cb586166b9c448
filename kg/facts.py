"""All figures as one table for spreadsheets and data frames: a line a figure, with names, IRIs, evidence and report.

In: a store and which figures. Out: CSV. Out of scope: tables on a terminal (`table`), adoptions (`lookup`).
"""

from typing import IO

import pyoxigraph as ox

from kg.iris import compact
from kg.selection import Options, regions_within, select, year_of
from kg.styles import csv_line

COLUMNS = (
    "fact", "region", "region_code", "region_iri", "reform", "reform_iri", "platform", "platform_iri", "agency",
    "agency_iri", "phrase", "indicator", "indicator_iri", "value", "unit", "written", "precision", "period", "modality",
    "approximate", "bound", "start", "end", "sentence", "rule", "report", "report_iri", "file", "publisher", "issued",
)  # fmt: skip
"""Of the table. Offsets count code points of the report's text."""

_NAMES = (
    "fact", "region", "reform", "platform", "agency", "phrase", "indicator", "value", "unit", "written", "precision",
    "period", "modality", "approximate", "bound", "start", "end", "sentence", "rule", "report",
)  # fmt: skip
_FACTS = """{ ?fact a kg:Observation ; kg:indicatorPhrase ?phrase ; sdmx-measure:obsValue ?value ;
        kg:written ?written ; kg:modality ?modality ; kg:approximate ?approximate ; kg:bound ?bound ; kg:rule ?rule ;
        kg:statedIn ?report ; prov:wasQuotedFrom/oa:hasSelector ?place ; kg:evidence/oa:hasSelector/oa:exact ?sentence .
    ?place oa:start ?start ; oa:end ?end .
    OPTIONAL { ?fact sdmx-dimension:refArea ?region } OPTIONAL { ?fact sdmx-dimension:refPeriod ?period }
    OPTIONAL { ?fact kg:reform ?reform } OPTIONAL { ?fact kg:platform ?platform } OPTIONAL { ?fact kg:agency ?agency }
    OPTIONAL { ?fact kg:indicator ?indicator } OPTIONAL { ?fact sdmx-attribute:unitMeasure ?unit }
    OPTIONAL { ?fact kg:precision ?precision } } ORDER BY ?report ?start ?fact"""
_LABELS = """SELECT ?iri ?label { ?iri skos:prefLabel ?label FILTER (LANG(?label) = "zh-hans")
    FILTER NOT EXISTS { ?iri a kg:AgencyType } }"""
_REPORTS = """SELECT ?report ?title ?file ?publisher ?issued { ?report a kg:Report ; kg:path ?file .
    OPTIONAL { ?report dct:title ?title } OPTIONAL { ?report dct:publisher ?publisher }
    OPTIONAL { ?report dct:issued ?issued } }"""
_CODES = "SELECT ?region ?code { ?region a kg:Region ; skos:notation ?code }"


def write_facts(store: ox.Store, options: Options, file: IO[bytes]) -> tuple[int, int]:
    """Write the figures, in the order of the reports; a mark in front tells spreadsheets that the text is UTF-8."""
    labels = {iri.value: label.value for iri, label in select(store, _LABELS)}
    codes = {region.value: code.value for region, code in select(store, _CODES)}
    reports = {row[0].value: [term and term.value for term in row[1:]] for row in select(store, _REPORTS)}
    inside = regions_within(store, options.region) if options.region else None
    file.write(b"\xef\xbb\xbf" + csv_line(COLUMNS).encode())
    count = 0
    for row in select(store, f"SELECT {' '.join(f'?{name}' for name in _NAMES)} {_FACTS}"):
        found = {name: term.value for name, term in zip(_NAMES, row, strict=True) if term is not None}
        if inside is not None and found.get("region") not in inside:
            continue
        if (options.reform and found.get("reform") != options.reform) or not options.covers(
            year_of(row[_NAMES.index("period")])
        ):
            continue
        title, name, publisher, issued = reports[found["report"]]
        for thing in ("region", "reform", "platform", "agency", "indicator", "report"):
            found[f"{thing}_iri"] = found.get(thing, "")
            found[thing] = labels.get(found.get(thing, ""), "")
        found |= {
            "region_code": codes.get(found["region_iri"], ""),
            "unit": labels.get(found.get("unit", ""), ""),
            "modality": compact(found["modality"]).removeprefix("kg:"),
            "report": title or name,
            "file": name,
            "publisher": labels.get(publisher or "", ""),
            "issued": issued or "",
        }
        file.write(csv_line(found.get(column) for column in COLUMNS).encode())
        count += 1
    return count, 0
