"""Chinese government-service-reform reports in, a knowledge graph out.

    import kg
    rows = kg.open("outputs").lookup("福建")  # pandas.DataFrame(rows)

Importing this reads no file; each stage is a module of its own: kg.read, kg.extract, kg.build, kg.query, kg.export.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.opened import Opened

__all__ = ["open"]


def open(path: Path | str = "outputs") -> "Opened":  # noqa: A001  kg.open, as in webbrowser.open
    """Open a built graph for questions: `.lookup`, `.query`, `.compare`, `.matrix`.

    Raises:
        NoGraph: nothing was built there.
    """
    from kg.opened import Opened

    return Opened(path)
