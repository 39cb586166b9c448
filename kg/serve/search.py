"""Names in either script: what a few characters may mean, the likeliest first. Run in a worker."""

from typing import Any

from kg.graph.reposts import counted
from kg.serve.snapshot import Snapshot
from kg.text.fold import fold

View = dict[str, Any]
_FORMS = """
SELECT ?iri ?form { ?iri skos:prefLabel|skos:altLabel|kg:formerName|kg:fullName|skos:notation|dct:title ?form }"""
_USED = f"""SELECT ?it (COUNT(DISTINCT ?doc) AS ?n) {{ ?doc a kg:Report ; schema:mentions|dct:spatial ?it
    {counted("doc")} }} GROUP BY ?it"""


def search(snapshot: Snapshot, words: str, most: int = 200, kind: str | None = None) -> list[View]:
    """Return things and reports whose name holds the words: whole names first, then beginnings, then the rest."""
    wanted = fold(words.strip()).casefold()
    if not wanted:
        return []
    best: dict[str, tuple[int, int, str]] = {}
    for form, iri, shown in _forms(snapshot):
        at = form.find(wanted)
        if at >= 0 and (kind is None or kind == _kind(snapshot, iri)):
            rank = (0 if form == wanted else 1 if at == 0 else 2, len(form), shown)
            best[iri] = min(best.get(iri, rank), rank)
    used = _used(snapshot)
    order = sorted(best, key=lambda iri: (best[iri][0], -(used.get(iri, 0) > 0), best[iri][1], -used.get(iri, 0), iri))
    return [_hit(snapshot, iri, best[iri][2], used.get(iri, 0)) for iri in order[:most]]


def _forms(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    kept: list[tuple[str, str, str]] | None = snapshot.kept.get("forms")
    if kept is None:
        kept = []
        for row in snapshot.select(_FORMS):
            iri, form = str(row["iri"]), str(row["form"])
            if iri in snapshot.named or iri in snapshot.documents:
                kept.append((fold(form).casefold(), iri, form))
        snapshot.kept["forms"] = kept
    return kept


def _kind(snapshot: Snapshot, iri: str) -> str:
    return snapshot.named[iri].kind if iri in snapshot.named else "report"


def _used(snapshot: Snapshot) -> dict[str, int]:
    kept: dict[str, int] | None = snapshot.kept.get("used")
    if kept is None:
        kept = snapshot.kept["used"] = {str(row["it"]): int(str(row["n"])) for row in snapshot.select(_USED)}
    return kept


def _hit(snapshot: Snapshot, iri: str, form: str, used: int) -> View:
    if iri in snapshot.documents:
        report = snapshot.report(iri)
        return {"kind": "report", "path": report["path"], "iri": iri, "zh": report["title"], "en": report["title"],
                "form": form, "reports": 1}  # fmt: skip
    link = snapshot.link(iri) or {}
    if fold(form) == fold(str(link["zh"])):
        form = str(link["zh"])
    return {"kind": link["kind"], "path": link["path"], "iri": iri, "zh": link["full"], "en": link["en"], "form": form,
            "reports": used}  # fmt: skip
