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
_TRAILER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*\r\n")
_FIRST = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z\r-]")  # of a request; TLS begins otherwise, and waits for an answer
_LINE_END = b"\r\n"
_RETURN = _LINE_END[0]
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
        self.held = 0  # bytes that came and are not looked at yet
        self._buffer = b""
        self._at = 0  # where in it they begin
        self._searched = 0  # bytes from there on in which the end of the head does not begin
        self._body: Generator[bytes | None] | None = None

    def feed(self, data: bytes) -> None:
        """Take what came."""
        self._buffer = buffer = self._buffer[self._at :] + data if self.held else data
        self._at = 0
        self.held = len(buffer)

    @property
    def is_within(self) -> bool:
        """Whether a request has begun to come, and is not whole yet."""
        return self._body is not None or self.held > 0

    def next(self) -> Event | None:
        """What comes next; None when more has to come before that is known. Raises Malformed."""
        if self._body is None:
            return self._head() if self.held else None
        try:
            return next(self._body)
        except StopIteration:
            self._body = None
            return END

    def _head(self) -> Head | None:
        buffer, start = self._buffer, self._at
        if buffer[start] == _RETURN:
            start = _after_empty_lines(buffer, start)
        end = buffer.find(_HEAD_END, start + self._searched)
        if (len(buffer) if end < 0 else end) - start > LARGEST_HEAD:
            raise Malformed(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if end < 0:
            self._look_on(start)
            return None
        head = read_head(buffer[start:end])
        self._searched = 0
        start = end + len(_HEAD_END)
        length = head.length
        if length is not None and len(buffer) - start >= length:
            head.body = buffer[start : start + length]
            start += length
        else:
            self._body = self._chunks() if length is None else self._sized(length)
        self._drop(start)
        return head

    def _look_on(self, start: int) -> None:
        """Remember that what begins there is no whole head. Raises Malformed if it cannot become one."""
        buffer = self._buffer
        if start < len(buffer) and not _FIRST.match(buffer, start):
            raise Malformed
        self._searched = max(0, len(buffer) - start - 3)
        self._drop(start)

    def _drop(self, end: int) -> None:
        """Hold nothing any more of what came before."""
        held = len(self._buffer) - end
        if held > 0:
            self._at, self.held = end, held
        else:
            self._buffer, self._at, self.held = b"", 0, 0

    def _sized(self, left: int) -> Generator[bytes | None]:
        while left:
            piece = self._take(left)
            left -= len(piece)
            yield piece or None

    def _chunks(self) -> Generator[bytes | None]:
        while True:
            while (end := self._line(_LONGEST_SIZE)) is None:
                yield None
            size = _SIZE.fullmatch(self._buffer, self._at, end)
            if size is None:
                raise Malformed
            left = int(size[1], 16)
            self._drop(end)
            if not left:
                break
            yield from self._sized(left)
            while self.held < len(_LINE_END):
                yield None
            if self._take(len(_LINE_END)) != _LINE_END:
                raise Malformed
        yield from self._trailers()

    def _trailers(self) -> Generator[None]:
        """Headers after the body, of which nothing is kept."""
        room = LARGEST_HEAD
        while True:
            while (end := self._line(room)) is None:
                yield None
            start = self._at
            if end > start + len(_LINE_END) and not _TRAILER.fullmatch(self._buffer, start, end):
                raise Malformed
            self._drop(end)
            if end == start + len(_LINE_END):
                return
            room -= end - start

    def _line(self, longest: int) -> int | None:
        """Where in the buffer the first line ends; None when its end has not come."""
        end = self._buffer.find(_LINE_END, self._at)
        if (len(self._buffer) if end < 0 else end) - self._at > longest:
            raise Malformed(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return None if end < 0 else end + len(_LINE_END)

    def _take(self, most: int) -> bytes:
        start = self._at
        piece = self._buffer[start : start + most]
        self._drop(start + most)
        return piece


def _after_empty_lines(buffer: bytes, start: int) -> int:
    """Where a request begins, before which some clients send them."""
    while buffer.startswith(_LINE_END, start):
        start += len(_LINE_END)
    return start
