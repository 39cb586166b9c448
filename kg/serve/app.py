"""The web application: its routes, its workers, and what every answer carries."""

import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kg.errors import KgError
from kg.graph.iris import escape
from kg.serve import api, endpoint, graph_store, pages
from kg.serve.kept import Kept
from kg.serve.negotiate import GRAPHS, NAMES, best, prefers_html
from kg.serve.snapshot import generation
from kg.serve.workers import Lanes, Pool, Source

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

TIMEOUT = 30.0
"""Seconds that a query may take; the heaviest shipped one takes under two (2026-11)."""
HEADERS = {
    "content-security-policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "access-control-allow-origin": "*",  # reading only, and the same for everyone
    "access-control-expose-headers": "Content-Disposition, Retry-After",
}
PREFLIGHT = {
    "access-control-allow-methods": "GET, HEAD, POST",
    "access-control-allow-headers": "Accept, Content-Type",  # and no Authorization: pages of others can't write
    "access-control-max-age": "86400",
}
METHODS = {
    "/sparql": "GET, HEAD, POST, OPTIONS",
    "/update": "POST, OPTIONS",
    "/store": "GET, HEAD, PUT, POST, DELETE, OPTIONS",
}
"""What an address takes, where it is more than reading."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the server is started with."""

    graph: Path
    reports: tuple[Path, ...] = ()
    timeout: float = TIMEOUT
    workers: int = 4
    log: bool = field(default=True)
    token: str | None = field(default=None, repr=False)  # that writing needs; without one, nobody may write


def make_app(settings: Settings) -> Starlette:
    """Make the application; its workers start with it."""

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        source = Source(settings.graph, settings.reports)
        app.state.queries = Lanes(source, settings.workers, settings.timeout)
        app.state.pages = Pool(source, max(2, settings.workers // 2), max(settings.timeout, 20.0))
        app.state.pools = [app.state.queries, app.state.pages]
        if settings.token is not None:
            app.state.writer = Pool(source, 1, settings.timeout)
            app.state.pools.append(app.state.writer)
        yield
        await run_in_threadpool(close, app)

    middleware = [Middleware(_Every, log=settings.log)]
    app = Starlette(routes=_routes(), lifespan=life, middleware=middleware, exception_handlers={
        HTTPException: pages.not_found, KgError: pages.faulty, Exception: pages.broken})  # fmt: skip
    app.state.settings, app.state.kept = settings, Kept()
    return app


def close(app: Starlette) -> None:
    """End all workers; what they are still asked is answered with 503."""
    for pool in getattr(app.state, "pools", ()):
        pool.close()


def _routes() -> list[BaseRoute]:
    return [
        Route("/sparql", endpoint.sparql, methods=["GET", "POST", "PUT", "PATCH", "DELETE"], name="sparql"),
        Route("/update", endpoint.sparql, methods=["POST"]),
        Route("/store", graph_store.store, methods=list(graph_store.METHODS)),
        Route("/.well-known/void", endpoint.described),
        Route("/health", _health),
        Route("/ready", _ready),
        Route("/id/{local:path}", _identified),
        *api.ROUTES,
        *pages.ROUTES,
        Mount("/static", StaticFiles(packages=[("kg.serve", "static")]), name="static"),
    ]


async def _health(_request: Request) -> Response:
    """Say that the server runs."""
    return PlainTextResponse("ok\n")


def _ready(request: Request) -> Response:
    """Say whether the graph can be asked."""
    try:
        count = request.app.state.pages.do("health")
    except KgError as error:
        return PlainTextResponse(f"{error}\n", 503)
    link = generation(request.app.state.settings.graph) or ""
    return PlainTextResponse(f"ready: {count} triples, {link.split(' ', maxsplit=1)[0]}\n")


def _identified(request: Request) -> Response:
    """Answer for an IRI of the graph: the page about it for a browser, its triples for a program."""
    accept = request.headers.get("accept")
    local = "/".join(escape(part) for part in pages.segments(request)[1:])
    if prefers_html(accept, GRAPHS):
        return RedirectResponse(pages.address(f"/{local}"), 303, {"Vary": "Accept"})
    media = best(accept, GRAPHS)
    if media is None:
        return PlainTextResponse("comes as " + ", ".join(dict.fromkeys(NAMES[f] for f in GRAPHS.values())) + "\n", 406)
    data = request.app.state.pages.do("describe", local, GRAPHS[media])
    if data is None:
        return PlainTextResponse(f"the graph says nothing of {local}\n", 404)
    return Response(data, media_type=NAMES[GRAPHS[media]], headers={"Vary": "Accept"})


class _Every:
    """Adds to every answer what it must carry, answers OPTIONS, and writes the log: a line of JSON a request."""

    def __init__(self, app: App, *, log: bool) -> None:
        self._app, self._log = app, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status, size = time.perf_counter(), 0, 0

        async def passed(message: MutableMapping[str, Any]) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *((n.encode(), v.encode()) for n, v in HEADERS.items())]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            if scope["method"] == "OPTIONS":
                headers = PREFLIGHT | {"Allow": METHODS.get(scope["path"], "GET, HEAD, OPTIONS")}
                await Response(status_code=204, headers=headers)(scope, receive, passed)
            else:
                await self._app(scope, receive, passed)
        finally:
            if self._log:
                _write(scope, status, size, time.perf_counter() - start)


def _write(scope: Scope, status: int, size: int, seconds: float) -> None:
    query = scope["query_string"].decode("latin-1")
    line = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "client": (scope.get("client") or ("-",))[0],
        "method": scope["method"],
        "path": scope["path"] + (f"?{query[:500]}" if query else ""),
        "status": status,
        "bytes": size,
        "ms": round(seconds * 1000, 1),
    }
    sys.stderr.write(json.dumps(line, ensure_ascii=True) + "\n")
