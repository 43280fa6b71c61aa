"""A request while it arrives: what is kept of its body, and when it can be answered."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO
from typing import IO

from mockserver.front.heads import Head
from mockserver.front.inflow import Inflow
from openapi.messages import Request

AT_ONCE = 1 << 20  # bytes of a body for the control plane with which its answering begins, if that is not all
WASTED = 1 << 28  # bytes of a body that are received although nobody looks at them


class Arrival:
    """One request: of its body at most `most` bytes are kept, and one more; None: it is for the control plane."""

    def __init__(self, head: Head, most: int | None) -> None:
        self.head = head
        self.is_for_control = most is None
        self.is_whole = head.body is not None
        self._most = sys.maxsize if most is None else most + 1
        self._kept = bytearray(head.body[: self._most] if head.body else b"")  # pieces may be of one byte each
        self._wasted = 0
        self._inflow: Inflow | None = None

    @property
    def is_wasted(self) -> bool:
        """Whether so much came in vain that the rest is not waited for."""
        return self._wasted > WASTED

    @property
    def is_full(self) -> bool:
        """Whether more is to come only once somebody has read what there is."""
        return self._inflow is not None and self._inflow.is_full

    @property
    def is_ready(self) -> bool:
        """Whether its answering can begin."""
        return self.is_whole or (self.is_for_control and len(self._kept) >= AT_ONCE)

    def add(self, piece: bytes) -> None:
        """Take a piece of the body."""
        if self._inflow is not None:
            self._inflow.put(piece)
            return
        room = self._most - len(self._kept)
        if room > 0:
            self._kept += piece[:room]
        self._wasted += max(0, len(piece) - room)

    def finish(self) -> None:
        """The body is whole."""
        self.is_whole = True
        if self._inflow is not None:
            self._inflow.end()

    def break_off(self) -> None:
        """The client is gone, or has its answer."""
        if self._inflow is not None:
            self._inflow.break_off()

    def read(self, make_room: Callable[[], None]) -> IO[bytes]:
        """The body for whoever reads it in a thread, the rest as it comes."""
        if self.is_whole:
            return BytesIO(self._kept)
        self._inflow = Inflow(make_room)
        self._inflow.put(bytes(self._kept))
        self._kept.clear()
        return self._inflow.reader()

    def request(self) -> Request:
        """The whole of it, as the engine takes it."""
        line = self.head.line
        return Request(line.method, line.path, line.query, self.head.headers, bytes(self._kept))
