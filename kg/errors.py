"""Faults that the person at the keyboard can mend. Anything else is a bug and keeps its traceback."""

from collections.abc import Iterable
from difflib import get_close_matches


class KgError(Exception):
    """What is wrong, where it is, and what mends it.

    >>> print(KgError("is no UTF-8 text", "report.txt, byte 3", "Convert it: iconv -f GB18030 -t UTF-8"))
    report.txt, byte 3: is no UTF-8 text
      Convert it: iconv -f GB18030 -t UTF-8
    """

    def __init__(self, what: str, where: str = "", mend: str = "") -> None:
        super().__init__(what, where, mend)
        self.what, self.where, self.mend = what, where, mend

    def __str__(self) -> str:
        return "".join((self.where and f"{self.where}: ", self.what, self.mend and f"\n  {self.mend}"))


class UnreadableFile(KgError):
    """A file that is not what it claims to be, or can't be opened."""


class BadOntology(KgError):
    """A term file that can't be used: an empty cue set, a form owned twice, a missing label."""


class NoGraph(KgError):
    """There is no built graph where one is asked for, or it can't be opened."""


class BadQuery(KgError):
    """A query that doesn't parse, or that asks for something the graph doesn't allow."""


class Ambiguous(KgError):
    """A name that means several things; the message lists them."""


def unknown(kind: str, name: str, known: Iterable[str], where: str = "") -> KgError:
    """Make the error for a name that is not among the known ones, with the nearest of them."""
    names = sorted(known)
    near = get_close_matches(name, names, n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(names[:20])}."
    return KgError(f"no {kind} is called {name!r}", where, hint)
