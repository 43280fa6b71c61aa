"""A gateway between a client and the server: it ends TLS, remembers what came, and misbehaves when it is told to."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from threading import Lock, Thread
from urllib.parse import urlsplit

from tests.contracts.rough.misdeeds import Misdeed, pass_on
from tests.contracts.rough.wire import Answer, Line, Seen, forward, headers_of, read_request

HOST = "localhost"
PATIENCE = 60.0  # seconds that the end of a connection is waited for

When = Callable[[int], bool]  # whether it is time, by the number of the request among those that count, from 1


def always(_: int) -> bool:
    """Each time."""
    return True


def first(count: int) -> When:
    """The first so many."""
    return lambda number: number <= count


def after(count: int) -> When:
    """All but the first so many."""
    return lambda number: number > count


def every(count: int) -> When:
    """One in so many, the last of each."""
    return lambda number: number % count == 0


@dataclass
class Rule:
    """When to do what: `where` is a part of the path, a method or the value of a header; empty: anywhere."""

    misdeed: Misdeed
    when: When = always
    where: str = ""
    counted: int = 0

    def applies(self, seen: Seen) -> bool:
        """Whether it is time, which a request counts for."""
        if not seen.is_of(self.where):
            return False
        self.counted += 1
        return self.when(self.counted)


@dataclass
class Gateway:
    """The gateway, while it is open."""

    url: str  # of it
    behind: tuple[str, int] | None  # host and port of the server; None: there is none
    rules: Sequence[Rule] = ()  # the first that applies counts
    seen: list[Seen] = field(default_factory=list[Seen])
    answered: list[int] = field(default_factory=list[int])  # statuses of the server, in their order
    troubles: list[str] = field(default_factory=list[str])  # of connections that ended otherwise than they should
    _lock: Lock = field(default_factory=Lock)

    def serve(self, connection: socket.socket, number: int) -> None:
        """Answer the requests of one connection."""
        with connection.makefile("rb") as stream:
            while (message := read_request(stream)) is not None:
                seen, misdeed = self._notice(*message, number)
                if not misdeed(seen, lambda seen=seen: self._ask(seen), Line(connection)):  # type: ignore[misc]
                    return

    def _notice(self, head: bytes, body: bytes, connection: int) -> tuple[Seen, Misdeed]:
        method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        with self._lock:
            number, now = len(self.seen) + 1, time.monotonic()
            seen = Seen(number, now, method, target, headers_of(head), body, head + body, connection)
            self.seen.append(seen)
            found = [rule for rule in self.rules if rule.applies(seen)]
        return seen, found[0].misdeed if found else pass_on

    def _ask(self, seen: Seen) -> Answer:
        if self.behind is None:
            return Answer(200, "OK", [("Content-Type", "application/json")], b"{}")
        answer = forward(seen.raw, self.behind, seen.method)
        self.answered.append(answer.status)
        host = seen.headers.get("host", "").encode()
        secure = answer.body.replace(b"http://" + host, self.url.split("://", 1)[0].encode() + b"://" + host)
        return replace(answer, body=secure)  # links lead to where the client came from


@contextmanager
def gateway(behind: str = "", context: ssl.SSLContext | None = None, rules: Sequence[Rule] = ()) -> Iterator[Gateway]:
    """A gateway in front of the server at an address, on a port of its own; with a context over TLS."""
    server = urlsplit(behind)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"{'https' if context else 'http'}://{HOST}:{listening.getsockname()[1]}"
        opened = Gateway(url, (server.hostname or "", server.port or 0) if behind else None, rules)
        accepting = Thread(target=_accept, args=(opened, listening, context), daemon=True)
        accepting.start()
        try:
            yield opened
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            accepting.join(PATIENCE)


def _accept(opened: Gateway, listening: socket.socket, context: ssl.SSLContext | None) -> None:
    """Converse with each client, until nobody listens any more; then with none."""
    connections, threads = list[socket.socket](), list[Thread]()
    with suppress(OSError):
        while True:
            connections.append(_secured(listening.accept()[0], context))
            threads.append(Thread(target=_converse, args=(opened, connections[-1], len(connections)), daemon=True))
            threads[-1].start()
    for connection in connections:
        with suppress(OSError):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
    for thread in threads:
        thread.join(PATIENCE)


def _secured(plain: socket.socket, context: ssl.SSLContext | None) -> socket.socket:
    """The connection, over TLS where there is a context; nothing is said yet."""
    return context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False) if context else plain


def _converse(opened: Gateway, connection: socket.socket, number: int) -> None:
    with connection:
        try:
            if isinstance(connection, ssl.SSLSocket):
                connection.do_handshake()
            opened.serve(connection, number)
        except (OSError, ValueError) as error:
            opened.troubles.append(f"{type(error).__name__}: {error}")
