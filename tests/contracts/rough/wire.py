"""Requests as they come to the gateway, answers as the server gives them, and the connection to the client."""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPResponse
from typing import BinaryIO
from urllib.parse import urlsplit

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: what was not sent is thrown away, and the client told so
OWN = frozenset({"content-length", "transfer-encoding", "connection", "keep-alive"})  # headers of one connection


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came."""

    number: int  # from 1
    at: float  # seconds on a clock that never steps back
    method: str
    target: str  # path and query, as on the wire
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    raw: bytes = field(repr=False)  # all of it
    connection: int = 0  # the number of the connection by which it came

    @property
    def path(self) -> str:
        """Without the query."""
        return urlsplit(self.target).path

    def is_of(self, name: str) -> bool:
        """Whether the path, the method or any header says this: an action, a part of a path."""
        return name in f"{self.method} {self.target}" or name in self.headers.values()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says."""

    status: int
    reason: str
    headers: Sequence[tuple[str, str]]
    body: bytes

    def without(self, *names: str) -> Answer:
        """The answer without some headers, named in lower case."""
        return replace(self, headers=[(name, value) for name, value in self.headers if name.lower() not in names])

    def head(self, *more: str) -> bytes:
        """Status line and headers, and more of them; nothing about the length."""
        own = [f"{name}: {value}" for name, value in self.headers if name.lower() not in OWN]
        return "\r\n".join([f"HTTP/1.1 {self.status} {self.reason}", *own, *more, "", ""]).encode("latin-1")

    def whole(self) -> bytes:
        """As any server would send it."""
        bodiless = self.status == 204
        return self.head(*([] if bodiless else [f"Content-Length: {len(self.body)}"])) + self.body


class Line:
    """The connection to a client."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self.connection.sendall(data)

    def reset(self) -> None:
        """Let the client see a connection that was torn down, once it is closed."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def finish(self) -> None:
        """Say no more, but listen on until the client goes."""
        with suppress(OSError):
            socket.socket.shutdown(self.connection, socket.SHUT_WR)  # not TLS's own, which waits for the other side
            while self.connection.recv(1 << 16):
                pass


def read_request(stream: BinaryIO) -> tuple[bytes, bytes] | None:
    """The next request as it stands on the wire, head and body; None when the client has gone."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        if not line:
            return None
        head += line
    length = int(headers_of(head).get("content-length", "0"))
    return head, stream.read(length)


def headers_of(head: bytes) -> dict[str, str]:
    """The headers, by their names in lower case."""
    pairs = (line.partition(":") for line in head.decode("latin-1").split("\r\n")[1:] if line)
    return {name.lower(): value.strip() for name, _, value in pairs}


def forward(raw: bytes, address: tuple[str, int], method: str) -> Answer:
    """The server's answer to a request that is passed on as it came."""
    with socket.create_connection(address) as connection:
        connection.sendall(raw)
        answer = HTTPResponse(connection, method=method)
        with answer:
            answer.begin()
            return Answer(answer.status, answer.reason, answer.getheaders(), answer.read())
