"""Triples on disk: an Oxigraph store that readers always see whole.

    DIR/store          a link to the newest finished generation; any Oxigraph opens it
    DIR/.store-1, -2   generations: the newest, the one before it for readers that still have it open

A build fills a new generation beside the old one and then moves the link, which is one step for the file system.
Whatever kills it, the link points to a whole graph. Out of scope: what the triples say (`graph`).
"""

import fcntl
import io
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import KgError, NoGraph
from kg.graph.census import census, counts, described, ordered
from kg.graph.forget import forget
from kg.graph.iris import BASE, Iris, report_graph

if TYPE_CHECKING:
    from concurrent.futures import Future

    import rdflib

LINK = "store"
BATCH = 12_000_000  # characters, some 60,000 quads: larger ones load no faster and need more memory (2026-11)
_GENERATION = re.compile(r"\.store-(\d+)")
SHARED = ("entities", "regions", "reposts", "terms", "vocabulary")
"""Graphs that no report owns, but for the description of the whole."""


@contextmanager
def generation(directory: Path, base: str = BASE, *, anew: bool = False) -> Iterator["Change"]:
    """Give a new generation, empty or a copy of the newest, and put it in place if all goes well; hold `building`.

    The caller may put files of its own into the generation's folder: they come into place with it.

    Raises:
        NoGraph: nothing was built there, and it is not to be built anew.
        KgError: the folder can't be written.
    """
    with _new_generation(directory) as path:
        if not anew:
            open_store(directory).backup(str(path))
        change = Change(path, base, anew=anew)
        yield change
        change.close()


class Change:
    """A generation in the making, which nobody reads before it is whole."""

    def __init__(self, path: Path, base: str, *, anew: bool) -> None:
        self.path, self.store = path, ox.Store(str(path))
        self._iris, self._anew = Iris(base), anew
        self._gone = Counter[str]()  # counts of what is taken out
        if not anew:
            self._gone.update(census(self.store, self._shared()))

    def forget(self, reports: Iterable[str]) -> None:
        """Take reports out, given their IRIs, with what only they named or stated."""
        graphs = [ox.NamedNode(report_graph(report)) for report in reports]
        for graph in graphs:
            self._gone.update(census(self.store, [graph]))
        forget(self.store, graphs, self._iris.base)

    def drop(self, *names: str) -> None:
        """Take out graphs that no report owns."""
        for name in names:
            self.store.remove_graph(ox.NamedNode(self._iris.graph(name)))

    def load(self, chunks: Iterable[str]) -> None:
        """Put N-Quads in."""
        _load(self.store, chunks)

    def finish(self, before: dict[str, int] | None = None, came: Iterable[str] = ()) -> dict[str, int]:
        """Describe the whole, and return its counts.

        Args:
            before: the counts of the generation that this one began as, so that only what changed is counted.
            came: IRIs of the reports that were put in; needed with `before`.
        """
        if self._anew:
            self.store.optimize()
        self.drop("void")
        if before is None or self._anew:
            found = counts(self.store)
        else:
            now = Counter(before)
            now.subtract(self._gone)
            for graphs in (self._shared(), *([ox.NamedNode(report_graph(report))] for report in came)):
                now.update(census(self.store, graphs))
            found = ordered({name: count for name, count in now.items() if count})
        self.load([described(found, self._iris.base)])
        self.store.flush()
        return found

    def close(self) -> None:
        """Let go of the store, which tidies its files as long as it is open: a reader may find one gone."""
        del self.store

    def _shared(self) -> list[ox.NamedNode]:
        return [ox.NamedNode(self._iris.graph(name)) for name in SHARED]


def newest(directory: Path) -> Path | None:
    """Return the folder of the newest finished generation."""
    return _current(directory)


