"""When a document was issued, and which year it reports on.

In: folded text and title. Out: an ISO date, a year; None where the text doesn't say. Nothing is taken from the clock
or from the file's name. Out of scope: the period of a single figure (`observations`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import zip_longest

from kg.terms.lexicon import Lexicon
from kg.text.jump import jump
from kg.text.numerals import chinese

HEAD_LINES, TAIL_LINES = 15, 15  # lines that are not blank; page furniture of government sites fills up to 12 (2026-11)
SIGNER = 40  # characters of a signature before its date, on one line
OPENING = 1500  # characters; the longest opening paragraph of a report has 400
PAGE_HEAD = 80  # characters of a news page before its text
SPRING = 3  # months; reports on a year appear until March of the next

_C = "〇零○一二三四五六七八九十"
_YEAR = rf"(?P<y>(?:19|20)\d\d|二[{_C}]{{3}})"
_DAY = rf"(?P<m>\d{{1,2}}|[{_C}]{{1,2}})\s?[年\-./月]\s?(?P<d>\d{{1,2}}|[{_C}]{{1,3}})"
_DATE = re.compile(rf"(?<!\d){_YEAR}\s?[年\-./]\s?{_DAY}(?!\d)\s?日?")
_PAGE = re.compile(r"\s*(?:(?P<c>\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?=\s\d\d:\d\d|[,，]))")  # 23-08-10 06:16，
_URL_DATE = re.compile(r"https?://[^\s)\]]{1,120}?/(20\d\d)/(\d\d)/(\d\d)/")
_META_DATE = re.compile(r"<meta[^<>]{0,40}name=\"PubDate\"[^<>]{0,20}content=\"([\d\-]{8,10})")
_YEAR_FIRST = re.compile("[2二]")
_ONE_YEAR = re.compile(rf"(?<![\d\-—－至~])(?:(20\d\d)|(二[〇零○][{_C}]{{2}}))年(?!\s?[\-—－至~]\s?20)")
_TAGS = re.compile(r"<[^<>\n]{1,200}>")
_EDITION = re.compile(r"[（(][^（()）]{1,20}[)）]$")
_HEADING = re.compile(r"^[ \t\u3000#*]{0,8}(?:一、|\(一\)|（一）)[^\n。]{2,40}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Words:
    written: re.Pattern[str]
    published: re.Pattern[str]
    follow: re.Pattern[str]
    this_year: re.Pattern[str]
    last_year: re.Pattern[str]
    base: tuple[str, ...]
    part: re.Pattern[str]
    lead: re.Pattern[str]
    work_report: re.Pattern[str]
    plan: re.Pattern[str]
    heading: re.Pattern[str]
    norms: tuple[str, ...]


def lines(folded: str) -> list[str]:
    """Return the lines that are not blank, without markup around them."""
    bare = _TAGS.sub("", folded) if "<" in folded else folded
    return [line for raw in bare.split("\n") if (line := raw.strip(" \t\r#*|_"))]


def spaced(words: Iterable[str]) -> str:
    """Return an alternation of labels that may be spaced out: 文 号.

    >>> bool(re.fullmatch(spaced(["索引号", "文号"]), "索 引 号"))
    True
    """
    return f"(?:{'|'.join(' ?'.join(map(re.escape, word)) for word in words)})"


def find_issued(folded: str, page: str, title_end: int, lexicon: Lexicon) -> str | None:
    """Return the date of issue: signed, else labelled, under the title, on the page, in its head, or its address.

    `page` is the text with its markup, `folded` what is seen of it.
    """
    words, all_lines = _words(lexicon), lines(folded)
    head, tail = all_lines[:HEAD_LINES], all_lines[1:][-TAIL_LINES:]
    return (
        _signed(tail)
        or _labelled(words.written, (*head, *tail))
        or _page(folded)
        or _under_title(lines(folded[title_end : title_end + OPENING]))
        or _labelled(words.published, (*head, *tail))
        or _iso(_DATE.search(_first(_META_DATE, page)))
        or _addressed(all_lines[-TAIL_LINES:])
    )


def _iso(m: re.Match[str] | None) -> str | None:
    if m is None:
        return None
    parts = [int(p) if p.isdigit() else int(chinese(p.replace("○", "〇")) or 0) for p in (m["y"], m["m"], m["d"])]
    try:
        return date(*parts).isoformat()
    except ValueError:
        return None


def _first(pattern: re.Pattern[str], folded: str) -> str:
    """Return what the first group of a pattern first holds, or nothing."""
    m = pattern.search(folded)
    return m[1] if m else ""


def _signed(tail: list[str]) -> str | None:
    for line in reversed(tail):
        m = _DATE.search(line)
        if m and m.start() <= SIGNER and not re.search(r"[。，,；;:：、]", line) and not line[m.end() :].strip(" )）"):
            return _iso(m)
    return None


def _labelled(label: re.Pattern[str], some_lines: tuple[str, ...]) -> str | None:
    for line in some_lines:
        for m in label.finditer(line):
            if found := _iso(_DATE.match(line, m.end())):
                return found
    return None


def _page(folded: str) -> str | None:
    m = _PAGE.match(folded)
    if m:
        return _iso(_DATE.match(f"20{m['c']}-{m['m']}-{m['d']}"))
    head = folded[:PAGE_HEAD].lstrip()
    m = _DATE.match(head)
    if m and re.match(r"\s*(?:\d\d:\d\d(?::\d\d)?\s*)?[,，]", head[m.end() :]):
        return _iso(m)
    timed = re.search(rf"{_DATE.pattern}\s*\d\d:\d\d(?::\d\d)?\s*[,，]", head)
    return _iso(timed)


def _under_title(below: list[str]) -> str | None:
    for line in below[:4]:
        found = list(_DATE.finditer(line))
        if len(found) == 1 and not re.search(r"[。；;:：]", line) and not line[: found[0].start()].strip(" —-(（"):
            return _iso(found[0])
    return None


def _addressed(tail: list[str]) -> str | None:
    found = {"-".join(m.groups()) for line in tail for m in _URL_DATE.finditer(line)}
    return _iso(_DATE.match(found.pop())) if len(found) == 1 else None


def find_period(folded: str, title: str | None, issued: str | None, lexicon: Lexicon) -> str | None:
    """Return the year reported on: named by the title, the opening, a heading; else that of issue."""
    words = _words(lexicon)
    headings = [m[0] for m in _HEADING.finditer(folded) if words.heading.search(m[0])]
    headed = _only(y for heading in headings for y in _years(heading))
    in_title = _in_title(words, title or "")
    if title and not in_title and _EDITION.sub("", title).endswith(words.norms):
        return None
    if title and words.work_report.search(title):
        return headed or (str(int(in_title) - 1) if in_title else issued and str(int(issued[:4]) - 1))
    if in_title:
        return in_title
    opening = next((line for line in folded[:OPENING].split("\n") if words.follow.search(line)), "")
    reports = bool(opening)
    if found := _only(_years(opening)) or headed:
        return found
    if issued is None:
        return _only(m[1] for m in words.part.finditer(folded)) or _only(_leads(words, folded))
    return _by_issue(words, folded, issued, reports=reports)


def _in_title(words: _Words, title: str) -> str | None:
    """Return the one year in a title; of a report and a plan in one, that of the report."""
    years = list(_ONE_YEAR.finditer(title))
    past = [
        m
        for m, after in zip_longest(years, years[1:])
        if not words.plan.search(title[m.end() : after and after.start()])
    ]
    return _only(_years("".join(title[m.start() : m.end()] for m in past or years)))


def _by_issue(words: _Words, body: str, issued: str, *, reports: bool) -> str:
    """Return the year of issue, or the one before where the text speaks mostly of that."""
    this, before = issued[:4], str(int(issued[:4]) - 1)
    named = Counter(y for y in _years(body, words.base))
    now = named[this] + len(words.this_year.findall(body))
    then = named[before] + len(words.last_year.findall(body))
    spring = int(issued[5:7]) <= SPRING
    if spring and (reports or (then > 1 and then > now)):
        return before
    return before if named[before] > max(2, 2 * now) else this


def _years(text: str, base: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the years that a text names, except ends of spans and, if given, bases of comparison."""
    for m in jump(_YEAR_FIRST, _ONE_YEAR, text):
        if not (base and text[max(0, m.start() - 2) : m.start()].endswith(base)):
            yield m[1] or str(chinese(m[2].replace("○", "〇")))


