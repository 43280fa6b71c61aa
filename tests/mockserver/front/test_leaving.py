"""Is a client left, and told why, when it keeps silent, sends what is no request, or is one too many?"""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import ENOTCONN
from typing import Any

import pytest

from mockserver.front.connection import SILENT, SILENT_WITHIN, Connection
from mockserver.front.farewell import LINGER, MOST, Farewell
from mockserver.front.house import THREADS, House
from mockserver.gateway import Gateway
from openapi.messages import Request, Response
from tests.mockserver.front.test_connections import LARGEST, PATIENCE, PIECE, UPLOAD, Cloud

MANY = 50  # requests


class Transport:
    """One on which nothing arrives, and which, as that of TLS, has to be open in both directions."""

    def __init__(self) -> None:
        self.is_over = False
        self.sent = b""
        self.unread = 0

    def get_extra_info(self, name: str) -> None:
        """Nothing is known of it."""

    def can_write_eof(self) -> bool:
        return False

    def write(self, sent: bytes) -> None:
        assert not self.is_over
        self.sent += sent

    def close(self) -> None:
        self.is_over = True

    def is_closing(self) -> bool:
        return self.is_over

    def pause_reading(self) -> None:
        """Nothing arrives by itself."""

    def resume_reading(self) -> None:
        """As little."""

    def get_write_buffer_size(self) -> int:
        return self.unread

    def abort(self) -> None:
        self.is_over = True


@contextmanager
def inside(count: int, most: int) -> Iterator[list[tuple[Transport, Connection]]]:
    """So many connections, opened one after the other, where there is room for `most`."""
    with asyncio.Runner() as runner:
        house = runner.run(entered(most, Cloud()))
        made = [(Transport(), house.connect()) for _ in range(count)]
        for transport, connection in made:
            connection.connection_made(transport)  # type: ignore[arg-type]
        yield made
        for _, connection in made:
            connection.connection_lost(None)
        runner.run(house.end(0))


async def entered(most: int, cloud: Cloud, *, is_secure: bool = False) -> House:
    return House(Gateway(cloud.handle, cloud.control, largest=LARGEST, now=lambda: 0.0), most, is_secure=is_secure)


async def turns() -> None:
    """Let the loop do what it has to do."""
    for _ in range(10):
        await asyncio.sleep(0)


