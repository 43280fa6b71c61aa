"""When a proxy is done: at a signal, after a while, or when nothing has passed for a while."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import anyio

from contracts.proxy.hub import Hub


@dataclass
class Ending:
    """What ends a proxy."""

    hub: Hub
    seconds: float = 0.0  # after which it ends; 0: never by itself
    idle: float = 0.0  # seconds without an exchange, after the first, after which it ends; 0: never
    is_interrupted: bool = False  # a second signal: nothing is waited for any more
    _over: anyio.Event = field(default_factory=anyio.Event)

    async def listen(self, stop_at_once: Callable[[], None]) -> None:
        """Heed Ctrl-C and SIGTERM: the first ends the proxy in order, the second at once."""
        with (
            suppress(NotImplementedError),  # where there are no signals, Ctrl-C ends it as any program
            anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals,
        ):
            async for _ in signals:
                if self._over.is_set():
                    self.is_interrupted = True
                    stop_at_once()
                self._over.set()

    async def wait(self) -> None:
        """Wait until it is time to end."""
        async with anyio.create_task_group() as tasks:
            for each in (self._signal, self._time, self._quiet):
                tasks.start_soon(each, tasks.cancel_scope)
        self._over.set()

    async def _signal(self, done: anyio.CancelScope) -> None:
        await self._over.wait()
        done.cancel()

    async def _time(self, done: anyio.CancelScope) -> None:
        if self.seconds:
            await anyio.sleep(self.seconds)
            done.cancel()

    async def _quiet(self, done: anyio.CancelScope) -> None:
        while self.idle:
            await self.hub.quiet()
            left = self.hub.last + self.idle - anyio.current_time() if self.hub.last else self.idle
            if left <= 0:
                done.cancel()
                return
            await anyio.sleep(left)
