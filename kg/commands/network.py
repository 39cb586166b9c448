"""Who is alike, what travels together: kg network."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.commands.console import Graph, chosen, emit, format_options, iri_of, many, note, source_options, store_at

if TYPE_CHECKING:
    from kg.ask.query import Source


@click.command()
@click.argument("measure", type=click.Choice(["alike", "together", "communities", "centrality"]))
@click.argument("name", required=False)
@source_options
@click.option("--of", "which", type=click.Choice(["region-reform", "reform-platform"]), default="region-reform",
              show_default=True, help="The network whose communities or centrality are wanted.")  # fmt: skip
@click.option("--within", metavar="REGION", help="Only this region and what lies within it.")
@click.option("--at-least", type=click.IntRange(min=1), help="Reforms, or regions, that a pair has in common. "
              "[default: 1 of alike, 2 of together]")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Of what is drawn by lot.")
@format_options
def network(  # noqa: PLR0913, PLR0917  one an option
    measure: str,
    name: str | None,
    graph: Graph,
    which: str,
    within: str | None,
    at_least: int | None,
    seed: int,
    fmt: str | None,
    output: Path | None,
) -> None:
    """Tell who is alike and which reforms travel together.

    MEASURE is alike: pairs of regions by the reforms that both adopt; together: pairs of reforms by the regions that
    adopt both, with lift, and p, the chance of so many (of one pair: among hundreds some are small by chance);
    communities; or centrality. NAME narrows to the pairs of one region, or reform. Methods and seed stand in every
    row (all formats but table); the same graph and seed give the same bytes.

    \b
        kg network alike 沙县
        kg network together --at-least 3
        kg network communities --seed 7 --format csv -o communities.csv
        kg network centrality --of reform-platform
    """
    from kg.change.likeness import ALIKE, TOGETHER

    store = store_at(graph)
    inside = iri_of(store, "region", within)
    if name and measure not in ("alike", "together"):
        raise click.UsageError(f"NAME narrows alike and together; {measure} is of a whole network: see --within.")
    if measure == "alike":
        rows, method, drawn = _alike(store, name, inside, at_least or 1), ALIKE, None
    elif measure == "together":
        rows, method, drawn = _together(store, name, inside, at_least or 2), TOGETHER, None
    else:
        rows, method, drawn = _of_network(store, measure, which, inside, seed)
    if chosen(fmt, output) == "table":
        rows = _grouped(rows) if measure == "communities" else rows
    else:
        rows = [row | {"method": method, "seed": drawn} for row in rows]
    emit(rows, fmt, output)
    note(f"{many(len(rows), 'row')}; {method}{'' if drawn is None else f', seed {drawn}'}")


def _grouped(rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """Return a row a community, where there was one a node."""
    groups: dict[object, list[object]] = {}
    for row in rows:
        groups.setdefault(row["community"], []).append(row["name"])
    return [{"community": number, "size": len(names), "members": names} for number, names in groups.items()]


def _alike(store: "Source", name: str | None, within: str | None, at_least: int) -> list[dict[str, object]]:
    from kg.change.likeness import alike

    return [
        {"region": a.region.full, "other": a.other.full, "shared": len(a.shared), "of": a.either, "jaccard": a.jaccard,
         "reforms": list(a.shared)}
        for a in alike(store, iri_of(store, "region", name), within, at_least)
    ]  # fmt: skip


def _together(store: "Source", name: str | None, within: str | None, at_least: int) -> list[dict[str, object]]:
    from kg.change.likeness import together

    return [
        {"reform": t.reform, "other": t.other, "both": len(t.regions), "one": t.reform_regions,
         "the other": t.other_regions, "of": t.of_regions, "lift": t.lift, "p": t.p, "regions": list(t.regions)}
        for t in together(store, iri_of(store, "reform", name), within, at_least)
    ]  # fmt: skip


def _of_network(
    store: "Source", measure: str, which: str, within: str | None, seed: int
) -> tuple[list[dict[str, object]], str, int | None]:
    from kg.change.networks import WHICH, centrality, communities, members
    from kg.change.networks import network as linked

    found = linked(store, next(w for w in WHICH if w == which), within)
    if measure == "communities":
        groups = communities(found, seed)
        rows: list[dict[str, object]] = [
            {"community": number, "kind": node.kind, "name": node.label, "modularity": groups.modularity}
            for number, node in members(groups)
        ]
        return rows, groups.method, groups.seed
    ranked = centrality(found, seed)
    rows = [
        {"name": c.node.label, "kind": c.node.kind, "links": c.links, "degree": c.degree, "betweenness": c.betweenness}
        for c in ranked.ranking
    ]
    return rows, ranked.method, ranked.seed
