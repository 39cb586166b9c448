"""What the user says of a file, beside it: in `report.pdf.meta.json`, or in a row of `metadata.csv` in its folder.

In: a file's path. Out: its fields by name, and where each stands; faults with their remedy. A file's own sidecar goes
before the table. Out of scope: what the fields mean (`given`), and which go before the text (`meta`).
"""

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from kg.errors import UnreadableFile
from kg.readers.content import MB, Limits
from kg.readers.decode import decode
from kg.readers.elsewhere import address
from kg.readers.inputs import METADATA, SIDECAR, STDIN, load, report, shown
from kg.readers.rows import COLUMNS

FILE = "file"
"""The column of a table of metadata that names the file."""
_LIMITS = Limits(file_bytes=50 * MB)  # a table of a million files (2026-11)
_KNOWN = f"Known are: {', '.join(COLUMNS)}"

Fields = dict[str, str]


def said_of(path: Path, faults: list[UnreadableFile] | None = None) -> dict[str, Fields]:
    """Return what the user says of a file, and of each of several reports in it by its name: `#a.txt`; "" for all.

    Args:
        path: the file that holds the report or reports.
        faults: takes what is wrong with its sidecar; without it, the first such thing is raised.
    """
    if path == STDIN or address(path):  # nothing is asked of a store but the reports
        return {}
    found = _of_files(path.parent / METADATA).get(shown(Path(path.name)), {})
    sidecar = path.with_name(path.name + SIDECAR)
    if not sidecar.exists():
        return found
    try:
        return {**found, "": found.get("", {}) | _fields(_object(sidecar), shown(sidecar), "its")}
    except UnreadableFile as fault:
        report(fault, faults)
        return found


def accompanied(paths: Iterable[Path]) -> set[Path]:
    """Return those of some files beside which something may be said; each folder is asked once, not for each file."""
    found: set[Path] = set()
    for folder, files in _by_folder(paths).items():
        try:
            there = set(os.listdir(folder))  # noqa: PTH208  names are asked for, not paths
        except OSError:  # it may be forbidden to list what may be read
            found.update(files)
            continue
        found.update(files if METADATA in there else (path for path in files if path.name + SIDECAR in there))
    return found


def table_faults(paths: Iterable[Path]) -> Iterator[UnreadableFile]:
    """Yield what is wrong with the tables of metadata beside some files: what can't be read, or names no file there."""
    for folder in sorted(map(Path, _by_folder(paths))):
        table = folder / METADATA
        try:
            rows = _rows(table) if table.exists() else []
        except UnreadableFile as fault:
            yield fault
            continue
        there = {shown(Path(path.name)) for path in folder.iterdir()}
        for number, name, fields in rows:
            where = f"{shown(table)}, row {number}"
            if name.partition("#")[0] not in there:
                yield UnreadableFile(f"names a file that is not there: {name!r}", where, "Mend the column 'file'")
            try:
                _fields(fields, where, "the table's")
            except UnreadableFile as fault:
                yield fault


def _by_folder(paths: Iterable[Path]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in paths:
        if path != STDIN and not address(path):
            found.setdefault(os.path.dirname(path) or ".", []).append(path)  # noqa: PTH120  a tenth of Path.parent's time
    return found


@lru_cache(maxsize=64)
def _known(table: Path, _stamp: tuple[int, int]) -> Mapping[str, dict[str, Fields]]:
    found: dict[str, dict[str, Fields]] = {}
    for number, name, fields in _rows(table):
        file, mark, part = name.partition("#")
        try:
            found.setdefault(file, {})[mark + part] = _fields(fields, f"row {number}", "the table's")
        except UnreadableFile:
            continue  # `table_faults` tells
    return found


def _of_files(table: Path) -> Mapping[str, dict[str, Fields]]:
    """Return what a table says of each file; nothing of one that can't be read, which `table_faults` tells."""
    try:
        stamp = table.stat()
        return _known(table, (stamp.st_mtime_ns, stamp.st_size))
    except (OSError, UnreadableFile):
        return {}


def _rows(table: Path) -> list[tuple[int, str, dict[str, object]]]:
    lines = csv.DictReader(io.StringIO(_decoded(table), newline=""), strict=True)
    number = 0
    try:
        if FILE not in (lines.fieldnames or ()):
            what = f"has no column {FILE!r}"
            raise UnreadableFile(what, f"{shown(table)}, row 1", f"Name the file of each row in it. {_KNOWN}")
        found: list[tuple[int, str, dict[str, object]]] = []
        for number, row in enumerate(lines, 1):
            fields: dict[str, object] = {name: value for name, value in row.items() if name and name != FILE and value}
            found.append((number, row[FILE] or "", fields))
    except csv.Error as error:
        where = f"{shown(table)}, after row {number}"
        raise UnreadableFile(f"is no table: {error}", where, "Quote cells that hold quotes or newlines") from error
    return found


def _object(sidecar: Path) -> dict[str, object]:
    where, mend = shown(sidecar), 'Write it like this: {"region": "350405", "period": "2024"}'
    try:
        found = json.loads(_decoded(sidecar))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"is no JSON: {error}", where, mend) from error
    if not isinstance(found, dict):
        raise UnreadableFile("is no JSON object", where, mend)
    return found


def _fields(found: Mapping[str, object], where: str, whose: str) -> Fields:
    for name, value in found.items():
        if name not in COLUMNS:
            raise UnreadableFile(f"{whose} field {name!r} is not known", where, _KNOWN)
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise UnreadableFile(f"{whose} field {name!r} is no text", where, f"Write it in quotes: {name!r}")
    return {name: str(value).strip() for name, value in found.items() if str(value).strip()}


def _decoded(path: Path) -> str:
    return decode(load(path, _LIMITS), shown(path))
