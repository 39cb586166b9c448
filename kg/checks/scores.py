"""How the checks of a text's arithmetic agree with judged ones.

In: the checks of a gold file and those found, both as JSON objects. Out: counts, and what was missed or false. A check
is right when it relates the same claimed figure to the same others; what sort of arithmetic that is called counts for
nothing, for the judges have fewer names for it. What gold calls optional is neither asked for nor punished.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.checks.claims import Check

Json = Mapping[str, Any]
Key = tuple[int, frozenset[int]]  # where the claimed figure stands, and where its operands do


@dataclass(frozen=True, slots=True)
class Judged:
    """The checks of one document against the judges'."""

    hits: frozenset[Key]
    answered: frozenset[Key]
    wanted: frozenset[Key]

    @property
    def missed(self) -> Sequence[Key]:
        """Those that gold has and nobody found."""
        return sorted(self.wanted - self.answered, key=_order)

    @property
    def false(self) -> Sequence[Key]:
        """Those that gold doesn't have."""
        return sorted(self.answered - self.hits, key=_order)


def judged(gold: Iterable[Json], found: Iterable[Json]) -> Judged:
    """Set the checks found against gold's."""
    listed = list(gold)
    wanted = frozenset(_key(one) for one in listed if not one.get("optional"))
    answered = frozenset(map(_key, found))
    return Judged(answered & frozenset(map(_key, listed)), answered, wanted)


def as_object(check: Check) -> dict[str, Any]:
    """Return a check as gold files have it."""
    return {
        "kind": str(check.kind),
        "claimed": {"start": check.claimed.span.start, "text": check.claimed.written},
        "operands": [{"start": o.span.start, "text": o.written} for o in check.operands],
        "grade": str(check.grade),
    }


def _key(one: Json) -> Key:
    return int(one["claimed"]["start"]), frozenset(int(o["start"]) for o in one["operands"])


def _order(key: Key) -> tuple[int, list[int]]:
    return key[0], sorted(key[1])
