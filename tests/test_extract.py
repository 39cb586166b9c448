"""A document to its interchange object: its form, and what holds for any text."""

import json
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import extract, number, to_json
from kg.model import Document, Span
from kg.readers.read import read
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon
from kg.text.fold import fold

REPORTS = sorted((Path(__file__).parent.parent / "data" / "reports").glob("*.txt"))
FIELDS = {  # of the interchange format, and what it is printed with
    "document": {"path", "sha256", "title", "publisher", "number", "region", "region_name", "period", "issued"},
    "mentions": {"type", "start", "end", "text", "label", "id", "code", "rule"},
    "observations": {
        *["start", "end", "text", "value", "unit", "indicator", "canonical", "reform", "platform", "agency", "region"],
        *["period", "modality", "approximate", "evidence", "rule"],
    },
    "relations": {"subject", "predicate", "object", "start", "end", "evidence", "rule"},
}
REPORT = """松河县数据局2031年度政务服务工作报告

　　一、主要成效
　　推行“青心办”改革，依托“柳河通”平台办理业务3.25万件，满意率不低于98%。
　　持续推进跨省通办，办理异地件320件。
　　二、下步打算
　　力争新设窗口12个。
"""


@cache
def shared():
    return load_lexicon(), load_gazetteer()


def document(text, path="report.txt"):
    return Document(path, sha256(text.encode("utf-8", "replace")).hexdigest(), text, fold(text))


def extracted(text):
    return extract(document(text), *shared())


@pytest.fixture(scope="module", params=REPORTS, ids=lambda path: path.stem)
def digest(request):
    """The interchange object of a shipped digest, with its text and what was dropped."""
    return to_json(extract(read(request.param), *shared()), text=True, rejected=True)


def test_every_digest_is_collected():
    assert len(REPORTS) >= 7


def test_the_form_is_that_of_the_format(digest):
    assert {"document", "mentions", "observations", "relations", "rejected"} == set(digest)
    assert FIELDS["document"] | {"text"} == set(digest["document"])
    for part in ("mentions", "observations", "relations"):
        assert digest[part]
        assert all(FIELDS[part] == set(item) for item in digest[part])
    assert all({"start", "end", "text", "reason"} == set(item) for item in digest["rejected"])


def test_types_and_values_are_those_of_the_format(digest):
    assert {m["type"] for m in digest["mentions"]} <= {"Region", "Agency", "Reform", "Platform", "Policy"}
    assert {o["modality"] for o in digest["observations"]} <= {"actual", "target"}
    assert {r["predicate"] for r in digest["relations"]} <= {"adopts", "deliveredThrough", "partner"}
    assert all(
        isinstance(o["value"], int | float) and isinstance(o["approximate"], bool) for o in digest["observations"]
    )
    assert all(o["indicator"] and o["rule"] for o in digest["observations"])
    assert digest == json.loads(json.dumps(digest, ensure_ascii=False))


def test_every_quote_is_what_the_text_says_there(digest):
    text = digest["document"]["text"]

    for item in (*digest["mentions"], *digest["observations"], *digest["rejected"]):
        assert item["text"] == text[item["start"] : item["end"]] != ""


def test_the_evidence_covers_the_fact(digest):
    for fact in (*digest["observations"], *digest["relations"]):
        start, end = fact["evidence"]
        assert 0 <= start <= fact["start"] < fact["end"] <= end <= len(digest["document"]["text"])


def test_ids_are_iris_of_the_base(digest):
    assert all(m["id"].startswith("https://w3id.org/reform-kg/") for m in digest["mentions"])
    assert not [m["id"] for m in digest["mentions"] if set(' <>"{}|\\^`\n') & set(m["id"])]


def test_one_thing_has_one_id(digest):
    ids = {}
    for m in digest["mentions"]:
        if m["type"] != "Reform" and m["type"] != "Platform":  # printed as the report calls them; the id is the term's
            ids.setdefault((m["type"], m["label"], m["code"]), set()).add(m["id"])

    assert all(len(found) == 1 for found in ids.values())


def test_facts_and_relations_speak_of_what_is_mentioned(digest):
    named = {(m["type"], m["label"]) for m in digest["mentions"]}
    for o in digest["observations"]:
        assert o["platform"] is None or ("Platform", o["platform"]) in named
    for r in digest["relations"]:
        kind = {"adopts": "Reform", "deliveredThrough": "Platform", "partner": "Region"}[r["predicate"]]
        assert (kind, r["object"]) in named


def test_facts_are_in_the_order_of_the_text(digest):
    for part in ("mentions", "observations", "rejected"):
        places = [item["start"] for item in digest[part]]
        assert places == sorted(places)


