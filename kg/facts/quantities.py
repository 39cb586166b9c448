"""Numerals to quantities, or to the reason why a numeral measures nothing.

In: a folded text, and the spans of what is a name (policies, listed terms, the numbering of items).
Out: `Quantity` and `Rejection` values, in order. Out of scope: what is measured (`observations`).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache

from kg.facts.tables import measured
from kg.facts.unmeasured import Unmeasured
from kg.facts.wording import FORMER
from kg.model import Quantity, Rejection, Span
from kg.terms.lexicon import Lexicon
from kg.text.jump import jump
from kg.text.numerals import ARABIC, CHINESE, SCALES, adjacent, chinese, exact, scaled
from kg.text.tables import Cell, cells

_PARTS = {"百": 100, "千": 1000, "万": 10_000}
_PART_UNIT = {100: "%", 1000: "‰", 10_000: "‱"}

_FIRST = re.compile("[0-9百千万亿零〇一二两三四五六七八九十](?<![A-Za-z0-9][0-9])")
"""Where a numeral may begin: not within a run of digits, and not within a word in letters, such as V2X."""
_NUMERAL = re.compile(
    rf"""
      (?P<whole> [百千万] | {ARABIC} | [一二两三四五六七八九十]{{1,3}}+ ) 分之 (?P<part> {ARABIC} | {CHINESE} )
    | (?P<over> (?<![\d/.]) [1-9]\d? ) / (?P<under> [1-9]\d? ) (?![\d/])
    | (?P<digits> {ARABIC} ) (?P<middle> [ ]? [余多几]? ) (?P<scale> (?: [十百千]? 万 亿? | [十百千]? 亿 | [百千] )?+ )
    | (?P<chinese> {CHINESE} )
    """,
    re.VERBOSE,
)
_LISTS = ("、", "和", "及")
_RANGE = re.compile(r"[ ]?(?:[—–~～-]{1,2}|至|到|、|和|及)[ ]?")
_UNITLESS = ("no measure word", "no number")
LONG_COUNT = 5  # digits from which a number before a noun is a serial number: 12345热线 (2026-11)
_NEGATIVE = re.compile(r"[\u4e00-\u9fff][-−]$")
_COUNTED = re.compile(r"[个项件家条次名人份]")
_TIME = "time"


@dataclass(frozen=True)
class _Rules:
    """The compiled cue words, and what is known of the measure words."""

    unit: re.Pattern[str]
    kinds: dict[str, str]  # unit → count, rate, time …
    canonical: dict[str, str]  # 个工作日 → 工作日
    framing: frozenset[str]  # 届, 级: a numeral before them measures nothing
    countable: frozenset[str]  # 个, 家: counted in characters too; 门 and 处 begin words
    before: re.Pattern[str]
    not_before: re.Pattern[str]
    bound: re.Pattern[str]
    after_unit: re.Pattern[str]
    limit: re.Pattern[str]
    framing_noun: re.Pattern[str]
    plan_noun: re.Pattern[str]
    circle_noun: re.Pattern[str]
    name_noun: re.Pattern[str]
    date_mark: re.Pattern[str]
    bare: re.Pattern[str]
    noun: re.Pattern[str]
    from_mark: re.Pattern[str]
    change: re.Pattern[str]
    changed: re.Pattern[str]


@cache
def _rules(lexicon: Lexicon) -> _Rules:
    units = lexicon.of_kind("Unit")
    forms = {form: unit for unit in units for form in unit.forms}
    cue = lexicon.alternation
    return _Rules(
        unit=re.compile(f"\\s?[.]?(?P<unit>{'|'.join(_unless_word(form, lexicon) for form in lexicon.forms('Unit'))})"),
        kinds={form: unit.fact("unitKind") or "count" for form, unit in forms.items()},
        canonical={form: unit.label for form, unit in forms.items()},
        framing=frozenset(form for form, unit in forms.items() if unit.fact("framing") == "true"),
        countable=frozenset(form for form, unit in forms.items() if unit.fact("articleWith") == "true"),
        before=re.compile(f"{cue('approximate-before')}[了为到达至]?[ ]?$"),
        not_before=re.compile(f"{cue('approximate-false')}[了为到达至]?[ ]?$"),
        bound=re.compile(f"{cue('bound-before')}[ ]?$"),
        after_unit=re.compile(cue("approximate-after-unit")),
        limit=re.compile(cue("limit-after-time")),
        framing_noun=re.compile(f"(?:大|个|类|项)?{cue('framing-noun')}"),
        plan_noun=re.compile(cue("plan-noun")),
        circle_noun=re.compile(cue("circle-noun")),
        name_noun=re.compile(cue("name-noun")),
        date_mark=re.compile(f"^{cue('date-mark')}|^[ ]*(?:$|\\n)"),
        noun=re.compile("|".join(re.escape(w) for w in lexicon.words("generic-noun") if len(w) > 1)),
        bare=re.compile(f"{cue('bare-number-before', 'change-verb')}(?:了|至|到|为|达)?[ ]?$"),
        from_mark=re.compile(f"{cue('from-mark')}{FORMER.format(cue('former-time'))}的?[ ]?$"),
        change=re.compile(cue("change-verb")),
        changed=re.compile(f"{cue('change-verb')}[至到为成][ ]?$"),
    )


def _unless_word(form: str, lexicon: Lexicon) -> str:
    """Return the pattern of a measure word where it doesn't begin a noun: 部, but not in 6部门."""
    rests = [re.escape(word.removeprefix(form)) for word in lexicon.words("unit-noun") if word.startswith(form)]
    return re.escape(form) + (f"(?!{'|'.join(rests)})" if rests else "")


