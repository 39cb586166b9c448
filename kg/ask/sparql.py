"""The text of a query: its pieces, whether it only reads, and faults that point at their place.

Out of scope: evaluating it (`query`).
"""

import re
from bisect import bisect_left
from collections.abc import Mapping
from difflib import get_close_matches

import pyoxigraph as ox

from kg.ask.guard import refuse_calls
from kg.ask.tokens import Token, tokens
from kg.errors import BadQuery
from kg.graph.iris import PREFIXES
from kg.table import cells

_UPDATES = frozenset("INSERT DELETE LOAD CLEAR CREATE DROP COPY MOVE ADD WITH".split())  # noqa: SIM905  one a word
_KEYWORDS = """
A ABS ADJUST AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE DAY DESC
DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HAVING HOURS IF IN IRI
ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGMATCHES LATERAL LCASE LIMIT MAX MD5 MIN MINUS MINUTES
MONTH NAMED NOT NOW OBJECT OFFSET OPTIONAL ORDER PREDICATE PREFIX RAND REDUCED REGEX REPLACE ROUND SAMETERM SAMPLE
SECONDS SELECT SEPARATOR SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS
STRUUID SUBJECT SUBSTR SUM TIMEZONE TRIPLE TRUE TZ UCASE UNDEF UNION URI UUID VALUES WHERE YEAR
""".split()  # noqa: SIM905  ninety lines otherwise
"""Every keyword, to find the nearest to a misspelt one (SPARQL 1.1, section 19.8)."""
_FIRST = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "BASE")
_NEAR = 0.76  # of difflib's ratio: ODER is 0.89 to ORDER, FOO 0.75 to FLOOR
_AGGREGATES = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))
_AT = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_PAIRS = {"{": "}", "(": ")", "[": "]"}
_PAD = " " * 64
"""Longer than any keyword, over which the engine's own places may be off."""


def check(text: str, where: str, prefixes: Mapping[str, str] = PREFIXES) -> None:
    """Raise BadQuery, with place, line, caret and hint, unless the text is a query that only reads."""
    pieces = list(tokens(text))
    _refuse_writing(pieces, text, where)
    refuse_calls(text)  # before the engine sees the text: it would carry SERVICE out
    _refuse_unknown_prefixes(pieces, text, where, prefixes)
    try:
        ox.Store().query(text, prefixes=dict(prefixes))
    except SyntaxError as error:
        raise _explained(str(error), pieces, text, where, prefixes) from error


def _refuse_writing(pieces: list[Token], text: str, where: str) -> None:
    rest = iter(pieces)
    for token in rest:
        if token.kind == "word" and token.text.upper() in {"PREFIX", "BASE"}:
            while token.kind != "iri":  # over the declaration
                if (token := next(rest, Token("iri", "", 0))).text == "":
                    return
            continue
        if token.kind == "word" and token.text.upper() in _UPDATES:
            raise _fault(f"{token.text.upper()} would change the graph, and kg query only reads", token.at, text, where,
                         "The graph is built from documents: kg build REPORTS")  # fmt: skip
        break
    for token in pieces:
        if token.kind == "word" and token.text.upper() == "SERVICE":
            raise _fault("SERVICE would call another machine, and kg works offline", token.at, text, where,
                         "Ask that endpoint yourself, or load its data here first.")  # fmt: skip


def _refuse_unknown_prefixes(pieces: list[Token], text: str, where: str, prefixes: Mapping[str, str]) -> None:
    declared = set(prefixes) | {"_"}
    before = Token("mark", "", 0)
    for token in pieces:
        if token.kind == "name" and before.text.upper() == "PREFIX":
            declared.add(token.text.removesuffix(":"))
        elif token.kind == "name" and (prefix := token.text.split(":")[0]) not in declared:
            near = get_close_matches(prefix, sorted(declared - {"_"}), n=1, cutoff=0.3)
            hint = f"Did you mean {near[0]}:? " if near else ""
            raise _fault(f"no prefix is called {prefix!r}", token.at, text, where,
                         f"{hint}All that are bound: kg query --prefixes")  # fmt: skip
        before = token


