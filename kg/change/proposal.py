"""Suggested terms as SKOS Turtle for a person to review: what is known is written, what is not is left as a comment.

In: suggestions and the lexicon. Out: Turtle that can be read as it stands, so that a block, or the whole file, can be
put under `ontology/`. The places where a name was seen stand in comments, never in the data: sentences of reports are
their writers'. Out of scope: which names (`suggest`).
"""

from collections import Counter
from collections.abc import Iterable
from functools import cache

import opencc
import pyoxigraph as ox

from kg.change.suggest import ENDING, VOTES, Suggestion
from kg.graph.iris import BASE, escape
from kg.terms.lexicon import Lexicon
from kg.text.fold import fold

HEAD = f"""@base <{BASE}> .
@prefix kg: <{BASE}def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

# Names that no list holds, to review. To accept one: complete what its comments ask for, move the block into the file
# of its kind under ontology/ (or put this file there), build again. To refuse one: delete it.
"""
_WANTED = (
    '# to write: skos:prefLabel "…"@en ; skos:definition "…"@zh-Hans, "…"@en ;',
    '#           skos:example "…"@zh-Hans, a sentence of your own in which it must be found',
)
PLACES = 3  # shown of each name
WEAK = 4  # characters up to which a name seen only in quotes counts only in quotes or after a verb of reform


def turtle(found: Iterable[Suggestion], lexicon: Lexicon) -> str:
    """Write suggestions as Turtle."""
    return "\n".join([HEAD, *(_block(one, lexicon) for one in found)])


def _block(one: Suggestion, lexicon: Lexicon) -> str:
    scheme = one.kind.lower()
    comments = [
        f"# {_times(one.times, 'place')} in {_times(one.documents, 'document')}, found by: {'、'.join(one.rules)}"
    ]
    comments += [f"# beside: {'、'.join(one.company)}"] if one.company else []
    comments += [f"#   {_comment(s.evidence.cited)}" for s in one.sightings[:PLACES]]
    comments += [f"# broader, because {one.why}"] if one.broader else ["# no broader term is clear"]
    lines = [f"skos:prefLabel {', '.join(_labels(one.name))}", *_weak(one)]
    lines += [f"skos:broader <{scheme}/{escape(one.broader)}>"] if one.broader else []
    lines += [*_facts(one, lexicon), f"skos:inScheme <{scheme}>"]
    body = " ;\n    ".join(lines)
    return "\n".join([
        *comments,
        *_WANTED,
        f"<{scheme}/{escape(one.name)}> a kg:{one.kind}, skos:Concept ;\n    {body} .\n",
    ])  # fmt: skip


def _times(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"


def _comment(text: str) -> str:
    return " ".join(text.split())


def _labels(name: str) -> list[str]:
    """Return the label in both scripts; in one where the other can't be told."""
    traditional = _traditional(name)
    labels = [str(ox.Literal(name, language="zh-Hans")).replace("@zh-hans", "@zh-Hans")]
    if fold(traditional) == name:
        labels.append(str(ox.Literal(traditional, language="zh-Hant")).replace("@zh-hant", "@zh-Hant"))
    return labels


def _traditional(name: str) -> str:
    return str(_converter().convert(name))


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def _weak(one: Suggestion) -> list[str]:
    """Return the weak label of a short name that was only ever seen in quotes: bare, it may be plain words."""
    quoted = all(rule.startswith("quoted") for rule in one.rules)
    short = one.kind == "Reform" and quoted and len(one.name) <= WEAK
    return [f"kg:weakLabel {_labels(one.name)[0]}"] if short else []


def _facts(one: Suggestion, lexicon: Lexicon) -> list[str]:
    if one.kind == "Platform":
        return _platform(one, lexicon)
    if one.kind == "Indicator" and one.unit:
        kinds = {t.label: t.fact("unitKind") or "count" for t in lexicon.of_kind("Unit")}
        sort = {"time": "duration", "money": "amount"}.get(kinds.get(one.unit, "count"), kinds.get(one.unit, "count"))
        measure = [f'kg:measureKind "{sort}"'] if sort in ("count", "rate", "amount", "duration") else []
        return [f"kg:canonicalUnit <unit/{escape(one.unit)}>", *measure]
    return []


def _platform(one: Suggestion, lexicon: Lexicon) -> list[str]:
    """Return the region, where all reports are of one, and the kind that most listed names of the ending have."""
    lines = [f'kg:operatorRegion "{one.regions[0]}"'] if len(one.regions) == 1 else []
    for size in (ENDING, 1):  # 平台; 码
        alike = [t for t in lexicon.of_kind("Platform") if t.label[-size:] == one.name[-size:]]
        votes = Counter(kind for term in alike for kind in term.facts.get("platformKind", ()))
        best, count = min(votes.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0))
        if count >= VOTES and 2 * count > len(alike):
            return [*lines, f'kg:platformKind "{best}"']
    return lines
