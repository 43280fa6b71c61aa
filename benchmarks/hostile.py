"""Clients that misbehave: python benchmarks/hostile.py PORT SECONDS BEHAVIOUR=COUNT ... < a signed request with a body.

It prints by behaviour how often which status came, as JSON; `closed` is a connection that ended without an answer, and
`kept` one that was still waiting at the end.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
PIPELINED = 16  # requests in one write
HUGE = 1 << 20  # bytes of a header
SMALL = 1 << 12  # bytes that a slow reader's system takes in advance
DRIP, PAUSE, READ = 0.1, 0.2, 0.1  # seconds between two pieces, two turns, two reads
PIECE = 32  # bytes that a slow writer sends at once
OPENED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where they misbehave, with what, and what came of it."""

    port: int
    post: bytes  # a signed request with a body
    seen: Counter[str]

    @contextmanager
    def told(self) -> Iterator[None]:
        """A connection that breaks is one that was closed."""
        try:
            yield
        except (OSError, asyncio.IncompleteReadError):
            self.seen["closed"] += 1

    async def connect(self, buffer: int = 0) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A new connection; `buffer` bounds what the system takes in advance."""
        made = socket.socket()
        if buffer:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        made.settimeout(0)
        await asyncio.get_running_loop().sock_connect(made, ("127.0.0.1", self.port))
        return await asyncio.open_connection(sock=made, limit=1 << 20)

    async def take(self, reader: asyncio.StreamReader) -> None:
        """Read one answer and count it."""
        head = await reader.readuntil(b"\r\n\r\n")
        found = re.search(rb"(?i)content-length: (\d+)", head)
        await reader.readexactly(int(found[1]) if found else 0)
        self.seen[STATUS.match(head)[1].decode()] += 1  # type: ignore[index]


async def only_open(place: Place) -> None:
    """Say nothing."""
    reader, writer = await place.connect()
    with place.told():
        await _wait(reader, place)
    writer.close()


async def write_slowly(place: Place) -> None:
    """A request, a few bytes at a time."""
    while True:
        with place.told():
            reader, writer = await place.connect()
            for start in range(0, len(place.post), PIECE):
                writer.write(place.post[start : start + PIECE])
                await asyncio.sleep(DRIP)
            await place.take(reader)
            writer.close()


async def read_slowly(place: Place) -> None:
    """Ask for much, and take it a few bytes at a time."""
    reader, writer = await place.connect(SMALL)
    with place.told():
        while True:
            writer.write(place.post)
            for _ in range(10):
                place.seen["reads"] += bool(await reader.read(64))
                await asyncio.sleep(READ)


async def close_half(place: Place) -> None:
    """Say that nothing more comes, and wait for the answer."""
    while True:
        with place.told():
            reader, writer = await place.connect()
            writer.write(place.post)
            writer.write_eof()
            await place.take(reader)
            writer.close()
        await asyncio.sleep(PAUSE)


async def leave_the_head(place: Place) -> None:
    """Never finish a head."""
    await _leave(place, place.post.partition(b"\r\n\r\n")[0])


async def leave_the_body(place: Place) -> None:
    """Never finish a body."""
    await _leave(place, place.post[:-1])


async def pipeline(place: Place) -> None:
    """Many requests before the first answer."""
    while True:
        with place.told():
            reader, writer = await place.connect()
            writer.write(place.post * PIPELINED)
            for _ in range(PIPELINED):
                await place.take(reader)
            writer.close()
        await asyncio.sleep(PAUSE)


async def send_huge_headers(place: Place) -> None:
    """A header that nobody should read."""
    line, _, rest = place.post.partition(b"\r\n")
    while True:
        with place.told():
            reader, writer = await place.connect()
            writer.write(line + b"\r\nx-huge: " + b"x" * HUGE + b"\r\n" + rest)
            await place.take(reader)
            writer.close()
        await asyncio.sleep(PAUSE)


BEHAVIOURS: dict[str, Callable[[Place], Awaitable[None]]] = {
    "only-open": only_open,
    "slow-writers": write_slowly,
    "slow-readers": read_slowly,
    "half-closed": close_half,
    "unfinished-heads": leave_the_head,
    "unfinished-bodies": leave_the_body,
    "pipelining": pipeline,
    "huge-headers": send_huge_headers,
}


async def _leave(place: Place, part: bytes) -> None:
    with place.told():
        reader, writer = await place.connect()
        writer.write(part)
        await _wait(reader, place)
        writer.close()


async def _wait(reader: asyncio.StreamReader, place: Place) -> None:
    try:
        said = await reader.read(64)
    except asyncio.CancelledError:
        place.seen["kept"] += 1
        raise
    found = STATUS.match(said)
    place.seen[found[1].decode() if found else "closed"] += 1


async def misbehave(port: int, seconds: float, counts: dict[str, int], post: bytes) -> dict[str, dict[str, int]]:
    """What came of it, by behaviour. Says on standard error when all have begun."""
    places = {name: Place(port, post, Counter()) for name in counts}
    tasks: list[asyncio.Task[None]] = []
    for name, count in counts.items():
        for number in range(count):
            tasks.append(asyncio.ensure_future(BEHAVIOURS[name](places[name])))
            if number % OPENED_AT_ONCE == 0:
                await asyncio.sleep(0)
    print("begun", file=sys.stderr, flush=True)
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, OSError):
            await task
    return {name: dict(place.seen) for name, place in places.items()}


if __name__ == "__main__":
    told = {name: int(count) for name, _, count in (each.partition("=") for each in sys.argv[3:])}
    found = asyncio.run(misbehave(int(sys.argv[1]), float(sys.argv[2]), told, sys.stdin.buffer.read()))
    print(json.dumps(found))
