"""Why a place of a report was read as it was: what was found there, by which rule, and what was dropped.

In: an extraction and an offset. Out: rows for a table, the innermost find first.
"""

from kg.errors import KgError
from kg.model import Extraction, Span
from kg.numerals import plain

AROUND = 12  # characters shown on either side


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
    found: list[tuple[Span, dict[str, str]]] = []
    for o in extraction.observations:
        says = f"{o.indicator} = {plain(o.quantity.value)} {o.quantity.unit or ''}".rstrip()
        parts = {"reform": o.reform, "platform": o.platform, "canonical": o.canonical, "period": o.period}
        details = [f"{name}: {value}" for name, value in parts.items() if value]
        details += [str(o.modality)] + ["approximate"] * o.quantity.approximate
        found.append((o.quantity.span, _row("fact", o.quantity.span, text, says, o.rule, details)))
    for m in extraction.mentions:
        known = "listed" if m.known else "by form"
        found.append((m.span, _row(str(m.kind), m.span, text, m.label, m.rule, [known, *([m.code] if m.code else [])])))
    for r in extraction.relations:
        found.append((r.span, _row("relation", r.span, text, f"{r.subject} {r.predicate} {r.object}", r.rule, [])))
    for d in extraction.rejections:
        found.append((d.span, _row("dropped", d.span, text, "", d.reason, [])))
    here = [(span, row) for span, row in found if span.start <= offset < span.end]
    return [row for span, row in sorted(here, key=lambda f: (f[0].end - f[0].start, f[1]["kind"]))]


def _row(kind: str, span: Span, text: str, says: str, rule: str, details: list[str]) -> dict[str, str]:
    return {
        "kind": kind,
        "at": f"{span.start}–{span.end}",
        "text": span.of(text),
        "read as": says,
        "rule": rule,
        "details": "; ".join(details),
    }
