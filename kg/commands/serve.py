"""The graph over HTTP: kg serve."""

import errno
import os
import secrets
import signal
import socket
import threading
from pathlib import Path

import click

from kg.commands.console import graph_option, store_at
from kg.errors import KgError

PORT = 8000
LAST = 2.0
"""Seconds that a server which is told to stop leaves to what it was asked before."""
DIR = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@graph_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is every one.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 picks a free one.")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=30.0, show_default=True,
              help="Seconds after which a query is stopped.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 64), default=4, show_default=True, help="Queries at the same time.")
@click.option("--reports", multiple=True, type=DIR,
              help="Folder of the reports, if they were moved since the build; may be repeated.")  # fmt: skip
@click.option("--writable", is_flag=True, help="Let those who have the token write: SPARQL update, and /store.")
@click.option("--quiet", is_flag=True, help="No line for each request on stderr.")
def serve(  # noqa: PLR0913  one an option
    graph: Path,
    host: str,
    port: int,
    timeout: float,
    workers: int,
    reports: tuple[Path, ...],
    *,
    writable: bool,
    quiet: bool,
) -> None:
    """Open the graph to browsers and SPARQL clients.

    Pages at /, a SPARQL 1.1 endpoint at /sparql, JSON at /api, described by /openapi.json. Calls no other machine, and
    picks up a new build by itself. Stop it with Ctrl-C.

    Reads only, unless --writable: then the variable KG_TOKEN is the token, or one is made and printed. What is written
    is gone with the next build.

    \b
        kg serve
        kg serve --port 0 --timeout 10
        curl -G http://127.0.0.1:8000/sparql --data-urlencode 'query=SELECT * { ?r a kg:Reform } LIMIT 3'
    """
    import uvicorn

    from kg.serve.app import Settings, close, make_app

    store_at(graph)  # a missing graph is said now, not by the first page
    listening = _listen(host, port)
    token = (os.environ.get("KG_TOKEN") or secrets.token_urlsafe(24)) if writable else None
    folders = tuple(folder.absolute() for folder in reports)
    app = make_app(Settings(graph.absolute(), folders, timeout, workers, log=not quiet, token=token))
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on", timeout_graceful_shutdown=5,
                            server_header=False)  # fmt: skip
    server = uvicorn.Server(config)
    last = threading.Timer(LAST, close, [app])
    last.daemon = True

    def stop(*_: object) -> None:  # heard before uvicorn listens to signals, while, and when it raises them once more
        server.should_exit = True
        if last.ident is None:
            last.start()

    server.handle_exit = stop  # type: ignore[method-assign, assignment]
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    address, at = listening.getsockname()[:2]
    click.echo(f"http://{f'[{address}]' if ':' in address else address}:{at}/")
    if token and not os.environ.get("KG_TOKEN"):
        click.echo(f"Authorization: Bearer {token}")
    server.run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise KgError(f"can't be listened on: {error.strerror}", f"{host}:{port}", "Try --host 127.0.0.1") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(512)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            mend = f"Try --port {port + 1}, or --port 0 for any that is free."
            raise KgError("is in use by another program", f"port {port}", mend) from error
        raise KgError(f"can't be listened on: {error.strerror}", f"{host}:{port}", "Try --host 127.0.0.1") from error
    return listening
