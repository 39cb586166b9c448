"""Paths to the files behind them, and files to bytes, with guards; the only one that touches the file system for input.

In: paths as the user gives them. Out: files, bytes; what is no readable file is a fault with its remedy.
"""

import glob
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.errors import UnreadableFile
from kg.readers.content import LIMITS, MB, Limits
from kg.readers.elsewhere import address, files_at, read
from kg.readers.kinds import AS_IT_STANDS, HEAD, begins_as_text

STDIN = Path("-")
SIDECAR = ".meta.json"
"""What follows a file's name in that of its sidecar."""
METADATA = "metadata.csv"
"""The table of what the user says of the files in its folder."""
NO_REPORTS = frozenset(
    [
        ".bak",
        ".bat",
        ".bib",
        ".bin",
        ".cfg",
        ".class",
        ".css",
        ".db",
        ".dll",
        ".dtd",
        ".eot",
        ".exe",
        ".gif",
        ".ico",
        ".ini",
        ".js",
        ".json",
        ".lnk",
        ".lock",
        ".log",
        ".map",
        ".mjs",
        ".mp3",
        ".mp4",
        ".nq",
        ".ogg",
        ".otf",
        ".py",
        ".pyc",
        ".sh",
        ".so",
        ".sql",
        ".sqlite",
        ".svg",
        ".swf",
        ".tmp",
        ".toml",
        ".ttf",
        ".ttl",
        ".url",
        ".wav",
        ".webm",
        ".woff",
        ".woff2",
        ".xsd",
        ".xsl",
        ".yaml",
        ".yml",
    ]
)
"""Suffixes that are passed over in folders: parts of saved pages, programs, settings. Everything else is tried."""
_CLUTTER = ("~$", ".", "Thumbs.db", "README", "LICENSE")
_BESIDE_PAGES = ("_files", ".files")  # where browsers put the parts of a page that they save


def find_inputs(paths: Sequence[Path], faults: list[UnreadableFile] | None = None) -> list[Path]:
    """Return the files among and below the paths, in order, each once.

    Args:
        paths: files, folders, their URLs, patterns (`in/**/*.pdf`), `-` for standard input. In a folder, hidden files,
            parts of saved web pages and files that are no documents are passed over; links out of it are not followed.
        faults: takes what can't be read and why; without it, the first such thing is raised.

    Raises:
        UnreadableFile: a path doesn't exist, or a folder holds no file that may be a report.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = list(_inside(path, faults))
            if not inside:
                raise UnreadableFile("holds no report", shown(path), "Is it the right folder?")
            found |= dict.fromkeys(inside)
        elif path == STDIN or os.path.lexists(holder(path)):
            found[path] = None
        elif url := address(holder(path)):
            files = files_at(url)
            found |= dict.fromkeys([path] if files == [url] else filter(_may_be_report, map(Path, files)))
        elif matched := glob.glob(str(path), recursive=True):  # noqa: PTH207  Path.glob takes no absolute pattern
            found |= dict.fromkeys(find_inputs(list(filter(_may_be_report, map(Path, sorted(matched)))), faults))
        else:
            raise UnreadableFile("does not exist", shown(path), "Check the path")
    return list(found)


def _inside(folder: Path, faults: list[UnreadableFile] | None) -> Iterator[Path]:
    root = folder.resolve()

    def unlistable(error: OSError) -> None:
        fault = UnreadableFile(
            f"can't be listed: {error.strerror}", shown(Path(error.filename)), "Check its permissions"
        )
        report(fault, faults)

    for at, folders, names in os.walk(folder, onerror=unlistable):
        here = Path(at)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not name.endswith(_BESIDE_PAGES))
        for name in sorted([*names, *(f for f in folders if (here / f).is_symlink())]):
            path = here / name
            if not _may_be_report(path):
                continue
            if path.is_symlink() and not _within(path, root):
                report(
                    UnreadableFile("is a link out of its folder", shown(path), "Give the file that it points to"),
                    faults,
                )
            elif not path.is_dir():
                yield path


def _may_be_report(path: Path) -> bool:
    return not (path.name.startswith(_CLUTTER) or path.suffix.lower() in NO_REPORTS or path.name == METADATA)


def _within(link: Path, root: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):  # it points to nothing, or to itself
        return False


def report(fault: UnreadableFile, faults: list[UnreadableFile] | None) -> None:
    """Keep a fault, or raise it where nobody keeps them."""
    if faults is None:
        raise fault
    faults.append(fault)


def holder(path: Path) -> Path:
    """Return the file of a name like reports.zip#a.txt; a path that exists is its own."""
    name, mark, _ = str(path).partition("#")
    return Path(name) if mark and name and not os.path.lexists(path) else path


def shown(path: Path) -> str:
    """Return a path for people, messages and graphs; a name in GBK bytes is read as what it is."""
    raw = os.fsencode(address(path) or path)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def load(path: Path, limits: Limits = LIMITS) -> bytes:
    """Return the bytes of a file, or of standard input for `-`.

    Raises:
        UnreadableFile: it is gone, forbidden, no regular file, too large, empty, or changes meanwhile.
    """
    where = shown(path)
    try:
        data = _read(path, where, limits)
    except OSError as error:
        mend = "Check that it is there and readable"
        raise UnreadableFile(f"can't be opened: {error.strerror}", where, mend) from error
    if len(data) > limits.file_bytes:
        mend = "Is it a report? If so, split it, or read it all: --max-mb"
        raise UnreadableFile(f"has more than {limits.file_bytes / MB:,g} MB", where, mend)
    if not data:
        raise UnreadableFile("is empty", where, "Is it the right file?")
    return data


def is_plain(path: Path) -> bool:
    """Tell whether a file is read as plain text, and so by no library that it could make crash."""
    if path.suffix.lower() not in AS_IT_STANDS or address(path):
        return False
    try:
        _regular(path.stat(), "")
        with path.open("rb") as file:
            return begins_as_text(file.read(HEAD))
    except (OSError, UnreadableFile):
        return True  # it is not read at all


def _read(path: Path, where: str, limits: Limits) -> bytes:
    most = limits.file_bytes + 1
    if path == STDIN:
        return sys.stdin.buffer.read(most)
    if url := address(path):
        return read(url, most)
    _regular(path.stat(), where)  # before it is opened: opening a pipe waits for its writer
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))) as file:
        before = os.fstat(file.fileno())
        _regular(before, where)
        data = file.read(most) if before.st_size < most else b" " * most
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UnreadableFile("changed while it was read", where, "Build again once it is written")
    return data


def _regular(status: os.stat_result, where: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableFile("is a folder", where, "Give a file")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFile("is no file but a pipe, socket or device", where, "Pipe its content in: … | kg extract -")
