"""A report as it was written, cut at every fact and name: what the page marks and explains.

The graph keeps quotes, not texts. The text comes from the file that the build read, or from one of its name in a folder
that the server was given; it is held to the hash that the graph has of it, and a file that has changed is not shown.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.ask.checked import Checked, checks
from kg.ask.cite import cite
from kg.builds.manifest import read_manifest
from kg.errors import KgError, UnreadableFile
from kg.extract import extract
from kg.graph.store import newest
from kg.model import Extraction
from kg.readers.read import document, documents
from kg.serve.snapshot import Snapshot
from kg.serve.statements import Fact, facts, span_of
from kg.terms.lexicon import load_lexicon

if TYPE_CHECKING:
    from kg.ask.query import Value

View = dict[str, Any]
Mark = dict[str, Any]  # id, kind, start, end, and what there is to say


def report(snapshot: Snapshot, ident: str, *, rejected: bool = False) -> View | None:
    """Return a report: what it is, its text in pieces, and what was found in each.

    Args:
        snapshot: the graph.
        ident: sixteen digits of the SHA-256 of the report's file.
        rejected: whether to read the text again and show what was considered and dropped.
    """
    iri = f"{snapshot.base}report/{ident}"
    if iri not in snapshot.documents:
        return None
    kept = f"VALUES ?doc {{ {ox.NamedNode(iri)} }}"
    stated = [f for kind in ("figure", "adoption", "delivery", "partnership") for f in facts(snapshot, kind, kept)]
    marks = [*(_stated(f) for f in stated), *_mentions(snapshot, iri)]
    text, source = find_text(snapshot, iri)
    if text is not None and rejected:
        marks += _rejections(extract(document(text), load_lexicon(), snapshot.places))
    marks.sort(key=lambda m: (m["start"], -int(str(m["end"])), str(m["id"])))
    marks = _unlike(marks)
    cited = f"SELECT ?it {{ {ox.NamedNode(iri)} dct:references ?it }}"
    return {
        "report": snapshot.report(iri),
        "id": ident,
        "marks": marks,
        "paragraphs": list(paragraphs(text, marks)) if text is not None else None,
        "source": source,
        "counts": _counts(marks),
        "rejected": rejected,
        "checks": [check_row(snapshot, one) for one in checks(snapshot.store, report=iri)],
        "policies": [snapshot.link(row["it"]) for row in snapshot.select(cited)],
        "sentences": None if text is not None else _sentences(stated),
        "reference": cite(snapshot.store, iri).row,
    }  # fmt: skip


def reference(snapshot: Snapshot, ident: str, fact: str) -> View | None:
    """Return how to cite a fact of a report.

    Args:
        snapshot: the graph.
        ident: of the report.
        fact: what follows the report in the IRI of the fact: obs-120-126.
    """
    iri = f"{snapshot.base}report/{ident}"
    if iri not in snapshot.documents:
        return None
    try:
        found = cite(snapshot.store, f"{iri}#{fact}").row
    except KgError:  # no fact has this IRI
        return None
    return {"report": snapshot.report(iri), "place": f"{snapshot.path(iri)}#{fact}", "reference": found}


def find_text(snapshot: Snapshot, iri: str) -> tuple[str | None, str]:
    """Return a report's text, and "file"; or None, and why there is none: its file has "changed", or is "absent"."""
    row = snapshot.documents[iri]
    digest, length = str(row["sha256"]), int(str(row["length"]))
    found = "absent"
    for path in _candidates(snapshot, digest, str(row["path"])):
        found = "changed"
        text = _texts(path, path.stat().st_mtime_ns).get(digest)
        if text is not None and len(text) == length:
            return text, "file"
    return None, found


def _candidates(snapshot: Snapshot, digest: str, name: str) -> Iterator[Path]:
    """Yield the files that may hold a report: where the build read it, then those of its name in the known folders."""
    if "paths" not in snapshot.kept:
        known: dict[str, list[Path]] = {}
        for path, read in read_manifest(newest(snapshot.directory)).inputs.items():
            for report in read.outcome.reports:
                known.setdefault(report.sha256, []).append(Path(path))
        snapshot.kept["paths"] = known
    paths: list[Path] = snapshot.kept["paths"].get(digest, [])
    yield from (path for path in paths if path.is_file())
    for folder in snapshot.reports:
        yield from (path for path in sorted(folder.rglob("*")) if path.name == name and path.is_file())