def find_quantities(
    folded: str, lexicon: Lexicon, names: Iterable[Span] = (), marks: Iterable[Span] = ()
) -> tuple[list[Quantity], list[Rejection]]:
    """Read every numeral of a folded text.

    Args:
        folded: the text, folded.
        lexicon: measure words and cue words.
        names: spans in which a numeral is part of a name: listed reforms and platforms.
        marks: spans of the numbering of items.
    """
    rules = _rules(lexicon)
    company = Unmeasured(folded, lexicon, names, marks)
    quantities: list[Quantity] = []
    rejections: list[Rejection] = []
    table = cells(folded)
    end = 0
    for m in jump(_FIRST, _NUMERAL, folded):
        if m.start() < end:
            continue
        found = _read(folded, m, rules, company)
        if cell := table.get(m.start()):
            found = _in_cell(folded, cell, found, rules, lexicon)
        if isinstance(found, Quantity):
            quantities.append(found)
            end = found.span.end
        elif found is not None:
            rejections.append(found)
    return _ranges(folded, quantities, rejections), rejections


def _read(folded: str, m: re.Match[str], rules: _Rules, company: Unmeasured) -> Quantity | Rejection | None:
    start, end = m.span()
    number = Span(start, m.end("digits") if m["digits"] and not m["scale"] else end)
    if (reason := company.reason(start, max(start + 1, m.end("digits") if m["digits"] else end))) is not None:
        return Rejection(number, reason)
    if m["part"] or m["over"]:
        return _fraction(folded, m, rules)
    if m["chinese"] and folded[start - 1 : start] in ("几", "数"):
        return Rejection(number, "no number")  # 几十家
    value, loose = _value(m)
    if value is None:
        return Rejection(number, "no number")
    after = end
    approximate = loose or bool(m["digits"] and m["middle"].strip())
    if more := re.match("[余多几](?=[^少个]|个)", folded[after : after + 2]):
        approximate, after = True, after + more.end()
    unit = rules.unit.match(folded, after)
    if m["chinese"] and unit is None:
        return _tenths(folded, m, rules) or Rejection(number, "no measure word")
    if unit is None:
        return _bare(folded, m, value, rules, approximate=approximate)
    word = unit["unit"]
    if reason := _no_measure(folded, m, unit, rules):
        return Rejection(number, reason)
    if _NEGATIVE.search(folded, max(0, start - 2), start):
        start, value = start - 1, -value
    return _quantity(folded, Span(start, unit.end()), number, value, rules, unit=word, approximate=approximate)


def _in_cell(
    folded: str, cell: Cell, found: Quantity | Rejection | None, rules: _Rules, lexicon: Lexicon
) -> Quantity | Rejection | None:
    """Read a number that fills a cell of a table by the headings of the cell."""
    if found is None or found.span != cell.span:
        return found
    said = measured(folded, cell, lexicon)
    if isinstance(found, Quantity):
        found = replace(found, heads=said.heads)
    elif found.reason not in _UNITLESS or not (said.heads and said.count):
        return found
    m = _NUMERAL.fullmatch(found.span.of(folded))
    if m is None or not m["digits"]:  # with a measure word of its own
        return found
    value = scaled(m["digits"], m["scale"] or said.scale)
    unit = rules.canonical[said.unit] if said.unit else None
    return Quantity(found.span, found.span, value, unit, bool(m["middle"].strip()), heads=said.heads)


