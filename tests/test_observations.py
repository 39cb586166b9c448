"""Quantities to observations: modality, period, region; and every cue word set serves a case."""

import re
from functools import cache

import pytest
from casebook import rows
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.facts.canonical import canonical
from kg.facts.observations import observe, plans
from kg.facts.quantities import find_quantities
from kg.model import Kind, Mention, Meta, Modality, Span
from kg.names.platforms import find_platforms
from kg.names.reforms import find_reforms
from kg.resources import ontology_path
from kg.terms.lexicon import Lexicon, load_lexicon
from kg.text.fold import fold
from kg.text.segment import segment

CUES = ontology_path() / "cues"
META = Meta(region="990101", period="2031", issued="2032-01-10")
ELSEWHERE = {"全省": "990000", "青禾市": "990200"}


@cache
def lexicon():
    return load_lexicon()


@cache
def names(folded):
    platforms, _ = find_platforms(folded, lexicon())
    reforms, _ = find_reforms(folded, lexicon(), platforms)
    places = [
        Mention(Kind.REGION, Span(*m.span()), name, "anaphora" if name == "全省" else "full", code=code)
        for name, code in ELSEWHERE.items()
        for m in re.finditer(name, folded)
    ]
    return (*reforms, *platforms, *places)


def observations(text, words=None, meta=META):
    folded, words = fold(text), words or lexicon()
    outline, mentions = segment(folded), names(folded)
    quantities, _ = find_quantities(folded, lexicon(), [m.span for m in mentions if m.known], outline.marks)
    year = int(meta.period) if meta.period else None
    return observe(folded, outline, quantities, mentions, meta, words, plans(folded, outline, words, None, year))


MODALITIES = [  # text, and a for actual, t for target, a letter a number
    ("办理业务320件。", "a"),
    ("力争年内办理业务320件。", "t"),
    ("到2035年，办理业务320件。", "t"),
    ("每年培训不少于4次。", "t"),
    ("办结时限不超过5个工作日。", "t"),
    ("时限压缩至5个工作日。", "a"),
    ("全程网办率达98%以上。", "a"),
    ("今年办理业务320件，明年办理业务500件。", "at"),
    ("明年办理业务500件；今年办理业务320件。", "ta"),
    ("2034年办理业务320件。", "t"),  # the document is of 2032
    ("2032年计划办理业务320件，计划新增窗口4个。", "tt"),
    ("2031年目标：办理业务320件。", "t"),
    ("原定增设窗口17个。", "t"),
    ("落实三年行动计划，办理业务320件。", "a"),
    ("将设窗口12个。", "a"),  # 将 alone is also 把
    ("举办“赢在未来”沙龙4次。", "a"),  # an aim in quotation marks is a name
    ("向上争取项目12个。", "a"),  # got, not aimed at
    ("争取新增窗口12个。", "t"),
    ("将新增窗口12个。", "t"),
    ("三、下一步工作打算\n新设窗口12个。", "t"),
    ("二、2032年重点工作\n新设窗口12个。", "t"),
    ("二、2031年重点工作\n新设窗口12个。", "a"),
    ("二、2032年印象\n新设窗口12个。", "a"),
    ("二、主要成效\n新设窗口12个。\n三、下步打算\n培训4次。", "at"),
    ("三、存在问题和下一步打算\n目前仅有窗口12个。", "a"),
    ("下一步，新设窗口12个。", "t"),
    ("上月新设窗口12个。下一步，培训4次。", "at"),
]


@pytest.mark.parametrize(("text", "expected"), MODALITIES, ids=[text for text, _ in MODALITIES])
def test_whether_a_figure_reports_or_promises(text, expected):
    assert expected == "".join("t" if o.modality is Modality.TARGET else "a" for o in observations(text))


TITLES = [  # the letters of a report's new matters and its earlier ones, under a title
    ("青禾县2032年政务服务工作要点", "ta"),
    ("青禾县2031年工作总结和2032年工作计划", "aa"),
    (None, "aa"),
]


def under(title, words):
    text = fold("新增通办事项12项。目前已开通86项。")
    outline = segment(text)
    quantities, _ = find_quantities(text, lexicon(), [], outline.marks)
    found = observe(text, outline, quantities, (), META, words, plans(text, outline, words, title))
    return "".join("t" if o.modality is Modality.TARGET else "a" for o in found)


@pytest.mark.parametrize(("title", "expected"), TITLES)
def test_under_the_title_of_a_plan_figures_are_aims(title, expected):
    assert expected == under(title, lexicon())


