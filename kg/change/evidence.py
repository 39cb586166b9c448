"""Where a statement stands: the report, the words, their offsets, the sentence.

In: a line of `facts`, or the rows of a query. Out: `Evidence`, which every analysis carries for every statement that it
uses. Out of scope: references (`cite`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.ask.query import Source
from kg.exports.selection import select


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """One statement of one report."""

    file: str
    start: int  # of the words, in code points of the report's text, half-open
    end: int
    words: str  # a number with its unit, or a name
    sentence: str  # that states it; empty where the graph keeps none
    report: str  # title, else the file's name
    issued: str  # ISO 8601 date; empty where the report has none
    fact: str  # IRI

    @property
    def place(self) -> str:
        """Where it stands, in short.

        >>> Evidence("a.txt", 3, 5, "8件", "办件8件。", "", "", "").place
        'a.txt:3'
        """
        return f"{self.file}:{self.start}"

    @property
    def cited(self) -> str:
        """Where it stands and the sentence, for a cell of a table.

        >>> Evidence("a.txt", 2, 4, "8件", "办件8件。", "", "", "").cited
        'a.txt:2-4 “办件8件。”'
        """
        return f"{self.file}:{self.start}-{self.end} “{self.sentence or self.words}”"


def of_line(line: Mapping[str, str]) -> Evidence:
    """Return the evidence of a figure, given its line of `facts`."""
    start, end = int(line["start"]), int(line["end"])
    return Evidence(
        line["file"], start, end, line["written"], line["sentence"], line["report"], line["issued"], line["fact"]
    )


def of_facts(store: Source, facts: Iterable[str]) -> dict[str, Evidence]:
    """Return the evidence of statements of any kind, by IRI."""
    return {one.fact: one for one in _asked(store, sorted(set(facts)))}


_SENTENCES = """SELECT DISTINCT ?report ?start ?end ?words { ?fact kg:statedIn ?report ; kg:evidence ?span .
    ?span oa:hasSelector ?place , ?quote . ?place oa:start ?start ; oa:end ?end . ?quote oa:exact ?words }"""
Sentence = tuple[int, int, str]  # start, end, words


def sentences(store: Source) -> dict[str, list[Sentence]]:
    """Return the sentences that state anything, by the IRI of their report: all that a graph keeps of a text."""
    found: dict[str, list[Sentence]] = defaultdict(list)
    for report, start, end, words in select(store, _SENTENCES):
        found[report.value].append((int(start.value), int(end.value), words.value))
    return found


def holding(found: Iterable[Sentence], start: int, end: int) -> Sentence | None:
    """Return the shortest sentence that holds a place."""
    return min((s for s in found if s[0] <= start and end <= s[1]), key=lambda s: (s[1] - s[0], s), default=None)


TOGETHER = 2_000  # statements in one query


def _asked(store: Source, facts: list[str]) -> Iterator[Evidence]:
    for at in range(0, len(facts), TOGETHER):
        values = " ".join(str(ox.NamedNode(fact)) for fact in facts[at : at + TOGETHER])
        query = f"""SELECT ?fact ?file ?title ?issued ?start ?end ?words ?sentence {{ VALUES ?fact {{ {values} }}
            ?fact kg:statedIn ?report ; prov:wasQuotedFrom/oa:hasSelector ?place , ?quote ;
                kg:evidence/oa:hasSelector/oa:exact ?sentence .
            ?place oa:start ?start ; oa:end ?end . ?quote oa:exact ?words . ?report kg:path ?file .
            OPTIONAL {{ ?report dct:title ?title }} OPTIONAL {{ ?report dct:issued ?issued }} }}"""
        for row in select(store, query):
            fact, file, title, issued, start, end, words, sentence = (term.value if term else "" for term in row)
            yield Evidence(file, int(start), int(end), words, sentence, title or file, issued, fact)