def _value(m: re.Match[str]) -> tuple[Decimal | None, bool]:
    """Return the value, and whether the numeral itself is loose."""
    if m["digits"]:
        return scaled(m["digits"], m["scale"] or ""), False
    words = m["chinese"]
    if all(c in SCALES for c in words) and words != "十":
        return None, False  # 万人, 百家: as good as many
    loose = adjacent(words)
    if loose is not None:
        return loose, True
    return chinese(words), False


def _quantity(
    folded: str, span: Span, number: Span, value: Decimal, rules: _Rules, *, unit: str | None, approximate: bool
) -> Quantity:
    before = folded[max(0, span.start - 8) : span.start]
    after = folded[span.end : span.end + 3]
    time = unit is not None and rules.kinds[unit] == _TIME
    limit = time and rules.limit.match(after) is not None
    bound = rules.bound.search(before) is not None
    loose = rules.before.search(before) is not None and rules.not_before.search(before) is None
    inexact = approximate or bound or limit or loose or rules.after_unit.match(after) is not None
    return Quantity(span, number, value, rules.canonical[unit] if unit else None, inexact, bound)


def _fraction(folded: str, m: re.Match[str], rules: _Rules) -> Quantity | Rejection:
    span = Span(*m.span())
    if m["over"]:
        if not rules.bare.search(folded[max(0, span.start - 8) : span.start]):
            return Rejection(span, "no measure word")
        ratio = exact(Fraction(int(m["over"]), int(m["under"])))
        return _quantity(folded, span, span, ratio, rules, unit=None, approximate=False)
    whole = _PARTS.get(m["whole"]) or _number(m["whole"])
    part = Decimal(SCALES[m["part"]]) if m["part"] in SCALES else _number(m["part"])  # 百分之百
    if not whole or part is None:
        return Rejection(span, "no number")
    sign = _PART_UNIT.get(int(whole))
    if sign in rules.kinds:
        return _quantity(folded, span, span, part, rules, unit=sign, approximate=False)
    return _quantity(folded, span, span, exact(Fraction(part) / Fraction(whole)), rules, unit=None, approximate=False)


def _number(words: str) -> Decimal | None:
    return scaled(words) if words[0].isdecimal() else chinese(words)


def _tenths(folded: str, m: re.Match[str], rules: _Rules) -> Quantity | None:
    """Read 三成, 七成五: tenths, given as per cent."""
    tail = re.match(r"成([一二三四五六七八九])?(?![立为果效功员都就本长熟交年型])", folded[m.end() : m.end() + 3])
    if tail is None or len(m["chinese"]) != 1 or (tens := chinese(m["chinese"])) is None:
        return None
    ones = chinese(tail[1]) if tail[1] else Decimal(0)
    span = Span(m.start(), m.end() + tail.end())
    value = tens * 10 + (ones or 0)
    return _quantity(folded, span, Span(*m.span()), value, rules, unit="%", approximate=False)


def _bare(folded: str, m: re.Match[str], value: Decimal, rules: _Rules, *, approximate: bool) -> Quantity | Rejection:
    """A number with no measure word measures something only in company that says so, at a clause's end."""
    number = Span(m.start(), m.end("digits") if not m["scale"] else m.end())
    if rules.name_noun.match(folded, m.end()):
        return Rejection(number, "name")
    if rules.noun.match(folded, m.end()) and "." not in m["digits"] and len(m["digits"]) < LONG_COUNT:
        return _quantity(folded, number, number, value, rules, unit=None, approximate=approximate)
    ends = re.match(r"[ ]?(?:[，。；、）),;…！\n]|$)", folded[m.end() : m.end() + 2]) is not None
    before = folded[max(0, m.start() - 10) : m.start()]
    company = rules.bare.search(before) or (rules.before.search(before) and not rules.not_before.search(before))
    changes = rules.from_mark.search(before) and rules.change.match(folded, m.end())
    if ((ends and (company or m["scale"])) or changes) and len(m["digits"]) <= len("1,000,000.00"):
        return _quantity(folded, number, number, value, rules, unit=None, approximate=approximate)
    return Rejection(number, "no measure word")


