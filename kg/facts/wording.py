"""The words of a phrase: what frames it, what it says of an act or an attribute, and what is left.

In: a piece of folded text. Out: a shorter piece, or a yes or no. Holds the compiled cue words of
`ontology/cues/observations.ttl`; which number a phrase belongs to is the business of `indicators`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from kg.terms.lexicon import Lexicon

LONGEST = 60  # characters of a phrase; what is longer is a clause of its own and is cut from the left (2026-11)
LONGEST_CLAUSE = (
    200  # characters of a clause that are looked at; the rest is no phrase, and must cost nothing (2026-11)
)
SHARE_OF = 10  # characters of 占 with what a share is of: 占进驻事项总数的 (2026-11)
LONGEST_TAIL = 16  # characters of a predicate; what follows tells more than is counted (2026-11)
KEPT = 1 << 12  # phrases; each is asked about two or three times (2026-11)
EDGE = "，,、；;：:。[]【】-—·. "
"""What never begins or ends a phrase."""

_SPACE = re.compile(r"[\s*#|]|<[^<>]{0,300}>")
_QUOTES = re.compile(r"[“”‘’\"'「」『』]")
_OPEN_EDGE = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}[、是]|\d{1,2}[.、](?!\d))"  # its number
    r"|^[）)]+|[（(]+$|^[（(](?=[^）)]*$)"  # half a pair of brackets
)
_DATE = re.compile(
    r"^(?:(?:19|20)\d{2}年?度?[底末初]?|\d{1,2}月份?[底末初]?|\d{1,2}日)"
    r"(?:[—–~～至到-]|(?:19|20)\d{2}年?|\d{1,2}月份?|\d{1,2}日)*"
)
_SUBJECT = re.compile(r"^[^，、“”的]{1,8}[省市区县州旗镇乡](?=[共已]|累计|现有|全年)")
_ASIDE = re.compile(r"^[（(][^（）()]{1,4}[）)]")
"""A measure word or the like right after a number: 122项（宗）."""
_RATE = re.compile(r"(?:率|度|占比|比例|比重)$")
_NO_NOUN = re.compile(r"[和与或、起并且]|及(?!时|格)|提前|以来")
FORMER = "(?:{}(?:同期)?|[^，,。由从]{{0,8}}[时期初前年月底末]|平均每[^，,。由从]{{1,5}})?(?:的?平均)?"
"""Between 由 or 从 and an old value: 由原来的, 由建设之初的, 由平均每个县."""
_WEAK = (("attribute", "change-verb"), ("act-verb",), ("generic-noun",))


def unspaced(text: str) -> str:
    """Drop spaces and markup; quotation marks stay, for they keep a name whole."""
    return _SPACE.sub("", text)


def plain(text: str) -> str:
    """Drop spaces, markup and quotation marks."""
    return _QUOTES.sub("", _SPACE.sub("", text))


def is_rate(phrase: str) -> bool:
    """Tell whether a phrase names a rate or a degree."""
    return _RATE.search(phrase) is not None


@dataclass(frozen=True, eq=False)
class Wording:
    """The compiled cue words."""

    start: re.Pattern[str]
    start_char: re.Pattern[str]
    copula: re.Pattern[str]
    kept: re.Pattern[str]
    from_mark: re.Pattern[str]
    change: re.Pattern[str]
    change_end: re.Pattern[str]
    change_to: re.Pattern[str]
    weak: tuple[Mapping[str, Sequence[str]], ...]  # words that say too little alone, by first character
    than: re.Pattern[str]
    amount: re.Pattern[str]
    bare: re.Pattern[str]
    vague: re.Pattern[str]
    vague_head: re.Pattern[str]
    total: re.Pattern[str]
    acts: re.Pattern[str]
    act: re.Pattern[str]
    doing: re.Pattern[str]
    doing_first: re.Pattern[str]
    inner_act: re.Pattern[str]
    predicate: re.Pattern[str]
    attribute: re.Pattern[str]
    afresh: re.Pattern[str]
    adverb: re.Pattern[str]
    list_head: re.Pattern[str]
    topic_end: re.Pattern[str]
    noun: re.Pattern[str]
    loose: re.Pattern[str]
    brings: re.Pattern[str]  # who brings a quoted practice about: 某县推行“…”改革 is about the practice

    @lru_cache(maxsize=KEPT)  # noqa: B019  a lexicon's wording lives as long as the program
    def core(self, text: str) -> str:
        """Strip the frame before a thing and the copula after it, and the quotation marks at last."""
        text = unspaced(text[-LONGEST_CLAUSE:]).strip(EDGE)
        while text:
            text = _SUBJECT.sub("", text)
            shorter = _DATE.sub("", _OPEN_EDGE.sub("", text), count=1).lstrip(EDGE)
            if not self.acts.match(shorter):
                shorter = self.start.sub("", shorter, count=1).lstrip(EDGE)
                shorter = self.start_char.sub("", shorter, count=1).lstrip(EDGE)
            if not self.kept.search(shorter):
                shorter = self.copula.sub("", shorter, count=1).rstrip(EDGE)
            if shorter == text:
                break
            text = shorter
        return _QUOTES.sub("", text)

    @lru_cache(maxsize=KEPT)  # noqa: B019  ditto
    def is_weak(self, phrase: str) -> bool:
        """Tell whether a phrase says only an act, an attribute or a kind: it isn't readable on its own."""
        rate = self.afresh.match(phrase)
        phrase = phrase[rate.end() :] if rate and rate.end() < len(phrase) else phrase
        return self.amount.fullmatch(phrase) is not None or any(self._made_of(phrase, words) for words in self.weak)

    def _made_of(self, phrase: str, words: Mapping[str, Sequence[str]]) -> bool:
        """Tell whether a phrase can be cut into words of a set; a walk, for a pattern would try every way to cut it."""
        ends = {0}
        for start in range(len(phrase)):
            if start in ends:
                ends |= {start + len(w) for w in words.get(phrase[start], ()) if phrase.startswith(w, start)}
                if phrase[start] == "占":  # 占总业务量的
                    ends |= set(range(start + 2, min(start + SHARE_OF, len(phrase)) + 1))
                elif than := self.than.match(phrase, start):
                    ends.add(than.end())
        return bool(phrase) and len(phrase) in ends

    def object_of(self, topic: str) -> str:
        """Return a topic without its acts: 窗口共受理诉求 is about 窗口诉求.

        An act is cut only where it begins the topic or follows an adverb: elsewhere it may be part of a word.
        """
        without = self.inner_act.sub("", self.doing_first.sub("", topic))
        return without if len(without) > 1 else topic

    def counted(self, text: str) -> str:
        """Return the counted noun with its predicate, of the words right of a number; nothing where they are none."""
        text = _ASIDE.sub("", text)
        bare = self.loose.sub("", plain(text[:LONGEST_CLAUSE]).lstrip(EDGE)).lstrip("的之").strip(EDGE)
        if found := self.afresh.search(bare, 1):
            bare = bare[: found.start()]
        bare = bare.rstrip("的了")
        attributive = text.startswith("的") or self.noun.fullmatch(bare) is not None
        if (self.is_weak(bare) and not attributive) or self.change_to.match(bare) or _NO_NOUN.match(bare):
            return ""
        return bare[:LONGEST]

    def noun_and_predicate(self, counted: str) -> tuple[str, str]:
        """Cut 村（社区）全部入驻大厅 into the noun and what is said of it."""
        found = self.predicate.search(counted, 1)
        if found is None:
            return counted, ""
        return counted[: found.start()], counted[found.start() :].removeprefix("的")[:LONGEST_TAIL]

    def without_change(self, noun: str, tail: str) -> tuple[str, str]:
        """Drop a change, which the next number measures: 12项事项办理时限压缩60%."""
        if self.change_end.search(tail):
            return noun, ""
        shorter = self.change_end.sub("", noun)
        return (noun if shorter == noun else self.attribute.sub("", shorter) or shorter), tail


