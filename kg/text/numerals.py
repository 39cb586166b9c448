"""Numerals of Chinese prose to exact numbers. Knows no unit and no context."""

import re
from decimal import Decimal
from fractions import Fraction

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SCALES = {"十": 10, "百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}
"""Scale word to factor. Source: Unihan kPrimaryNumeric (UAX #38), which `unicodedata.numeric` returns."""

ARABIC = r"(?:\d{1,3}(?:[, ]\d{3})++(?!\d)|\d++)(?:\.\d++)?+"
"""1854, 1,854, 1 854, 18.67; possessive, so that a long run of digits is read once."""
CHINESE = r"[零〇一二三四五六七八九十百千万亿两]++(?:点[零〇一二三四五六七八九]++)?+"
_SECTION = re.compile(
    "([一二两三四五六七八九]千)?零?([一二两三四五六七八九]百)?零?([一二三四五六七八九]?十)?零?([一二两三四五六七八九])?"
)
LONGEST = 40  # characters; a longer run of digits is a serial number, not a count (2026-11)


def scaled(digits: str, scale: str = "") -> Decimal:
    """Return the value of a printed number with its scale words, in ones.

    Args:
        digits: Arabic digits as printed, with separators and point: 1,854 or 1 854 or 18.67.
        scale: the scale words that follow, in print order: 万, 万亿, or none.

    Decimal, because 18.67 * 10000 is 186700.00000000003 in binary floating point.

    >>> int(scaled("18.67", "万"))
    186700
    >>> int(scaled("1.2", "万亿"))
    1200000000000
    """
    value = Decimal(digits.replace(",", "").replace(" ", ""))
    for word in scale:
        value *= SCALES[word]
    return value


def chinese(words: str) -> Decimal | None:
    """Return the value of a number in Chinese characters; None where the characters make no number.

    >>> [str(chinese(w)) for w in ("二十六", "两万三千", "一百零八", "二〇二四", "三点五", "十")]
    ['26', '23000', '108', '2024', '3.5', '10']
    """
    whole, point, part = words.partition("点")
    if len(whole) > LONGEST:
        return None
    value = _whole(whole)
    if value is None or not point:
        return None if value is None else Decimal(value)
    return Decimal(f"{value}.{''.join(str(DIGITS[c]) for c in part)}")


def _whole(words: str) -> int | None:
    if all(c in DIGITS for c in words):  # digit by digit: 二〇二四; two bare digits side by side are no number
        return int("".join(str(DIGITS[c]) for c in words)) if len(words) in (1, 4) else None
    for word in ("亿", "万"):  # the larger first: 一亿二千万 is one 亿 and what 二千万 is
        above, found, below = words.rpartition(word)
        if found:
            high = _whole(above) if above else 1
            low = _whole(below.removeprefix("零")) if below.removeprefix("零") else 0
            return None if not high or low is None or low >= SCALES[word] else high * SCALES[word] + low
    if (m := _SECTION.fullmatch(words)) is None:
        return None
    parts = zip(m.groups(), ("千", "百", "十", ""), strict=True)
    return sum(DIGITS.get(c[0], 1) * SCALES.get(scale, 1) for c, scale in parts if c)


def exact(value: Fraction) -> Decimal:
    """Return a fraction as a decimal of at most 28 significant digits: 2/3 is 0.6666666666666666666666666667."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).normalize()


def plain(value: Decimal) -> str:
    """Return a decimal without exponent and without trailing zeros: 1.1E+8 is 110000000.

    >>> plain(Decimal("85.60")), plain(Decimal("1.1E+8"))
    ('85.6', '110000000')
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def adjacent(words: str) -> Decimal | None:
    """Return the upper of two neighbouring digits, a loose count: 五六 is 6.

    >>> adjacent("五六"), adjacent("五八")
    (Decimal('6'), None)
    """
    if not re.fullmatch("[一二两三四五六七八九]{2}", words):
        return None
    low, high = DIGITS[words[0]], DIGITS[words[1]]
    return Decimal(high) if high == low + 1 else None
