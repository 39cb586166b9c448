"""Reports to a graph: read, extract, write, load. The one door for builds.

In: paths. Out: a graph under a folder, and a `BuildReport` that says what could not be read and why. One bad input
never stops the others; whatever stops the build leaves the old graph in place (`store`).
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kg.errors import UnreadableFile
from kg.extract import extract
from kg.gazetteer import Gazetteer, load_gazetteer
from kg.graph import codes_of, to_nquads
from kg.iris import BASE
from kg.lexicon import Lexicon, load_lexicon
from kg.model import Document
from kg.read import documents, find_inputs
from kg.resources import ontology_path
from kg.store import build_store
from kg.vocabulary import terms_nquads

REPORT = "build-report.json"


@dataclass(frozen=True, slots=True)
class Skipped:
    """An input that is not in the graph."""

    path: str
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    reports: int  # in the graph
    characters: int  # of their texts
    skipped: tuple[Skipped, ...]
    entities: dict[str, int]  # distinct names by kind: Region, Agency, Reform, Platform, Policy
    observations: int
    adoptions: int
    off_topic: tuple[str, ...]  # read and kept, but without a region or without any reform
    counts: dict[str, int]  # triples, and things by class, as the store has them


@dataclass(slots=True)
class _Tally:
    seen: dict[str, str] = field(default_factory=dict)  # sha256 → the first path with that content
    codes: set[str] = field(default_factory=set)
    names: set[tuple[str, str]] = field(default_factory=set)
    faults: list[UnreadableFile] = field(default_factory=list)
    off_topic: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def build(
    paths: Sequence[Path], out: Path, on_progress: Callable[[int, int], None] | None = None, base: str = BASE
) -> BuildReport:
    """Build the graph of the reports at the paths under the folder `out`, in place of the one that is there.

    Args:
        paths: files and folders; a folder gives every file of a type that is read.
        out: the graph's folder.
        on_progress: called with (done, all) after each input.
        base: where the IRIs of instances begin.

    Raises:
        UnreadableFile: no input could be read at all; nothing is built then.
        KgError: another build is at work in the same folder.
    """
    tally = _Tally()
    inputs = sorted(find_inputs(paths, tally.faults))
    lexicon, gazetteer = load_lexicon(), load_gazetteer()
    counts = build_store(out, _quads(inputs, lexicon, gazetteer, tally, base, on_progress), base)
    report = BuildReport(
        reports=tally.counts["reports"],
        characters=tally.counts["characters"],
        skipped=tuple(Skipped(fault.where, fault.what, fault.mend) for fault in tally.faults),
        entities=dict(sorted(Counter(kind for kind, _ in tally.names).items())),
        observations=tally.counts["observations"],
        adoptions=tally.counts["adoptions"],
        off_topic=tuple(tally.off_topic),
        counts=counts,
    )
    (out / REPORT).write_text(json.dumps(asdict(report), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return report


def _quads(
    inputs: Sequence[Path],
    lexicon: Lexicon,
    gazetteer: Gazetteer,
    tally: _Tally,
    base: str,
    on_progress: Callable[[int, int], None] | None,
) -> Iterator[str]:
    for done, path in enumerate(inputs, 1):
        for document in documents(path, tally.faults):
            if quads := _one(document, lexicon, gazetteer, tally, base):
                yield quads
        if on_progress:
            on_progress(done, len(inputs))
    if not tally.counts["reports"]:
        first = tally.faults[0]
        raise UnreadableFile(
            f"none of {len(inputs)} inputs could be read; the first {first.what}", first.where, first.mend
        )
    yield terms_nquads(ontology_path(), gazetteer, tally.codes, base)


def _one(document: Document, lexicon: Lexicon, gazetteer: Gazetteer, tally: _Tally, base: str) -> str:
    if first := tally.seen.get(document.sha256):
        mend = "Nothing to do: it is in the graph once"
        tally.faults.append(UnreadableFile(f"is the same as {first}", document.path, mend))
        return ""
    tally.seen[document.sha256] = document.path
    extraction = extract(document, lexicon, gazetteer)
    tally.codes |= codes_of(extraction)
    tally.names |= {(str(m.kind), m.code or m.label) for m in extraction.mentions}
    adoptions = sum(r.predicate == "adopts" for r in extraction.relations)
    tally.counts.update(
        reports=1,
        characters=len(document.text),
        observations=len(extraction.observations),
        adoptions=adoptions,
    )
    if extraction.meta.region is None or not any(m.kind == "Reform" for m in extraction.mentions):
        tally.off_topic.append(document.path)
    return to_nquads(extraction, gazetteer, lexicon, base)
