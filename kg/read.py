"""Files to documents, whatever they are: content decides which reader reads them, not their names.

In: paths as the user gives them. Out: `Document`s. Of a `.txt` or `.md` file the text is the file's, untouched; of
every other kind what the reader extracted. A new kind of file is a module in `kg/readers` and a line in `_contents`.
"""

import io
import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path, PurePosixPath

from kg.errors import UnreadableFile
from kg.fold import fold
from kg.inputs import find_inputs, holder, load, report, shown
from kg.model import Document
from kg.readers.content import LIMITS, Content, Limits
from kg.readers.decode import decode
from kg.readers.packed import members, unzipped
from kg.readers.pdf import read_pdf
from kg.readers.rows import json_rows, table_rows
from kg.readers.webpage import declared_charset, is_page, read_page
from kg.readers.word import read_word

__all__ = ["document", "documents", "find_inputs", "place", "read"]

AS_IT_STANDS = frozenset({".txt", ".md"})
"""Suffixes of texts that are never taken for a page or a table."""
_TABLES = {".csv": ",", ".tsv": "\t"}
_OFFICE = "Save it as .docx or .pdf: soffice --headless --convert-to docx FILE"
_OCR = "Make it text with OCR: tesseract -l chi_sim FILE OUT"
_UNPACK = "Unpack it, and give the folder"
_FOREIGN = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "is a file of old Office or WPS (.doc, .xls, .wps), which is not read",
        _OFFICE,
    ),
    (b"{\\rtf", "is RTF, which is not read", _OFFICE),
    (b"\xff\xd8\xff", "is a picture", _OCR),
    (b"\x89PNG", "is a picture", _OCR),
    (b"GIF8", "is a picture", _OCR),
    (b"II*\0", "is a picture", _OCR),
    (b"MM\0*", "is a picture", _OCR),
    (b"RIFF", "is a picture, sound or film", _OCR),
    (b"BM", "is a picture", _OCR),
    (b"7z\xbc\xaf", "is a 7z archive, which is not read", _UNPACK),
    (b"Rar!", "is a RAR archive, which is not read", _UNPACK),
    (b"BZh", "is a bzip2 archive, which is not read", _UNPACK),
    (b"\xfd7zXZ", "is an xz archive, which is not read", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "is a zstd archive, which is not read", _UNPACK),
    (b"SQLite format 3", "is a database", "Export its texts as .csv"),
    (b"HN\0\0", "is a CAJ file, which is not read", "Save it as .pdf from its viewer"),
)
"""What a file that is not read begins with, what it is, and what mends it."""
_Members = Iterator[tuple[str, bytes | UnreadableFile]]
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_IN_ZIP = (
    ("word/document.xml", "", ""),
    (
        "xl/workbook.xml",
        "is an Excel table (.xlsx), which is not read",
        "Save it as .csv, with the texts in a column 'text'",
    ),
    ("ppt/presentation.xml", "is a PowerPoint file, which is not read", "Save it as .pdf"),
    ("OFD.xml", "is an OFD file, which is not read", "Save it as .pdf from its viewer (WPS, 数科)"),
    ("META-INF/container.xml", "is an EPUB book, which is not read", "Save it as .docx"),
    ("content.xml", "is an OpenDocument file (.odt, .ods), which is not read", _OFFICE),
)


def documents(path: Path, faults: list[UnreadableFile] | None = None, limits: Limits = LIMITS) -> Iterator[Document]:
    """Yield every report in a file: one of most, several of a table or an archive.

    Args:
        path: the file, or `-` for standard input; `reports.zip#a.txt` and `reports.jsonl#12` name one of several.
        faults: takes what can't be read and why; without it, the first such thing is raised.
        limits: how much is read at most.
    """
    where = shown(path)
    try:
        data = load(holder(path), limits)
    except UnreadableFile as fault:
        report(fault, faults)
        return
    if holder(path) == path:
        yield from _documents(data, where, faults, limits)
        return
    others: list[UnreadableFile] = []
    for found in _documents(data, shown(holder(path)), others, limits):
        if found.path == where:
            yield found
            return
    known = next((f for f in others if f.where.startswith(where)), None)
    report(known or UnreadableFile("holds no such report", where, "Its names: kg extract FILE --format jsonl"), faults)


def read(path: Path, limits: Limits = LIMITS) -> Document:
    """Read the one report in a file.

    Raises:
        UnreadableFile: it can't be opened, is empty, is in no form that is read, or there are several.
    """
    faults: list[UnreadableFile] = []
    found = list(islice(documents(path, faults, limits), 2))
    if not found:
        raise faults[0]
    if len(found) > 1:
        raise UnreadableFile("holds several reports", shown(path), f"Name one of them: {found[0].path}")
    return found[0]


