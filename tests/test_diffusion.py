import math
from decimal import Decimal

import pytest
from asked import adopts, built, graph_of, names, report, says

from kg.change.diffusion import Dated, Diffusion, Point, diffusion
from kg.change.growth_curve import LEAST, fit
from kg.graph.store import open_store
from kg.model import Kind

CLOUD = "https://w3id.org/reform-kg/reform/云端通办"
ACROSS = "https://w3id.org/reform-kg/reform/跨域联办"
REGION = "https://w3id.org/reform-kg/region/"
ZHEJIANG, HUZHOU, ANJI, CHANGXING, TONGXIANG, YUSHAN = "330000", "330500", "330523", "330522", "330483", "361123"


def adopting(region, when, *reforms, issued=None, name=None):
    told = [says(f"云岭推行“{reform}”。", adopts(reform)) for reform in reforms]
    name = name or f"{region}-{when}.txt"
    return report(name, region, when, None, f"{name}云岭纪要", *told, issued=issued)


def brief(found):
    return [(a.region.code, a.year, a.dated, a.reform) for a in found.adoptions]


def test_each_region_counts_once_by_its_first_report(tmp_path):
    found = diffusion(open_store(built(tmp_path)), CLOUD)
    assert brief(found) == [
        (ANJI, 2022, Dated.PERIOD, "云端通办"),
        (TONGXIANG, 2023, Dated.PERIOD, "云端通办"),
    ]
    first = found.adoptions[0]
    assert (first.statements, first.region.full, first.province, first.above) == (
        2, "浙江省湖州市安吉县", "浙江省", "浙江省湖州市",
    )  # fmt: skip
    assert (first.evidence.file, first.evidence.words) == ("anji-2022.txt", "云端通办")
    assert first.evidence.sentence.startswith("竹乡推行“云端通办”")


def test_narrower_reforms_count_as_the_reform(tmp_path):
    found = diffusion(open_store(built(tmp_path)), ACROSS)
    assert brief(found) == [
        (TONGXIANG, 2023, Dated.PERIOD, "跨省联办"),
        (YUSHAN, 2023, Dated.PERIOD, "跨省联办"),
    ]


def test_the_curve_stands_beside_the_regions_that_could_be_seen(tmp_path):
    found = diffusion(open_store(built(tmp_path)), CLOUD)
    assert found.curve == (
        Point(2022, 1, 1, 1, 1, Decimal("100.00")),
        Point(2023, 1, 2, 3, 3, Decimal("66.67")),
        Point(2024, 0, 2, 1, 3, Decimal("66.67")),
    )
    assert found.seen == 3


def test_groups_count_adopters_among_the_regions_with_reports(tmp_path):
    found = diffusion(open_store(built(tmp_path)), CLOUD)
    provinces = [(s.group, s.adopters, s.seen, s.share, s.first) for s in found.by_province]
    assert provinces == [("浙江省", 2, 2, 100, 2022), ("江西省", 0, 1, 0, None)]
    assert [(s.group, s.adopters, s.seen) for s in found.by_level] == [("county", 2, 3)]
    assert [(s.group, s.regions) for s in found.by_neighbourhood][:2] == [
        ("浙江省湖州市", ("安吉县",)),
        ("浙江省嘉兴市", ("桐乡市",)),
    ]


def test_what_lies_above_and_beside_is_told(tmp_path):
    store = graph_of(
        tmp_path,
        adopting(ZHEJIANG, "2030", "云端通办"),
        adopting(CHANGXING, "2031", "云端通办"),
        adopting(ANJI, "2032", "云端通办"),
        adopting(TONGXIANG, "2029", "云端通办"),
    )
    found = {a.region.code: (a.above_since, a.neighbours_before) for a in diffusion(store, CLOUD).adoptions}
    assert found == {ZHEJIANG: (None, 0), CHANGXING: (2030, 0), ANJI: (2030, 1), TONGXIANG: (2030, 0)}
    inside = diffusion(store, CLOUD, within=REGION + HUZHOU)
    assert [(a.region.code, a.above_since, a.neighbours_before) for a in inside.adoptions] == [
        (CHANGXING, 2030, 0),
        (ANJI, 2030, 1),
    ]


def test_a_date_says_what_it_was_taken_from(tmp_path):
    store = graph_of(
        tmp_path,
        adopting(ANJI, None, "云端通办", issued="2031-03-02"),
        adopting(TONGXIANG, None, "云端通办"),
        adopting(YUSHAN, "2030", "云端通办", issued="2031-01-05"),
    )
    found = diffusion(store, CLOUD)
    assert [(a.region.code, a.year, a.dated) for a in found.adoptions] == [
        (YUSHAN, 2030, Dated.PERIOD),
        (ANJI, 2031, Dated.ISSUED),
        (TONGXIANG, None, Dated.NOT),
    ]
    assert [(p.year, p.adopters) for p in found.curve] == [(2030, 1), (2031, 2)]