PERIODS = [
    ("办理业务320件。", "2031"),
    ("2029年办理业务320件。", "2029"),
    ("2029年办理业务320件，2030年办理业务410件。", "2029 2030"),
    ("去年全年办理业务320件。", "2031"),
    ("2029年以来办理业务320件。", "2029"),
    ("2029年来办理业务320件。", "2031"),
    ("自2029年8月试运行以来办理业务320件。", "2031"),
    ("实施2029年行动计划，办理业务320件。", "2031"),
    ("2029年开局。办理业务320件。", "2031"),
    ("二、2032年重点工作\n（一）改革\n办理业务320件。", "2032"),
    ("二、2030年总结和2032年计划\n办理业务320件。", "2031"),
    ("二、2030年工作\n2029年办理业务320件。", "2029"),
]


@pytest.mark.parametrize(("text", "expected"), PERIODS, ids=[text for text, _ in PERIODS])
def test_the_year_of_a_figure(text, expected):
    assert expected == " ".join(o.period for o in observations(text))


def test_the_year_before_is_counted_from_the_issue():
    (found,) = observations("去年全年办理业务320件。", meta=Meta(period="2032", issued="2032-06-01"))
    (plain,) = observations("全年办理业务320件。", meta=Meta(period="2032", issued="2032-06-01"))

    assert ("2031", "2032") == (found.period, plain.period)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("办理业务320件。", "990101"),
        ("全省办理业务320件。", "990000"),
        ("办理业务320件，居全省前列。", "990101"),
        ("全省推广。办理业务320件。", "990101"),
        ("与青禾市共建，办理业务320件。", "990101"),
    ],
)
def test_the_region_of_a_figure(text, region):
    assert [region] == [o.region for o in observations(text)]


def test_a_report_of_no_region_and_year_gives_none():
    (found,) = observations("办理业务320件。", meta=Meta())

    assert (None, None) == (found.region, found.period)


def test_a_number_whose_thing_has_no_name_is_left_out():
    assert [] == observations("320件。")


def test_the_evidence_is_the_sentence():
    text = "开局良好。办理业务320件，新设窗口12个。收官。"

    assert ["办理业务320件，新设窗口12个。"] * 2 == [o.evidence.of(text) for o in observations(text)]


def test_figures_of_a_system_report_on_the_reform_that_it_is_named_after():
    (found,) = observations("好差评系统收到评价320条。")

    assert ("好差评", "好差评系统") == (found.reform, found.platform)


def test_where_a_text_speaks_of_what_is_to_be_done():
    text = "一、成效\n新设窗口12个。\n二、下步打算\n培训4次。\n三、下步打算和存在问题\n窗口少。下一步，改进。"
    found = [span.of(text) for span in plans(text, segment(text), lexicon())]

    assert ["二、下步打算\n培训4次。\n", "下一步，改进。"] == found


def cue_sets(file):
    return re.findall(r"(?m)^cue:(\S+) a kg:CueSet", (CUES / file).read_text(encoding="utf-8"))


def answers(words):
    """What the cases of this stage give: of the sentences, of the phrases, of modality and year."""
    texts = [row["text"] for row in rows("indicators") if row["kind"] != "known-failure"]
    found = [observations(t, words) for t in (*texts, *(t for t, _ in MODALITIES), *(t for t, _ in PERIODS))]
    last = observations("去年全年办理业务320件。", words, Meta(period="2032", issued="2032-06-01"))
    asked = [(row["phrase"], row["unit"] or None, row["reform"] or None) for row in rows("canonical")]
    return found, last, [canonical(*a, words) for a in asked], [under(title, words) for title, _ in TITLES]


OF_PLANS = ["target-before", "plan-heading", "problem-heading", "plan-title", "report-title", "done-mark", "year-plan"]
STAGE = [*cue_sets("observations.ttl"), *OF_PLANS]


@pytest.mark.parametrize("cue", STAGE)
def test_some_case_fails_without_each_cue_set(cue):
    every = lexicon()
    words = {name: every.words(name) for path in CUES.glob("*.ttl") for name in cue_sets(path.name)}
    without = Lexicon(every.terms, words | {cue: ("\uffff",)}, "")

    assert _every() != answers(without)


@cache
def _every():
    return answers(lexicon())


PIECES = [
    *[
        "办理业务",
        "320件",
        "12个",
        "98%",
        "推行“青心办”改革",
        "依托“柳河通”平台",
        "力争",
        "下一步",
        "去年全年",
        "2029年",
        "全省",
        "不少于",
    ],
    *[
        "青禾市",
        "，",
        "。",
        "；",
        "\n",
        "\n\n",
        "一、",
        "二是",
        "其中",
        "分别为",
        "、",
        "由",
        "压缩至",
        "满意率",
        "（",
        "）",
        "跨省通办",
    ],
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=50)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_observations_are_in_order_and_within_their_evidence(text):
    found = observations(text)

    assert [o.quantity.span for o in found] == sorted(o.quantity.span for o in found)
    assert all(o.indicator and o.rule and o.evidence.end <= len(text) for o in found)
    assert all(o.evidence.covers(o.quantity.span) for o in found)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_what_comes_later_changes_nothing(text):
    first = observations(text)

    assert first == observations(f"{text}\n\n{text}")[: len(first)]