def test_a_reading_is_the_same_every_time(digest):
    path = next(p for p in REPORTS if p.name == Path(digest["document"]["path"]).name)

    assert digest == to_json(extract(read(path), *shared()), text=True, rejected=True)


def test_what_a_report_states():
    result = to_json(extracted(REPORT))

    assert "text" not in result["document"]
    assert "rejected" not in result
    assert ("2031", "松河县数据局2031年度政务服务工作报告") == (
        result["document"]["period"],
        result["document"]["title"],
    )
    assert [
        (32500, "件", "青心办", "柳河通平台", "actual", False),
        (98, "%", "青心办", "柳河通平台", "target", True),
        (320, "件", "跨省通办", None, "actual", False),
        (12, "个", None, None, "target", False),
    ] == [
        (o["value"], o["unit"], o["reform"], o["platform"], o["modality"], o["approximate"])
        for o in result["observations"]
    ]
    assert {("adopts", "青心办"), ("adopts", "跨省通办")} <= {
        (r["predicate"], r["object"]) for r in result["relations"]
    }


def test_another_base_is_in_every_id():
    result = to_json(extracted(REPORT), base="https://example.org/kg/")

    assert result["mentions"]
    assert all(m["id"].startswith("https://example.org/kg/") for m in result["mentions"])


def test_a_listed_name_is_printed_as_the_report_has_it():
    result = to_json(extracted("推行免证照改革，办理业务320件。"))

    assert ["免证照"] == [m["label"] for m in result["mentions"] if m["type"] == "Reform"]
    assert ["免证照"] == [o["reform"] for o in result["observations"]]


def test_a_short_name_is_printed_in_full_where_the_report_has_it_so():
    long, short = "深化“高效办成一件事”改革。\n", "推出“一件事”86项。"

    assert ["高效办成一件事"] == [o["reform"] for o in to_json(extracted(long + short))["observations"]]
    assert ["一件事"] == [o["reform"] for o in to_json(extracted(short))["observations"]]


@pytest.mark.parametrize(
    ("value", "written"), [("98.0", "98"), ("76.82", "76.82"), ("1.1E+9", "1100000000"), ("0.16", "0.16"), ("0", "0")]
)
def test_values_are_written_as_json_has_numbers(value, written):
    assert written == json.dumps(number(Decimal(value)))


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "　", "。", "\ufeff", "\x00", "𠀀", "\r\n", "12", "（", "《", "一、"]
)
def test_hardly_any_text_gives_hardly_anything(text):
    result = to_json(extracted(text), text=True, rejected=True)

    assert ([], []) == (result["observations"], result["relations"])


PIECES = [
    *[
        "推行“青心办”改革",
        "依托“柳河通”平台",
        "办理业务",
        "320件",
        "98%",
        "3.25万人次",
        "，",
        "。",
        "；",
        "\n",
        "\n\n",
        "　　",
        "一、",
        "（一）",
    ],
    *[
        "一是",
        "松河县",
        "福建省",
        "全省",
        "我局",
        "数据局",
        "《松河县便民办法》",
        "跨省通办",
        "12345热线",
        "下一步",
        "力争",
        "2031年",
        "3月5日",
    ],
    *[
        "与海南省",
        "其中",
        "分别为",
        "由",
        "压缩至",
        "（",
        "）",
        "“",
        "”",
        "、",
        "等",
        "满意率",
        "松政办〔2031〕3号",
        "辦理",
        "３件",
        "<p>",
        "&",
    ],
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS | st.text(max_size=80))
def test_no_text_crashes_and_every_fact_is_quoted(text):
    extraction = extracted(text)
    result = to_json(extraction, text=True, rejected=True)

    for item in (*result["mentions"], *result["observations"], *result["rejected"]):
        assert item["text"] == text[item["start"] : item["end"]] != ""
    assert all(
        Span(0, len(text)).covers(o.evidence) and o.evidence.covers(o.quantity.span) for o in extraction.observations
    )
    assert all(r.evidence.covers(r.span) for r in extraction.relations)
    json.dumps(result)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_a_text_says_the_same_of_itself_with_another_after_it(text):
    """Its publisher and year may stand at its end, but what it measures stands where it stands."""
    lead = "松河县2031年工作总结\n\n"
    first, twice = (
        [(o.quantity, o.indicator, o.reform, o.platform, o.modality) for o in extracted(t).observations]
        for t in (lead + text, f"{lead}{text}\n\n松河县。")
    )

    assert first == twice[: len(first)]
