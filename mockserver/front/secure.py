"""TLS between a socket and a connection, with two directions that end each by itself, as those of TCP do."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import Any

PATIENCE = 60.0  # seconds in which a client has to have agreed on keys
PIECE = 1 << 18  # bytes that are deciphered at once


class Secure(asyncio.Protocol, asyncio.Transport):
    """A protocol for the socket, and a transport for the connection `within`, which is made once keys are agreed on.

    That of asyncio stops writing once a client says that it sends no more (RFC 8446, 6.1, has it go on), and answers
    that take their time would be lost.
    """

    def __init__(
        self,
        within: asyncio.Protocol,
        context: ssl.SSLContext,
        loop: asyncio.AbstractEventLoop,
        agreeing: set[Secure],
    ) -> None:
        """Of `agreeing` it is a part until keys are agreed on."""
        super().__init__()
        self._within = within
        self._agreeing = agreeing
        self._loop = loop
        self._came, self._leaving = ssl.MemoryBIO(), ssl.MemoryBIO()  # as the socket has it
        self._tls = context.wrap_bio(self._came, self._leaving, server_side=True)
        self._is_agreed = False
        self._is_paused = False  # whether the connection takes no more
        self._has_ended = False  # whether nothing more comes by the socket
        self._is_over = False  # whether the connection knows that nothing more comes

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._outer: asyncio.Transport = transport  # type: ignore[assignment]  # that of a stream
        self._agreeing.add(self)
        self._timer = self._loop.call_later(PATIENCE, self._outer.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._agreeing.discard(self)
        self._timer.cancel()
        if self._is_agreed:
            self._within.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._is_over:
            self._came.write(data)
            self._read_on()

    def eof_received(self) -> bool:
        self._has_ended = True
        if self._is_agreed:
            self._read_on()
        return self._is_agreed

    def pause_writing(self) -> None:
        if self._is_agreed:
            self._within.pause_writing()

    def resume_writing(self) -> None:
        if self._is_agreed:
            self._within.resume_writing()

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        """Send something, enciphered."""
        if data and not self._outer.is_closing():
            self._tls.write(data)
            self._send()

    def can_write_eof(self) -> bool:
        """Whether the end of what is sent can be told by itself: clients take it for that of both directions."""
        return False

    def close(self) -> None:
        """Tell the client that this is the end, once it has been sent what was written."""
        if not self._outer.is_closing():
            with suppress(ssl.SSLError):  # its own end is not waited for
                self._tls.unwrap()
            self._send()
            self._outer.close()

    def abort(self) -> None:
        """End at once."""
        self._outer.abort()

    def is_closing(self) -> bool:
        """Whether it has ended, or is about to."""
        return self._outer.is_closing()

    def pause_reading(self) -> None:
        """Receive no more for now."""
        self._is_paused = True
        self._outer.pause_reading()

    def resume_reading(self) -> None:
        """Receive again; what has come already follows soon."""
        self._is_paused = False
        self._outer.resume_reading()
        self._loop.call_soon(self._read_on)

    def get_write_buffer_size(self) -> int:
        """Bytes that the client could not be sent yet."""
        return self._outer.get_write_buffer_size()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """What is known of the socket."""
        return self._outer.get_extra_info(name, default)

    def _read_on(self) -> None:
        """Hand over what came, as far as the connection takes it."""
        try:
            self._agree()
            while not (self._is_paused or self._is_over or self._outer.is_closing()):
                piece = self._tls.read(PIECE)
                if piece:
                    self._within.data_received(piece)
                else:
                    self._end()
        except ssl.SSLWantReadError:
            if self._has_ended:
                self._end()
        except ssl.SSLError:  # no TLS, or none that both speak: what is sent now tells the client
            self._send()
            self._outer.close()
        self._send()

    def _agree(self) -> None:
        """Agree with the client on keys. Raises SSLWantReadError until that is done, another SSLError if it cannot."""
        if not self._is_agreed:
            self._tls.do_handshake()
            self._is_agreed = True
            self._agreeing.discard(self)
            self._timer.cancel()
            self._within.connection_made(self)

    def _end(self) -> None:
        """The client sends no more."""
        if not self._is_over:
            self._is_over = True
            if not self._within.eof_received():
                self.close()

    def _send(self) -> None:
        if self._leaving.pending:
            self._outer.write(self._leaving.read())
