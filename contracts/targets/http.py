"""Requests over a socket."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import requests
import urllib3

from contracts.target import Unreachable
from openapi.messages import Request, Response

TIMEOUT = 30  # seconds for an answer to begin
LARGEST = 1 << 28  # bytes of an answer that are read


class Http:
    """Sends requests as they are, over connections that are kept; follows nothing."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy and no .netrc may change what is sent
        self._session.headers.clear()

    def send(self, request: Request, origin: str = "") -> Response:
        """The answer, its body read whole. Raises Unreachable."""
        url = wire_url(request, origin or self._base_url)
        prepared = requests.Request(request.method, url, data=request.body or None).prepare()
        headers: Any = prepared.headers  # its types know no bytes, which it takes
        headers.update({name: _header(value) for name, value in request.headers.items()})
        prepared.url = url  # as it was signed
        try:
            answer = self._session.send(prepared, timeout=TIMEOUT, allow_redirects=False, stream=True)
            body = answer.raw.read(LARGEST, decode_content=True)
            answer.close()
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise Unreachable(f"{origin or self._base_url} did not answer: {_cause(error)}") from error
        return Response(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, body)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def wire_url(request: Request, origin: str) -> str:
    """The address of a request, percent-encoded."""
    path = quote(request.path.encode("utf-8", "surrogateescape"), safe="/-._~!$&'()*+,;=:@")
    return f"{origin}{path}{'?' + request.query if request.query else ''}"


def _header(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")


def _cause(error: BaseException) -> str:
    while error.__context__ is not None:
        error = error.__context__
    if isinstance(error, TimeoutError):
        return f"nothing came for {TIMEOUT} s"
    said = (error.strerror if isinstance(error, OSError) else "") or f"{type(error).__name__}: {error}"
    return " ".join(said.split())[:200]
