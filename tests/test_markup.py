"""A page that was saved as text: what its reader doesn't see is blank, and everything else stays where it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract import extract
from kg.readers.read import document
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon
from kg.text.markup import visible

PAGE = """<!DOCTYPE html>
<html><head><meta name="SiteName" content="云和县人民政府"><title>景宁县2022年政务服务总结</title>
<script>var n = "推行“一证通办”，办理12项";</script></head><body class="p3">
<!-- 青田县大厅 受理77件 -->
<p style="width:90%" title="丽水市">景宁县推行“跨省通办”，<a href="/2022/35">办理</a>1854件。</p>
</body></html>
"""


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("办理12件", "办理12件"),
        ("<p>办理12件</p>", "<p>办理12件</p>"),
        ('<p class="c7">12件</p>', "<p>12件</p>"),
        ("<P CLASS=c7 hidden>12件</P>", "<P>12件</P>"),
        ("<img src='a>b.png' width=3 />12件", "<img/>12件"),
        ("<p\ntitle='12件'\n>", "<p>"),
        ("<script>var n = '12件'</script>3件", "3件"),
        ("<STYLE type=x>p {width: 12px}</STYLE >3件", "3件"),
        ("<!-- 12件 -- 13件 -->3件", "3件"),
        ("<!-- 12件", "<!-- 12件"),
        ("<script>12件", "<script>12件"),
        ("若a<b且c>d，<办理>12件", "若a<b且c>d，<办理>12件"),
        ('<p title="12件>3件</p><p>4件</p>', '<p title="12件>3件</p><p>4件</p>'),
    ],
)
def test_what_is_not_seen_is_blank(text, seen):
    assert visible(text).replace(" ", "") == seen.replace(" ", "")
    assert len(visible(text)) == len(text)


@given(st.text(alphabet="<>/!-=\"' \nap一件1", max_size=60))
def test_what_stays_stands_where_it_stood(text):
    seen = visible(text)

    assert len(seen) == len(text)
    assert all(after in (before, " ") for before, after in zip(text, seen, strict=True))
    assert visible(seen) == seen


def test_nothing_is_found_in_markup():
    found = extract(document(PAGE), load_lexicon(), load_gazetteer())

    assert [o.quantity.span.of(PAGE) for o in found.observations] == ["1854件"]
    assert {m.label for m in found.mentions} == {"景宁畲族自治县", "跨省通办"}
    assert found.meta.title == "景宁县2022年政务服务总结"
    assert found.observations[0].evidence.of(PAGE).startswith("景宁县推行")
