"""Reforms in a text: those of the ontology, and those that only their form and company give away.

In: folded text, the lexicon, and the platforms found in the text, for a reform's words before 平台 name a platform.
Out: mentions, and the candidates that were dropped, with the reason. Which words make a reform stands in
`ontology/cues/names.ttl`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.model import Kind, Mention, Rejection, Span
from kg.names.candidates import CLOSING, Candidate, Cover, Quotation, plain, quotations, settle, titles
from kg.names.platforms import find_platforms
from kg.names.rules import FIELD, REACH, ReformRules, reform_rules
from kg.terms.lexicon import Lexicon, Match

CHANGE = range(3, 17)  # characters of an unquoted name before 改革: 工程建设项目审批制度 has ten
DOMAIN = 40  # characters around a quoted name in which its field is looked for: about two clauses
SENTENCE = 8  # characters from which a quotation with a verb or particle in it is a sentence, not a name
COUNTED = 3  # characters of “三证”, “两新个”: a numeral with what it counts, no name
EVENT = range(2, 15)  # characters of an unquoted name before 一件事
SHORTENED = "shortened"
"""The rule of a name that only stands for one in full before it."""
_WEAK = "weak-form-alone"
_VERSION = re.compile(r"\d(?:\.\d)?版?$")
_BOUNDS = frozenset('“”‘’"「」『』、，,·+和')  # what a weak form stands between in a quotation
_NUMERALS = "一二两三四五六七八九十双"
ROW = 24  # characters of a list between a verb and a name in it: 推出预约服务、延时服务和
PART = range(3, 9)  # characters of one of several names in one quotation: 一窗受理、即时办结


@dataclass(frozen=True, slots=True)
class _Text:
    """What every rule asks about the text."""

    folded: str
    rules: ReformRules
    listed: tuple[Match, ...]
    quoted: tuple[Quotation, ...]
    quotes: Cover


def find_reforms(
    folded: str, lexicon: Lexicon, platforms: Sequence[Mention] | None = None
) -> tuple[tuple[Mention, ...], tuple[Rejection, ...]]:
    """Return the reforms that a text names, in order, and the candidates that are none.

    Args:
        folded: the text.
        lexicon: the terms and cue words.
        platforms: what `find_platforms` found in the text; it is asked where they are left out.
    """
    if platforms is None:
        platforms, _ = find_platforms(folded, lexicon)
    listed = tuple(m for m in lexicon.find(folded) if m.term.kind == Kind.REFORM)
    quoted = quotations(folded)
    text = _Text(folded, reform_rules(lexicon), listed, quoted, Cover(q.outer for q in quoted))
    machines, inside = Cover(p.span for p in platforms), Cover(titles(folded))
    candidates: list[Candidate] = []
    for one in (c for finder in (_listed, _quoted, _bare, _brought_in, _events, _changes) for c in finder(text)):
        in_title = inside.over(one.span) and not text.quotes.over(one.span)
        twin = one.known and _is_quotation(text, one.span)  # “好差评”系统 speaks of the reform too
        platform = (machines.over(one.span) and not twin) or (machines.within(one.span) and not one.known)
        reason = "platform" if platform else "in-title" if in_title else one.reason
        candidates.append(one._replace(reason=reason))
    candidates = _shortened(folded, _again(folded, candidates))
    candidates += [s for c in candidates if not c.reason for s in _siblings(text, c)]
    mentions, rejections = settle(Kind.REFORM, candidates, listed_wins=False)
    return tuple(mentions), tuple(rejections)


def _again(folded: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Take a quotation that nothing tells of for the reform that the same words are elsewhere in the text."""
    named = {plain(c.span.of(folded)): c.label for c in candidates if not c.reason and c.rule.startswith("quoted")}
    return [
        c._replace(label=named[words], rule="again", reason="")
        if c.reason == "quoted-unknown" and (words := plain(c.span.of(folded))) in named
        else c
        for c in candidates
    ]


