"""A load balancer that knows nothing of what it passes on: each new connection goes to the next server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import cycle
from threading import Event, Thread

BACKLOG = 1024
PIECE = 1 << 16  # bytes
Place = tuple[str, int] | str  # host and port, or a socket in the file system


@contextmanager
def balanced(servers: Sequence[Place], at: tuple[str, int] = ("127.0.0.1", 0)) -> Iterator[int]:
    """A port behind which these servers are."""
    loop, begun, ports = asyncio.new_event_loop(), Event(), list[int]()
    stopped = asyncio.Event()

    async def run() -> None:
        turns = cycle(servers)
        server = await asyncio.start_server(
            lambda reader, writer: _pass_on(reader, writer, next(turns)), *at, backlog=BACKLOG
        )
        ports.append(server.sockets[0].getsockname()[1])
        begun.set()
        async with server:
            await stopped.wait()

    thread = Thread(target=lambda: _run(loop, run()))
    thread.start()
    begun.wait()
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join()


def _run(loop: asyncio.AbstractEventLoop, work: object) -> None:
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(work)  # type: ignore[arg-type]


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, server: Place) -> None:
    # A balancer that has found out that nobody is there hangs up, and so does one that ends.
    with closing_at_once(writer), suppress(OSError, asyncio.CancelledError):
        if isinstance(server, str):
            answers, asks = await asyncio.open_unix_connection(server)
        else:
            answers, asks = await asyncio.open_connection(*server)
        with closing_at_once(asks):
            await asyncio.gather(_pump(reader, asks), _pump(answers, writer))


@contextmanager
def closing_at_once(writer: asyncio.StreamWriter) -> Iterator[None]:
    """Nothing is left open, also where the loop ends before its connections."""
    try:
        yield
    finally:
        writer.transport.abort()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(PIECE):
            sink.write(piece)
            await sink.drain()
    sink.close()
    with suppress(OSError):
        await sink.wait_closed()
