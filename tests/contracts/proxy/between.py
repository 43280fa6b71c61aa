"""A proxy in a thread of this process, and servers behind it that are scripted byte by byte."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Thread

import anyio.to_thread
from anyio.from_thread import start_blocking_portal

from contracts.proxy.certificates import Certificates
from contracts.proxy.hub import Hub
from contracts.proxy.listening import Listening, NoTunnels, ReadTunnels
from contracts.proxy.passed import Passed
from contracts.proxy.serving import Serving, listen
from contracts.proxy.session import Rules
from contracts.proxy.upstream import Upstream, upstream

NOW = datetime(2026, 7, 1, tzinfo=UTC)
PATIENCE = 60  # seconds after which a test gives up
Script = Callable[[socket.socket], None]


@dataclass
class Between:
    """A running proxy."""

    port: int = 0
    judge_too: Callable[[Passed], None] = lambda _: None
    passed: list[Passed] = field(default_factory=list[Passed])
    judged: Event = field(default_factory=Event)

    def judge(self, passed: Passed) -> None:
        self.judge_too(passed)
        self.passed.append(passed)
        self.judged.set()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def last(self) -> Passed:
        """What has passed, once the judge has it."""
        assert self.judged.wait(PATIENCE)
        return self.passed[-1]


@contextmanager
def proxying(
    target: str | Upstream,
    *,
    patience: float = PATIENCE,
    keeps_host: bool = True,
    certificates: Certificates | None = None,
    is_meant: Callable[[str], bool] = lambda _: True,
    judge: Callable[[Passed], None] = lambda _: None,
) -> Iterator[Between]:
    """A proxy before `target`, until the block is left."""
    between, started, over = Between(judge_too=judge), Event(), Event()

    async def run() -> None:
        hub = Hub()
        tunnels = ReadTunnels(certificates) if certificates else NoTunnels()
        behind = upstream(target) if isinstance(target, str) else target
        rules = Rules(behind, is_meant, hub, lambda: NOW, tunnels, patience, keeps_host)
        context = certificates.context("127.0.0.1") if certificates else None
        serving = Serving(Listening(rules, context), hub, between.judge)

        def tell(port: int) -> None:
            between.port = port
            started.set()

        async def until() -> None:
            await anyio.to_thread.run_sync(over.wait, abandon_on_cancel=True)

        await serving.run(await listen("127.0.0.1", 0), tell, until)

    with start_blocking_portal() as portal:
        running = portal.start_task_soon(run)
        try:
            assert started.wait(PATIENCE)
            yield between
        finally:
            over.set()
            running.result(PATIENCE)


@contextmanager
def scripted(script: Script) -> Iterator[str]:
    """The address of a server that does with each connection what the script says, and then closes it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    Thread(target=converse, args=(listening.accept()[0],), daemon=True).start()

        def converse(connection: socket.socket) -> None:
            connection.settimeout(PATIENCE)
            with connection, suppress(OSError):
                script(connection)

        thread = Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def answering(answer: bytes) -> Script:
    """The script of one answer to one request."""

    def script(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(answer)

    return script


def head_of(connection: socket.socket) -> bytes:
    """The head of a request or an answer, and whatever came along with it."""
    return until(connection, b"\r\n\r\n")


def until(connection: socket.socket, mark: bytes) -> bytes:
    """Everything up to a mark, and whatever came along with it; to the end, where it never comes."""
    found = b""
    while mark not in found and (more := connection.recv(1 << 16)):
        found += more
    return found


def everything(connection: socket.socket) -> bytes:
    """All that comes until the connection is closed."""
    found = b""
    while more := connection.recv(1 << 16):
        found += more
    return found
