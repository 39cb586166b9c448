r"""What a query may not do here: write, or call another machine.

The engine carries SERVICE out over the network while it evaluates, so the refusal comes before it sees the query. It
looks at the bare text and not at tokens: whether a quote opens a string depends on the whole grammar (ex:a\' opens
none), and one that is taken for a string would hide a call.
"""

import re

from kg.ask.tokens import tokens
from kg.errors import BadQuery

_UPDATES = frozenset("INSERT DELETE LOAD CLEAR CREATE DROP COPY MOVE ADD WITH".split())  # noqa: SIM905  one a word
_BLANK = r"(?:[ \t\r\n]|\#[^\r\n]*+)*+"
_SERVICE = re.compile(rf"service{_BLANK}(?:silent{_BLANK})?(?:<[^<>\s]*+>|[^\s{{}}<>]++){_BLANK}\{{", re.IGNORECASE)
_LOAD = re.compile(rf"(?<![\w:?$-])load{_BLANK}(?:silent{_BLANK})?(?:<|[\w.-]*:)", re.IGNORECASE)
_VARIABLE = re.compile(r"[?$]\w*+\Z")


class Refused(BadQuery):
    """A query that is understood and not carried out."""


def refuse(text: str) -> None:
    """Raise Refused for an update, and for a query that would call another machine."""
    if word := update(text):
        raise Refused(f"the server is read-only: {word} is not carried out", "query", "The graph is built by kg build.")
    refuse_calls(text)


def may_call(text: str) -> bool:
    """Tell whether the word SERVICE stands in a query at all, be it in a name or a comment."""
    return "SERVICE" in text.upper()


def refuse_calls(text: str) -> None:
    """Raise Refused for a query that would call another machine, however it hides the call."""
    for m in _SERVICE.finditer(text):
        if not _VARIABLE.search(text, max(0, m.start() - 200), m.start()):
            line = text.count("\n", 0, m.start()) + 1
            column = m.start() - text.rfind("\n", 0, m.start())
            raise Refused("SERVICE would call another machine, and kg calls none", f"query:{line}:{column}",
                          "Ask that endpoint yourself.")  # fmt: skip


def refuse_loads(text: str) -> None:
    """Raise Refused for an update that would fetch a file, from another machine or from this one."""
    if m := _LOAD.search(text):
        line = text.count("\n", 0, m.start()) + 1
        column = m.start() - text.rfind("\n", 0, m.start())
        raise Refused("LOAD would fetch a file, and kg fetches none", f"update:{line}:{column}",
                      "Send the triples themselves: INSERT DATA, or PUT to /store.")  # fmt: skip


def update(text: str) -> str | None:
    """Return the word that makes a text an update and no query.

    >>> update("PREFIX x: <http://x/> insert data { x:a x:b x:c }"), update("ASK {}")
    ('INSERT', None)
    """
    declared = False
    for token in tokens(text):
        word = token.text.upper() if token.kind == "word" else ""
        if word in {"PREFIX", "BASE"}:
            declared = True
        elif declared:
            declared = token.kind != "iri"
        else:
            return word if word in _UPDATES else None
    return None
