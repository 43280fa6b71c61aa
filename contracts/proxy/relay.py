"""One exchange: the request goes on as it comes, the answer comes back as it comes, both at the same time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import anyio
import h11

from contracts.proxy.heads import passed_on, raw
from contracts.proxy.passed import Passed
from contracts.proxy.peer import Break, Gone, Peer

Head = TypeVar("Head", h11.Response, h11.InformationalResponse)


@dataclass
class Relay:
    """Passes one exchange between two ends."""

    client: Peer
    server: Peer
    passed: Passed
    patience: float  # seconds for which nothing may move
    lost: Gone | None = None  # which end was lost, and how; of a silent one, with no break of its own
    is_silent: bool = False
    is_sent: bool = False  # whether the server has the whole request
    _scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)

    @property
    def is_begun(self) -> bool:
        """Whether the client has the head of an answer."""
        return self.client.http.our_state is not h11.SEND_RESPONSE

    async def run(self, request: h11.Request) -> bool:
        """Whether the whole exchange has passed; else `lost` or `is_silent` says why not."""
        with self._scope:
            self._moved()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._send, request)
                await self._answer()
                tasks.cancel_scope.cancel()
        self.is_silent = self._scope.cancelled_caught and self.lost is None
        return not self.is_silent and self.lost is None

    async def _send(self, request: h11.Request) -> None:
        """Pass the request on; then take notice of a client that goes away."""
        try:
            await self.server.send(request)
            while not self.is_sent:
                await self._send_next()
            while await self.client.read() and not self.client.http.trailing_data[0]:
                pass  # a client may close its half and still want the answer
        except Gone as gone:
            if gone.peer is self.client:
                self._lose(gone)
            # A server that takes no more may still answer, which is for `_answer` to find out.

    async def _send_next(self) -> None:
        event = await self.client.next_event()
        self._moved()
        if isinstance(event, h11.Data):
            self.passed.request_body.add(event.data)
            await self.server.send(h11.Data(event.data))
        elif isinstance(event, h11.EndOfMessage):
            await self.server.send(h11.EndOfMessage(headers=list(raw(event))))
            self.is_sent = True
        self._moved()

    async def _answer(self) -> None:
        """Pass the answer on."""
        try:
            while not await self._answer_next():
                self._moved()
        except Gone as gone:
            self._lose(gone)

    async def _answer_next(self) -> bool:
        """Pass on the next part of the answer; whether it was the last."""
        event = await self.server.next_event()
        self._moved()
        if isinstance(event, h11.ConnectionClosed):
            raise Gone(self.server, Break.CLOSED)
        if isinstance(event, h11.Data):
            self.passed.response_body.add(event.data)
            await self.client.send(h11.Data(event.data))
        elif isinstance(event, h11.EndOfMessage):
            await self.client.send(h11.EndOfMessage(headers=list(raw(event))))
            return True
        elif isinstance(event, h11.InformationalResponse):
            await self._inform(event)
        elif isinstance(event, h11.Response):
            self.passed.status, self.passed.response_headers = event.status_code, raw(event)
            await self.client.send(_like(event, h11.Response))
        return False

    async def _inform(self, event: h11.InformationalResponse) -> None:
        """`100 Continue` and its like, which HTTP/1.0 does not know."""
        if (self.client.http.their_http_version or b"1.0") >= b"1.1":
            await self.client.send(_like(event, h11.InformationalResponse))

    def _moved(self) -> None:
        self._scope.deadline = anyio.current_time() + self.patience

    def _lose(self, gone: Gone) -> None:
        self.lost = self.lost or gone
        self._scope.cancel()


def _like(event: Head, kind: type[Head]) -> Head:
    return kind(status_code=event.status_code, reason=event.reason, headers=list(passed_on(raw(event))))
