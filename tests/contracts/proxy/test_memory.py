"""However long a body is, the proxy holds little of it, and cuts nothing off."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from contracts.proxy.tape import KEPT, Tape, unpacked
from tests.contracts.proxy.between import head_of, scripted, until
from tests.contracts.proxy.command import proxy

SIZE = 200 << 20  # bytes
PIECE = bytes(range(256)) * 1024
HEADROOM = 32 << 20  # bytes of memory, beside what the proxy takes before anything passes


def peak(pid: int) -> int:
    """The most memory that a process had, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_two_hundred_megabytes_pass_each_way_in_little_memory() -> None:
    heard = []

    def script(connection: socket.socket) -> None:
        connection.settimeout(60)
        left = SIZE - len(head_of(connection).partition(b"\r\n\r\n")[2])
        while left:
            left -= len(connection.recv(1 << 20))
        heard.append(left)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % SIZE)
        for _ in range(SIZE // len(PIECE)):
            connection.sendall(PIECE)

    with scripted(script) as url, proxy("--target", url, "tencent-cls") as running:
        before = peak(running.process.pid)
        with socket.create_connection(("127.0.0.1", urlsplit(running.url).port or 0), timeout=60) as client:
            client.sendall(b"PUT /f HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % SIZE)
            for _ in range(SIZE // len(PIECE)):
                client.sendall(PIECE)
            left = SIZE - len(until(client, b"\r\n\r\n").partition(b"\r\n\r\n")[2])
            while left:
                left -= len(client.recv(1 << 20))
        assert peak(running.process.pid) - before < HEADROOM
    assert heard == [0]


def test_of_a_body_its_beginning_its_length_and_its_digest_are_kept() -> None:
    tape = Tape(most=4)
    for piece in (b"abc", b"", b"defgh"):
        tape.add(piece)
    assert (tape.beginning, tape.length, tape.kept, tape.is_whole) == (b"abcd", 8, 4, False)
    assert tape.digest == "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab"
    assert Tape().most == KEPT


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_what_cannot_be_unpacked_is_not_guessed_at(coding: str) -> None:
    assert unpacked(b"no such packing", coding) is None


def test_a_small_body_that_unpacks_to_a_huge_one_is_left_packed() -> None:
    import gzip

    packed = gzip.compress(b"0" * 10_000)
    assert unpacked(packed, "gzip", 10_000) == b"0" * 10_000
    assert unpacked(packed, "gzip", 9_999) is None
