"""stub."""
from starlette.responses import PlainTextResponse
ROUTES = []
def editor(request): return PlainTextResponse("editor")
def not_found(request, error): return PlainTextResponse(str(error.detail), error.status_code)
def faulty(request, error): return PlainTextResponse(str(error), 503)
def broken(request, error): return PlainTextResponse("broken", 500)
