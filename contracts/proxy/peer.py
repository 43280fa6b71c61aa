"""One end of a connection: events of HTTP/1.1 over a stream of bytes."""

from __future__ import annotations

import socket
import ssl
import struct
from contextlib import suppress
from enum import StrEnum

import anyio
import h11
from anyio.abc import ByteStream, SocketAttribute

CHUNK = (
    1 << 18
)  # bytes that are read at once: as many as the event loop does, for what is cut up leaves holes in memory
LARGEST_HEAD = 1 << 16  # bytes of a head


_LOST = (anyio.BrokenResourceError, anyio.ClosedResourceError, ssl.SSLError, OSError)


class Break(StrEnum):
    """How a connection ended before its time."""

    CLOSED = "closed"
    RESET = "reset"
    GARBLED = "garbled"  # what came is no HTTP


class Gone(Exception):
    """The other side is not there any more, or does not speak HTTP."""

    def __init__(self, peer: Peer, how: Break, message: str = "", status: int = 0) -> None:
        super().__init__(message or how.value)
        self.peer, self.how = peer, how
        self.status = status  # the one that HTTP has for what is wrong with a request; 0: none


class Peer:
    """One end of a connection."""

    def __init__(self, stream: ByteStream, role: type[h11.CLIENT | h11.SERVER]) -> None:
        self.stream = stream
        self.http = h11.Connection(role, max_incomplete_event_size=LARGEST_HEAD)
        self.is_used = False  # whether an exchange was completed on it

    async def next_event(self) -> h11.Event:
        """The next event. Raises Gone."""
        while True:
            try:
                event = self.http.next_event()
            except h11.RemoteProtocolError as error:
                how = Break.CLOSED if self.http.their_state is h11.ERROR and self._has_ended() else Break.GARBLED
                raise Gone(self, how, str(error), error.error_status_hint) from error
            if event is h11.NEED_DATA:
                await self.read()
            elif event is h11.PAUSED:
                raise Gone(self, Break.GARBLED, "more than one request at a time")
            else:
                assert isinstance(event, h11.Event)
                return event

    async def read(self) -> bool:
        """Take in what comes next; False when nothing comes any more. Raises Gone."""
        try:
            data = await self.stream.receive(CHUNK)
        except anyio.EndOfStream:
            data = b""
        except _LOST as error:
            raise Gone(self, Break.RESET) from error
        if data or not self._has_ended():
            self.http.receive_data(data)
        return bool(data)

    async def send(self, event: h11.Event) -> None:
        """Send an event. Raises Gone."""
        data = self.http.send(event)
        if not data:
            return
        try:
            await self.stream.send(data)
        except _LOST as error:
            raise Gone(self, Break.RESET) from error

    def renew(self) -> bool:
        """Make ready for the next exchange; False where this connection can have none."""
        if not (self.http.our_state is h11.DONE and self.http.their_state is h11.DONE):
            return False
        self.http.start_next_cycle()
        self.is_used = True
        return True

    async def say_goodbye(self, patience: float) -> None:
        """Send nothing more, and take what still comes for a while: a connection closed on it would be reset.

        A reset may cost the other side the answer that it was about to read.
        """
        with anyio.move_on_after(patience), suppress(*_LOST, anyio.EndOfStream, NotImplementedError):
            await self.stream.send_eof()
            while True:
                await self.stream.receive(CHUNK)

    async def close(self, how: Break = Break.CLOSED) -> None:
        """Close it; as a reset where the other side of the proxy was reset."""
        if how is Break.RESET:
            raw = self.stream.extra(SocketAttribute.raw_socket, None)  # noqa: S610 - of a stream, not of a database
            if raw is not None:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await anyio.aclose_forcefully(self.stream)

    def _has_ended(self) -> bool:
        return self.http.trailing_data[1]
