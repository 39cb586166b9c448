"""Reports to a graph, as little as has changed: plan, extract, load, put in place. The one door for builds.

In: paths. Out: a graph under a folder that holds exactly what the inputs say, and a `BuildReport` that tells what could
not be read and why. One bad input never stops the others; whatever stops the build leaves the old graph in place.

    plan      which inputs are as they were (`manifest`), which are to be extracted
    extract   those, by however many hands (`workers`), into shards that outlive a killed build (`shards`)
    load      the shards into a copy of the graph, or an empty one, and take out what left (`store`)
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from kg.builds.manifest import Input, Manifest, read_manifest, write_manifest
from kg.builds.report import BuildReport, reported, write_report
from kg.builds.shards import CACHE, Facts, Outcome, Recipe, facts_version, has_shard, read_shard, sweep, work
from kg.builds.workers import Crew, crew, run
from kg.errors import UnreadableFile
from kg.graph.census import named_in
from kg.graph.iris import BASE, Iris
from kg.graph.reposts import Known, reposts, to_nquads
from kg.graph.store import Change, building, generation, newest, unwritable
from kg.graph.vocabulary import terms_nquads
from kg.readers.beside import accompanied, said_of, table_faults
from kg.readers.content import LIMITS, Limits
from kg.readers.elsewhere import address
from kg.readers.inputs import STDIN, find_inputs, holder, is_plain, load
from kg.resources import ontology_path
from kg.terms.gazetteer import load_gazetteer

TOGETHER = 8  # files to a job: handing one over takes 0.5 ms, extracting a file 10 ms (2026-11)
WORTH = 100  # files for each worker, below which its start takes longer than it saves: 1 s (2026-11)
FEW = (
    4  # one report in so many is new: below, only these are counted, which takes three times as long for each (2026-11)
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build has to do: inputs by absolute path."""

    new: tuple[str, ...]
    changed: tuple[str, ...]  # or to be extracted again, because terms or program changed
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    anew: bool  # whether the graph starts empty, not from a copy of the old one
    given: dict[str, str]  # as the user called them; a `Path` takes 420 bytes
    hashes: dict[str, str | None]  # of the files that are there
    faults: tuple[UnreadableFile, ...]  # folders and links that were passed over
    old: Manifest

    @property
    def todo(self) -> list[str]:
        """The inputs to extract."""
        return sorted((*self.new, *self.changed))

    def counts(self) -> dict[str, int]:
        """Return how many inputs there are of each sort."""
        return {name: len(getattr(self, name)) for name in ("new", "changed", "removed", "unchanged")}


def plan(paths: Sequence[Path], out: Path, base: str = BASE, *, keep: bool = False, limits: Limits = LIMITS) -> Plan:
    """Tell what a build would do. For the parameters see `build`."""
    faults: list[UnreadableFile] = []
    files = {_identity(path): path for path in find_inputs(paths, faults)}
    given = {path: str(called) for path, called in files.items()}
    faults += table_faults(files.values())
    old, version = read_manifest(newest(out)), facts_version()
    if keep:
        given |= {path: path for path in old.inputs if path not in given}
    files = {path: holder(Path(called)) for path, called in given.items()}
    said = accompanied(files.values())
    hashes = {path: _hash(file, limits, said=file in said) for path, file in files.items()}
    same = (old.version, old.base, old.limits) == (version, base, asdict(limits))
    unchanged = {
        path for path, sha in hashes.items() if same and sha and path in old.inputs and old.inputs[path].sha256 == sha
    }
    if keep and same:
        unchanged |= {path for path in old.inputs if hashes[path] is None and not os.path.lexists(path)}
    anew = not same or len(unchanged) * 2 < len(old.inputs)
    if anew:
        recipe = recipe_of(out, base)
        unchanged = {p for p in unchanged if all(has_shard(recipe, r.shard) for r in old.inputs[p].outcome.reports)}
    return Plan(
        tuple(sorted(path for path in given if path not in old.inputs)),
        tuple(sorted(path for path in given if path in old.inputs and path not in unchanged)),
        tuple(sorted(path for path in old.inputs if path not in given)),
        tuple(sorted(unchanged)),
        anew,
        given,
        hashes,
        tuple(faults),
        old,
    )


