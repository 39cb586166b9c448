"""The divisions and functional zones of the country, by code and by name.

In: `data/gazetteers/regions.tsv` and `zones.tsv`. Out: a `Gazetteer`, read-only after it is loaded. A code holds for
certain years only, and a name may be that of several places: nothing here chooses among them. Out of scope: names in
running text (`regions`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher, get_close_matches
from functools import cache, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from kg.errors import KgError
from kg.resources import data_path
from kg.text.fold import fold

LEVELS = ("province", "prefecture", "county", "zone")
SHORTEST = 2  # characters of a name that can be part of a path: 沙县
CLOSE = 100  # names that are looked at: many of two characters have one of them in common
KEPT = 1 << 13  # answers that are asked for again: a text names the same few places (2026-11)
SUGGESTIONS = 3  # as many as fit on a line of an error


_OF_A_ZONE = ("name", "parent", "short", "valid_from", "valid_to")


class Division(NamedTuple):
    """A division, or a functional zone, for as long as its code, name and parent stayed the same.

    A tuple: there are 3,900, and to make them is most of what it takes to know the country.
    """

    code: str  # GB/T 2260; empty for a zone, which has none
    name: str  # official: 沙县区
    level: str  # one of LEVELS
    parent: str | None  # code; None above a province
    short: tuple[str, ...] = ()  # common names, the plainest first: 沙县
    former: tuple[str, ...] = ()  # official names that it had before, oldest first
    abbreviation: tuple[str, ...] = ()  # of a province, one character each: 沪, 申
    valid_from: int | None = None  # the first year at whose end it was in force; None: before all that we know of
    valid_to: int | None = None  # the last such year; None: still in force
    successor: str | None = None  # the newest code of what it turned into

    def __hash__(self) -> int:  # of all fields it would take five times as long; few have both the same
        return hash((self.code, self.name))

    def holds(self, year: int | None) -> bool:
        """Tell whether it was in force at the end of a year; without one, whether it still is."""
        if year is None:
            return self.valid_to is None
        return (self.valid_from or 0) <= year <= (self.valid_to or year)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name but the abbreviations, the official one first."""
        return (self.name, *self.short, *self.former)


class Gazetteer:
    """All divisions and zones, by code and by name."""

    def __init__(self, divisions: Iterable[Division]) -> None:
        self.divisions = tuple(divisions)
        self._by_code: dict[str, list[Division]] = defaultdict(list)
        self._children: dict[str, list[Division]] = defaultdict(list)
        self._by_name: dict[str, list[Division]] = defaultdict(list)
        for division in self.divisions:
            if division.code:
                self._by_code[division.code].append(division)
            if division.parent:
                self._children[division.parent].append(division)
        for names, division in zip(_folded_names(self.divisions), self.divisions, strict=True):
            for name in names:
                self._by_name[name].append(division)

    def by_code(self, code: str, year: int | None = None) -> Division | None:
        """Return what the code stood for in the year; without a year, or outside its years, what it last stood for."""
        found = self._by_code.get(code)
        if not found:
            return None
        return next((d for d in found if d.holds(year)), found[-1])

    @lru_cache(maxsize=KEPT)  # noqa: B019  it lives as long as the program
    def named(self, name: str, year: int | None = None) -> tuple[Division, ...]:
        """Return every division of that name: full, short, former, abbreviation, or a path of them in either script.

        Those in force in the year (without one: now) come alone where there are any. Official names come before
        short, and short before former ones; higher levels before lower.
        """
        folded = fold(name).strip()
        candidates = list(self._candidates(folded))
        found = [d for d in candidates if d.holds(year)] or candidates
        return tuple(sorted(dict.fromkeys(found), key=lambda d: (_rank(d, folded), LEVELS.index(d.level), d.code)))

    def surfaces(self) -> dict[str, tuple[Division, ...]]:
        """Return every folded name with all that it can mean, abbreviations apart, in a fixed order."""
        abbreviations = {a for d in self.divisions for a in d.abbreviation}
        return {name: tuple(ds) for name, ds in self._by_name.items() if name not in abbreviations}

    def full_name(self, code: str) -> str:
        """Return the joined path, the newest of the code: 福建省三明市沙县区."""
        division = self.by_code(code)
        if division is None:
            raise KgError(f"no region has the code {code!r}", mend="Codes have six digits: 350405")
        return self.path(division)

    def path(self, division: Division) -> str:
        """Return the joined path of a division or zone: 陕西省西咸新区."""
        return "".join(d.name for d in (*self.above(division), division))

    def ancestors(self, code: str) -> tuple[Division, ...]:
        """Return what the code's division lies in, the province first."""
        division = self.by_code(code)
        return self.above(division) if division else ()

    @lru_cache(maxsize=KEPT)  # noqa: B019  ditto
    def above(self, division: Division) -> tuple[Division, ...]:
        """Return what a division or zone lies in, the province first."""
        path: list[Division] = []
        while division.parent and (parent := self.by_code(division.parent, division.valid_to)):
            path.insert(0, parent)
            division = parent
        return tuple(path)

    @lru_cache(maxsize=KEPT)  # noqa: B019  ditto
    def codes_above(self, division: Division) -> frozenset[str]:
        """Return the codes of what a division or zone lies in."""
        return frozenset(d.code for d in self.above(division))

    def within(self, code: str) -> tuple[Division, ...]:
        """Return all divisions and zones below the code, of all years, each before what lies in it."""
        return tuple(self._below(code))

    def nearest(self, name: str) -> tuple[str, ...]:
        """Return the known names most like one that is not known."""
        folded = fold(name).strip()
        close = get_close_matches(folded, [n for n in self._by_name if set(n) & set(folded)], n=CLOSE, cutoff=0.5)
        weighed = {n: (-SequenceMatcher(None, n, folded).ratio(), self._height(n), n) for n in close}
        return tuple(sorted(close, key=weighed.__getitem__)[:SUGGESTIONS])

    def _height(self, name: str) -> int:
        return min(LEVELS.index(division.level) for division in self._by_name[name])

    def _below(self, code: str) -> Iterator[Division]:
        for child in self._children.get(code, ()):
            yield child
            if child.code:
                yield from self._below(child.code)

    def _candidates(self, folded: str) -> Iterator[Division]:
        """Yield the divisions of a name, or of a path whose every step lies in the one before."""
        yield from self._by_name.get(folded, ())
        for at in range(SHORTEST, len(folded) - SHORTEST + 1):
            lower = self._by_name.get(folded[at:])
            if lower:
                uppers = {d.code for d in self._candidates(folded[:at])}
                yield from (d for d in lower if uppers & self.codes_above(d))


