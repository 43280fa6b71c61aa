"""Requests to a mock of this process, as a server would hand them over, but without the detour over WSGI."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from contracts.targets.wsgi import BLANKS, latin
from openapi.messages import Request, Response

LENGTH = "content-length"
LONGEST = 18  # digits of a length that is a number of bytes


class Gate(Protocol):
    """What stands before the engine of a mock."""

    def exchange(self, request: Request) -> Response:
        """The answer to a request as it arrived, as a client reads it."""
        ...


class Direct:
    """Calls what stands before the engine."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def send(self, request: Request, origin: str = "") -> Response:  # noqa: ARG002 - all addresses lead to the mock
        """The answer, its body whole."""
        return self._gate.exchange(arrived(request))

    def close(self) -> None:
        """Nothing is held."""


def arrived(request: Request) -> Request:
    """The request as a server reads it: names in one spelling, values without blanks, as much body as is announced.

    Raises UnicodeError for text that cannot be sent.
    """
    headers = {
        _name(name): value.strip(BLANKS) if value.isascii() else latin(value.strip(BLANKS))
        for name, value in request.headers.items()
    }
    body = request.body
    length = headers.setdefault(LENGTH, str(len(body)))
    if LENGTH in request.headers:
        is_number = length.isascii() and length.isdigit() and len(length) <= LONGEST
        body = body[: int(length)] if is_number else b""
    for text in (request.path, request.query):
        if not text.isascii():
            text.encode("utf-8", "surrogateescape")
    return Request(request.method, request.path, request.query, headers, body)


@lru_cache(1024)
def _name(name: str) -> str:
    return name.lower().replace("_", "-")
