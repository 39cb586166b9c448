"""A report as it was written, cut at every fact and name: what the page marks and explains.

The graph keeps quotes, not texts. The text comes from the build's own copy, texts/ID.txt beside the store, or from the
report's file in one of the folders that the server knows; each is held to what the graph says of it, and a text that
has changed is not shown.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KgError
from kg.query import Value
from kg.serve.snapshot import Snapshot
from kg.serve.statements import Fact, facts, span_of

View = dict[str, object]
Mark = dict[str, object]  # id, kind, start, end, and what there is to say

TEXTS = "texts"


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
        marks += _rejections(text)
    marks.sort(key=lambda m: (m["start"], -int(str(m["end"])), str(m["id"])))
    marks = _unlike(marks)
    return {
        "report": snapshot.report(iri),
        "id": ident,
        "marks": marks,
        "paragraphs": list(paragraphs(text, marks)) if text is not None else None,
        "source": source,
        "counts": _counts(marks),
        "rejected": rejected,
        "policies": [snapshot.link(row["it"]) for row in snapshot.select(f"SELECT ?it {{ {ox.NamedNode(iri)} dct:references ?it }}")],
        "sentences": None if text is not None else _sentences(stated),
    }  # fmt: skip


def find_text(snapshot: Snapshot, iri: str) -> tuple[str | None, str]:
    """Return a report's text, and where it is from; or None, and why there is none."""
    row = snapshot.documents[iri]
    name, digest, length = str(row["path"]), str(row["sha256"]), int(str(row["length"]))
    copy = snapshot.directory / TEXTS / f"{iri.rsplit('/', 1)[-1]}.txt"
    if copy.is_file():
        text = copy.read_bytes().decode("utf-8").removeprefix("\ufeff")
        if len(text) == length:
            return text, "copy"
    changed = False
    for path in _candidates(snapshot.reports, name):
        text_of = _read(path, path.stat().st_mtime_ns)
        if text_of and text_of[1] == digest and len(text_of[0]) == length:
            return text_of[0], "file"
        changed = True
    return None, "changed" if changed else "absent"


def _candidates(folders: Iterable[Path], name: str) -> Iterator[Path]:
    for folder in folders:
        path = folder / name
        if path.name == name and path.is_file():  # a name with a folder in it is none of ours
            yield path
        yield from (p for p in sorted(folder.rglob("*")) if p.name == name and p != path and p.is_file())


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> tuple[str, str] | None:
    from kg.read import read

    try:
        document = read(path)
    except KgError:
        return None
    return document.text, document.sha256


def paragraphs(text: str, marks: list[Mark]) -> Iterator[View]:
    """Cut a text into its lines, and each line into pieces that the same marks cover.

    >>> [p["pieces"] for p in paragraphs("ab\\nc", [{"id": "x", "start": 1, "end": 2, "kind": "reform"}])]
    [[{'text': 'a', 'marks': []}, {'text': 'b', 'marks': [0]}], [{'text': 'c', 'marks': []}]]
    """
    cuts = sorted({0, len(text), *(int(str(m[end])) for m in marks for end in ("start", "end"))})
    nearest, open_marks, at = 0, [], 0
    pieces: list[View] = []
    for start, end in zip(cuts, cuts[1:], strict=False):
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


def _rejections(text: str) -> Iterator[Mark]:
    from kg.extract import extract
    from kg.gazetteer import load_gazetteer
    from kg.lexicon import load_lexicon
    from kg.read import document

    found = extract(document(text), load_lexicon(), load_gazetteer())
    for dropped in found.rejections:
        start, end = dropped.span.start, dropped.span.end
        yield {
            "group": "dropped",
            "kind": "dropped",
            "id": f"dropped-{start}-{end}",
            "start": start,
            "end": end,
            "rule": dropped.reason,
            "quote": dropped.span.of(text),
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
