"""Requests that are answered together, as a store keeps at once what they do: others come next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mockserver.front.heads import Head
from mockserver.gateway import MISTAKES
from openapi.messages import Request, Response

if TYPE_CHECKING:
    from mockserver.front.connection import Connection
    from mockserver.gateway import Answer, Gateway

MOST = 64  # requests that are answered together
LONG = 0.05  # seconds that one group may take before the next one begins beside it
PAUSES = (0.001, 0.002, 0.005, 0.01)  # seconds between tries of a store that another process has, mostly for a moment
Give = Callable[["Connection", Head, "Answer"], None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for its answer."""

    connection: Connection
    head: Head
    request: Request


class Groups:
    """Those of one event loop. A store that has to be waited for is asked in a thread, one group at a time."""

    def __init__(self, gateway: Gateway, threads: Executor, give: Give) -> None:
        self._gateway = gateway
        self._threads = threads
        self._give = give
        self._loop = asyncio.get_running_loop()
        self._waiting: list[Waiting] = []
        self._next: asyncio.Handle | None = None  # the beginning of the next group
        self._at_work: set[asyncio.Task[None]] = set()

    def add(self, waiting: Waiting) -> None:
        """Answer a request, with others."""
        waiting.connection.wait()
        self._waiting.append(waiting)
        if self._next is None:
            begin = self._loop.call_later(LONG, self._begin) if self._at_work else self._loop.call_soon(self._begin)
            self._next = begin

    def _begin(self, tried: int = 0) -> None:
        """Answer the next group; in a thread where others still have the store after so many tries."""
        self._next = None
        group, rest = self._waiting[:MOST], self._waiting[MOST:]
        answers = None
        if not (self._gateway.gathering and self._gateway.gathering.waits):
            answers = self._gateway.begin_all_at_once([each.request for each in group])
            if answers is None and tried < len(PAUSES):
                self._next = self._loop.call_later(PAUSES[tried], self._begin, tried + 1)
                return
        self._waiting = rest
        if rest:
            self._next = self._loop.call_soon(self._begin)
        if answers is None:
            self._hand_over(group)
        else:
            self._answer(group, answers)

    def _hand_over(self, group: list[Waiting]) -> None:
        self._at_work.add(self._loop.create_task(self._wait(group)))

    async def _wait(self, group: list[Waiting]) -> None:
        requests = [each.request for each in group]
        try:
            answers = await self._loop.run_in_executor(self._threads, self._gateway.begin_all, requests)
        finally:  # before the answers, each of which may have the next request of its client looked at
            self._at_work -= {asyncio.current_task()}
        if self._waiting:
            if self._next is not None:
                self._next.cancel()
            self._next = self._loop.call_soon(self._begin)
        self._answer(group, answers)

    def _answer(self, group: list[Waiting], answers: list[Answer]) -> None:
        for each, answer in zip(group, answers, strict=True):
            if not each.connection.transport.is_closing():
                self._answer_one(each, answer)
            elif not isinstance(answer, Response):  # what was asked for is done, too, for a client that has left
                self._threads.submit(answer)

    def _answer_one(self, waiting: Waiting, answer: Answer) -> None:
        try:
            self._give(waiting.connection, waiting.head, answer)
        except Exception:  # noqa: BLE001 - a mistake of ours, which must not cost the others their answers
            MISTAKES.exception("the mock failed to send an answer")
            waiting.connection.abort()
