"""A body that a thread reads while the loop still receives it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from io import BufferedReader, RawIOBase
from threading import Condition

from werkzeug.exceptions import ClientDisconnected

ENOUGH = 1 << 20  # bytes that wait to be read; with more of them, no more are received


class Inflow(RawIOBase):
    """What the loop puts in, a thread reads. `make_room` is called by that thread when it has read what there was."""

    def __init__(self, make_room: Callable[[], None]) -> None:
        super().__init__()
        self._make_room = make_room
        self._changed = Condition()
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._is_whole = False
        self._is_broken = False

    @property
    def is_full(self) -> bool:
        """Whether enough waits to be read."""
        return self._size >= ENOUGH

    def put(self, piece: bytes) -> None:
        """Append to what can be read."""
        with self._changed:
            self._pieces.append(piece)
            self._size += len(piece)
            self._changed.notify()

    def end(self) -> None:
        """Nothing more comes: that was the whole body."""
        with self._changed:
            self._is_whole = True
            self._changed.notify()

    def break_off(self) -> None:
        """Nothing more comes, and nobody waits for an answer."""
        with self._changed:
            self._is_broken = True
            self._changed.notify()

    def readable(self) -> bool:
        """Whether it can be read: it can."""
        return True

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]
        """Wait for something and take of it what there is room for; 0 at the end. Raises ClientDisconnected."""
        with self._changed:
            self._changed.wait_for(lambda: self._pieces or self._is_whole or self._is_broken)
            if self._is_broken:
                raise ClientDisconnected
            if not self._pieces:
                return 0
            piece = self._pieces.popleft()
            taken = min(len(piece), len(into))
            into[:taken] = piece[:taken]
            if taken < len(piece):
                self._pieces.appendleft(piece[taken:])
            self._size -= taken
            is_empty = not self._pieces
        if is_empty:
            self._make_room()
        return taken

    def reader(self) -> BufferedReader:
        """This body as a buffered file, as WSGI wants it."""
        return BufferedReader(self)
