"""Extractions to RDF, as N-Quads text. With `vocabulary`, alone knows the classes and properties (ontology/core.ttl).

Out of scope: what is true (the stages before), where it is kept (`store`), how it is shown (`export`).

GRAPHS                      under BASE, https://w3id.org/reform-kg/ unless the user says otherwise
  report/ID/graph           what one report says; each subject is the report or part of it; ID: 16 digits of its SHA-256
  graph/entities            what the reports name: types, labels and direct links, each triple once however many say it
  graph/terms               ontology/*.ttl as they stand: reforms, platforms, indicators, units
  graph/regions             the regions that occur, and all regions above them
  graph/vocabulary          ontology/core.ttl (`vocabulary.terms_nquads` writes these three)
  graph/reposts             which reports are reposts of which (`reposts`)
  graph/void                counts (written by `store`)
  Query their union: no triple stands in two graphs, so rows and counts are the same in every engine.

IRIS                        names escaped by `iris.escape`; classes and properties always under .../reform-kg/def#
  region/350405             by code; region/雄安新区 by name where there is no code
  agency/350405/财政局      within its region, where that is known; agency/财政部 otherwise
  reform/L platform/L indicator/L unit/L policy/L          by label in simplified script
  report/ID                 and in it, with half-open code point offsets:
  report/ID#obs-S-E         an observation; #adopts-S-E #delivery-S-E #partner-S-E #check-S-E #mention-S-E the others;
                            a second one on the same span is …-S-E-2
  report/ID#span-S-E        a piece of the text; #pos-S-E and #quote-S-E are its two selectors

THINGS                      language tags: zh-hans, zh-hant, en (lower case: stores change the case)
  kg:Region, schema:AdministrativeArea     skos:prefLabel, skos:altLabel, kg:formerName, kg:fullName, kg:level
                            (kg:province kg:prefecture kg:county kg:zone), kg:within the region directly above
                            (all above: kg:within+), skos:notation "350405"^^kg:GBT2260; kg:adopts Reform;
                            dct:isReplacedBy Region, of a code that is no longer in force
  kg:Agency, org:FormalOrganization        skos:prefLabel; kg:actsFor Region; org:classification kg:AgencyType
  kg:Reform, skos:Concept   skos:prefLabel, altLabel, broader, related, definition …; kg:deliveredThrough Platform;
                            kg:sharedWith Region; kg:coined true where no list holds it
  kg:Platform, skos:Concept skos:prefLabel …; kg:serves Region; kg:platformKind; kg:coined
  kg:Indicator, kg:Unit, skos:Concept      as in ontology/
  kg:Policy                 skos:prefLabel
  kg:Report, prov:Entity    dct:title, dct:publisher Agency, dct:identifier "沙政务〔2025〕2号", dct:issued xsd:date,
                            dct:spatial Region, dct:temporal xsd:gYear, dct:references Policy, schema:mentions any
                            thing its text names, dct:source its address, kg:sha256 of the file, kg:textSha256,
                            kg:path, kg:length, kg:script kg:Hans | kg:Hant; kg:byOcr true where it
                            was read from pictures; kg:given those of these properties
                            that the user said beside the file; kg:repostOf the Report that counts instead, and
                            kg:copy "b.txt" with the same bytes (graph/reposts, written by each build)

STATEMENTS                  each has kg:statedIn Report, kg:evidence the sentence's span, prov:wasQuotedFrom the
                            words' own span, kg:rule "id", sdmx-dimension:refPeriod (xsd:gYear, gYearMonth or date)
  kg:Observation, qb:Observation   sdmx-measure:obsValue xsd:decimal; sdmx-attribute:unitMeasure Unit;
                            sdmx-dimension:refArea Region; kg:indicatorPhrase "…"; kg:indicator Indicator; kg:reform;
                            kg:platform; kg:agency (if not the publisher); kg:modality kg:actual | kg:target;
                            kg:approximate, kg:bound xsd:boolean; kg:written "18.67万件"; kg:precision (100);
                            qb:dataSet BASE+dataset. What the report doesn't say is absent.
  kg:Adoption               kg:adopter Region; kg:reform; kg:agency the publisher
  kg:Delivery               kg:reform; kg:platform; sdmx-dimension:refArea Region
  kg:Partnership            kg:reform; kg:partner Region; sdmx-dimension:refArea Region
  kg:Check                  kg:checkKind sum | ratio | difference | growth | repeat | excess; kg:claims Observation;
                            kg:operand Observations; kg:derivation "583 ÷ 597 × 100", kg:derived; kg:allowedLow and
                            kg:allowedHigh: what the claim's digits leave open; kg:possibleLow, kg:possibleHigh: what
                            the operands' do; kg:grade kg:follows | kg:withinRounding | kg:doesNotFollow; kg:remark
  kg:Mention                kg:means the thing; oa:start, oa:end, oa:exact directly; kg:statedIn; kg:rule.
  Span                      oa:SpecificResource: oa:hasSource Report; oa:hasSelector two: oa:TextPositionSelector with
                            oa:start, oa:end (xsd:integer) and oa:TextQuoteSelector with oa:exact, oa:prefix, oa:suffix;
                            kg:place "page 3" the way back into a file that is more than text.
                            The sentence of a fact: ?fact kg:evidence/oa:hasSelector/oa:exact ?sentence

PROVENANCE                  report/ID/graph prov:wasDerivedFrom Report; prov:wasGeneratedBy run/VERSION-TERMS, a kg:Run
                            with kg:softwareVersion, kg:termsVersion. No clock time: same input, same bytes.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from hashlib import sha256

from kg.checks.claims import Check
from kg.graph.iris import BASE, report_graph
from kg.graph.nquads import P, boolean, decimal, integer, literal, time
from kg.graph.things import Names, Things, is_code, names_of, zone_named
from kg.graph.verdicts import verdict
from kg.model import Extraction, Kind, Mention, Observation, Relation, Span
from kg.readers.given import address
from kg.readers.read import place
from kg.terms.gazetteer import Gazetteer
from kg.terms.lexicon import Lexicon
from kg.text.fold import narrow

AROUND = 16  # characters of prefix and suffix in a quote selector; a number in a list of numbers is found again by them
PLAIN = 32  # characters; a quote at least this long tells itself apart and carries no prefix and suffix
HANT = 0.1  # share of characters changed by folding above which a text is traditional (there 0.3, else 0.00; 2026-11)

_GIVEN = {
    "title": "dct:title",
    "publisher": "dct:publisher",
    "number": "dct:identifier",
    "region": "dct:spatial",
    "period": "dct:temporal",
    "issued": "dct:issued",
}
"""What says in the graph what the fields of `Meta` say."""
_HAN = re.compile("[\u3400-\u9fff]+")
_MANTISSA = re.compile(r"\d[\d,]*+(?:\.\d++)?")


def to_nquads(
    extraction: Extraction, gazetteer: Gazetteer, lexicon: Lexicon, base: str = BASE, checks: Iterable[Check] = ()
) -> str:
    """Write what one report states: its own graph, and its share of graph/entities.

    The same extraction and terms give the same text, whatever the day and the machine.

    Args:
        extraction: of the report.
        gazetteer: the divisions.
        lexicon: the terms.
        base: where instances live.
        checks: of its arithmetic, as `audit` finds them.
    """
    names = names_of(lexicon, base)
    writer = _ReportWriter(extraction, Things(extraction, gazetteer, names), names)
    writer.report()
    for observation in extraction.observations:
        writer.observation(observation)
    for relation in extraction.relations:
        writer.relation(relation)
    for mention in extraction.mentions:
        writer.mention(mention)
    for check in checks:
        writer.check(check)
    return writer.text()


def codes_of(extraction: Extraction, gazetteer: Gazetteer | None = None) -> set[str]:
    """Return the codes of all regions that a report names or is about; `terms_nquads` describes them.

    With the gazetteer, also those that its functional zones lie in.
    """
    found = {extraction.meta.region, *(o.region for o in extraction.observations)}
    found |= {m.code for m in extraction.mentions}
    ends = {end for r in extraction.relations for end in (r.subject, r.object) if end}
    found |= {end for end in ends if is_code(end)}
    if gazetteer:
        names = ends | {m.label for m in extraction.mentions if m.kind == Kind.REGION and not m.code}
        found |= {zone.parent for name in names if not is_code(name) and (zone := zone_named(gazetteer, name))}
    return {code for code in found if code}


@cache
def software_version() -> str:
    """Return the version of this package as it is installed; 0 where it is run without being installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("reform-kg")
    except PackageNotFoundError:
        return "0"


