"""What is read from a socket: whole answers however they are sent, in bounded time, and from nowhere else."""

import gzip
from collections.abc import Iterator
from contextlib import closing
from threading import Event

import pytest

from contracts.target import Unreachable
from contracts.targets.http import Bounds, Http
from openapi.messages import Request
from tests.contracts.raw import http, talking

GET = Request("GET", "/", headers={"host": "here", "authorization": "secret"})


def test_several_requests_share_a_connection() -> None:
    ports = set[bytes]()

    def answer(request: bytes) -> Iterator[bytes]:
        ports.add(request[:3])
        yield http({"n": 1})

    with talking(answer) as url, closing(Http(url)) as wire:
        assert [wire.send(GET).body for _ in range(3)] == [b'{"n": 1}'] * 3


def test_two_clients_do_not_disturb_each_other() -> None:
    def answer(request: bytes) -> list[bytes]:
        return [http(b"x", "200 OK", f"X-Path: {request.split()[1].decode()}")]

    with talking(answer) as url, closing(Http(url)) as one, closing(Http(url)) as other:
        asked = [(wire, Request("GET", path, headers={"host": "h"})) for path in ("/a", "/b") for wire in (one, other)]
        paths = [wire.send(request).headers["x-path"] for wire, request in asked]
    assert paths == ["/a", "/a", "/b", "/b"]


def test_a_packed_answer_is_unpacked_and_has_no_length_of_other_bytes() -> None:
    packed = gzip.compress(b"rows" * 99)
    with talking(lambda _: [http(packed, "200 OK", "Content-Encoding: gzip")]) as url, closing(Http(url)) as wire:
        answer = wire.send(GET)
    assert answer.body == b"rows" * 99
    assert "content-length" not in answer.headers


def test_an_answer_in_chunks_is_read_whole() -> None:
    pieces = [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"3\r\nabc\r\n", b"2\r\nde\r\n", b"0\r\n\r\n"]
    with talking(lambda _: pieces) as url, closing(Http(url)) as wire:
        assert [wire.send(GET).body for _ in range(2)] == [b"abcde"] * 2


def test_packed_chunks_are_both_undone() -> None:
    packed = gzip.compress(b"rows")
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    pieces = [head, b"%x\r\n" % len(packed) + packed + b"\r\n", b"0\r\n\r\n"]
    with talking(lambda _: pieces) as url, closing(Http(url)) as wire:
        assert wire.send(GET).body == b"rows"


def test_chunks_that_end_too_early_are_no_answer() -> None:
    pieces = [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n", b"5\r\nab"]
    said = iter([pieces])
    with talking(lambda _: next(said, [])) as url, pytest.raises(Unreachable, match="did not answer"):
        Http(url, Bounds(timeout=0.2)).send(GET)


def test_a_redirect_is_an_answer_and_nothing_goes_elsewhere() -> None:
    visited = Event()

    def elsewhere(_: bytes) -> Iterator[bytes]:
        visited.set()
        yield http({})

    with talking(elsewhere) as other, talking(lambda _: [http(b"", "302 Found", f"Location: {other}/")]) as url:
        assert Http(url).send(GET).status == 302
    assert not visited.is_set()


def test_a_server_that_never_answers_is_given_up() -> None:
    forever = Event()

    def hang(_: bytes) -> Iterator[bytes]:
        forever.wait(5)
        yield b""

    with talking(hang) as url, closing(Http(url, Bounds(timeout=0.1))) as wire:
        with pytest.raises(Unreachable, match=f"{url} did not answer: nothing came for 0.1 s"):
            wire.send(GET)
        forever.set()


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"])
def test_a_server_that_drips_is_given_up_at_the_deadline(head: bytes) -> None:
    over = Event()

    def drip(_: bytes) -> Iterator[bytes]:
        yield head
        while not over.wait(0.02):
            yield b"x"

    with talking(drip) as url, closing(Http(url, Bounds(timeout=5, deadline=0.3))) as wire:
        with pytest.raises(Unreachable, match=r"did not answer: its answer took more than 0\.3 s"):
            wire.send(GET)  # would else never end
        over.set()