def document(text: str, path: str = "-", digest: str | None = None) -> Document:
    """Make a document of a text that is already in memory; the digest defaults to that of its UTF-8."""
    return Document(path, digest or sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), text, fold(text))


def place(of: Document, offset: int) -> str:
    """Return what the part of the file around an offset is called: page 3, table 1 row 2; nothing for plain text."""
    at = bisect_right(of.places, offset, key=lambda part: part[0])
    return of.places[at - 1][1] if at else ""


def _documents(
    data: bytes, where: str, faults: list[UnreadableFile] | None, limits: Limits, *, packed: bool = False
) -> Iterator[Document]:
    """Yield the reports in some bytes; whatever a reader can't read becomes a fault."""
    try:
        if (archive := _archive(data, where, limits)) is None:
            yield from _texts(data, where, faults, limits)
            return
        for name, content in _flat(archive, where, packed=packed):
            if isinstance(content, UnreadableFile):
                report(content, faults)
            elif content:
                yield from _documents(content, f"{where}#{name}" if name else where, faults, limits, packed=True)
            else:
                report(UnreadableFile("is empty", f"{where}#{name}", "Is it the right file?"), faults)
    except UnreadableFile as fault:
        report(fault, faults)


def _flat(archive: _Members, where: str, *, packed: bool) -> _Members:
    if packed:
        raise UnreadableFile("is an archive within an archive", where, _UNPACK)
    return archive


def _archive(data: bytes, where: str, limits: Limits) -> _Members | None:
    if data.startswith(b"\x1f\x8b"):
        return iter([("", unzipped(data, where, limits))])
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, EOFError) as error:
        raise UnreadableFile("is broken or truncated (.docx, .zip)", where, "Fetch it again") from error
    for name, what, mend in _IN_ZIP:
        if name in names:
            if what:
                raise UnreadableFile(what, where, mend)
            return None
    return members(data, where, limits)


def _texts(data: bytes, where: str, faults: list[UnreadableFile] | None, limits: Limits) -> Iterator[Document]:
    try:
        for name, content, digest in _contents(data, where, limits):
            if isinstance(content, UnreadableFile):
                report(content, faults)
            else:
                yield _checked(content, name, digest, limits)
    except UnreadableFile:
        raise
    except Exception as error:  # a reader's library; its faults are as many as broken files
        raise UnreadableFile(
            f"can't be read: {type(error).__name__}: {error}", where, "Save it anew, or as .txt"
        ) from error


def _contents(data: bytes, where: str, limits: Limits) -> Iterator[tuple[str, Content | UnreadableFile, str | None]]:
    """Yield the text of each report in some bytes, with the report's name and digest."""
    digest = sha256(data).hexdigest()
    if b"%PDF-" in data[:1024]:
        yield where, read_pdf(data, where, limits), digest
        return
    if data.startswith(b"PK\x03\x04"):
        yield where, read_word(data, where, limits), digest
        return
    _refuse(data, where)
    markup = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
    text = decode(data, where, declared_charset(data) if markup else None)
    suffix = PurePosixPath(where.removesuffix(".gz")).suffix.lower()
    if suffix in AS_IT_STANDS:
        yield where, Content(text, stored=True), digest
    elif suffix in _TABLES:
        for row, content in table_rows(text, where, _TABLES[suffix], limits):
            yield f"{where}#{row}", content, None
    elif suffix in (".jsonl", ".ndjson") or text.startswith("{"):
        for row, content in json_rows(text, where):
            yield f"{where}#{row}", content, None
    else:
        yield where, read_page(text, where) if is_page(text) else Content(text, stored=True), digest


def _refuse(data: bytes, where: str) -> None:
    for start, what, mend in _FOREIGN:
        if data.startswith(start) and (len(start) > 2 or b"\0" in data[:64]):  # noqa: PLR2004  BM may begin a text
            if _LOCKED in data:
                raise UnreadableFile("is locked by a password", where, "Save it without one")
            raise UnreadableFile(what, where, mend)


def _checked(content: Content, name: str, digest: str | None, limits: Limits) -> Document:
    text = content.text
    if not text.strip():
        raise UnreadableFile("has no text", name, "Is it the right file? If it holds pictures of text, use OCR")
    if len(text) > limits.characters:
        mend = "Is it one report? If so, split it"
        raise UnreadableFile(f"has {len(text):,} characters; the limit is {limits.characters:,}", name, mend)
    digest = digest or sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(name, digest, text, fold(text), content.stored, content.given, content.places)