def _shortened(folded: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Take a form that means a reform only in company for the one that its line has named in full."""
    full: dict[str, list[int]] = {}
    for c in candidates:
        if c.known and not c.reason:
            full.setdefault(c.label, []).append(c.span.end)
    return [
        c._replace(rule=SHORTENED, reason="", known=True)
        if c.reason == _WEAK and _in_line(folded, full.get(c.label, ()), c.span.start)
        else c
        for c in candidates
    ]


def _in_line(folded: str, ends: Iterable[int], place: int) -> bool:
    """Tell whether one of the names that end at `ends` stands before a place on its line."""
    last = max((end for end in ends if end <= place), default=None)
    return last is not None and "\n" not in folded[last:place]


def _is_quotation(text: _Text, span: Span) -> bool:
    quote = text.quotes.over(span)
    return quote is not None and (quote.start + 1, quote.end - 1) == (span.start, span.end)


def _listed(text: _Text) -> Iterator[Candidate]:
    """Yield names of the ontology; those that mean a reform only in context, in context."""
    for match in text.listed:
        span, folded = match.span, text.folded
        quote = text.quotes.over(span)
        after = folded[quote.end : quote.end + 8] if quote else ""
        weak = match.weak or plain(span.of(folded)) in match.term.weak
        if _half_quoted(text, span):
            yield Candidate(span, reason="half-quoted")  # “青店一件事”改革 names no 一件事改革
        elif match.term.label in text.rules.duties and not quote:
            yield Candidate(span, reason="standing-duty")
        elif text.rules.spirit.match(after):
            yield Candidate(span, reason="quoted-otherwise")
        elif not weak or _in_company(text, span):
            yield Candidate(span, match.term.label, "term", known=True)
        else:
            yield Candidate(span, match.term.label, reason=_WEAK)


def _half_quoted(text: _Text, span: Span) -> bool:
    """Tell whether a name takes part of a quotation and words outside of it: 检查“扫码入企” names no 检查扫码."""
    first, last = (text.quotes.over(Span(place, place + 1)) for place in (span.start, span.end - 1))
    begins = first is not None and first.start + 1 < span.start and first.end <= span.end
    return begins or (last is not None and span.start < last.start and span.end < last.end - 1)


def _in_company(text: _Text, span: Span) -> bool:
    """Tell whether a weak form is quoted, the object of a verb of reform, or called a reform."""
    folded, rules = text.folded, text.rules
    if quote := text.quotes.over(span):
        before, after = folded[max(0, quote.start - REACH) : quote.start], folded[quote.end : quote.end + REACH]
        whole = folded[span.start - 1] in _BOUNDS and folded[span.end : span.end + 1] in _BOUNDS
        return whole and not (_describes(rules, before, after) or rules.after_not.match(after))
    if folded[span.end : span.end + 1] in CLOSING and folded[span.start - 1 : span.start] not in CLOSING:
        return True
    before = folded[max(0, span.start - REACH) : span.start]
    if rules.verb.search(before) or rules.adjacent.search(before) or rules.sure.match(folded, span.end):
        return True
    return rules.row.search(folded, max(0, span.start - ROW), span.start) is not None


def _quoted(text: _Text) -> Iterator[Candidate]:
    """Yield quoted names by their form, by what they are called, and by the verb whose object they are."""
    row: list[Quotation] = []
    for number, q in enumerate(text.quoted):
        row.append(q)
        following = text.quoted[number + 1] if number + 1 < len(text.quoted) else None
        if following and text.folded[q.outer.end : following.outer.start] in ("", "、", "和", "及", "与"):
            continue
        yield from _row(text, row)
        row = []


@dataclass(frozen=True, slots=True)
class _Company:
    """What stands around a row of quotations."""

    before: str
    after: str
    near: str  # further on both sides
    suffix: re.Match[str] | None  # what the row is called: 改革, …模式


def _row(text: _Text, row: list[Quotation]) -> Iterator[Candidate]:
    """Judge quotations that stand side by side: what precedes the first and follows the last holds for all."""
    folded, rules = text.folded, text.rules
    start, end = row[0].outer.start, row[-1].outer.end
    before, after = folded[max(0, start - REACH - 4) : start], folded[end : end + FIELD + 6]
    suffix = _suffix(rules, rules.suffix, after) or _suffix(rules, rules.service, after)
    company = _Company(before, after, folded[max(0, start - DOMAIN) : end + DOMAIN], suffix)
    loose = not suffix and (before.endswith("的") or rules.after_not.match(after))
    refused = loose or _describes(rules, before, after)
    for q in row:
        name = q.inner.of(folded)
        label = plain(name)
        if name.endswith("+") and suffix:  # “互联网+”…模式: the field belongs to the name
            label += suffix.group("field")
        if label in rules.never or refused or not _is_name(label):
            yield Candidate(q.inner, reason="quoted-otherwise")
        elif rule := _why(rules, label, company):
            yield from _named(text, q, rules.tail.sub("", _VERSION.sub("", label)) or label, rule)
        else:
            yield Candidate(q.inner, reason="quoted-unknown")


def _suffix(rules: ReformRules, pattern: re.Pattern[str], after: str) -> re.Match[str] | None:
    m = pattern.match(after)
    return None if m and rules.bound.cuts(m.group("field")) else m


def _describes(rules: ReformRules, before: str, after: str) -> bool:
    """Tell whether a quotation only describes: 打通“…”, “…”的…."""
    return bool(after.startswith("的") or rules.before_not.search(before) or rules.spirit.match(after))


def _is_name(name: str) -> bool:
    if len(name) <= COUNTED and name[0] in _NUMERALS and name[-1] not in _NUMERALS:
        return False  # “三证”, “两新”: what is counted
    if "%" in name:
        return False  # “100%网办”: a figure
    return bool(re.fullmatch(r"[^。；;！!？?：:《》]{2,24}", name)) and bool(re.search(r"[\u4e00-\u9fff]{2}", name))


def _why(rules: ReformRules, name: str, company: _Company) -> str:
    """Return the id of the rule by which a quoted name is a reform, or nothing."""
    in_field = bool(rules.field.search(name))
    shapes = [rules.shape.search(part) is not None for part in re.split("[、,，·]", name)]
    shaped = shapes[0] or 2 * sum(shapes) >= len(shapes)  # “少跑路、降成本、事好办” only ends like a name
    led = bool(rules.any_verb.search(company.before))
    if shaped and (company.suffix or led):
        return "quoted-form"
    sentence = len(name) > SENTENCE and rules.bound.cuts(name)
    if company.suffix and not sentence and (in_field or _called(rules, name, company.suffix, company)):
        return "quoted-suffix"
    if rules.verb.search(company.before) and (in_field or shaped):
        return "quoted-verb"
    if all(shapes) and in_field and not rules.weak_suffix.match(company.after):
        return "quoted-form"
    return ""


def _called(rules: ReformRules, name: str, suffix: re.Match[str], company: _Company) -> bool:
    """Tell whether 改革 or 模式 after a name of no field is about government service."""
    if suffix.re is not rules.suffix:
        return False
    if rules.field.search(suffix.group("field")):
        return True
    return bool(rules.domain.search(company.near)) and ("+" in name or bool(rules.any_verb.search(company.before)))


def _named(text: _Text, q: Quotation, label: str, rule: str) -> Iterator[Candidate]:
    """Yield the name, or each of several names in one quotation: “一窗受理、即时办结”."""
    name = q.inner.of(text.folded)
    parts = name.split("、")
    if len(parts) == 1 or not all(len(part) in PART for part in parts):
        yield Candidate(q.inner, label, rule)
        return
    start = q.inner.start
    for part in parts:
        yield Candidate(Span(start, start + len(part)), plain(part), rule)
        start += len(part) + 1


def _siblings(text: _Text, known: Candidate) -> Iterator[Candidate]:
    """Yield what stands in a row with a reform and has the form of one: 多证合一、一表一章程."""
    end = known.span.end
    while text.folded[end : end + 1] == "、" and (m := text.rules.item.match(text.folded, end + 1)):
        yield Candidate(Span(*m.span(1)), m.group(1), "sibling")
        end = m.end(1)


def _bare(text: _Text) -> Iterator[Candidate]:
    """Yield names without quotes whose form is a reform's: 一窗快办, 三证联发, 拿地即开工."""
    *whole, middle = text.rules.bare
    spans = [Span(*m.span()) for pattern in whole for m in pattern.finditer(text.folded)]
    spans += [Span(m.start() - 2, m.end()) for m in middle.finditer(text.folded)]
    for span in spans:
        if not text.quotes.over(span):  # a quotation is judged as a whole
            yield Candidate(span, span.of(text.folded), "form")


def _brought_in(text: _Text) -> Iterator[Candidate]:
    """Yield names without quotes that only the verb before and their last words give away: 推行园区通办, 局长进大厅."""
    folded, rules = text.folded, text.rules
    for m in rules.brought.finditer(folded):
        span = Span(*m.span("name"))
        whole = m["formed"] is not None or not rules.bound.cuts(span.of(folded))
        if whole and not text.quotes.over(span):
            yield Candidate(span, span.of(folded), "brought-in")


def _name_start(text: _Text, end: int) -> int:
    """Return where a name without quotes begins that ends at an offset: behind 全区, 累计办理 and the like."""
    bound, lead = text.rules.bound, text.rules.lead
    start = bound.without_level(text.folded, bound.start(text.folded, end), end)
    found = lead.match(text.folded, start, end)
    return found.end() if found else start


def _events(text: _Text) -> Iterator[Candidate]:
    """Yield events of life and business: 开办书店一件事, 开办书店“一件事”."""
    folded, rules = text.folded, text.rules
    for m in rules.event.finditer(folded):
        left = m.start() - (folded[m.start() - 1 : m.start()] == "“" and folded[m.end() : m.end() + 1] == "”")
        start = _name_start(text, left)
        span = Span(min(start, m.start()), m.end())
        plainly = rules.no_event.search(folded, max(0, left - 2), left) or rules.aim.fullmatch(folded, start, left)
        plainly = plainly or rules.event_plain.fullmatch(folded, start, left)
        if plainly or left - start not in EVENT or folded[start] in _NUMERALS:
            yield Candidate(span, reason="no-event")
        else:
            yield Candidate(span, plain(span.of(folded)), "event")


def _changes(text: _Text) -> Iterator[Candidate]:
    """Yield reforms of government service that are called so: 船舶登记审批改革."""
    folded, rules = text.folded, text.rules
    for m in rules.change.finditer(folded):
        start = _name_start(text, m.start())
        name = folded[start : m.start()]
        if aim := rules.aim.match(name):
            start, name = start + aim.end(), name[aim.end() :]
        quoted = folded[start - 1 : start] in CLOSING  # “X”改革 is the quotation's
        modifies = rules.change_goes_on.match(folded, m.end())  # 许可改革事项 are matters
        if quoted or modifies or len(name) not in CHANGE or name in rules.never or not rules.change_field.search(name):
            yield Candidate(Span(min(start, m.start()), m.end()), reason="overall-aim")
        else:
            yield Candidate(Span(start, m.end()), plain(name), "change")
