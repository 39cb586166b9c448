"""What a build tells when it is done: how much is in the graph, what is not and why, what repeats what.

In: what a graph was built from. Out: `BuildReport`, and the two files of it beside the graph: build-report.json for
programs, build-report.txt for people. Both are the same for the same inputs, whatever the day and the machine.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kg.builds.manifest import Manifest
from kg.builds.shards import Facts, Outcome, Skipped
from kg.errors import UnreadableFile
from kg.readers.inputs import shown
from kg.table import Row, as_table

FIRST = 100  # reposts, and reports off the topic, that the tables list: nothing is wrong with them (2026-11)
REPORT = "build-report.json"
TABLE = "build-report.txt"
_PLURALS = {"Agency": "agencies", "Policy": "policies"}


@dataclass(frozen=True, slots=True)
class Repost:
    """A report that says what another says; both are in the graph, and one is counted."""

    path: str
    of: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    reports: int  # in the graph
    characters: int  # of their texts
    skipped: tuple[Skipped, ...]
    entities: dict[str, int]  # distinct things that texts name, by kind: Region, Agency, Reform, Platform, Policy
    observations: int
    adoptions: int
    reposts: tuple[Repost, ...]  # in the graph, and counted once with what they repeat
    off_topic: tuple[str, ...]  # read and kept, but without a region or without any reform
    counts: dict[str, int]  # triples, and things by class, as the store has them
    changes: dict[str, int] = field(default_factory=dict)  # inputs new, changed, removed, unchanged; not kept on disk


def reported(manifest: Manifest, faults: Sequence[UnreadableFile], changes: dict[str, int]) -> BuildReport:
    """Return what to tell of a graph: also of folders and links that were passed over, and of what changed."""
    reports, counts = manifest.reports(), manifest.counts
    skipped = [Skipped(fault.where, fault.what, fault.mend) for fault in faults]
    first: dict[str, tuple[Outcome, Facts]] = {}
    off_topic: list[str] = []
    for _, known in sorted(manifest.inputs.items()):
        skipped += known.outcome.skipped
        for report in known.outcome.reports:
            if reports[report.sha256].shard == report.shard:
                first.setdefault(report.sha256, (known.outcome, report))
    for _, known in sorted(manifest.inputs.items()):
        for report in known.outcome.reports:
            if (known.outcome, report) != first[report.sha256]:
                what = f"is the same as {_called(*first[report.sha256])}"
                skipped.append(Skipped(_called(known.outcome, report), what, "Nothing to do: it is in the graph once"))
            elif report.off_topic:
                off_topic.append(_called(known.outcome, report))
    linked = (Repost(_called(*first[a]), _called(*first[b])) for a, b in manifest.reposts.items())
    return BuildReport(
        len(reports),
        sum(report.characters for report in reports.values()),
        tuple(sorted(skipped, key=lambda s: s.path)),
        manifest.entities,
        counts.get("kg:Observation", 0),
        counts.get("kg:Adoption", 0),
        tuple(sorted(linked, key=lambda r: r.path)),
        tuple(off_topic),
        counts,
        changes,
    )


def write_report(folder: Path, report: BuildReport) -> None:
    """Write both files beside the graph."""
    about = asdict(report)
    del about["changes"]
    texts = {REPORT: json.dumps(about, ensure_ascii=False, indent=1) + "\n", TABLE: as_text(report) + "\n"}
    for name, text in texts.items():
        fresh = folder / f".{name}"
        fresh.write_text(text, encoding="utf-8", errors="replace")
        fresh.replace(folder / name)


def as_text(report: BuildReport) -> str:
    """Return all of a report as tables for people."""
    parts = [as_table(counted(report), None, right=("count",))]
    names = ("input", "what is wrong", "what mends it")
    skipped: list[Row] = [dict(zip(names, (s.path, s.reason, s.remedy), strict=True)) for s in report.skipped]
    reposts: list[Row] = [{"report": r.path, "says what this says": r.of} for r in report.reposts[:FIRST]]
    others: list[Row] = [{"report": path} for path in report.off_topic[:FIRST]]
    lists = (
        (_SKIPPED, skipped, len(skipped)),
        (_REPOSTS, reposts, len(report.reposts)),
        (_OFF_TOPIC, others, len(report.off_topic)),
    )
    for title, rows, count in lists:
        if rows:
            parts.append(f"{title}: {count:,}\n\n{as_table(rows)}")
        if count > len(rows):
            parts.append(f"… and {count - len(rows):,} more: {REPORT} lists all")
    return "\n\n".join(parts)


_SKIPPED = "Inputs, or parts of them, that are not in the graph"
_REPOSTS = "Reposts, which are in the graph and count once"
_OFF_TOPIC = "Reports without a region or without any reform"


def counted(report: BuildReport, notes: Mapping[str, str] = {}) -> list[Row]:
    """Return what is in the graph, a row a kind, with a note beside some."""
    counts = {
        "reports": report.reports,
        **{_PLURALS.get(kind, kind.lower() + "s"): count for kind, count in report.entities.items()},
        "figures": report.observations,
        "adoptions": report.adoptions,
        "triples": report.counts["triples"],
    }
    told = {"reports": f"{report.characters:,} characters"} | dict(notes)
    return [{"what": what, "count": f"{count:,}", "": told.get(what, "")} for what, count in counts.items()]


def _called(outcome: Outcome, report: Facts) -> str:
    """Return how to name a report to the user: its file, and which of several in it."""
    file = shown(Path(outcome.path))
    return file if len(outcome.reports) == 1 else f"{file}: {report.name}"
