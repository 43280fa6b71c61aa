"""How does a process serve until it is told to end?"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from mockserver.front.listening import context_of, opened

if TYPE_CHECKING:
    import socket

    from mockserver.serving import Ready
    from mockserver.tls import Identity

ENDING = ("SIGINT", "SIGTERM", "SIGHUP")  # of these, the ones that the system has


def run(bound: socket.socket, ready: Ready, url: str, identity: Identity | None) -> int:
    """Answer what comes by a bound socket, announced as `url`; the number of the signal that ended it."""
    context = context_of(identity) if identity else None

    async def serve() -> int:
        told: asyncio.Queue[int] = asyncio.Queue()
        _watch_signals(asyncio.get_running_loop(), told.put_nowait)
        async with opened(bound, ready.gateway, context) as house:
            ready.announce(url)
            number = await told.get()
            await house.loop.run_in_executor(house.threads, ready.leave)
        return number

    return asyncio.run(serve())


def _watch_signals(loop: asyncio.AbstractEventLoop, end: Callable[[int], None]) -> None:
    for number in (getattr(signal, name) for name in ENDING if hasattr(signal, name)):
        try:
            loop.add_signal_handler(number, end, number)
        except NotImplementedError:  # on Windows
            signal.signal(number, lambda number, _: loop.call_soon_threadsafe(end, number))
