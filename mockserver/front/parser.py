"""Where does a request end, and the next begin, in the bytes of one connection? No socket is known here."""

from __future__ import annotations

import re
from collections.abc import Generator
from enum import Enum
from http import HTTPStatus

from mockserver.front.heads import Head, Malformed, read_head

LARGEST_HEAD = 1 << 18  # bytes
_LONGEST_SIZE = 1 << 12  # bytes of the line before a chunk, extensions included
_SIZE = re.compile(rb"([0-9a-fA-F]{1,15})(?:[ \t]*;[^\x00-\x08\x0a-\x1f\x7f]*)?\r\n")
_FIRST = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z\r-]")  # of a request; TLS begins otherwise, and waits for an answer
_LINE_END = b"\r\n"
_HEAD_END = b"\r\n\r\n"


class End(Enum):
    """After the last byte of a body."""

    END = "end"


END = End.END
Event = Head | bytes | End


class Parser:
    """Bytes in; heads out, and after each that came without its body the pieces of that, and their end.

    Of no use any more once it raised Malformed.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0  # bytes of the buffer in which the end of the head does not begin
        self._body: Generator[bytes | None] | None = None

    def feed(self, data: bytes) -> None:
        """Take what came."""
        self._buffer += data

    @property
    def held(self) -> int:
        """Bytes that came and are not looked at yet."""
        return len(self._buffer)

    @property
    def is_within(self) -> bool:
        """Whether a request has begun to come, and is not whole yet."""
        return self._body is not None or bool(self._buffer)

    def next(self) -> Event | None:
        """What comes next; None when more has to come before that is known. Raises Malformed."""
        if self._body is None:
            return self._head()
        try:
            return next(self._body)
        except StopIteration:
            self._body = None
            return END

    def _head(self) -> Head | None:
        buffer = self._buffer
        while buffer.startswith(_LINE_END):  # between two requests, which some clients send
            del buffer[:2]
        end = buffer.find(_HEAD_END, self._searched)
        if (len(buffer) if end < 0 else end) > LARGEST_HEAD:
            raise Malformed(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if end < 0:
            if buffer and not _FIRST.match(buffer):
                raise Malformed
            self._searched = max(0, len(buffer) - 3)
            return None
        head = read_head(bytes(buffer[: end + 2]))
        self._searched = 0
        start = end + len(_HEAD_END)
        if head.length is not None and len(buffer) >= start + head.length:
            head.body = bytes(buffer[start : start + head.length])
            del buffer[: start + head.length]
        else:
            del buffer[:start]
            self._body = self._chunks() if head.length is None else self._sized(head.length)
        return head

    def _sized(self, left: int) -> Generator[bytes | None]:
        while left:
            piece = self._take(left)
            left -= len(piece)
            yield piece or None

    def _chunks(self) -> Generator[bytes | None]:
        while True:
            while (end := self._line(_LONGEST_SIZE)) is None:
                yield None
            size = _SIZE.fullmatch(self._buffer, 0, end)
            if size is None:
                raise Malformed
            left = int(size[1], 16)
            del self._buffer[:end]
            if not left:
                break
            yield from self._sized(left)
            while len(self._buffer) < len(_LINE_END):
                yield None
            if self._take(len(_LINE_END)) != _LINE_END:
                raise Malformed
        yield from self._trailers()

    def _trailers(self) -> Generator[None]:
        """Headers after the body, which are not looked at."""
        room = LARGEST_HEAD
        while True:
            while (end := self._line(room)) is None:
                yield None
            is_empty = self._buffer.startswith(_LINE_END)
            del self._buffer[:end]
            if is_empty:
                return
            room -= end

    def _line(self, longest: int) -> int | None:
        """Where the line ends that the buffer begins with; None when its end has not come."""
        end = self._buffer.find(_LINE_END)
        if (len(self._buffer) if end < 0 else end) > longest:
            raise Malformed(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return None if end < 0 else end + len(_LINE_END)

    def _take(self, most: int) -> bytes:
        piece = bytes(self._buffer[:most])
        del self._buffer[:most]
        return piece
