"""Servers that are nothing but a function from the bytes of a request to what is sent back, piece by piece."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

Answer = Callable[[bytes], Iterable[bytes]]
LARGEST = 1 << 16


def http(body: object, status: str = "200 OK", *headers: str) -> bytes:
    """A whole answer; the connection may be kept."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(raw)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + raw


@contextmanager
def talking(answer: Answer) -> Iterator[str]:
    """The address of a server that keeps each connection until the answer of a request is empty, or the client goes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    Thread(target=_converse, args=(listening.accept()[0], answer), daemon=True).start()

        thread = Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _converse(connection: socket.socket, answer: Answer) -> None:
    with connection, suppress(OSError):
        while request := connection.recv(LARGEST):
            sent = False
            for piece in answer(request):
                connection.sendall(piece)
                sent = True
            if not sent:
                return
