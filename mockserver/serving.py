"""How does the app get onto a port, and off it again?"""

from __future__ import annotations

import errno
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.gateway import Gateway
    from mockserver.tls import Identity

INTERRUPTED = 130  # exit code after Ctrl-C
FAILED = 1  # exit code where nothing can serve any more
_REACHED_BY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - the addresses that mean all of this machine's


class Unservable(Exception):
    """A host or a port that cannot be served on; the message says what would do."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What is to be served."""

    gateway: Gateway
    announce: Callable[[str], None]  # called with the address once it answers
    leave: Callable[[], None] = lambda: None  # called when the server is to end, which waits for what is under way
    begin: Callable[[bool], None] = lambda _: None  # called in each process that serves; is it the first?
    note: Callable[[str], None] = lambda _: None  # called with what else whoever runs it has to know
    end: Callable[[], None] = lambda: None  # called in each process that serves, once all is answered


def serve(host: str, port: int, ready: Ready, identity: Identity | None = None, workers: int = 1) -> int:
    """Serve until Ctrl-C (answers 130), SIGTERM or the end of the terminal (answer 0). Raises Unservable.

    With an `identity` it is HTTPS. Several `workers` are processes that have the port together; 1 where none answers.
    """
    from mockserver.front.process import run, run_workers  # here, as most commands need none of it

    with reserve(host, port) as (address, free_port, bound):
        serve_on = partial(run, bound) if workers == 1 else partial(run_workers, workers, bound)
        ended_by = serve_on(ready, url_of(address, free_port, is_secure=bool(identity)), identity)
    if ended_by is None:
        return FAILED
    return INTERRUPTED if ended_by == signal.SIGINT else 0


@contextmanager
def reserve(host: str, port: int) -> Iterator[tuple[str, int, socket.socket]]:
    """Hold a port, a free one when `port` is 0, as (address, port, bound socket). Raises Unservable."""
    family, address = _resolve(host)
    with socket.socket(family) as bound:
        hasten(bound)
        try:
            _bind(bound, (address, port))
        except OSError as error:
            raise Unservable(explain(error, host, port)) from error
        yield address, bound.getsockname()[1], bound


def hasten(bound: socket.socket) -> None:
    """Have what is written to those who come by a socket go at once, rather than wait for them to confirm the last.

    asyncio has it so where a socket was made with the number of its protocol, which none of ours is.
    """
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _bind(unbound: socket.socket, address: tuple[str, int]) -> None:
    """Bind so that nobody else can; only where connections that just ended stand in the way, so that they do not."""
    try:
        unbound.bind(address)
    except OSError as error:
        if error.errno != errno.EADDRINUSE or os.name != "posix":
            raise
        unbound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        unbound.bind(address)


def url_of(host: str, port: int, *, is_secure: bool = False) -> str:
    """The address under which a server on `host` is reached from this machine."""
    name = _REACHED_BY.get(host, host)
    return f"http{'s' * is_secure}://{f'[{name}]' if ':' in name else name}:{port}"


def called(host: str) -> list[str]:
    """The names by which a server on `host` is called, besides those of this machine that all have."""
    return [] if host in _REACHED_BY else [host]


def _resolve(host: str) -> tuple[socket.AddressFamily, str]:
    """The family and the numeric address of a host; IPv4 where there is a choice. Raises Unservable."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise Unservable(
            f"{host!r} is no host that can be found: use an address of this machine with --host"
        ) from error
    family, *_, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return family, str(address[0])


def explain(error: OSError, host: str, port: int) -> str:
    """Why a port cannot be had, and what to do about it."""
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} is taken: stop the other server or choose another with --port"
        case errno.EACCES | errno.EPERM:
            return f"port {port} is not permitted: choose one above 1023 with --port"
        case errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine: choose one that is with --host"
    return f"cannot serve on {host} port {port}: {error.strerror}"