def test_reports_that_disagree_give_the_earlier_year(tmp_path):
    store = graph_of(tmp_path, adopting(ANJI, "2031", "云端通办"), adopting(ANJI, "2029", "云端通办"))
    (only,) = diffusion(store, CLOUD).adoptions
    assert (only.year, only.statements, only.evidence.file) == (2029, 2, "330523-2029.txt")


def test_a_region_of_a_former_code_is_one_region(tmp_path):
    """沙县, 350427, became 沙县区, 350405, in 2021."""
    store = graph_of(
        tmp_path,
        adopting("350427", "2019", "云端通办"),
        report("a.txt", "350405", "2023", None, "云岭", says("云端通办与沙县区。", adopts("云端通办"),
               names(Kind.REGION, "沙县区", code="350405"))),
    )  # fmt: skip
    (only,) = diffusion(store, CLOUD).adoptions
    assert (only.region.code, only.year, only.statements) == ("350405", 2019, 2)


def test_a_level_and_a_region_narrow_what_is_counted(tmp_path):
    store = graph_of(tmp_path, adopting(ZHEJIANG, "2030", "云端通办"), adopting(ANJI, "2031", "云端通办"))
    assert [a.region.code for a in diffusion(store, CLOUD, level="county").adoptions] == [ANJI]
    assert diffusion(store, CLOUD, level="county").seen == 1
    assert diffusion(store, CLOUD, within=REGION + YUSHAN).adoptions == ()


def test_a_reform_that_nobody_adopts_and_one_region_alone(tmp_path):
    store = graph_of(tmp_path, adopting(ANJI, "2030", "云端通办"))
    nobody = diffusion(store, ACROSS)
    assert (nobody.adoptions, nobody.curve, nobody.seen) == ((), (), 1)
    assert [(s.group, s.adopters, s.share) for s in nobody.by_level] == [("county", 0, 0)]
    assert fit(nobody).refused
    alone = diffusion(store, CLOUD)
    assert [(p.adopters, p.share) for p in alone.curve] == [(1, 100)]
    assert fit(alone).refused


# -- the S-curve


def spread(adopters, seen, start=2030, reporting=5):
    curve = [Point(start + i, 0, n, reporting, seen, None) for i, n in enumerate(adopters)]
    return Diffusion((), tuple(curve), (), (), (), seen)


def test_odds_that_double_every_year_are_a_logistic_curve():
    found = fit(spread([10, 18, 30, 45, 60, 72], 90))  # odds 1/8 1/4 1/2 1 2 4
    assert (found.rate, found.midpoint, found.r_squared) == (round(math.log(2), 4), 2033, 1)
    assert found.takeover == round(math.log(81) / math.log(2), 4)
    assert found.share(2034) == pytest.approx(2 / 3, abs=1e-4)
    assert (found.points, found.seen, found.refused) == (6, 90, "")


@pytest.mark.parametrize(
    ("adopters", "seen", "words"),
    [
        ([10, 18, 30, 45], 90, f"needs {LEAST} years"),
        ([10, 18, 30, 45, 90, 90], 90, "there are 4"),
        ([0, 0, 0, 0, 10, 20], 90, "there are 2"),
        ([10, 10, 10, 10, 10], 90, "does not"),
        ([], 0, "there are 0"),
    ],
)
def test_no_curve_is_drawn_through_too_little(adopters, seen, words):
    found = fit(spread(adopters, seen))
    assert words in found.refused
    assert (found.rate, found.midpoint, found.takeover, found.r_squared, found.share(2030)) == (None,) * 5


def test_no_spread_is_seen_where_only_more_regions_come_to_have_reports():
    """Half of those that have reports adopt, every year; counted against all, they would grow from 10 to 60."""
    curve = [Point(2030 + i, 10, n, 5, 2 * n, None) for i, n in enumerate((10, 20, 30, 40, 50, 60))]
    found = fit(Diffusion((), tuple(curve), (), (), (), 120))
    assert found.refused == "the share of adopters does not change over these years"


def test_shares_of_few_regions_are_no_points():
    assert fit(spread([1, 2, 4, 5, 6, 7], 9)).points == 0


def test_years_without_reports_are_no_points():
    assert fit(spread([10, 18, 30, 45, 60, 72], 90, reporting=0)).points == 0
