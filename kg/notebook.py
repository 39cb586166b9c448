"""One report as an object: its text with every number and name marked, and the facts that it states.

In: files, folders, texts or a data frame. Out: `Reading`s and `Fact`s, which a notebook shows as a reader would want to
see them. Out of scope: graphs (`opened`), the pages of `kg serve`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

from kg.exports.picture import PALETTE
from kg.extract import extract
from kg.frames import Frame, Rows, documents_of
from kg.model import Document, Extraction, Observation, Span
from kg.readers.read import documents, find_inputs, read
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon

_HEAD = "margin:0 0 6px;font-weight:600"
_TEXT = "white-space:pre-wrap;max-height:420px;overflow:auto;border:1px solid #d9dde2;padding:10px;line-height:1.7"
_NUMBER = "background:#fff3c4"


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that a report states, and what it says that it measures."""

    observation: Observation
    document: Document

    @property
    def sentence(self) -> str:
        """The sentence that states it."""
        return self.observation.evidence.of(self.document.text)

    @property
    def words(self) -> str:
        """The number and its unit as written."""
        return self.observation.quantity.span.of(self.document.text)

    def as_row(self) -> dict[str, object]:
        """Return it as a row of a table."""
        o = self.observation
        return {
            "indicator": o.indicator,
            "value": o.quantity.value,
            "unit": o.quantity.unit,
            "written": self.words,
            "canonical": o.canonical,
            "reform": o.reform,
            "platform": o.platform,
            "agency": o.agency,
            "region": o.region,
            "period": o.period,
            "modality": str(o.modality),
            "approximate": o.quantity.approximate,
            "file": self.document.path,
            "start": o.quantity.span.start,
            "end": o.quantity.span.end,
            "sentence": self.sentence,
        }

    def __repr__(self) -> str:
        o = self.observation
        return f"<Fact {o.indicator} = {self.words}, {self.document.path}:{o.quantity.span.start}>"

    def _repr_html_(self) -> str:
        o, whole = self.observation, self.observation.evidence
        marks = [(o.quantity.span, _NUMBER, o.indicator)]
        about = " · ".join(escape(word) for word in (o.reform, o.platform, o.period, str(o.modality)) if word)
        sentence = _marked(self.document.text, whole, marks)
        return f'<p style="{_HEAD}">{escape(o.indicator)} = {escape(self.words)}</p><p>{sentence}</p><p>{about}</p>'


class Facts(list[Fact]):
    """Facts in the order of their reports and texts, shown as a table in a notebook."""

    @property
    def rows(self) -> Rows:
        """The facts as rows; `.rows.to_frame()` gives a data frame."""
        return Rows(fact.as_row() for fact in self)

    def _repr_html_(self) -> str:
        return self.rows._repr_html_()


@dataclass(frozen=True)
class Reading:
    """A report and what it states."""

    extraction: Extraction

    @property
    def text(self) -> str:
        """The text that all offsets refer to."""
        return self.extraction.document.text

    @cached_property
    def facts(self) -> Facts:
        """The numbers that measure something, in the order of the text."""
        return Facts(Fact(o, self.extraction.document) for o in self.extraction.observations)

    @cached_property
    def names(self) -> Rows:
        """The names in the text, and what each means."""
        text = self.text
        return Rows(
            {"kind": str(m.kind), "name": m.label, "written": m.span.of(text), "start": m.span.start,
             "end": m.span.end}
            for m in self.extraction.mentions
        )  # fmt: skip

    @cached_property
    def relations(self) -> Rows:
        """Who adopts what, on which platform, with whom, and the sentence that says so."""
        text = self.text
        return Rows(
            {"subject": r.subject, "predicate": r.predicate, "object": r.object, "sentence": r.evidence.of(text)}
            for r in self.extraction.relations
        )

    @property
    def about(self) -> dict[str, str | None]:
        """What the report says of itself."""
        meta = self.extraction.meta
        return {
            "title": meta.title,
            "publisher": meta.publisher,
            "number": meta.number,
            "region": meta.region_name,
            "period": meta.period,
            "issued": meta.issued,
        }

    def __repr__(self) -> str:
        return f"<Reading {self.extraction.document.path}: {len(self.facts)} facts, {len(self.names)} names>"

    def _repr_html_(self) -> str:
        found, text = self.extraction, self.text
        marks = [(m.span, f"border-bottom:2px solid {PALETTE[m.kind]}", f"{m.kind}: {m.label}") for m in found.mentions]
        marks += [(o.quantity.span, _NUMBER, o.indicator) for o in found.observations]
        about = " · ".join(escape(value) for value in self.about.values() if value)
        marked = _marked(text, Span(0, len(text)), marks)
        return f'<p style="{_HEAD}">{about or escape(found.document.path)}</p><div style="{_TEXT}">{marked}</div>'


def _marked(text: str, whole: Span, marks: Iterable[tuple[Span, str, str]]) -> str:
    """Return a part of a text as HTML; of marks that overlap, the first and among these the longest stands."""
    parts, at = [], whole.start
    for span, style, title in sorted(marks, key=lambda mark: (mark[0].start, -mark[0].end)):
        if at <= span.start and span.end <= whole.end:
            parts.append(escape(text[at : span.start]))
            parts.append(f'<span style="{style}" title="{escape(title, quote=True)}">{escape(span.of(text))}</span>')
            at = span.end
    return "".join((*parts, escape(text[at : whole.end])))


class Readings(list[Reading]):
    """Several reports, listed in a notebook."""

    @property
    def facts(self) -> Facts:
        """The facts of all."""
        return Facts(fact for reading in self for fact in reading.facts)

    @property
    def rows(self) -> Rows:
        """A row a report."""
        return Rows(
            {"file": one.extraction.document.path, **one.about, "facts": len(one.facts),
             "relations": len(one.relations)}
            for one in self
        )  # fmt: skip

    def _repr_html_(self) -> str:
        return self.rows._repr_html_()


def readings(source: str | Path | Frame | Iterable[str | Path]) -> Readings:
    """Return what each report states: of a file, a folder, several of these, or the rows of a data frame.

    Raises:
        UnreadableFile: one can't be read; `kg build` goes on with the others instead.
    """
    lexicon, gazetteer = load_lexicon(), load_gazetteer()
    return Readings(Reading(extract(one, lexicon, gazetteer)) for one in _documents(source))


def reading(path: str | Path) -> Reading:
    """Return what one report states.

    Raises:
        UnreadableFile: it can't be read, or the file holds several: `reports.zip#a.txt` names one.
    """
    return Reading(extract(read(Path(path)), load_lexicon(), load_gazetteer()))


def _documents(source: str | Path | Frame | Iterable[str | Path]) -> Iterator[Document]:
    if isinstance(source, Frame):
        yield from documents_of(source)
        return
    paths = [source] if isinstance(source, str | Path) else source
    for path in find_inputs([Path(path) for path in paths]):
        yield from documents(path)
