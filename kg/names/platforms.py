"""Platforms in a text: those of the ontology, and those that only their form and company give away.

In: folded text and the lexicon. Out: mentions, and the candidates that were dropped, with the reason.
Which words make a platform stands in `ontology/cues/names.ttl`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.model import Kind, Mention, Rejection, Span
from kg.names.candidates import CLOSING, OPENING, Candidate, Cover, Quotation, plain, quotations, settle, titles
from kg.names.rules import PlatformRules, platform_rules
from kg.terms.lexicon import Lexicon, Match
from kg.text.jump import jump

OFFICIAL = 9  # characters from which a row of general words is an official name: 一体化智能化公共数据
SHORT = 2  # characters that are too few for a name
LONGEST = 22  # characters of modifiers; more is a sentence whose boundary no cue word shows
ITEM = 14  # characters of an item in a list: 智慧城管手机端办公协同系统 has thirteen
CODE = 8  # characters of a code's name: 外来人员登记码 has seven
PRODUCT = 8  # characters of a quoted product's name: 贵阳融媒问政 has six
_NUMERALS = "一二两三四五六七八九十百0123456789"
_CJK = re.compile(r"[\u4e00-\u9fff]")
_HANZI = re.compile(r"[\u4e00-\u9fffA-Za-z]")


@dataclass(frozen=True, slots=True)
class _Text:
    """What every rule asks about the text."""

    folded: str
    rules: PlatformRules
    listed: tuple[Match, ...]
    quoted: tuple[Quotation, ...]
    ends: dict[int, Quotation]  # by the end of the quotation, marks included


def find_platforms(folded: str, lexicon: Lexicon) -> tuple[tuple[Mention, ...], tuple[Rejection, ...]]:
    """Return the platforms that a text names, in order, and the candidates that are none."""
    quoted = quotations(folded)
    listed = tuple(m for m in lexicon.find(folded) if m.term.kind == Kind.PLATFORM)
    text = _Text(folded, platform_rules(lexicon), listed, quoted, {q.outer.end: q for q in quoted})
    finders = (_listed, _lines, _quoted, _apps, _headed, _whole, _codes, _lettered, _products, _lists)
    inside = Cover(titles(folded))
    candidates = [
        c._replace(reason="in-title") if inside.over(c.span) and not c.known else c
        for finder in finders
        for c in finder(text)
    ]
    mentions, rejections = settle(Kind.PLATFORM, candidates, listed_wins=True)
    return tuple(mentions), tuple(rejections)


def _listed(text: _Text) -> Iterator[Candidate]:
    """Yield names of the ontology, with what only says once more what they are: …APP, …平台."""
    for match in text.listed:
        span, label = match.span, match.term.label
        before, after = text.folded[max(0, span.start - 8) : span.start], text.folded[span.end : span.end + 24]
        quote = after[:1] if after[:1] in CLOSING else ""
        whole = quote and before[-1:] in OPENING
        weak = match.weak or plain(span.of(text.folded)) in match.term.weak
        if weak and not (whole or _led(text.rules, before) or text.rules.acts.match(after)):
            yield Candidate(span, reason="weak-form-alone")
            continue
        end = span.end
        if tail := text.rules.app.match(after, len(quote)) or text.rules.quoted_head.match(after, len(quote)):
            infix = (tail.groupdict().get("infix") or "") if tail.re is text.rules.quoted_head else ""
            head = tail.groupdict().get("head") or ""
            if not text.rules.generic.sub("", infix) and not text.rules.goes_on.match(after, tail.end()):
                end = span.end + tail.end()
                if text.rules.machine.search(head) and not text.rules.machine.search(match.term.label):
                    label = _machine_label(match, infix + head)
        known = label == match.term.label
        yield Candidate(
            Span(span.start, end), label, "term", known=known, general=_general(text.rules, span.of(text.folded))
        )


def _general(rules: PlatformRules, surface: str) -> bool:
    """Tell whether a listed name is made of general words: 政务服务网, where 柳河政务服务网 tells more."""
    return not re.search(r"\d", surface) and not _specific(rules, rules.head.sub("", plain(surface)))


def _machine_label(match: Match, tail: str) -> str:
    """Name the machine of an app as a platform of its own; a term that is a machine stays what it is."""
    return match.term.label if match.term.fact("platformKind") == "terminal" else match.term.label + tail


def _led(rules: PlatformRules, before: str) -> bool:
    before = before.rstrip('“"「『‘')
    return bool(rules.verb.search(before) or rules.weak_verb.search(before))


def _lines(text: _Text) -> Iterator[Candidate]:
    """Yield hotlines by their number: 12329住房公积金热线."""
    known = {m.span.start: m.term.label for m in text.listed}
    for m in text.rules.line.finditer(text.folded):
        if not text.rules.bound.cuts(m.group("infix")):
            label = known.get(m.start())
            yield Candidate(Span(*m.span()), label or plain(m.group()), "hotline", known=label is not None)


def _quoted(text: _Text) -> Iterator[Candidate]:
    """Yield “X”平台, “X”远程监管系统, “X”大脑; and 登录“X”, “X”注册用户."""
    rules, folded = text.rules, text.folded
    for q in text.quoted:
        name = q.inner.of(folded)
        if rules.company.fullmatch(name):
            yield Candidate(q.inner, reason="company")
            continue
        if app := rules.app.match(folded, q.outer.end):
            if rules.source.match(folded, app.end()):
                yield Candidate(q.inner, reason="source")
                continue
            yield Candidate(Span(q.inner.start, app.end()), plain(name), "quoted-app")
            continue
        tail = rules.quoted_head.match(folded, q.outer.end)
        if tail and not rules.goes_on.match(folded, tail.end()) and not rules.bound.cuts(tail.group("infix")):
            modifiers = name + tail.group("infix")
            if rules.other.search(modifiers) or not _specific(rules, modifiers):
                yield Candidate(Span(q.inner.start, tail.end()), reason="other-sense")
            else:
                yield Candidate(Span(q.inner.start, tail.end()), plain(name + tail.group()), "quoted-head")
            continue
        yield from _by_company(text, q, name)


def _by_company(text: _Text, q: Quotation, name: str) -> Iterator[Candidate]:
    rules, folded = text.rules, text.folded
    before = folded[max(0, q.outer.start - 8) : q.outer.start]
    short = 1 < len(name) <= PRODUCT and _CJK.search(name)
    if rules.code.search(name, len(name) - 1) and 1 < len(name) <= CODE and not rules.not_code.search(name):
        yield Candidate(q.inner, plain(name), "quoted-code")
    elif short and (rules.verb.search(before) or rules.used.match(folded, q.outer.end)):
        yield Candidate(q.inner, plain(name), "quoted-company")
    elif short and rules.weak_verb.search(before) and rules.name_end.search(name):
        yield Candidate(q.inner, plain(name), "quoted-end")


def _apps(text: _Text) -> Iterator[Candidate]:
    """Yield X小程序 and 公众号“X”."""
    rules, folded = text.rules, text.folded
    starts = {q.outer.start: q for q in text.quoted}
    for m in jump(rules.app_first, rules.app, folded):
        if q := starts.get(m.end()):
            if not rules.company.fullmatch(q.inner.of(folded)):
                yield Candidate(q.inner, plain(q.inner.of(folded)), "app-quoted")
            continue
        if m.start() in text.ends:
            continue
        start = rules.bound.without_level(folded, rules.bound.start(folded, m.start()), m.start())
        name = plain(folded[start : m.start()])
        span = Span(min(start, m.start()), m.end())
        if not _specific(rules, name) or rules.company.fullmatch(name) or len(name) > LONGEST:
            yield Candidate(span, reason="generic")
        elif rules.media.search(name) or rules.source.match(folded, m.end()) or rules.other.search(name):
            yield Candidate(span, reason="source")
        else:
            yield Candidate(span, name, "app")


def _headed(text: _Text) -> Iterator[Candidate]:
    """Yield names without quotes by their last word: 青禾市证照核验平台."""
    rules, folded = text.rules, text.folded
    for m in rules.head.finditer(folded):
        start = rules.bound.start(folded, m.start())
        if start in text.ends:
            continue  # “X”…平台 is the quotation's
        start = _behind_lead(rules, folded, rules.bound.without_level(folded, start, m.start()), m.start())
        span, name = Span(min(start, m.start()), m.end()), plain(folded[start : m.start()])
        whole = name + m.group()
        if rules.goes_on.match(folded, m.end()) or rules.other.search(whole) or rules.sector.search(whole):
            yield Candidate(span, reason="other-sense")
        elif not _specific(rules, name) or rules.company.search(name):
            yield Candidate(span, reason="generic")
        elif rules.counted.search(folded, max(0, start - 6), start) or name[-1] in _NUMERALS:
            yield Candidate(span, reason="counted")
        elif len(name) > LONGEST or not rules.information.search(name + m.group()):
            yield Candidate(span, reason="no-software")
        elif rules.source_before.search(folded, max(0, start - 4), start):
            yield Candidate(span, reason="source")
        else:
            yield Candidate(span, name + m.group(), "head")


def _behind_lead(rules: PlatformRules, folded: str, start: int, end: int) -> int:
    """Return where a name begins behind the adverbs of amount and time before it: 全年青禾政务服务网."""
    found = rules.lead.match(folded, start, end)
    return found.end() if found else start


def _whole(text: _Text) -> Iterator[Candidate]:
    """Yield infrastructure that needs no modifier: 政务云."""
    for m in text.rules.whole.finditer(text.folded):
        yield Candidate(Span(*m.span()), plain(m.group()), "whole")


def _lettered(text: _Text) -> Iterator[Candidate]:
    """Yield names with a Latin letter among their characters: 青证e查."""
    folded, bound = text.folded, text.rules.bound
    for m in jump(text.rules.letter_first, text.rules.letter, folded):
        start = bound.start(folded, m.start())
        if m.end() - start <= PRODUCT + 1:
            yield Candidate(Span(start, m.end()), plain(folded[start : m.end()]), "letter")


def _products(text: _Text) -> Iterator[Candidate]:
    """Yield names without quotes or head that end like products, right after a verb of use: 登录青政通."""
    for m in text.rules.product.finditer(text.folded):
        span = Span(*m.span("name"))
        if not text.rules.bound.cuts(span.of(text.folded)):
            yield Candidate(span, span.of(text.folded), "product")


def _lists(text: _Text) -> Iterator[Candidate]:
    """Yield the items of a list that counts platforms: A平台、青禾社保在线等5个系统."""
    rules, folded = text.rules, text.folded
    for m in rules.list_tail.finditer(folded):
        if rules.bound.cuts(m.group("class")):
            continue
        end = m.start() - (folded[m.start() - 1 : m.start()] in ("”", '"'))
        while end > 0:
            start = rules.bound.start(folded, end)
            if SHORT < end - start <= ITEM and not rules.generic.fullmatch(folded, start, end):
                name = plain(folded[rules.bound.without_level(folded, start, end) : end])
                yield Candidate(Span(start, end), name, "listed-item")
            if folded[start - 1 : start] != "、":
                break
            end = start - 1


def _codes(text: _Text) -> Iterator[Candidate]:
    """Yield codes without quotes, after a verb of use: 推行企业码."""
    rules, folded = text.rules, text.folded
    for m in rules.code.finditer(folded):
        start = rules.bound.start(folded, m.start())
        name = folded[start : m.end()]
        if not SHORT < len(name) <= CODE or rules.not_code.search(name):
            continue
        before = folded[max(0, start - 8) : start]
        if _led(rules, before):
            yield Candidate(Span(start, m.end()), plain(name), "code")


def _specific(rules: PlatformRules, modifiers: str) -> bool:
    """Tell whether the words before a head say which platform it is: a name, or what it does in two words."""
    if not _CJK.search(modifiers):
        return False
    rest = rules.generic.sub("", modifiers)
    if len(modifiers) >= OFFICIAL:
        return True
    functions = set(rules.function.findall(rest))
    return len(functions) > 1 or len(_HANZI.findall(rules.function.sub("", rest))) > 1
