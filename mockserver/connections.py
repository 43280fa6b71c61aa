"""Which connection does a request come by? WSGI does not tell, and cannot reset it; the operating system can."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from email.utils import formatdate
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FOLDER = Path("/dev/fd")  # every open file of this process, where there is such a folder
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: to close is to reset
NOWHERE = struct.pack("=H14x", socket.AF_UNSPEC)  # the address that dissolves a connection on Linux, with a reset
UNSENT = 0x894B  # SIOCOUTQNSD of Linux: bytes that were written to a socket and have not left
LONGEST = 0.15  # seconds; Linux lets what is corked go after 0.2
SEALS = (21, 22, 29)  # bytes that TLS adds to a record, by its version and cipher
PATIENCE = 1.0  # seconds that a reset waits for its turn
LENGTHS = 500  # of the answers by which connections are told apart
_STEP = 0.001
_serial = count()
_turn = Lock()  # one reset at a time, as each holds back what others wait for


def reset(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    """A body while which is waited for the connection of the request is reset, before a byte has left.

    Where the server does not tell the client's port, an answer of a length of its own is held back in all connections
    that may be the one: the one that it waits in is. Linux alone can do this; elsewhere the connection is closed.
    """
    _turn.acquire(timeout=PATIENCE)  # whoever had it and was not heard of again has lost it
    found = [*_connections(environ)]
    if environ.get("REMOTE_PORT"):
        for each in found:
            _dissolve(each)
        _end(found)
        return iter(())
    size = _start(start_response)
    sizes = {size + more for more in SEALS} if environ.get("wsgi.url_scheme") == "https" else {size}
    for each in found:
        _cork(each, on=True)
    return _watch(found, sizes)


def can_reset() -> bool:
    """Whether the system can do so."""
    return hasattr(socket, "TCP_CORK") and FOLDER.is_dir()


def _start(start_response: StartResponse) -> int:
    """Begin an answer whose head has a length that none before it had for long; in bytes."""
    headers = [
        ("server", "-"),
        ("date", formatdate(0, usegmt=True)),
        ("content-length", "1"),
        ("x-length", "-" * (1 + next(_serial) % LENGTHS)),
    ]
    start_response("200 OK", headers)
    return len("HTTP/1.1 200 OK\r\n\r\n") + sum(len(f"{name}: {value}\r\n") for name, value in headers)


def _watch(found: list[socket.socket], sizes: set[int]) -> Iterator[bytes]:
    until = time.monotonic() + LONGEST
    held = [each for each in found if _unsent(each) in sizes]
    while not held and time.monotonic() < until:
        time.sleep(_STEP)
        held = [each for each in found if _unsent(each) in sizes]
    if len(held) == 1:
        _dissolve(held[0])
    for each in found:
        if each not in held:
            _cork(each, on=False)
    _end(found)
    yield from ()


def _end(found: list[socket.socket]) -> None:
    for each in found:
        each.close()
    with suppress(RuntimeError):
        _turn.release()


def _connections(environ: WSGIEnvironment) -> Iterator[socket.socket]:
    """Those of this process that may be the request's, each a copy that is to be closed."""
    seen = set[int]()  # a number in the list may by now be that of one of these copies
    for file in [*FOLDER.iterdir()] if can_reset() else ():
        try:
            number = os.dup(int(file.name))
        except OSError:
            continue
        try:
            copy = socket.socket(fileno=number)
        except OSError:
            os.close(number)
            continue
        known = os.fstat(number).st_ino
        if known not in seen and _may_be(copy, environ):
            seen.add(known)
            yield copy
        else:
            copy.close()


def _may_be(found: socket.socket, environ: WSGIEnvironment) -> bool:
    try:
        peer, here = found.getpeername(), found.getsockname()
    except OSError:
        return False
    if not isinstance(peer, tuple) or not isinstance(here, tuple):
        return False
    port = environ.get("REMOTE_PORT") or peer[1]
    wanted = (environ.get("REMOTE_ADDR"), str(environ.get("SERVER_PORT")), str(port))
    return (peer[0], str(here[1]), str(peer[1])) == wanted


def _unsent(each: socket.socket) -> int:
    from fcntl import ioctl

    with suppress(OSError):
        return int(struct.unpack("i", ioctl(each, UNSENT, b"\0" * 4))[0])
    return -1


def _cork(each: socket.socket, *, on: bool) -> None:
    with suppress(OSError):
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, int(on))


def _dissolve(each: socket.socket) -> None:
    with suppress(OSError):
        each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        ctypes.CDLL(None).connect(each.fileno(), NOWHERE, len(NOWHERE))
