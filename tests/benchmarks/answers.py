"""How fast a built graph answers, is drawn and how fast the command starts, each beside a peer in the same run.

    python tests/benchmarks/answers.py [--only queries] [--documents 530] [--graph FOLDER]

`startup`   whole processes, by turns: kg --help, kg lookup on the shipped reports, python -c 'import click'
`queries`   every named question on a graph of so many documents, to JSON: kg, and the same text straight in pyoxigraph,
            by turns, each first as often as the other; the processor's time
`rdflib`    some of them, and the same in rdflib with all in memory; one that takes it too long is stopped and counts as
            that long, one at which it fails doesn't count
`pictures`  GraphML of 100,000 nodes and 400,000 edges, and networkx.write_graphml_lxml: time, and memory on top
"""

import argparse
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
from builds import generated, machine, peak_memory, written

from kg.ask.query import NamedQuery, bound, run, serialized, shipped
from kg.ask.resolve import find
from kg.builds.build import build
from kg.exports.export import write_picture
from kg.exports.picture import Edge, Node
from kg.exports.styles import STYLES
from kg.graph.iris import PREFIXES
from kg.graph.store import as_rdflib, open_store
from kg.terms.gazetteer import load_gazetteer

PARTS = ("startup", "queries", "rdflib", "pictures")
TURNS = 15  # of each process
NODES, EDGES = 100_000, 400_000
SOME = (
    "reports",
    "units",
    "targets",
    "figures",
    "reforms-by-region",
    "platforms-by-province",
    "policies-cited",
    "rules",
)
PATIENCE = 60  # seconds for a question in rdflib
FEWEST, MOST, ENOUGH = 3, 30, 3.0  # turns of a question; seconds after which there are no more than the fewest
GOAL = 1.2  # times what the engine takes alone


def main() -> None:
    """Run the parts and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--documents", type=int, default=530, metavar="N", help="of the graph that is asked")
    parser.add_argument("--graph", type=Path, help="a built one to ask instead")
    parser.add_argument("--draw", choices=("kg", "networkx"), help=argparse.SUPPRESS)  # a child that is measured
    options = parser.parse_args()
    if options.draw:
        drawn(options.draw)
        return
    load = f"load {os.getloadavg()[0]:.1f}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, Python {platform.python_version()}, {load}\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        graph = options.graph or Path(folder, "graph")
        if not options.graph and {"queries", "rdflib"} & {*options.only}:
            build([written(generated(options.documents), Path(folder, "reports"))], graph)
        parts: dict[str, Callable[[Path], None]] = {
            "startup": startup, "queries": queries, "rdflib": in_rdflib, "pictures": pictures
        }  # fmt: skip
        for part in options.only:
            parts[part](graph)


def startup(graph: Path) -> None:
    """Compare whole processes, by turns."""
    small = graph.parent / "small"
    build([Path("data/reports")], small)
    commands = {
        "python -c 'import click'": [sys.executable, "-c", "import click"],
        "kg --help": [Path(sys.executable).with_name("kg"), "--help"],
        "kg lookup 福建": [Path(sys.executable).with_name("kg"), "lookup", "福建", "-g", small],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}  # as an installed one runs
    for turn in range(TURNS + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=environment)
            if turn:  # the first warms the disk's cache
                times[name].append(time.perf_counter() - start)
    base = times["python -c 'import click'"]
    for name, found in times.items():
        least, middle = min(found) / min(base), statistics.median(found) / statistics.median(base)
        print(
            f"{name:28}{min(found) * 1000:7.0f} ms   {least:.2f} × import click (of medians {middle:.2f})", flush=True
        )


def asked(store: ox.Store) -> dict[str, str]:
    """Return the named questions with their defaults filled in."""
    places = load_gazetteer()

    def filled(question: NamedQuery) -> str:
        return bound(question, {}, lambda kind, name: find(store, kind, name, places).iri)

    return {name: filled(question) for name, question in shipped().items()}


def seconds(work: Callable[[], object]) -> float:
    """Return the processor's seconds for some work: what other programs do doesn't count."""
    start = time.process_time()
    work()
    return time.process_time() - start


def least(work: Callable[[], object]) -> float:
    """Return the least seconds that some work takes, once the cache is warm."""
    return by_turns(work, lambda: None)[0]


def by_turns(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Return the least seconds of each: now the one goes first, now the other; the first turn only warms the cache."""
    begun, turn = time.perf_counter(), 0
    ones: list[float] = []
    others: list[float] = []
    while turn < FEWEST or (turn < MOST and time.perf_counter() - begun < ENOUGH):
        for work, times in ((one, ones), (other, others))[:: -1 if turn % 2 else 1]:
            times.append(seconds(work))
        turn += 1
    return min(ones[1:]), min(others[1:])


