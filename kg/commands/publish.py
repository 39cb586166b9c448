"""A graph to a SPARQL store elsewhere: kg publish."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.commands.console import Clock, graph_option, is_address, many, note, store_at, write
from kg.errors import KgError
from kg.table import Row, as_table

if TYPE_CHECKING:
    from kg.exports.publish import Plan, Published


@click.command()
@graph_option
@click.option("--endpoint", metavar="URL", required=True, callback=is_address, help="Where the store takes queries.")
@click.option("--graph-store", metavar="URL", callback=is_address, help="Where it takes graphs (Graph Store protocol).")
@click.option("--update", metavar="URL", callback=is_address, help="Where it takes updates, if not graphs.")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=300.0, show_default=True, help="Seconds a request.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
def publish(
    graph: Path, endpoint: str, graph_store: str | None, update: str | None, timeout: float, *, dry_run: bool
) -> None:
    """Send the graph to a SPARQL store.

    Only the named graphs that changed since the last time are sent, each replaced as a whole, and those that left are
    taken out; graphs of others stay. Broken off, the same command goes on where it stopped. Without --graph-store and
    --update, graphs go where Oxigraph, GraphDB and RDF4J take them beside the endpoint, else as updates to the endpoint
    itself. Then kg query, lookup, compare, matrix, panel, cite and coverage ask it: --endpoint URL.

    KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD, or KG_ENDPOINT_TOKEN, in the environment log in.

    \b
        kg publish --endpoint http://localhost:7878/query
        kg publish --endpoint http://host:3030/reports/query --graph-store http://host:3030/reports/data
        kg lookup 福建 --endpoint http://localhost:7878/query
    """
    from kg.ask.remote import Remote
    from kg.ask.wire import Wire
    from kg.exports.publish import plan, target
    from kg.exports.publish import publish as send

    if graph_store and update:
        raise click.UsageError("--graph-store and --update are two ways; give one of them.")
    clock, store = Clock(), store_at(graph)
    with Remote(endpoint, timeout) as remote, Wire(timeout) as wire:
        found = plan(store, remote)
        if dry_run:
            write(_table(found, []))
            return
        to = target(endpoint, wire, graph_store, update)
        with click.progressbar(
            length=found.size, label="graphs", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            done = send(store, found, to, lambda: bar.update(1))
    write(_table(found, _sent(done, endpoint, clock)))
    for fault in done.refused:
        note(str(fault))
    if done.refused:
        raise KgError(f"took {many(len(done.refused), 'graph')} not", endpoint, "The reasons stand above.")


def _table(found: "Plan", more: list[Row]) -> str:
    rows: list[Row] = [{"graphs": name, "count": f"{count:,}", "": ""} for name, count in found.counts().items()]
    return as_table([*rows, *more], None, right=("count",))


def _sent(done: "Published", endpoint: str, clock: Clock) -> list[Row]:
    return [{"graphs": "bytes", "count": f"{done.bytes:,}", "": f"sent to {endpoint} in {clock}"}]
