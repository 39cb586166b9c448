"""What a document says of itself: title, publisher, number, region, dates.

In: folded text and the text as stored. Out: `Meta`; a field that the document doesn't tell is None. Nothing is taken
from the file's name. Out of scope: what the document reports (the stages after); how dates are read (`dating`).
"""

import re
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from kg.about.dating import HEAD_LINES, TAIL_LINES, find_issued, find_period, spaced
from kg.bodies.find import Body, find_bodies
from kg.model import Document, Meta
from kg.places.regions import find_regions, home_region
from kg.readers.given import Given, understood
from kg.terms.gazetteer import Division, Gazetteer
from kg.terms.lexicon import Lexicon

SHORTEST, LONGEST = 6, 80  # characters of a title; the State Council's longest has 78 (2026-11)
LONG_OPENING = 1500  # characters in which it says 报告如下
OPENING = 300  # characters in which a report without title or signature may name its author

_NUMBER = r"[\u4e00-\u9fff]{1,12}\s?[〔\[【(（﹝［]\s?(?:19|20)\d\d\s?年?[〕\]】)）﹞］]\s?第?\s?\d{1,5}\s?号"
_ALONE = re.compile(rf"^\s*({_NUMBER})(?:\s|$)")
_TAGS = re.compile(r"<[^<>]{1,300}>")
_HTML_TITLE = re.compile(
    r"<meta[^<>]{0,40}name=\"ArticleTitle\"[^<>]{0,20}content=\"([^\"<>]{4,120})\"|<title>([^<>]{4,120})</title>"
)
_PROSE = re.compile(r"[。！？；]|[，,：:]$")
_DATED = re.compile(r"\(?(?:20\d\d|二[〇零○])[\d〇零○一二三四五六七八九十]{0,2}\s?[年\-./]")
SIGNATURE = 40  # characters of the name of a body that signs
_BREAK = re.compile(r"[^\S\n]*+\n\s*+")
_HAN = re.compile(r"[\u4e00-\u9fff]{3}")
_BRACKETS = re.compile(r"[（(][^（()）]{2,40}[)）]")
_ORDINAL = re.compile(r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.．)）]")
_EDGES = " \t\r\u3000#*|_"


class _Line(NamedTuple):
    start: int  # in the folded text
    text: str  # without markup around it

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def find_meta(document: Document, seen: str, gazetteer: Gazetteer, lexicon: Lexicon) -> Meta:
    """Return what a document says of itself, and what stands beside it: `given`, and what of it the user gave.

    Args:
        document: the document; of its folded text, only what a web page says in its head is read.
        seen: its text without markup, of the same length (`markup.visible`).
        gazetteer: the divisions.
        lexicon: the cue words.
    """
    words = _words(lexicon)
    beside = understood(document.given, gazetteer, document.by_user)
    some_lines = _lines(seen)
    span = None if document.folded.lstrip()[:1] == "<" else _title(some_lines, words)
    title = _BREAK.sub("", seen[span[0] : span[1]]) if span else _html_title(document.folded, words) or beside.title
    issued = find_issued(seen, document.folded, span[1] if span else 0, lexicon) or beside.issued
    if "title" in beside.by_user:
        span, title = None, beside.title
    if "issued" in beside.by_user:
        issued = beside.issued
    period = beside.period or find_period(seen, title, issued, lexicon)
    year = int((period or issued or "0")[:4]) or None
    home = beside.region or home_region(seen, title, lexicon, gazetteer, year)
    namer = _Namer(home, lexicon, gazetteer, words)
    return Meta(
        title=" ".join(_BREAK.sub("", document.text[span[0] : span[1]]).split()) if span else title,
        publisher=beside.publisher or namer.publisher(seen, title, some_lines) or namer.beside(beside),
        number=beside.number or _number(some_lines, words),
        region=home.code or None if home else None,  # a zone has none
        region_name="".join(d.name for d in (*gazetteer.above(home), home)) if home else None,
        period=period,
        issued=issued,
        by_user=tuple(f.name for f in fields(Meta) if f.name in beside.by_user),
    )