class _ReportWriter:
    """The lines of one report's graph."""

    def __init__(self, extraction: Extraction, things: Things, names: Names) -> None:
        self._of, self._things, self._names = extraction, things, names
        self.iri = names.iris.report(extraction.document.sha256)
        self._end = f" <{report_graph(self.iri)}> .\n"
        self._lines: list[str] = []
        self._spans: dict[Span, str] = {}
        self._taken: dict[str, int] = {}
        self._named: dict[str, Kind] = {}  # things that the text mentions, in order
        self._figures: dict[Span, str] = {}  # the first observation of each number

    def text(self) -> str:
        """Return all quads, the report's own first."""
        for thing, kind in self._named.items():
            self.say(self.iri, ("schema:mentions", thing), ("dct:references", thing if kind is Kind.POLICY else None))
        return "".join(self._lines) + "".join(self._things.lines)

    def say(self, subject: str, *pairs: tuple[str, str | None]) -> None:
        """Add triples to the report's graph; a pair without a value is left out."""
        start, end = f"<{subject}> ", self._end
        self._lines += [f"{start}{P[predicate]} {value}{end}" for predicate, value in pairs if value is not None]

    def report(self) -> None:
        """Describe the report and how its graph came about."""
        meta, document, iris = self._of.meta, self._of.document, self._names.iris
        traditional = _is_traditional(document.text, document.folded)
        region, url = meta.region or meta.region_name, address(document.given.get("url", ""))
        read_by_ocr = "ocr" in document.given
        self.say(
            self.iri,
            ("rdf:type", P["kg:Report"]),
            ("rdf:type", P["prov:Entity"]),
            ("dct:title", meta.title and literal(meta.title, "zh-hant" if traditional else "zh-hans")),
            ("dct:publisher", meta.publisher and self._things.of("Agency", meta.publisher)),
            ("dct:identifier", meta.number and literal(meta.number)),
            ("dct:issued", meta.issued and time(meta.issued)),
            ("dct:spatial", region and self._things.region(region)),
            ("dct:temporal", meta.period and time(meta.period)),
            ("dct:source", url and f"<{url}>"),
            ("kg:sha256", literal(document.sha256)),
            ("kg:textSha256", literal(sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest())),
            ("kg:path", literal(re.split(r"[/\\]", document.path)[-1])),
            ("kg:length", integer(len(document.text))),
            ("kg:script", P["kg:Hant" if traditional else "kg:Hans"]),
            ("kg:byOcr", boolean(read_by_ocr) if read_by_ocr else None),
            *(("kg:given", P[_GIVEN[name]]) for name in meta.by_user),
            ("kg:given", P["dct:source"] if url and "url" in document.by_user else None),
        )
        run = iris.named("run", f"{software_version()}-{self._names.terms}")
        graph = report_graph(self.iri)
        self.say(graph, ("prov:wasDerivedFrom", f"<{self.iri}>"), ("prov:wasGeneratedBy", f"<{run}>"))
        self._things.say(
            f"<{run}>",
            ("rdf:type", P["kg:Run"]),
            ("rdf:type", P["prov:Activity"]),
            ("kg:softwareVersion", literal(software_version())),
            ("kg:termsVersion", literal(self._names.terms)),
        )

    def observation(self, found: Observation) -> None:
        """Describe a figure and what it measures."""
        quantity, text = found.quantity, self._of.document.text
        precision = _precision(quantity.number.of(self._of.document.folded), quantity.value)
        iri = self._new("obs", quantity.span)
        self._figures.setdefault(quantity.span, iri)
        self.say(
            iri,
            ("rdf:type", P["kg:Observation"]),
            ("rdf:type", P["qb:Observation"]),
            ("qb:dataSet", f"<{self._names.iris.base}dataset>"),
            ("sdmx-measure:obsValue", decimal(quantity.value)),
            ("sdmx-attribute:unitMeasure", quantity.unit and self._things.of("Unit", quantity.unit)),
            ("kg:written", literal(quantity.span.of(text))),
            ("kg:precision", None if precision is None else decimal(precision)),
            ("kg:approximate", boolean(quantity.approximate)),
            ("kg:bound", boolean(quantity.bound)),
            ("kg:indicatorPhrase", literal(found.indicator)),
            ("kg:indicator", found.canonical and self._things.of("Indicator", found.canonical)),
            ("kg:reform", found.reform and self._things.of("Reform", found.reform)),
            ("kg:platform", found.platform and self._things.of("Platform", found.platform)),
            ("kg:agency", found.agency and self._things.of("Agency", found.agency)),
            ("kg:modality", P[f"kg:{found.modality.value}"]),
            ("sdmx-dimension:refArea", found.region and self._things.region(found.region)),
            *self._source(found.period, quantity.span, found.evidence, found.rule),
        )

    def relation(self, found: Relation) -> None:
        """Describe a statement that joins two things, and draw the direct link between them; one end is not enough."""
        if found.subject is None:
            return
        if found.predicate == "adopts":
            subject, target = self._things.region(found.subject), self._things.of("Reform", found.object)
            link = "kg:adopts"
            publisher = self._of.meta.publisher
            name, kind = "adopts", "kg:Adoption"
            pairs = (("kg:adopter", subject), ("kg:reform", target),
                     ("kg:agency", publisher and self._things.of("Agency", publisher)))  # fmt: skip
        else:
            subject, region = self._things.of("Reform", found.subject), self._of.meta.region
            area = ("sdmx-dimension:refArea", region and self._things.region(region))
            if found.predicate == "deliveredThrough":
                target = self._things.of("Platform", found.object)
                name, kind, link = "delivery", "kg:Delivery", "kg:deliveredThrough"
                pairs = (("kg:reform", subject), ("kg:platform", target), area)
            else:
                target = self._things.region(found.object)
                name, kind, link = "partner", "kg:Partnership", "kg:sharedWith"
                pairs = (("kg:reform", subject), ("kg:partner", target), area)
        source = self._source(self._of.meta.period, found.span, found.evidence, found.rule)
        self.say(self._new(name, found.span), ("rdf:type", P[kind]), *pairs, *source)
        self._things.say(subject, (link, target))

    def mention(self, found: Mention) -> None:
        """Describe a place where a thing is named."""
        thing = self._things.of(found.kind.value, found.label, found.code)
        self._named[thing] = found.kind
        self.say(
            self._new("mention", found.span),
            ("rdf:type", P["kg:Mention"]),
            ("kg:means", thing),
            ("kg:statedIn", f"<{self.iri}>"),
            ("oa:start", integer(found.span.start)),
            ("oa:end", integer(found.span.end)),
            ("oa:exact", literal(found.span.of(self._of.document.text))),
            ("kg:rule", literal(found.rule)),
        )

    def check(self, found: Check) -> None:
        """Describe a relation that the text implies between its figures, and whether they bear it out."""
        source = self._source(None, found.claimed.span, found.evidence, found.rule)
        self.say(self._new("check", found.claimed.span), *verdict(found, self._figures), *source)

    def span(self, span: Span) -> str:
        """Return a piece of the text, with its two selectors."""
        if span not in self._spans:
            text, at = self._of.document.text, f"{span.start}-{span.end}"
            iri, position, quote = (f"{self.iri}#{part}-{at}" for part in ("span", "pos", "quote"))
            short = span.end - span.start < PLAIN
            before, after = text[max(0, span.start - AROUND) : span.start], text[span.end : span.end + AROUND]
            self.say(
                iri,
                ("rdf:type", P["oa:SpecificResource"]),
                ("oa:hasSource", f"<{self.iri}>"),
                ("kg:place", literal(of) if (of := place(self._of.document, span.start)) else None),
                ("oa:hasSelector", f"<{position}>"),
                ("oa:hasSelector", f"<{quote}>"),
            )
            self.say(
                position,
                ("rdf:type", P["oa:TextPositionSelector"]),
                ("oa:start", integer(span.start)),
                ("oa:end", integer(span.end)),
            )
            self.say(
                quote,
                ("rdf:type", P["oa:TextQuoteSelector"]),
                ("oa:exact", literal(span.of(text))),
                ("oa:prefix", literal(before) if short and before else None),
                ("oa:suffix", literal(after) if short and after else None),
            )
            self._spans[span] = f"<{iri}>"
        return self._spans[span]

    def _source(self, period: str | None, span: Span, evidence: Span, rule: str) -> tuple[tuple[str, str | None], ...]:
        return (
            ("sdmx-dimension:refPeriod", period and time(period)),
            ("kg:statedIn", f"<{self.iri}>"),
            ("prov:wasQuotedFrom", self.span(span)),
            ("kg:evidence", self.span(evidence)),
            ("kg:rule", literal(rule)),
        )

    def _new(self, name: str, span: Span) -> str:
        """Return a fresh IRI for a statement at a span."""
        iri = f"{self.iri}#{name}-{span.start}-{span.end}"
        self._taken[iri] = count = self._taken.get(iri, 0) + 1
        return iri if count == 1 else f"{iri}-{count}"


def _precision(written: str, value: Decimal) -> Decimal | None:
    """What one in the last digit is worth: 100 for 18.67万; None unless the number is digits and a scale of tens."""
    found = _MANTISSA.findall(written)
    mantissa = Decimal(found[0].replace(",", "")) if len(found) == 1 else Decimal(0)
    if not value or not mantissa:
        return None
    factor = abs(value / mantissa).normalize()  # 增长-4.2%: digits have no sign
    unit = Decimal(1).scaleb(int(mantissa.as_tuple().exponent))
    return unit * factor if factor.as_tuple().digits == (1,) else None


def _is_traditional(text: str, folded: str) -> bool:
    """Tell the script by how much of it folding changes; digits in full width don't count."""
    if narrow(text) == folded:  # most texts need no closer look
        return False
    few = HANT * sum(map(len, _HAN.findall(text)))
    return sum(a != b for a, b in zip(text, folded, strict=True) if "\u3400" <= a <= "\u9fff") > few