@lru_cache(maxsize=32)
def _texts(path: Path, _changed: int) -> dict[str, str]:
    faults: list[UnreadableFile] = []
    try:
        return {document.sha256: document.text for document in documents(path, faults)}
    except KgError:
        return {}


def paragraphs(text: str, marks: list[Mark]) -> Iterator[View]:
    r"""Cut a text into its lines, and each line into pieces that the same marks cover.

    >>> [p["pieces"] for p in paragraphs("ab\nc", [{"id": "x", "start": 1, "end": 2, "kind": "reform"}])]
    [[{'text': 'a', 'marks': []}, {'text': 'b', 'marks': [0]}], [{'text': 'c', 'marks': []}]]
    """
    cuts = sorted({0, len(text), *(int(str(m[end])) for m in marks for end in ("start", "end"))})
    nearest, open_marks, at = 0, [], 0
    pieces: list[View] = []
    for start, end in pairwise(cuts):
        while nearest < len(marks) and int(str(marks[nearest]["start"])) <= start:
            open_marks.append(nearest)
            nearest += 1
        open_marks = [n for n in open_marks if int(str(marks[n]["end"])) > start]
        lines = text[start:end].split("\n")
        for number, line in enumerate(lines):
            if line:
                pieces.append({"text": line, "marks": list(open_marks)})
            if number < len(lines) - 1:
                yield {"start": at, "pieces": pieces}
                pieces = []
                at = start + sum(len(ln) + 1 for ln in lines[: number + 1])
    if pieces:
        yield {"start": at, "pieces": pieces}


def _stated(fact: Fact) -> Mark:
    return fact | {"group": "statement"}


def _mentions(snapshot: Snapshot, iri: str) -> Iterator[Mark]:
    text = f"""SELECT ?fact ?thing ?rule ?quote {{ ?fact a kg:Mention ; kg:statedIn {ox.NamedNode(iri)} ;
        kg:means ?thing ; kg:rule ?rule ; oa:exact ?quote }}"""
    for row in snapshot.select(text):
        thing = snapshot.link(row["thing"]) or {}
        start, end = span_of(str(row["fact"]))
        yield {
            "group": "name",
            "kind": thing["kind"],
            "id": str(row["fact"]).rsplit("#", 1)[-1],
            "start": start,
            "end": end,
            "thing": thing,
            "rule": row["rule"],
            "quote": row["quote"],
        }


def check_row(snapshot: Snapshot, one: Checked) -> View:
    """Return a check as a table shows it: what is claimed, what follows from the figures beside it, and the grade."""
    return {
        "report": snapshot.report(one.report)["title"], "kind": one.kind, "written": one.claimed.words,
        "formula": one.derivation, "derived": round(one.derived, 4), "grade": str(one.grade), "note": one.remark,
        "words": [snapshot.path(said.fact) for said in (one.claimed, *one.operands)],
    }  # fmt: skip


def _rejections(extraction: Extraction) -> Iterator[Mark]:
    for dropped in extraction.rejections:
        start, end = dropped.span.start, dropped.span.end
        yield {
            "group": "dropped",
            "kind": "dropped",
            "id": f"dropped-{start}-{end}",
            "start": start,
            "end": end,
            "rule": dropped.reason,
            "quote": dropped.span.of(extraction.document.text),
        }


def _unlike(marks: list[Mark]) -> list[Mark]:
    """Drop what would bear the id of another."""
    return list({str(mark["id"]): mark for mark in reversed(marks)}.values())[::-1]


def _counts(marks: list[Mark]) -> dict[str, int]:
    found: dict[str, int] = {}
    for mark in marks:
        found[str(mark["kind"])] = found.get(str(mark["kind"]), 0) + 1
    return found


def _sentences(stated: list[Fact]) -> list[View]:
    """Return the sentences that facts quote, in the order of the first fact in each."""
    found: dict[Value, list[Fact]] = {}
    for fact in sorted(stated, key=lambda f: int(str(f["start"]))):
        found.setdefault(str(fact["sentence"]), []).append(fact)
    return [{"text": text, "facts": group} for text, group in found.items()]
