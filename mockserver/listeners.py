"""What listens on a port of this machine, in a thread of this process."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack
from threading import Thread

from mockserver.clock import SystemClock
from mockserver.front.listening import context_of, opened
from mockserver.gateway import Gateway
from mockserver.serving import hasten
from mockserver.tls import Tls, identity

HOST = "127.0.0.1"
LONGEST = 5.0  # seconds that its end is waited for


class Listener:
    """What comes to a port is answered by a gateway; by HTTPS with `tls`."""

    def __init__(self, gateway: Gateway, port: int, tls: Tls | None) -> None:
        """Raises OSError where the port is taken, TlsError."""
        self._gateway = gateway
        with ExitStack() as files:
            shown = files.enter_context(identity(tls, [], SystemClock().now())) if tls else None
            self._context = context_of(shown) if shown else None
        self._bound = socket.create_server((HOST, port))
        hasten(self._bound)
        self.port = int(self._bound.getsockname()[1])
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Leave the port, and cut off whoever waits for an answer."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(LONGEST)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        async with opened(self._bound, self._gateway, self._context, patience=0):
            await self._ended.wait()
