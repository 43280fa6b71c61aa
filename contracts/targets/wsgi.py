"""Requests to an app in this process, without a socket."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from typing import Any

from openapi.messages import Request, Response

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

BLANKS = " \t"  # that HTTP does not count as part of a header, where they stand around it


class Wsgi:
    """Calls a WSGI app as a server would."""

    def __init__(self, app: App) -> None:
        self._app = app

    def send(self, request: Request, origin: str = "") -> Response:  # noqa: ARG002 - all addresses lead to the app
        """The answer, its body read whole."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], None]:
            started.append((status, headers))
            return lambda _: None

        chunks = self._app(environ(request), start_response)
        try:
            body = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        status, headers = started[-1]
        joined: dict[str, str] = {}
        for name, value in headers:
            joined[name.lower()] = f"{joined[name.lower()]}, {value}" if name.lower() in joined else value
        return Response(int(status.split(" ", 1)[0]), joined, body)

    def close(self) -> None:
        """Nothing is held."""


def environ(request: Request) -> dict[str, Any]:
    """What a server hands to an app for a request."""
    host, _, port = request.headers.get("host", "127.0.0.1").partition(":")
    given = {_variable(name): latin(value.strip(BLANKS)) for name, value in request.headers.items()}
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": latin(request.path),
        "QUERY_STRING": latin(request.query),
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **given,
    }


def _variable(name: str) -> str:
    variable = name.upper().replace("-", "_")
    return variable if variable in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{variable}"


def latin(text: str) -> str:
    """Bytes in the disguise that WSGI prescribes."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def read_request(environ: dict[str, Any]) -> Request:
    """The request that a server hands to an app; the other way round than `environ`."""
    given = {name[5:].replace("_", "-").lower(): _utf8(text) for name, text in environ.items() if name[:5] == "HTTP_"}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            given[name.replace("_", "-").lower()] = environ[name]
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    path, query = _utf8(environ["PATH_INFO"]), _utf8(environ.get("QUERY_STRING", ""))
    return Request(environ["REQUEST_METHOD"], path, query, given, body)


def _utf8(native: str) -> str:
    return native.encode("latin-1").decode("utf-8", "surrogateescape")
