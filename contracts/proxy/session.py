"""One connection of a client: its exchanges, one after the other, each with the server behind the proxy."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import anyio
import h11

from contracts.proxy.heads import host_of, raw, sent_on, split_target
from contracts.proxy.passed import Passed
from contracts.proxy.peer import Break, Gone, Peer
from contracts.proxy.relay import Relay
from contracts.proxy.trouble import Code, Trouble
from contracts.proxy.upstream import Upstream

LINGERING = 2.0  # seconds in which a client that is still sending may take an answer that came early
_GONE = {Break.CLOSED: Code.NO_ANSWER, Break.RESET: Code.NO_ANSWER, Break.GARBLED: Code.NOT_HTTP}


class Tunnels(Protocol):
    """What lets a client through that asks for a tunnel."""

    async def open(self, client: Peer, host: str) -> Peer:
        """The end of a tunnel to `host`, read as if it led there. Raises Trouble, Gone."""
        ...


class Traffic(Protocol):
    """What is told of every exchange."""

    def begins(self) -> None:
        """A request has come."""
        ...

    def has_passed(self, passed: Passed) -> None:
        """It was answered, or broke off. Called once for each that began; must not block."""
        ...


@dataclass(frozen=True, slots=True)
class Rules:
    """How the proxy passes on."""

    upstream: Upstream
    is_meant: Callable[[str], bool]  # whether a client that names this host means the server behind the proxy
    traffic: Traffic
    now: Callable[[], datetime]
    tunnels: Tunnels
    patience: float = 120.0  # seconds for which nothing may move on a connection
    keeps_host: bool = True  # whether Host goes on as it came


@dataclass
class Session:
    """One connection of a client."""

    client: Peer
    rules: Rules
    server: Peer | None = None
    is_heard: bool = False  # whether the last answer came while the client may still be sending

    async def run(self) -> None:
        """Pass on until one side is done."""
        try:
            await self._pass_on()
            if self.is_heard:
                await self.client.say_goodbye(LINGERING)
        finally:
            with anyio.CancelScope(shield=True):
                await self._drop()
                await self.client.close()

    async def _pass_on(self) -> None:
        try:
            while await self._next():
                pass
        except Gone as gone:
            if gone.how is Break.GARBLED:
                await self._refuse(gone)

    async def _next(self) -> bool:
        """Pass one exchange on; whether there may be another."""
        request = await self._request()
        if not isinstance(request, h11.Request):
            return False
        if request.method == b"CONNECT":
            return await self._tunnel(request)
        authority, target = split_target(request.target)
        passed = Passed(request.method.decode(), target, raw(request), time.monotonic(), self.rules.now())
        self.rules.traffic.begins()
        try:
            self._require_meant(host_of(authority))
            whole = await self._exchange(passed)
        except Trouble as trouble:
            await self._answer(trouble, passed)
            whole = False
        finally:
            passed.ended = time.monotonic()
            self.rules.traffic.has_passed(passed)
        return whole and self.client.renew()

    async def _request(self) -> h11.Event | None:
        """The head of the next request; None when none comes for long."""
        found: h11.Event | Gone | None = None
        with anyio.move_on_after(self.rules.patience):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._watch)
                found = await self._caught()
                tasks.cancel_scope.cancel()
        if isinstance(found, Gone):
            raise found
        return found

    async def _caught(self) -> h11.Event | Gone:
        try:
            return await self.client.next_event()
        except Gone as gone:
            return gone

    async def _watch(self) -> None:
        """Between exchanges: a server that closes the connection is asked on a new one."""
        if self.server is not None:
            with suppress(Gone):
                await self.server.read()
            await self._drop()

    async def _exchange(self, passed: Passed) -> bool:
        """Whether the whole exchange has passed. Raises Trouble where the client has no answer yet."""
        server = self.server = self.server or await self.rules.upstream.connect()
        host = self.rules.upstream.netloc.encode()
        headers = sent_on(passed.request_headers, host, keeps_host=self.rules.keeps_host)
        relay = Relay(self.client, server, passed, self.rules.patience)
        try:
            request = h11.Request(method=passed.method, target=passed.target, headers=list(headers))
            whole = await relay.run(request)
        except h11.LocalProtocolError as error:
            raise Trouble(Code.BAD_REQUEST, str(error)) from error
        if whole:
            if not server.renew():
                await self._drop()
            if self.client.http.their_state is h11.SEND_BODY:
                self.is_heard = True
            return True
        await self._break(relay, passed, is_used=server.is_used)
        return False

    async def _break(self, relay: Relay, passed: Passed, *, is_used: bool) -> None:
        """Let each side see what became of the other. Raises Trouble where the client has no answer yet."""
        lost, patience = relay.lost, self.rules.patience
        await self._drop(lost.how if lost and lost.peer is self.client else Break.CLOSED)
        if lost is not None and lost.peer is self.client:
            passed.trouble = f"the client {_said(lost.how)}"
            if lost.how is Break.GARBLED and not relay.is_begun:
                raise Trouble(Code.BAD_REQUEST, str(lost))
            return
        if lost is None:
            side = "server" if relay.is_sent else "client"
            passed.trouble = f"the {side} was silent for {patience:g} s"
        else:
            passed.trouble = f"the server {_said(lost.how)}"
        how = lost.how if lost else Break.CLOSED
        if relay.is_begun or (lost and is_used and how is not Break.GARBLED):
            await self.client.close(how)  # as it would have been without a proxy
        elif lost is not None:
            raise Trouble(_GONE[how], f"{self.rules.upstream.url} {_said(how)} before it answered")
        elif relay.is_sent:
            raise Trouble(Code.SILENT, f"{self.rules.upstream.url} did not answer within {patience:g} s")

    async def _answer(self, trouble: Trouble, passed: Passed) -> None:
        """Answer for the server."""
        passed.own, passed.trouble = trouble.code, passed.trouble or trouble.message
        passed.status = trouble.status
        await self._say(trouble)

    async def _say(self, trouble: Trouble) -> None:
        """Send the proxy's own answer, as far as the client takes it."""
        with suppress(Gone, h11.LocalProtocolError):
            for event in trouble.events():
                await self.client.send(event)
        self.is_heard = True

    async def _refuse(self, gone: Gone) -> None:
        """Answer what is no HTTP, where an answer is possible."""
        too_large = gone.status == 431  # noqa: PLR2004 - the status that HTTP has for it
        trouble = Trouble(Code.TOO_LARGE if too_large else Code.BAD_REQUEST, str(gone))
        if gone.peer is self.client and self.client.http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            await self._say(trouble)

    async def _tunnel(self, request: h11.Request) -> bool:
        """Go on inside a tunnel; whether there may be another request."""
        host = host_of(request.target.decode("latin-1"))
        try:
            self._require_meant(host)
            self.client = await self.rules.tunnels.open(self.client, host)
        except Trouble as trouble:
            with suppress(Gone):
                await self.client.next_event()
            await self._say(trouble)
            return False
        return True

    def _require_meant(self, host: str) -> None:
        """Raise Trouble for another host than the one behind the proxy; a request that names none means it."""
        if host and not self.rules.is_meant(host):
            raise Trouble(Code.OTHER_HOST, f"this proxy stands before {self.rules.upstream.url}, not before {host}")

    async def _drop(self, how: Break = Break.CLOSED) -> None:
        server, self.server = self.server, None
        if server is not None:
            await server.close(how)


def _said(how: Break) -> str:
    return {
        Break.CLOSED: "closed the connection",
        Break.RESET: "reset the connection",
        Break.GARBLED: "sent what is no HTTP",
    }[how]
