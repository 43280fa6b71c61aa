"""How does an answer stand on the wire: its head, and how its body is told from what follows?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus

from mockserver.front.heads import Head
from mockserver.gateway import BODILESS, header_value, unsaid
from openapi.messages import Response

GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Framing:
    """What a client is told before the body."""

    head: bytes
    length: int | None  # bytes of the body that follow; None: unknown
    in_chunks: bool = False
    is_last: bool = False  # whether the connection ends after it

    def around(self, piece: bytes) -> bytes:
        """A piece of the body as it is sent; an empty chunk would be the last."""
        return b"%x\r\n%b\r\n" % (len(piece), piece) if self.in_chunks and piece else piece

    @property
    def end(self) -> bytes:
        """What is sent after the last piece."""
        return b"0\r\n\r\n" if self.in_chunks else b""


def frame(asked: Head, status: int, headers: Headers, *, is_last: bool) -> Framing:
    """The framing of an answer to `asked`; `is_last` says that its connection is not to be used again."""
    said = {name.lower(): told for name, told in headers}
    is_last = is_last or asked.is_last or said.get("connection", "").lower() == "close"
    has_body = asked.line.method != "HEAD" and status not in BODILESS
    length = said.get("content-length")
    in_chunks = has_body and length is None and not asked.line.is_old
    is_last = is_last or (has_body and length is None and not in_chunks)
    more = [("transfer-encoding", "chunked")] if in_chunks else []
    if "connection" not in said and (is_last or asked.line.is_old):
        more.append(("connection", "close" if is_last else "keep-alive"))
    known = int(length) if length is not None and length.isdigit() else None
    return Framing(head_of(status, [*headers, *more]), known if has_body else 0, in_chunks, is_last)


def whole(asked: Head, answer: Response, body: bytes, date: str) -> bytes:
    """An answer with its body."""
    status, headers = answer.status, answer.headers
    head = _beginning(status)
    for name, told in headers.items():
        head += f"{name}: {told if told.isascii() and told.isprintable() else header_value(told)}\r\n"
    needs_length, needs_date = unsaid(status, (*headers,))
    if needs_length:
        head += f"content-length: {len(body)}\r\n"
    if needs_date:
        head += f"date: {date}\r\n"
    if asked.is_last or asked.line.is_old:
        head += "connection: close\r\n" if asked.is_last else "connection: keep-alive\r\n"
    sent = f"{head}\r\n".encode("latin-1")
    return sent if asked.line.method == "HEAD" or status in BODILESS else sent + body


def head_of(status: int, headers: Headers) -> bytes:
    """The bytes of a head."""
    head = _beginning(status)
    for name, told in headers:
        head += f"{name}: {told}\r\n"
    return f"{head}\r\n".encode("latin-1")


def refusal(status: HTTPStatus) -> bytes:
    """The answer to what is no request; its connection ends."""
    return head_of(status, [("content-length", "0"), ("connection", "close")])


@cache
def _beginning(status: int) -> str:
    """The first line of an answer."""
    phrase = next((each.phrase for each in HTTPStatus if each == status), "Unknown")
    return f"HTTP/1.1 {status} {phrase}\r\n"
