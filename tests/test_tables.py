"""The tables of a text: which number stands beside and under which words, and what these say of it."""

import pytest
from casebook import lexicon

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


def test_a_row_of_a_thousand_cells_is_read_in_little_time():
    assert 20_000 == len(cells("甲 | " + "12 | " * 20_000))