def _no_measure(folded: str, m: re.Match[str], unit: re.Match[str], rules: _Rules) -> str | None:
    """Return why a numeral with a measure word measures nothing all the same."""
    word, after = unit["unit"], unit.end()
    kind = rules.kinds[word]
    following = folded[after : after + 8]
    if word in rules.framing:
        return "framing"
    if following.startswith("半"):
        return "half"  # 2个半月
    if rules.framing_noun.match(following) and (m["chinese"] or len(m["digits"]) < len("100")):
        return "framing"
    if m["chinese"] and (reason := _only_words(m["chinese"], word, following, rules)):
        return reason
    if kind == _TIME:
        return _no_duration(folded, m, word, following, rules)
    if kind == "length" and rules.circle_noun.match(following):
        return "name"
    return None


def _only_words(numeral: str, word: str, following: str, rules: _Rules) -> str | None:
    """Return why a numeral in characters counts nothing: it is an article, arranges the text, or belongs to a name."""
    kind = rules.kinds[word]
    if numeral == "一" and not (kind == _TIME and rules.limit.match(following)):
        return "article"
    if "之一" in following or (word == "次" and len(numeral) == 1):
        return "framing"
    counted = kind in (_TIME, "rate") or word in rules.countable or not {"万", "亿"}.isdisjoint(numeral)
    if not counted or word == "年" or (kind == _TIME and rules.plan_noun.match(following)):
        return "name"
    return "name" if not _COUNTED.match(word) and kind == "count" and rules.name_noun.match(following) else None


def _no_duration(folded: str, m: re.Match[str], word: str, following: str, rules: _Rules) -> str | None:
    if rules.circle_noun.match(following) or rules.plan_noun.match(following):
        return "name"
    if word == "年" and m["digits"] and (len(m["digits"]) == len("2024") or m["digits"].startswith("0")):
        return "date"
    before = folded[max(0, m.start() - 8) : m.start()]
    changed = rules.from_mark.search(before) or rules.changed.search(before) or rules.change.match(following)
    dated = rules.date_mark.match(following) or before.endswith(("者", "至", "月", "于", "在"))
    if word == "日" and dated and not rules.limit.match(following) and not changed:
        return "date"
    return None


def _ranges(folded: str, found: Sequence[Quantity], rejections: list[Rejection]) -> list[Quantity]:
    """Give the lower end of a range, or the members of a list, the unit of the last: 3—5个工作日, 1.2和2.3个百分点."""
    upper = {q.span.start: q for q in found}
    kept: list[Rejection] = []
    bare = [Rejection(q.span, _UNITLESS[0]) for q in found if q.unit is None and q.span == q.number]
    for rejection in sorted([*rejections, *bare], key=lambda r: r.span, reverse=True):
        between = _RANGE.match(folded, rejection.span.end)
        top = upper.get(between.end()) if between else None
        value = _lone(rejection.span.of(folded)) if top and rejection.reason in _UNITLESS else None
        if top is None or between is None or value is None or top.unit is None:
            if rejection not in bare:
                kept.append(rejection)
            continue
        if top.value > value * 1000 and between.group().strip() not in _LISTS:  # 3至5万件: the scale belongs to both
            value *= top.value / _number_of(folded, top)
        lower = Quantity(rejection.span, rejection.span, value, top.unit, top.approximate, top.bound)
        upper[lower.span.start] = lower
    rejections[:] = kept[::-1]
    return _respectively(folded, sorted(upper.values(), key=lambda q: q.span))


def _lone(words: str) -> Decimal | None:
    m = _NUMERAL.fullmatch(words)
    return _value(m)[0] if m and (m["digits"] or m["chinese"]) else None


def _respectively(folded: str, found: list[Quantity]) -> list[Quantity]:
    """Share what a list says once: 分别超过8万元、4.5万元 are both inexact, 50个和85个工作日 are both days."""
    for i, last in enumerate(found[:-1]):
        following = found[i + 1]
        between = folded[last.span.end : following.span.start]
        if between in _LISTS and last.unit == "个" and following.span.of(folded).count("个") and following.unit != "个":
            found[i] = replace(last, unit=following.unit, approximate=following.approximate, bound=following.bound)
    for i, quantity in enumerate(found[1:], 1):
        last = found[i - 1]
        joined = folded[last.span.end : quantity.span.start] in ("、", "和", "及")
        if joined and last.approximate and "分别" in folded[max(0, last.span.start - 10) : last.span.start]:
            found[i] = replace(quantity, approximate=True, bound=last.bound)
    return found


def _number_of(folded: str, quantity: Quantity) -> Decimal:
    digits = re.match(ARABIC, quantity.number.of(folded))
    return scaled(digits.group()) if digits else quantity.value
