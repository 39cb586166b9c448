"""Which of the places that a name can mean it means here, and whether it counts as a mention.

In: the names of a text (`places`), the region that the report is about, where it is known. Out: the same names with
their meaning. A name of several places is settled by its company: the parent before it, the names beside it in a list,
the report's region, the other names in the report; else it means none of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.model import Span
from kg.places.sight import Form, Names, Need, Sighting, Surface
from kg.terms.gazetteer import KEPT, LEVELS, Division

EDGE = 4  # characters of the longest word before a name


class Company:
    """What a name may rely on: the report's region, and what else the report names."""

    def __init__(self, table: Names, home: Division | None, year: int | None) -> None:
        self.gazetteer, self.home, self.year = table.gazetteer, home, year
        self.chain = (*table.gazetteer.above(home), home) if home else ()  # the province first, the region itself last
        self.codes = {d.code for d in self.chain if d.code}
        self.stated: set[str] = set()  # codes of what the report names in full, and of what that lies in

    def above(self, division: Division) -> frozenset[str]:
        """Return the codes of what the division lies in."""
        return self.gazetteer.codes_above(division)

    def in_force(self, surface: Surface) -> list[Division]:
        """Return what the name can mean in the report's year, by its best use: official, short, former."""
        return _in_force(surface, self.year)

    def meaning(self, surface: Surface, parent: Division | None) -> Division | None:
        """Return the one thing that the name means here, or None."""
        divisions = self.in_force(surface)
        if parent and (inside := [d for d in divisions if parent.code in self.above(d)]):
            return _highest(inside)
        if len(divisions) == 1:
            return divisions[0]
        if own := [d for d in divisions if d.code in self.codes]:
            return _highest(own)
        if surface.form != Form.FULL and (top := _highest(divisions)):
            return top
        for place in (*reversed(self.chain),):
            near = [d for d in divisions if place.code in self.above(d)]
            if near:
                return near[0] if len(near) == 1 else None
        near = [d for d in divisions if self.stated & self.above(d)]
        return near[0] if len(near) == 1 else None


@lru_cache(maxsize=KEPT)
def _in_force(surface: Surface, year: int | None) -> list[Division]:
    uses = [divisions for divisions in surface.by_use() if divisions]
    holding = ([d for d in divisions if d.holds(year)] for divisions in uses)
    return _newest(next(filter(None, holding), uses[0]))


def _newest(divisions: Sequence[Division]) -> list[Division]:
    """Return one spell for each code: the last."""
    return list({d.code or d.name: d for d in divisions}.values())


def _highest(divisions: Sequence[Division]) -> Division | None:
    """Return the one on the highest level, if it is alone there."""
    level = min(LEVELS.index(d.level) for d in divisions)
    found = [d for d in divisions if LEVELS.index(d.level) == level]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class _Scene:
    """The names of a text before any has its meaning, and what they may rely on."""

    folded: str
    found: Sequence[Sighting]
    table: Names
    company: Company

    def beside(self, at: int) -> Iterator[Sighting]:
        """Yield the names that stand beside one in a list."""
        here, joint = self.found[at].span, self.table.joint
        if at and joint.fullmatch(self.folded, self.found[at - 1].span.end, here.start):
            yield self.found[at - 1]
        if at + 1 < len(self.found) and joint.fullmatch(self.folded, here.end, self.found[at + 1].span.start):
            yield self.found[at + 1]

    def edged(self, at: int) -> bool:
        """Tell whether a mark, a preposition or another name ends right before the name."""
        start = self.found[at].span.start
        touches = at > 0 and self.found[at - 1].span.end == start
        return touches or bool(self.table.edge.search(self.folded, max(0, start - EDGE), start))

    def inner(self, at: int) -> bool:
        """Tell whether the name's last character begins another word."""
        return bool(self.table.inner.match(self.folded, self.found[at].span.end))

    def within_name(self, sighting: Sighting) -> bool:
        """Tell whether the name is part of the name of a road, an organisation or a platform."""
        form, end = sighting.surface.form, sighting.span.end
        if form == Form.ZONE:
            return False
        if form != Form.FULL and (self.table.feature.match(self.folded, end) or self._lettered(sighting.span.start)):
            return True
        m = (self.table.platform if form == Form.FULL else self.table.organisation).match(self.folded, end)
        return bool(m and not self.table.verb.search(m["gap"]))

    def _lettered(self, start: int) -> bool:
        return start > 0 and self.folded[start - 1].isascii() and self.folded[start - 1].isalpha()


def settle(folded: str, found: Sequence[Sighting], table: Names, company: Company) -> list[Sighting]:
    """Give each name its meaning, join paths, and tell which names count as mentions."""
    for sighting in found:
        surface = sighting.surface
        if surface.form in (Form.FULL, Form.HIGH) and surface.need == Need.NOTHING:
            divisions = company.in_force(surface)
            if len(divisions) == 1:
                company.stated |= company.above(divisions[0]) | {divisions[0].code}
    scene = _Scene(folded, found, table, company)
    settled: list[Sighting] = []
    for at, sighting in enumerate(found):
        before = settled[-1] if settled and settled[-1].span.end == sighting.span.start else None
        parent = before.division if before else None
        division = _sibling(scene, at) or company.meaning(sighting.surface, parent)
        joined = bool(division and parent and parent.code in company.above(division))
        counts = (joined or _met(scene, at, division)) and not scene.within_name(sighting)
        span = sighting.span
        if joined and before:
            settled[-1] = before._replace(counts=False)
            span = Span(before.span.start, span.end)
        settled.append(Sighting(span, sighting.surface, division, counts))
    return settled


def _sibling(scene: _Scene, at: int) -> Division | None:
    """Return which of several divisions is of the kind of the names beside it: 长春、吉林、松原 are all prefectures."""
    surface, company = scene.found[at].surface, scene.company
    if surface.form != Form.HIGH or len(surface.divisions) == 1:
        return None
    divisions = company.in_force(surface)
    others = [ds[0] for other in scene.beside(at) if len(ds := company.in_force(other.surface)) == 1]
    if len(divisions) == 1 or any(other.level == "province" for other in others):
        return None
    kin = [d for d in divisions if any((d.parent, d.level) == (o.parent, o.level) for o in others)]
    return kin[0] if len(kin) == 1 else None


def _met(scene: _Scene, at: int, division: Division | None) -> bool:
    """Tell whether the name has what it needs to count."""
    surface, company = scene.found[at].surface, scene.company
    if surface.need == Need.NOTHING:
        return True
    if division is None:
        return surface.form == Form.FULL and surface.need == Need.EDGE and scene.edged(at) and not scene.inner(at)
    own = bool(division.code) and division.code in company.codes
    below = company.home is not None and company.home.code in company.above(division)
    if surface.form == Form.FULL:
        enough = own or below if surface.need == Need.COMPANY else own or scene.edged(at)
        return enough and not scene.inner(at)
    if (own and surface.need < Need.PARENT) or _listed(scene, at, division):
        return True
    right_below = company.home is not None and company.home.code == division.parent
    return surface.need == Need.EDGE and (right_below or division.code in company.stated)


def _listed(scene: _Scene, at: int, division: Division) -> bool:
    """Tell whether the name stands in a list beside a sibling, or beside a name that needs nothing."""
    need = scene.found[at].surface.need
    for other in scene.beside(at):
        if other.surface.need == Need.NOTHING and need < Need.COMPANY:
            return True
        beside = scene.company.meaning(other.surface, None)
        if beside and beside != division and (beside.parent, beside.level) == (division.parent, division.level):
            return other.surface.need < Need.COMPANY or need < Need.COMPANY
    return False
