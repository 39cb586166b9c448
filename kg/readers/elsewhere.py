"""Files on object stores, HDFS and other machines, by URL: s3://bucket/reports, hdfs://namenode/reports.

In: a path as the user gave it. Out: files below it, bytes, a file to write. fsspec carries them, each kind of store by
a plug-in of the user's own (s3fs, gcsfs, adlfs …). Inside the program a URL is a `Path` like any other,
`s3:/bucket/reports`; here it gets its second slash back. Out of scope: graphs, which lie on this machine.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from kg.errors import KgError, UnreadableFile

_SCHEME = re.compile(r"([a-z][a-z0-9+.]+):/+(?=[^/])")
SPOOL = 1 << 25  # bytes kept in memory before they go to a temporary file


def address(path: Path) -> str | None:
    """Return the URL that a path is, or None for one of this machine.

    >>> address(Path("s3://bucket/a.txt")), address(Path("reports/a.txt")), address(Path("file:///tmp/a.txt"))
    ('s3://bucket/a.txt', None, 'file:///tmp/a.txt')
    """
    m = _SCHEME.match(str(path))
    return f"{m[1]}://{'/' * (m[1] == 'file')}{str(path)[m.end() :]}" if m else None


def files_at(url: str) -> list[str]:
    """Return the files below a folder in order, or the file itself.

    Raises:
        UnreadableFile: there is nothing, or it can't be asked for.
    """
    store, where = _store(url)
    try:
        if store.isfile(where):
            return [url]
        found = sorted(str(store.unstrip_protocol(name)) for name in store.find(where))
    except Exception as error:  # each plug-in has its own
        raise _unreadable(url, error) from error
    if not found:
        raise UnreadableFile("does not exist", url, "Check the address")
    return found


def read(url: str, most: int) -> bytes:
    """Return the first bytes of a file.

    Raises:
        UnreadableFile: it can't be read.
    """
    store, where = _store(url)
    try:
        with store.open(where, "rb") as file:
            return bytes(file.read(most))
    except Exception as error:  # ditto
        raise _unreadable(url, error) from error


@contextmanager
def written(url: str) -> Iterator[IO[bytes]]:
    """Give a file to write, which goes there when all is written.

    Raises:
        KgError: it can't be written there.
    """
    import shutil
    import tempfile

    store, where = _store(url)
    with tempfile.SpooledTemporaryFile(SPOOL) as kept:
        yield kept
        kept.seek(0)
        try:
            if (parent := where.rpartition("/")[0]) and parent != where:
                store.makedirs(parent, exist_ok=True)
            with store.open(where, "wb") as file:
                shutil.copyfileobj(kept, file)
        except Exception as error:  # ditto
            raise KgError(f"can't be written: {error}", url, "Check the address and your rights") from error


def _store(url: str) -> tuple[Any, str]:
    """Return the store of a URL, and its own name of the file."""
    try:
        import fsspec
    except ImportError as error:
        raise KgError("needs fsspec", url, "Install it: pip install 'reform-kg[remote]'") from error
    try:
        return fsspec.core.url_to_fs(url)  # type: ignore[no-any-return]
    except (ImportError, ValueError) as error:
        raise KgError(f"can't be used: {error}", url, "Install the package that fsspec names") from error


def _unreadable(url: str, error: Exception) -> UnreadableFile:
    said = "there is no such file" if isinstance(error, FileNotFoundError) else str(error) or type(error).__name__
    return UnreadableFile(f"can't be opened: {said}", url, "Check that it is there, and your rights")