def _leads(words: _Words, body: str) -> Iterator[str]:
    return (m[1] for m in words.lead.finditer(body))


def _only(years: Iterator[str]) -> str | None:
    """Return the one year among them; None where there is none, or several."""
    distinct = set(years)
    return distinct.pop() if len(distinct) == 1 else None


@lru_cache(maxsize=4)
def _words(lexicon: Lexicon) -> _Words:
    def label(cue: str) -> re.Pattern[str]:
        return re.compile(rf"{spaced(lexicon.words(cue))}\s{{0,4}}[:：\]】]\s{{0,4}}")

    return _Words(
        label("meta-date-written"),
        label("meta-date-published"),
        re.compile(lexicon.alternation("meta-follow")),
        re.compile(lexicon.alternation("meta-this-year")),
        re.compile(lexicon.alternation("meta-last-year")),
        lexicon.words("meta-base"),
        re.compile(rf"(?<!\d)(20\d\d)年{lexicon.alternation('meta-year-span')}"),
        re.compile(r"(?:^|[。；;])\s*(20\d\d)年[,，]", re.MULTILINE),
        re.compile(lexicon.alternation("meta-work-report")),
        re.compile(lexicon.alternation("meta-plan")),
        re.compile(lexicon.alternation("meta-heading")),
        lexicon.words("meta-norm"),
    )