def build(  # noqa: PLR0913  one an option
    paths: Sequence[Path],
    out: Path,
    on_progress: Progress | None = None,
    base: str = BASE,
    *,
    keep: bool = False,
    workers: int = 1,
    scheduler: str | None = None,
    limits: Limits = LIMITS,
) -> BuildReport:
    """Build the graph of the reports at the paths under the folder `out`, in place of the one that is there.

    Inputs that are as they were at the last build are not extracted again. Killed at any moment, it leaves the old
    graph, and the next build goes on where this one stopped.

    Args:
        paths: files and folders; a folder gives every file of a type that is read.
        out: the graph's folder.
        on_progress: called with (done, all) after each input.
        base: where the IRIs of instances begin.
        keep: also keep the reports of earlier inputs that the paths don't name; otherwise they leave.
        workers: processes that extract; 1 is this one, 0 is one for each CPU if there is enough to do, and one apart
            from this if a file may end whoever reads it. A script that asks for others than its own must guard its
            start: `if __name__ == "__main__":`.
        scheduler: address of a Dask scheduler whose workers extract instead.
        limits: how much of each document is read at most; what is over one is left out and named.

    Raises:
        UnreadableFile: no input could be read at all; nothing is built then.
        KgError: another build is at work in the same folder, or it can't be written.
    """
    with building(out):
        try:
            the_plan = plan(paths, out, base, keep=keep, limits=limits)
            manifest = the_plan.old
            if the_plan.anew or the_plan.todo or the_plan.removed:
                apart = not workers and any(not is_plain(Path(the_plan.given[path])) for path in the_plan.todo)
                with crew(workers or _enough(len(the_plan.todo)), scheduler, apart=apart) as hands:
                    recipe = recipe_of(out, base, limits)
                    manifest = _Building(the_plan, out, recipe, hands, on_progress).manifest()
            report = reported(manifest, the_plan.faults, the_plan.counts())
            write_report(out, report)
        except OSError as error:
            raise unwritable(error) from error
    return report