def _explained(message: str, pieces: list[Token], text: str, where: str, prefixes: Mapping[str, str]) -> BadQuery:
    """Make the engine's message one that can be read, and add a guess at what mends it."""
    if "variable that is unbound" in message:
        at = next((t.at for t in pieces if t.text.upper() == "SELECT"), 0)
        return _fault("a selected variable is neither grouped nor aggregated", at, text, where,
                      "Name it in GROUP BY, or take one of its values: (SAMPLE(?x) AS ?y)")  # fmt: skip
    wrong = bisect_left(pieces, True, key=lambda token: not _is_start(text[: token.at + len(token.text)], prefixes))  # noqa: FBT003
    quote = next((at for at, t in enumerate(pieces) if t.kind == "mark" and t.text in "\"'"), len(pieces))
    if quote <= wrong and quote < len(pieces):
        here = pieces[quote]
        return _fault(f"this {here.text} is never closed", here.at, text, where, f"Add {here.text} at its end.")
    opened, extra = _unmatched(pieces[:wrong])
    if wrong < len(pieces):
        here = pieces[wrong]
        return _fault(f"{here.text} is not understood here", here.at, text, where, _hint(pieces, wrong, opened))
    if opened and not extra:
        mend = f"Add {_PAIRS[opened.text]} where it should end."
        return _fault(f"this {opened.text} is never closed", opened.at, text, where, mend)
    m = _AT.match(message)
    said = "the query ends too early" if m is None or "_" in m[3] else f"not understood: {m[3]}"
    return _fault(
        said, len(text.rstrip()), text, where, "A query is SELECT, ASK, CONSTRUCT or DESCRIBE with { a pattern }."
    )


def _is_start(text: str, prefixes: Mapping[str, str]) -> bool:
    """Tell whether some query begins with this text: the engine then fails only behind the blanks that follow."""
    try:
        ox.Store().query(text + _PAD, prefixes=dict(prefixes))
    except SyntaxError as error:
        if (m := _AT.match(str(error))) is None:
            return True
        lines = text.split("\n")
        return (int(m[1]), int(m[2])) > (len(lines), len(lines[-1]) + len(_PAD) // 2)
    return True


def _unmatched(pieces: list[Token]) -> tuple[Token | None, Token | None]:
    """Return the innermost bracket that is open at the end, and the first that closes nothing."""
    stack: list[Token] = []
    for token in pieces:
        if token.text in _PAIRS:
            stack.append(token)
        elif token.text in _PAIRS.values():
            if not stack or _PAIRS[stack[-1].text] != token.text:
                return (stack[-1] if stack else None), token
            stack.pop()
    return (stack[-1] if stack else None), None


def _hint(pieces: list[Token], at: int, opened: Token | None) -> str:
    here, before = pieces[at], pieces[at - 1] if at else Token("mark", "", 0)
    word, last = here.text.upper(), before.text.upper()
    things = {"variable", "name", "iri", "string", "language"}
    if here.text in _PAIRS.values() and (opened is None or _PAIRS[opened.text] != here.text):
        return (
            f"Nothing that it closes is open; {opened.text} is." if opened else "Nothing is open that it could close."
        )
    if last in {"ORDER", "GROUP"}:
        return f"Write {last} BY."
    if here.text == "," and any(t.text.upper() == "SELECT" for t in pieces[:at]):
        return "Selected variables stand side by side, without commas."
    if last in {"LIMIT", "OFFSET"}:
        return f"{last} takes a number."
    if word in _AGGREGATES:
        return f"A computed value needs brackets and a name: ({word}(?x) AS ?n)"
    if here.kind == "word" and not word.isdecimal() and word not in _KEYWORDS:
        return _meant(here.text, first=at == 0)
    if here.text == "}" and before.kind in things:
        return "The triple before it is incomplete: subject, predicate, object."
    if before.text == ")" and opened and opened.text == "(":
        return "A computed value needs a name: (… AS ?n)"
    if here.kind in things and before.kind in things:
        return "A . or ; may be missing before it."
    return ""


def _meant(word: str, *, first: bool) -> str:
    near = get_close_matches(word.upper(), _FIRST if first else _KEYWORDS, n=1, cutoff=_NEAR) if len(word) > 1 else ()
    if near:
        return f"Did you mean {near[0]}?"
    if first:
        return "A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE; questions by name: kg query --list"
    return f"A variable begins with ?, a name has a prefix: ?{word}"


def _fault(what: str, at: int, text: str, where: str, hint: str) -> BadQuery:
    line = text.count("\n", 0, at) + 1
    start = text.rfind("\n", 0, at) + 1
    shown = text[start:].split("\n", 1)[0].replace("\t", " ")
    caret = " " * cells(shown[: at - start]) + "^"
    mend = "\n  ".join(x for x in (shown, shown and caret, hint) if x)
    return BadQuery(what, f"{where}:{line}:{at - start + 1}", mend)
