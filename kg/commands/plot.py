"""Pictures: kg plot."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.charts import NAMES
from kg.commands.console import Clock, graph_option, many, note, store_at

if TYPE_CHECKING:
    import pyoxigraph as ox

    from kg.charts.make import About
    from kg.charts.words import Language


@click.command()
@click.argument("name", required=False, type=click.Choice(NAMES), metavar="[NAME]")
@graph_option
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Where to: a .png or .svg.")  # fmt: skip
@click.option("--all", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Instead: every picture as PNG and SVG, and a page of them.")  # fmt: skip
@click.option("--region", help="Of this region and what lies within it.")
@click.option("--reform", help="diffusion, map: of this reform.")
@click.option("--indicator", help="ranking: of this indicator.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Of titles and notes.")
@click.option("--font", type=click.Path(dir_okay=False, exists=True, path_type=Path), metavar="FILE",
              help="Type with Chinese characters, where none is installed.")  # fmt: skip
def plot(  # noqa: PLR0913, PLR0917  one an option
    name: str | None,
    graph: Path,
    output: Path | None,
    folder: Path | None,
    region: str | None,
    reform: str | None,
    indicator: str | None,
    lang: "Language",
    font: Path | None,
) -> None:
    """Draw a picture of the graph.

    NAME is one of:

    \b
        matrix     who carries out which reform, and since when
        diffusion  how many regions report a reform, year by year
        ranking    an indicator across regions, units and bases apart
        network    the reforms and platforms of a region
        map        reports, or adopters of a reform, on a grid of provinces

    What no option names is chosen: the reform of widest spread, the indicator of most regions, the region with most
    reforms. Needs matplotlib: pip install 'reform-kg[plot]'.

    \b
        kg plot matrix -o matrix.png
        kg plot diffusion --reform 跨省通办 -o spread.svg
        kg plot map --reform 放管服 --lang en -o map.png
        kg plot --all gallery
    """
    if (name is None) == (folder is None):
        raise click.UsageError("Which picture? Give a NAME and -o FILE, or --all DIR.")
    if name and output is None:
        raise click.UsageError("Where to? Give -o FILE, whose name ends in .png or .svg.")
    if folder and (output or region or reform or indicator):
        raise click.UsageError("--all DIR chooses by itself: it takes no -o, --region, --reform or --indicator.")
    from kg.charts.fonts import family
    from kg.charts.make import CHARTS
    from kg.charts.sheet import save, typed
    from kg.charts.words import words_of

    clock = Clock()
    with typed(family(font)):
        store = store_at(graph)
        words = words_of(store, lang)
        if folder:
            from kg.charts.gallery import gallery

            pictures = gallery(store, folder, words)
            note(f"{many(len(pictures), 'picture')} and {folder / 'index.html'}, {clock}")
        elif name and output:
            about = _about(store, name, {"region": region, "reform": reform, "indicator": indicator})
            save(CHARTS[name].make(store, about, words).figure, output)
            note(f"{output}, {clock}")


def _about(store: "ox.Store", name: str, given: dict[str, str | None]) -> "About":
    from kg.ask.resolve import find
    from kg.charts.make import CHARTS, About
    from kg.terms.gazetteer import load_gazetteer

    told = {kind: value for kind, value in given.items() if value is not None}
    if wrong := [f"--{kind}" for kind in told if kind not in CHARTS[name].takes]:
        takes = " and ".join(f"--{kind}" for kind in CHARTS[name].takes)
        raise click.UsageError(f"{name} takes {takes}, not {', '.join(wrong)}.")
    return About(**{kind: find(store, kind, value, load_gazetteer()) for kind, value in told.items()})
