"""Rows to text: a table whose columns line up under Chinese, Markdown, CSV, JSON.

A row is a dict; the keys of the first row are the columns of all. Out of scope: what the rows mean.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from types import MappingProxyType

Row = Mapping[str, object]

_NONE: Mapping[int, Sequence[str]] = MappingProxyType({})

GAP = "  "
"""Between two columns. Two cells, so that a space inside a value reads as what it is."""
NARROWEST = 8
"""Cells; four Chinese characters. A column that would get less turns the table into records."""
LONGEST = 28
"""Cells; a Latin word up to this long is kept whole where there is room: names of files, of questions, CURIEs."""
SAMPLE = 200
"""Rows that decide the widths of columns; more would look the same and take longer."""
_CLOSERS = "，。、；：？！）》」』”’…％%,.;:?!)]}>"
"""Characters that may not begin a line (GB/T 15834-2011, 5.1.1; the marks that follow a word)."""
_OPENERS = "（《「『“‘([{<"
"""Characters that may not end one (the same, 5.1.3)."""
_PIECE = re.compile(r"[^\S\n]++|[0-9A-Za-z_.:/@#?&=+-]++|\S")


def cells(text: object) -> int:
    """Count the terminal cells that a text takes: a Chinese character takes two, a combining mark none.

    >>> cells("沙县区 e三明")
    12
    """
    written = str(text)
    return len(written) if written.isascii() and written.isprintable() else sum(map(_width, written))


def clip(text: str, width: int) -> str:
    """Cut a text to a number of cells, with … where something was cut.

    >>> clip("跨省通办事项", 8)
    '跨省通…'
    """
    if cells(text) <= width:
        return text
    kept, used = [], 1  # the … takes one
    for c in text:
        used += _width(c)
        if used > width:
            break
        kept.append(c)
    return "".join(kept).rstrip() + "…"


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most so many cells: between Chinese characters, never inside a Latin word.

    A closing mark stays with the word before it, an opening one with the word after. A Latin word longer than a line
    is cut.

    >>> wrap("经由闽政通、e三明办理", 12)
    ['经由闽政通、', 'e三明办理']
    """
    lines = [line for part in text.split("\n") for line in _wrapped(part, max(width, 2))]
    return lines or [""]


def as_table(
    rows: Sequence[Row],
    width: int | None = None,
    *,
    right: Collection[str] = (),
    notes: Mapping[int, Sequence[str]] = _NONE,
) -> str:
    """Columns that line up, Chinese or not; long texts wrap where a width in cells is given.

    Columns of numbers are set to the right. Where the columns don't fit even when wrapped, each row becomes a record:
    a column a line.

    Args:
        rows: what to print.
        width: of the terminal, in cells; None: as wide as it gets.
        right: further columns to be set to the right.
        notes: texts to print across all columns below a row, by the row's number.
    """
    if not rows:
        return ""
    names = list(rows[0])
    body = [[plain(row.get(name)) for name in names] for row in rows]
    to_right = [name in right or _is_numeric([row.get(name) for row in rows]) for name in names]
    widths = _natural(names, body) if width is None else fitted(names, body, width, to_right)
    if widths is None:
        return "\n\n".join(_records(names, body, width or 0))
    lines = [*_lines(names, widths, to_right), GAP.join("─" * w for w in widths)]
    for at, values in enumerate(body):
        lines += _lines(values, widths, to_right)
        for note in notes.get(at, ()):
            lines += ["  │ " + line for line in (wrap(note, width - 4) if width else [note])]
    return "\n".join(lines)


def fits(rows: Sequence[Row], width: int) -> bool:
    """Tell whether the columns fit side by side, with texts wrapped where need be."""
    names = list(rows[0]) if rows else []
    return fitted(names, [[plain(row.get(name)) for name in names] for row in rows], width) is not None


def fitted(
    names: Sequence[str], body: Sequence[Sequence[str]], width: int, whole: Sequence[bool] = ()
) -> list[int] | None:
    """Return the widths of columns so that they fit and the table gets short; None if there is too little room.

    Latin words, and the columns marked whole, stay unbroken if that can be.

    >>> fitted(["a", "b"], [["跨省通办", "一段很长的话，三十个格子也写不下"]], 30)
    [8, 20]
    """
    natural, room = _natural(names, body), width - len(GAP) * (len(names) - 1)
    if sum(natural) <= room:
        return natural
    columns = _columns(names, body)
    words = [max(cells(word) for text in column for word in _PIECE.findall(text or " ")) for column in columns]
    for at, is_whole in enumerate(whole):
        words[at] = natural[at] if is_whole else words[at]
    widths = [min(w, max(NARROWEST, min(word, LONGEST))) for w, word in zip(natural, words, strict=True)]
    if sum(widths) > room:
        widths = [min(w, NARROWEST) for w in natural]
    if sum(widths) > room:
        return None
    sizes = [[cells(text) for text in line] for line in body[:SAMPLE]]
    for _ in range(room - sum(widths)):  # each cell to the column that makes most lines long
        load = [0.0] * len(widths)
        for line in sizes:
            heights = [size / w for size, w in zip(line, widths, strict=True)]
            at = max(range(len(widths)), key=heights.__getitem__)
            load[at] += heights[at] / widths[at] if heights[at] > 1 else 0
        best = max((at for at in range(len(widths)) if widths[at] < natural[at]), key=load.__getitem__)
        widths[best] += 1
    return widths


