"""The numbers that Word writes before the paragraphs of a list: 一、 （二） 3. — they stand in no paragraph's text.

In: the parts `numbering.xml` and `styles.xml`, then the paragraphs in order. Out: the number of each.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = "一二三四五六七八九"
_CHINESE_FORMS = frozenset(
    ("chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCountingThousand")
)
_LETTERS = {"lowerLetter": "a", "upperLetter": "A"}


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered."""

    form: str  # decimal, chineseCounting, bullet, …
    text: str  # what is written, %1 for the number of the first level
    start: int


@dataclass(slots=True)
class Numbering:
    """How each list counts, and how far it has come."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)  # by list
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)  # by style: its list and level
    counts: dict[str, Counter[int]] = field(default_factory=dict)

    def number(self, paragraph: "etree._Element") -> str:
        """Return the number before a paragraph; nothing where it is in no list."""
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        own = _list_of(paragraph.find(f"{W}pPr/{W}numPr"))
        found = own or (self.styles.get(style.get(W + "val", "")) if style is not None else None)
        if found is None:
            return ""
        ident, level = found
        levels = self.levels.get(ident, {})
        if level not in levels:
            return ""
        counts = self.counts.setdefault(ident, Counter())
        counts[level] = counts[level] + 1 if level in counts else levels[level].start
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        if levels[level].form in ("bullet", "none"):
            return ""
        text = levels[level].text
        for n, each in levels.items():
            text = text.replace(f"%{n + 1}", written(counts.get(n, each.start), each.form))
        return text


def numbering(lists: "etree._Element | None", styles: "etree._Element | None") -> Numbering:
    """Return how the lists of a Word document count."""
    found = Numbering()
    if lists is None:
        return found
    kinds = {
        kind.get(W + "abstractNumId"): dict(map(_level, kind.iter(W + "lvl"))) for kind in lists.iter(W + "abstractNum")
    }
    for number in lists.iter(W + "num"):
        found.levels[number.get(W + "numId", "")] = kinds.get(_value(number, "abstractNumId"), {})
    for style in styles.iter(W + "style") if styles is not None else ():
        if numbered := _list_of(style.find(f"{W}pPr/{W}numPr")):
            found.styles[style.get(W + "styleId", "")] = numbered
    return found


def _level(node: "etree._Element") -> tuple[int, Level]:
    level = Level(_value(node, "numFmt") or "decimal", _value(node, "lvlText") or "", _whole(_value(node, "start"), 1))
    return _whole(node.get(W + "ilvl"), 0), level


def _list_of(numbered: "etree._Element | None") -> tuple[str, int] | None:
    if numbered is None or not (ident := _value(numbered, "numId")):
        return None
    return ident, _whole(_value(numbered, "ilvl"), 0)


def _value(node: "etree._Element", name: str) -> str | None:
    child = node.find(W + name)
    return child.get(W + "val") if child is not None else None


def _whole(digits: str | None, default: int) -> int:
    return int(digits) if digits and digits.isascii() and digits.isdecimal() and len(digits) < 6 else default  # noqa: PLR2004


def written(number: int, form: str) -> str:
    """Write a number as a list's format says.

    >>> written(12, "chineseCountingThousand"), written(3, "decimal"), written(3, "lowerLetter")
    ('十二', '3', 'c')
    """
    if form in _CHINESE_FORMS and 0 < number < 100:  # noqa: PLR2004  no list is longer
        tens, ones = divmod(number, 10)
        head = ("", "十")[tens] if tens < 2 else _CHINESE[tens - 1] + "十"  # noqa: PLR2004  十一, not 一十一
        return head + (_CHINESE[ones - 1] if ones else "")
    if form == "decimalEnclosedCircle" and 0 < number <= 20:  # noqa: PLR2004  ① to ⑳
        return chr(0x2460 + number - 1)
    if form in _LETTERS and 0 < number <= 26:  # noqa: PLR2004
        return chr(ord(_LETTERS[form]) + number - 1)
    return str(number)
