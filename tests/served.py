"""The invented graph behind a real `kg serve`, with one report more whose every name tries to be HTML."""

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
from asked import adopts, chunks, figure, names, report, reports, runs_on, says
from stores import build_store

from kg.builds.build import build
from kg.graph.report import to_nquads
from kg.model import Kind
from kg.terms.gazetteer import load_gazetteer
from kg.terms.lexicon import load_lexicon

DIGESTS = Path(__file__).parent.parent / "data" / "reports"
EVIL = "<script>alert(1)</script>"
IMG = "<img src=x onerror=alert(2)>"
QUOTE = "\"'><svg onload=alert(3)>"
EVERYTHING = (EVIL, IMG, QUOTE)


def hostile():
    """A report whose title, file, publisher, reform, platform, agency, policy, phrase and text are markup."""
    return report(
        f"{IMG}.txt", "330523", "2024", f"安吉县{EVIL}局", f"{EVIL}安吉县年报",
        says(f"推行“{EVIL}办”，经{QUOTE}平台办成7件，依照《{IMG}办法》。", adopts(f"{EVIL}办"),
             runs_on(f"{EVIL}办", f"{QUOTE}平台"),
             figure("7件", "7", "件", f"{EVIL}办成量", reform=f"{EVIL}办", platform=f"{QUOTE}平台", agency=f"{IMG}局"),
             names(Kind.POLICY, f"{IMG}办法")),
        says(f"{EVIL}{IMG}{QUOTE}</textarea></title>."),
    )  # fmt: skip


def folder_of(root: Path) -> tuple[Path, Path]:
    """The graph's folder, and that of the reports' texts."""
    terms = root / "ontology"
    quads = [*chunks(terms), to_nquads(hostile(), load_gazetteer(), load_lexicon(terms))]
    build_store(root / "outputs", quads)
    texts = root / "texts"
    texts.mkdir()
    for one in (*reports(), hostile()):
        (texts / one.document.path).write_bytes(one.document.text.encode())
    return root / "outputs", texts


@dataclass
class Served:
    url: str
    process: subprocess.Popen
    graph: Path
    texts: Path
    log: Path

    def client(self, **options):
        return httpx.Client(base_url=self.url, timeout=60, trust_env=False, **options)


@contextlib.contextmanager
def serving(root: Path, *options: str):
    """Serve the invented graph."""
    graph, texts = folder_of(root)
    with started(graph, root / "log", "--reports", str(texts), *options) as found:
        yield Served(*found, graph, texts, root / "log")


@contextlib.contextmanager
def serving_digests(root: Path, *options: str):
    """Serve what `make graph` makes."""
    build([DIGESTS], root / "outputs")
    with started(root / "outputs", root / "log", *options) as found:
        yield Served(*found, root / "outputs", DIGESTS, root / "log")


@contextlib.contextmanager
def started(graph: Path, log: Path, *options: str):
    """Give the address and the process of `kg serve`, and end it."""
    with log.open("w") as stderr:
        command = [sys.executable, "-m", "kg", "serve", "-g", graph, "--port", "0", *options]
        env = os.environ | {"PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=env) as process:
            try:
                url = process.stdout.readline().strip()
                assert url.startswith("http://127.0.0.1:"), log.read_text()
                yield url, process
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(30)
