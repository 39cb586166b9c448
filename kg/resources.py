"""Where the files that ship with the package lie: `ontology/` and `data/`."""

from functools import cache
from pathlib import Path

from kg.errors import KgError

_PACKAGE = Path(__file__).resolve().parent


@cache
def _root() -> Path:
    for root in (_PACKAGE.parent, _PACKAGE / "_data"):  # a checkout first, then an installed wheel
        if (root / "ontology").is_dir() and (root / "data").is_dir():
            return root
    raise KgError("has no ontology/ and data/ beside it", str(_PACKAGE), "Install it again: pip install reform-kg")


def ontology_path() -> Path:
    """Return the folder of the term files."""
    return _root() / "ontology"


def data_path(name: str) -> Path:
    """Return the path of a shipped data file, given relative to `data/`."""
    return _root() / "data" / name
