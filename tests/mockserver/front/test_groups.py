"""Are those answered together who ask together, each once, also where a thread does it?"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import partial
from threading import Event
from typing import Any

import pytest

from mockserver.foresight import Foreseen
from mockserver.front import groups
from mockserver.front.connection import Connection
from mockserver.front.groups import MOST, Groups
from mockserver.front.house import House
from mockserver.gateway import Answer, Gateway
from openapi.messages import Request, Response
from tests.mockserver.front.test_connections import LARGEST, PATIENCE, Cloud
from tests.mockserver.front.test_leaving import Transport, turns, until


class Kept:
    """What answers several at once, and remembers who they were."""

    waits = False
    foresee = staticmethod(Foreseen)

    def __init__(self) -> None:
        self.groups: list[list[str]] = []

    def begin(self, requests: Sequence[Foreseen]) -> list[Answer]:
        self.groups.append([each.request.path for each in requests])
        return [Response(200, {}, b"") for _ in requests]

    begin_at_once = begin

    def when_free(self, told: Callable[[], object]) -> None:
        """It always is."""

    def end(self) -> None:
        """Nobody waits."""


class Waits(Kept):
    """One whose store is asked in a thread."""

    waits = True


class Slow(Waits):
    """One whose store others have at first."""

    def __init__(self) -> None:
        super().__init__()
        self.is_free = Event()

    def begin(self, requests: Sequence[Foreseen]) -> list[Answer]:
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


def test_who_asks_in_one_turn_is_answered_together() -> None:
    kept = Kept()
    with clients(kept, 3) as (runner, ((_, first), (_, second), (_, third))):

        async def in_two_turns() -> None:
            ask(first, 0)
            ask(second, 1)
            await asyncio.sleep(0)
            ask(third, 2)

        runner.run(in_two_turns())
        runner.run(turns())
    assert kept.groups == [["/0", "/1"], ["/2"]]


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


class Timed(asyncio.SelectorEventLoop):
    """A loop whose time can be put forward."""

    forward = 0.0

    def time(self) -> float:
        return super().time() + self.forward


class Threads(Executor):
    """They work when they are told to."""

    def __init__(self) -> None:
        self.begun = deque[tuple[Future[Any], Callable[[], Any]]]()

    def submit(self, work: Callable[..., Any], /, *told: Any, **named: Any) -> Future[Any]:
        future = Future[Any]()
        self.begun.append((future, partial(work, *told, **named)))
        return future

    def work(self) -> None:
        """What came first is done."""
        future, work = self.begun.popleft()
        future.set_result(work())


class Client:
    """One who asks for one thing."""

    def __init__(self) -> None:
        self.is_over = False
        self.transport = self

    def wait(self) -> None:
        """Nothing else is to be had."""

    def is_closing(self) -> bool:
        return self.is_over

    def abort(self) -> None:
        self.is_over = True


class Asked:
    """Groups of requests to a store, and who has been answered; what is asked for at `/wrong` cannot be told."""

    def __init__(self, kept: Kept) -> None:
        self.loop = Timed()
        self.threads = Threads()
        self.answered: list[str] = []
        self._gateway = Gateway(Cloud().handle, None, largest=LARGEST, now=lambda: 0.0, gathering=kept)

    async def open(self) -> None:
        self.groups = Groups(self._gateway, self.threads, self._give)

    def ask(self, path: str) -> Client:
        client = Client()
        self.groups.add(client, path, Request("GET", path, "", {}, b""))  # type: ignore[arg-type]
        return client

    def _give(self, _connection: Connection, head: object, _answer: Answer) -> None:
        if head == "/wrong":
            raise ValueError(head)
        self.answered.append(str(head))


@contextmanager
def asked(kept: Kept) -> Iterator[tuple[asyncio.Runner, Asked]]:
    made = Asked(kept)
    with asyncio.Runner(loop_factory=lambda: made.loop) as runner:
        runner.run(made.open())
        yield runner, made


def test_a_mistake_in_one_answer_costs_nobody_else_anything() -> None:
    with asked(Kept()) as (runner, made):
        left = [made.ask(path).is_closing for path in ("/1", "/wrong", "/2")]
        runner.run(turns())
        assert made.answered == ["/1", "/2"]
        assert [each() for each in left] == [False, True, False]


@pytest.mark.parametrize("later", range(4))
def test_a_group_begins_once_beside_one_that_takes_long_and_after_both(
    monkeypatch: pytest.MonkeyPatch, later: int
) -> None:
    monkeypatch.setattr(groups, "LONG", PATIENCE)
    kept = Waits()
    with asked(kept) as (runner, made):

        async def end_both() -> None:
            made.threads.work()
            for _ in range(later):
                await asyncio.sleep(0)
            made.threads.work()
            await turns()

        made.ask("/1")
        runner.run(turns())
        made.ask("/2")
        runner.run(turns())
        assert len(made.threads.begun) == 1
        made.loop.forward += PATIENCE
        runner.run(turns())
        assert len(made.threads.begun) == 2
        made.ask("/3")
        runner.run(end_both())
        made.threads.work()
        made.loop.forward += PATIENCE
        runner.run(turns())
        assert not made.threads.begun
        assert made.answered == ["/1", "/2", "/3"]
    assert kept.groups == [["/1"], ["/2"], ["/3"]]
