"""How is a socket listened on, and left in order?"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from mockserver.capacity import connections
from mockserver.front.house import House
from mockserver.front.secure import Secure
from mockserver.gateway import MISTAKES, Gateway

if TYPE_CHECKING:
    import socket

    from mockserver.tls import Identity

PATIENCE = 3.0  # seconds that answers under way are given when the server ends
BACKLOG = 1 << 12  # connections that wait to be accepted
AT_ONCE = 16  # of them that are let in in one turn of the loop: clients inside wait for no crowd
AMONG_OTHERS = 1  # the same where other processes have this port, too, who are to have their share


@asynccontextmanager
async def opened(
    bound: socket.socket,
    gateway: Gateway,
    context: ssl.SSLContext | None,
    patience: float = PATIENCE,
    at_once: int = AT_ONCE,
) -> AsyncIterator[House]:
    """Answer what comes by a bound socket, by HTTPS with a context; in the end, finish what is under way.

    Of those who wait outside, `at_once` are let in in one turn of the loop.
    """
    house = House(gateway, connections(), is_secure=context is not None)
    house.loop.set_exception_handler(_tell)
    agreeing: set[Secure] = set()  # on keys; not in the house yet

    def connect() -> asyncio.Protocol:
        return house.connect() if context is None else Secure(house.connect(), context, house.loop, agreeing)

    server = await house.loop.create_server(connect, sock=bound, backlog=at_once)
    bound.listen(BACKLOG)  # the loop takes both numbers for one
    try:
        yield house
    finally:
        server.close()
        await house.end(patience)
        for each in [*agreeing]:
            each.abort()
        await asyncio.sleep(0)  # in this turn they are closed


def context_of(identity: Identity) -> ssl.SSLContext:
    """What a server shows that is `identity`. TLS 1.2 as well, which clients still speak alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(identity.certificate, identity.key)
    return context


def _tell(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A mistake of ours that nobody waits for."""
    MISTAKES.error("the server: %s", context["message"], exc_info=context.get("exception"))
