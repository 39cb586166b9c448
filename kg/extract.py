"""The recipe: a document to everything that it states, and the JSON form of it.

Each line of `extract` needs only what stands above it; open the module that a line names to change what it does.
"""

from decimal import Decimal

from kg.about.meta import find_meta
from kg.bodies.agencies import find_agencies
from kg.facts.observations import observe, plans
from kg.facts.quantities import find_quantities
from kg.facts.relations import find_relations
from kg.graph.iris import Iris
from kg.model import Document, Extraction, Kind, Mention, Observation, Span
from kg.names.candidates import shown
from kg.names.platforms import find_platforms
from kg.names.policies import find_policies
from kg.names.reforms import SHORTENED, find_reforms
from kg.places.regions import find_regions
from kg.terms.gazetteer import Gazetteer
from kg.terms.lexicon import Lexicon
from kg.text.markup import visible
from kg.text.segment import segment


def extract(document: Document, lexicon: Lexicon, gazetteer: Gazetteer) -> Extraction:
    """Return everything that a report states, with the place of each fact in its text."""
    text = visible(document.folded)
    outline = segment(text)
    meta = find_meta(document, text, gazetteer, lexicon)
    year = int(meta.period[:4]) if meta.period else None
    home = gazetteer.by_code(meta.region, year) if meta.region else None
    policies = find_policies(text, lexicon)
    regions = find_regions(text, lexicon, gazetteer, home, year)
    agencies = find_agencies(text, meta, regions, lexicon, gazetteer)
    platforms, no_platforms = find_platforms(text, lexicon)
    reforms, no_reforms = find_reforms(text, lexicon, platforms)
    mentions = (*regions, *agencies, *reforms, *platforms, *policies)
    names = [m.span for m in (*reforms, *platforms) if m.known]
    quantities, no_quantities = find_quantities(text, lexicon, names, outline.marks)
    future = plans(text, outline, lexicon, meta.title, year)
    observations = observe(text, outline, quantities, mentions, meta, lexicon, future)
    relations = find_relations(text, outline.sentences, mentions, meta, lexicon, future)
    rejections = (*no_reforms, *no_platforms, *no_quantities)
    return Extraction(
        document,
        meta,
        tuple(sorted(mentions, key=lambda m: (m.span, m.kind))),
        tuple(observations),
        relations,
        tuple(sorted(rejections)),
    )


def to_json(
    extraction: Extraction, base: str | None = None, *, text: bool = False, rejected: bool = False
) -> dict[str, object]:
    """Return the interchange object.

    Args:
        extraction: what `extract` returned.
        base: where IRIs begin; default https://w3id.org/reform-kg/.
        text: put the document's text in; the offsets of what is no plain text file refer to it.
        rejected: list what was considered and dropped, with the reason.
    """
    iris = Iris(base) if base else Iris()
    called = _Called(extraction)
    document, meta = extraction.document, extraction.meta
    about: dict[str, object] = {"path": document.path, "sha256": document.sha256, "title": meta.title}
    if text:
        about["text"] = document.text
    about |= {
        "publisher": meta.publisher,
        "number": meta.number,
        "region": meta.region,
        "region_name": meta.region_name,
    }
    about |= {"period": meta.period, "issued": meta.issued}
    if "ocr" in document.given:
        about["ocr"] = document.given["ocr"]
    if meta.by_user:
        about["given"] = list(meta.by_user)
    result: dict[str, object] = {
        "document": about,
        "mentions": [_mention(m, document.text, iris, called) for m in extraction.mentions],
        "observations": [_observation(o, document.text, called) for o in extraction.observations],
        "relations": [
            {
                "subject": called.at(Kind.REFORM, r.subject, r.span),
                "predicate": r.predicate,
                "object": called.at(_OBJECTS[r.predicate], r.object, r.span),
            }
            | {"start": r.span.start, "end": r.span.end, "evidence": [r.evidence.start, r.evidence.end], "rule": r.rule}
            for r in extraction.relations
        ],
    }
    if rejected:
        result["rejected"] = [
            {"start": r.span.start, "end": r.span.end, "text": r.span.of(document.text), "reason": r.reason}
            for r in extraction.rejections
        ]
    return result


_OBJECTS = {"adopts": Kind.REFORM, "deliveredThrough": Kind.PLATFORM, "partner": Kind.REGION}


class _Called:
    """What a report itself calls a reform or platform; the ontology's name for it is in the IRI.

    Reports of one practice differ in wording (免证照, 免证办), and a reader looks for the report's own.
    """

    def __init__(self, extraction: Extraction) -> None:
        self._folded = extraction.document.folded
        self._mentions: dict[tuple[Kind, str], list[Mention]] = {}
        for m in (m for m in extraction.mentions if m.rule != SHORTENED):
            self._mentions.setdefault((m.kind, m.label), []).append(m)
        self._written = {key: {shown(m, self._folded) for m in named} for key, named in self._mentions.items()}

    def name(self, mention: Mention) -> str:
        """Return the name at one place: a listed one as written, in full where the report also has its label."""
        if mention.rule == SHORTENED:
            return self.at(mention.kind, mention.label, mention.span) or mention.label
        if not mention.known or mention.kind not in (Kind.REFORM, Kind.PLATFORM):
            return mention.label
        name, label = shown(mention, self._folded), mention.label
        return label if name in label and label in self._written[mention.kind, label] else name

    def at(self, kind: Kind, label: str | None, span: Span) -> str | None:
        """Return the name that the mention of a label nearest to a span has."""
        found = self._mentions.get((kind, label)) if label else None
        return self.name(min(found, key=lambda m: abs(m.span.start - span.start))) if found else label


def _mention(mention: Mention, text: str, iris: Iris, called: _Called) -> dict[str, object]:
    span = mention.span
    return {
        "type": str(mention.kind),
        "start": span.start,
        "end": span.end,
        "text": span.of(text),
        "label": called.name(mention),
        "id": iris.entity(mention.kind, mention.label, mention.code),
        "code": mention.code if mention.kind is Kind.REGION else None,
        "rule": mention.rule,
    }


def _observation(observation: Observation, text: str, called: _Called) -> dict[str, object]:
    quantity = observation.quantity
    return {
        "start": quantity.span.start,
        "end": quantity.span.end,
        "text": quantity.span.of(text),
        "value": number(quantity.value),
        "unit": quantity.unit,
        "indicator": observation.indicator,
        "canonical": observation.canonical,
        "reform": called.at(Kind.REFORM, observation.reform, quantity.span),
        "platform": called.at(Kind.PLATFORM, observation.platform, quantity.span),
        "agency": observation.agency,
        "region": observation.region,
        "period": observation.period,
        "modality": str(observation.modality),
        "approximate": quantity.approximate,
        "evidence": [observation.evidence.start, observation.evidence.end],
        "rule": observation.rule,
    }


def number(value: Decimal) -> int | float:
    """Return a value as JSON writes it: whole numbers exactly, others as the nearest double."""
    return int(value) if value == value.to_integral_value() else float(value)
