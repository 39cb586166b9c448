"""Why a place of a report was read as it was: what was found there, by which rule, and what was dropped.

In: an extraction and an offset. Out: rows for a table, the innermost find first.
"""

from collections.abc import Iterator

from kg.errors import KgError
from kg.model import Extraction, Span
from kg.text.numerals import plain


def explain(extraction: Extraction, offset: int) -> list[dict[str, str]]:
    """Return everything that covers an offset: facts, names, relations, and what was considered and dropped.

    Raises:
        KgError: the offset lies outside the text.
    """
    text = extraction.document.text
    if not 0 <= offset < len(text):
        raise KgError(
            f"has no character {offset}", extraction.document.path, f"It has {len(text)}: 0 to {len(text) - 1}"
        )
    found = [*_facts(extraction), *_names(extraction), *_relations(extraction)]
    found += [(d.span, {"kind": "dropped", "rule": d.reason}) for d in extraction.rejections]
    here = [(span, row) for span, row in found if span.start <= offset < span.end]
    here.sort(key=lambda f: (f[0].end - f[0].start, f[1]["kind"]))
    return [_row(span, text, row) for span, row in here]


def _facts(extraction: Extraction) -> Iterator[tuple[Span, dict[str, str]]]:
    for o in extraction.observations:
        says = f"{o.indicator} = {plain(o.quantity.value)} {o.quantity.unit or ''}".rstrip()
        parts = {"reform": o.reform, "platform": o.platform, "canonical": o.canonical, "period": o.period}
        details = [f"{name}: {value}" for name, value in parts.items() if value]
        details += [str(o.modality)] + ["approximate"] * o.quantity.approximate
        yield o.quantity.span, {"kind": "fact", "read as": says, "rule": o.rule, "details": "; ".join(details)}


def _names(extraction: Extraction) -> Iterator[tuple[Span, dict[str, str]]]:
    for m in extraction.mentions:
        details = "; ".join(["listed" if m.known else "by form", *([m.code] if m.code else [])])
        yield m.span, {"kind": str(m.kind), "read as": m.label, "rule": m.rule, "details": details}


def _relations(extraction: Extraction) -> Iterator[tuple[Span, dict[str, str]]]:
    for r in extraction.relations:
        yield r.span, {"kind": "relation", "read as": f"{r.subject or '?'} {r.predicate} {r.object}", "rule": r.rule}


def _row(span: Span, text: str, row: dict[str, str]) -> dict[str, str]:
    """Return the columns in their order, with what is absent left blank."""
    place = {"kind": row["kind"], "at": f"{span.start}–{span.end}", "text": span.of(text)}
    return place | {name: row.get(name, "") for name in ("read as", "rule", "details")}
