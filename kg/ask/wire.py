"""HTTP to a SPARQL service: login, time limits, further attempts, and faults as messages that say what mends them.

In: a method, an address, a body. Out: an answer that is no fault. Everything sent is such that sending it twice does
no harm. Out of scope: what is sent (`remote`, `publish`).

Credentials come from the environment, never from the command line, where other users of the machine see them:
KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD (Basic or Digest, whichever the service asks for), or KG_ENDPOINT_TOKEN.
"""

import os
import time
from collections.abc import Generator, Iterator, Mapping
from typing import Protocol, Self

import httpx

from kg.errors import KgError

WAITS = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each further attempt: a service that is started anew is back within them."""
CONNECT = 10.0  # seconds
_AGAIN = frozenset((429, 500, 502, 503, 504))
_LOGIN = frozenset((401, 403))
_SHOWN = 300  # characters of what a service says about a fault


class Refused(KgError):
    """The service understood the request and doesn't carry it out: this one, not all."""


class Piecewise(Protocol):
    """Bytes in pieces, of which the number is known."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[bytes]: ...


Body = bytes | Piecewise


class Wire:
    """Connections to one service, kept open from request to request."""

    def __init__(self, seconds: float) -> None:
        """Take how long an answer may take."""
        self._client = httpx.Client(timeout=httpx.Timeout(seconds, connect=CONNECT), auth=_login(), headers=_headers())
        self._seconds = seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def send(
        self,
        method: str,
        address: str,
        body: Body | Mapping[str, str],
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request, again where that may help, and return the answer.

        Args:
            method: of HTTP.
            address: URL.
            body: bytes, or what gives so many anew each time it is iterated over; or the fields of a form.
            headers: media types.
            params: what the address gets behind its `?`.

        Raises:
            Refused: the service doesn't carry this request out.
            KgError: it doesn't answer, not in time, or asks for a login.
        """
        content, form = (None, body) if isinstance(body, Mapping) else (body, None)
        if content is not None:  # Virtuoso takes no chunks
            headers = {**headers, "Content-Length": str(len(content))}
        for wait in (*WAITS, None):
            try:
                answer = self._client.request(
                    method, address, content=content, data=form, headers=headers, params=params
                )
            except httpx.TimeoutException as error:
                mend = "Allow more: --timeout 600"
                raise KgError(f"gave no answer in {self._seconds:g} s", _shown(address), mend) from error
            except httpx.TransportError as error:
                fault = KgError(f"does not answer: {error}", _shown(address), "Is it running, and is this its address?")
            else:
                if answer.status_code not in _AGAIN:
                    return _checked(answer)
                fault = KgError(f"answers {_said(answer)}", _shown(address), "Ask who runs it, or try again later")
            if wait is None:
                raise fault
            time.sleep(wait)
        raise AssertionError  # the last attempt returns or raises


class _Login(httpx.Auth):
    """A name and a password, by whichever scheme the service asks for."""

    def __init__(self, user: str, password: str) -> None:
        self._basic, self._digest = httpx.BasicAuth(user, password), httpx.DigestAuth(user, password)
        self._is_basic = False

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Answer what the service asks."""
        if self._is_basic:
            yield from self._basic.auth_flow(request)
            return
        flow = self._digest.auth_flow(request)
        answer = yield next(flow)
        if answer.status_code != httpx.codes.UNAUTHORIZED:
            return
        if "digest" in answer.headers.get("www-authenticate", "").lower():
            yield flow.send(answer)
        else:
            self._is_basic = True
            yield from self._basic.auth_flow(request)


def _login() -> httpx.Auth | None:
    user = os.environ.get("KG_ENDPOINT_USER")
    return _Login(user, os.environ.get("KG_ENDPOINT_PASSWORD", "")) if user else None


def _headers() -> dict[str, str]:
    token = os.environ.get("KG_ENDPOINT_TOKEN")
    return {"User-Agent": "reform-kg"} | ({"Authorization": f"Bearer {token}"} if token else {})


def _checked(answer: httpx.Response) -> httpx.Response:
    where = _shown(str(answer.url))
    if answer.is_success:
        return answer
    if answer.status_code in _LOGIN:
        mend = "Set KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD, or KG_ENDPOINT_TOKEN, to those who may do this"
        raise KgError(f"asks for a login ({answer.status_code})", where, mend)
    if answer.is_redirect:
        raise KgError("has moved", where, f"Give its new address: {answer.headers.get('location', '')}")
    raise Refused(f"answers {_said(answer)}", where)


def _said(answer: httpx.Response) -> str:
    """Return what a service says about a fault, in one line."""
    text = " ".join(answer.text.split()) if "html" not in answer.headers.get("content-type", "") else ""
    return f"{answer.status_code} {answer.reason_phrase}" + (f": {text[:_SHOWN]}" if text else "")


def _shown(address: str) -> str:
    """Return an address for people: without a password, and without the query behind it."""
    return str(httpx.URL(address).copy_with(username=None, password=None, query=None))
