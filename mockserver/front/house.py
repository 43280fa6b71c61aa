"""What all connections of one server share: the app that answers, the loop, threads, and how many may be open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from mockserver.faults.harm import Harmed
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
        """A connection was opened. Of too many, that goes which came first of those whose clients are waited for."""
        if len(self._inside) >= self._most:
            next((each for each in self._inside if each.is_owed_nothing), connection).transport.abort()
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
            return
        request, asked = arrival.request(), arrival.head
        answer = partial(self.gateway.answer, request) if self.gateway.waits else self.gateway.begin(request)
        if not isinstance(answer, Response):
            connection.perform(self._wait(connection, asked, answer))
        elif isinstance(answer, Harmed) or not isinstance(answer.body, bytes):
            connection.perform(deliver(self, connection, asked, answer))
        else:
            framing = frame(asked, answer.status, self.gateway.headers(answer), is_last=False)
            connection.answer(framing, answer.body)

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

    async def _wait(self, connection: Connection, asked: Head, answer: Callable[[], Response]) -> bool:
        return await deliver(self, connection, asked, await self.loop.run_in_executor(self.threads, answer))

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