async def until(holds: Callable[[], bool]) -> None:
    """Let it go on until threads have done something."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - what threads do sets no event of the loop
            await asyncio.sleep(0)


def assert_left_after(looks: int, transport: Transport, connection: Connection) -> None:
    """A connection stays for so many looks at it, and ends at the next one."""
    for _ in range(looks):
        connection.look()
    assert not transport.is_over
    connection.look()
    assert transport.is_over


@pytest.mark.parametrize(("sent", "looks"), [(b"", SILENT), (b"GET / HT", SILENT_WITHIN)], ids=["idle", "within"])
def test_a_client_that_keeps_silent_is_left_after_a_while(sent: bytes, looks: int) -> None:
    with inside(1, most=1) as ((transport, connection),):
        connection.data_received(sent)
        assert_left_after(looks, transport, connection)


def test_of_too_many_connections_the_first_goes_that_is_owed_nothing() -> None:
    with inside(3, most=2) as made:
        assert [transport.is_over for transport, _ in made] == [True, False, False]


def test_an_upload_that_stops_is_left_after_a_while() -> None:
    cloud = Cloud()
    with asyncio.Runner() as runner:
        house, transport = runner.run(entered(1, cloud)), Transport()
        connection = house.connect()
        connection.connection_made(transport)  # type: ignore[arg-type]
        connection.data_received(b"POST /_mock/a HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % UPLOAD)
        connection.data_received(b"x" * (UPLOAD // 2))
        runner.run(asyncio.sleep(0))  # in which its answering begins
        assert cloud.began.wait(PATIENCE)
        for _ in range(SILENT_WITHIN + 1):
            connection.look()
        connection.connection_lost(None)
        assert cloud.ended.wait(PATIENCE)
        runner.run(house.end(0))
    assert transport.is_over


def test_a_client_that_never_reads_is_left_after_a_while() -> None:
    with inside(1, most=1) as ((transport, connection),):
        connection.pause_writing()
        assert_left_after(SILENT, transport, connection)


def test_a_client_that_reads_slowly_is_waited_for() -> None:
    with inside(1, most=1) as ((transport, connection),):
        connection.pause_writing()
        for unread in range(2 * SILENT, 0, -1):
            transport.unread = unread
            connection.look()
        assert not transport.is_over


def test_what_is_no_request_is_told_so_also_by_tls() -> None:
    with inside(1, most=1) as ((transport, connection),):
        connection.data_received(b"NONSENSE\r\n\r\n")
        connection.data_received(b"GET / HTTP/1.1\r\n\r\n")
        assert transport.sent.startswith(b"HTTP/1.1 400 ")
        assert transport.sent.count(b"HTTP/1.1 ") == 1
        assert not transport.is_over
        connection.eof_received()
        assert transport.is_over


def test_what_comes_after_the_last_answer_is_taken_up_to_a_limit() -> None:
    with inside(1, most=1) as ((transport, connection),):
        connection.data_received(b"NONSENSE\r\n\r\n")
        for _ in range(MOST // len(PIECE)):
            connection.data_received(PIECE)
        assert not transport.is_over
        connection.data_received(PIECE)
        assert transport.is_over


def test_who_is_gone_already_is_told_nothing_more() -> None:
    class Gone(Transport):
        def can_write_eof(self) -> bool:
            return True

        def write_eof(self) -> None:
            raise OSError(ENOTCONN, "Transport endpoint is not connected")

    with asyncio.Runner() as runner:
        house, transport = runner.run(entered(1, Cloud())), Gone()
        connection = house.connect()
        connection.connection_made(transport)  # type: ignore[arg-type]
        connection.data_received(b"NONSENSE\r\n\r\n")
        assert transport.is_over
        connection.connection_lost(None)
        runner.run(house.end(0))


def test_a_client_has_some_seconds_to_read_its_last_answer() -> None:
    transport, later = Transport(), list[tuple[float, Callable[[], None]]]()

    class Loop:
        def call_later(self, seconds: float, called: Callable[[], None]) -> None:
            later.append((seconds, called))

    Farewell(transport, Loop())  # type: ignore[arg-type]
    ((seconds, called),) = later
    assert (seconds, transport.is_over) == (LINGER, False)
    called()
    assert transport.is_over


def test_an_upload_of_which_all_has_come_is_read_although_the_client_sends_no_more() -> None:
    class Late(Cloud):
        may_read = threading.Event()

        def control(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
            assert self.may_read.wait(PATIENCE)
            return super().control(environ, start_response)

    cloud = Late()
    with asyncio.Runner() as runner:
        house, transport = runner.run(entered(1, cloud)), Transport()
        connection = house.connect()
        connection.connection_made(transport)  # type: ignore[arg-type]
        connection.data_received(b"POST /_mock/a HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % UPLOAD)
        for size in (UPLOAD // 2, UPLOAD - UPLOAD // 2):
            connection.data_received(b"x" * size)
            runner.run(turns())  # in which its answering begins
        connection.eof_received()
        cloud.may_read.set()
        runner.run(until(transport.is_closing))
        connection.connection_lost(None)
        runner.run(house.end(0))
    assert sum(cloud.read) == UPLOAD
    assert transport.sent.endswith(b"done")


def test_an_answer_that_nobody_is_there_for_any_more_is_not_begun(recwarn: pytest.WarningsRecorder) -> None:
    with asyncio.Runner() as runner:
        house = runner.run(entered(1, Cloud()))
        connection = house.connect()
        connection.connection_made(Transport())  # type: ignore[arg-type]
        connection.data_received(b"GET /file HTTP/1.1\r\n\r\n")
        connection.connection_lost(None)
        runner.run(turns())
        runner.run(house.end(0))
        del connection, house
    gc.collect()
    assert not recwarn.list


def test_what_was_asked_for_is_done_also_for_a_client_that_leaves() -> None:
    done = list[str]()
    go_on = threading.Event()

    class Slow(Cloud):
        def handle(self, request: Request) -> Response:
            def work() -> Response:
                assert go_on.wait(PATIENCE)
                done.append(request.path)
                return Response(200, {}, b"")

            return work  # type: ignore[return-value]  # as an engine may that has to wait

    cloud = Slow()
    with asyncio.Runner() as runner:
        house = runner.run(entered(2 * THREADS, cloud))
        made = [house.connect() for _ in range(2 * THREADS)]  # so that half of them wait for a thread
        for connection in made:
            connection.connection_made(Transport())  # type: ignore[arg-type]
            connection.data_received(b"GET /a HTTP/1.1\r\n\r\n")
        runner.run(turns())
        for connection in made:
            connection.connection_lost(None)
        runner.run(turns())
        go_on.set()
        runner.run(until(lambda: len(done) == len(made)))
        runner.run(house.end(0))
