"""How does an answer stand on the wire: its head, and how its body is told from what follows?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from mockserver.front.heads import Head
from mockserver.gateway import BODILESS

_PHRASES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}
_ENDING, _STAYING = (("connection", "close"),), (("connection", "keep-alive"),)
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
    has_body = asked.method != "HEAD" and status not in BODILESS
    length = said.get("content-length")
    in_chunks = has_body and length is None and not asked.is_old
    is_last = is_last or (has_body and length is None and not in_chunks)
    more = [("transfer-encoding", "chunked")] if in_chunks else []
    if "connection" not in said and (is_last or asked.is_old):
        more.append(("connection", "close" if is_last else "keep-alive"))
    known = int(length) if length is not None and length.isdigit() else None
    return Framing(head_of(status, [*headers, *more]), known if has_body else 0, in_chunks, is_last)


def whole(asked: Head, status: int, headers: Headers, body: bytes) -> bytes:
    """An answer with its body, which `headers` tell the length of."""
    head = head_of(
        status, [*headers, *_ENDING] if asked.is_last else [*headers, *_STAYING] if asked.is_old else headers
    )
    return head if asked.method == "HEAD" or status in BODILESS else head + body


def head_of(status: int, headers: Headers) -> bytes:
    """The bytes of a head."""
    text = _PHRASES.get(status) or _line(status)
    for name, told in headers:
        text += f"{name}: {told}\r\n"
    return f"{text}\r\n".encode("latin-1")


def refusal(status: HTTPStatus) -> bytes:
    """The answer to what is no request; its connection ends."""
    return head_of(status, [("content-length", "0"), ("connection", "close")])


def _line(status: int) -> str:
    return f"HTTP/1.1 {status} Unknown\r\n"
