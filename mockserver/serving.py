"""How does the app get onto a port, and off it again?"""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import Pipe, parent_process
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import TYPE_CHECKING, Any

from mockserver.capacity import connections

if TYPE_CHECKING:
    from types import FrameType

    from _typeshed.wsgi import WSGIApplication

    from mockserver.tls import Identity

INTERRUPTED = 130  # exit code after Ctrl-C
PATIENCE = 3  # seconds that answers under way are given when the server ends
# A client that stops reading a file, or an answer that is held back, occupies a thread; further ones start only then.
THREADS = 2048
_POLL = 0.005  # seconds between two looks whether the port is open
_REACHED_BY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - the addresses that mean all of this machine's
_HANDLER = {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stderr"}


class Unservable(Exception):
    """A host or a port that cannot be served on; the message says what would do."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What is to be served."""

    app: WSGIApplication
    announce: Callable[[str], None]  # called with the address once it answers
    formatter: type[logging.Formatter] | None = None  # of what the server itself has to log; None: its own
    leave: Callable[[], None] = lambda: None  # called when the server is to end, which waits for what is under way


def serve(host: str, port: int, ready: Ready, prepare: Callable[[], Ready], identity: Identity | None = None) -> int:
    """Serve until Ctrl-C (answers 130), SIGTERM or the end of the terminal (answer 0). Raises Unservable.

    A process that cannot inherit `ready` has to `prepare` it again, for which that has to be picklable. With an
    `identity` it is HTTPS.
    """
    with reserve(host, port) as (address, free_port, reserved):
        if find_spec("granian") is None:  # it has no wheel for this platform
            if identity is not None:
                raise Unservable("TLS needs the package granian, which has no wheel for this platform")
            return _serve_in_this_process(ready, reserved, url_of(address, free_port))
        if sys.platform != "linux":
            reserved.close()  # elsewhere a bound socket would keep the server out
        return _serve_in_a_worker(Worker(address, free_port, prepare, ready, is_secure=bool(identity)), identity)


@contextmanager
def reserve(host: str, port: int) -> Iterator[tuple[str, int, socket.socket]]:
    """Hold a port, a free one when `port` is 0, as (address, port, bound socket). Raises Unservable."""
    family, address = _resolve(host)
    with socket.socket(family) as bound:
        try:
            _bind(bound, (address, port))
        except OSError as error:
            raise Unservable(explain(error, host, port)) from error
        if hasattr(socket, "SO_REUSEPORT"):  # set after binding: nobody else gets the port but who shares it by this
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        yield address, bound.getsockname()[1], bound


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


@dataclass(slots=True)
class Worker:
    """What the worker process does first: get the app ready, then say when it answers, then watch its parent."""

    host: str
    port: int
    prepare: Callable[[], Ready]
    ready: Ready | None
    is_secure: bool = False
    leaving: Connection | None = None  # where the parent says that the server is to end

    def __call__(self) -> WSGIApplication:
        """The app to serve."""
        for name in [name for name in os.environ if name.startswith(("HTTP_", "CONTENT_"))]:
            del os.environ[name]  # Granian shows the environment to the app, where these would look like headers
        ready = self.ready or self.prepare()
        Thread(target=self._accompany, args=(ready,), daemon=True).start()
        return ready.app

    def __reduce__(self) -> tuple[Any, ...]:
        return Worker, (self.host, self.port, self.prepare, None, self.is_secure, self.leaving)

    def _accompany(self, ready: Ready) -> None:
        while not _answers(self.host, self.port):
            time.sleep(_POLL)
        ready.announce(url_of(self.host, self.port, is_secure=self.is_secure))
        parent = parent_process()
        if parent is not None:
            if parent.sentinel not in wait([parent.sentinel, *([self.leaving] if self.leaving else [])]):
                ready.leave()
                wait([parent.sentinel])
            os._exit(1)  # the parent was killed: nobody is left to end this process


def _serve_in_a_worker(worker: Worker, identity: Identity | None) -> int:
    from granian.constants import HTTPModes, Interfaces, SSLProtocols
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "mockserver",
        address=worker.host,
        port=worker.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backpressure=connections(),  # without it the server is deaf once 1,024 connections are open
        http=HTTPModes.http1,
        websockets=False,
        workers_kill_timeout=PATIENCE,
        log_level=LogLevels.error,
        log_dictconfig=_logging(worker.ready.formatter if worker.ready else None),
        ssl_cert=identity.certificate if identity else None,
        ssl_key=identity.key if identity else None,
        ssl_protocol_min=SSLProtocols.tls12,  # which clients still speak alone
    )
    ended_by: list[int] = []
    worker.leaving, told = Pipe(duplex=False)

    def interrupt() -> None:
        told.send(None)
        server.signal_handler_interrupt()  # type: ignore[no-untyped-call]

    server.on_startup(lambda: _watch_signals(interrupt, ended_by))
    with suppress(SystemExit):  # raised when the worker ended by itself
        server.serve(target_loader=worker, wrap_loader=False)
    return _exit_code(ended_by)


def _logging(formatter: type[logging.Formatter] | None) -> dict[str, Any]:
    """The server's own errors on standard error."""
    chosen = {"formatters": {name: {"()": formatter} for name in ("generic", "access")}} if formatter else {}
    return {"handlers": {"console": _HANDLER, "access": _HANDLER}, **chosen}


def _serve_in_this_process(ready: Ready, bound: socket.socket, url: str) -> int:
    from waitress import create_server  # type: ignore[import-untyped]

    from mockserver.delivery import Pauses
    from mockserver.gateway import Gateway

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that a request waits a moment is no news
    server = create_server(ready.app, sockets=[bound], ident=None)
    gateway: Any = getattr(ready.app, "wsgi_app", None)
    if isinstance(gateway, Gateway):
        gateway.pauses = Pauses(
            make_room=lambda held: server.task_dispatcher.set_thread_count(server.adj.threads + held)
        )
    ended_by: list[int] = []

    def interrupt() -> None:
        ready.leave()
        raise SystemExit

    _watch_signals(interrupt, ended_by)
    ready.announce(url)
    server.run()  # until interrupted
    server.close()
    return _exit_code(ended_by)


def _exit_code(ended_by: list[int]) -> int:
    if not ended_by:
        return 1  # by itself, which it should not
    return INTERRUPTED if ended_by[0] == signal.SIGINT else 0


def _watch_signals(interrupt: Callable[[], None], ended_by: list[int]) -> None:
    def end(number: int, _frame: FrameType | None) -> None:
        ended_by.append(number)
        interrupt()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((_REACHED_BY.get(host, host), port), timeout=1).close()
    except OSError:
        return False
    return True


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