def _folded_names(divisions: tuple[Division, ...]) -> Iterator[Iterable[str]]:
    """Yield the names of each division, as written and folded, each once: one call folds them all.

    As written too, because some characters fold by the word that they stand in: 乾.
    """
    lines = ["\t".join((*d.names, *d.abbreviation)) for d in divisions]
    folded = fold("\n".join(lines)).split("\n")
    for written, line in zip(lines, folded, strict=True):
        names = line.split("\t")
        yield dict.fromkeys(names if line == written else [*names, *written.split("\t")])


def _rank(division: Division, folded: str) -> int:
    """Tell how good a name is: official, short, other."""
    if folded.endswith(fold(division.name)):
        return 0
    return 1 if any(folded.endswith(fold(s)) for s in (*division.short, *division.abbreviation)) else 2


@cache
def load_gazetteer(folder: Path | None = None) -> Gazetteer:
    """Return what the two tables in the folder hold (default: those that ship), read once."""
    regions, zones = (
        (folder / name if folder else data_path(f"gazetteers/{name}")) for name in ("regions.tsv", "zones.tsv")
    )
    return Gazetteer([*map(_region, _rows(regions, Division._fields)), *map(_zone, _rows(zones, _OF_A_ZONE))])


def _rows(path: Path, columns: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Return the lines of a table that has comments above its header, cut to some of its columns."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise KgError("can't be read", str(path), "Install it again: pip install reform-kg") from error
    header, *lines = [line.split("\t") for line in text.split("\n") if line and line[0] != "#"] or [[""]]
    if not lines:
        raise KgError("holds no line", str(path), "Make it anew: scripts/make_regions.py tells how")
    return map(itemgetter(*map(header.index, columns)), lines)


def _region(cells: tuple[str, ...]) -> Division:
    code, name, level, parent, short, former, abbreviation, since, until, successor = cells
    return Division(
        code,
        name,
        level,
        parent or None,
        _several(short),
        _several(former),
        _several(abbreviation),
        _year(since),
        _year(until),
        successor or None,
    )


def _zone(cells: tuple[str, ...]) -> Division:
    name, parent, short, since, until = cells
    return Division("", name, "zone", parent, _several(short), valid_from=_year(since), valid_to=_year(until))


def _several(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _year(cell: str) -> int | None:
    return int(cell) if cell else None
