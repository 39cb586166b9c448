"""What the pipeline passes on: frozen values without behaviour beyond their own invariants.

Out of scope: how any of them is found (the stages) and how it is written down (`graph`, `extract`).
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Self


class _Ends(NamedTuple):
    start: int
    end: int


class Span(_Ends):
    """`text[start:end]` of a document, in Unicode code points, half-open; never empty.

    A tuple: a text makes thousands of them, and compares them more often still.
    """

    __slots__ = ()

    def __new__(cls, start: int, end: int) -> Self:
        """Raise ValueError where the span would hold nothing."""
        if not 0 <= start < end:
            raise ValueError(f"not a span: {start}:{end}")
        return tuple.__new__(cls, (start, end))

    def of(self, text: str) -> str:
        """Return the characters that the span covers."""
        return text[self.start : self.end]

    def covers(self, other: "Span") -> bool:
        """Tell whether the other span lies within this one."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: "Span") -> bool:
        """Tell whether the spans share a character."""
        return self.start < other.end and other.start < self.end


class Kind(StrEnum):
    """The five kinds of named things that a report speaks of."""

    REGION = "Region"  # 行政区划: an administrative division or functional zone
    AGENCY = "Agency"  # 机构: a public body or unit
    REFORM = "Reform"  # 改革举措: a named practice
    PLATFORM = "Platform"  # 平台: a system, app, site, machine, code or hotline
    POLICY = "Policy"  # 政策文件: a law, plan, list or notice cited by title


class Modality(StrEnum):
    """Whether a figure reports what was done or states what is to be done."""

    ACTUAL = "actual"
    TARGET = "target"  # an aim, ceiling, floor or duty: 力争, 不低于, 每年不少于


@dataclass(frozen=True, slots=True)
class Document:
    """One report as it was read. All offsets of all values count code points of `text`."""

    path: str  # as given by the user; #name or #row behind it where the file holds several
    sha256: str  # of the file's bytes, hexadecimal; of the text where the file holds several
    text: str  # of a .txt file as stored, save for a leading byte order mark; of other kinds what the reader extracted
    folded: str  # the form that rules compare: same length as `text`, simplified script, half width
    stored: bool = True  # whether `text` is what the file stores, decoded; a reader's extract is not
    given: dict[str, str] = field(default_factory=dict, hash=False)  # beside the text: title, published, source, url, …
    places: tuple[tuple[int, str], ...] = ()  # offset where a part begins, and its name: (820, "page 3")
    by_user: frozenset[str] = frozenset()  # which of `given` the user said; these go before the text


@dataclass(frozen=True, slots=True)
class Meta:
    """What a document says of itself; None where it doesn't say."""

    title: str | None = None
    publisher: str | None = None
    number: str | None = None  # 发文字号: 沙政务〔2025〕2号
    region: str | None = None  # GB/T 2260 code
    region_name: str | None = None  # full: 福建省三明市沙县区
    period: str | None = None  # the year reported on: 2024
    issued: str | None = None  # ISO 8601 date: 2025-01-10
    by_user: tuple[str, ...] = ()  # which of these fields the user gave, in their order


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text and the one thing that it means."""

    kind: Kind
    span: Span
    label: str  # simplified script, the term's preferred label where it has one
    rule: str  # id of the rule that found it: term, quoted, suffix, title, …
    code: str | None = None  # GB/T 2260 code of a region, where it has one
    known: bool = False  # whether `ontology/` or the gazetteer holds it


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that measures something, as the text has it and as it counts."""

    span: Span  # number with its unit: 18.67万件
    number: Span  # number with its scale: 18.67万
    value: Decimal  # fully scaled, in units: 186700
    unit: str | None  # measure word, simplified: 件, %, 工作日; None where the text has none
    approximate: bool = False  # 余 多 约 近 左右 以上 超
    bound: bool = False  # stated as a floor or ceiling: 不少于 不低于 以内
    heads: tuple[Span, ...] = ()  # of a cell of a table: the headings of its row and column


class Rejection(NamedTuple):
    """A numeral, or a candidate name, that was considered and dropped, and why."""

    span: Span
    reason: str  # id of the rule: date, ordinal, name, article, …


@dataclass(frozen=True, slots=True)
class Observation:
    """A quantity and what the report says that it measures."""

    quantity: Quantity
    indicator: str  # the phrase, readable on its own: 跨省通办事项办理量
    canonical: str | None  # preferred label of the ontology's indicator, where it means one
    reform: str | None  # label
    platform: str | None  # label
    agency: str | None  # label of the body that the number is about, where it is not the publisher
    region: str | None  # GB/T 2260 code
    period: str | None  # year, or year and month
    modality: Modality
    evidence: Span  # the sentence
    rule: str  # id of the rule that named the indicator


@dataclass(frozen=True, slots=True)
class Relation:
    """subject predicate object, as stated at `span`, within the sentence `evidence`."""

    subject: str | None  # region code or name (adopts; None where the report doesn't name its own), else a reform
    predicate: str  # adopts, deliveredThrough, partner
    object: str  # label of a reform, platform or region
    span: Span
    evidence: Span
    rule: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything that one report states."""

    document: Document
    meta: Meta
    mentions: tuple[Mention, ...] = ()
    observations: tuple[Observation, ...] = ()
    relations: tuple[Relation, ...] = ()
    rejections: tuple[Rejection, ...] = field(default=())
