import pytest

from kg.serve.answers import Table
from kg.serve.chart import chart


def table(text):
    """Columns in the first line, rows below; what is a number is one."""
    head, *lines = [line.split() for line in text.strip().splitlines()]

    def cell(word):
        if word == "-":
            return None
        number = word.replace(".", "").lstrip("-").isdigit() and (len(word) != 4)
        return {"kind": "number" if number else "text", "text": word}

    return Table("rows", head, [[cell(word) for word in line] for line in lines])


def test_names_and_numbers_become_bars():
    drawn = chart(table("name n\n甲 10\n乙 5\n丙 -"))

    assert ("bars", ("n",), 0) == (drawn.kind, drawn.series, drawn.left_out)
    assert ["甲", "乙", "丙"] == [word.text for word in drawn.labels]
    long, short, none = drawn.marks
    assert long.length == 2 * short.length > 0 == none.length
    assert long.x == short.x


def test_what_is_below_zero_goes_left():
    up, down = chart(table("name n\n甲 10\n乙 -10")).marks

    assert down.x + down.length == pytest.approx(up.x)


def test_years_become_lines_one_a_name():
    drawn = chart(table("region year n\n甲 2023 1\n甲 2024 3\n乙 2024 2"))

    assert ("lines", ("甲", "乙")) == (drawn.kind, drawn.series)
    assert [2, 1] == [path.count(",") for _, path in drawn.lines]
    first, second = drawn.marks[:2]
    assert second.x > first.x
    assert second.y < first.y  # more is higher
    assert {"2023", "2024", "甲", "乙"} <= {word.text for word in drawn.labels}
    heights = sorted(word.y for word in drawn.labels if word.text in "甲乙")
    assert heights[1] - heights[0] >= 16


def test_several_numbers_are_several_series():
    assert ("a", "b") == chart(table("name a b\n甲 1 2\n乙 3 4")).series
    assert ("a", "b") == chart(table("year a b\n2023 1 2\n2024 3 4")).series


@pytest.mark.parametrize("text", ["name\n甲", "n\n3", "name other\n甲 乙", "name n"])
def test_what_cant_be_drawn(text):
    assert chart(table(text)) is None


def test_what_is_too_much_is_counted():
    drawn = chart(table("name n\n" + "\n".join(f"甲{n} {n}" for n in range(50))))

    assert (40, 10) == (len(drawn.labels), drawn.left_out)
