"""JSON for programs: the look-ups of the command line, and what the pages' scripts ask for; see /openapi.json."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.ask.compare import CELLS
from kg.ask.panel import COLUMNS
from kg.ask.query import shipped
from kg.errors import Ambiguous, KgError
from kg.graph.iris import escape
from kg.serve import pages
from kg.serve.kept import kept
from kg.serve.workers import Overloaded, TookTooLong
from kg.table import as_csv

SUGGESTIONS = 12
CSV = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": 'attachment; filename="panel.csv"'}
KINDS = (*pages.KINDS, "report")


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of an address."""

    name: str
    what: str
    required: bool = False
    many: bool = False
    example: str = ""
    choices: tuple[str, ...] = ()
    whole: bool = False  # a number


_REGION = Param("region", "A region: name, abbreviation, former name or code.", example="350000")
_YEAR = Param("year", "Only what is said of this year.", example="2024")
CALLS: Mapping[str, tuple[str, tuple[Param, ...]]] = {
    "/api/lookup": (
        "Who adopted what, over what, with which figures: a row a statement, as kg lookup gives it.",
        (_REGION, Param("reform", "A reform, by any of its names."), Param("platform", "A platform."), _YEAR,
         Param("evidence", "With the sentence behind each statement and its place.", choices=("true", "false"))),
    ),
    "/api/compare": (
        "Regions side by side, as kg compare gives it.",
        (Param("region", "Two regions or more.", required=True, many=True, example="350000"),
         Param("figures", "How many figures of a reform to show.", example="1", whole=True)),
    ),
    "/api/matrix": (
        "Regions crossed with reforms, as kg matrix gives it.",
        (Param("cells", "The first year, or how many figures or reports.", choices=CELLS),
         Param("within", "Only this region and what lies within it.")),
    ),
    "/api/panel": (
        "Region by period by indicator, a row a cell, as kg panel gives it.",
        (Param("region", _REGION.what), Param("reform", "A reform, by any of its names."),
         Param("indicator", "An indicator, by any of its names."),
         Param("since", "Only from this year on.", example="2023"), Param("until", "Only up to this year."),
         Param("targets", "Also aims, not only results.", choices=("true", "false")),
         Param("format", "JSON unless CSV is asked for.", choices=("json", "csv"))),
    ),
    "/api/queries": ("The questions that ship.", ()),
    "/api/queries/{name}": (
        "The answer to one of them; other parameters are the question's own.",
        (Param("name", "The question.", required=True, example="reports"),),
    ),
    "/api/suggest": (
        "Things and reports whose name holds some characters, in either script.",
        (Param("q", "The characters.", required=True, example="通办"),
         Param("kind", "Only things of this kind.", choices=KINDS)),
    ),
    "/api/terms": ("The classes and properties that queries use.", ()),
    "/api/network": (
        "What a thing is joined to; without one, the best joined things of all.",
        (Param("around", "What follows the base in its IRI: region/350000."),),
    ),
    "/api/overview": ("What is in the graph, how fresh, and what is missing.", ()),
    "/api/reports": ("All reports.", ()),
}  # fmt: skip
"""Each address with what it gives and takes; /openapi.json is made of it, so the two can't differ."""


def _json(value: object, status: int = 200) -> Response:
    text = json.dumps(value, ensure_ascii=False, default=_plain)
    return Response(text + "\n", status, {"Content-Type": "application/json"})


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(value)


def _fault(error: KgError) -> Response:
    status = 409 if isinstance(error, Ambiguous) else 503 if isinstance(error, TookTooLong | Overloaded) else 404
    return _json({"error": error.what, "where": error.where, "mend": error.mend}, status)


def _bad(text: str, status: int = 400) -> Response:
    return _json({"error": text, "where": "", "mend": "What can be asked: /openapi.json"}, status)


def lookup(request: Request) -> Response:
    """Answer /api/lookup."""
    asked = {name: value for name in ("region", "reform", "platform", "year")
             if (value := request.query_params.get(name))}  # fmt: skip
    if not set(asked) - {"year"}:
        return _bad("give a region, a reform or a platform")
    evidence = request.query_params.get("evidence", "true")
    if evidence not in {"true", "false"}:
        return _bad("evidence is true or false")
    return _did(request, "lookup", asked, evidence=evidence == "true")


def compare(request: Request) -> Response:
    """Answer /api/compare."""
    regions, figures = request.query_params.getlist("region"), request.query_params.get("figures", "1")
    if len(set(regions)) < 2 or not (figures.isdecimal() and len(figures) <= 3):  # noqa: PLR2004
        return _bad("give two regions or more, and a number of figures up to 999")
    return _did(request, "compare", regions, int(figures))


def matrix(request: Request) -> Response:
    """Answer /api/matrix."""
    cells = request.query_params.get("cells", "since")
    if cells not in CELLS:
        return _bad(f"cells is one of {', '.join(CELLS)}")
    return _did(request, "matrix", cells, request.query_params.get("within") or None)


