"""Processes that hold the graph and work on it, so that work that takes too long can be ended: by ending the process.

In: the name of a job and its arguments. Out: what it returns, or the fault it raised. Out of scope: the jobs (`jobs`).
"""

import contextlib
import ctypes
import multiprocessing
import os
import queue
import resource
import signal
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KgError

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

MEMORY = 3 << 30
"""Bytes of its own that a worker may hold; above, it ends. A page needs some 0.1 GB, a store of 5,000 reports too."""
STARTING = 60.0
"""Seconds that a worker may take to come up; it takes half of one on an idle machine (2026-11)."""
MOMENT = 1.0
"""Seconds of a processor in which most queries are done; what takes more goes to the slow lane (2026-11)."""
PATIENCE = 30.0
"""Seconds that a request waits for a free worker."""
GRACE = 5
"""Seconds after which a worker that nobody ended ends itself: the server was killed."""
_NEW_NET, _NEW_USER = 0x40000000, 0x10000000  # of unshare(2)


class TookTooLong(KgError):
    """Work that was ended because its time was up."""


class NotYet(TookTooLong):
    """Work that was ended after a moment, and may be begun again where there is more time."""


class Overloaded(KgError):
    """No worker was free, or one gave out: too much memory, too deep a nesting."""


class Bug(Exception):
    """A fault of ours in a worker; the message is its traceback."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a worker finds the graph, and the reports' own files."""

    graph: Path
    reports: tuple[Path, ...] = ()


class _Worker:
    def __init__(self, source: Source) -> None:
        context = multiprocessing.get_context("spawn")  # fork would copy the locks of running threads
        self._here, there = context.Pipe()
        self.process: SpawnProcess = context.Process(target=work, args=(there, source), daemon=True)
        self.process.start()
        there.close()
        self._ready = False

    def do(
        self, name: str, args: Sequence[object], options: Mapping[str, object], seconds: float, moment: float
    ) -> object:
        if not self._ready:
            if not self._here.poll(STARTING):
                raise Overloaded("a worker did not come up in time", "", "Try again.")
            self._here.recv()
            self._ready = True
        self._here.send((name, args, options, seconds))
        end, before = time.monotonic() + seconds, self._processor()
        while not self._here.poll(min(moment, max(0.0, end - time.monotonic()))):
            if time.monotonic() >= end:
                raise TookTooLong(f"took more than {seconds:g} s, which is the limit, and was stopped", "query",
                                  "Narrow it, or raise the limit of the server: kg serve --timeout 60")  # fmt: skip
            if self._processor() - before >= moment:
                raise NotYet(f"took more than {moment:g} s", "query")
        how, answer = self._here.recv()
        if how == "fault":
            raise answer
        if how == "bug":
            raise Bug(answer)
        return answer

    def _processor(self) -> float:
        """Return the seconds of a processor that the worker has had; on a busy machine less than those that passed."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (OSError, IndexError, ValueError):  # not on Linux: the clock on the wall must do
            return time.monotonic()

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self._here.close()


class Pool:
    """So many workers; a job takes the next free one. Safe to use from many threads."""

    def __init__(self, source: Source, count: int, seconds: float, moment: float | None = None) -> None:
        self._source, self.count, self.seconds, self._moment = source, count, seconds, moment or seconds
        self._free: queue.LifoQueue[_Worker | None] = queue.LifoQueue()  # None: there will be no more
        self._open = True
        self._all: set[_Worker] = set()
        for _ in range(count):
            self._free.put(self._fresh())

    def do(self, name: str, *args: object, **options: object) -> object:
        """Have a job done.

        Raises:
            TookTooLong: it was stopped; NotYet, after a moment.
            Overloaded: no worker became free, or the one that had it gave out.
            KgError: the job's own fault.
        """
        try:
            worker = self._free.get(timeout=PATIENCE)
        except queue.Empty:
            raise Overloaded(f"all {self.count} workers are busy", "", "Try again in a while.") from None
        if worker is None:
            self._free.put(None)  # for whoever else waits
            raise _closing()
        keep = False
        try:
            answer = worker.do(name, args, options, self.seconds, self._moment)
        except (EOFError, OSError):
            if not self._open:
                raise _closing() from None
            raise Overloaded("needed too much memory or is nested too deeply, and was stopped", "query",
                             "Narrow it, or ask for less at once: LIMIT 1000") from None  # fmt: skip
        except (TookTooLong, Overloaded):
            raise
        except (KgError, Bug):
            keep = True
            raise
        else:
            keep = True
            return answer
        finally:
            if not keep:
                self._all.discard(worker)
                worker.end()
            if self._open:
                self._free.put(worker if keep else self._fresh())

    def close(self) -> None:
        """End all workers, whatever they do."""
        self._open = False
        self._free.put(None)
        for worker in list(self._all):
            worker.process.kill()
            worker.process.join()

    def _fresh(self) -> _Worker:
        worker = _Worker(self._source)
        self._all.add(worker)
        return worker


def _closing() -> Overloaded:
    return Overloaded("the server is being stopped", "", "Ask it again once it runs.")


class Lanes:
    """Two pools: what isn't done in a moment is stopped, and begun again in the slow one.

    So a few queries without end never hold up the others, however many they are; the slow ones wait for each other.
    """

    def __init__(self, source: Source, count: int, seconds: float) -> None:
        self._quick = Pool(source, count, seconds, MOMENT if seconds > MOMENT else None)
        self._slow = Pool(source, max(1, count // 2), seconds)

    def do(self, name: str, *args: object, **options: object) -> object:
        """Have a job done; for what it raises see `Pool.do`."""
        try:
            return self._quick.do(name, *args, **options)
        except NotYet:
            return self._slow.do(name, *args, **options)

    def close(self) -> None:
        """End all workers, whatever they do."""
        self._quick.close()
        self._slow.close()


def work(pipe: Connection, source: Source) -> None:
    """Do jobs until the other end is gone: the life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server ends its workers
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _leave_network()
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    from kg.serve.jobs import JOBS
    from kg.serve.snapshot import Keeper

    keeper = Keeper(source.graph, source.reports)
    with contextlib.suppress(KgError):  # said to whoever asks first
        keeper.newest()
    pipe.send("ready")
    while True:
        try:
            name, args, options, seconds = pipe.recv()
        except (EOFError, OSError):
            return
        signal.setitimer(signal.ITIMER_REAL, seconds + GRACE)  # its default action ends the process, whatever it does
        try:
            answer: tuple[str, object] = "done", JOBS[name](keeper.newest(), *args, **options)
        except KgError as error:
            answer = "fault", error
        except MemoryError:
            os._exit(1)
        except Exception:  # noqa: BLE001  said in the server's log
            answer = "bug", traceback.format_exc()
        signal.setitimer(signal.ITIMER_REAL, 0)
        pipe.send(answer)


def _leave_network() -> None:
    """Take a network of its own, without any device, where the system allows it: a second lock beside `guard`."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_NEW_NET):
            libc.unshare(_NEW_USER | _NEW_NET)
