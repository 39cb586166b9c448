"""Two builds side by side: which facts came, went or changed, report by report.

In: two stores. Out: a `Difference` for each fact that is not in both alike. A fact is known again by what it is about,
else by the words that state it; where in the text it stands doesn't matter. Out of scope: how it came about (`build`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.graph.iris import DEF, PREFIXES, report_graph

KINDS = {
    "Report": ("path",),
    "Observation": ("indicatorPhrase", "modality", "refPeriod"),
    "Adoption": ("adopter", "reform"),
    "Delivery": ("reform", "platform"),
    "Partnership": ("reform", "partner"),
    "Mention": ("means", "exact"),
}
"""Classes of facts, and the properties that tell one of them from another."""

_TYPE, _LABEL = ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["skos"] + "prefLabel")
_PATH, _EXACT = ox.NamedNode(DEF + "path"), ox.NamedNode(PREFIXES["oa"] + "exact")
_SELECTOR = ox.NamedNode(PREFIXES["oa"] + "hasSelector")
_LEFT_OUT = {"type", "dataSet", "statedIn", "start", "end", "mentions", "references", "sha256", "length"}
"""Properties that are no fact of their own, or follow from others."""
_QUOTED = {"evidence", "wasQuotedFrom"}

Facts = dict[str, str]  # property, by its local name: value for people


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that is not in both builds alike."""

    change: str  # added, deleted, modified
    report: str  # the name of its file
    kind: str  # one of KINDS
    fact: str  # for people: 跨省通办事项办理量 · 1854件 · 2024
    details: dict[str, tuple[str, str]] = field(default_factory=dict)  # property: before and after; "" where absent


def diff(before: ox.Store, after: ox.Store, *, mentions: bool = False) -> Iterator[Difference]:
    """Yield the differences, report by report in the order of their names.

    Args:
        before: the earlier build.
        after: the later one.
        mentions: also list the names in the texts; most differences bring some.
    """
    old, new = _reports(before), _reports(after)
    for name in sorted({*old, *new}):
        if name in old and name in new and _same(before, old[name], after, new[name]):
            continue
        earlier = _facts(before, old.get(name), mentions=mentions)
        later = _facts(after, new.get(name), mentions=mentions)
        for kind in KINDS:
            yield from _compared(name, kind, earlier.get(kind, []), later.get(kind, []))


def _reports(store: ox.Store) -> dict[str, ox.NamedNode]:
    """Return the graphs of the reports by the name of their file; of several of one name, numbered."""
    found: dict[str, list[ox.NamedNode]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, _PATH, None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
            found[quad.object.value].append(ox.NamedNode(report_graph(quad.subject.value)))
    named: dict[str, ox.NamedNode] = {}
    for name, graphs in found.items():
        graphs.sort(key=lambda graph: graph.value)
        named |= {name if i == 1 else f"{name} ({i})": graph for i, graph in enumerate(graphs, 1)}
    return named


def _same(before: ox.Store, old: ox.NamedNode, after: ox.Store, new: ox.NamedNode) -> bool:
    """Tell whether two graphs hold the same triples; both stores give them in the same order."""
    if old != new:
        return False
    pairs = zip(
        before.quads_for_pattern(None, None, None, old), after.quads_for_pattern(None, None, None, new), strict=False
    )
    count = 0
    for ours, theirs in pairs:
        if ours != theirs:
            return False
        count += 1
    return all(sum(1 for _ in store.quads_for_pattern(None, None, None, new)) == count for store in (before, after))


def _facts(store: ox.Store, graph: ox.NamedNode | None, *, mentions: bool) -> dict[str, list[Facts]]:
    """Return the facts in a report's graph by class, in the order of the text as far as their names tell it."""
    said: dict[str, dict[str, list[ox.Quad]]] = defaultdict(lambda: defaultdict(list))
    for quad in store.quads_for_pattern(None, None, None, graph) if graph else ():
        if isinstance(quad.subject, ox.NamedNode):
            said[quad.subject.value][_local(quad.predicate.value)].append(quad)
    found: dict[str, list[Facts]] = defaultdict(list)
    for subject in sorted(said, key=lambda iri: (len(iri), iri)):
        kinds = {_local(quad.object.value) for quad in said[subject]["type"] if isinstance(quad.object, ox.NamedNode)}
        for kind in kinds.intersection(KINDS):
            if kind != "Mention" or mentions:
                found[kind].append(
                    {
                        name: " | ".join(sorted(_shown(store, quad, name) for quad in quads))
                        for name, quads in said[subject].items()
                        if name not in _LEFT_OUT
                    }
                )
    return found


def _shown(store: ox.Store, quad: ox.Quad, name: str) -> str:
    """Return a value for people: a thing by its label, a span by its words."""
    value = quad.object
    if isinstance(value, ox.Literal):
        return value.value
    if not isinstance(value, ox.NamedNode):
        raise TypeError(f"neither IRI nor literal: {value}")
    if name in _QUOTED:
        selectors = [q.object for q in store.quads_for_pattern(value, _SELECTOR, None)]
        words = [q.object.value for s in selectors if isinstance(s, ox.NamedNode)
                 for q in store.quads_for_pattern(s, _EXACT, None) if isinstance(q.object, ox.Literal)]  # fmt: skip
        return next(iter(words), "")
    labels = [q.object for q in store.quads_for_pattern(value, _LABEL, None) if isinstance(q.object, ox.Literal)]
    labels.sort(key=lambda label: (label.language != "zh-hans", label.value))
    return labels[0].value if labels else _local(value.value)


def _compared(report: str, kind: str, before: list[Facts], after: list[Facts]) -> Iterator[Difference]:
    """Pair the facts of a class: those alike, then those about the same, then those in the same words."""
    _paired(before, after, lambda fact: tuple(sorted(fact.items())))
    about, words = KINDS[kind], ("evidence", "wasQuotedFrom")
    pairs = _paired(before, after, lambda fact: tuple(fact.get(name, "") for name in (*about, "evidence")))
    pairs += _paired(before, after, lambda fact: tuple(fact.get(name, "") for name in words))
    pairs += _paired(before, after, lambda fact: tuple(fact.get(name, "") for name in about))
    for old, new in pairs:
        names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
        details = {name: (old.get(name, ""), new.get(name, "")) for name in names}
        yield Difference("modified", report, kind, _called(kind, new), details)
    yield from (Difference("deleted", report, kind, _called(kind, fact)) for fact in before)
    yield from (Difference("added", report, kind, _called(kind, fact)) for fact in after)


def _paired(
    before: list[Facts], after: list[Facts], key: Callable[[Facts], Iterable[object]]
) -> list[tuple[Facts, Facts]]:
    """Take out of both lists the facts of the same key, in turn, and return them in pairs."""
    waiting: dict[Iterable[object], list[Facts]] = defaultdict(list)
    for fact in before:
        waiting[key(fact)].append(fact)
    pairs = [(waiting[key(fact)].pop(0), fact) for fact in after if waiting[key(fact)]]
    for old, new in pairs:
        _drop(before, old)
        _drop(after, new)
    return pairs


def _drop(facts: list[Facts], one: Facts) -> None:
    """Remove this very fact, not one that is equal."""
    del facts[next(i for i, fact in enumerate(facts) if fact is one)]


def _called(kind: str, fact: Facts) -> str:
    names = ("indicatorPhrase", "written", "refPeriod") if kind == "Observation" else KINDS[kind]
    return " · ".join(fact[name] for name in names if name in fact)


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
