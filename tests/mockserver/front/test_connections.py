"""Does a connection carry what HTTP/1.1 lets clients do, and cost nobody else anything when they misbehave?"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from mockserver.gateway import Gateway
from mockserver.listeners import Listener
from openapi.messages import Request, Response

PATIENCE = 60  # seconds after which a test gives up
LARGEST = 100  # bytes of a body
PIECE = b"x" * (1 << 16)
AHEAD = 1 << 26  # bytes, more than systems hold between a server and a client
UPLOAD = 3 << 20  # bytes, more than are collected before a reader begins

Line = socket.socket
Dial = Callable[[], AbstractContextManager[Line]]


class Cloud:
    """Whatever stands behind the server, and what came of it."""

    def __init__(self) -> None:
        self.made = 0  # pieces of a body
        self.closed = threading.Event()
        self.read: list[int] = []  # bytes of an upload
        self.began = threading.Event()
        self.ended = threading.Event()
        self.environ: dict[str, Any] = {}

    def handle(self, request: Request) -> Response:
        match request.path:
            case "/file":
                return Response(200, {}, iter([b"abc", b"", b"def"]))
            case "/short":
                return Response(200, {"content-length": "9"}, iter([b"abc"]))
            case "/endless":
                return Response(200, {}, self.endless())
            case "/none":
                return Response(204, {}, b"")
        return Response(200, {}, f"{request.method} {request.path} {len(request.body)}".encode())

    def endless(self) -> Iterator[bytes]:
        try:
            while True:
                self.made += 1
                yield PIECE
        finally:
            self.closed.set()

    def control(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.environ, stream = environ, environ["wsgi.input"]
        if environ["PATH_INFO"] == "/_mock/refused":
            start_response("403 Forbidden", [("Content-Length", "2")])
            return [b"no"]
        try:
            self.read.append(len(stream.read(1 << 20)))
            self.began.set()
            while piece := stream.read(1 << 20):
                self.read.append(len(piece))
        finally:
            self.ended.set()
        start_response("200 OK", [("Content-Length", "4")])
        return [b"", b"done"]


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


@pytest.fixture
def dial(cloud: Cloud) -> Iterator[Dial]:
    gateway = Gateway(cloud.handle, cloud.control, largest=LARGEST, now=lambda: 0.0)
    listener = Listener(gateway, 0, None)
    yield lambda: socket.create_connection(("127.0.0.1", listener.port), timeout=PATIENCE)
    listener.stop()


def rest(line: Line) -> bytes:
    """Everything until the other side closes."""
    return b"".join(iter(lambda: line.recv(1 << 16), b""))


def ask(dial: Dial, sent: bytes) -> bytes:
    """What is answered to what is sent, by a client that then sends no more."""
    with dial() as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        return rest(line)


def test_requests_that_come_at_once_are_answered_in_their_order(dial: Dial) -> None:
    sent = b"".join(b"POST /%d HTTP/1.1\r\nContent-Length: 2\r\n\r\nab" % number for number in range(50))
    bodies = [each.rpartition(b"\r\n\r\n")[2] for each in ask(dial, sent).split(b"HTTP/1.1 200 OK")[1:]]
    assert bodies == [b"POST /%d 2" % number for number in range(50)]


def test_the_head_of_an_answer_says_how_long_its_body_would_be(dial: Dial) -> None:
    answer = ask(dial, b"HEAD /a HTTP/1.1\r\n\r\n")
    assert b"content-length: 9\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


def test_an_answer_without_content_has_none(dial: Dial) -> None:
    answer = ask(dial, b"GET /none HTTP/1.1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 204 ")
    assert b"length" not in answer
    assert b"chunked" not in answer


def test_an_old_client_is_left_after_its_answer(dial: Dial) -> None:
    with dial() as line:
        line.sendall(b"GET /a HTTP/1.0\r\n\r\n")
        assert b"connection: close\r\n" in rest(line)


def test_an_old_client_that_wants_to_stay_is_told_that_it_may(dial: Dial) -> None:
    asked = b"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    assert ask(dial, asked * 2).count(b"connection: keep-alive\r\n") == 2


def test_a_client_that_waits_for_a_word_is_told_to_go_on(dial: Dial) -> None:
    with dial() as line:
        line.sendall(b"POST /a HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        assert line.recv(1 << 10) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(b"ab")
        assert rest(line).endswith(b"POST /a 2")


def test_a_client_that_offers_another_protocol_is_answered_in_this_one(dial: Dial) -> None:
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n"
    answer = ask(dial, b"POST /a HTTP/1.1\r\n" + upgrade + b"Content-Length: 2\r\n\r\nab")
    assert answer.endswith(b"POST /a 2")


def test_methods_and_paths_of_any_sort_reach_the_provider(dial: Dial) -> None:
    assert ask(dial, "BREW /é HTTP/1.1\r\n\r\n".encode()).endswith("BREW /é 0".encode())


@pytest.mark.parametrize(
    ("version", "body"), [(b"1.1", b"3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"), (b"1.0", b"abcdef")], ids=["chunks", "old"]
)
def test_a_body_of_unknown_length_is_sent_as_the_client_can_read_it(dial: Dial, version: bytes, body: bytes) -> None:
    assert ask(dial, b"GET /file HTTP/" + version + b"\r\n\r\n").partition(b"\r\n\r\n")[2] == body


def test_a_connection_ends_where_a_body_was_announced_longer(dial: Dial) -> None:
    with dial() as line:
        line.sendall(b"GET /short HTTP/1.1\r\n\r\n")
        assert rest(line).endswith(b"\r\n\r\nabc")


def test_of_a_body_that_is_too_large_one_byte_too_many_is_kept(dial: Dial) -> None:
    asked = b"POST /a HTTP/1.1\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000
    assert ask(dial, asked * 2).count(b"POST /a %d" % (LARGEST + 1)) == 2


@pytest.mark.parametrize(
    ("sent", "status"),
    [(b"NONSENSE\r\n\r\n", b"400"), (b"GET / HTTP/1.1\r\nX-A: " + b"a" * (1 << 20), b"431")],
    ids=["nonsense", "huge"],
)
def test_what_is_no_request_is_told_so_and_left(dial: Dial, sent: bytes, status: bytes) -> None:
    with dial() as line:
        line.sendall(sent)
        assert rest(line).startswith(b"HTTP/1.1 " + status)


def test_nothing_is_made_for_a_client_that_does_not_read(dial: Dial, cloud: Cloud) -> None:
    with dial() as slow, dial() as other:
        slow.sendall(b"GET /endless HTTP/1.1\r\n\r\n")
        seen = -1
        while seen != cloud.made or not seen:  # until no more is made in the time of many answers
            seen = cloud.made
            assert seen * len(PIECE) < AHEAD
            for _ in range(50):
                other.sendall(b"GET /a HTTP/1.1\r\n\r\n")
                assert other.recv(1 << 10).endswith(b"GET /a 0")
        read = 0
        while cloud.made == seen:
            read += len(slow.recv(1 << 16))
            assert read < AHEAD
    assert cloud.closed.wait(PATIENCE)


def test_an_upload_is_read_while_it_comes(dial: Dial, cloud: Cloud) -> None:
    with dial() as line:
        head = b"POST /_mock/a HTTP/1.1\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % UPLOAD
        line.sendall(head + b"x" * (UPLOAD // 2))
        assert cloud.began.wait(PATIENCE)
        line.sendall(b"x" * (UPLOAD - UPLOAD // 2))
        assert rest(line).endswith(b"\r\n\r\ndone")
    assert sum(cloud.read) == UPLOAD


def test_who_reads_only_after_an_upload_finds_that_it_was_refused_long_before(dial: Dial) -> None:
    with dial() as line:
        line.sendall(b"POST /_mock/refused HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % AHEAD + b"x" * AHEAD)
        answer = rest(line)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert answer.endswith(b"no")


def test_an_upload_that_is_broken_off_is_not_taken_for_a_whole_one(dial: Dial, cloud: Cloud) -> None:
    with dial() as line:
        line.sendall(b"POST /_mock/a HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % UPLOAD + b"x" * (UPLOAD // 2))
        assert cloud.began.wait(PATIENCE)
    assert cloud.ended.wait(PATIENCE)
    assert sum(cloud.read) < UPLOAD


def test_an_upload_is_not_begun_for_a_client_that_sends_hardly_anything(dial: Dial, cloud: Cloud) -> None:
    with dial() as line:
        line.sendall(b"POST /_mock/a HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc")
        assert ask(dial, b"GET /a HTTP/1.1\r\n\r\n").endswith(b"GET /a 0")
        assert not cloud.environ


def test_the_control_plane_is_told_what_wsgi_tells(dial: Dial, cloud: Cloud) -> None:
    head = b"PUT /_mock/a%2Fb%C3%A9?c=%20\xc3\xa9 HTTP/1.1\r\nHost: h:1\r\nX-A: b\r\nX_A: forged\r\n"
    assert ask(dial, head + b"Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nab").endswith(b"done")
    told = {
        "REQUEST_METHOD": "PUT",
        "PATH_INFO": "/_mock/a/b\xc3\xa9",
        "QUERY_STRING": "c=%20\xc3\xa9",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "h:1",
        "HTTP_X_A": "b",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "2",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
    }
    assert {name: cloud.environ[name] for name in told} == told
