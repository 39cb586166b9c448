"""Bytes to text: the encoding is told by the content; what was garbled before it came here is refused.

In: the bytes of a text, and the encoding that it declares. Out: the text without byte order mark, newlines untouched.

A strict decoder and a look at the characters decide: of Chinese prose, 97 in 100 characters belong to the 3,755 common
ones of GB 2312 level 1 (once simplified); of the same bytes read in a wrong encoding, some 40 in 100 do.
"""

import codecs
import re
from functools import cache

from kg.errors import UnreadableFile
from kg.text.fold import fold

SAMPLE = 20_000  # characters that are looked at; more don't change the verdict
PROSE = 0.80  # share of common characters in Chinese prose; names and tables reach 0.9, wrong decodings 0.6 (2026-11)
UNKNOWN = 0.85  # likeness of a text without Chinese characters, below that of prose
GUESSED, GUESSED_SHORT = 0.7, 0.5  # likeness from which a guess is taken; of short texts, a few characters decide
SHORT = 40  # characters
FEW = 1_000  # characters to one broken byte that is passed over: a page cut within a character
ODD = 10  # accented letters from which a text may be garbled Chinese
BINARY = 0.02  # share of control characters in what is no text

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
_UNDONE = (  # how text gets garbled: bytes of the one, read as the other
    ("utf-8", "gb18030"),
    ("gb18030", "cp1252"),
    ("gb18030", "latin-1"),
    ("utf-8", "cp1252"),
    ("utf-8", "latin-1"),
    ("big5hkscs", "gb18030"),
    ("gb18030", "big5hkscs"),
)
_DECLARED = {
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb18030", "cp936", "windows-936"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cp950"), "big5hkscs"),
    **dict.fromkeys(("utf-16", "utf-16le", "unicode"), "utf-16-le"),
    "utf-16be": "utf-16-be",
}
"""What documents declare, and the larger set that they really use."""
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_FITTING = re.compile(rf"{_HAN.pattern}|[\u2010-\u203b\u2460-\u249b\u3000-\u303f\uff00-\uffef]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LATIN = re.compile(r"[\x80-\xff\u0152-\u0178\u2020-\u203a\u20ac\u2122]")
_LOST = re.compile("\ufffd|锟斤拷|[?][?][?]")


def decode(data: bytes, where: str, declared: str | None = None) -> str:
    """Return the text of some bytes.

    Args:
        data: the bytes.
        where: the file, for messages.
        declared: the encoding that the document says it is in; believed only where the content allows it.

    Raises:
        UnreadableFile: it is no text, is in no known encoding, or was garbled when it was saved.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _strict(data[len(mark) :], encoding)
            if text is None:
                text = _lenient(data[len(mark) :], encoding)
            if text is None:
                raise _broken(data, encoding, where)
            return _sound(text, where)
    text = _strict(data, "utf-8")
    if text is not None and "\0" not in text:
        return _sound(text, where)
    if b"\0" in data and (text := _sixteen(data)) is None:
        raise UnreadableFile("is binary, not text", f"{where}, byte {data.index(0)}", "Save it as plain UTF-8 text")
    return _sound(text if b"\0" in data and text else _guessed(data, where, declared), where)


def likeness(text: str) -> float | None:
    """Return the share of common characters among the Chinese ones, simplified if need be; None where there are none.

    >>> likeness("政务服务"), likeness("鏀垮姟鏈嶅姟") < 0.4
    (1.0, True)
    """
    sample = text[:SAMPLE]
    if not (han := _count(_HAN, sample)):
        return None
    share = _count(_common(), sample) / han
    return share if share >= PROSE else _count(_common(), fold(sample)) / han


def _count(pattern: re.Pattern[str], text: str) -> int:
    """Return how many characters of a text are in what a pattern matches."""
    return sum(map(len, pattern.findall(text)))


@cache
def _common() -> re.Pattern[str]:
    """Return what matches the characters of GB 2312 level 1: rows 16 to 55, that is lead bytes B0 to D7."""
    rows = (bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    return re.compile(f"[{''.join(row.decode('gb2312', 'ignore') for row in rows)}]+")


def _strict(data: bytes, encoding: str) -> str | None:
    """Return the decoded text; None where a byte doesn't fit, save for a last character that breaks off."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.start and error.end == len(data):
            return data[: error.start].decode(encoding)
        return None


def _lenient(data: bytes, encoding: str) -> str | None:
    text = data.decode(encoding, "replace")
    return text if 0 < text.count("\ufffd") <= 1 + len(text) // FEW and len(text) >= FEW else None


def _sixteen(data: bytes) -> str | None:
    """Return what bytes with zeros among them are in UTF-16 without mark, if that looks like Chinese prose."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _strict(data, encoding)
        if text and _readable(text) and (likeness(text) or 0) >= PROSE and _han_share(text) >= PROSE:
            return text
    return None


def _readable(text: str) -> bool:
    sample = text[:SAMPLE]
    return "\0" not in sample and len(_CONTROL.findall(sample)) <= BINARY * len(sample)


def _guessed(data: bytes, where: str, declared: str | None) -> str:
    """Return the text in the encoding in which it looks most like Chinese prose."""
    declared = _DECLARED.get((declared or "").lower())
    for read, names in ((_strict, _CANDIDATES), (_lenient, ("utf-8", *_CANDIDATES))):
        best, text = 0.0, ""
        for name in names:
            candidate = read(data, name)
            if candidate is None or not _readable(candidate):
                continue
            looks = likeness(candidate)
            likely = (UNKNOWN if looks is None else looks) * _han_share(candidate) + (0.02 if name == declared else 0)
            if likely > best:
                best, text = likely, candidate
        if best >= (GUESSED if len(text) >= SHORT else GUESSED_SHORT):
            return text
    raise _broken(data, "utf-8", where)


def _han_share(text: str) -> float:
    """Return how much of what is not ASCII is Chinese or its marks; a wrong decoding has letters of many scripts."""
    other = [c for c in text[:SAMPLE] if c > "\x7f" and c != "\ufffd"]
    fitting = sum(_FITTING.match(c) is not None for c in other)
    return fitting / len(other) if other else 0.0


def _broken(data: bytes, encoding: str, where: str) -> UnreadableFile:
    try:
        data.decode(encoding)
        at = 0
    except UnicodeDecodeError as error:
        at = error.start
    if not _readable(data.decode("latin-1")):
        return UnreadableFile("is binary, not text", f"{where}, byte {at}", "Save it as plain UTF-8 text")
    good = len(data.decode("utf-8", "ignore").encode())
    if good > 0.9 * len(data):
        mend = "Save the original again, or drop the broken bytes: iconv -c -f UTF-8 -t UTF-8 FILE > NEW"
        return UnreadableFile(f"has {len(data) - good} broken bytes in its UTF-8", f"{where}, byte {at}", mend)
    mend = "Save it as UTF-8, or convert it: iconv -f ENCODING -t UTF-8 FILE > NEW"
    return UnreadableFile("is in no encoding that is known here", f"{where}, byte {at}", mend)


def _sound(text: str, where: str) -> str:
    """Return the text, unless it was garbled before it was saved."""
    text = text.removeprefix("\ufeff")
    if not _readable(text):
        m = _CONTROL.search(text)
        raise UnreadableFile(
            "is binary, not text", f"{where}, character {m.start() if m else 0}", "Is it the right file?"
        )
    sample = text[:SAMPLE]
    lost = len(_LOST.findall(sample))
    if lost >= 3 and lost * 50 > len(sample):  # noqa: PLR2004  one character in fifty is gone
        raise UnreadableFile(
            "has lost its characters (\ufffd, ? or 锟斤拷 stand for them)", where, "Save the original again"
        )
    looks = likeness(sample)
    latin = len(_LATIN.findall(sample))
    if (looks is not None and looks < PROSE) or (latin > ODD and latin > sum(c > "\x7f" for c in sample) // 2):
        for was, taken in _UNDONE:
            undone = sample.encode(taken, "replace").decode(was, "replace")
            again = likeness(undone)
            if again is not None and again >= max(PROSE, (looks or 0) + 0.1) and _han_share(undone) > PROSE:
                mend = f"Save the original again, or undo it: iconv -f UTF-8 -t {taken} FILE | iconv -f {was} -t UTF-8"
                what = f"is garbled: it was {was.upper()}, and was saved as if it were {taken.upper()}"
                raise UnreadableFile(what, where, mend)
    return text
