"""Is a client left, and told why, when it keeps silent, sends what is no request, or is one too many?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mockserver.front.connection import SILENT, SILENT_WITHIN, Connection
from mockserver.front.house import House
from mockserver.gateway import Gateway
from tests.mockserver.front.test_connections import LARGEST, PATIENCE, UPLOAD, Cloud


class Transport:
    """One on which nothing arrives, and which, as that of TLS, has to be open in both directions."""

    def __init__(self) -> None:
        self.is_over = False
        self.sent = b""

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


async def entered(most: int, cloud: Cloud) -> House:
    return House(Gateway(cloud.handle, cloud.control, largest=LARGEST, now=lambda: 0.0), most, is_secure=False)


@pytest.mark.parametrize(("sent", "looks"), [(b"", SILENT), (b"GET / HT", SILENT_WITHIN)], ids=["idle", "within"])
def test_a_client_that_keeps_silent_is_left_after_a_while(sent: bytes, looks: int) -> None:
    with inside(1, most=1) as ((transport, connection),):
        connection.data_received(sent)
        for _ in range(looks):
            connection.look()
        assert not transport.is_over
        connection.look()
        assert transport.is_over


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


def test_what_is_no_request_is_told_so_also_by_tls() -> None:
    with inside(1, most=1) as ((transport, connection),):
        connection.data_received(b"NONSENSE\r\n\r\n")
        assert transport.sent.startswith(b"HTTP/1.1 400 ")
        assert transport.is_over


def test_a_server_that_ends_leaves_a_client_once_it_has_read_its_answer() -> None:
    with inside(1, most=1) as ((transport, connection),):
        connection.pause_writing()
        connection.end()
        assert not transport.is_over
        connection.resume_writing()
        assert transport.is_over
