"""Files to documents. The only reader of input files; one function a file type, in `READERS`.

In: paths as the user gives them. Out: `Document`s whose text is the file's, untouched.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from kg.errors import UnreadableFile
from kg.fold import fold
from kg.model import Document


def find_inputs(paths: Sequence[Path]) -> list[Path]:
    """Return the readable files among the paths: a file as it is, a folder by its files' suffixes.

    Raises:
        UnreadableFile: a path doesn't exist, or a folder holds no file that can be read.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if p.suffix.lower() in READERS and p.is_file()]
            if not inside:
                raise UnreadableFile("holds no report", str(path), f"Files that are read: {', '.join(sorted(READERS))}")
            found |= dict.fromkeys(inside)
        elif path.exists():
            found[path] = None
        else:
            raise UnreadableFile("does not exist", str(path), "Check the path")
    return list(found)


def read(path: Path) -> Document:
    """Read one report.

    Raises:
        UnreadableFile: it can't be opened, is empty, or is in no form that is read.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise UnreadableFile(
            f"is of a type that is not read: {path.suffix or 'no suffix'}", str(path), f"Save it as one of: {known}"
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            f"can't be opened: {error.strerror}", str(path), "Check that it is there and readable"
        ) from error
    text = reader(data, path)
    if not text.strip():
        raise UnreadableFile("is empty", str(path), "Is it the right file?")
    return document(text, str(path), sha256(data).hexdigest())


def document(text: str, path: str = "-", digest: str | None = None) -> Document:
    """Make a document of a text that is already in memory; the digest defaults to that of its UTF-8."""
    return Document(path, digest or sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), text, fold(text))


def _plain(data: bytes, path: Path) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        mend = "Convert it: iconv -f GB18030 -t UTF-8 FILE > NEW"
        raise UnreadableFile("is no UTF-8 text", f"{path}, byte {error.start}", mend) from error
    if "\0" in text:
        raise UnreadableFile("is binary, not text", f"{path}, byte {data.index(0)}", "Save it as plain UTF-8 text")
    return text.removeprefix("\ufeff")


READERS: dict[str, Callable[[bytes, Path], str]] = {".txt": _plain, ".md": _plain}
"""File suffix to reader; a new file type is one line here."""
