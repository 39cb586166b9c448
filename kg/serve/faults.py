"""What an endpoint answers when it can't do as it is asked: a status, and the reason in plain text."""

import hmac

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from kg.ask.guard import Refused
from kg.errors import BadQuery, KgError
from kg.serve.workers import Overloaded, TookTooLong

WRITING = "the server is read-only: updates are not carried out\n  The graph is built from documents: kg build REPORTS"
TOKEN = "give the token that the server was started with\n  Authorization: Bearer TOKEN"  # noqa: S105  is none


class Fault(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, text: str, **headers: str) -> None:
        super().__init__(status, text)
        self.response = PlainTextResponse(
            text + "\n", status, {name.replace("_", "-"): v for name, v in headers.items()}
        )


def fault_of(error: KgError) -> Fault:
    """Return the status of a fault: 403 for what is refused, 503 for a limit, 400 for a bad query."""
    match error:
        case Refused():
            return Fault(403, str(error))
        case TookTooLong():
            return Fault(503, str(error))
        case Overloaded():
            return Fault(503, str(error), Retry_After="5")
        case BadQuery():
            return Fault(400, str(error))
    return Fault(503, str(error))  # the graph can't be opened, or a build is at work there


def check_may_write(request: Request) -> None:
    """Raise Fault unless the server may be written to and the request has its token."""
    token = request.app.state.settings.token
    if token is None:
        raise Fault(403, WRITING)
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
        raise Fault(401, TOKEN, WWW_Authenticate="Bearer")


async def body_of(request: Request, largest: int) -> bytes:
    """Return the body, or raise Fault where it is too large."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > largest:
            raise Fault(413, f"the request is larger than {largest >> 20} MB, which is the limit", Connection="close")
    return bytes(body)