@cache
def wording(lexicon: Lexicon) -> Wording:
    """Compile the cue words of a lexicon."""
    cue = lexicon.alternation
    than = f"[比较与同].{{1,14}}?(?={cue('change-verb')})|(?:是|为|相当于)(?:19|20)\\d{{2}}年(?:同期)?的?"
    doing = f"(?:平均|累计|共)?新?(?:{_longer(lexicon, 'act-verb', 'change-verb')})++(?:了|各类)?"
    acts = f"(?:{_longer(lexicon, 'act-verb')})++"
    light = frozenset("比较占的了各")
    weak = tuple(_by_first(light.union(*(lexicon.words(c) for c in (*cues, "copula-end")))) for cues in _WEAK)
    return Wording(
        start=re.compile(f"^{cue('frame-start')}"),
        start_char=re.compile(f"^{cue('frame-char')}(?=$|{_longer(lexicon, 'act-verb', 'frame-start')})"),
        copula=re.compile(f"{cue('copula-end')}$"),
        kept=re.compile(f"{cue('act-verb', 'attribute', 'change-verb')}$"),
        from_mark=re.compile(f"{cue('from-mark')}{FORMER.format(cue('former-time'))}的?[近约]?$"),
        change=re.compile(cue("change-verb")),
        change_end=re.compile(f"(?<=..){cue('change-verb')}[了至到]?$"),
        change_to=re.compile(f"^[，,]?{cue('change-verb')}{{0,2}}(?:至|到|为|成)"),
        weak=weak,
        than=re.compile(than),
        amount=re.compile(f"{cue('act-verb')}{cue('amount')}"),  # 完成交易额 needs its thing as 交易额 does
        bare=re.compile(f"(?:{cue('attribute', 'copula-end')})++"),
        vague_head=re.compile(cue("table-vague")),
        vague=re.compile(f"{cue('act-verb')}{{1,2}}{cue('generic-noun')}{{1,2}}"),
        total=re.compile(cue("total")),
        acts=re.compile(f"^(?:{cue('act-verb')}[了的]?)++"),
        act=re.compile(cue("act-verb")),
        doing=re.compile(doing),
        doing_first=re.compile(f"^{doing}"),
        inner_act=re.compile(f"(?:共|累计|全年|已|直接){acts}(?:了|各类)?|{acts}(?:了|各类)"),
        predicate=re.compile(f"的(?!时)|{cue('predicate-start')}"),
        attribute=re.compile(f"{cue('shared-attribute')}$"),
        afresh=re.compile(cue("new-statement")),
        adverb=re.compile(cue("predicate-adverb")),
        list_head=re.compile(f".*(?:的有|分别有|包括|为|是|有|{_longer(lexicon, 'generic-noun')})(?=.{{1,8}}$)"),
        topic_end=re.compile(f"{cue('topic-end')}$"),
        noun=re.compile(f"{cue('generic-noun')}++"),
        brings=re.compile(f"^[^“「，,]{{0,14}}?{cue('reform-verb', 'reform-verb-weak')}了?(?=[“「])"),
        loose=re.compile(f"^{cue('approximate-after-unit')}|^{cue('limit-after-time')}"),
    )


def _by_first(words: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in words:
        found[word[0]].append(word)
    return dict(found)


def _longer(lexicon: Lexicon, *cues: str) -> str:
    """Return an alternation of the words of two characters or more: one character begins many a word."""
    words = {w for cue in cues for w in lexicon.words(cue) if len(w) > 1}
    return "|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w))))
