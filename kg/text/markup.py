"""What a reader of a page sees: its text with the markup blotted out, of the same length.

Web pages also come as they were saved, as text. In: a folded text. Out: the same with scripts, style sheets, comments
and the attributes of tags as blanks, so that offsets hold and nothing is found in them; tags stay, which end sentences.
Out of scope: web pages that are read as such (`readers/webpage`).
"""

import re

_ATTRIBUTE = r"\s++[A-Za-z_:@][\w:.@-]*+(?:\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'|[^\s\"'<>=`]++))?+"
_UNSEEN = re.compile(
    r"(?i:<(?:style|script)\b[^<]*+(?:<(?!/?(?:style|script)\b)[^<]*+)*+</(?:style|script)\s*+>)"
    r"|<!--(?:[^<-]|<(?!!--)|-(?!->))*+-->"
    rf"|(?P<tag><[A-Za-z][A-Za-z0-9:-]*+)(?:{_ATTRIBUTE})++\s*+(?P<end>/?>)"
)


def visible(folded: str) -> str:
    """Return the text with a blank for every character that a browser doesn't show, but for bare tags.

    >>> visible('<p class="c7">办理12件<!--共3页--></p>')
    '<p           >办理12件          </p>'
    """
    return _UNSEEN.sub(_blank, folded) if "<" in folded else folded


def _blank(m: re.Match[str]) -> str:
    tag, end = m["tag"] or "", m["end"] or ""
    return f"{tag}{' ' * (len(m[0]) - len(tag) - len(end))}{end}"