def queries(graph: Path) -> None:
    """Compare every named question with the same text straight in the engine: query and result as JSON."""
    store = open_store(graph)
    print(f"\n{len(store):,} triples")
    ratios, ours, theirs = {}, 0.0, 0.0
    for name, text in asked(store).items():
        fmt = "nt" if "CONSTRUCT" in text else "json"

        def straight(text: str = text) -> object:
            result = store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
            if isinstance(result, ox.QueryTriples):
                return result.serialize(format=ox.RdfFormat.N_TRIPLES)
            return result.serialize(format=ox.QueryResultsFormat.JSON)

        def through(text: str = text, fmt: str = fmt) -> object:
            return serialized(run(store, text), fmt)

        one, other = by_turns(through, straight)
        ours, theirs, ratios[name] = ours + one, theirs + other, one / other
        print(f"  {name:28}{one * 1000:9.1f} ms {other * 1000:9.1f} ms   {one / other:.2f} ×", flush=True)
    worst = max(ratios, key=ratios.__getitem__)
    middle = statistics.median(ratios.values())
    print(f"{len(ratios)} named questions, all together: {ours / theirs:.2f} × straight in pyoxigraph; "
          f"median {middle:.2f}, most {ratios[worst]:.2f} ({worst}); "
          f"more than {GOAL}: {sum(ratio > GOAL for ratio in ratios.values())}", flush=True)  # fmt: skip


def in_rdflib(graph: Path) -> None:
    """Compare some named questions with rdflib: ours first, while its dataset doesn't yet fill the memory."""
    store = open_store(graph)
    texts = asked(store)
    ours = {name: least(lambda text=texts[name]: serialized(run(store, text), "json")) for name in SOME}
    start = time.perf_counter()
    dataset = as_rdflib(graph)
    print(f"\nrdflib: {len(store):,} triples read in {time.perf_counter() - start:.0f} s", flush=True)
    theirs, stopped = {}, 0
    signal.signal(signal.SIGALRM, give_up)
    for name in SOME:
        start, more = time.process_time(), ""
        signal.alarm(PATIENCE)
        try:
            said = f"{len(list(dataset.query(texts[name], initNs=PREFIXES)))} rows"
        except TimeoutError:
            said, stopped, more = "stopped", stopped + 1, "more than "
        except Exception as error:  # noqa: BLE001  whatever it is, it is rdflib's
            said = ""
            print(f"  {name:28}{ours[name] * 1000:9.1f} ms   rdflib fails: {type(error).__name__}", flush=True)
        finally:
            signal.alarm(0)
        if said:
            theirs[name] = time.process_time() - start
            ratio = f"{more}{theirs[name] / ours[name]:.0f} ×"
            print(f"  {name:28}{ours[name] * 1000:9.1f} ms {theirs[name]:9.1f} s   {ratio}  {said}", flush=True)
    ratios = [seconds / ours[name] for name, seconds in theirs.items()]
    together = sum(theirs.values()) / sum(ours[name] for name in theirs)
    print(f"{len(theirs)} named questions, all together: {together:.0f} × faster than rdflib, "
          f"the least {min(ratios):.0f} ×; stopped after {PATIENCE} s: {stopped}", flush=True)  # fmt: skip


def give_up(*_: object) -> None:
    """End what takes too long."""
    raise TimeoutError


def pictures(_: Path) -> None:
    """Compare GraphML, each in a process of its own."""
    found = {}
    for who in ("kg", "networkx"):
        command = [sys.executable, __file__, "--draw", who]
        found[who] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        more = f"{found[who]['memory'] / 1024:6.0f} MB more than before"
        print(f"GraphML by {who:12}{found[who]['seconds']:7.2f} s {more}, {found[who]['bytes'] / 1e6:.0f} MB written")
    ours, theirs = found["kg"], found["networkx"]
    ratio, memory = theirs["seconds"] / ours["seconds"], theirs["memory"] / max(1, ours["memory"])
    print(f"{NODES:,} nodes, {EDGES:,} edges: {ratio:.1f} × faster than networkx.write_graphml_lxml, "
          f"{memory:.0f} × less memory", flush=True)  # fmt: skip


def nodes() -> Iterator[tuple[Node, float]]:
    """Yield nodes as a graph of reports has them."""
    for number in range(NODES):
        values: dict[str, str | float | int] = {
            "full_name": f"某省某市第{number}县",
            "code": f"{number:06}",
            "year": 2024,
        }
        iri = f"https://w3id.org/reform-kg/region/{number:06}"
        yield Node(f"region:{number:06}", iri, f"第{number}县", "Region", values), 4.0 + number % 36


def edges() -> Iterator[Edge]:
    """Yield edges between them."""
    for number in range(EDGES):
        source, target = f"region:{number % NODES:06}", f"region:{number * 7919 % NODES:06}"
        yield Edge(source, target, "adopts", "推行", 1 + number % 5, 2020, 2024)


def drawn(who: str) -> None:
    """Draw, and print how long it took and how much more memory than before."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "graph.graphml")
        before, start = peak_memory(), time.perf_counter()
        if who == "kg":
            with path.open("wb") as file:
                write_picture(STYLES["graphml"], nodes, edges(), file)
        else:
            network = as_networkx()
            start = time.perf_counter()  # its memory counts, for it draws only what it holds; making it does not
            nx.write_graphml_lxml(network, path)
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "memory": peak_memory() - before, "bytes": path.stat().st_size}))


def as_networkx() -> nx.MultiDiGraph:
    """Return the same nodes and edges, with the same attributes, in networkx, which writes only what it holds."""
    file = BytesIO()
    write_picture(STYLES["graphml"], nodes, edges(), file)
    file.seek(0)
    return nx.read_graphml(file, force_multigraph=True)


if __name__ == "__main__":
    main()
