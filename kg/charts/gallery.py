"""The gallery: every picture of a graph as PNG and SVG, and a page that shows them.

In: a store and a folder. Out: files. Drawn are the reforms of widest spread, the indicators of most regions and the
regions with most reforms. The page needs no server and nothing from the net. Out of scope: the pages of `kg serve`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pyoxigraph as ox

from kg.charts.make import CHARTS, About, most
from kg.charts.sheet import save
from kg.charts.words import Words

EACH = 3  # reforms, indicators and regions that have a picture of their own
_PAGE = """<!doctype html>
<html lang="{lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0 auto; max-width: 60rem; padding: 1.5rem; color: #1b1f24; background: #f4f5f7; }}
body {{ font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }}
figure {{ margin: 0 0 2rem; padding: 1rem; background: #fff; border: 1px solid #d9dde2; border-radius: 6px; }}
img {{ display: block; max-width: 100%; height: auto; margin: 0 auto; }}
figcaption {{ margin-top: .75rem; color: #5c6570; font-size: .875rem; }}
code {{ overflow-wrap: anywhere; }}
</style>
<h1>{title}</h1>
<p>{note}</p>
{figures}
</html>
"""
_FIGURE = """<figure id="{id}">
<a href="{id}.svg"><img src="{id}.png" alt="{alt}"></a>
<figcaption><code>{command}</code> · <a href="{id}.png">PNG</a> · <a href="{id}.svg">SVG</a></figcaption>
</figure>"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture of the gallery."""

    id: str  # its files' name
    command: str  # that makes it
    title: str


def gallery(store: ox.Store, folder: Path, words: Words) -> list[Entry]:
    """Write the pictures and `index.html`; return what was drawn."""
    entries = []
    for number, (name, about) in enumerate(_wanted(store), 1):
        page = CHARTS[name].make(store, about, words)
        asked = [(kind, thing.label) for kind in CHARTS[name].takes if (thing := getattr(about, kind))]
        command = " ".join(["kg plot", name, *(f"--{kind} {label}" for kind, label in asked)])
        entry = Entry(f"{number:02}-{name}", command, page.title)
        for suffix in (".png", ".svg"):
            save(page.figure, folder / f"{entry.id}{suffix}")
        entries.append(entry)
    figures = (
        _FIGURE.format(id=entry.id, alt=escape(entry.title, quote=True), command=escape(entry.command))
        for entry in entries
    )
    text = _PAGE.format(
        lang="zh-Hans" if words.language == "zh" else "en",
        title=escape(words("gallery.title")),
        note=escape(words("gallery.note", command="kg plot --all")),
        figures="\n".join(figures),
    )
    (folder / "index.html").write_text(text, encoding="utf-8")
    return entries


def _wanted(store: ox.Store) -> Iterator[tuple[str, About]]:
    yield "matrix", About()
    yield "map", About()
    reforms = most(store, "reform", EACH)
    for reform in reforms[:1]:
        yield "map", About(reform=reform)
    for kind, name, things in (
        ("reform", "diffusion", reforms),
        ("indicator", "ranking", most(store, "indicator", EACH)),
        ("region", "network", most(store, "region", EACH)),
    ):
        yield from ((name, About(**{kind: thing})) for thing in things)
        if not things:
            yield name, About()