def _lines(folded: str) -> list[_Line]:
    """Return the lines that hold text, without the markup around it, and where each begins."""
    found, at = [], 0
    for raw in folded.split("\n"):
        bare = _TAGS.sub(lambda m: " " * len(m[0]), raw) if "<" in raw else raw
        if stripped := bare.strip(_EDGES):
            found.append(_Line(at + bare.index(stripped), stripped))
        at += len(raw) + 1
    return found


def _title(some_lines: list[_Line], words: "_Words") -> tuple[int, int] | None:
    """Return where the title stands: before any prose, a line or two that name a kind of document, or the first."""
    first: _Line | None = None
    for line, after in zip_longest(some_lines[:HEAD_LINES], some_lines[1 : HEAD_LINES + 1]):
        if line is None or len(line.text) < SHORTEST or words.no_title.search(line.text) or _ALONE.match(line.text):
            continue
        if not _titular(line):
            break
        if _ORDINAL.match(line.text):
            continue
        if line.text.endswith(words.title_nouns):
            return line.start, line.end
        if after and words.goes_on.match(after.text) and after.text.endswith(words.title_nouns) and _titular(after):
            return line.start, after.end
        if line is some_lines[0] and after:
            first = line
    return (first.start, first.end) if first else None


def _titular(line: _Line) -> bool:
    return _HAN.search(line.text) is not None and len(line.text) <= LONGEST and not _PROSE.search(line.text)


def _html_title(folded: str, words: "_Words") -> str | None:
    """Return the title that a page's head gives, without the site's name."""
    m = _HTML_TITLE.search(folded)
    parts = [p.strip() for p in re.split(r"\s?[-_|]\s?", m[1] or m[2])] if m else []
    return "-".join([p for p in parts if not p.endswith(words.sites)] or parts) or None


def _number(some_lines: list[_Line], words: "_Words") -> str | None:
    """Return the document's own number: alone on a line of its head, or labelled; cited ones stand in sentences."""
    for line in some_lines[:HEAD_LINES]:
        if m := _ALONE.match(line.text) or words.number.search(line.text):
            return re.sub(r"\s", "", m[1])
    return None


