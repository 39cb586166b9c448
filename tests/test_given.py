"""What stands beside a text: a page's head where the text is silent, a user's table before the text."""

from dataclasses import replace

import pytest

from kg.about.meta import find_meta
from kg.extract import extract
from kg.readers.given import Given, understood
from kg.readers.read import document
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon
from kg.text.markup import visible

GAZETTEER, LEXICON = load_gazetteer(), load_lexicon()
SILENT = "推进“云上通办”改革，办理事项3.25万件，网上办件率达92.5%，群众满意度持续提升。\n下一步将继续优化流程。"
SIGNED = f"青田县政务服务中心2022年工作总结\n{SILENT}\n青田县政务服务中心\n2022年12月30日"


def meta(text, **given):
    found = replace(document(text), given=given)
    return find_meta(found, visible(found.folded), GAZETTEER, LEXICON)


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        ({"published": "2024-02-01"}, "issued", "2024-02-01"),
        ({"published": "2024-02-01 10:20"}, "issued", "2024-02-01"),
        ({"published": "2024/2/1"}, "issued", "2024-02-01"),
        ({"published": "２０２４年２月１日"}, "issued", "2024-02-01"),
        ({"published": "2024-02-30"}, "issued", None),
        ({"published": "20240201"}, "issued", None),
        ({"published": "1706745600"}, "issued", None),
        ({"published": "yesterday"}, "issued", None),
        ({"period": "2023"}, "period", "2023"),
        ({"period": "2023年"}, "period", "2023"),
        ({"period": "2023-3"}, "period", "2023-03"),
        ({"period": "2023-13"}, "period", None),
        ({"period": "last year"}, "period", None),
        ({"title": " 青田縣總結 "}, "title", "青田縣總結"),
        ({"title": " "}, "title", None),
        ({"publisher": "青田縣政務服務中心"}, "publisher", "青田县政务服务中心"),
        ({"other": "x"}, "title", None),
    ],
)
def test_values_are_checked(given, field, value):
    assert getattr(understood(given, GAZETTEER), field) == value


@pytest.mark.parametrize(
    ("region", "code"),
    [
        ("331121", "331121"),
        ("青田县", "331121"),
        ("浙江省丽水市青田县", "331121"),
        ("999999", None),
        ("朝阳区", None),
        ("火星", None),
    ],
)
def test_a_region_is_a_code_or_a_name_that_means_one(region, code):
    found = understood({"region": region}, GAZETTEER).region

    assert (found.code if found else None) == code


def test_nothing_given_is_nothing():
    assert understood({}, GAZETTEER) == Given()


def test_the_head_of_a_page_counts_where_the_text_is_silent():
    found = meta(SILENT, title="青田县2023年工作总结", published="2024-02-01", source="青田县政务服务中心")

    assert found.issued == "2024-02-01"
    assert found.publisher == "青田县政务服务中心"


def test_the_source_in_the_line_above_the_text_counts():
    assert (
        meta(SILENT, byline="发布时间：2024-02-01 来源：青田县政务服务中心 浏览次数：12").publisher
        == "青田县政务服务中心"
    )


@pytest.mark.parametrize("source", ["本站", "新华网", "作者：张三", "青田发布"])
def test_a_source_that_is_no_public_body_is_no_publisher(source):
    assert meta(SILENT, source=source).publisher is None


def test_the_text_goes_before_the_head_of_its_page():
    found = meta(SIGNED, title="首页", published="2023-05-06", source="丽水市人民政府")

    assert found.title == "青田县政务服务中心2022年工作总结"
    assert found.issued == "2022-12-30"
    assert found.publisher == "青田县政务服务中心"
    assert found.period == "2022"


def test_a_users_table_goes_before_the_text():
    found = meta(SIGNED, region="331100", period="2021", publisher="丽水市人民政府", number="丽政〔2022〕9号")

    assert found.region == "331100"
    assert found.region_name == "浙江省丽水市"
    assert found.period == "2021"
    assert found.publisher == "丽水市人民政府"
    assert found.number == "丽政〔2022〕9号"


def test_what_is_given_reaches_the_facts():
    from dataclasses import replace

    silent = document(SILENT, "r.jsonl#1")
    found = extract(replace(silent, given={"region": "331121", "period": "2023"}), LEXICON, GAZETTEER)

    assert {(o.region, o.period) for o in found.observations} == {("331121", "2023")}
    assert not {o.region for o in extract(silent, LEXICON, GAZETTEER).observations} - {None}
