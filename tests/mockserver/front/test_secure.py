"""Does TLS carry what comes and goes, each direction until its own end?"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from mockserver.front.house import House
from mockserver.front.listening import context_of, opened
from mockserver.front.secure import PATIENCE as AGREEING
from mockserver.front.secure import Secure
from mockserver.gateway import Gateway
from mockserver.tls import Tls, identity
from openapi.messages import Request, Response
from tests.mockserver.front.test_connections import PATIENCE, PIECE, UPLOAD, Cloud
from tests.mockserver.front.test_leaving import MANY, Transport, entered, turns, until

ASKED = b"GET /a HTTP/1.1\r\n\r\n"
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """What the server shows."""
    folder: Path = tmp_path_factory.mktemp("tls")
    with identity(Tls(folder), [], 0.0) as shown:
        return context_of(shown)


class Wire(Transport):
    """A client of TLS, and the socket by which the server has it."""

    def __init__(self, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> None:
        super().__init__()
        told = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        told.check_hostname, told.verify_mode, told.maximum_version = False, ssl.CERT_NONE, version
        self._came, self.leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = told.wrap_bio(self._came, self.leaving)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Nothing is known of it."""

    def write(self, sent: bytes) -> None:
        super().write(sent)
        self._came.write(sent)

    def open(self, server: Secure) -> None:
        """Agree on keys."""
        server.connection_made(self)  # type: ignore[arg-type]
        while True:
            with suppress(ssl.SSLWantReadError):
                self.tls.do_handshake()
                server.data_received(self.leaving.read())
                return
            server.data_received(self.leaving.read())

    def send(self, server: Secure, *sent: bytes, is_last: bool = False) -> None:
        """Send something, all of which arrives at once; after the last, that nothing more comes."""
        for each in sent:
            self.tls.write(each)
        if is_last:
            with suppress(ssl.SSLWantReadError):
                self.tls.unwrap()
        server.data_received(self.leaving.read())

    def read(self) -> bytes:
        """All that has come, deciphered."""
        got = b""
        with suppress(ssl.SSLWantReadError, ssl.SSLZeroReturnError):
            while piece := self.tls.read(1 << 16):
                got += piece
        return got


