"""Tables of texts to documents: .jsonl, .csv and .tsv with a column `text` and others beside it.

In: characters. Out: `Content`s with the number of the line or row that each stands in.
"""

import csv
import io
import json
from collections.abc import Iterator

from kg.errors import UnreadableFile
from kg.readers.content import LIMITS, Content, Limits, scalar

TEXT = "text"
COLUMNS = ("title", "publisher", "number", "region", "period", "published", "source", "url")
"""Columns that are kept as metadata; others are passed over."""
_MEND = f"Each row needs a column {TEXT!r}; these are kept beside it: {', '.join(COLUMNS)}"


def json_rows(text: str, where: str) -> Iterator[tuple[int, Content | UnreadableFile]]:
    """Yield the text of each line of JSON Lines."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{where}#{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, UnreadableFile(f"is no JSON: {error}", place, "One object a line, in UTF-8")
            continue
        if not isinstance(row, dict) or not isinstance(row.get(TEXT), str):
            yield number, UnreadableFile(f"has no {TEXT!r}", place, _MEND)
        else:
            given = {c: str(row[c]) for c in COLUMNS if row.get(c) not in (None, "")}
            yield number, Content(scalar(row[TEXT]), given, by_user=True)


def table_rows(
    text: str, where: str, separator: str, limits: Limits = LIMITS
) -> Iterator[tuple[int, Content | UnreadableFile]]:
    """Yield the text of each row of a table with a head."""
    csv.field_size_limit(limits.characters)
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        if TEXT not in (lines.fieldnames or ()):
            raise UnreadableFile(f"has no column {TEXT!r}", f"{where}, row 1", _MEND)
        for number, row in enumerate(lines, 1):
            if row[TEXT] is None or not row[TEXT].strip():
                yield number, UnreadableFile("is empty", f"{where}#{number}", _MEND)
            else:
                yield number, Content(row[TEXT], {c: row[c] for c in COLUMNS if row.get(c)}, by_user=True)
    except csv.Error as error:
        raise UnreadableFile(
            f"is no table: {error}", f"{where}, after row {number}", "Quote cells that hold quotes or newlines"
        ) from error
