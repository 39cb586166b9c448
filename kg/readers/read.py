"""Files to documents, whatever they are: content decides which reader reads them, not their names.

In: paths as the user gives them. Out: `Document`s. Of a `.txt` or `.md` file the text is the file's, untouched; of
every other kind what the reader extracted. A new kind of file is a module in `kg/readers` and a line in `_contents`.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from pathlib import Path, PurePosixPath

from kg.errors import UnreadableFile
from kg.model import Document
from kg.readers.beside import said_of
from kg.readers.content import LIMITS, Content, Limits, scalar
from kg.readers.deadline import within
from kg.readers.inputs import find_inputs, holder, load, report, shown
from kg.readers.kinds import AS_IT_STANDS, Kind, declared_charset, is_page, kind
from kg.readers.ocr import WANTED
from kg.text.fold import fold

__all__ = ["document", "documents", "find_inputs", "in_time", "place", "read"]

_SEPARATORS = {".csv": ",", ".tsv": "\t"}
_LINES = frozenset({".jsonl", ".ndjson"})
_ARCHIVES = (Kind.ZIP, Kind.GZIP, Kind.WARC)

_Named = Iterator[tuple[str, Content | UnreadableFile, str | None]]


def documents(path: Path, faults: list[UnreadableFile] | None = None, limits: Limits = LIMITS) -> Iterator[Document]:
    """Yield every report in a file: one of most, several of a table or an archive.

    Args:
        path: the file, or `-` for standard input; `reports.zip#a.txt` and `reports.jsonl#12` name one of several.
        faults: takes what can't be read and why; without it, the first such thing is raised.
        limits: how much is read at most.
    """
    file, where = holder(path), shown(path)
    try:
        data = load(file, limits)
    except UnreadableFile as fault:
        report(fault, faults)
        return
    said = said_of(file, faults)
    if file == path:
        yield from (_with(said, found, where) for found in _documents(data, where, faults, limits))
        return
    others: list[UnreadableFile] = []
    for found in _documents(data, shown(file), others, limits):
        if found.path == where:
            yield _with(said, found, shown(file))
            return
    known = next((f for f in others if f.where.startswith(where)), None)
    report(known or UnreadableFile("holds no such report", where, "Its names: kg extract FILE --format jsonl"), faults)


def in_time(path: Path, faults: list[UnreadableFile], limits: Limits = LIMITS) -> Iterator[Document]:
    """Do as `documents`, and give up what takes longer to read than is allowed."""
    found = documents(path, faults, limits)
    try:
        while True:
            with within(limits.seconds, shown(path)):
                each = next(found, None)
            if each is None:
                return
            yield each
    except UnreadableFile as fault:
        faults.append(fault)


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
    text = scalar(text)
    return Document(path, digest or sha256(text.encode()).hexdigest(), text, fold(text))


def place(of: Document, offset: int) -> str:
    """Return what the part of the file around an offset is called: page 3, table 1 row 2; nothing for plain text."""
    at = bisect_right(of.places, offset, key=lambda part: part[0])
    return of.places[at - 1][1] if at else ""


def _with(said: Mapping[str, Mapping[str, str]], of: Document, file: str) -> Document:
    """Return a document with what the user says of its file, and of it among others in the file."""
    fields = {**said.get("", {}), **said.get(of.path.removeprefix(file), {})}
    return replace(of, given=of.given | fields, by_user=of.by_user | fields.keys()) if fields else of


def _documents(
    data: bytes, where: str, faults: list[UnreadableFile] | None, limits: Limits, within: tuple[Kind, ...] = ()
) -> Iterator[Document]:
    """Yield the reports in some bytes; whatever can't be read becomes a fault."""
    try:
        if (sort := kind(data, where)) not in _ARCHIVES:
            yield from _read(data, sort, where, faults, limits)
            return
        for name, content in _members(data, sort, where, limits, within):
            inside = f"{where}#{name}" if name else where
            if isinstance(content, UnreadableFile):
                report(content, faults)
            elif content:
                yield from _documents(content, inside, faults, limits, (*within, sort))
            else:
                report(UnreadableFile("is empty", inside, "Is it the right file?"), faults)
    except UnreadableFile as fault:
        report(fault, faults)
    except Exception as error:  # noqa: BLE001  of a reader's library; its faults are as many as broken files
        report(
            UnreadableFile(f"can't be read: {type(error).__name__}: {error}", where, "Save it anew, or as .txt"), faults
        )


