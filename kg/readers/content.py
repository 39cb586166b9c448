"""What every reader takes and gives: limits in, text with its places out."""

from dataclasses import dataclass, field

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of an input is read at most; what is larger is left out, never half read."""

    file_bytes: int = 200 * MB  # a scanned yearbook has about 150 MB (2026-11)
    characters: int = 3 * MB  # of one document; a national yearbook has about 2 million (2026-11)
    pages: int = 2_000  # of a PDF; at 8 ms a page 16 s (2026-11)
    seconds: int = 300  # for one document; 3 million characters full of figures take 70 (2026-11)
    members: int = 10_000  # files in an archive
    unpacked_bytes: int = 1_000 * MB  # of all files of an archive
    ratio: int = 200  # unpacked to packed, of a file of 10 MB or more; text reaches 10, DEFLATE's most is 1,032


LIMITS = Limits()

SEPARATOR = " | "
"""What stands between the cells of a table row."""


@dataclass(frozen=True, slots=True)
class Content:
    """A document's text as a reader extracted it."""

    text: str
    given: dict[str, str] = field(default_factory=dict)  # metadata that stands beside the text: title, published, …
    places: tuple[tuple[int, str], ...] = ()  # offset where a part begins, and what it is called: (0, "page 1")
    by_user: bool = False  # whether the user wrote `given`: the columns of a table
    stored: bool = False  # whether the text is the file's own, decoded and otherwise untouched


def scalar(text: str) -> str:
    """Return a text with lone surrogates replaced, which JSON and Python can hold and UTF-8 can't."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
