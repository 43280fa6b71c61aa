"""Is of the heads of requests remembered what everybody sends, only so much of it, and nothing that opens a door?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.front import heads
from mockserver.front.heads import read_head

KEPT = (heads._REQUEST_LINES, heads._FIELDS, heads._NAMES, heads._SECRETS)
SECRET = "swordfish"


@pytest.fixture(autouse=True)
def _nothing_yet() -> Iterator[None]:
    for each in KEPT:
        each.clear()
    yield
    for each in KEPT:
        each.clear()


def read(*lines: str, target: str = "/") -> None:
    read_head("\r\n".join([f"GET {target} HTTP/1.1", *lines]).encode("latin-1"))


def test_what_every_client_sends_is_read_once() -> None:
    for _ in range(2):
        read("Host: 127.0.0.1:4010", "Accept: */*", "Content-Length: 0")
    assert list(heads._REQUEST_LINES) == ["GET / HTTP/1.1"]
    assert list(heads._FIELDS) == ["Host: 127.0.0.1:4010", "Accept: */*", "Content-Length: 0"]
    assert read_head(b"GET / HTTP/1.1\r\nAccept: */*").headers == {"accept": "*/*"}


@pytest.mark.parametrize(
    "line",
    [
        "Authorization: X",
        "Cookie: a=X",
        "X-Auth-Token: X",
        "X-Some-Secret: X",
        "x-api-key: X",
        "Proxy-Authorization:X",
        "X-A: token=X",
    ],
)
def test_what_may_be_a_credential_is_not_remembered(line: str) -> None:
    read("Host: h", line.removesuffix("X") + SECRET)
    assert SECRET not in repr(KEPT)
    assert len(heads._FIELDS) == 1


@pytest.mark.parametrize("target", [f"/?token={SECRET}", f"/file?x=1&a-signature={SECRET}", f"http://me:{SECRET}@h/"])
def test_neither_is_a_target_that_may_hold_one(target: str) -> None:
    read("Host: h", target=target)
    assert SECRET not in repr(KEPT)
    assert not heads._REQUEST_LINES


def test_only_so_many_lines_are_remembered_and_none_that_are_long() -> None:
    for number in range(3 * heads._REMEMBERED):
        read(f"User-Agent: {number}", f"x-{number}: 1", target=f"/{number}")
        assert max(len(each) for each in KEPT) <= heads._REMEMBERED
    long = "x" * heads._LONGEST
    read(f"User-Agent: {long}", f"x{long}: 1", target=f"/{long}")
    assert long not in repr(KEPT)
