"""Are the answers of one turn sent together at its end, each whole and in its order, whatever comes in between?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mockserver.faults.effects import Name
from mockserver.faults.harm import Harm, Harmed
from mockserver.front.connection import Connection
from mockserver.front.house import House
from mockserver.front.line import AT_ONCE
from mockserver.front.outbox import Outbox
from openapi.messages import Request, Response
from tests.mockserver.front.test_connections import Cloud
from tests.mockserver.front.test_leaving import Transport, entered, turns

ASKED = b"GET /%d HTTP/1.1\r\n\r\n"
STATUS = re.compile(rb"HTTP/1\.1 ([0-9]{3}) ")


class Wire(Transport):
    """One of which each direction ends by itself, and that may be reset."""

    has_ended = False

    def __init__(self) -> None:
        super().__init__()
        self.tell: Callable[[], None] = lambda: None  # called when something is written

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.has_ended = True

    def write(self, sent: bytes) -> None:
        assert not self.has_ended
        super().write(sent)
        self.tell()

    def get_extra_info(self, name: str) -> Any:
        assert name == "socket"
        return self

    def setsockopt(self, *_: object) -> None:
        """It is reset."""


class Sender:
    def __init__(self, name: str, sent: list[str]) -> None:
        self._name, self._sent = name, sent

    def send(self) -> None:
        if self._name == "broken":
            raise ValueError(self._name)
        self._sent.append(self._name)


@contextmanager
def connected(cloud: Cloud, count: int = 1) -> Iterator[tuple[asyncio.Runner, House, list[tuple[Wire, Connection]]]]:
    """A house with so many connections."""
    with asyncio.Runner() as runner:
        house = runner.run(entered(count, cloud))
        made = [(Wire(), house.connect()) for _ in range(count)]
        for wire, connection in made:
            connection.connection_made(wire)  # type: ignore[arg-type]
        yield runner, house, made
        for _, connection in made:
            connection.connection_lost(None)
        runner.run(house.end(0))


def test_all_is_sent_in_the_next_turn_in_its_order() -> None:
    soon, sent = list[Callable[[], None]](), list[str]()
    outbox = Outbox(soon.append)
    for name in "abc":
        outbox.put(Sender(name, sent))
    assert (len(soon), sent) == (1, [])
    soon.pop()()
    assert (soon, sent) == ([], ["a", "b", "c"])
    outbox.put(Sender("d", sent))
    soon.pop()()
    assert sent == ["a", "b", "c", "d"]


def test_a_mistake_at_one_stops_no_other() -> None:
    soon, sent = list[Callable[[], None]](), list[str]()
    outbox = Outbox(soon.append)
    for name in ("a", "broken", "b"):
        outbox.put(Sender(name, sent))
    with pytest.raises(ValueError, match="broken"):
        soon.pop()()
    soon.pop()()
    assert (soon, sent) == ([], ["a", "b"])


def test_no_client_is_sent_anything_before_all_of_a_turn_are_answered() -> None:
    seen: list[list[bytes]] = []

    class Looking(Cloud):
        def handle(self, request: Request) -> Response:
            seen.append([wire.sent for wire, _ in made])
            return super().handle(request)

    with connected(Looking(), 3) as (runner, _, made):
        for number, (_, connection) in enumerate(made):
            connection.data_received(ASKED % number)
        runner.run(turns())
        assert [wire.sent.endswith(b"GET /%d 0" % number) for number, (wire, _) in enumerate(made)] == [True] * 3
    assert seen == [[b""] * 3] * 3


def test_a_client_that_sends_no_more_is_sent_its_answer_before_the_end() -> None:
    with connected(Cloud()) as (runner, _, ((wire, connection),)):
        connection.data_received(ASKED % 1)
        connection.eof_received()
        runner.run(turns())
        assert wire.is_over
        assert wire.sent.endswith(b"GET /1 0")


def test_a_server_that_ends_sends_what_it_has_answered() -> None:
    with connected(Cloud()) as (_, _, ((wire, connection),)):
        connection.data_received(ASKED % 1)
        connection.end()
        assert wire.is_over
        assert wire.sent.endswith(b"GET /1 0")


def test_what_is_no_request_is_refused_after_the_answer_to_what_came_before() -> None:
    with connected(Cloud()) as (runner, _, ((wire, connection),)):
        connection.data_received(ASKED % 1 + b"NONSENSE\r\n\r\n")
        runner.run(turns())
        assert STATUS.findall(wire.sent) == [b"200", b"400"]


@pytest.mark.parametrize("effect", [Name.RESET, Name.EMPTY])
def test_a_fault_of_one_answer_costs_nobody_the_one_before(effect: Name) -> None:
    class Faulty(Cloud):
        def handle(self, request: Request) -> Response:
            answer = super().handle(request)
            harmed = Harmed(answer.status, answer.headers, answer.body, Harm(effect=effect))
            return harmed if request.path == "/2" else answer

    with connected(Faulty()) as (runner, _, ((wire, connection),)):
        connection.data_received(ASKED % 1 + ASKED % 2)
        runner.run(turns())
        assert STATUS.findall(wire.sent) == [b"200"]
        assert wire.sent.endswith(b"GET /1 0")


@pytest.mark.parametrize("before", [1, AT_ONCE], ids=["at once", "in line"])
def test_a_mistake_in_one_answer_costs_its_client_that_and_what_follows(before: int) -> None:
    class Mistaken(Cloud):
        def handle(self, request: Request) -> Response:
            answer = super().handle(request)
            return Response(answer.status, {"x-a": None}, b"") if request.path == "/wrong" else answer  # type: ignore[dict-item]

    with connected(Mistaken()) as (runner, _, ((wire, connection),)):
        connection.data_received(ASKED % 1 * before + b"GET /wrong HTTP/1.1\r\n\r\n" + ASKED % 2)
        runner.run(turns())
        assert wire.is_over
        assert STATUS.findall(wire.sent) == [b"200"] * before
        assert wire.sent.endswith(b"GET /1 0")


def test_who_has_to_go_for_another_is_sent_the_answer_first() -> None:
    with connected(Cloud()) as (_, house, ((wire, connection),)):
        connection.data_received(ASKED % 1)
        other = house.connect()
        other.connection_made(Wire())  # type: ignore[arg-type]
        assert wire.is_over
        assert wire.sent.endswith(b"GET /1 0")
        other.connection_lost(None)


def test_who_does_not_read_the_answer_that_is_sent_has_to_go_for_nobody() -> None:
    with connected(Cloud()) as (_, house, ((wire, connection),)):
        wire.tell = connection.pause_writing
        connection.data_received(ASKED % 1)
        other, transport = house.connect(), Wire()
        other.connection_made(transport)  # type: ignore[arg-type]
        assert (wire.is_over, transport.is_over) == (False, True)
        assert wire.sent.endswith(b"GET /1 0")
        other.connection_lost(None)


def test_pieces_follow_the_answer_that_was_made_before_them() -> None:
    with connected(Cloud()) as (runner, _, ((wire, connection),)):
        connection.data_received(ASKED % 1 + b"POST /2 HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        runner.run(turns())
        connection.data_received(b"ab")
        runner.run(turns())
        assert STATUS.findall(wire.sent) == [b"200", b"100", b"200"]


def test_nothing_is_sent_to_a_client_that_has_left_meanwhile(caplog: pytest.LogCaptureFixture) -> None:
    with connected(Cloud(), 2) as (runner, _, made):
        for number, (_, connection) in enumerate(made):
            connection.data_received(ASKED % number)
        (gone, left), (wire, _) = made
        gone.abort()
        left.connection_lost(None)
        runner.run(turns())
        assert gone.sent == b""
        assert wire.sent.endswith(b"GET /1 0")
    assert not caplog.records
