"""Many hands: files to outcomes through one `concurrent.futures.Executor`, whoever it belongs to.

In: jobs, each some files. Out: `Outcome`s, as they are done. Few jobs wait at any time; a worker that dies costs a
retry of the files that were in hand, one by one, and the file that kills a worker again is skipped. Out of scope: what
is done with a file (`shards`).
"""

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.builds.shards import Outcome, Recipe, Skipped, work
from kg.errors import KgError
from kg.readers.deadline import too_slow
from kg.readers.inputs import shown

AHEAD = 3  # jobs in hand or waiting for each worker: none idles while the store takes its time

ANSWER = 15  # seconds that a scheduler has to answer

Job = tuple[str, ...]
Work = Callable[[Job, Recipe], list[Outcome]]


@dataclass(frozen=True, slots=True)
class Crew:
    """Who does the work."""

    start: Callable[[], Executor]  # also anew, after a worker died
    size: int  # workers


class Here(Executor):
    """An executor that does its work at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401  as inherited
        """Do it, and return it done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  whoever asks for the result gets it
            future.set_exception(error)
        return future


@contextmanager
def crew(workers: int = 1, scheduler: str | None = None, *, apart: bool = False) -> Iterator[Crew]:
    """Give local processes, this process itself where one is enough, or the workers of a Dask cluster.

    Args:
        workers: how many processes.
        scheduler: address of a running Dask scheduler: tcp://10.0.0.1:8786. Its workers must see the inputs and the
            graph's folder under the same paths as this process.
        apart: no work is done in this process, so that a file that ends whoever reads it doesn't end this.

    Raises:
        KgError: Dask is not installed, or no scheduler answers at the address.
    """
    if scheduler:
        with _client(scheduler) as client:
            yield Crew(client.get_executor, max(1, sum(client.nthreads().values())))
    elif workers <= 1 and not apart:
        yield Crew(Here, 1)
    else:
        spawn = multiprocessing.get_context("spawn")  # to fork a process that has threads may hang it
        yield Crew(lambda: ProcessPoolExecutor(workers, mp_context=spawn, initializer=_settle_in), workers)


def run(jobs: Iterable[Job], recipe: Recipe, hands: Crew, do: Work = work) -> Iterator[Outcome]:
    """Yield what becomes of each file, as it is done.

    Args:
        jobs: files, some to a job.
        recipe: what is the same for all.
        hands: who does it.
        do: the work itself.

    Raises:
        KgError: no worker can go on: it runs another version, or the disk is full.
    """
    waiting, shift = iter(jobs), _Shift(recipe, hands, do)
    suspects: deque[str] = deque()  # in hand when a worker died: one of them may have killed it
    since = 0.0
    try:
        while True:
            while not suspects and len(shift.pending) < hands.size * AHEAD and (job := next(waiting, None)):
                shift.hand(job)
            alone = suspects.popleft() if suspects and not shift.pending else None
            if alone is not None:
                since = time.monotonic()
                shift.hand((alone,))
            if not shift.pending:
                return
            for job, outcomes in shift.some_done():
                if outcomes is not None:
                    yield from outcomes
                elif alone is not None:
                    yield Outcome(alone, skipped=(_deadly(alone, time.monotonic() - since, recipe),), settled=False)
                else:
                    suspects.extend(job)
    finally:
        shift.end()


def _deadly(path: str, took: float, recipe: Recipe) -> Skipped:
    """Say what is wrong with a file that ends the process that reads it, each time."""
    if took > recipe.limits.seconds:
        fault = too_slow(recipe.limits.seconds, shown(Path(path)))
        return Skipped(fault.where, fault.what, fault.mend)
    return Skipped(
        shown(Path(path)), "ends the process that reads it", "It is broken, or made to harm: save it anew, or as .txt"
    )


class _Shift:
    """Jobs in the hands of an executor, which is started anew when a worker's death breaks it."""

    def __init__(self, recipe: Recipe, hands: Crew, do: Work) -> None:
        self._recipe, self._hands, self._do = recipe, hands, do
        self._executor = hands.start()
        self.pending: dict[Future[list[Outcome]], Job] = {}

    def hand(self, job: Job) -> None:
        """Give a job to whoever is free."""
        try:
            future = self._executor.submit(self._do, job, self._recipe)
        except BrokenExecutor as error:
            future = Future()
            future.set_exception(error)
        self.pending[future] = job

    def some_done(self) -> Iterator[tuple[Job, list[Outcome] | None]]:
        """Wait until some jobs are done, and yield their outcomes; None where a worker died."""
        done = wait(self.pending, return_when=FIRST_COMPLETED).done
        if any(isinstance(future.exception(), BrokenExecutor) for future in done):
            done = wait(self.pending).done  # all that it had in hand fail with it
            self.end()
            self._executor = self._hands.start()
        for future in done:
            job, error = self.pending.pop(future), future.exception()
            died = isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"  # Dask's name for it
            yield job, None if died else future.result()

    def end(self) -> None:
        """Let the executor go."""
        for future in self.pending:
            future.cancel()
        self._executor.shutdown(wait=False)  # Dask's knows no cancel_futures


def _settle_in() -> None:
    """Make a worker leave the keys to its parent, and go when that is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _client(address: str) -> Any:  # noqa: ANN401  Dask has no types
    """Return a client of a Dask scheduler, which closes itself as a context."""
    try:
        from distributed import Client
    except ImportError as error:
        raise KgError("needs Dask", "--scheduler", "Install it: pip install 'reform-kg[cluster]'") from error
    try:
        return Client(address, timeout=ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        raise KgError(f"does not answer: {error}", address, "Is it the address that dask scheduler printed?") from error
