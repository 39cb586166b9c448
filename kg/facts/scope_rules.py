"""The cue words of scopes, compiled: which words bring a practice in, go on with it, or turn to something else.

In: the lexicon. Out: patterns for `scope`. The words stand in `ontology/cues/scope.ttl`.
"""

import re
from dataclasses import dataclass
from functools import cache

from kg.terms.lexicon import Lexicon


@dataclass(frozen=True)
class ScopeRules:
    """What opens, carries on and ends the scope of a reform or a platform."""

    introduces: re.Pattern[str]
    introduced: re.Pattern[str]
    practice: re.Pattern[str]
    continues: re.Pattern[str]
    refers: re.Pattern[str]
    umbrella: frozenset[str]
    stands_for: re.Pattern[str]
    means: re.Pattern[str]
    launched: re.Pattern[str]
    other: re.Pattern[str]
    turns: re.Pattern[str]
    turned: re.Pattern[str]
    matter: re.Pattern[str]
    framed: re.Pattern[str]
    announces: re.Pattern[str]
    holds: re.Pattern[str]
    held: re.Pattern[str]


@cache
def scope_rules(lexicon: Lexicon) -> ScopeRules:
    """Compile the cue words of scopes."""
    verb, tail = lexicon.alternation("introducing-verb"), lexicon.alternation("introduced-tail")
    return ScopeRules(
        introduces=re.compile(f'{verb}(?:[了好]|落实|开展|实施)?[^，,。；;、]{{0,12}}?[“「‘"]?$'),
        introduced=re.compile(f'[”」’"]?{tail}'),
        practice=re.compile(f"{tail}$"),
        continues=re.compile(f"[“ ]*(?:(?:19|20)\\d{{2}}年|{lexicon.alternation('result-start')})"),
        refers=re.compile(f"{lexicon.alternation('reform-anaphor')}|以[^，,。；;]{{1,16}}为例"),
        umbrella=frozenset(lexicon.words("umbrella-reform")),
        stands_for=re.compile(lexicon.alternation("platform-anaphor")),
        launched=re.compile(
            f"[”」]?[^，,。；;]{{0,4}}{lexicon.alternation('launch-verb')}[^，,。；;]{{0,8}}(?:以来|至今|后)"
        ),
        other=re.compile(
            f"(?!{lexicon.alternation('platform-anaphor')})(?:[^，,。；;]{{2,10}}?"
            f"{lexicon.alternation('platform-head-system', 'platform-head-site')}(?=[^，,。；;”])"
            f"|[^，,。；;]{{0,10}}?{lexicon.alternation('channel')}[^，,。；;]{{0,2}}?{lexicon.alternation('act-verb')})"
        ),
        turns=re.compile(f"{lexicon.alternation('hotline-noun')}(?!{lexicon.alternation('hotline-not')})"),
        turned=re.compile(lexicon.alternation("hotline-reform")),
        matter=re.compile(lexicon.alternation("hotline-matter")),
        framed=re.compile(
            r"(?:[^，,。]{0,6}讯[ 　]?)?"  # 青禾日报讯
            r"(?:(?:(?:19|20)\d{2}年)?(?:\d{1,2}月)?(?:\d{1,2}日|份)?[^，,]{0,6}[，,]?)??"  # 2029年，
            r"[\u4e00-\u9fff]{0,8}?(?:(?<=[省市县区州盟旗讯])|(?<=\d[日月])|^|(?<=[，,]))[“「‘\" ]*"  # 青禾市
        ),
        announces=re.compile(f"[^，,。；;：:]{{0,6}}?{verb}[^，,。；;：:\\n]{{2,24}}[。]"),
        holds=re.compile(f"[共已还均]{{0,2}}{lexicon.alternation('holding-verb')}"),
        held=re.compile(f'[”」’"]?[^，,。；;]{{0,4}}{lexicon.alternation("published")}(?:[（(][^（）()]*[）)])?$'),
        means=re.compile(f"{lexicon.alternation('means')}[^，,。；;]{{0,12}}$"),
    )
