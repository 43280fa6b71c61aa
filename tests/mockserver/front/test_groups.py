"""Are those answered together who ask together, and those with them whose answers were sent just before?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event

import pytest

from mockserver.front import groups
from mockserver.front.connection import Connection
from mockserver.front.groups import MOST, TURNS
from mockserver.front.house import House
from mockserver.gateway import Answer, Gateway
from openapi.messages import Request, Response
from tests.mockserver.front.test_connections import LARGEST, PATIENCE, Cloud
from tests.mockserver.front.test_leaving import Transport, turns, until


class Kept:
    """What answers several at once, and remembers who they were."""

    waits = False

    def __init__(self) -> None:
        self.groups: list[list[str]] = []

    def begin(self, requests: Sequence[Request]) -> list[Answer]:
        self.groups.append([each.path for each in requests])
        return [Response(200, {}, b"") for _ in requests]

    begin_at_once = begin

    def end(self) -> None:
        """Nobody waits."""


class Slow(Kept):
    """One whose store is asked in a thread, where others have it at first."""

    waits = True

    def __init__(self) -> None:
        super().__init__()
        self.is_free = Event()

    def begin(self, requests: Sequence[Request]) -> list[Answer]:
        answers = super().begin(requests)
        assert self.is_free.wait(PATIENCE)
        return answers


@contextmanager
def clients(kept: Kept, count: int) -> Iterator[tuple[asyncio.Runner, list[tuple[Transport, Connection]]]]:
    async def entered() -> House:
        gateway = Gateway(Cloud().handle, None, largest=LARGEST, now=lambda: 0.0, gathering=kept)
        return House(gateway, count, is_secure=False)

    with asyncio.Runner() as runner:
        house = runner.run(entered())
        made = [(Transport(), house.connect()) for _ in range(count)]
        for transport, connection in made:
            connection.connection_made(transport)  # type: ignore[arg-type]
        yield runner, made
        for _, connection in made:
            connection.connection_lost(None)
        runner.run(house.end(0))


def ask(connection: Connection, number: int) -> None:
    connection.data_received(b"GET /%d HTTP/1.1\r\n\r\n" % number)


def test_who_asks_within_a_few_turns_is_answered_with_who_was_first() -> None:
    kept = Kept()
    with clients(kept, TURNS + 2) as (runner, made):

        async def one_in_each_turn() -> None:
            for number, (_, connection) in enumerate(made):
                ask(connection, number)
                await asyncio.sleep(0)

        runner.run(one_in_each_turn())
        runner.run(turns())
    assert kept.groups == [[f"/{number}" for number in range(TURNS + 1)], [f"/{TURNS + 1}"]]


def test_of_too_many_the_rest_is_answered_next() -> None:
    kept = Kept()
    with clients(kept, MOST + 1) as (runner, made):
        for number, (_, connection) in enumerate(made):
            ask(connection, number)
        runner.run(turns())
        assert [len(group) for group in kept.groups] == [MOST, 1]
        assert all(transport.sent for transport, _ in made)


def test_while_a_thread_is_at_work_the_others_wait_for_the_next_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "LONG", PATIENCE)
    kept = Slow()
    with clients(kept, 3) as (runner, ((one, first), (_, second), (other, third))):
        ask(first, 1)
        runner.run(until(lambda: bool(kept.groups)))
        ask(second, 2)
        runner.run(turns())
        ask(third, 3)
        kept.is_free.set()
        runner.run(until(lambda: bool(one.sent and other.sent)))
    assert kept.groups == [["/1"], ["/2", "/3"]]


def test_what_came_with_a_request_that_a_thread_has_answered_waits_for_no_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(groups, "LONG", PATIENCE)
    kept = Slow()
    kept.is_free.set()
    with clients(kept, 1) as (runner, ((_, connection),)):
        connection.data_received(b"GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n")
        runner.run(until(lambda: bool(kept.groups)))
        runner.run(until(lambda: connection.is_idle))
    assert kept.groups == [["/1"], ["/2"]]
