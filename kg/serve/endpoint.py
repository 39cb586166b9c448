"""SPARQL 1.1 Protocol: what is asked, in whichever way, and the answer with its status.

https://www.w3.org/TR/sparql11-protocol/. The work itself is done by `answers`, in a worker. Faults are plain text.
"""

from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from kg.errors import KgError
from kg.serve import pages
from kg.serve.answers import Answer
from kg.serve.answers import Request as Query
from kg.serve.faults import Fault, body_of, check_may_write, fault_of
from kg.serve.negotiate import ALIASES, GRAPHS, NAMES, ROWS, best, prefers_html
from kg.serve.workers import Lanes

LARGEST = 1 << 20
"""Bytes of a request; the largest query that we know of has 60,000 (2026-11)."""
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
UPDATE = "application/sparql-update"
EXAMPLE = "curl -H 'Accept: {media}' --data-urlencode 'query=SELECT * {{ ?s ?p ?o }} LIMIT 5' -G {url}"


async def sparql(request: Request) -> Response:
    """Answer /sparql."""
    try:
        return await _asked(request)
    except Fault as fault:
        return fault.response


async def _asked(request: Request) -> Response:
    if request.method == "POST":
        params = await _posted(request)
    elif request.method in {"GET", "HEAD"}:
        params = _decoded(request.scope["query_string"])
    else:
        raise Fault(405, "only GET, HEAD, POST and OPTIONS are understood here", Allow="GET, HEAD, POST, OPTIONS")
    if "update" in params:
        return await _updated(request, params)
    if "query" not in params:
        return await _without(request)
    if len(params["query"]) != 1:
        raise Fault(400, "give one query, not several")
    return await run_in_threadpool(_answered, request, params)


async def _updated(request: Request, params: dict[str, list[str]]) -> Response:
    check_may_write(request)
    if request.method != "POST":
        raise Fault(405, "an update is sent by POST", Allow="POST")
    if len(params["update"]) != 1 or "query" in params:
        raise Fault(400, "give one update, and no query beside it")
    if set(params) & {"using-graph-uri", "using-named-graph-uri"}:
        raise Fault(400, "using-graph-uri is not understood\n  Write USING <IRI> in the update.")
    try:
        await run_in_threadpool(request.app.state.writer.do, "update", params["update"][0])
    except KgError as error:
        raise fault_of(error) from error
    return Response(status_code=204)


async def _without(request: Request) -> Response:
    """Answer a request without a query: the editor for a browser, the description of the service for a program."""
    accept = request.headers.get("accept")
    if request.method == "POST":
        raise Fault(400, "there is no query\n  Send it as the parameter query, or as a body of type " + DIRECT)
    if prefers_html(accept, GRAPHS):
        return await run_in_threadpool(pages.editor, request)
    if (media := best(accept, GRAPHS)) is None:
        raise Fault(406, "the service is described in " + ", ".join(dict.fromkeys(_graph_types())) + " only")
    return await run_in_threadpool(described, request, media)


def described(request: Request, media: str | None = None) -> Response:
    """Describe the service and its data set: SPARQL Service Description and VoID."""
    media = media or best(request.headers.get("accept"), GRAPHS) or "text/turtle"
    endpoint = str(request.url_for("sparql"))
    writable = request.app.state.settings.token is not None
    data = pool(request).do("description", endpoint, GRAPHS[media], writable=writable)
    return Response(data, media_type=_full(NAMES[GRAPHS[media]]), headers={"Vary": "Accept"})


def _answered(request: Request, params: dict[str, list[str]]) -> Response:
    accept, fmt = request.headers.get("accept"), params.get("format", [""])[0] or None
    if fmt is None and request.method != "POST" and prefers_html(accept, (*ROWS, *GRAPHS)):
        return pages.editor(request)
    fmt = ALIASES.get(fmt, fmt) if fmt else None
    if fmt is not None and fmt not in NAMES:
        raise Fault(406, f"no format is called {fmt!r}\n  Give one of: {', '.join(NAMES)}")
    query = Query(params["query"][0], accept, fmt, tuple(params.get("default-graph-uri", ())),
                  tuple(params.get("named-graph-uri", ())))  # fmt: skip
    try:
        answer = pool(request).do("answer", query)
    except KgError as error:
        raise fault_of(error) from error
    if not isinstance(answer, Answer):
        raise TypeError(answer)
    if answer.media is None:
        raise _unacceptable(request, answer)
    headers = {"Vary": "Accept"}
    if fmt and params.get("download"):
        headers["Content-Disposition"] = f'attachment; filename="result.{fmt}"'
    return Response(answer.data, headers=headers | {"Content-Type": _full(answer.media)})


def pool(request: Request) -> Lanes:
    """Return the workers for queries."""
    found: Lanes = request.app.state.queries
    return found


def _unacceptable(request: Request, answer: Answer) -> Fault:
    kind = {"graph": "a graph", "answer": "yes or no", "rows": "rows"}[answer.form]
    example = EXAMPLE.format(media=answer.offered[0], url=request.url_for("sparql"))
    return Fault(406, f"the query gives {kind}; that comes as {', '.join(answer.offered)}\n  For example: {example}")


async def _posted(request: Request) -> dict[str, list[str]]:
    media = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media == UPDATE:
        check_may_write(request)
    if media not in {FORM, DIRECT, UPDATE}:
        raise Fault(415, f"a body of type {media or 'none'} is not understood\n  Send {DIRECT}, or a form: {FORM}")
    body = await body_of(request, LARGEST)
    params = _decoded(request.scope["query_string"])
    if media != FORM:
        return params | {"query" if media == DIRECT else "update": [_text(body)]}
    for name, values in _decoded(body).items():
        params[name] = params.get(name, []) + values
    return params


def _decoded(query: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=200)
    except (ValueError, UnicodeError) as error:
        raise Fault(400, f"the parameters can't be read: {error}\n  Percent-encode them as UTF-8.") from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Fault(400, f"the query is no UTF-8: byte {error.start}") from error


def _graph_types() -> list[str]:
    return [NAMES[fmt] for fmt in GRAPHS.values()]


def _full(media: str) -> str:
    return f"{media}; charset=utf-8" if media.startswith("text/") else media
