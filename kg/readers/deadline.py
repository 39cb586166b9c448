"""A time limit for one document: whatever takes longer is given up, and the next one has its turn.

In: seconds, and the document's name. Out: `UnreadableFile` from within the code that takes too long. What doesn't heed
that, because it hangs in a library, ends with its process where that is a worker of a build; `workers` starts another.
"""

import faulthandler
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import parent_process

from kg.errors import UnreadableFile

AGAIN = 5.0  # seconds until code that passed over the first exception gets another
GRACE = 10  # seconds from the limit until a worker ends that does not come back


@contextmanager
def within(seconds: int, where: str) -> Iterator[None]:
    """Give up what is done here once it takes longer than so many seconds.

    Raises:
        UnreadableFile: it took longer. Only in the main thread of a process; in others only a worker's end helps.
    """
    over = False

    def give_up(*_: object) -> None:
        if not over:
            raise too_slow(seconds, where)

    heard = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGALRM, give_up) if heard else None
    try:
        with _last_resort(seconds + GRACE):
            if heard:
                signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
            yield
    finally:
        over = True
        if heard:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


def too_slow(seconds: float, where: str) -> UnreadableFile:
    """Make the error for a document that takes too long."""
    mend = "Is it made to harm? If not, split it, or give it more time: --max-seconds"
    return UnreadableFile(f"takes longer than {seconds:g} seconds", where, mend)


@contextmanager
def _last_resort(seconds: int) -> Iterator[None]:
    """End this process, if it is a worker, after so many seconds, even where a library holds on to everything."""
    if parent_process() is None:
        yield
        return
    with open(os.devnull, "w", encoding="ascii") as nowhere:  # noqa: PTH123  os.devnull is no path of the user's
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
