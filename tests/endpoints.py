"""Stores that others wrote, started for tests; and a way to them on which things go wrong."""

import contextlib
import http.client
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

START = 60  # seconds that a store has to answer
PATH = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
VIRTUOSO = """[Database]
DatabaseFile = kg.db
ErrorLogFile = kg.log
LockFile = kg.lck
TransactionFile = kg.trx
xa_persistent_file = kg.pxa
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = {isql}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
"""


@dataclass(frozen=True)
class Service:
    """A store that answers: its address for queries, and what `kg publish` is told beside it."""

    endpoint: str
    options: tuple[str, ...] = ()

    def ask(self, query: str, **fields: str):
        """The rows of a query, asked without our code."""
        accept = {"Accept": "application/sparql-results+json"}
        answer = httpx.post(self.endpoint, data={"query": query, **fields}, headers=accept, timeout=60)
        answer.raise_for_status()
        return [{name: cell["value"] for name, cell in row.items()} for row in answer.json()["results"]["bindings"]]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextlib.contextmanager
def started(command: list, folder: Path, port: int):
    """Start a program that serves at a port, and end it."""
    program = shutil.which(command[0], path=PATH)
    if program is None:
        pytest.skip(f"{command[0]} is not installed; .ci/run and the dev group bring it")
    log = (folder / "store.log").open("wb")
    with log, subprocess.Popen([program, *command[1:]], cwd=folder, stdout=log, stderr=log) as process:
        try:
            deadline = time.monotonic() + START
            while not answers(port):
                assert process.poll() is None, (folder / "store.log").read_text("utf-8", "replace")
                assert time.monotonic() < deadline, f"{command[0]} does not answer"
                time.sleep(0.05)
            yield
        finally:
            process.kill()


def answers(port: int) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/", timeout=5).status_code > 0
    return False


@contextlib.contextmanager
def oxigraph(folder: Path):
    """Oxigraph's server: Graph Store protocol and Update; without being told, it asks the default graph alone."""
    port = free_port()
    with started(["oxigraph", "serve", "--bind", f"127.0.0.1:{port}"], folder, port):
        yield Service(f"http://127.0.0.1:{port}/query")


@contextlib.contextmanager
def rdflib(folder: Path):
    """rdflib-endpoint: SPARQL Update only, at the address for queries."""
    port = free_port()
    with started(
        ["rdflib-endpoint", "serve", "--host", "127.0.0.1", "--port", str(port), "--enable-update"], folder, port
    ):
        yield Service(f"http://127.0.0.1:{port}/")


@contextlib.contextmanager
def virtuoso(folder: Path):
    """Virtuoso, from Debian: Graph Store protocol at an address of its own, behind a Digest login."""
    port = free_port()
    (folder / "virtuoso.ini").write_text(VIRTUOSO.format(port=port, isql=free_port()), encoding="utf-8")
    with started(["virtuoso-t", "-f", "-c", "virtuoso.ini"], folder, port):
        at = f"http://127.0.0.1:{port}"
        yield Service(f"{at}/sparql", ("--graph-store", f"{at}/sparql-graph-crud-auth"))


class Proxy(http.server.ThreadingHTTPServer):
    """Passes requests on to a store, unless `fault` says what becomes of the one of that number."""

    daemon_threads = True

    def __init__(self, to: int, fault):
        super().__init__(("127.0.0.1", 0), Passing)
        self.to, self.fault = to, fault
        self.seen: list[str] = []  # methods and paths


class Passing(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def passed(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append(f"{self.command} {self.path}")
        fault = self.server.fault(len(self.server.seen), self.headers)
        if fault == "hang up":
            self.close_connection = True
            return
        if fault:
            self.answer(*fault)
            return
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.server.to)) as there:
            there.request(self.command, self.path, body, {k: v for k, v in self.headers.items() if k != "Host"})
            found = there.getresponse()
            content = found.read()
        with contextlib.suppress(ConnectionError):  # whoever asked may be gone
            self.answer(found.status, {"Content-Type": found.headers.get("Content-Type", "")}, content)

    do_GET = do_POST = do_PUT = do_DELETE = passed  # noqa: N815  the names that http.server calls

    def answer(self, status, headers, body=b""):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def proxy(service: Service, fault):
    """A service behind a proxy of which some requests go wrong."""
    address = httpx.URL(service.endpoint)
    with Proxy(address.port, fault) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Service(str(address.copy_with(port=server.server_port))), server
        finally:
            server.shutdown()
            thread.join()
