"""SPARQL 1.1 Graph Store Protocol at /store?graph=IRI: a named graph as a whole, read by all, written with the token.

https://www.w3.org/TR/sparql11-http-rdf-update/. Named graphs only: the default one is all of them together.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from kg.errors import KgError
from kg.serve.faults import Fault, body_of, check_may_write, fault_of
from kg.serve.negotiate import GRAPHS, NAMES, best
from kg.serve.writing import RDF

METHODS = ("GET", "PUT", "POST", "DELETE")
LARGEST = 16 << 20
"""Bytes of a graph that is sent: 200,000 triples or so."""


async def store(request: Request) -> Response:
    """Answer /store."""
    try:
        graph = _graph(request)
        if request.method in {"GET", "HEAD"}:
            return await run_in_threadpool(_content, request, graph)
        check_may_write(request)
        if request.method == "DELETE":
            return await run_in_threadpool(_dropped, request, graph)
        media = _media(request)
        body = await body_of(request, LARGEST)
        return await run_in_threadpool(_put, request, graph, body, media)
    except Fault as fault:
        return fault.response
    except KgError as error:
        return fault_of(error).response


def _graph(request: Request) -> str:
    given = request.query_params.getlist("graph")
    if len(given) != 1 or "default" in request.query_params:
        raise Fault(400, "name one graph: /store?graph=IRI\n  The graphs: SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    return given[0]


def _media(request: Request) -> str:
    media = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media not in RDF:
        raise Fault(415, f"a body of type {media or 'none'} is not understood\n  Send {', '.join(RDF)}")
    return media


def _content(request: Request, graph: str) -> Response:
    media = best(request.headers.get("accept"), GRAPHS)
    if media is None:
        raise Fault(406, "a graph comes as " + ", ".join(dict.fromkeys(NAMES[fmt] for fmt in GRAPHS.values())))
    data = request.app.state.queries.do("content", graph, GRAPHS[media])
    if not isinstance(data, bytes):
        raise Fault(404, f"no graph is called {graph}")
    return Response(data, media_type=NAMES[GRAPHS[media]], headers={"Vary": "Accept"})


def _put(request: Request, graph: str, body: bytes, media: str) -> Response:
    fresh = request.app.state.writer.do("put", graph, body, media, anew=request.method == "PUT")
    return Response(status_code=201 if fresh else 204)


def _dropped(request: Request, graph: str) -> Response:
    if not request.app.state.writer.do("drop", graph):
        raise Fault(404, f"no graph is called {graph}")
    return Response(status_code=204)