def _members(
    data: bytes, sort: Kind, where: str, limits: Limits, within: tuple[Kind, ...]
) -> Iterator[tuple[str, bytes | UnreadableFile]]:
    from kg.readers.packed import members, unzipped
    from kg.readers.saved import crawled_pages

    if sort in within or set(within) - {Kind.GZIP}:  # .warc.gz is usual; more is made to harm
        raise UnreadableFile("is an archive within an archive", where, "Unpack it, and give the folder")
    if sort is Kind.GZIP:
        return iter([("", unzipped(data, where, limits))])
    return members(data, where, limits) if sort is Kind.ZIP else crawled_pages(data, where, limits)


def _read(
    data: bytes, sort: Kind, where: str, faults: list[UnreadableFile] | None, limits: Limits
) -> Iterator[Document]:
    for name, content, digest in _contents(data, sort, where, limits):
        try:
            if isinstance(content, UnreadableFile):
                raise content
            found = _document(content, name, digest, limits)
        except UnreadableFile as fault:
            report(fault, faults)
        else:
            yield found
            if faults is not None and "unread" in found.given:
                faults.append(UnreadableFile("is a picture of text", f"{name}, {found.given['unread']}", WANTED))


def _contents(data: bytes, sort: Kind, where: str, limits: Limits) -> _Named:
    """Yield the text of each report in some bytes, with the report's name and, if it is the file's only one, digest."""
    digest = sha256(data).hexdigest()
    if sort is Kind.PDF:
        from kg.readers.pdf import read_pdf

        yield where, read_pdf(data, where, limits), digest
    elif sort is Kind.PICTURE:
        from kg.readers.pdf import read_picture

        yield where, read_picture(data, where), digest
    elif sort is Kind.WORD:
        from kg.readers.word import read_word

        yield where, read_word(data, where, limits), digest
    elif sort is Kind.MHTML:
        from kg.readers.saved import saved_page

        page, address = saved_page(data, where)
        yield where, _page(_decoded(page, where), where, address), digest
    else:
        yield from _texts(_decoded(data, where), where, digest, limits)


def _texts(text: str, where: str, digest: str, limits: Limits) -> _Named:
    from kg.readers.rows import json_rows, table_rows

    suffix = PurePosixPath(where.removesuffix(".gz")).suffix.lower()
    if suffix in AS_IT_STANDS:
        yield where, Content(text, stored=True), digest
    elif suffix in _SEPARATORS:
        yield from ((f"{where}#{row}", c, None) for row, c in table_rows(text, where, _SEPARATORS[suffix], limits))
    elif suffix in _LINES or text.startswith("{"):
        yield from ((f"{where}#{row}", c, None) for row, c in json_rows(text, where))
    elif is_page(text):
        yield where, _page(text, where, where.partition("#")[2]), digest
    else:
        yield where, Content(text, stored=True), digest


def _decoded(data: bytes, where: str) -> str:
    from kg.readers.decode import decode

    markup = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
    return decode(data, where, declared_charset(data) if markup else None)


def _page(text: str, where: str, address: str) -> Content:
    from kg.readers.webpage import read_page

    content = read_page(text, where)
    if address.startswith("http"):  # a crawler's or browser's word goes before the page's own
        content.given["url"] = address
    return content


def _document(content: Content, name: str, digest: str | None, limits: Limits) -> Document:
    text = content.text
    if not text.strip():
        raise UnreadableFile("has no text", name, "Is it the right file? If it holds pictures of text, use OCR")
    if len(text) > limits.characters:
        mend = "Is it one report? If so, split it, or read it all: --max-characters"
        raise UnreadableFile(f"has {len(text):,} characters; the limit is {limits.characters:,}", name, mend)
    digest = digest or sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    by_user = frozenset(content.given) if content.by_user else frozenset[str]()
    return Document(name, digest, text, fold(text), content.stored, content.given, content.places, by_user)