def open_store(directory: Path) -> ox.Store:
    """Open the newest finished graph for reading; a later build doesn't disturb it.

    Raises:
        NoGraph: nothing was built there, or it can't be read.
    """
    while True:
        path = _current(directory)
        if path is None:
            raise NoGraph("there is no graph", str(directory), "Make one: kg build REPORTS; or name its folder: -g DIR")
        try:
            return ox.Store.read_only(str(path))
        except (OSError, RuntimeError) as error:  # RuntimeError: files of it are gone
            if _current(directory) == path:  # else a build has replaced it between finding and opening it
                raise NoGraph(f"can't be opened: {error}", str(directory), "Build it again: kg build") from error


def as_rdflib(directory: Path) -> "rdflib.Dataset":
    """Copy the graph into an rdflib Dataset whose default graph is the union of all.

    In memory: 70 s and 1.3 GB a million triples. For more, query the store where it lies with the package oxrdflib:
    `rdflib.Dataset(store=oxrdflib.OxigraphStore(store=open_store(directory)), default_union=True)`.
    """
    import rdflib

    dataset = rdflib.Dataset(default_union=True)
    dump = open_store(directory).dump(format=ox.RdfFormat.N_QUADS)
    return dataset.parse(io.BytesIO(dump or b""), format="nquads")


@contextmanager
def building(directory: Path) -> Iterator[None]:
    """Hold the folder, made if it is not there, for one build; the lock goes with the process, however it ends.

    Raises:
        KgError: another process holds it, and the message says which; or it can't be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(error) from error
    with (directory / ".lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = f"process {lock.read().strip() or 'unknown'} is building there"
            raise KgError(holder, str(directory), "Wait for it, or name another folder: -g DIR") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


@contextmanager
def _new_generation(directory: Path) -> Iterator[Path]:
    """Give a path to fill; put it in place if that goes well, else leave no trace of it."""
    current = _current(directory)
    _sweep(directory, {current})
    new = directory / f".store-{_number(current) + 1}"
    try:
        yield new
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    _point(directory, new)
    _sweep(directory, {current, new})


def _load(store: ox.Store, chunks: Iterable[str]) -> None:
    """Load batch by batch in a thread of its own: the loader leaves Python free to make the next batch meanwhile."""
    from concurrent.futures import ThreadPoolExecutor  # a twentieth of the time in which `kg lookup` answers

    def load(quads: str) -> None:
        # lenient: nothing that `iris` and `nquads` make is invalid, their tests see to it; checking costs a third
        try:
            store.bulk_load(quads.encode(), ox.RdfFormat.N_QUADS, lenient=True)
        except OSError as error:
            raise unwritable(error) from error

    with ThreadPoolExecutor(1) as loader:
        pending: Future[None] | None = None
        for batch in _batches(chunks):
            if pending:
                pending.result()
            pending = loader.submit(load, batch)
        if pending:
            pending.result()


def _batches(chunks: Iterable[str]) -> Iterator[str]:
    held: list[str] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= BATCH:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)


def unwritable(error: OSError) -> KgError:
    """Make the error for a folder or disk that can't be written."""
    mend = "The old graph is as it was. Free some space, or build elsewhere: -g DIR"
    return KgError(f"can't be written: {error}", error.filename or "", mend)


def _current(directory: Path) -> Path | None:
    link = directory / LINK
    if link.is_symlink() and link.exists():
        return directory / link.readlink()
    return link if link.is_dir() else None  # a folder: copied from elsewhere with its links followed


def _number(generation: Path | None) -> int:
    found = generation and _GENERATION.fullmatch(generation.name)
    return int(found[1]) if found else 0


def _point(directory: Path, generation: Path) -> None:
    """Move the link: rename replaces it in one step."""
    fresh = directory / ".store-link"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(generation.name)
    if not (link := directory / LINK).is_symlink() and link.is_dir():
        shutil.rmtree(link)
    fresh.replace(link)


def _sweep(directory: Path, kept: Iterable[Path | None]) -> None:
    for path in directory.iterdir():
        if _GENERATION.fullmatch(path.name) and path not in kept:
            shutil.rmtree(path, ignore_errors=True)
