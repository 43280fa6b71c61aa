"""Servers that do next to nothing, which tell how fast one could be at most: `floors.py front PORT`, or `loop PORT`."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from mockserver.front.listening import opened
from mockserver.gateway import Gateway
from openapi.messages import Response

HOST = "127.0.0.1"
BODY = b'{"path": "/"}'  # as long as what the empty Flask view says
ANSWER = Response(200, {"content-type": "application/json"}, BODY)
SENT = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(BODY), BODY)


class Blind(asyncio.Protocol):
    """Answers whatever comes by the same text: each piece is taken for a request, and not parsed."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(SENT)
        if b"connection: close" in data:
            self._transport.close()


async def _front(port: int) -> None:
    gateway = Gateway(lambda _: ANSWER, None, largest=1 << 20, now=time.time)
    with socket.create_server((HOST, port)) as bound:
        async with opened(bound, gateway, None):
            await asyncio.Event().wait()


async def _loop(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Blind, HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    gc.freeze()  # as the mock does
    asyncio.run({"front": _front, "loop": _loop}[sys.argv[1]](int(sys.argv[2])))
