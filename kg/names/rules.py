"""The cue words of names, compiled: what makes a reform or a platform of a piece of text.

In: the lexicon. Out: patterns for `reform_names` and `platform_names`. The words stand in `ontology/cues/names.ttl`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from kg.names.candidates import Boundary, boundary
from kg.terms.lexicon import Lexicon

REACH = 8  # characters between a verb and the quoted name that is its object: 推行政务服务领域“…”
FIELD = 12  # characters between a quoted name and 改革 or 模式: 海洋生态修复劳务代偿 has ten
INFIX = 14  # characters between a quoted name and its head: 视频汇聚智能分析 has eight (2026-11)


@dataclass(frozen=True, slots=True)
class ReformRules:
    """What makes a reform of a name."""

    suffix: re.Pattern[str]
    service: re.Pattern[str]
    weak_suffix: re.Pattern[str]
    tail: re.Pattern[str]
    verb: re.Pattern[str]
    any_verb: re.Pattern[str]
    adjacent: re.Pattern[str]
    row: re.Pattern[str]
    sure: re.Pattern[str]
    field: re.Pattern[str]
    shape: re.Pattern[str]
    bare: tuple[re.Pattern[str], ...]  # the last begins with 即, two characters into the name
    brought: re.Pattern[str]
    item: re.Pattern[str]
    event: re.Pattern[str]
    no_event: re.Pattern[str]
    event_plain: re.Pattern[str]
    change: re.Pattern[str]
    change_field: re.Pattern[str]
    change_goes_on: re.Pattern[str]
    lead: re.Pattern[str]
    aim: re.Pattern[str]
    before_not: re.Pattern[str]
    spirit: re.Pattern[str]
    after_not: re.Pattern[str]
    domain: re.Pattern[str]
    never: frozenset[str]
    duties: frozenset[str]
    bound: Boundary


@lru_cache(maxsize=4)
def reform_rules(lexicon: Lexicon) -> ReformRules:
    """Compile the cue words of reforms."""
    words = lexicon.alternation
    one, become = words("reform-one"), words("reform-become-end")
    hanzi = "[\u4e00-\u9fff]"
    many = "[多二两三四五六七八九十]"
    merged = rf"(?:{many}{hanzi}{words('reform-merger')}|{many}{words('reform-merged')}{words('reform-issue')})"
    ended = f"{hanzi}{{1,4}}{words('reform-bare-end')}"
    formed = f"{words('reform-goer')}{words('reform-going')}{words('reform-goal')}|先{hanzi}{{1,3}}后{hanzi}{{1,3}}"
    acts = "|".join(f"{act}(?!{hanzi})" if len(act) == 1 else act for act in lexicon.words("reform-one-act"))
    return ReformRules(
        suffix=re.compile(rf"(?P<field>{hanzi}{{0,{FIELD}}}?)(?P<head>{words('reform-suffix')})"),
        service=re.compile(rf"(?P<field>{hanzi}{{0,{FIELD}}}?){words('reform-suffix-service')}"),
        weak_suffix=re.compile(rf"{hanzi}{{0,4}}?{words('reform-suffix-weak')}"),
        tail=re.compile(f"{words('reform-tail')}$"),
        verb=re.compile(rf"{words('reform-verb')}了?{hanzi}{{0,{REACH}}}$"),
        any_verb=re.compile(rf"{words('reform-verb', 'reform-verb-weak')}了?{hanzi}{{0,{REACH}}}$"),
        adjacent=re.compile(rf"{words('reform-verb-weak')}了?$"),
        row=re.compile(rf"{words('reform-verb')}了?[\u4e00-\u9fff、]{{2,22}}[、和与及]$"),
        sure=re.compile(words("reform-suffix-sure")),
        field=re.compile(words("reform-field")),
        shape=re.compile(
            rf"(?:^.{{1,10}}(?<=..){words('reform-shape-end')}|^{words('reform-shape-start')}.{{2,10}}|^一{one}{hanzi}{{2,3}}|^{merged}"
            rf"|^{hanzi}{{1,3}}即{hanzi}{{1,3}}|^(?:一{hanzi}){{2,4}}|^{hanzi}(?:即|免|不){hanzi}{hanzi}?)$"
        ),
        bare=(
            re.compile(rf"一(?<!{words('reform-one-other')}一){one}(?:{acts})"),
            re.compile(merged),
            re.compile(rf"即(?<={hanzi}{{2}}即){become}(?!{hanzi}?即)"),
        ),
        brought=re.compile(
            rf"(?:{words('reform-verb', 'reform-brings')})了?(?P<name>{ended}|(?P<formed>{formed}))"
            rf"(?=[、，,。；;”）)]|$|{words('reform-suffix', 'reform-suffix-service')})"
        ),
        item=re.compile(
            rf"(一{hanzi}一{hanzi}{{1,2}}?|{formed}|{ended})"
            rf"(?=[、，,。；;”]|$|等|{words('reform-change', 'reform-suffix')})"
        ),
        event=re.compile(words("reform-event")),
        event_plain=re.compile(f"{words('reform-event-plain')}++"),
        no_event=re.compile(f"{words('reform-event-other')}[“]?$"),
        change=re.compile(words("reform-change")),
        change_field=re.compile(words("reform-change-field")),
        change_goes_on=re.compile(words("reform-change-goes-on")),
        lead=re.compile(f"{words('reform-name-lead')}++"),
        aim=re.compile(f"{words('reform-aim')}++"),
        before_not=re.compile(f"{words('reform-quote-before-not')}了?$"),
        spirit=re.compile(rf"的?{hanzi}{{0,2}}{words('reform-quote-spirit')}"),
        after_not=re.compile(words("reform-quote-after-not")),
        domain=re.compile(words("reform-domain")),
        never=frozenset(lexicon.words("reform-not")),
        duties=frozenset(lexicon.words("reform-duty")),
        bound=boundary(lexicon),
    )


@dataclass(frozen=True, slots=True)
class PlatformRules:
    """What makes a platform of a name."""

    head: re.Pattern[str]  # of a name with or without quotes
    quoted_head: re.Pattern[str]  # after a quoted name
    app: re.Pattern[str]
    app_first: re.Pattern[str]
    machine: re.Pattern[str]
    line: re.Pattern[str]
    generic: re.Pattern[str]
    function: re.Pattern[str]
    other: re.Pattern[str]
    sector: re.Pattern[str]
    goes_on: re.Pattern[str]
    company: re.Pattern[str]
    verb: re.Pattern[str]
    weak_verb: re.Pattern[str]
    product: re.Pattern[str]
    used: re.Pattern[str]
    acts: re.Pattern[str]
    lead: re.Pattern[str]
    name_end: re.Pattern[str]
    code: re.Pattern[str]
    not_code: re.Pattern[str]
    list_tail: re.Pattern[str]
    whole: re.Pattern[str]
    counted: re.Pattern[str]
    media: re.Pattern[str]
    information: re.Pattern[str]
    source: re.Pattern[str]
    source_before: re.Pattern[str]
    letter: re.Pattern[str]
    letter_first: re.Pattern[str]
    bound: Boundary


@lru_cache(maxsize=4)
def platform_rules(lexicon: Lexicon) -> PlatformRules:
    """Compile the cue words of platforms."""
    words = lexicon.alternation
    app = rf"{words('platform-carrier')}{{0,3}}(?<![A-Za-z]){words('platform-head-app')}(?![A-Za-z])"
    head = words("platform-head-system", "platform-head-site", "platform-head-machine")
    quoted = words("platform-head-system", "platform-head-site", "platform-head-machine", "platform-head-quoted")
    code = words("platform-head-code")
    return PlatformRules(
        head=re.compile(head),
        quoted_head=re.compile(rf"(?P<infix>[\u4e00-\u9fff+]{{0,{INFIX}}}?)(?P<head>{quoted}{{1,2}})"),
        app=re.compile(app),
        app_first=lexicon.first("platform-carrier", "platform-head-app"),
        machine=re.compile(f"{words('platform-head-machine')}$"),
        line=re.compile(
            rf"1(?<!\d1)\d{{4}}(?!\d)[”\"]?\s?(?P<infix>[\u4e00-\u9fff]{{0,10}}?){words('platform-head-line')}+"
        ),
        generic=re.compile(words("platform-generic")),
        function=re.compile(words("platform-function")),
        other=re.compile(words("platform-other-sense")),
        sector=re.compile(f"(?:^|{words('platform-sector')}){words('platform-sector-head')}$"),
        goes_on=re.compile(words("platform-system-goes-on")),
        company=re.compile(words("platform-company")),
        verb=re.compile(f"{words('platform-verb')}$"),
        weak_verb=re.compile(f"{words('platform-verb-weak')}$"),
        product=re.compile(
            rf"{words('platform-verb', 'platform-verb-weak')}"
            rf"(?P<name>[\u4e00-\u9fffei]{{1,2}}{words('platform-product-end')})"
            rf"(?!{words('platform-product-not')}|[\u4e00-\u9fff]{{0,2}}{words('platform-head-system')})"
        ),
        used=re.compile(words("platform-used")),
        acts=re.compile(f"(?:{words('reform-name-lead')})*+{words('platform-acts')}"),
        lead=re.compile(f"{words('reform-name-lead')}++"),
        name_end=re.compile(f"(?:{words('platform-name-end')}|[A-Za-z])$"),
        code=re.compile(code),
        not_code=re.compile(f"{words('platform-code-other')}$"),
        list_tail=re.compile(rf"等\d{{1,3}}个(?P<class>[\u4e00-\u9fff]{{0,8}}?){words('platform-list-head')}"),
        whole=re.compile("|".join("[“”]?".join(word) for word in lexicon.words("platform-whole"))),
        counted=re.compile(f"(?:等|[0-9一二两三四五六七八九十百多几余]{words('platform-counted')})$"),
        media=re.compile(f"{words('platform-media-end')}$"),
        information=re.compile(words("platform-information")),
        source=re.compile(words("platform-source")),
        source_before=re.compile(f"{words('platform-source-before')}[：:]?$"),
        letter=re.compile(
            rf"(?<![A-Za-z0-9]){words('platform-letter')}[\u4e00-\u9fff]{{1,3}}(?![\u4e00-\u9fffA-Za-z0-9])"
        ),
        letter_first=lexicon.first("platform-letter"),
        bound=boundary(lexicon),
    )
