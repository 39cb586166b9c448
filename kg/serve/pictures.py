"""The pictures of `kg plot` for the pages, drawn as SVG. Run in a worker, so within its time and memory.

Out of scope: what they show (`charts`), the page around them (`templates/pictures.html`).
"""

import io
from typing import Any

from kg.ask.resolve import find
from kg.charts.fonts import family
from kg.charts.make import CHARTS, About
from kg.charts.sheet import typed, write
from kg.charts.words import Language, words_of
from kg.errors import KgError
from kg.serve.asked import Asked
from kg.serve.snapshot import Snapshot


def pictures(snapshot: Snapshot, asked: Asked) -> dict[str, Any]:
    """Return the names of the pictures, each with what it is about; or why this server can't draw.

    Args:
        snapshot: the graph.
        asked: region, reform and indicator by name; a picture is about those that it takes.

    Raises:
        KgError: a name means nothing, or several things.
    """
    _about(snapshot, asked)
    try:
        family()
    except KgError as error:
        return {"drawn": {}, "fault": f"{error.what}. {error.mend}"}
    return {"drawn": {name: [pair for pair in asked if pair[0] in chart.takes] for name, chart in CHARTS.items()}}


def picture(snapshot: Snapshot, name: str, asked: Asked, language: Language) -> bytes | None:
    """Return a picture as SVG; None where there is none of that name.

    Raises:
        KgError: matplotlib or a Chinese font is missing, or a name means nothing.
    """
    if name not in CHARTS:
        return None
    file = io.BytesIO()
    with typed(family()):
        page = CHARTS[name].make(snapshot.store, _about(snapshot, asked), words_of(snapshot.store, language))
        write(page.figure, "svg", file)
    return file.getvalue()


def _about(snapshot: Snapshot, asked: Asked) -> About:
    return About(**{kind: find(snapshot.store, kind, name, snapshot.places) for kind, name in asked})
