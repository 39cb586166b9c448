"""The pieces of a SPARQL query, with their places. Knows no grammar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<comment>  \#[^\n]*+ )
  | (?P<iri>      <[^<>"{}|^`\\\s]*+> )
  | (?P<string>   \"{3}(?:[^"\\]|\\.|\"{1,2}(?!"))*+\"{3} | '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*+'{3}
                | "(?:[^"\\\n]|\\.)*+" | '(?:[^'\\\n]|\\.)*+' )
  | (?P<language> @[A-Za-z]++(?:-[A-Za-z0-9]++)*+ )
  | (?P<variable> [?$]\w++ )
  | (?P<name>     (?:[^\W\d][\w-]*+(?:\.[\w-]++)*+)?:[\w:%~\\-]*+(?:\.[\w:%~\\-]++)*+ )
  | (?P<word>     \w++ )
  | (?P<mark>     [!<>]= | && | \|\| | \^\^ | \S )
    """,
    re.VERBOSE | re.DOTALL,
)
"""SPARQL 1.1, section 19.8, as coarse as finding names, variables and brackets needs it."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query and where it begins, in characters."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of a query, comments left out.

    >>> [t.text for t in tokens('SELECT ?x { ?x a kg:Reform } # all')]
    ['SELECT', '?x', '{', '?x', 'a', 'kg:Reform', '}']
    """
    for m in _TOKEN.finditer(text):
        if m.lastgroup and m.lastgroup != "comment":
            yield Token(m.lastgroup, m[0], m.start())