class _Building:
    """One build on its way, from a plan to the manifest of a new generation."""

    def __init__(self, the_plan: Plan, out: Path, recipe: Recipe, hands: Crew, on_progress: Progress | None) -> None:
        self._plan, self._out, self._hands, self._progress = the_plan, out, hands, on_progress
        self._recipe = recipe
        self._inputs = {path: the_plan.old.inputs[path] for path in the_plan.unchanged}
        self._in_store: dict[str, str] = {}  # the reports in the new generation: hash to shard

    def manifest(self) -> Manifest:
        """Build a generation and put it in place."""
        plan, recipe = self._plan, self._recipe
        old = {} if plan.anew else plan.old.reports()
        self._in_store = {sha: report.shard for sha, report in old.items()}
        with generation(self._out, recipe.base, anew=plan.anew) as change:
            change.load(self._shards())
            found = Manifest(recipe.version, recipe.base, self._inputs)
            reports = found.reports()
            if not reports:
                raise self._nothing()
            counted = self._settle(change, old, reports)
            codes = {code for report in reports.values() for code in report.codes}
            if plan.anew or codes != {code for report in old.values() for code in report.codes}:
                change.drop("regions")
                change.load([terms_nquads(ontology_path(), load_gazetteer(), codes, recipe.base)])
            found_again = reposts(map(_known, reports.values()))
            change.drop("reposts")
            change.load([to_nquads(found_again, found.copies(), recipe.base)])
            came = [sha for sha, report in reports.items() if sha not in old or old[sha].shard != report.shard]
            known = plan.old.counts if counted and len(came) * FEW < len(reports) else None
            counts = change.finish(known, map(Iris(recipe.base).report, came))
            about = counts, named_in(change.store), asdict(recipe.limits), found_again
            found = Manifest(recipe.version, recipe.base, self._inputs, *about)
            write_manifest(change.path, found)
        sweep(recipe, {report.shard for known in self._inputs.values() for report in known.outcome.reports})
        return found

    def _shards(self) -> Iterator[str]:
        """Yield the shards of reports that the store lacks, and take note of what becomes of each input."""
        done = len(self._inputs)
        for known in list(self._inputs.values()):
            yield from self._lacking(known.outcome)
        for outcome in self._outcomes():
            path = _identity(Path(outcome.path))
            self._inputs[path] = Input(self._plan.hashes[path] if outcome.settled else None, outcome)
            yield from self._lacking(outcome)
            done += 1
            if self._progress:
                self._progress(done, len(self._plan.given))

    def _outcomes(self) -> Iterator[Outcome]:
        called = [self._plan.given[path] for path in self._plan.todo]
        if str(STDIN) in called:
            called.remove(str(STDIN))
            yield from work([str(STDIN)], self._recipe)
        jobs = (tuple(called[i : i + TOGETHER]) for i in range(0, len(called), TOGETHER))
        yield from run(jobs, self._recipe, self._hands)

    def _lacking(self, outcome: Outcome) -> Iterator[str]:
        for report in outcome.reports:
            if report.sha256 not in self._in_store:
                self._in_store[report.sha256] = report.shard
                yield self._shard(report, outcome.path)

    def _settle(self, change: Change, old: dict[str, Facts], reports: dict[str, Facts]) -> bool:
        """Take out what left, and put in place what another file of the same content said first.

        Tell whether all that left was there before this build.
        """
        iris, there = Iris(self._recipe.base), self._in_store
        gone = [sha for sha, shard in there.items() if sha not in reports or reports[sha].shard != shard]
        change.forget(map(iris.report, gone))
        paths = {r.shard: known.outcome.path for known in self._inputs.values() for r in known.outcome.reports}
        missing = [report for sha, report in reports.items() if there.get(sha) != report.shard]
        change.load(self._shard(report, paths[report.shard]) for report in missing)
        return old.keys() >= set(gone)

    def _shard(self, report: Facts, path: str) -> str:
        quads = read_shard(self._recipe, report.shard)
        if quads is None:  # somebody deleted the cache
            work([path], self._recipe)
            quads = read_shard(self._recipe, report.shard)
        if quads is None:
            raise UnreadableFile("changed while it was read", path, "Build again once it is written")
        return quads

    def _nothing(self) -> UnreadableFile:
        skipped = [one for known in self._inputs.values() for one in known.outcome.skipped]
        count = len(self._plan.given)
        return UnreadableFile(
            f"none of {count} inputs could be read; the first {skipped[0].reason}", skipped[0].path, skipped[0].remedy
        )


def _known(report: Facts) -> Known:
    gaps = (report.region is None) + (report.period is None)
    about = report.sketch, report.region, report.period, report.issued
    return Known(report.off_topic, gaps, report.name, report.sha256, *about)


def _enough(inputs: int) -> int:
    return max(1, min(len(os.sched_getaffinity(0)), inputs // WORTH))


def recipe_of(out: Path, base: str, limits: Limits = LIMITS) -> Recipe:
    """Return what is the same for all reports of a build in that folder."""
    return Recipe(str((out / CACHE / facts_version()).absolute()), facts_version(), base, limits)


def _identity(path: Path) -> str:
    """Return the absolute path, the same object each time: many values of a large build hold it."""
    found = str(path) if path == STDIN or address(path) else os.path.abspath(path)  # noqa: PTH100  links stay what they are called
    return sys.intern(found)


def _hash(path: Path, limits: Limits, *, said: bool) -> str | None:
    """Return the hash of a file's bytes and of what is said beside it; None for what can't be read, or not twice."""
    try:
        digest = sha256(b"" if path == STDIN else load(path, limits))
        if said and (fields := said_of(path)):
            digest.update(json.dumps(fields, sort_keys=True).encode())
    except UnreadableFile:
        return None
    return None if path == STDIN else sys.intern(digest.hexdigest())
