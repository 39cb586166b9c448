from decimal import Decimal

import pytest
from asked import TERMS, adopts, built, figure, graph_of, report, says
from casebook import lexicon, rows

from kg.change.aims import Verdict, aims
from kg.change.naming import NO_END, Turn, namings
from kg.change.trend import changes
from kg.exports.selection import Options
from kg.facts.stretches import stretch
from kg.graph.store import open_store
from kg.model import Modality

ANJI, TONGXIANG = "330523", "330483"
IRI = "https://w3id.org/reform-kg/region/"
RATE = {"canonical": "网办率"}
AIM = {"modality": Modality.TARGET}


def year(when, *sentences, region=ANJI, name=None):
    """A report of a year; a sentence is (text, words, value, unit, what, more)."""
    told = [says(text, figure(words, *rest, **more)) for text, words, *rest, more in sentences]
    name = name or f"{region}-{when}.txt"
    return report(name, region, when, None, f"{name}云岭纪要", *told)


def count(value, what="云岭政务办件", text="办成{}云岭记。", unit="件", **more):
    return (text.format(f"{value}{unit}"), f"{value}{unit}", str(value), unit, what, more)


def share(value, what="网办率", text="网办率{}。", **more):
    return count(value, what, text, "%", **(RATE | more))


@pytest.fixture
def change(tmp_path):
    """The one change between figures of two years."""

    def of(old, new, years=("2030", "2031")):
        (found,) = changes(graph_of(tmp_path, year(years[0], old), year(years[1], new)), lexicon())
        return found

    return of


@pytest.mark.parametrize("row", rows("stretches"), ids=lambda row: row["before"])
def test_a_sentence_tells_the_months_of_a_figure(row):
    found = stretch(row["before"], lexicon())
    assert (f"{found.first}-{found.last}" if found else "") == row["months"]


def test_counts_have_a_difference_and_a_growth(change):
    found = change(count(800), count(1000))
    assert (found.difference, found.difference_unit, found.growth, found.growth_range) == (200, "件", 25, None)
    assert (found.refused, found.notes, found.years) == ((), (), 1)


def test_each_side_carries_its_words_sentence_and_place(change):
    found = change(count(800), count(1000))
    ((old,), (new,)) = (found.earlier.evidence, found.later.evidence)
    assert (old.file, old.words, old.sentence) == ("330523-2030.txt", "800件", "办成800件云岭记。")
    assert (new.file, new.words, new.end - new.start) == ("330523-2031.txt", "1000件", 5)
    assert new.fact.endswith(f"#obs-{new.start}-{new.end}")


def test_shares_differ_by_points_and_do_not_grow(change):
    found = change(share("81.5"), share("88"))
    assert (found.difference, found.difference_unit, found.growth) == (Decimal("6.5"), "个百分点", None)


def test_rounded_figures_leave_growth_open(change):
    words = [("办成1.2万件云岭记。", "1.2万件", "12000"), ("办成1.5万件云岭记。", "1.5万件", "15000")]
    found = change(*((text, written, value, "件", "云岭政务办件", {}) for text, written, value in words))
    assert found.growth == 25
    assert found.growth_range == (16, Decimal("34.78"))  # 1.45 ÷ 1.25 and 1.55 ÷ 1.15


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (count(800, text="上半年办成{}云岭记。"), count(1700), "length of period: months 1-6 of 2030 / 2031"),
        (count(800, unit="件"), count(30, unit="项"), "unit: 件 / 项"),
        (share(80), share(90, "政务网办率"), "base: 网办率 / 政务网办率"),
        (share(80, "网办率（含税务）"), share(90), "base: 网办率（含税务） / 网办率"),
        (count(80, "网办率", unit="%", reform="云端通办"), share(90, reform="云端通办"), "definition: none / 网办率"),
        (count(80, "政务网办率", unit="%"), share(90, "政务网办率"), "definition: none / 网办率"),
        (count(80, reform="云端通办"), count(90), "reform: 云端通办 / none"),
        (count(80, platform="松云通"), count(90), "platform: 松云通 / none"),
        (count(80, agency="安吉县数据中心"), count(90), "body: 安吉县数据中心 / none"),
        (count(80, bound=True), count(90), "2030 is a limit, not a value"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_what_is_not_of_one_thing_is_refused_with_the_reason(change, old, new, reason):
    found = change(old, new)
    assert reason in found.refused
    assert (found.difference, found.growth) == (None, None)
    assert found.earlier.evidence
    assert found.later.evidence


def test_a_year_that_contradicts_itself_is_refused_with_both_statements(tmp_path):
    twice = (count(800), count(860, text="又说{}云岭记。"))
    (found,) = changes(graph_of(tmp_path, year("2030", *twice), year("2031", count(900))), lexicon())
    assert found.refused[0].startswith("statements of 2030 differ: 800 (330523-2030.txt:")
    assert len(found.earlier.evidence) == 2
    assert found.earlier.value is None


def test_reports_of_one_year_that_agree_are_one_side(tmp_path):
    again = year("2030", count(800), name="again.txt")
    (found,) = changes(graph_of(tmp_path, year("2030", count(800)), again, year("2031", count(900))), lexicon())
    assert found.growth == Decimal("12.5")


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        (count(0), count(9), "no growth from zero"),
        (count(800, approximate=True), count(900), "2030 is approximate"),
        (share("81"), share("81.4"), "the difference is within rounding"),
    ],
)
def test_what_is_to_be_minded_is_noted(change, old, new, note):
    found = change(old, new)
    assert not found.refused
    assert note in found.notes


