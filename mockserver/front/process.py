"""How does a process serve until it is told to end?"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mockserver.front.listening import AMONG_OTHERS, AT_ONCE, BACKLOG, PATIENCE, context_of, opened
from mockserver.signals import ENDING, heard
from mockserver.workers import Workers

if TYPE_CHECKING:
    import socket

    from mockserver.serving import Ready
    from mockserver.tls import Identity


@dataclass(frozen=True, slots=True)
class Role:
    """Of a process among those that serve."""

    endings: Iterable[int]  # signals that it ends by
    lets_in: int  # connections, in one turn of its loop


ALONE, AMONG = Role(ENDING, AT_ONCE), Role([signal.SIGTERM], AMONG_OTHERS)


def run(bound: socket.socket, ready: Ready, url: str, identity: Identity | None) -> int:
    """Answer what comes by a bound socket, announced as `url`; the number of the signal that ended it."""

    def begin() -> None:
        ready.announce(url)
        ready.begin(True)  # noqa: FBT003 - the first and only process

    return _answer(bound, ready, identity, begin, ALONE)


def run_workers(number: int, bound: socket.socket, ready: Ready, url: str, identity: Identity | None) -> int | None:
    """As `run`, by so many processes; None where they cannot answer. The calling process must not have any threads."""

    def work(is_first: bool, tell: Callable[[], None]) -> None:  # noqa: FBT001 - as Workers call it
        def begin() -> None:
            ready.begin(is_first)
            tell()

        _answer(bound, ready, identity, begin, AMONG)

    bound.listen(BACKLOG)
    return Workers(number, work, partial(ready.announce, url), ready.note).run()


def _answer(
    bound: socket.socket,
    ready: Ready,
    identity: Identity | None,
    begin: Callable[[], None],
    role: Role,
) -> int:
    """Call `begin` once it answers, until a signal comes that it ends by."""
    context = context_of(identity) if identity else None

    async def serve() -> int:
        with heard(role.endings) as woken:
            async with opened(bound, ready.gateway, context, PATIENCE, role.lets_in):
                begin()
                [number] = await asyncio.get_running_loop().sock_recv(woken, 1)
                await asyncio.to_thread(ready.leave)  # not one of those that answer, which may all be taken
        return number

    number = asyncio.run(serve())
    ready.end()
    return number
