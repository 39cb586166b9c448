"""Many hands: files to outcomes through one `concurrent.futures.Executor`, whoever it belongs to.

In: jobs, each some files. Out: `Outcome`s, as they are done. Few jobs wait at any time; a worker that dies costs a
retry of the files that were in hand, one by one, and the file that kills a worker again is skipped. Out of scope: what
is done with a file (`shards`).
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from kg.errors import KgError
from kg.shards import Outcome, Recipe, Skipped, work

AHEAD = 3  # jobs in hand or waiting for each worker: none idles while the store takes its time

Job = tuple[str, ...]


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


def crew(workers: int = 1, scheduler: str | None = None) -> Crew:
    """Return local processes, this process itself where one is enough, or the workers of a Dask cluster.

    Args:
        workers: how many processes.
        scheduler: address of a running Dask scheduler: tcp://10.0.0.1:8786.

    Raises:
        KgError: Dask is not installed, or nothing answers at the address.
    """
    if scheduler:
        return _cluster(scheduler)
    if workers <= 1:
        return Crew(Here, 1)
    spawn = multiprocessing.get_context("spawn")  # forking a process that has threads may hang it
    return Crew(lambda: ProcessPoolExecutor(workers, mp_context=spawn, initializer=_settle_in), workers)


def run(jobs: Iterable[Job], recipe: Recipe, hands: Crew, do: Callable[..., list[Outcome]] = work) -> Iterator[Outcome]:
    """Yield what becomes of each file, as it is done.

    Args:
        jobs: files, some to a job.
        recipe: what is the same for all.
        hands: who does it.
        do: the work itself.

    Raises:
        KgError: no worker can go on: another version, a full disk.
    """
    waiting = iter(jobs)
    executor = hands.start()
    pending: dict[Future[list[Outcome]], Job] = {}
    suspects: deque[str] = deque()  # files in hand when a worker died: one of them may have killed it
    try:
        while True:
            while not suspects and len(pending) < hands.size * AHEAD and (job := next(waiting, None)):
                pending[executor.submit(do, job, recipe)] = job
            if suspects and not pending:
                alone = suspects.popleft()
                pending[executor.submit(do, (alone,), recipe)] = (alone,)
            if not pending:
                return
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                job = pending.pop(future)
                if not _died(future):
                    yield from future.result()
                    continue
                executor.shutdown(wait=False, cancel_futures=True)
                executor = hands.start()
                if len(job) == 1 and not pending and alone == job[0]:
                    yield _fatal(alone)
                else:
                    suspects += job
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