def test_two_names_of_one_indicator_are_compared_and_the_wording_noted(change):
    found = change(share(80), share(90, "网办的率"))
    assert (found.difference, found.notes) == (10, ("worded: 网办率 / 网办的率",))


def test_years_that_do_not_follow_each_other_are_compared_and_said(change):
    found = change(count(800), count(900), ("2028", "2031"))
    assert (found.years, found.growth) == (3, Decimal("12.5"))
    assert "not of years that follow each other" in found.notes


def test_figures_of_two_reforms_are_not_set_against_each_other(tmp_path):
    old, new = count(80, reform="云端通办"), count(90, reform="少证办")
    assert changes(graph_of(tmp_path, year("2030", old), year("2031", new)), lexicon()) == ()


@pytest.mark.parametrize("what", ["企业", "新增企业"])
def test_a_general_phrase_is_not_followed(tmp_path, what):
    store = graph_of(tmp_path, year("2030", count(8, what)), year("2031", count(9, what)))
    assert changes(store, lexicon()) == ()


def test_one_year_two_regions_and_no_report_at_all_have_no_change(tmp_path):
    for number, reports in enumerate(
        [
            [year("2030", count(8))],
            [year("2030", count(8)), year("2031", count(9), region=TONGXIANG)],
            [report("a.txt", ANJI, "2030", None, "云岭")],
        ]
    ):
        store = graph_of(tmp_path / str(number), *reports)
        assert changes(store, lexicon()) == ()
        assert aims(store, lexicon()) == ()
        assert namings(store) == ()


def test_options_keep_a_region_years_and_an_indicator(tmp_path):
    store = open_store(built(tmp_path))
    assert {c.earlier.measure for c in changes(store, lexicon())} == {"网办率", "办理量"}
    assert changes(store, lexicon(), Options(region=IRI + TONGXIANG)) == ()
    assert changes(store, lexicon(), Options(since=2023)) == ()
    (only,) = changes(store, lexicon(), indicator="https://w3id.org/reform-kg/indicator/网办率")
    assert only.difference == Decimal("6.5")


# -- aims


def met(tmp_path, aim, *results, when="2031"):
    told = [*([year(when, *results)] if results else []), year("2030", aim)]
    (found,) = aims(graph_of(tmp_path, *told), lexicon())
    return found


def test_an_aim_that_names_no_year_is_for_the_year_after_and_says_so(tmp_path):
    found = met(tmp_path, share(85, text="力争网办率{}。", **AIM), share(88))
    assert (found.due, found.due_stated) == (2031, False)
    assert (found.verdict, found.difference, found.difference_unit) == (Verdict.REACHED, 3, "个百分点")
    assert found.result.evidence[0].words == "88%"


