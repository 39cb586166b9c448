"""Rows as notebooks show them and pandas takes them; data frames of texts as reports.

In: rows, or a data frame with a column `text`. Out: `Rows`, data frames, documents. pandas is asked for only where a
frame is made: a frame that comes in is known by what it can do. Out of scope: tables on a terminal (`table`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from kg.errors import KgError, UnreadableFile
from kg.model import Document
from kg.readers.read import document
from kg.readers.rows import COLUMNS, TEXT, json_rows
from kg.table import cells, plain

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 60  # rows of a table in a notebook
LONG = 40  # terminal cells from which a value may be broken: a sentence; wide tables scroll
_TABLE = "border-collapse:collapse;font-size:13px"
_CELL = "padding:2px 10px 2px 0;border-bottom:1px solid #d9dde2;vertical-align:top"


@runtime_checkable
class Frame(Protocol):
    """A data frame, pandas' or one that is used like it."""

    def to_dict(self, orient: Any) -> Any:  # noqa: ANN401  pandas' own signature
        """Return its rows for `records`."""


class Rows(list[dict[str, Any]]):
    """Rows of a table: a list of dicts, shown as a table in a notebook."""

    def to_frame(self) -> "pd.DataFrame":
        """Return a pandas data frame; columns of numbers are of numbers.

        Raises:
            KgError: pandas is not installed.
        """
        frame = pandas().DataFrame(list(self), columns=list(self[0]) if self else None)
        for name in frame.columns:
            told = [value for value in frame[name] if value is not None]
            if told and all(isinstance(value, Decimal) for value in told):
                frame[name] = frame[name].map(float, na_action="ignore").astype("float64")
        return frame

    def _repr_html_(self) -> str:
        return html_table(self)


def pandas() -> Any:  # noqa: ANN401  a module
    """Return pandas.

    Raises:
        KgError: it is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise KgError("data frames need pandas", "", "Install it: pip install 'reform-kg[notebook]'") from error
    return pd


def html_table(rows: Sequence[Mapping[str, object]], most: int = SHOWN) -> str:
    """Return rows as an HTML table; columns that are empty throughout are left out.

    >>> html_table([])
    '<p>no rows</p>'
    """
    if not rows:
        return "<p>no rows</p>"
    names = [name for name in rows[0] if any(row[name] not in (None, "") for row in rows)]
    head = "".join(f'<th style="{_CELL};text-align:left">{escape(name)}</th>' for name in names)
    body = "".join("<tr>" + "".join(_cell(row[name]) for name in names) + "</tr>" for row in rows[:most])
    more = f"<p>{len(rows) - most} more rows: .to_frame()</p>" if len(rows) > most else ""
    table = f'<table style="{_TABLE}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div style="overflow-x:auto">{table}</div>{more}'


def _cell(value: object) -> str:
    text = plain(value)
    wide = "min-width:22em" if cells(text) > LONG else "white-space:nowrap"
    return f'<td style="{_CELL};{wide}">{escape(text).replace(chr(10), "<br>")}</td>'


def documents_of(frame: Frame) -> Iterator[Document]:
    """Yield the document of each row; what stands in the columns beside `text` goes before what the text says.

    Raises:
        UnreadableFile: there is no column `text`, or a row has none.
    """
    for number, content in json_rows(_lines(frame), "frame"):
        if isinstance(content, UnreadableFile):
            raise content
        made = document(content.text, f"frame#{number}")
        yield replace(made, given=content.given, by_user=frozenset(content.given))


def write_documents(frame: Frame, path: Path) -> None:
    """Write a data frame as JSON Lines that kg build reads.

    Raises:
        UnreadableFile: there is no column `text`, or a row has none; nothing is written then.
    """
    for _ in documents_of(frame):
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_lines(frame), encoding="utf-8")


def _lines(frame: Frame) -> str:
    rows = frame.to_dict("records")
    kept = ({name: _scalar(row[name]) for name in (*COLUMNS, TEXT) if name in row} for row in rows)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in kept)


def _scalar(value: object) -> str | None:
    """Return a cell as text, None for what pandas puts where nothing is: it doesn't equal itself."""
    if value is None or value != value:  # noqa: PLR0124
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a year that shares its column with a gap
    return str(value)
