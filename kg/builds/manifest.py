"""What a graph was built from: each input by its content, and the reports that came of it.

Lies in the generation that it describes, `inputs.jsonl`, so that the two change places together.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kg.builds.shards import Facts, Outcome, Skipped

FILE = "inputs.jsonl"


@dataclass(frozen=True, slots=True)
class Input:
    """A file as it was when its reports came into the graph."""

    sha256: str | None  # of its bytes; None where it could not be read, or need not come out the same again
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Manifest:
    """All inputs of a graph, and what else decided its facts."""

    version: str = ""
    base: str = ""
    inputs: dict[str, Input] = field(default_factory=dict)  # by absolute path
    counts: dict[str, int] = field(default_factory=dict)
    entities: dict[str, int] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    reposts: dict[str, str] = field(default_factory=dict)  # the hash of each, with that of the report that counts

    def reports(self) -> dict[str, Facts]:
        """Return the reports of the graph by hash: of those of the same content, the first by name and place."""
        return winners((path, known.outcome) for path, known in self.inputs.items())

    def copies(self) -> dict[str, list[str]]:
        """Return the names of further files with the same bytes, by hash."""
        names: dict[str, list[str]] = {}
        for known in self.inputs.values():
            for report in known.outcome.reports:
                names.setdefault(report.sha256, []).append(report.name)
        return {sha256: sorted(held)[1:] for sha256, held in names.items() if len(held) > 1}


def winners(outcomes: Iterable[tuple[str, Outcome]]) -> dict[str, Facts]:
    """Return one report for each hash: the one whose file's name, then whose place, comes first.

    The name decides before the place, because it is a fact of the graph: folders that are called otherwise give the
    same graph.
    """
    found: dict[str, tuple[tuple[str, str, int, str], Facts]] = {}
    for path, outcome in outcomes:
        for row, report in enumerate(outcome.reports):
            rank = (report.name, path, row, report.shard)
            if report.sha256 not in found or rank < found[report.sha256][0]:
                found[report.sha256] = rank, report
    return {sha256: report for sha256, (_, report) in found.items()}


def write_manifest(generation: Path, manifest: Manifest) -> None:
    """Write it into a generation."""
    with (generation / FILE).open("w", encoding="utf-8") as file:
        about = {
            name: getattr(manifest, name) for name in ("version", "base", "counts", "entities", "limits", "reposts")
        }
        file.write(json.dumps(about) + "\n")
        for path, known in sorted(manifest.inputs.items()):
            file.write(json.dumps([path, known.sha256, *_listed(known.outcome)]) + "\n")


def read_manifest(generation: Path | None) -> Manifest:
    """Return the manifest of a generation; an empty one where there is none that can be used."""
    try:
        if generation is None:
            return Manifest()
        with (generation / FILE).open(encoding="utf-8") as file:
            about = json.loads(next(file))
            return Manifest(**about, inputs=dict(map(_input, file)))
    except (OSError, ValueError, TypeError, KeyError, StopIteration):
        return Manifest()


def _listed(outcome: Outcome) -> tuple[object, ...]:
    """Return all fields in order; `dataclasses.astuple` does it too, ten times slower."""
    reports = [
        (r.sha256, r.name, r.shard, r.characters, r.codes, r.off_topic, r.region, r.period, r.issued, r.sketch)
        for r in outcome.reports
    ]
    return outcome.path, reports, [(s.path, s.reason, s.remedy) for s in outcome.skipped], outcome.settled


def _input(line: str) -> tuple[str, Input]:
    path, sha256, called, reports, skipped, settled = json.loads(line)
    facts = tuple(
        Facts(sha, name, shard, size, tuple(codes), *rest) for sha, name, shard, size, codes, *rest in reports
    )
    return path, Input(sha256, Outcome(called, facts, tuple(Skipped(*one) for one in skipped), settled))