@pytest.mark.parametrize(("period", "text"), [("2031", "力争明年网办率{}。"), ("2030", "力争2030年网办率{}。")])
def test_an_aim_that_names_its_year_is_for_that_year(tmp_path, period, text):
    found = met(tmp_path, share(85, text=text, period=period, **AIM), share(88), when=period)
    assert (found.due, found.due_stated, found.difference) == (int(period), True, 3)


@pytest.mark.parametrize(
    ("better", "value", "verdict"),
    [
        ("higher", "85", Verdict.REACHED),
        ("higher", "84.9", Verdict.SHORT),
        ("lower", "85", Verdict.REACHED),
        ("lower", "86", Verdict.SHORT),
        ("neutral", "90", Verdict.OPEN),
    ],
)
def test_an_aim_is_reached_in_the_direction_of_its_indicator(tmp_path, better, value, verdict):
    terms = TERMS.replace('kg:measureKind "rate" ; kg:better "higher"', f'kg:measureKind "rate" ; kg:better "{better}"')
    told = [year("2031", share(value)), year("2030", share(85, text="力争网办率{}。", **AIM))]
    (found,) = aims(graph_of(tmp_path, *told, terms=terms), lexicon())
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (share(88, "政务网办率"), "base: 网办率 / 政务网办率"),
        (share(88, text="上半年网办率{}。"), "length of period: 2030 / months 1-6 of 2031"),
    ],
)
def test_an_aim_is_not_set_against_another_thing(tmp_path, result, reason):
    found = met(tmp_path, share(85, text="力争网办率{}。", **AIM), result)
    assert (found.refused, found.verdict) == ((reason,), Verdict.OPEN)


def test_an_aim_without_a_result_is_told(tmp_path):
    found = met(tmp_path, share(85, text="力争网办率{}。", **AIM))
    assert (found.result, found.verdict, found.refused) == (None, Verdict.OPEN, ())


# -- names that come and go


def named(when, *reforms, region=ANJI):
    told = [says(f"云岭推行“{reform}”。", adopts(reform)) for reform in reforms]
    return report(f"{region}-{when}.txt", region, when, None, f"{region}云岭{when}年纪要", *told)


def test_names_come_go_and_come_again(tmp_path):
    store = graph_of(tmp_path, named("2030", "云端通办"), named("2031", "少证办"), named("2032", "云端通办"))
    found = [(n.year, n.turn, n.reform, n.since) for n in namings(store)]
    assert found == [
        (2031, Turn.FIRST, "少证办", None),
        (2031, Turn.GONE, "云端通办", 2030),
        (2032, Turn.AGAIN, "云端通办", 2030),
        (2032, Turn.GONE, "少证办", 2031),
    ]


def test_a_name_that_is_gone_is_not_called_abandoned_and_shows_where_it_was_last(tmp_path):
    store = graph_of(tmp_path, named("2030", "云端通办"), named("2031", "少证办"))
    gone = next(n for n in namings(store) if n.turn is Turn.GONE)
    assert gone.notes == (NO_END,)
    assert (gone.searched, gone.searched_before) == (("330523-2031.txt",), ("330523-2030.txt",))
    (place,) = gone.evidence
    assert (place.file, place.words, place.sentence) == ("330523-2030.txt", "云端通办", "云岭推行“云端通办”。")


def test_a_narrower_name_that_stays_is_noted(tmp_path):
    store = graph_of(tmp_path, named("2030", "跨域联办"), named("2031", "跨省联办"))
    gone = next(n for n in namings(store) if n.turn is Turn.GONE)
    assert gone.notes == (NO_END, "related name: 跨省联办")


def test_namings_keep_a_region_a_reform_and_years(tmp_path):
    store = graph_of(
        tmp_path,
        *(named(y, r, region=c) for c in (ANJI, TONGXIANG) for y, r in (("2030", "云端通办"), ("2031", "少证办"))),
    )
    assert len(namings(store)) == 4
    assert {n.code for n in namings(store, Options(region=IRI + ANJI))} == {ANJI}
    assert {n.reform for n in namings(store, Options(reform=IRI.replace("region", "reform") + "少证办"))} == {"少证办"}
    assert namings(store, Options(since=2032)) == ()
    assert len(namings(store, Options(since=2031))) == 4
