"""Pages that were saved with all that belongs to them: .mhtml of browsers, .warc of crawlers.

In: bytes. Out: the page's bytes; of a crawl the pages with their addresses. Scripts, styles and pictures are left.
"""

import gzip
import re
import zlib
from collections.abc import Iterator
from email import message_from_bytes, policy

from kg.errors import UnreadableFile
from kg.readers.content import LIMITS, MB, Limits

_AGAIN = "Save the page again"
_LENGTH = re.compile(rb"^content-length:\s*(\d{1,12})\s*$", re.IGNORECASE | re.MULTILINE)
_FIELD = rb"^%s:\s*(\S[^\r\n]{0,2000})"
_PARTS = re.compile(rb"image/|video/|audio/|font/|text/css|javascript|json|octet-stream|text/dns", re.IGNORECASE)


def saved_page(data: bytes, where: str) -> tuple[bytes, str]:
    """Return the page in a file that a browser saved as a whole, and its address.

    Raises:
        UnreadableFile: there is no page in it.
    """
    message = message_from_bytes(data, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            page = part.get_payload(decode=True)
            if isinstance(page, bytes) and page.strip():
                address = str(part.get("Content-Location") or message.get("Snapshot-Content-Location") or "")
                return page, address
    raise UnreadableFile("holds no page", where, _AGAIN)


def crawled_pages(data: bytes, where: str, limits: Limits = LIMITS) -> Iterator[tuple[str, bytes | UnreadableFile]]:
    """Yield the address and the content of each page in a WARC file.

    Raises:
        UnreadableFile: the file is broken here.
    """
    at, count, total = 0, 0, 0
    while (at := _next(data, at)) < len(data):
        head_end = data.find(b"\r\n\r\n", at, at + 65_536)
        head = data[at:head_end]
        length = _LENGTH.search(head) if head_end >= 0 else None
        if not head.startswith(b"WARC/") or length is None or head_end + 4 + int(length[1]) > len(data):
            raise UnreadableFile("is a broken or truncated WARC file", f"{where}, byte {at}", "Crawl it again")
        block = data[head_end + 4 : head_end + 4 + int(length[1])]
        at = head_end + 4 + int(length[1])
        address = _field(head, b"WARC-Target-URI").strip("<>")
        sort = _field(head, b"WARC-Type").lower()
        if sort not in ("response", "resource") or not address.startswith("http"):
            continue
        count += 1
        if count > limits.members or total > limits.unpacked_bytes:
            what = f"holds more than {limits.members:,} files or {limits.unpacked_bytes // MB:,} MB"
            raise UnreadableFile(what, where, "Split it")
        page = _body(block, f"{where}#{address}", limits) if sort == "response" else block
        if page:
            total += len(page) if isinstance(page, bytes) else 0
            yield address, page


def _next(data: bytes, at: int) -> int:
    while data[at : at + 2] == b"\r\n":
        at += 2
    return at


def _field(head: bytes, name: bytes) -> str:
    m = re.search(_FIELD % name, head, re.IGNORECASE | re.MULTILINE)
    return m[1].decode("utf-8", "replace").strip() if m else ""


def _body(response: bytes, where: str, limits: Limits) -> bytes | UnreadableFile:
    """Return what a server sent, unpacked; nothing where that is no page, or an error's."""
    head, _, body = response.partition(b"\r\n\r\n")
    status = head[:20].split(b" ")[1:2]
    if status != [b"200"] or _PARTS.search(_field(head, b"Content-Type").encode()):
        return b""
    if "chunked" in _field(head, b"Transfer-Encoding").lower():
        body = _unchunked(body)
    coding = _field(head, b"Content-Encoding").lower()
    try:
        if coding == "gzip" and body.startswith(b"\x1f\x8b"):
            inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        elif coding == "deflate":
            inflate = zlib.decompressobj(-zlib.MAX_WBITS if body[:1] != b"\x78" else zlib.MAX_WBITS)
        else:
            return body
        most = min(limits.file_bytes, max(10 * MB, len(body) * limits.ratio))
        page = inflate.decompress(body, most + 1)
    except (zlib.error, gzip.BadGzipFile):
        return UnreadableFile("is broken: its compression breaks off", where, "Crawl it again")
    if len(page) > most:
        return UnreadableFile(f"unpacks to more than {most // MB:,} MB", where, "Is it a page?")
    return page


def _unchunked(body: bytes) -> bytes:
    """Return a body without the sizes between its pieces; one that has none, as it is."""
    pieces, at = [], 0
    while (end := body.find(b"\r\n", at, at + 20)) >= 0:
        size = body[at:end].split(b";")[0].strip()
        if not re.fullmatch(rb"[0-9a-fA-F]{1,8}", size):
            break
        pieces.append(body[end + 2 : end + 2 + int(size, 16)])
        at = end + 2 + int(size, 16) + 2
        if not int(size, 16):
            break
    return b"".join(pieces) or body
