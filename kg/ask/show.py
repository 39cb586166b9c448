"""What `lookup` found, laid out for a terminal: a section a region, reform or platform, its figures side by side.

In: rows of `lookup`. Out: text. Out of scope: CSV, JSON and Markdown, which take the rows as they are (`table`).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from kg.ask.lookup import Row
from kg.ask.resolve import Thing
from kg.table import as_table, plain, wrap


def findings(rows: Sequence[Row], about: Thing, by: str, width: int | None, *, evidence: bool) -> str:
    """Lay the rows of a lookup out.

    Args:
        rows: as `lookup` returns them.
        about: what was looked up.
        by: what heads a section: region, reform or platform.
        width: of the terminal, in cells; None for as wide as it gets.
        evidence: whether to print the sentence behind each statement.
    """
    head = f"{about.label}{f' {about.code}' if about.code else ''}: {summary(rows)}"
    parts = ["\n".join(wrap(head, width) if width else [head])]
    if by == "region":
        ordered: Iterable[Row] = rows
    else:
        ordered = sorted(rows, key=lambda row: (row["reform"] is None, str(row["reform"])))
    for _, section in groupby(ordered, key=lambda row: _heading(row, by)):
        parts.append(_section(list(section), by, width, evidence=evidence))
    return "\n\n".join(parts)


def summary(rows: Sequence[Row]) -> str:
    """Count what was found, in words.

    >>> summary([])
    'nothing is said of it in this graph'
    """
    if not rows:
        return "nothing is said of it in this graph"
    adopted = {(row["region"], row["reform"]) for row in rows if row["statement"] == "adopts"}
    counted: dict[str, set[object]] = {
        "report": {row["report"] for row in rows},
        "region": {row["region"] for row in rows if row["region"]},
        "reform": {reform for _, reform in adopted},
        "platform": {row["platform"] for row in rows if row["platform"]},
    }
    words = [_many(len(found), name) for name, found in counted.items() if found]
    return ", ".join((*words, _many(sum(row["statement"] == "figure" for row in rows), "figure")))


def _many(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def _heading(row: Row, by: str) -> tuple[object, object]:
    return (row["region"], row["code"]) if by == "region" else (row[by], None)


def _section(rows: list[Row], by: str, width: int | None, *, evidence: bool) -> str:
    name, code = _heading(rows[0], by)
    agencies = Counter(str(row["agency"]) for row in rows if row["agency"] and row["reform"])
    agency = next(iter(agencies)) if by == "region" and len(agencies) == 1 else ""
    lines: list[Row] = []
    notes: dict[int, list[str]] = {}
    other = "reform" if by == "region" else "region"
    for _, group in groupby(rows, key=lambda row: (row["region"], row["reform"], row["reform"] or row["platform"])):
        block = list(group)
        if evidence:
            notes |= _notes(block, len(lines))
        lines += _block(block, other, agency)
    years = {str(line[key]) for line in lines for key in ("since", "in") if line[key]}
    year = next(iter(years)) if len(years) == 1 else ""
    dropped = {"by" if agency else "", "over" if by == "platform" else "", *(("since", "in") if year else ())}
    kept = [key for key in lines[0] if key not in dropped and any(line[key] not in (None, "") for line in lines)]
    title = " · ".join(part for part in (f"{name or f'no {by} named'} {code or ''}".strip(), year, agency) if part)
    table = as_table([{key: line[key] for key in kept} for line in lines], width, right=("figure",), notes=notes)
    return "\n".join((*(wrap(title, width) if width else (title,)), table))


def _block(rows: Sequence[Row], other: str, agency: str) -> list[Row]:
    """Return the lines of one reform in one region: its name and platforms first, then a figure a line."""
    first = rows[0]
    over = dict.fromkeys(str(row["platform"]) for row in rows if row["platform"])
    partners = dict.fromkeys(str(row["partner"]) for row in rows if row["partner"])
    agencies = dict.fromkeys(str(row["agency"]) for row in rows if row["agency"])
    name = (first["reform"] or ("(platform)" if over else "(other)")) if other == "reform" else first["region"]
    figures: list[Row | None] = [row for row in rows if row["statement"] == "figure"]
    lines: list[Row] = []
    for at, figure in enumerate(figures or [None]):
        line: Row = {
            other: name if at == 0 else "",
            "since": first["since"] if at == 0 else "",
            "by": "、".join(agencies) if at == 0 else "",
            "over": "、".join(over) if at == 0 else "",
            "with": "、".join(partners) if at == 0 else "",
            "in": figure["period"] if figure else "",
            "figure": f"{plain(figure['value'])}{plain(figure['unit'])}" if figure else "",
            "note": _mark(figure) if figure else "",
            "what": _what(figure, agency) if figure else "",
        }
        lines.append(line)
    return lines


def _what(figure: Row, agency: str) -> str:
    """Return what a figure counts, and whose it is where that is not the section's agency."""
    other = f" ({figure['agency']})" if agency and figure["agency"] not in (None, agency) else ""
    return f"{figure['what']}{other}"


def _mark(figure: Row) -> str:
    inexact = "limit" if figure["bound"] else "about" if figure["approximate"] else ""
    return " ".join(word for word in (inexact, "target" if figure["modality"] == "target" else "") if word)


def _notes(rows: Sequence[Row], start: int) -> dict[int, list[str]]:
    """Return the sentences behind a block, each once, below the last figure that it gives."""
    figures = [row for row in rows if row["statement"] == "figure"]
    last = {_sentence(row): start + at for at, row in enumerate(figures)}
    places: dict[str, str] = {}
    for row in rows:
        places.setdefault(_sentence(row), f"{row['file']}:{row['start']}")
    notes: dict[int, list[str]] = {}
    for sentence, place in places.items():
        notes.setdefault(last.get(sentence, start), []).append(f"{sentence} ({place})")
    return notes


def _sentence(row: Row) -> str:
    return " ".join(str(row["evidence"] or row["quote"]).split())
