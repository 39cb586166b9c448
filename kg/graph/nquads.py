"""RDF terms as N-Quads writes them. Plain text: no object stands between an extraction and the store.

Out of scope: what is said with them (`graph`).
"""

import re
from decimal import Decimal

from kg.graph.iris import PREFIXES

_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f\x85\u2028\u2029]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_DATED = ((r"\d{4}", "gYear"), (r"\d{4}-\d\d", "gYearMonth"), (r"\d{4}-\d\d-\d\d", "date"))


class _Expanded(dict[str, str]):
    """oa:start → <http://www.w3.org/ns/oa#start>, each expanded once."""

    def __missing__(self, curie: str) -> str:
        prefix, local = curie.split(":", 1)
        self[curie] = f"<{PREFIXES[prefix]}{local}>"
        return self[curie]


P = _Expanded()
"""A name with a known prefix, as N-Quads writes it: P["oa:start"]."""


def literal(text: str, tag: str = "") -> str:
    r"""Write a literal; the tag is a language (zh-hans) or a datatype (xsd:date), or nothing.

    >>> print(literal('“一网”\n', "zh-hans"), literal("2024", "xsd:gYear"))
    "“一网”\n"@zh-hans "2024"^^<http://www.w3.org/2001/XMLSchema#gYear>
    """
    if _ESCAPED.search(text):
        text = _ESCAPED.sub(lambda m: _SHORT.get(m[0]) or f"\\u{ord(m[0]):04X}", text)
    if not tag:
        return f'"{text}"'
    return f'"{text}"^^{P[tag]}' if ":" in tag else f'"{text}"@{tag}'


def integer(value: int) -> str:
    """Write an xsd:integer."""
    return f'"{value}"^^{P["xsd:integer"]}'


def decimal(value: Decimal) -> str:
    """Write an exact number in canonical form: no exponent, no trailing zeros.

    >>> print(decimal(Decimal("186700.00")))
    "186700"^^<http://www.w3.org/2001/XMLSchema#decimal>
    """
    written = f"{value:f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return f'"{"0" if written == "-0" else written}"^^{P["xsd:decimal"]}'


def boolean(value: bool) -> str:  # noqa: FBT001  the value itself, not an option
    """Write an xsd:boolean."""
    return f'"{"true" if value else "false"}"^^{P["xsd:boolean"]}'


def time(value: str) -> str:
    """Write a year, a month or a day with its own datatype; anything else as it stands.

    >>> print(time("2024-06"))
    "2024-06"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>
    """
    return literal(value, next((f"xsd:{kind}" for form, kind in _DATED if re.fullmatch(form, value)), ""))
