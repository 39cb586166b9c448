"""What a file is, told by its first bytes and not by its name; and what is not read, with its remedy."""

import io
import re
import zipfile
from enum import StrEnum

from kg.errors import UnreadableFile
from kg.readers.packed import BROKEN

HEAD = 4096  # bytes in which a page declares its encoding, and a text shows that it is one


AS_IT_STANDS = frozenset({".txt", ".md"})
"""Suffixes of texts that are never taken for a page or a table."""


class Kind(StrEnum):
    """The kinds of files that are read."""

    PDF = "pdf"
    WORD = "word"
    ZIP = "zip"
    GZIP = "gzip"
    WARC = "warc"  # pages as a crawler keeps them
    PICTURE = "picture"  # of text, as a scanner or camera makes it
    MHTML = "mhtml"  # a page as a browser saves it in one file
    TEXT = "text"  # any other: plain, page or table


_OFFICE = "Save it as .docx or .pdf: soffice --headless --convert-to docx FILE"
_OCR = "Save it as .png or .jpg, or make it text yourself: tesseract -l chi_sim FILE OUT"
_UNPACK = "Unpack it, and give the folder"
_FOREIGN = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Office file (.doc, .xls, .wps), which is not read", _OFFICE),
    (b"{\\rtf", "is RTF, which is not read", _OFFICE),
    (b"GIF8", "is a picture", _OCR),
    (b"II*\0", "is a picture", _OCR),
    (b"MM\0*", "is a picture", _OCR),
    (b"BM", "is a picture", _OCR),
    (b"RIFF", "is a picture, sound or film", _OCR),
    (b"7z\xbc\xaf", "is a 7z archive, which is not read", _UNPACK),
    (b"Rar!", "is a RAR archive, which is not read", _UNPACK),
    (b"BZh", "is a bzip2 archive, which is not read", _UNPACK),
    (b"\xfd7zXZ", "is an xz archive, which is not read", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "is a zstd archive, which is not read", _UNPACK),
    (b"SQLite format 3", "is a database", "Export its texts as .csv, with a column 'text'"),
    (b"HN\0\0", "is a CAJ file, which is not read", "Save it as .pdf from its viewer"),
)  # fmt: skip
"""What a file that is not read begins with, what it is, and what mends it."""
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff")
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_IN_ZIP = (
    ("xl/workbook.xml", "is an Excel table (.xlsx), which is not read", "Save it as .csv, with a column 'text'"),
    ("ppt/presentation.xml", "is a PowerPoint file, which is not read", "Save it as .pdf"),
    ("OFD.xml", "is an OFD file, which is not read", "Save it as .pdf from its viewer"),
    ("META-INF/container.xml", "is an EPUB book, which is not read", "Save it as .docx"),
    ("content.xml", "is an OpenDocument file (.odt, .ods), which is not read", _OFFICE),
)
"""A file in a zip archive that tells what the archive is."""
_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,20})|<\?xml[^>]{0,60}encoding\s*=\s*["']([\w.:-]{2,20})""",
    re.IGNORECASE,
)
_MHTML = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)


def kind(data: bytes, where: str) -> Kind:
    """Return what a file is.

    Raises:
        UnreadableFile: it is of a kind that is not read, or too broken to tell.
    """
    if b"%PDF-" in data[:1024]:
        return Kind.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(data, where)
    if data.startswith(b"\x1f\x8b"):
        return Kind.GZIP
    if data.startswith(b"WARC/"):
        return Kind.WARC
    if data.startswith(_PICTURES):
        return Kind.PICTURE
    for start, what, mend in _FOREIGN:
        if data.startswith(start) and (len(start) > 2 or b"\0" in data[:64]):  # noqa: PLR2004  BM may begin a text
            if _LOCKED in data:
                raise UnreadableFile("is locked by a password", where, "Save it without one")
            raise UnreadableFile(what, where, mend)
    if data[257:262] == b"ustar":
        raise UnreadableFile("is a tar archive, which is not read", where, _UNPACK)
    return Kind.MHTML if _MHTML.search(data[:HEAD]) and b"boundary" in data[:HEAD] else Kind.TEXT


def begins_as_text(head: bytes) -> bool:
    """Tell whether a file begins as none that is more than text: `kind` would call it one, whatever follows."""
    others = (b"PK", b"\x1f\x8b", b"WARC/", *_PICTURES, *(start for start, *_ in _FOREIGN))
    return b"%PDF-" not in head[:1024] and not head.startswith(others) and not _MHTML.search(head)


def _packed(data: bytes, where: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except BROKEN as error:
        raise UnreadableFile("is broken or truncated (.docx, .zip)", where, "Fetch it again") from error
    if "word/document.xml" in names:
        return Kind.WORD
    for name, what, mend in _IN_ZIP:
        if name in names:
            raise UnreadableFile(what, where, mend)
    return Kind.ZIP


def declared_charset(data: bytes) -> str | None:
    """Return the encoding that a page or XML document names in its head."""
    m = _CHARSET.search(data[:HEAD])
    return (m[1] or m[2]).decode("ascii") if m else None


def is_page(text: str) -> bool:
    """Tell whether a text is a web page: it begins as one, whatever its name ends in."""
    start = text[:HEAD].lstrip("\ufeff \t\r\n").lower()
    return start.startswith(("<!doctype html", "<html")) or (
        start[:1] == "<" and ("<html" in start or "<body" in start)
    )
