"""The pages for people: an address to a view, a view to HTML, in Chinese or English.

Out of scope: what a page shows (`views`, `reading`), how it looks (`templates`, `static`).
"""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from functools import cache, partial
from http import HTTPStatus
from urllib.parse import quote, unquote, urlencode

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from kg.ask.guard import Refused
from kg.errors import KgError
from kg.graph.iris import escape
from kg.serve.answers import Answer, Table
from kg.serve.answers import Request as Query
from kg.serve.chart import chart
from kg.serve.kept import kept
from kg.serve.negotiate import wish
from kg.serve.remarks import in_chinese
from kg.serve.workers import Overloaded, TookTooLong

LANGUAGES = ("zh", "en")
VARY = "Accept, Accept-Language, Cookie"
KINDS = ("region", "reform", "platform", "indicator", "agency", "policy", "unit")
LISTED = {f"{kind}s" if kind[-1] != "y" else f"{kind[:-1]}ies": kind for kind in KINDS}
YEAR = 4  # digits
YEARS = ("since", "until")
THINGS = ("region", "reform", "indicator")
NARROWING = (*THINGS, *YEARS)
"""By what a panel is narrowed."""
RAW = 200_000  # bytes of an answer that a page shows as it is; a download has all


@cache
def _templates() -> jinja2.Environment:
    found = jinja2.Environment(
        loader=jinja2.PackageLoader("kg.serve"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True)  # fmt: skip
    found.filters |= {"number": number, "address": address, "in_chinese": in_chinese}
    return found


def number(value: object) -> str:
    """Write a number for people: thousands apart, no needless zeros.

    >>> number(Decimal("186700.00")), number(Decimal("92.50")), number(None)
    ('186,700', '92.5', '')
    """
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = f"{value:,f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:,}" if isinstance(value, int) else str(value)


def address(path: str) -> str:
    """Return a path as it stands in a link: what an IRI may hold and a URL may not, escaped.

    >>> address("/reform/50%25"), address("/report/0f#obs-1-2"), address("https://foreign.example/x")
    ('/reform/50%25', '/report/0f#obs-1-2', 'https://foreign.example/x')
    """
    return quote(path, safe="/%!$&'()*+,;=:@~#?[]") if path.startswith("/") else path


def render(request: Request, template: str, status: int = 200, **values: object) -> Response:
    """Fill a template in the reader's language."""
    language = _language(request)

    def say(chinese: str, english: str) -> str:
        return chinese if language == "zh" else english

    def switched() -> str:
        pairs = [(k, v) for k, v in request.query_params.multi_items() if k != "lang"]
        return "?" + urlencode([*pairs, ("lang", "en" if language == "zh" else "zh")])

    html = _templates().get_template(template).render(
        t=say, lang=language, switched=switched, path=request.url.path, **values)  # fmt: skip
    response = HTMLResponse(html, status, {"Vary": VARY})
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie("lang", language, max_age=31_536_000, httponly=True, samesite="lax")
    return response


def _language(request: Request) -> str:
    for asked in (request.query_params.get("lang"), request.cookies.get("lang")):
        if asked in LANGUAGES:
            return asked
    accept = request.headers.get("accept-language", "zh").split(",")[0].strip().lower()
    return "zh" if accept.startswith("zh") or not accept else "en"


def overview(request: Request) -> Response:
    """Show the first page."""
    province, year = request.query_params.get("province") or None, _year(request)
    since, until = year or _year(request, "since"), year or _year(request, "until")
    view = kept(request, "overview", f"region/{escape(province)}" if province else None, since, until)
    return render(request, "overview.html", view=view, province=province, since=since, until=until)


def thing(request: Request, kind: str) -> Response:
    """Show the page of a region, reform, platform, indicator, agency, policy or unit."""
    local = "/".join(escape(part) for part in segments(request))
    year = _year(request)
    if kind in {"region", "reform", "platform", "indicator"}:
        view = kept(request, kind, local, year)
    else:
        view = kept(request, "other", local)
    if view is None:
        return missing(request)
    template = "indicator.html" if kind == "indicator" else "thing.html"
    return render(request, template, view=view, kind=kind, year=year, local=local)


def listing(request: Request, kind: str) -> Response:
    """Show all things of a kind."""
    view = kept(request, "listing", kind, every="all" in request.query_params)
    return render(request, "listing.html", view=view)


def reports(request: Request) -> Response:
    """Show all reports."""
    return render(request, "reports.html", view=kept(request, "reports"))


def report(request: Request) -> Response:
    """Show a report's text with what was found in it."""
    view = kept(request, "report", request.path_params["ident"], rejected="rejected" in request.query_params)
    return missing(request) if view is None else render(request, "report.html", view=view)


def cited(request: Request) -> Response:
    """Show how to cite a fact."""
    view = kept(request, "reference", request.path_params["ident"], request.path_params["fact"])
    return missing(request) if view is None else render(request, "cite.html", view=view)


def studies(request: Request) -> Response:
    """Show which analyses there are."""
    return render(request, "studies.html")


def panel(request: Request) -> Response:
    """Show the panel, narrowed as the address says, and where it is as CSV."""
    csv = "/api/panel?" + urlencode([*_narrowed(request, NARROWING), ("format", "csv")])
    return _named(request, "panel", NARROWING, csv=csv)


def pictures(request: Request) -> Response:
    """Show the pictures of what the address names, or of what there is most of."""
    return _named(request, "pictures", THINGS)


def picture(request: Request) -> Response:
    """Answer with a picture. It is for saving: opened as a page, the policy would take its colours."""
    asked = _narrowed(request, THINGS)
    svg = kept(request, "picture", request.path_params["name"], asked, _language(request))
    if not isinstance(svg, bytes):
        return missing(request)
    return Response(svg, 200, {"Content-Disposition": "attachment", "Vary": VARY}, "image/svg+xml")


def _named(request: Request, name: str, narrowing: Sequence[str], **values: str) -> Response:
    """Show a page that the address narrows by names; one that means nothing, or several things, is told."""
    asked = _narrowed(request, narrowing)
    view, fault, status = None, "", 200
    try:
        view = kept(request, name, asked)
    except (TookTooLong, Overloaded):
        raise
    except KgError as error:
        fault, status = str(error), 404
    return render(request, f"{name}.html", status, view=view, asked=dict(asked), fault=fault, **values)


def _narrowed(request: Request, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    given = {name: request.query_params.get(name, "").strip() for name in names}
    return tuple((name, value) for name, value in given.items() if value and (name not in YEARS or is_year(value)))


def study(request: Request) -> Response:
    """Show an analysis, narrowed to a region and a reform if the address says so."""
    narrowed = {}
    for kind in ("region", "reform"):
        if name := request.query_params.get(kind):
            narrowed[kind] = f"{kind}/{name if '%' in name else escape(name)}"
    view = kept(request, "study", request.path_params["name"], **narrowed)
    return missing(request) if view is None else render(request, "study.html", view=view)


def graph(request: Request) -> Response:
    """Show the drawing; the script asks the API for what is in it."""
    return render(request, "graph.html", around=request.query_params.get("around", ""))


def search(request: Request) -> Response:
    """Show what a few characters may mean."""
    words = request.query_params.get("q", "")[:100]
    return render(request, "search.html", words=words, hits=kept(request, "search", words) if words.strip() else [])


def editor(request: Request) -> Response:
    """Show the SPARQL editor with the result of its query, if it has one: as a table, a chart, or as it is sent."""
    text, shown = request.query_params.get("query", ""), request.query_params.get("view", "table")
    query = Query(text, default=tuple(request.query_params.getlist("default-graph-uri")),
                  named=tuple(request.query_params.getlist("named-graph-uri")))  # fmt: skip
    table, raw, fault, status = None, "", "", 200
    if text.strip():
        try:
            table = request.app.state.queries.do("table", query)
            if shown == "raw":
                raw = _raw(request.app.state.queries.do("answer", replace(query, fmt="json")))
        except KgError as error:
            table, fault = None, str(error)
            status = 403 if isinstance(error, Refused) else 503 if isinstance(error, TookTooLong | Overloaded) else 400
    result = asdict(table) if isinstance(table, Table) else None
    drawn = chart(table) if isinstance(table, Table) and shown == "chart" else None
    known = {"questions": kept(request, "questions"), "prefixes": kept(request, "prefixes")}
    return render(request, "sparql.html", status, text=text, result=result, fault=fault, shown=shown, raw=raw,
                  chart=drawn, **known)  # fmt: skip


def _raw(answer: object) -> str:
    if not isinstance(answer, Answer):
        raise TypeError(answer)
    return answer.data[:RAW].decode("utf-8", "ignore") + ("\n…" if len(answer.data) > RAW else "")


def segments(request: Request) -> list[str]:
    """Return the parts of the address, each as it was meant: a slash inside a name, %2F, parts nothing."""
    raw: bytes = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    return [unquote(part) for part in raw.decode("latin-1").split("?")[0].strip("/").split("/")]


def missing(request: Request) -> Response:
    """Say that there is no such page."""
    return _message(request, 404)


def not_found(request: Request, error: Exception) -> Response:
    """Answer for an address that leads nowhere, or a method that it doesn't take."""
    status = int(getattr(error, "status_code", 404))
    return _message(request, status, headers=dict(getattr(error, "headers", None) or {}))


def faulty(request: Request, error: Exception) -> Response:
    """Answer when the graph can't be asked, or took too long."""
    return _message(request, 503, str(error), {"Retry-After": "5"})


def broken(request: Request, error: Exception) -> Response:
    """Answer for a fault of ours; its traceback goes to the log."""
    traceback.print_exception(error)
    return _message(request, 500, "a fault of the server; its log has the details")


def _message(request: Request, status: int, text: str = "", headers: dict[str, str] | None = None) -> Response:
    phrase = HTTPStatus(status).phrase
    if wish(request.headers.get("accept"), "text/html") and "text/html" in request.headers.get("accept", ""):
        response = render(request, "message.html", status, code=status, phrase=phrase, text=text)
    else:
        response = PlainTextResponse(f"{text or phrase}\n", status)
    response.headers.update(headers or {})
    return response


def is_year(text: str) -> bool:
    """Tell whether a text is a year."""
    return text.isascii() and text.isdigit() and len(text) == YEAR


def _year(request: Request, name: str = "year") -> str | None:
    year = request.query_params.get(name, "")
    return year if is_year(year) else None


def _page(name: str, handler: Callable[..., Response], **values: str) -> Route:
    made = partial(handler, **values) if values else handler
    return Route(name, made)


ROUTES = [
    _page("/", overview),
    _page("/reports", reports),
    _page("/report/{ident}", report),
    _page("/cite/{ident}/{fact}", cited),
    _page("/studies", studies),
    _page("/studies/panel", panel),
    _page("/studies/pictures", pictures),
    _page("/pictures/{name}.svg", picture),
    _page("/studies/{name}", study),
    _page("/graph", graph),
    _page("/search", search),
    *(_page(f"/{name}", listing, kind=kind) for name, kind in LISTED.items()),
    *(_page(f"/{kind}/{{name:path}}", thing, kind=kind) for kind in KINDS),
]
