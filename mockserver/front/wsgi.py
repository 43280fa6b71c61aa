"""A WSGI application behind the loop: it runs in threads, and they are held only while it works (PEP 3333)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mockserver.front.arrival import Arrival
from mockserver.front.framing import Headers
from mockserver.front.pieces import Pieces

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    from mockserver.front.connection import Connection


@dataclass(frozen=True, slots=True)
class Begun:
    """What an application answers, as far as it has begun."""

    status: int
    headers: Headers
    first: bytes  # of the body
    rest: Pieces[bytes]


def begin(app: WSGIApplication, environ: WSGIEnvironment) -> Begun:
    """Call an application until it has something to send. Raises what it raises."""
    said: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _trouble: Any = None) -> Callable[[bytes], object]:
        said[:] = [int(status[:3]), headers]
        return _unwritten

    body: Iterable[bytes] = app(environ, start_response)
    pieces = Pieces(body)
    first = pieces.next()
    while first == b"":
        first = pieces.next()
    return Begun(said[0], said[1], first or b"", pieces)


def environ_of(arrival: Arrival, connection: Connection, *, is_secure: bool, make_room: Callable[[], None]) -> Any:
    """What WSGI tells an application of a request."""
    head = arrival.head
    here, peer = (connection.transport.get_extra_info(name) or ("", 0) for name in ("sockname", "peername"))
    fields = {f"HTTP_{name.upper().replace('-', '_')}": said for name, said in head.headers.items() if "_" not in name}
    environ: WSGIEnvironment = {
        **fields,
        "REQUEST_METHOD": head.line.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _native(head.line.path),
        "QUERY_STRING": _native(head.line.query),
        "SERVER_NAME": str(here[0]),
        "SERVER_PORT": str(here[1]),
        "SERVER_PROTOCOL": "HTTP/1.0" if head.line.is_old else "HTTP/1.1",
        "REMOTE_ADDR": str(peer[0]),
        "REMOTE_PORT": str(peer[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https" if is_secure else "http",
        "wsgi.input": arrival.read(make_room),
        "wsgi.input_terminated": True,  # it ends where the body does
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if f"HTTP_{name}" in environ:
            environ[name] = environ.pop(f"HTTP_{name}")
    return environ


def _native(text: str) -> str:
    """As WSGI wants it: each byte a character."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _unwritten(_: bytes) -> object:
    raise NotImplementedError("an application gives its body back, rather than to write it")