def panel(request: Request) -> Response:
    """Answer /api/panel."""
    given = request.query_params
    asked = tuple((name, value) for name in pages.NARROWING if (value := given.get(name, "").strip()))
    if wrong := [name for name, value in asked if name in pages.YEARS and not pages.is_year(value)]:
        return _bad(f"{wrong[0]} is a year, such as 2023")
    targets, fmt = given.get("targets", "false"), given.get("format", "json")
    if targets not in {"true", "false"} or fmt not in {"json", "csv"}:
        return _bad("targets is true or false, format is json or csv")
    try:
        rows = request.app.state.pages.do("cells", asked, targets=targets == "true")
    except KgError as error:
        return _fault(error)
    if fmt == "json":
        return _json(rows)
    return Response(as_csv(rows) or ",".join(COLUMNS) + "\n", 200, CSV)


def queries(_request: Request) -> Response:
    """Answer /api/queries."""
    return _json([
        {"name": q.name, "title": q.title, "title_zh": q.title_zh, "question": q.question, "question_zh": q.question_zh,
         "params": dict(q.params), "sparql": q.text}
        for q in shipped().values()
    ])  # fmt: skip


def ask(request: Request) -> Response:
    """Answer /api/queries/NAME."""
    return _did(request, "ask", request.path_params["name"], dict(request.query_params))


def suggest(request: Request) -> Response:
    """Answer /api/suggest."""
    words, kind = request.query_params.get("q"), request.query_params.get("kind")
    if words is None:
        return _bad("give q: some characters of a name")
    if kind is not None and kind not in KINDS:
        return _bad(f"kind is one of {', '.join(KINDS)}")
    return _did(request, "search", words[:100], SUGGESTIONS, kind)


def terms(request: Request) -> Response:
    """Answer /api/terms."""
    return _did(request, "terms")


def network(request: Request) -> Response:
    """Answer /api/network."""
    around = request.query_params.get("around")
    if not around:
        return _did(request, "whole")
    found = kept(request, "around", around if "%" in around else "/".join(map(escape, around.split("/"))))
    return _json(found) if found else _bad(f"nothing is at {around}", 404)


def overview(request: Request) -> Response:
    """Answer /api/overview."""
    return _did(request, "overview")


def reports(request: Request) -> Response:
    """Answer /api/reports."""
    return _did(request, "reports")


def openapi(_request: Request) -> Response:
    """Describe all of this, as OpenAPI 3.1."""
    return _json(described())


def described() -> dict[str, Any]:
    """Return the OpenAPI description."""
    from kg.graph.report import software_version

    fault = {"type": "object", "properties": {name: {"type": "string"} for name in ("error", "where", "mend")}}
    faults = {"400": "the parameters are wrong", "404": "no thing has that name", "409": "several things have it",
              "503": "it took too long, or the server is busy"}  # fmt: skip
    answer = {"description": "the answer", "content": {"application/json": {"schema": {}}}}
    paths = {}
    for path, (what, params) in CALLS.items():
        responses: dict[str, Any] = {"200": answer}
        if any("csv" in p.choices for p in params):
            csv = {"text/csv": {"schema": {"type": "string"}}}
            responses = {"200": {"description": "the answer", "content": {"application/json": {"schema": {}}, **csv}}}
        responses |= {
            status: {"description": text, "content": {"application/json": {"schema": fault}}}
            for status, text in faults.items()
        }
        operation = {"summary": what, "operationId": path.split("/")[2] + ("_named" if "{" in path else ""),
                     "parameters": [_param(p, path) for p in params], "responses": responses}  # fmt: skip
        paths[path] = {"get": operation}
    info = {"title": "reform-kg", "version": software_version(), "description": "Reads only. SPARQL is at /sparql."}
    return {"openapi": "3.1.0", "info": info, "paths": paths}


def _param(param: Param, path: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": 999} if param.whole else {"type": "string"}
    if param.choices:
        schema["enum"] = list(param.choices)
    if param.many:
        schema = {"type": "array", "items": schema | {"minLength": 1}, "minItems": 2, "uniqueItems": True}
    place = "path" if f"{{{param.name}}}" in path else "query"
    about = {"name": param.name, "in": place, "required": param.required, "description": param.what, "schema": schema}
    return about | ({"example": param.example} if param.example and not param.many else {})


def page(request: Request) -> Response:
    """Show the description as a page."""
    return pages.render(request, "api.html", calls=CALLS)


def _did(request: Request, job: str, *args: object, **options: object) -> Response:
    try:
        return _json(request.app.state.pages.do(job, *args, **options))
    except KgError as error:
        return _fault(error)


_HANDLERS = {
    "/api/lookup": lookup,
    "/api/compare": compare,
    "/api/matrix": matrix,
    "/api/panel": panel,
    "/api/queries": queries,
    "/api/queries/{name}": ask,
    "/api/suggest": suggest,
    "/api/terms": terms,
    "/api/network": network,
    "/api/overview": overview,
    "/api/reports": reports,
}
ROUTES = [Route("/api", page), Route("/openapi.json", openapi), *(Route(path, _HANDLERS[path]) for path in CALLS)]