class Late(Cloud):
    """Answers once it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = threading.Event()

    def handle(self, request: Request) -> Response:
        def wait() -> Response:
            assert self.may_answer.wait(PATIENCE)
            return super(Late, self).handle(request)

        return wait  # type: ignore[return-value]  # as an engine may that has to wait


def secured(house: House, context: ssl.SSLContext) -> Secure:
    return Secure(house.connect(), context, house.loop, set())


@contextmanager
def agreed(
    cloud: Cloud, context: ssl.SSLContext, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> Iterator[tuple[asyncio.Runner, Secure, Wire]]:
    """A client of a server, keys agreed on, which leaves in the end."""
    with asyncio.Runner() as runner:
        house = runner.run(entered(1, cloud, is_secure=True))
        server, wire = secured(house, context), Wire(version)
        wire.open(server)
        yield runner, server, wire
        server.connection_lost(None)
        runner.run(house.end(0))


@pytest.mark.parametrize("version", VERSIONS, ids=[each.name for each in VERSIONS])
def test_an_answer_that_takes_its_time_reaches_a_client_that_sends_no_more(
    context: ssl.SSLContext, version: ssl.TLSVersion
) -> None:
    cloud = Late()
    with agreed(cloud, context, version) as (runner, server, wire):
        wire.send(server, ASKED, is_last=True)
        runner.run(turns())
        assert not wire.is_over
        cloud.may_answer.set()
        runner.run(until(wire.is_closing))
        assert wire.read().endswith(b"GET /a 0")


def test_requests_before_the_end_of_a_client_are_all_answered(context: ssl.SSLContext) -> None:
    with agreed(Cloud(), context) as (runner, server, wire):
        wire.send(server, ASKED * MANY, is_last=True)
        runner.run(until(wire.is_closing))
        assert wire.read().count(b"GET /a 0") == MANY


def test_a_client_that_hangs_up_without_a_word_is_still_answered(context: ssl.SSLContext) -> None:
    cloud = Late()
    with agreed(cloud, context) as (runner, server, wire):
        wire.send(server, ASKED)
        assert server.eof_received()
        cloud.may_answer.set()
        runner.run(until(wire.is_closing))
        assert wire.read().endswith(b"GET /a 0")


def test_an_upload_arrives_whole(context: ssl.SSLContext) -> None:
    cloud = Cloud()
    with agreed(cloud, context) as (runner, server, wire):
        wire.send(server, b"POST /_mock/a HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % UPLOAD)
        wire.send(server, *[PIECE] * (UPLOAD // len(PIECE)))
        runner.run(until(lambda: wire.read().endswith(b"done")))
    assert sum(cloud.read) == UPLOAD


@pytest.mark.parametrize("sent", [ASKED, b"\x16\x03\x01\x00\x05hello"], ids=["plain", "nonsense"])
def test_who_speaks_no_tls_is_left(context: ssl.SSLContext, sent: bytes) -> None:
    with asyncio.Runner() as runner:
        house = runner.run(entered(1, Cloud(), is_secure=True))
        server, wire = secured(house, context), Wire()
        server.connection_made(wire)  # type: ignore[arg-type]
        server.data_received(sent)
        assert wire.is_over
        assert not house.inside
        server.connection_lost(None)
        runner.run(house.end(0))


def test_who_leaves_before_keys_are_agreed_on_is_not_waited_for(context: ssl.SSLContext) -> None:
    with asyncio.Runner() as runner:
        house = runner.run(entered(1, Cloud(), is_secure=True))
        server = secured(house, context)
        server.connection_made(Wire())  # type: ignore[arg-type]
        assert not server.eof_received()
        server.connection_lost(None)
        runner.run(house.end(0))


def test_keys_are_to_be_agreed_on_within_a_minute(context: ssl.SSLContext) -> None:
    later, wire = list[tuple[float, Callable[[], None]]](), Wire()

    class Loop:
        def call_later(self, seconds: float, called: Callable[[], None]) -> None:
            later.append((seconds, called))

    Secure(asyncio.Protocol(), context, Loop(), set()).connection_made(wire)  # type: ignore[arg-type]
    ((seconds, called),) = later
    assert (seconds, wire.is_over) == (AGREEING, False)
    called()
    assert wire.is_over


def test_who_has_not_agreed_on_keys_is_closed_when_the_server_ends(context: ssl.SSLContext) -> None:
    async def told() -> bytes:
        with socket.create_server(("127.0.0.1", 0)) as bound:
            gateway = Gateway(Cloud().handle, None, largest=1 << 16, now=lambda: 0.0)
            async with opened(bound, gateway, context, patience=0):
                reader, writer = await asyncio.open_connection(*bound.getsockname())
                await turns()
        try:
            return await asyncio.wait_for(reader.read(), PATIENCE)
        finally:
            writer.close()

    assert asyncio.run(told()) == b""


def test_the_end_of_the_last_answer_is_told_within_tls(context: ssl.SSLContext) -> None:
    with agreed(Cloud(), context) as (runner, server, wire):
        wire.send(server, ASKED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        runner.run(until(wire.is_closing))
        assert wire.read().endswith(b"GET /a 0")
        assert wire.tls.read(1) == b""  # an end that is not told would be waited for: SSLWantReadError


class Taken(asyncio.Protocol):
    """A connection that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def data_received(self, data: bytes) -> None:
        self.told.append(data)

    def pause_writing(self) -> None:
        self.told.append("pause")

    def resume_writing(self) -> None:
        self.told.append("resume")


def test_a_connection_that_takes_no_more_gets_the_rest_once_it_does(context: ssl.SSLContext) -> None:
    async def told() -> list[list[object]]:
        taken, wire, seen = Taken(), Wire(), []
        server = Secure(taken, context, asyncio.get_running_loop(), set())
        wire.open(server)
        server.pause_reading()
        wire.send(server, b"held")
        seen.append([*taken.told])
        server.resume_reading()
        await turns()
        return [*seen, taken.told]

    assert asyncio.run(told()) == [[], [b"held"]]


def test_a_connection_is_told_whether_its_client_reads(context: ssl.SSLContext) -> None:
    async def told() -> list[object]:
        taken, wire = Taken(), Wire()
        server = Secure(taken, context, asyncio.get_running_loop(), set())
        server.connection_made(wire)  # type: ignore[arg-type]
        server.pause_writing()  # of keys, which are no business of the connection
        server.resume_writing()
        server.connection_lost(None)
        other = Secure(taken, context, asyncio.get_running_loop(), set())
        Wire().open(other)
        other.pause_writing()
        other.resume_writing()
        return taken.told

    assert asyncio.run(told()) == ["pause", "resume"]