def as_markdown(rows: Sequence[Row], _width: int | None = None) -> str:
    """Write a table for Markdown; bars in values are escaped, line breaks become <br>."""
    if not rows:
        return ""
    names = list(rows[0])
    right = [_is_numeric([row.get(name) for row in rows]) for name in names]
    lines = [names, [":--" if not r else "--:" for r in right]]
    lines += [[plain(row.get(n)).replace("\\", "\\\\").replace("|", "\\|") for n in names] for row in rows]
    return "\n".join("| " + " | ".join(x.replace("\n", "<br>") for x in line) + " |" for line in lines)


def as_csv(rows: Sequence[Row], _width: int | None = None) -> str:
    """Write comma-separated values with a header, quoted where needed (RFC 4180, line ends as the platform's)."""
    return _separated(rows, ",")


def as_tsv(rows: Sequence[Row], _width: int | None = None) -> str:
    """Write the same with tabs between the values."""
    return _separated(rows, "\t")


def as_json(rows: Sequence[Row], _width: int | None = None) -> str:
    """Write a list of objects, readable: Chinese as it is, exact numbers as numbers."""
    return json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=1, default=_jsonable)


FORMATS: dict[str, Callable[[Sequence[Row], int | None], str]] = {
    "table": as_table,
    "json": as_json,
    "csv": as_csv,
    "tsv": as_tsv,
    "markdown": as_markdown,
}


def plain(value: object) -> str:
    """Write one value for people: nothing for None, lists joined by 、, numbers without trailing zeros.

    >>> plain(Decimal("76.80")), plain(["闽政通", "e三明"]), plain(None), plain(True)
    ('76.8', '闽政通、e三明', '', 'yes')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        written = f"{value:f}"
        return written.rstrip("0").rstrip(".") if "." in written else written
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(plain(v) for v in value)
    return str(value)


def _natural(names: Sequence[str], body: Sequence[Sequence[str]]) -> list[int]:
    return [max(cells(part) for text in column for part in text.split("\n")) for column in _columns(names, body)]


def _columns(names: Sequence[str], body: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    return list(zip(names, *body, strict=True))


@cache
def _width(c: str) -> int:
    if unicodedata.east_asian_width(c) in "WF":
        return 2
    return 0 if unicodedata.category(c) in {"Mn", "Me", "Cf", "Cc"} else 1


def _wrapped(text: str, width: int) -> Iterator[str]:
    line, used = "", 0
    for piece in _units(text):
        size = cells(piece)
        if used + size > width and line:
            yield line.rstrip()
            line, used = "", 0
            if piece.isspace():
                continue
        while size > width:  # one word longer than the line
            head = _head(piece, width)
            yield head
            piece = piece[len(head) :]  # noqa: PLW2901  what is left of it
            size = cells(piece)
        line, used = line + piece, used + size
    if line:
        yield line.rstrip()


def _units(text: str) -> Iterator[str]:
    """Yield the pieces between which a line may break."""
    unit = ""
    for piece in _PIECE.findall(text):
        if unit and (piece[0] in _CLOSERS or unit[-1] in _OPENERS):
            unit += piece
            continue
        if unit:
            yield unit
        unit = piece
    if unit:
        yield unit


def _head(word: str, width: int) -> str:
    used = 0
    for at, c in enumerate(word):
        used += _width(c)
        if used > width:
            return word[: max(at, 1)]
    return word


def _lines(values: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    columns = [wrap(value, w) for value, w in zip(values, widths, strict=True)]
    for at in range(max(map(len, columns))):
        parts = []
        for column, w, is_right in zip(columns, widths, right, strict=True):
            text = column[at] if at < len(column) else ""
            blank = " " * (w - cells(text))
            parts.append(blank + text if is_right else text + blank)
        yield GAP.join(parts).rstrip()


def _records(names: Sequence[str], body: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    widest = max(cells(name) for name in names)
    for values in body:
        lines: list[str] = []
        for name, value in zip(names, values, strict=True):
            if value:
                lines += _lines((name, value), (widest, max(width - widest - len(GAP), NARROWEST)), (False, False))
        yield "\n".join(lines)


def _is_numeric(values: Sequence[object]) -> bool:
    known = [v for v in values if v is not None]
    return bool(known) and all(isinstance(v, int | float | Decimal) and not isinstance(v, bool) for v in known)


def _separated(rows: Sequence[Row], separator: str) -> str:
    if not rows:
        return ""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow(list(rows[0]))
    writer.writerows([_cell(row.get(name)) for name in rows[0]] for row in rows)
    return out.getvalue().removesuffix("\n")


def _cell(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else plain(value)


def _jsonable(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)
