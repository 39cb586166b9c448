"""kg serve under load: 32 clients, 2,000 mixed requests, beside the same queries asked in one process without a server.

    python tests/benchmarks/serving.py [-g outputs] [--requests 2000] [--clients 32]

Three of a hundred requests are bad (no syntax, a call to another machine, an unknown form) and two are queries that
would run for hours. Every answer is held against what it should be; anything else is an error of ours. Memory is that
of the server and all its workers (Linux), after a tenth of the requests and at the end. Times taken on a busy machine
are noisy: read the ratios.
"""

import argparse
import asyncio
import os
import platform
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

import httpx

from kg.ask.query import shipped
from kg.builds.build import build
from kg.serve.answers import Request, answer
from kg.serve.asked import questions
from kg.serve.snapshot import Snapshot

REPORTS = Path(__file__).parents[2] / "data/reports"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
BAD = [
    ({"query": "SELECT * { ?s ?p"}, 400),
    ({"query": "ASK { SERVICE <http://localhost/> { ?s ?p ?o } }"}, 403),
    ({"query": "ASK {}", "format": "xlsx"}, 406),
]
SECONDS = 2.0  # of a query, then it is stopped


@dataclass(frozen=True)
class Asked:
    """A request, and the status that it must get."""

    kind: str
    path: str
    status: int


def main() -> None:
    """Serve, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-g", "--graph", type=Path, help="default: built from data/reports")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=32)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        graph = options.graph or Path(folder) / "outputs"
        if options.graph is None:
            build([REPORTS], graph)
        snapshot = Snapshot(graph)
        load = f"load {os.getloadavg()[0]:.1f}"
        print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} CPUs, Python {platform.python_version()}, {load}")
        print(f"{len(snapshot.store):,} triples, {options.requests:,} requests, {options.clients} clients\n")
        alone = in_process(snapshot)
        with Server(graph) as server:
            single = asyncio.run(load_of(server, mixture(snapshot, options.requests // 10, slow=False), 1))
            before = server.memory()
            many = asyncio.run(load_of(server, mixture(snapshot, options.requests), options.clients))
            report(alone, single, many, before, server.memory())


def in_process(snapshot: Snapshot) -> list[float]:
    """Return the seconds that each shipped question takes here, several times over."""
    texts = [question["text"] for question in questions(snapshot)]
    times = []
    for text in texts * 3:
        start = time.perf_counter()
        answer(snapshot, Request(text))
        times.append(time.perf_counter() - start)
    return times


def mixture(snapshot: Snapshot, count: int, *, slow: bool = True) -> list[Asked]:
    """Return requests as many people would send them, always alike."""
    chance = random.Random(32)  # noqa: S311
    texts = [question["text"] for question in questions(snapshot)]
    pages = [snapshot.path(iri) for iri, thing in snapshot.named.items() if thing.kind in {"region", "reform"}][:200]
    pages += ["/", "/reports", "/reforms", *(snapshot.path(iri) for iri in snapshot.documents)]

    def one() -> Asked:
        share = chance.random()
        if slow and share < 0.02:
            return Asked("slow", "/sparql?" + urlencode({"query": SLOW}), 503)
        if share < 0.05:
            params, status = chance.choice(BAD)
            return Asked("bad", "/sparql?" + urlencode(params), status)
        if share < 0.15:
            return Asked("page", chance.choice(pages), 200)
        if share < 0.25:
            return Asked("suggestion", "/api/suggest?" + urlencode({"q": chance.choice("通办一件事改革数据")}), 200)
        text = chance.choice(texts)
        form = chance.choice(["nt", "ttl"] if "CONSTRUCT" in text else ["json", "csv", "xml"])
        return Asked("query", "/sparql?" + urlencode({"query": text, "format": form}), 200)

    if len(texts) != len(shipped()):
        raise SystemExit("not all questions are offered")
    return [one() for _ in range(count)]


class Server:
    """kg serve in a process of its own."""

    def __init__(self, graph: Path) -> None:
        command = [sys.executable, "-m", "kg", "serve", "-g", str(graph), "--port", "0", "--quiet"]
        self.process = subprocess.Popen([*command, "--timeout", f"{SECONDS:g}"], stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        self.url = self.process.stdout.readline().strip()  # type: ignore[union-attr]
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def memory(self) -> int:
        """Return the KiB that only the server and its workers hold."""
        root = Path(f"/proc/{self.process.pid}")
        children = [child for task in (root / "task").iterdir()
                    for child in (task / "children").read_text(encoding="utf-8").split()]  # fmt: skip
        held = 0
        for process in (self.process.pid, *children):
            with Path(f"/proc/{process}/smaps_rollup").open(encoding="utf-8") as file:
                held += sum(
                    int(line.split()[1]) for line in file if line.startswith(("Private_Clean", "Private_Dirty"))
                )
        return held


async def load_of(server: Server, requests: list[Asked], clients: int) -> list[tuple[Asked, int, float]]:
    """Send requests, so many at a time; return each with its status and seconds. 0 is no answer at all."""
    waiting = list(reversed(requests))
    found: list[tuple[Asked, int, float]] = []

    async def client(http: httpx.AsyncClient) -> None:
        while waiting:
            asked = waiting.pop()
            start = time.perf_counter()
            try:
                answered = await http.get(
                    asked.path, headers={"Accept": "text/html" if asked.kind == "page" else "*/*"}
                )
                status = answered.status_code
            except httpx.HTTPError:
                status = 0
            found.append((asked, status, time.perf_counter() - start))

    async with httpx.AsyncClient(base_url=server.url, timeout=120, trust_env=False,
                                 limits=httpx.Limits(max_connections=clients)) as http:  # fmt: skip
        await asyncio.gather(*(client(http) for _ in range(clients)))
    return found


def report(
    alone: list[float],
    single: list[tuple[Asked, int, float]],
    many: list[tuple[Asked, int, float]],
    before: int,
    after: int,
) -> None:
    """Print what came of it."""
    wrong = Counter((asked.kind, status) for asked, status, _ in (*single, *many) if status != asked.status)
    base = p95(alone)
    print(f"| {'':34} | {'count':>5} | {'median':>9} | {'p95':>9} | {'p95 ÷ in-process':>16} |\n|---|---|---|---|---|")
    lines = {"queries in this process": alone, "queries, one client": of(single)["query"]}
    lines |= {f"{kind}, all clients": times for kind, times in sorted(of(many).items())}
    for name, times in lines.items():
        ratio = f"{p95(times) / base:.1f} ×" if "quer" in name else ""
        print(f"| {name:34} | {len(times):5} | {statistics.median(times) * 1000:6.0f} ms | {p95(times) * 1000:6.0f} ms "
              f"| {ratio:>16} |")  # fmt: skip
    print(f"\nanswers other than they should be: {sum(wrong.values())} {dict(wrong) or ''}")
    print(f"memory of server and workers: {before / 1024:.0f} MB before the load, {after / 1024:.0f} MB after it")
    if wrong:
        raise SystemExit(1)


def of(found: list[tuple[Asked, int, float]]) -> dict[str, list[float]]:
    """Group times by kind."""
    times: dict[str, list[float]] = defaultdict(list)
    for asked, _, seconds in found:
        times[asked.kind].append(seconds)
    return times


def p95(times: list[float]) -> float:
    """Return what 95 of a hundred stay below."""
    return sorted(times)[int(len(times) * 0.95)]


if __name__ == "__main__":
    main()
