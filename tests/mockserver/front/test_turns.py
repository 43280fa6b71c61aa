"""Is nobody kept waiting by those who came later, inside or outside?"""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack
from itertools import pairwise

from mockserver.front.line import AT_ONCE
from mockserver.front.listening import opened
from mockserver.gateway import Gateway
from openapi.messages import Request, Response
from tests.mockserver.front.test_connections import LARGEST, PATIENCE, Cloud
from tests.mockserver.front.test_leaving import Transport, entered

CROWD = 20
TWO = 2


async def let_in(bound: socket.socket, at_once: int) -> list[int]:
    """How many of a crowd are inside after each turn of the loop."""
    cloud, counts = Cloud(), [0]
    gateway = Gateway(cloud.handle, None, largest=LARGEST, now=lambda: 0.0)
    async with asyncio.timeout(PATIENCE), opened(bound, gateway, None, 0, at_once) as house:
        while counts[-1] < CROWD:
            await asyncio.sleep(0)
            counts.append(len(house.inside))
    return counts


def test_of_a_crowd_outside_a_few_are_let_in_in_each_turn() -> None:
    with ExitStack() as files:
        bound = files.enter_context(socket.create_server(("127.0.0.1", 0), backlog=CROWD))
        for _ in range(CROWD):
            files.enter_context(socket.create_connection(bound.getsockname(), timeout=PATIENCE))
        counts = asyncio.run(let_in(bound, TWO))
    assert max(later - earlier for earlier, later in pairwise(counts)) == TWO


def test_requests_are_answered_in_the_order_in_which_they_come_over_all_connections() -> None:
    asked: list[str] = []

    class Noting(Cloud):
        def handle(self, request: Request) -> Response:
            asked.append(request.path)
            return super().handle(request)

    with asyncio.Runner() as runner:
        house = runner.run(entered(CROWD, Noting()))
        made = [house.connect() for _ in range(2 * AT_ONCE)]
        for connection in made:
            connection.connection_made(Transport())  # type: ignore[arg-type]
        for connection in (*made, *made):
            connection.data_received(b"GET /%d HTTP/1.1\r\n\r\n" % made.index(connection))
        at_once = len(asked)
        while len(asked) < 2 * len(made):
            runner.run(asyncio.sleep(0))
        for connection in made:
            connection.connection_lost(None)
        runner.run(house.end(0))
    assert asked == [f"/{number}" for number in (*range(2 * AT_ONCE), *range(2 * AT_ONCE))]
    assert at_once == AT_ONCE
