"""Which regions are alike in their reforms, and which reforms travel together.

In: a store. Out: pairs with the counts behind every figure. Alike: Jaccard, the reforms that both adopt among those
that either does. Together: lift, how much oftener two reforms share a region than if each were spread by chance, with
the chance of so many or more (hypergeometric, one-sided). A region and one that it lies in are no pair, nor are a
reform and a broader one: they are alike by nature. Out of scope: networks (`networks`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import comb

from kg.ask.query import Source
from kg.change.territory import Region, Territory, territory
from kg.exports.selection import select

ALIKE = "Jaccard index over the reforms that each region adopts"
TOGETHER = "lift over the regions that adopt anything, p by the hypergeometric distribution, one-sided"
DIGITS = 4  # decimals of an index; what stands behind it are counts
_ADOPTS = "SELECT DISTINCT ?region ?reform { ?region kg:adopts ?reform }"
_LABELS = 'SELECT ?reform ?name { ?reform a kg:Reform ; skos:prefLabel ?name FILTER(LANG(?name) = "zh-hans") }'
_BROADER = "SELECT ?narrow ?broad { ?narrow a kg:Reform ; skos:broader+ ?broad }"


@dataclass(frozen=True, slots=True)
class Alike:
    """Two regions that share reforms."""

    region: Region
    other: Region
    shared: tuple[str, ...]  # labels
    either: int  # reforms that one of them or both adopt
    jaccard: Decimal


@dataclass(frozen=True, slots=True)
class Together:
    """Two reforms that share regions."""

    reform: str
    other: str
    regions: tuple[str, ...]  # names of those that adopt both
    reform_regions: int  # that adopt the one
    other_regions: int  # that adopt the other
    of_regions: int  # that adopt anything
    lift: Decimal  # 1: as often as by chance
    p: Decimal  # the chance of so many common regions or more


def alike(
    store: Source, region: str | None = None, within: str | None = None, min_shared: int = 1
) -> tuple[Alike, ...]:
    """Return the pairs of regions that share reforms, the most alike first.

    Args:
        store: the built graph.
        region: IRI: only its pairs; it comes first in each.
        within: IRI of a region: only what lies within it.
        min_shared: how many reforms a pair has in common at least.
    """
    land = territory(store)
    adopted = _adopted(store, land, within)
    labels = _names(store)
    found = []
    for (one, other), shared in _meeting(adopted).items():
        if len(shared) < min_shared or region not in (None, one, other):
            continue
        first, second = (land.regions[iri] for iri in ((other, one) if other == region else (one, other)))
        if first.iri in second.path or second.iri in first.path:
            continue
        either = len(adopted[one] | adopted[other])
        names = tuple(sorted(labels[iri] for iri in shared))
        found.append(Alike(first, second, names, either, _index(Fraction(len(shared), either))))
    return tuple(sorted(found, key=lambda a: (-a.jaccard, -len(a.shared), a.region, a.other)))


def together(
    store: Source, reform: str | None = None, within: str | None = None, min_regions: int = 2
) -> tuple[Together, ...]:
    """Return the pairs of reforms that share regions, those first that do so most against chance.

    Args:
        store: the built graph.
        reform: IRI: only its pairs; it comes first in each.
        within: IRI of a region: only what lies within it.
        min_regions: how many regions a pair has in common at least; one may always be chance.
    """
    land = territory(store)
    adopters: dict[str, set[str]] = defaultdict(set)
    adopted = _adopted(store, land, within)
    for iri, reforms in adopted.items():
        for one in reforms:
            adopters[one].add(iri)
    labels = _names(store)
    family = {frozenset((a.value, b.value)) for a, b in select(store, _BROADER)}
    found = []
    for pair, both in _meeting(adopters).items():
        if len(both) < min_regions or reform not in (None, *pair) or frozenset(pair) in family:
            continue
        one, other = pair[::-1] if pair[1] == reform else pair
        a, b, n = len(adopters[one]), len(adopters[other]), len(adopted)
        names = tuple(region.name for region in sorted(land.regions[iri] for iri in both))
        lift = _index(Fraction(len(both) * n, a * b))
        found.append(Together(labels[one], labels[other], names, a, b, n, lift, _index(chance(len(both), a, b, n))))
    return tuple(sorted(found, key=lambda t: (t.p, -t.lift, -len(t.regions), t.reform, t.other)))


def chance(common: int, one: int, other: int, whole: int) -> Fraction:
    """Return the chance that two sets drawn from a whole have so many in common, or more.

    >>> chance(2, 2, 2, 4), chance(0, 2, 2, 4)
    (Fraction(1, 6), Fraction(1, 1))
    """
    ways = sum(comb(one, k) * comb(whole - one, other - k) for k in range(common, min(one, other) + 1))
    return Fraction(ways, comb(whole, other))


def _adopted(store: Source, land: Territory, within: str | None) -> dict[str, set[str]]:
    """Return the reforms of each region, former codes under those of today."""
    kept = land.kept(within)
    found: dict[str, set[str]] = defaultdict(set)
    for region, reform in select(store, _ADOPTS):
        iri = land.regions[region.value].iri
        if iri in kept:
            found[iri].add(reform.value)
    return found


def _names(store: Source) -> dict[str, str]:
    return {iri.value: name.value for iri, name in select(store, _LABELS)}


def _meeting(sets: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], set[str]]:
    """Return the pairs of sets that have anything in common, with what; pairs in alphabetical order."""
    holders: dict[str, list[str]] = defaultdict(list)
    for name in sorted(sets):
        for member in sets[name]:
            holders[member].append(name)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for member, names in holders.items():
        for pair in combinations(names, 2):
            found[pair].add(member)
    return found


def _index(value: Fraction) -> Decimal:
    return Decimal(value.numerator / value.denominator).quantize(Decimal(1).scaleb(-DIGITS))
