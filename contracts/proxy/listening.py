"""Where clients connect: plain HTTP, TLS from an authority of the proxy's own, and tunnels that are read."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import anyio
import h11
from anyio.abc import ByteStream, SocketListener, TaskGroup
from anyio.streams.tls import TLSStream

from contracts.proxy.certificates import Certificates
from contracts.proxy.peer import CHUNK, Break, Gone, Peer
from contracts.proxy.session import Rules, Session
from contracts.proxy.trouble import Code, Trouble

MOST_CONNECTIONS = 128
SHAKING = 30.0  # seconds in which the first byte has to come, and hands have to be shaken
HANDSHAKE = b"\x16"  # the first byte of TLS
_ERRORS = (ssl.SSLError, OSError, anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream)


@dataclass
class Peeked(ByteStream):
    """A stream whose first bytes were read already."""

    stream: ByteStream
    first: bytes

    async def receive(self, max_bytes: int = CHUNK) -> bytes:
        """The next bytes."""
        if not self.first:
            return await self.stream.receive(max_bytes)
        found, self.first = self.first[:max_bytes], self.first[max_bytes:]
        return found

    async def send(self, item: bytes) -> None:
        await self.stream.send(item)

    async def send_eof(self) -> None:
        await self.stream.send_eof()

    async def aclose(self) -> None:
        await self.stream.aclose()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        """Those of the stream below."""
        return self.stream.extra_attributes


@dataclass(frozen=True, slots=True)
class NoTunnels:
    """Without TLS of the proxy's own, what is in a tunnel could not be read."""

    async def open(self, client: Peer, host: str) -> Peer:  # noqa: ARG002 - as the protocol has it
        """Raises Trouble."""
        raise Trouble(Code.TUNNEL, f"a tunnel to {host} cannot be read: start the proxy with --tls, or use plain http")


@dataclass(frozen=True, slots=True)
class ReadTunnels:
    """Tunnels that end in the proxy, which is the host that the client wants, to those that trust its authority."""

    certificates: Certificates

    async def open(self, client: Peer, host: str) -> Peer:
        """The end of a tunnel. Raises Trouble, Gone."""
        context = self.certificates.context(host)
        await client.next_event()  # the end of the request
        await client.send(h11.Response(status_code=200, reason=b"Connection established", headers=[]))
        return Peer(await shaken(Peeked(client.stream, client.http.trailing_data[0]), context), h11.SERVER)


async def shaken(stream: ByteStream, context: ssl.SSLContext) -> ByteStream:
    """TLS over a stream, as its server. Raises Gone."""
    try:
        with anyio.fail_after(SHAKING):
            return await TLSStream.wrap(stream, server_side=True, ssl_context=context, standard_compatible=False)
    except (*_ERRORS, TimeoutError) as error:
        raise Gone(Peer(stream, h11.SERVER), Break.CLOSED, str(error)) from error


@dataclass
class Listening:
    """The proxy's own side."""

    rules: Rules
    context: ssl.SSLContext | None = None  # None: plain HTTP alone
    most: int = MOST_CONNECTIONS
    _room: anyio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._room = anyio.Semaphore(self.most)

    async def run(self, listener: SocketListener, tasks: TaskGroup) -> None:
        """Take connections, at most so many at a time, until it is cancelled."""
        async with listener:
            while True:
                await self._room.acquire()
                try:
                    stream = await listener.accept()
                except BaseException:
                    self._room.release()
                    raise
                tasks.start_soon(self._serve, stream)

    async def _serve(self, stream: ByteStream) -> None:
        _read_on_demand(stream)
        try:
            with suppress(Gone, *_ERRORS):
                await Session(Peer(await self._opened(stream), h11.SERVER), self.rules).run()
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.aclose_forcefully(stream)
            self._room.release()

    async def _opened(self, stream: ByteStream) -> ByteStream:
        """The stream as HTTP is read from it: TLS where the client begins so and the proxy offers it. Raises Gone."""
        if self.context is None:
            return stream
        with anyio.move_on_after(SHAKING):
            first = Peeked(stream, await stream.receive(CHUNK))
            return await shaken(first, self.context) if first.first.startswith(HANDSHAKE) else first
        raise Gone(Peer(stream, h11.SERVER), Break.CLOSED)


def _read_on_demand(stream: ByteStream) -> None:
    """Let an accepted connection read nothing that nobody waits for.

    The library does so from the first time on that somebody waits; a client that is never waited for, as it sends
    faster than the server takes it, would fill the memory.
    """
    transport = getattr(stream, "_transport", None)
    if transport is not None:
        transport.pause_reading()
