"""Chinese government-service-reform reports in, a knowledge graph out.

    import kg
    kg.reading("report.txt")            # a report and what it states
    graph = kg.make("reports", "outputs")
    graph.lookup("福建").to_frame()      # a pandas data frame

Importing this reads no file; each stage is a folder of its own, and says in its first line what it is for.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.frames import Frame
    from kg.notebook import Reading, Readings
    from kg.opened import Opened

__all__ = ["make", "open", "reading", "readings"]


def open(path: Path | str = "outputs") -> "Opened":  # noqa: A001  kg.open, as in webbrowser.open
    """Open a built graph for questions: `.lookup`, `.query`, `.facts`, `.panel`, `.plot` and others.

    Raises:
        NoGraph: nothing was built there.
    """
    from kg.opened import Opened

    return Opened(path)


def make(source: "str | Path | Frame | list[str | Path]", folder: Path | str = "outputs") -> "Opened":
    """Build the graph of files, folders, or a data frame's rows (a column `text`) under a folder, and open it.

    Raises:
        UnreadableFile: nothing could be read.
    """
    from kg.opened import make

    return make(source, folder)


def reading(path: Path | str) -> "Reading":
    """Return a report and what it states: `.facts`, `.names`, `.relations`, `.text`.

    Raises:
        UnreadableFile: it can't be read.
    """
    from kg.notebook import reading

    return reading(path)


def readings(source: "str | Path | Frame | Iterable[str | Path]") -> "Readings":
    """Return several reports and what they state: of a folder, several files, or the rows of a data frame.

    Raises:
        UnreadableFile: one of them can't be read.
    """
    from kg.notebook import readings

    return readings(source)
