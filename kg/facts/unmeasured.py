"""Where a numeral measures nothing, whatever follows it: dates, addresses, document numbers, titles, names.

In: a folded text, and the spans of names and of the numbering of items. Out: the reason at a place, or none.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache

from kg.model import Span
from kg.terms.lexicon import Lexicon
from kg.text.numerals import CHINESE, LONGEST

_YEAR = r"(?:19|20)\d{2}"
_DIGIT = "[一二三四五六七八九十]"
_MONTH_AND_DAY = r"(?:\d{1,2}[ ]?(?:月份?|[/.-])[ ]?(?:\d{1,2}[ ]?日?)?+)?+"
_DAYS = r"(?:[ ]?\d{1,2}[ ]?日(?:[ ]?[—–~～至到-]{1,2}[ ]?\d{1,2}[ ]?日)?|底|初|末)?"
_HOURS = r"(?:(?<=[上下]午|凌晨|早上|晚上)|(?<=[上下]午[ ]|凌晨[ ]|早上[ ]|晚上[ ])|(?<=日)|(?<=日[ ]))"
_DATES = "|".join(
    (
        rf"{_YEAR}[ ]?[—–~～至到-]{{1,2}}[ ]?(?:{_YEAR}|\d{{2}}(?=[ ]?年))[ ]?年?度?",  # 2024—2026年
        rf"{_YEAR}[ ]?(?:年度?|[/.-])[ ]?" + _MONTH_AND_DAY,  # 2024年3月1日, 2024-03-01
        r"\d{2}-\d{2}-\d{2}(?!\d)",  # 23-08-10
        r"(?<![.])\d{1,2}[ ]?[—–~～至到-]{1,2}[ ]?\d{1,2}[ ]?月份?(?:\d{1,2}[ ]?日)?",  # 1-6月
        r"(?<![.])\d{1,2}[ ]?月份?" + _DAYS,  # 3月, 3月1日, 3月1日至5日
        r"(?<![.])\d{1,2}[ ]?日?[ ]?[—–~～至到-]{1,2}[ ]?\d{1,2}日(?!内|以内)",  # 20日至26日
        r"1\d{2}年(?:\d{1,2}月(?:\d{1,2}日)?|[起底度末])",  # 109年6月, of Taiwan's era
        r"\d{1,2}:\d{2}(?::\d{2})?",  # 14:21:30
        _HOURS + r"\d{1,2}[点时](?:\d{1,2}分)?",  # 上午9时
    )
)
_RUN = re.compile(r"[0-9](?<![A-Za-z0-9][0-9])")
"""Where a run of digits begins that is not within a word in letters."""
_AT_RUN = {  # reason → what a run of digits must begin to measure nothing; tried only there
    "date": _DATES,
    "document": r"\d{1,6}号",
    "telephone": r"(?:0\d{2,3}-\d{7,8}|1[3-9]\d{9}|\d{3}-\d{4}-\d{4})(?!\d)",
    "formula": r"\d{1,3}(?:\s?\+\s?[“\"]?(?:\d{1,3}|[NXn])[”\"]?){1,6}|\d{1,6}[天日]?\s?[×xX*]\s?\d{1,6}",
    "letters": r"(?<=[A-Za-z]-)\d+(?:\.\d+)?",
    "serial": rf"\d{{{LONGEST},}}",
}
_COMPANY = (  # reason, and what a numeral must lie in; each begins with a character or a set, to which `re` jumps
    ("address", r"https?://[^\s，。）)]{1,300}"),
    ("address", r"www\.[\w./-]{1,200}"),
    ("address", r"[A-Za-z0-9_./-](?<![A-Za-z0-9_./-]{2})[A-Za-z0-9_./-]{0,100}\.s?html?\b"),
    ("markup", r"<[^<>\n]{1,2000}>|&\w{2,8};|&#\d{1,6};"),
    ("date", r"[二一][零〇九]{1,2}[零〇一二三四五六七八九]{1,2}年"),  # 二〇二四年
    ("date", rf"{_DIGIT}{_DIGIT}{{0,2}}月(?:份|{_DIGIT}{{1,3}}日)"),  # 三月五日
    ("document", rf"[〔［\[（(【]\s?{_YEAR}\s?[〕］\]）)】]\s?第?\s?\d{{1,5}}\s?号"),
    ("months", r"前(?<![目以之此]前)\s?\d{1,2}\s?个月"),
    ("rank", rf"前(?<![目以之当此年月日]前)\s?(?:\d{{1,4}}|{_DIGIT}{{1,3}})(?![\d个月年周天])"),
    ("ordinal", rf"第\s?(?:\d{{1,6}}|{CHINESE})"),
    ("formula", r"[NXn](?:\s?\+\s?[“\"]?(?:\d{1,3}|[NXn])[”\"]?){1,6}"),
    ("title", r"《[^《》\n]{1,120}(?:《[^《》\n]{1,120}》[^《》\n]{0,60})?》"),
)
_NEEDED = {"address": ("://", "www.", "htm")}
"""Reason → words without all of which a text holds no such thing."""
_QUOTED = re.compile(r"“([^“”\n]{1,24})”|「([^「」\n]{1,24})」|‘([^‘’\n]{1,24})’|\"([^\"\n]{1,24})\"")
SHORT_NAME = 10  # characters with the marks; a longer quotation with digits may state figures (2026-11)


_Patterns = tuple[tuple[str, re.Pattern[str]], ...]


@cache
def _patterns(lexicon: Lexicon) -> tuple[_Patterns, _Patterns]:
    """Return the patterns to try where a run of digits begins, and those to search for: one a reason, or several."""
    latin = sorted({f for unit in lexicon.of_kind("Unit") for f in unit.forms if f[0].isascii() and f[0].isalpha()})
    units = "|".join(map(re.escape, latin)) or "(?!)"
    lettered = rf"\d++(?!(?:{units})(?![A-Za-z]))[A-Za-z][A-Za-z-]{{0,10}}"  # 5G; but 500Mbps
    at_run = (*_AT_RUN.items(), ("lettered", lettered))
    anywhere = (*_COMPANY, ("fixed expression", lexicon.alternation("numbered-name")))
    return tuple((r, re.compile(form)) for r, form in at_run), tuple((r, re.compile(form)) for r, form in anywhere)


def _stretches(folded: str, lexicon: Lexicon) -> Iterator[tuple[int, int, str]]:
    at_run, anywhere = _patterns(lexicon)
    for reason, pattern in anywhere:
        if any(word in folded for word in _NEEDED.get(reason, ("",))):
            yield from ((*m.span(), reason) for m in pattern.finditer(folded))
    runs = [m.start() for m in _RUN.finditer(folded)]
    for reason, pattern in at_run:
        yield from ((*m.span(), reason) for start in runs if (m := pattern.match(folded, start)))


class Unmeasured:
    """The stretches of a text in which a numeral measures nothing, by reason."""

    def __init__(self, folded: str, lexicon: Lexicon, names: Iterable[Span], marks: Iterable[Span]) -> None:
        found = list(_stretches(folded, lexicon))
        found += [(s.start, s.end, "name") for s in names] + [(s.start, s.end, "list mark") for s in marks]
        found += [
            (m.start(), m.end(), "quoted name")
            for m in _QUOTED.finditer(folded)
            if len(m.group()) <= SHORT_NAME or not re.search(r"\d", m.group())
        ]
        self._found = sorted(found)
        self._starts = [start for start, _, _ in self._found]
        self._wider: list[int] = []  # for each, the nearest before it that ends later; -1 where none does
        for i, (_, end, _) in enumerate(self._found):
            before = i - 1
            while before >= 0 and self._found[before][1] <= end:
                before = self._wider[before]
            self._wider.append(before)

    def reason(self, start: int, end: int) -> str | None:
        """Return why a numeral at that place measures nothing; None where nothing covers it."""
        i = bisect_right(self._starts, start) - 1
        while i >= 0 and self._found[i][1] < end:
            i = self._wider[i]
        return self._found[i][2] if i >= 0 else None
