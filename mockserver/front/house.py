"""What all connections of one server share: the app that answers, the loop, threads, and how many may be open."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from mockserver.faults.harm import Harmed
from mockserver.front.arrival import Arrival
from mockserver.front.connection import LOOK, Connection
from mockserver.front.framing import frame, whole
from mockserver.front.groups import MOST, Groups
from mockserver.front.heads import Head
from mockserver.front.line import AT_ONCE, Line
from mockserver.front.outbox import Outbox
from mockserver.front.pieces import made_by
from mockserver.front.sending import ahead, deliver, send
from mockserver.front.wsgi import begin, environ_of
from mockserver.gateway import Answer, Gateway
from openapi.messages import Request, Response

THREADS = 32  # that work at a time, for the control plane and files; and as many for the engine where it has to wait

COMING_IN = 2  # turns of the loop after which a connection that was accepted is inside


class House:
    """Entered by connections, `most` at a time, in one event loop."""

    def __init__(self, gateway: Gateway, most: int, *, is_secure: bool) -> None:
        self.gateway = gateway
        self.is_secure = is_secure
        self.loop = asyncio.get_running_loop()
        self.line = Line(self.loop.call_soon, MOST if gateway.gathering else AT_ONCE)
        self.outbox = Outbox(self.loop.call_soon)
        self.threads = ThreadPoolExecutor(THREADS, "mockserver")
        self._engine = ThreadPoolExecutor(THREADS, "mockserver-engine")  # apart: a store that hangs stops no page
        self._groups = Groups(gateway, self._engine, self._give) if gateway.gathering else None
        self._most = most
        self._looking: asyncio.TimerHandle | None = None  # while anybody is inside
        self._left = asyncio.Event()  # by the last of all
        self._is_ending = False
        self.inside: dict[Connection, None] = {}  # those that came first at the beginning

    def connect(self) -> Connection:
        """The protocol of a new connection."""
        return Connection(self)

    def enter(self, connection: Connection) -> None:
        """A connection was opened. Of too many, that goes which came first of those whose clients are waited for."""
        if len(self.inside) >= self._most:
            self.outbox.send()  # who does not read it is not waited for: its answer would be cut off
            next((each for each in self.inside if each.is_owed_nothing), connection).abort()
        self.inside[connection] = None
        if self._is_ending:
            connection.end()
        if self._looking is None:
            self._looking = self.loop.call_later(LOOK, self._look)

    def leave(self, connection: Connection) -> None:
        """A connection has ended."""
        self.inside.pop(connection, None)
        if not self.inside:
            self._left.set()

    def meet(self, connection: Connection, head: Head) -> Arrival | None:
        """A request begins to arrive; None where it has arrived, and its answering has begun."""
        line, body = head.line, head.body
        most = None if self.gateway.is_for_control(line.path) else self.gateway.largest
        if most is None or body is None or len(body) > most:
            return Arrival(head, most)
        self._ask(connection, head, Request(line.method, line.path, line.query, head.headers, body))
        return None

    def answer(self, connection: Connection, arrival: Arrival) -> None:
        """Begin to answer a request that arrived."""
        if arrival.is_for_control:
            connection.perform(self._control(connection, arrival))
        else:
            self._ask(connection, arrival.head, arrival.request())

    def _ask(self, connection: Connection, asked: Head, request: Request) -> None:
        """Have the engine answer, at once where nothing has to be waited for."""
        if self._groups is not None:
            self._groups.add(connection, asked, request)
            return
        answer = self.gateway.begin(request)
        if isinstance(answer, Response) and (sent := self._whole(asked, answer)) is not None:
            connection.answer(sent, is_last=asked.is_last)
        else:
            connection.perform(self._deliver(connection, asked, answer))

    def _give(self, connection: Connection, asked: Head, answer: Answer) -> None:
        """Answer a request that was waiting."""
        if isinstance(answer, Response) and (sent := self._whole(asked, answer)) is not None:
            connection.give(sent, is_last=asked.is_last)
        else:
            connection.perform(self._deliver(connection, asked, answer))

    def _whole(self, asked: Head, answer: Response) -> bytes | None:
        """The bytes of an answer; None where they cannot be sent at once."""
        if isinstance(answer, Harmed) or not isinstance(answer.body, bytes):
            return None
        return whole(asked, answer, answer.body, self.gateway.date())

    async def end(self, patience: float) -> None:
        """Let every connection end with what it has under way, and cut off those that take longer, in seconds."""
        self._is_ending = True
        for _ in range(COMING_IN):
            await asyncio.sleep(0)
        for connection in [*self.inside]:
            connection.end()
        if self.inside:
            self._left.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._left.wait(), patience)
        for connection in [*self.inside]:
            connection.abort()
        if self.gateway.gathering is not None:
            self.gateway.gathering.end()
        self.threads.shutdown(wait=False, cancel_futures=True)
        self._engine.shutdown(wait=False, cancel_futures=self.gateway.gathering is None)  # else what was done is kept

    def _look(self) -> None:
        for connection in [*self.inside]:
            connection.look()
        self._looking = self.loop.call_later(LOOK, self._look) if self.inside else None

    def _deliver(self, connection: Connection, asked: Head, answer: Answer) -> Coroutine[Any, Any, bool]:
        if isinstance(answer, Response):
            return deliver(self, connection, asked, answer)
        return self._wait(connection, asked, self._engine.submit(answer))

    async def _wait(self, connection: Connection, asked: Head, work: Future[Response]) -> bool:
        """Send what a thread works out, which it does also for a client that leaves: what it asked for was begun."""
        return await deliver(self, connection, asked, await asyncio.shield(asyncio.wrap_future(work)))

    async def _control(self, connection: Connection, arrival: Arrival) -> bool:
        def make_room() -> None:
            self.loop.call_soon_threadsafe(self.line.join, connection)

        assert self.gateway.control is not None
        environ = environ_of(arrival, connection, is_secure=self.is_secure, make_room=make_room)
        begun = await self.loop.run_in_executor(self.threads, begin, self.gateway.control, environ)
        said = {name.lower() for name, _ in begun.headers}
        headers = [*begun.headers, *([] if "date" in said else [("date", self.gateway.date())])]
        framing = frame(arrival.head, begun.status, headers, is_last=not arrival.is_whole)
        async with made_by(self.threads, begun.rest, self.loop) as rest:
            return await send(connection, framing, ahead(begun.first, rest))
