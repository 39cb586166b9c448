"""Numerals are read exactly, and every way to write a number gives the same one."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.text.numerals import adjacent, chinese, exact, plain, scaled

DIGITS = "零一二三四五六七八九"
FACTORS = {
    "": 1,
    "十": 10,
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
}


def spelt(number):
    """A whole number below a trillion as Chinese prose writes it: 10203 is 一万零二百零三."""
    if number < 10_000:
        return section(number)
    scale, word = (10**8, "亿") if number >= 10**8 else (10**4, "万")
    high, low = divmod(number, scale)
    gap = "零" if low and low < scale // 10 else ""
    return spelt(high) + word + (gap + spelt(low) if low else "")


def section(number):
    words, rest, gap = "", number, False
    for scale, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, rest = divmod(rest, scale)
        if digit:
            words += ("零" if gap and words else "") + DIGITS[digit] + word
            gap = False
        else:
            gap = True
    return words


@pytest.mark.parametrize("number", [*range(1, 20_000, 7), *range(1, 300)])
def test_every_number_is_read_as_it_is_spelt(number):
    assert number == chinese(spelt(number))


@given(st.integers(1, 10**12 - 1))
def test_large_numbers_are_read_as_they_are_spelt(number):
    assert number == chinese(spelt(number))


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("两百", "200"),
        ("一百二十", "120"),
        ("一千零六", "1006"),
        ("三千零五十", "3050"),
        ("十二万四千", "124000"),
        ("二亿", "200000000"),
        ("二〇三一", "2031"),
        ("两", "2"),
        ("零", "0"),
        ("三点五", "3.5"),
        ("零点六", "0.6"),
        ("十点二五", "10.25"),
    ],
)
def test_the_value_of_words(words, value):
    assert Decimal(value) == chinese(words)


@pytest.mark.parametrize("words", ["五六", "一二三", "二三四五六", "三二一"])
def test_digits_side_by_side_are_no_number_unless_they_make_a_year(words):
    assert chinese(words) is None


@pytest.mark.xfail(strict=True, reason="a digit after a scale word counts as ones: 一万二 is spoken for 一万二千")
def test_a_spoken_short_form():
    assert chinese("一万二") == 12_000


@pytest.mark.parametrize(
    ("digits", "scale", "value"),
    [
        ("1854", "", "1854"),
        ("1,854", "", "1854"),
        ("1 854", "", "1854"),
        ("1,234,567.89", "", "1234567.89"),
        ("18.67", "万", "186700"),
        ("1.2", "万亿", "1200000000000"),
        ("3", "千万", "30000000"),
        ("0.16", "", "0.16"),
        ("0.1", "百", "10"),
    ],
)
def test_printed_numbers_are_scaled_exactly(digits, scale, value):
    assert Decimal(value) == scaled(digits, scale)


@given(st.decimals(0, 10**7, allow_nan=False, places=4), st.sampled_from(sorted(FACTORS)))
def test_scaling_loses_nothing(number, scale):
    assert Fraction(number) * FACTORS[scale] == Fraction(scaled(f"{number:f}", scale))


@given(st.integers(0, 10**15))
def test_separators_change_nothing(number):
    assert number == scaled(f"{number:,}") == scaled(f"{number:,}".replace(",", " ")) == scaled(str(number))


@given(st.decimals(0, 10**12, allow_nan=False, places=6))
def test_a_decimal_is_printed_without_exponent_and_reads_back(value):
    text = plain(value)

    assert Decimal(text) == value
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))


@pytest.mark.parametrize(("value", "text"), [("85.60", "85.6"), ("1.1E+8", "110000000"), ("0.0", "0"), ("100", "100")])
def test_how_a_decimal_is_printed(value, text):
    assert text == plain(Decimal(value))


@pytest.mark.parametrize(
    ("part", "whole", "value"), [(1, 4, "0.25"), (4, 5, "0.8"), (2, 3, "0.6666666666666666666666666667")]
)
def test_a_fraction_is_a_decimal(part, whole, value):
    assert Decimal(value) == exact(Fraction(part, whole))


@given(st.integers(0, 99), st.integers(1, 99))
def test_a_fraction_is_as_near_as_28_digits_allow(part, whole):
    assert abs(Fraction(exact(Fraction(part, whole))) - Fraction(part, whole)) <= Fraction(1, 10**26)


@pytest.mark.parametrize(
    ("words", "value"),
    [("五六", 6), ("一二", 2), ("八九", 9), ("五八", None), ("六五", None), ("十二", None), ("五", None)],
)
def test_two_neighbouring_digits_are_a_loose_count(words, value):
    assert value == adjacent(words)
