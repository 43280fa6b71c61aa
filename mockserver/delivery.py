"""How does an answer that is to be late, broken or lost get onto the wire, or not, from a WSGI application?"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from mockserver.faults.harm import BrokenOff, Harmed, spoilt

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Headers = list[tuple[str, str]]


def deliver(
    response: Harmed, head: tuple[str, Headers], start_response: StartResponse, environ: WSGIEnvironment
) -> Iterable[bytes]:
    """The body that WSGI sends; `head` is the status line and the headers of the whole answer.

    Raises ConnectionAbortedError where no answer is to arrive: what a client sees of that is the server's choice, but
    for that of Werkzeug, which lets the connection be ended here.
    """
    time.sleep(response.harm.delay)
    if response.harm.is_lost:
        _leave(environ)
    start_response(*head)
    return _pieces(response, environ)


def _pieces(response: Harmed, environ: WSGIEnvironment) -> Iterator[bytes]:
    try:
        for piece in spoilt(response):
            if isinstance(piece, bytes):
                yield piece
            else:
                time.sleep(piece)
    except BrokenOff:
        _leave(environ)


def _leave(environ: WSGIEnvironment) -> None:
    """Have the connection closed without another byte."""
    if "werkzeug.socket" in environ:
        with suppress(OSError):
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError
