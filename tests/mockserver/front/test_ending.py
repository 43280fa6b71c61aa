"""What comes of clients, and of what they asked for, when the server ends?"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from functools import partial
from queue import Queue

from mockserver.foresight import Foreseen
from mockserver.front.house import House
from mockserver.gateway import Answer, Gateway
from openapi.messages import Request, Response
from tests.mockserver.front.test_connections import LARGEST, PATIENCE, Cloud
from tests.mockserver.front.test_leaving import MANY, Transport, entered, inside, turns


def test_what_waits_for_a_thread_when_the_server_ends_is_brought_to_its_end_where_it_is_kept() -> None:
    done, is_over = Queue[str](), threading.Event()

    class Kept:
        waits = False
        foresee = staticmethod(Foreseen)

        def begin(self, requests: Sequence[Foreseen]) -> list[Answer]:
            return [partial(self.wait, each.request) for each in requests]

        begin_at_once = begin

        def when_free(self, told: Callable[[], object]) -> None:
            """It always is."""

        def wait(self, request: Request) -> Response:
            assert is_over.wait(PATIENCE)
            done.put(request.path)
            return Response(200, {}, b"")

        def end(self) -> None:
            is_over.set()

    async def serve() -> None:
        house = House(
            Gateway(Cloud().handle, None, largest=LARGEST, now=lambda: 0.0, gathering=Kept()), MANY, is_secure=False
        )
        for number in range(MANY):
            connection = house.connect()
            connection.connection_made(Transport())  # type: ignore[arg-type]
            connection.data_received(b"GET /%d HTTP/1.1\r\n\r\n" % number)
        await turns()
        await house.end(0)

    with asyncio.Runner() as runner:
        runner.run(serve())
    assert {done.get(timeout=PATIENCE) for _ in range(MANY)} == {f"/{number}" for number in range(MANY)}


def test_who_comes_in_while_the_server_ends_is_left() -> None:
    with asyncio.Runner() as runner:
        house, transport = runner.run(entered(1, Cloud())), Transport()
        runner.run(house.end(0))
        connection = house.connect()
        connection.connection_made(transport)  # type: ignore[arg-type]
        connection.connection_lost(None)
    assert transport.is_over


def test_a_server_that_ends_leaves_a_client_once_it_has_read_its_answer() -> None:
    with inside(1, most=1) as ((transport, connection),):
        connection.pause_writing()
        connection.end()
        assert not transport.is_over
        connection.resume_writing()
        assert transport.is_over
