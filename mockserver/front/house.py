"""What all connections of one server share: the app that answers, the loop, threads, and how many may be open."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from mockserver.front.arrival import Arrival
from mockserver.front.connection import Connection
from mockserver.front.framing import frame
from mockserver.front.heads import Head
from mockserver.front.pieces import made_by
from mockserver.front.sending import ahead, deliver, send
from mockserver.front.wsgi import begin, environ_of
from mockserver.gateway import Gateway
from openapi.messages import Response

THREADS = 32  # that work at a time, for the control plane, for files, and for a store that has to be waited for


class House:
    """Entered by connections, `most` at a time, in one event loop."""

    def __init__(self, gateway: Gateway, most: int, *, is_secure: bool) -> None:
        self.gateway = gateway
        self.is_secure = is_secure
        self.loop = asyncio.get_running_loop()
        self.threads = ThreadPoolExecutor(THREADS, "mockserver")
        self._most = most
        self._left = asyncio.Event()  # by the last of all
        self._inside: dict[Connection, None] = {}  # those that came first at the beginning

    def connect(self) -> Connection:
        """The protocol of a new connection."""
        return Connection(self)

    def enter(self, connection: Connection) -> None:
        """A connection was opened. Of too many, that goes which came first of those that are idle, else this one."""
        if len(self._inside) >= self._most:
            idle = next((each for each in self._inside if each.is_idle), connection)
            idle.transport.abort()
        self._inside[connection] = None

    def leave(self, connection: Connection) -> None:
        """A connection has ended."""
        self._inside.pop(connection, None)
        if not self._inside:
            self._left.set()

    def meet(self, head: Head) -> Arrival:
        """A request begins to arrive."""
        return Arrival(head, self.gateway.largest, self.gateway.is_for_control)

    def answer(self, connection: Connection, arrival: Arrival) -> None:
        """Answer a request that arrived, at once where nothing has to be waited for."""
        if arrival.is_for_control:
            connection.perform(self._control(connection, arrival))
        elif self.gateway.waits:
            connection.perform(self._wait(connection, arrival))
        else:
            response = self.gateway.answer(arrival.request())
            if type(response) is Response and isinstance(response.body, bytes):
                headers = self.gateway.headers(response)
                connection.answer(frame(arrival.head, response.status, headers, is_last=False), response.body)
            else:
                connection.perform(deliver(self, connection, arrival.head, response))

    async def end(self, patience: float) -> None:
        """Let every connection end with what it has under way, and cut off those that take longer, in seconds."""
        for connection in [*self._inside]:
            connection.end()
        if self._inside:
            self._left.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._left.wait(), patience)
        for connection in [*self._inside]:
            connection.transport.abort()
        self.threads.shutdown(wait=False, cancel_futures=True)

    async def _wait(self, connection: Connection, arrival: Arrival) -> bool:
        response = await self.loop.run_in_executor(self.threads, self.gateway.answer, arrival.request())
        return await deliver(self, connection, arrival.head, response)

    async def _control(self, connection: Connection, arrival: Arrival) -> bool:
        def make_room() -> None:
            self.loop.call_soon_threadsafe(connection.read_on)

        assert self.gateway.control is not None
        environ = environ_of(arrival, connection, is_secure=self.is_secure, make_room=make_room)
        begun = await self.loop.run_in_executor(self.threads, begin, self.gateway.control, environ)
        said = {name.lower() for name, _ in begun.headers}
        headers = [*begun.headers, *([] if "date" in said else [("date", self.gateway.date())])]
        framing = frame(arrival.head, begun.status, headers, is_last=not arrival.is_whole)
        async with made_by(self.threads, begun.rest, self.loop) as rest:
            return await send(connection, framing, ahead(begun.first, rest))
