import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.table import FORMATS, as_csv, as_json, as_markdown, as_table, as_tsv, cells, clip, fits, fitted, plain, wrap

LINES = (Path(__file__).parent / "cases" / "table.tsv").read_text(encoding="utf-8").splitlines()
CASES = list(csv.DictReader(LINES, delimiter="\t"))
CALLS = {
    "cells": lambda text, _: str(cells(text)),
    "clip": clip,
    "wrap": lambda text, width: "|".join(wrap(text, width)),
}


def test_no_case_was_lost():
    assert len(CASES) >= 19
    assert {"synthetic", "negative"} == {case["kind"] for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['call']}-{case['text']}")
def test_case(case):
    text = case["text"].replace("\\n", "\n")

    assert case["expected"] == CALLS[case["call"]](text, int(case["width"] or 0))


@given(st.text(max_size=50), st.integers(2, 40))
def test_wrapping_loses_nothing_but_blanks_and_fits(text, width):
    lines = wrap(text, width)

    assert "".join("".join(lines).split()) == "".join(text.split())
    stuck = any(c in "（《「『“‘([{<，。、；：？！）》」』”’…％%,.;:?!)]}>" for c in text)
    assert stuck or all(cells(line) <= width for line in lines)


@given(st.text(max_size=30), st.integers(1, 30))
def test_a_clipped_text_fits(text, width):
    assert cells(clip(text, width)) <= max(width, 1)


ROWS = [
    {"region": "沙溪县", "figure": Decimal("76.80"), "what": "网办率"},
    {"region": "e镇", "figure": 1854, "what": None},
]


def test_columns_line_up_under_chinese():
    assert """\
region  figure  what
──────  ──────  ──────
沙溪县    76.8  网办率
e镇       1854""" == as_table(ROWS)


@given(
    st.lists(
        st.fixed_dictionaries({"a": st.text("通办a 件x，", max_size=30), "b": st.integers()}), min_size=1, max_size=6
    ),
    st.integers(20, 90),
)
def test_no_line_of_a_table_is_wider_than_asked(rows, width):
    text = as_table(rows, width)

    assert all(cells(line) <= max(width, 30) for line in text.split("\n"))


def test_long_texts_wrap_only_where_a_width_is_given():
    rows = [{"name": "云端", "sentence": "一" * 60}]

    assert 3 == as_table(rows).count("\n") + 1
    assert 2 + 2 == as_table(rows, 80).count("\n") + 1
    assert all(cells(line) <= 80 for line in as_table(rows, 80).split("\n"))


def test_figures_and_latin_words_stay_whole():
    rows = [{"file": "anji-2023.txt", "figure": "1771000000元", "what": "很长的一段说法" * 4}]
    text = as_table(rows, 50, right=("figure",))

    assert "anji-2023.txt" in text
    assert "1771000000元" in text


def test_the_column_with_the_long_texts_gets_the_room():
    rows = [{"short": "云端通办", "long": "一段很长的话" * 6}] * 4

    assert [8, 30] == fitted(["short", "long"], [[row["short"], row["long"]] for row in rows], 40)


def test_too_many_columns_become_records():
    row = {f"column{n}": "值" * 8 for n in range(12)}

    assert not fits([row], 80)
    assert "column11  " + "值" * 8 == as_table([row], 80).split("\n")[-1]


def test_notes_stand_below_their_row():
    text = as_table([{"a": "x"}, {"a": "y"}], 30, notes={0: ["一句很长的话，" * 4]})

    assert ["x", "  │ 一句很长的话，一句很长的", "  │ 话，一句很长的话，一句很长", "  │ 的话，", "y"] == text.split(
        "\n"
    )[2:]


def test_markdown_escapes_what_it_must():
    assert "| a |\n| :-- |\n| x\\|y<br>z |" == as_markdown([{"a": "x|y\nz"}])
    assert "--:" in as_markdown(ROWS)


@given(st.lists(st.fixed_dictionaries({"a": st.text(), "b": st.text()}), min_size=1))
def test_csv_reads_back(rows):
    clean = [{k: v.replace("\r", " ").replace("\0", " ") for k, v in row.items()} for row in rows]

    assert clean == list(csv.DictReader(io.StringIO(as_csv(clean), newline="")))
    assert clean == list(csv.DictReader(io.StringIO(as_tsv(clean), newline=""), delimiter="\t"))


def test_json_keeps_numbers_exact_and_chinese_readable():
    text = as_json(ROWS)

    assert "沙溪县" in text
    assert [76.8, 1854] == [row["figure"] for row in json.loads(text)]


@pytest.mark.parametrize("fmt", FORMATS)
def test_no_rows_print_nothing_much(fmt):
    assert FORMATS[fmt]([], 80) in {"", "[]"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (Decimal("1E+3"), "1000"),
        (["a", "b"], "a、b"),
        (Decimal("0.10"), "0.1"),
    ],
)
def test_plain(value, expected):
    assert expected == plain(value)