@dataclass(frozen=True, slots=True)
class _Namer:
    """Finds who published a document about a region."""

    home: Division | None
    lexicon: Lexicon
    gazetteer: Gazetteer
    words: "_Words"

    def publisher(self, folded: str, title: str | None, some_lines: list[_Line]) -> str | None:
        """Return the publisher: who signs, whom a field or the title names, or whom the report speaks for."""
        head = some_lines[:HEAD_LINES]
        return (
            self._signer(some_lines[1:][-TAIL_LINES:])
            or self._labelled(self.words.publisher, head)
            or (self._titled(title) if title else None)
            or self._labelled(self.words.source, head)
            or self._speaker(folded)
        )

    def beside(self, given: Given) -> str | None:
        """Return the publisher that a page names above its text, or in its head."""
        line = self._labelled(self.words.source, _lines(given.byline or ""))
        return line or (self._whole(given.source) if given.source else None)

    def bodies(self, text: str) -> tuple[Body, ...]:
        """Return the bodies that a short piece of text names."""
        regions = find_regions(text, self.lexicon, self.gazetteer, self.home)
        return find_bodies(text, regions, self.home.code or None if self.home else None, self.lexicon, self.gazetteer)

    def _whole(self, text: str) -> str | None:
        """Return the body that a piece of text is the name of, with another name in brackets at most."""
        named = self.bodies(text)
        if not named or named[0].span.start:
            return None
        rest = text[named[0].span.end :].strip()
        alone = not rest or rest in self.words.signature_tails or _BRACKETS.fullmatch(rest)
        return named[0].label if alone else None

    def _signer(self, tail: list[_Line]) -> str | None:
        """Return whose name stands alone on one of the last lines, with the date behind or below it."""
        for line, below in zip_longest(tail, tail[1:]):
            dated = _DATED.search(line.text)
            name = line.text[: dated.start()].rstrip() if dated else line.text
            signed = dated or below is None or _DATED.match(below.text)
            if signed and 4 <= len(name) <= SIGNATURE and (found := self._whole(name)):  # noqa: PLR2004
                return found
        return None

    def _labelled(self, label: re.Pattern[str], head: list[_Line]) -> str | None:
        for line in head:
            for m in label.finditer(line.text):
                if found := self._whole(m[1]):
                    return found
        return None

    def _titled(self, title: str) -> str | None:
        """Return the body that a title begins with, before a year or 关于, or the one in the title of a report."""
        if m := self.words.work_report.search(title):
            return next((b.label for b in self.bodies(title[: m.end()])), None)
        named = self.bodies(title)
        for body in named:
            if body.span.start == 0 and self.words.titled.match(title, body.span.end):
                return body.label
        return named[0].label if len(named) == 1 and title.endswith(self.words.report_nouns) else None

    def _speaker(self, folded: str) -> str | None:
        """Return the body that a report speaks for: 现将某局…报告如下, or the subject of its opening, later 我局."""
        opening = folded[:OPENING]
        stated = self.words.follow.search(folded[:LONG_OPENING])
        selves = {m[0][1:] for m in self.words.self_names.finditer(folded)}
        labels = set()
        for body in self.bodies(opening) if stated or selves else ():
            before, after = opening[: body.span.start], opening[body.span.end :]
            own = any(set(kind) <= set(body.core) and body.core[-1] == kind[-1] for kind in selves)
            begins = self.words.now.search(before) or not before or before[-1] in "，,。\n 　"
            if begins and (own or stated) and (self.words.subject.match(after) or self.words.now.search(before)):
                labels.add(body.label)
        return labels.pop() if len(labels) == 1 else None


@dataclass(frozen=True, slots=True)
class _Words:
    """The compiled cues."""

    sites: tuple[str, ...]
    signature_tails: tuple[str, ...]
    title_nouns: tuple[str, ...]
    report_nouns: tuple[str, ...]
    no_title: re.Pattern[str]
    goes_on: re.Pattern[str]
    titled: re.Pattern[str]
    number: re.Pattern[str]
    publisher: re.Pattern[str]
    source: re.Pattern[str]
    work_report: re.Pattern[str]
    self_names: re.Pattern[str]
    follow: re.Pattern[str]
    now: re.Pattern[str]
    subject: re.Pattern[str]


@lru_cache(maxsize=4)
def _words(lexicon: Lexicon) -> _Words:
    def label(cue: str, value: str) -> re.Pattern[str]:
        return re.compile(rf"{spaced(lexicon.words(cue))}\s{{0,4}}[:：\]】]\s{{0,4}}({value})")

    about = lexicon.alternation("meta-title-about")
    return _Words(
        lexicon.words("meta-site"),
        lexicon.words("meta-signature-tail"),
        lexicon.words("meta-title-noun"),
        lexicon.words("meta-report"),
        re.compile(spaced(lexicon.words("meta-title-stop"))),
        re.compile(rf"{about}|20\d\d\s?年"),
        re.compile(rf"{about}|20\d\d\s?年|{lexicon.alternation('meta-title-noun')}$"),
        label("meta-number", _NUMBER),
        label("meta-publisher", r"[^\s:：|]{4,40}"),
        label("meta-source", r"[^\s:：|]{4,40}"),
        re.compile(
            f"(?={lexicon.alternation('meta-work-report')})(?:(?!{lexicon.alternation('meta-work-report-tail')}).){{1,6}}"
        ),
        re.compile(lexicon.alternation("agency-self")),
        re.compile(lexicon.alternation("meta-follow")),
        re.compile(f"{lexicon.alternation('meta-now')}$"),
        re.compile(lexicon.alternation("meta-subject-next")),
    )
