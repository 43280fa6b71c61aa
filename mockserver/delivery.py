"""How does an answer that is to be late, broken or lost get onto the wire, or not?"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from mockserver.connections import can_reset, reset
from mockserver.faults.effects import Name
from mockserver.faults.harm import BrokenOff, Harmed, spoilt

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MOST = 400  # answers that are held back at a time; a server has to have more threads than that
FLUSH = 0.02  # seconds in which a server sends what it was given, before it finds out that this is all

Headers = list[tuple[str, str]]


class Pauses:
    """Lets an answer wait in its own thread, with no lock held.

    No more than `MOST` wait at a time, so that there is always a thread for others: further ones do not.
    `make_room` is told how many do, so that a server can have a thread more for each.
    """

    def __init__(
        self, sleep: Callable[[float], None] = time.sleep, make_room: Callable[[int], None] = lambda _: None
    ) -> None:
        self._sleep = sleep
        self._make_room = make_room
        self._lock = Lock()
        self._held = 0

    def wait(self, seconds: float) -> None:
        """Return after so many seconds."""
        if seconds <= 0 or not self._enter(1):
            return
        try:
            self._sleep(seconds)
        finally:
            self._enter(-1)

    def _enter(self, step: int) -> bool:
        with self._lock:
            if self._held + step > MOST:
                return False
            self._held += step
            self._make_room(self._held)
            return True


def deliver(
    response: Harmed,
    head: tuple[str, Headers],
    start_response: StartResponse,
    environ: WSGIEnvironment,
    pauses: Pauses,
) -> Iterable[bytes]:
    """The body that WSGI sends; `head` is the status line and the headers of the whole answer."""
    pauses.wait(response.harm.delay)
    if response.harm.effect is Name.RESET and can_reset():
        return _reset(environ, start_response)
    if response.harm.is_lost:
        return _nothing(environ, start_response)
    start_response(*head)
    return _pieces(response, environ, pauses)


def _pieces(response: Harmed, environ: WSGIEnvironment, pauses: Pauses) -> Iterator[bytes]:
    try:
        for piece in spoilt(response):
            if isinstance(piece, bytes):
                yield piece
            else:
                pauses.wait(piece)
    except BrokenOff:
        time.sleep(FLUSH)
        _leave(environ)


def _reset(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    body = reset(environ, start_response)
    _leave(environ)
    return body


def _nothing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Have the server close the connection without a byte."""
    _leave(environ)
    # A length and chunks contradict each other: such an answer is never sent, and its connection cannot be used again.
    start_response("200 OK", [("content-length", "1"), ("transfer-encoding", "chunked")])
    return iter([b""])


def _leave(environ: WSGIEnvironment) -> None:
    """Have the server close the connection without another byte, if it is one that has to be told to.

    Others close it when the body that they are given ends before its announced length.
    """
    if "waitress.client_disconnected" in environ:
        from waitress.channel import ClientDisconnected  # type: ignore[import-untyped]

        raise ClientDisconnected
    if "werkzeug.socket" in environ:
        with suppress(OSError):
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise ConnectionAbortedError
