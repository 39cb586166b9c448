import time

import pytest
from casebook import marks, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.about.meta import find_meta
from kg.model import Meta
from kg.readers.read import document
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon
from kg.text.markup import visible

CASES = rows("meta")
LEXICON = load_lexicon()
GAZETTEER = load_gazetteer()


def meta(text):
    found = document(text)
    return find_meta(found, visible(found.folded), GAZETTEER, LEXICON)


def test_no_case_was_lost():
    assert len(CASES) == 59
    assert {case["kind"] for case in CASES} == {"wild", "negative", "known-failure"}
    assert {case["field"] for case in CASES} == {"title", "publisher", "number", "issued", "period"}
    assert not any(case["value"] for case in CASES if case["kind"] == "negative")


def param(case):
    text = case["text"]
    return pytest.param(
        text, case["field"], case["value"] or None, id=f"{case['field']}-{case['note']}", marks=marks(case)
    )


@pytest.mark.parametrize(("text", "field", "value"), [param(case) for case in CASES])
def test_case(text, field, value):
    assert getattr(meta(text), field) == value


def test_region_comes_with_its_path():
    found = meta("平江县数据局2031年度工作报告\n　　全年平稳。")

    assert (found.region, found.region_name) == ("430626", "湖南省岳阳市平江县")


def test_a_page_tells_of_itself_in_its_head():
    text = """<!DOCTYPE html><html><head>
<meta name="ArticleTitle" content="平江县2031年工作总结">
<meta name="PubDate" content="2032-01-12 10:00:43">
</head><body><script>window["x"] = true;</script><p>全年平稳。</p></body></html>"""

    assert (meta(text).title, meta(text).issued, meta(text).period) == ("平江县2031年工作总结", "2032-01-12", "2031")


def test_nothing_is_taken_from_the_files_name():
    assert meta("全年平稳。") == Meta()


@pytest.mark.parametrize(
    "text", ["2031年" * 20_000, "—" * 50_000, "<meta " * 20_000, "\n".join("平江县数据局" * 9_000)]
)
def test_any_text_takes_linear_time(text):
    started = time.perf_counter()
    meta(text)

    assert time.perf_counter() - started < 10  # seconds; a tenth of it in practice


@settings(deadline=None, max_examples=100)
@given(st.text(alphabet="2031年月日-/〔〕号：:\n#<>平江县数据局报告来源成文日期一二〇 ，。", max_size=60))
def test_any_text_is_read(text):
    found = meta(text)

    assert found.issued is None or len(found.issued) == 10
    assert found.period is None or len(found.period) == 4
