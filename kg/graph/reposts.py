"""Which reports are reposts of others: the same report with a footer, under another title, in another kind of file.

In: a sketch of each report, its region and period. Out: for each repost the report that counts instead of it. A sketch
is a MinHash of the sentences: reports whose sketches agree in most places share most sentences. Those of two years or
two regions are never one, however alike. The same reports give the same answer in any order; no text is read again.
"""

import re
import struct
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import shake_128
from itertools import combinations, groupby
from operator import itemgetter

from kg.graph.iris import Iris
from kg.graph.nquads import P, literal

PLACES = 60  # of a sketch; its estimate of the share of common sentences errs by 0.04 where that is 0.9
ALIKE = 0.75  # estimated share of common sentences from which two reports are one: three of footer beside 24 of text
ROW = 5  # places that must agree all for two sketches to be compared: at 0.8 one pair in 50 is missed, at 0.9 none
SHORTEST = 6  # characters of a sentence, below which it is a number or a mark

_ENDS = re.compile(r"[。！？；!?;]")
_NO_WORD = re.compile(r"[^\w。！？；!?;]+")
_SPREAD = struct.Struct(f"<{PLACES}I")
_KEPT = struct.Struct(f"<{PLACES}H")
_FIRST_BITS = int.from_bytes(_KEPT.pack(*[1] * PLACES), "little")
_ROW = ROW * _KEPT.size // PLACES  # bytes


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """What has to be known of a report to find its reposts; the least of several is the one that counts."""

    off_topic: bool  # without a region or without any reform
    gaps: int  # how many of region and period it lacks
    name: str  # of its file
    sha256: str
    sketch: str = field(compare=False)
    region: str | None = field(compare=False)
    period: str | None = field(compare=False)
    issued: str | None = field(compare=False)


def sketch(folded: str) -> str:
    """Return 160 characters that tell how alike two texts are; nothing for a text without sentences.

    Line breaks, spaces and punctuation don't count: the same text has the same sketch in every kind of file.
    """
    sentences = set(_ENDS.split(_NO_WORD.sub("", folded.replace("_", ""))))
    spread = [
        _SPREAD.unpack(shake_128(sentence.encode("utf-8", "surrogatepass")).digest(_SPREAD.size))
        for sentence in sentences
        if len(sentence) >= SHORTEST
    ]
    if not spread:
        return ""
    least = map(min, zip(*spread, strict=True))
    return b64encode(_KEPT.pack(*(value & 0xFFFF for value in least))).decode("ascii")


def likeness(one: str, other: str) -> float:
    r"""Return the estimated share of sentences that two texts have in common, given their sketches.

    >>> text = "办理事项十二件，平均用时三天。群众满意率为百分之九十。下一步继续推进改革。"
    >>> likeness(sketch(text), sketch(text.replace("，", "\n"))), likeness(sketch(text), sketch("另有其事并无相同。"))
    (1.0, 0.0)
    """
    return _agreeing(_opened(one), _opened(other)) / PLACES


def reposts(reports: Iterable[Known]) -> dict[str, str]:
    """Return the hash of each repost, with that of the report that counts instead."""
    groups: dict[tuple[str | None, ...], list[Known]] = defaultdict(list)
    for report in sorted(reports):
        if report.sketch:
            groups[report.sketch, report.region, report.period, report.issued].append(report)
    best = sorted(group[0] for group in groups.values())
    linked = _linked(best)
    counts: dict[Known, Known] = {}
    for report in best:  # each takes all that are like it, and are not taken
        if report not in counts:
            counts |= {other: report for other in linked[report] if other not in counts and other > report}
            counts[report] = report
    instead = {
        report.sha256: counts[group[0]].sha256
        for group in groups.values()
        for report in group
        if report != counts[group[0]]
    }
    return dict(sorted(instead.items()))


def _linked(reports: Sequence[Known]) -> dict[Known, set[Known]]:
    """Return those that are like each report: sketches that agree in a row of places are compared as a whole.

    One row after another, since the rows of all reports together would fill 4 KB for each.
    """
    opened = {report: b64decode(report.sketch) for report in reports}
    linked: dict[Known, set[Known]] = defaultdict(set)
    for at in range(0, _KEPT.size, _ROW):
        rows = sorted((places[at : at + _ROW], report) for report, places in opened.items())
        for _, bucket in groupby(rows, key=itemgetter(0)):
            for (_, one), (_, other) in combinations(bucket, 2):
                if other in linked[one]:
                    continue
                if _may_be_one(one, other) and likeness(one.sketch, other.sketch) >= ALIKE:
                    linked[one].add(other)
                    linked[other].add(one)
    return linked


def _may_be_one(one: Known, other: Known) -> bool:
    """Tell whether two reports are about one region and one year; a changed title may hide the year, not the date."""
    same_day = one.issued is not None and one.issued == other.issued
    return _agree(one.region, other.region) and (same_day or _agree(one.period, other.period))


def _agree(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def counted(report: str) -> str:
    """Return the SPARQL that leaves out reposts, given the name of a report's variable: whatever counts asks with it.

    >>> counted("doc")
    'FILTER NOT EXISTS { ?doc kg:repostOf ?counted }'
    """
    return f"FILTER NOT EXISTS {{ ?{report} kg:repostOf ?counted }}"


def to_nquads(found: Mapping[str, str], copies: Mapping[str, Sequence[str]], base: str) -> str:
    """Write which reports are reposts of which, and which files are copies: the graph that no report owns.

    Args:
        found: what `reposts` returned.
        copies: names of the other files that hold the same bytes, by hash.
        base: where instances live.
    """
    iris = Iris(base)
    end = f" <{iris.graph('reposts')}> .\n"
    links = [f"<{iris.report(a)}> {P['kg:repostOf']} <{iris.report(b)}>{end}" for a, b in found.items()]
    names = sorted((sha, name) for sha, others in copies.items() for name in set(others))
    return "".join((*links, *(f"<{iris.report(sha)}> {P['kg:copy']} {literal(name)}{end}" for sha, name in names)))


def _opened(packed: str) -> int:
    return int.from_bytes(b64decode(packed), "little")


def _agreeing(one: int, other: int) -> int:
    """Count the places in which two sketches agree, all at once: each place's 16 bits of difference become one."""
    differing = one ^ other
    for shift in (8, 4, 2, 1):
        differing |= differing >> shift
    return PLACES - (differing & _FIRST_BITS).bit_count()
