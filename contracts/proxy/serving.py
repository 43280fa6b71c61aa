"""The proxy from its first connection to its last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio
from anyio.abc import SocketAttribute, SocketListener, SocketStream
from anyio.streams.stapled import MultiListener

from contracts.proxy.hub import Hub
from contracts.proxy.listening import Listening
from contracts.proxy.passed import Passed

GRACE = 5.0  # seconds in which exchanges that are under way may end


Doors = MultiListener[SocketStream]


async def listen(host: str, port: int) -> Doors:
    """Where clients may connect; port 0: any that is free. Raises ValueError."""
    try:
        return await anyio.create_tcp_listener(local_host=host, local_port=port)
    except OSError as error:
        why = error.strerror or str(error)
        raise ValueError(f"nobody can listen at {host}, port {port}: {why}; --port 0 takes a free one") from error


@dataclass
class Serving:
    """A proxy, and the judge of what passes it."""

    listening: Listening
    hub: Hub
    judge: Callable[[Passed], None]

    async def run(self, listeners: Doors, started: Callable[[int], None], until: Callable[[], Awaitable[None]]) -> None:
        """Listen until `until` is over, let exchanges end, and judge what has passed. `started` is told the port."""
        async with anyio.create_task_group() as judging:
            judging.start_soon(self.hub.judge_all, self.judge)
            async with anyio.create_task_group() as sessions, anyio.create_task_group() as doors:
                for each in listeners.listeners:
                    assert isinstance(each, SocketListener)
                    doors.start_soon(self.listening.run, each, sessions)
                started(listeners.extra(SocketAttribute.local_port))  # noqa: S610 - of a socket, not of a database
                await until()
                doors.cancel_scope.cancel()
                with anyio.move_on_after(GRACE, shield=True):
                    await self.hub.quiet()
                sessions.cancel_scope.cancel()
            self.hub.close()
