"""Requests that are answered together, as a store keeps at once what they do: others come next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from mockserver.front.heads import Head
from mockserver.gateway import MISTAKES
from openapi.messages import Request, Response

if TYPE_CHECKING:
    from mockserver.foresight import Foreseen
    from mockserver.front.connection import Connection
    from mockserver.gateway import Answer, Gateway

MOST = 64  # requests that are answered together
LONG = 0.05  # seconds that one group may take before the next one begins beside it
SHORT = 0.1  # seconds that a store which another process has is tried again; then a thread waits for it
PAUSE = 0.005  # seconds between two tries where nobody tells that it is free
Give = Callable[["Connection", Head, "Answer"], None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for its answer."""

    connection: Connection
    head: Head
    asked: Foreseen


class Groups:
    """Those of one event loop. A store that has to be waited for is asked in a thread, one group at a time."""

    def __init__(self, gateway: Gateway, threads: Executor, give: Give) -> None:
        assert gateway.gathering is not None  # who answers several at once
        self._gateway, self._gathering = gateway, gateway.gathering
        self._threads = threads
        self._give = give
        self._loop = asyncio.get_running_loop()
        self._waiting: list[Waiting] = []
        self._next: asyncio.Handle | None = None  # the beginning of the next group
        self._at_work: set[asyncio.Task[None]] = set()

    def add(self, connection: Connection, head: Head, request: Request) -> None:
        """Answer a request, with others."""
        connection.wait()
        self._waiting.append(Waiting(connection, head, self._gathering.foresee(request)))
        if self._next is None:
            begin = self._loop.call_later(LONG, self._begin) if self._at_work else self._loop.call_soon(self._begin)
            self._next = begin

    def _begin(self, since: float = inf) -> None:
        """Answer the next group; in a thread where others have had the store `since` some time ago, by the loop's."""
        self._next = None
        group, rest = self._waiting[:MOST], self._waiting[MOST:]
        answers = None
        if not self._gathering.waits:
            answers = self._gateway.begin_all_at_once([each.asked for each in group])
            now = self._loop.time()
            if answers is None and now - since < SHORT:
                self._try_again(min(since, now))
                return
        self._waiting = rest
        if rest:
            self._next = self._loop.call_soon(self._begin)
        if answers is None:
            self._hand_over(group)
        else:
            self._answer(group, answers)

    def _try_again(self, since: float) -> None:
        """Begin once the store is free, or after a pause."""
        later = self._next = self._loop.call_later(PAUSE, self._begin, since)

        def begin() -> None:
            if self._next is later:
                later.cancel()
                self._begin(since)

        self._gathering.when_free(partial(self._loop.call_soon_threadsafe, begin))

    def _hand_over(self, group: list[Waiting]) -> None:
        self._at_work.add(self._loop.create_task(self._wait(group)))

    async def _wait(self, group: list[Waiting]) -> None:
        requests = [each.asked for each in group]
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
