"""Archives to the files in them: .zip and .gz, one level deep, with guards against those that are made to harm.

In: bytes. Out: names and bytes of the members. Nothing is ever written to disk.
"""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from kg.errors import UnreadableFile
from kg.readers.content import LIMITS, MB, Limits

SMALL = 10 * MB  # bytes; up to here no ratio does harm
CHUNK = 1 * MB
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
"""What `zipfile` raises over archives that are broken or locked, or packed by a method that it doesn't know."""
_UTF8_NAME = 0x800  # flag bit 11: the name is in UTF-8; without it, in whatever the packer's system uses


def members(data: bytes, where: str, limits: Limits = LIMITS) -> Iterator[tuple[str, bytes | UnreadableFile]]:
    """Yield the name and the content of each file of a zip archive, or why it can't be had.

    Raises:
        UnreadableFile: the archive is broken, or holds too much.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN as error:
        raise UnreadableFile("is a broken or truncated zip archive", where, "Fetch it again") from error
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if not infos:
            raise UnreadableFile("holds no file", where, "Is it the right archive?")
        if len(infos) > limits.members:
            mend = "Unpack it, and give the folder"
            raise UnreadableFile(f"holds {len(infos):,} files; the limit is {limits.members:,}", where, mend)
        total = 0
        for info in sorted(infos, key=_name):
            name = _name(info)
            place = f"{where}#{name}"
            if _foreign(name):
                continue
            if total > limits.unpacked_bytes:
                raise UnreadableFile(
                    f"unpacks to more than {limits.unpacked_bytes // MB:,} MB in all",
                    where,
                    "Unpack it, and give the folder",
                )
            try:
                content = member(archive, info, place, limits)
            except UnreadableFile as fault:
                yield name, fault
            else:
                total += len(content)
                yield name, content


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str, limits: Limits = LIMITS) -> bytes:
    """Return the content of one file of an archive, and never more than is allowed.

    Raises:
        UnreadableFile: it is locked, broken, a bomb, or wants to be written elsewhere.
    """
    path = PurePosixPath(_name(info).replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts[:1] and path.parts[0].endswith(":")):
        raise UnreadableFile("points out of its archive", where, "Don't unpack it: such archives are made to harm")
    if info.flag_bits & 1:
        raise UnreadableFile("is locked by a password", where, "Unpack it, and give the folder")
    allowed = min(limits.file_bytes, max(SMALL, info.compress_size * limits.ratio))
    try:
        with archive.open(info) as stream:
            return _bounded(stream, allowed, where)
    except BROKEN as error:
        raise UnreadableFile(
            f"can't be unpacked: {error or 'it breaks off'}", where, "Fetch the archive again"
        ) from error


def unzipped(data: bytes, where: str, limits: Limits = LIMITS) -> bytes:
    """Return what a gzip file holds.

    Raises:
        UnreadableFile: it is broken, or a bomb.
    """
    allowed = min(limits.file_bytes, max(SMALL, len(data) * limits.ratio))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return _bounded(stream, allowed, where)
    except (EOFError, OSError, zlib.error, ValueError) as error:
        raise UnreadableFile("is a broken or truncated gzip file", where, "Fetch it again") from error


def _bounded(stream: IO[bytes] | gzip.GzipFile, allowed: int, where: str) -> bytes:
    parts, size = [], 0
    while part := stream.read(CHUNK):
        size += len(part)
        if size > allowed:
            mend = "Is it what it claims to be? If so, unpack it and give the folder"
            raise UnreadableFile(f"unpacks to more than {allowed // MB:,} MB", where, mend)
        parts.append(part)
    return b"".join(parts)


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; those that aren't in UTF-8 were packed on a Chinese Windows."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    raw = info.orig_filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _foreign(name: str) -> bool:
    """Tell whether a member is none of the user's: what systems put beside files."""
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith((".", "~$"))
