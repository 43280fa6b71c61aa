"""The last of a connection: its client has an answer, and may still be sending."""

from __future__ import annotations

import asyncio

LINGER = 5.0  # seconds in which it may send, and read why it need not
MOST = 1 << 28  # bytes of it, all of them dropped


class Farewell:
    """Nothing is closed while something comes: the system would reset a connection of which not all was received.

    So a client that sends all of its request before it reads finds the answer (RFC 9112, 9.6).
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._left = MOST
        self._timer = loop.call_later(LINGER, transport.close)
        try:
            if transport.can_write_eof():  # not by TLS, whose end is one of both directions
                transport.write_eof()
        except OSError:  # the client is gone, which nobody has told yet
            transport.abort()

    def drop(self, data: bytes) -> None:
        """Take what came, to no effect."""
        self._left -= len(data)
        if self._left < 0:
            self._transport.abort()

    def cancel(self) -> None:
        """The connection has ended."""
        self._timer.cancel()
