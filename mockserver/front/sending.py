"""Answers that take their time: files, late ones, those that break on their way, and those of the control plane."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING

from mockserver.faults.effects import Name
from mockserver.faults.harm import BrokenOff, Harmed, spoilt
from mockserver.front.framing import Framing, frame
from mockserver.front.heads import Head
from mockserver.front.pieces import Pieces, made_by
from openapi.messages import Response

if TYPE_CHECKING:
    from mockserver.front.connection import Connection
    from mockserver.front.house import House


async def deliver(house: House, to: Connection, asked: Head, response: Response) -> bool:
    """Send an answer of the engine; whether the connection ends after it."""
    if isinstance(response, Harmed):
        await asyncio.sleep(response.harm.delay)
        if response.harm.is_lost:
            to.reset() if response.harm.effect is Name.RESET else to.abort()
            return True
    framing = frame(asked, response.status, house.gateway.headers(response), is_last=False)
    whole = [response.body] if isinstance(response.body, bytes) else response.body
    body = spoilt(response) if isinstance(response, Harmed) else whole
    if isinstance(response.body, bytes):
        return await send(to, framing, _at_once(body))
    async with made_by(house.threads, Pieces(body), house.loop) as pieces:
        return await send(to, framing, pieces)


async def send(to: Connection, framing: Framing, pieces: AsyncIterator[bytes | float]) -> bool:
    """Send a head and a body, waiting where a number of seconds stands in it; whether the connection ends after it.

    It does where the body is not as long as it was announced.
    """
    unsent, sent = framing.head, 0
    try:
        async for piece in pieces if framing.length != 0 else _at_once(()):
            if isinstance(piece, bytes):
                to.write(unsent + framing.around(piece))
                sent += len(piece)
                await to.drained()
            else:
                to.write(unsent)
                await asyncio.sleep(piece)
            unsent = b""
    except BrokenOff:
        to.write(unsent)
        return True
    to.write(unsent + framing.end)
    return framing.is_last or framing.length not in (None, sent)


async def ahead(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces after a first one that was made already."""
    if first:
        yield first
    async for piece in rest:
        yield piece


async def _at_once(made: Iterable[bytes | float]) -> AsyncIterator[bytes | float]:
    for piece in made:
        yield piece
