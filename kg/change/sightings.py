"""Names that no list holds, where they stand: coined reforms and platforms, and measures that are no listed indicator.

In: extractions, or a store. Out: a `Sighting` a place, with what listed names stand in its sentence. The extraction
found them already; nothing is looked for here. Out of scope: which of them are worth a term (`suggest`).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kg.ask.query import Source
from kg.change.evidence import Evidence, holding, of_facts, sentences
from kg.exports.selection import select
from kg.facts.canonical import core
from kg.graph.reposts import counted
from kg.model import Extraction, Kind, Span
from kg.terms.lexicon import Lexicon
from kg.text.segment import segment

INDICATOR = "Indicator"
KINDS = (Kind.REFORM.value, Kind.PLATFORM.value, INDICATOR)
_MEASURE = re.compile(r"[\u4e00-\u9fff]{4,20}")
PLAIN = ("stated", "counted")
"""Rules whose phrase is the report's own words beside the number, not carried from elsewhere."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place where a name stands."""

    kind: str  # one of KINDS
    name: str
    document: str  # tells documents apart
    region: str  # GB/T 2260 code of the report's region; empty where it names none
    rule: str  # that found it
    unit: str  # of a measure
    company: frozenset[str]  # listed names in the same sentence
    evidence: Evidence


def of_extraction(extraction: Extraction, lexicon: Lexicon) -> Iterator[Sighting]:
    """Yield the sightings of a report that was just read."""
    document, meta = extraction.document, extraction.meta
    outline = segment(document.folded)
    listed = [m for m in extraction.mentions if m.known and m.kind in (Kind.REFORM, Kind.PLATFORM)]

    def seen(kind: str, name: str, span: Span, rule: str, unit: str = "") -> Sighting:
        sentence = outline.sentence_at(span.start)
        company = {m.label for m in listed if sentence.covers(m.span)}
        company |= {o.canonical for o in extraction.observations if o.canonical and o.evidence == sentence}
        words, whole = span.of(document.text), sentence.of(document.text).strip()
        place = Evidence(
            document.path, *span, words, whole, meta.title or document.path, meta.issued or "", ""
        )  # fmt: skip
        return Sighting(kind, name, document.sha256, meta.region or "", rule, unit, frozenset(company), place)

    for m in extraction.mentions:
        coined = m.kind in (Kind.REFORM, Kind.PLATFORM) and not m.known
        if coined and not lexicon.named(m.kind, m.label):  # a listed name may be found by form as well
            yield seen(m.kind.value, m.label, m.span, m.rule)
    for o in extraction.observations:
        if o.canonical is None and o.rule in PLAIN and (name := measure(o.indicator, lexicon)):
            yield seen(INDICATOR, name, o.quantity.span, o.rule, o.quantity.unit or "")


_COINED = (
    """SELECT ?report ?class ?name ?start ?end ?words ?rule ?code ?file ?title ?issued ?mention {
    VALUES ?class { kg:Reform kg:Platform } ?thing kg:coined true ; a ?class ; skos:prefLabel ?name .
    ?mention a kg:Mention ; kg:means ?thing ; kg:statedIn ?report ; kg:rule ?rule ; oa:start ?start ; oa:end ?end ;
        oa:exact ?words . ?report kg:path ?file . OPTIONAL { ?report dct:spatial/skos:notation ?code }
    OPTIONAL { ?report dct:title ?title } OPTIONAL { ?report dct:issued ?issued } """
    + counted("report")
    + " }"
)
_MEASURES = (
    """SELECT ?report ?phrase ?rule ?unit ?code ?fact { ?fact a kg:Observation ; kg:statedIn ?report ;
        kg:indicatorPhrase ?phrase ; kg:rule ?rule FILTER NOT EXISTS { ?fact kg:indicator ?any }
    OPTIONAL { ?fact sdmx-attribute:unitMeasure/skos:prefLabel ?unit FILTER(LANG(?unit) = "zh-hans") }
    OPTIONAL { ?report dct:spatial/skos:notation ?code } """
    + counted("report")
    + " }"
)
_LISTED = """SELECT ?report ?name ?start ?end { VALUES ?class { kg:Reform kg:Platform }
    ?thing a ?class ; skos:prefLabel ?name FILTER(LANG(?name) = "zh-hans") FILTER NOT EXISTS { ?thing kg:coined true }
    ?mention a kg:Mention ; kg:means ?thing ; kg:statedIn ?report ; oa:start ?start ; oa:end ?end }"""
_INDICATORS = """SELECT ?report ?name ?start ?end { ?fact kg:indicator/skos:prefLabel ?name ; kg:statedIn ?report ;
    kg:evidence/oa:hasSelector ?place . ?place oa:start ?start ; oa:end ?end FILTER(LANG(?name) = "zh-hans") }"""


def of_store(store: Source, lexicon: Lexicon) -> Iterator[Sighting]:
    """Yield the sightings of a built graph; of a name outside every fact's sentence the graph has no sentence."""
    spans = sentences(store)
    listed: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for query in (_LISTED, _INDICATORS):
        for report, name, start, end in select(store, query):
            listed[report.value].append((int(start.value), int(end.value), name.value))

    def company(report: str, sentence: tuple[int, int, str] | None) -> frozenset[str]:
        if sentence is None:
            return frozenset()
        return frozenset(name for s, e, name in listed[report] if sentence[0] <= s and e <= sentence[1])

    for row in select(store, _COINED):
        report, kind, name, start, end, words, rule, code, file, title, issued, mention = (
            term.value if term else "" for term in row
        )
        held = holding(spans.get(report, ()), int(start), int(end))
        place = Evidence(
            file, int(start), int(end), words, held[2] if held else "", title or file, issued, mention
        )  # fmt: skip
        yield Sighting(kind.rsplit("#", 1)[-1], name, report, code, rule, "", company(report, held), place)
    found = [[term.value if term else "" for term in row] for row in select(store, _MEASURES)]
    found = [row for row in found if row[2] in PLAIN and measure(row[1], lexicon)]
    evidence = of_facts(store, (row[5] for row in found))
    for report, phrase, rule, unit, code, fact in found:
        place = evidence[fact]
        held = holding(spans.get(report, ()), place.start, place.end)
        yield Sighting(
            INDICATOR, measure(phrase, lexicon), report, code, rule, unit, company(report, held), place
        )  # fmt: skip


def measure(phrase: str, lexicon: Lexicon) -> str:
    """Return the name of a measure that a phrase may be; nothing where it is a change, a title, or no Chinese name.

    >>> from kg.terms.lexicon import load_lexicon
    >>> terms = load_lexicon()
    >>> measure("公布的许可事项数", terms), measure("比上年增长", terms), measure("《清单》收录事项", terms)
    ('许可事项数', '', '')
    """
    name = core(phrase, lexicon)
    return "" if not _MEASURE.fullmatch(name) or _change(lexicon).search(name) else name


@cache
def _change(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(f"{lexicon.alternation('change-verb')}[至到为了]?$|{lexicon.alternation('audit-than')}")


def by_name(found: Sequence[Sighting]) -> dict[tuple[str, str], list[Sighting]]:
    """Return the sightings of each name, in the order of documents and places."""
    groups: dict[tuple[str, str], list[Sighting]] = defaultdict(list)
    for one in sorted(found, key=lambda s: (s.evidence.file, s.evidence.start, s.document)):
        groups[one.kind, one.name].append(one)
    return groups
