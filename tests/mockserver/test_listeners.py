"""Does a piece of an answer go as soon as it is written, or wait until the client has confirmed the one before?"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from mockserver.gateway import Gateway
from mockserver.listeners import Listener
from mockserver.serving import reserve
from tests.mockserver.front.test_connections import LARGEST, PATIENCE, Cloud


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener(Gateway(Cloud().handle, None, largest=LARGEST, now=lambda: 0.0), 0, None)
    yield made
    made.stop()


def test_pieces_go_at_once_by_each_connection_to_a_server() -> None:
    with reserve("127.0.0.1", 0) as (_, _, bound):
        bound.listen()
        with socket.create_connection(bound.getsockname(), timeout=PATIENCE), closing(bound.accept()[0]) as inside:
            assert inside.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_pieces_go_at_once_by_what_listens_in_a_test(listener: Listener) -> None:
    assert listener._bound.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
