"""The tables of a text: which number stands beside and under which words, and what these say of it."""

import pytest
from casebook import lexicon
from hypothesis import given
from hypothesis import strategies as st

from kg.facts.quantities import find_quantities
from kg.text.tables import cells

TABLE = "许可情况（单位：件）\n| 部门 | 受理 | 办结量 |\n| --- | --- | --- |\n| 公安局 | 1,280 | 12万 |\n"


def seen(text):
    words = [[s.of(text) for s in (c.span, *c.left, *([c.head] if c.head else []))] for c in cells(text).values()]
    return "|".join(" ".join(w) for w in words)


def test_the_cells_of_a_table_with_what_names_them():
    assert "1,280 公安局 受理|12万 公安局 办结量" == seen(TABLE)
    assert ["许可情况（单位：件）\n"] * 2 == [c.caption.of(TABLE) for c in cells(TABLE).values()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("无表。12件", ""),
        ("甲 | 12\n\n乙 | 3", "12 甲|3 乙"),
        ("名\t数\n甲\t12", "12 甲 数"),
        ("甲 | 2031年 | 12", "12 2031年 甲"),
        ("甲 |  | 12", "12 甲"),
        ("| 12", "12"),
        ("|", ""),
    ],
)
def test_rows_and_their_cells(text, found):
    assert found == seen(text)


def test_the_value_of_a_cell_has_the_scale_of_its_heading():
    quantities, _ = find_quantities("指标 | 数值\n办件量（万件） | 12.6\n办结率（%） | 99", lexicon())

    assert [(126_000, "件"), (99, "%")] == [(q.value, q.unit) for q in quantities]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("指标 | 办件量 | 备注\n线上 | 12万 | 无", 120_000, None),
        ("指标 | 办件量 | 备注\n线上 | 3千 | 无", 3_000, None),
        ("指标 | 办件量（件） | 备注\n线上 | 1.2亿 | 无", 120_000_000, "件"),
        ("指标 | 办件量（件）\n线上 | 12万", 120_000, "件"),
        ("指标 | 办件量（万件）\n线上 | 12万", 120_000, "件"),
        ("指标 | 办件量（万件）\n线上 | 1,234.5", 12_345_000, "件"),
        ("指标 | 办件量（件）\n线上 | 12万项", 120_000, "项"),
    ],
)
def test_a_number_with_a_scale_of_its_own_takes_none_from_its_heading(text, value, unit):
    quantities, _ = find_quantities(text, lexicon())

    assert [(value, unit)] == [(q.value, q.unit) for q in quantities]


@given(st.lists(st.text(alphabet="1230,.万亿千百余多几%十二件 /-", max_size=8), min_size=1, max_size=6))
def test_whatever_fills_the_cells_is_read_or_rejected_once(values):
    text = "指标 | 办件量（万件） | 备注\n" + "\n".join(f"线上 | {value} | 无" for value in values)
    quantities, rejections = find_quantities(text, lexicon())
    starts = sorted(found.span.start for found in (*quantities, *rejections))

    assert all(q.value.is_finite() for q in quantities)
    assert len(set(starts)) == len(starts)


def test_a_row_of_a_thousand_cells_is_read_in_little_time():
    assert 20_000 == len(cells("甲 | " + "12 | " * 20_000))
