"""A body that is made while it is sent, each piece by a thread, so that nobody else waits for it."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Executor
from contextlib import asynccontextmanager, suppress
from threading import Lock
from typing import Generic, TypeVar

Piece = TypeVar("Piece")


class Pieces(Generic[Piece]):
    """What an iterable gives, one at a time, until it is closed; from any thread."""

    def __init__(self, made: Iterable[Piece]) -> None:
        self._made = made
        self._next = iter(made).__next__
        self._turn = Lock()  # a generator cannot be closed while it runs

    def next(self) -> Piece | None:
        """The next; None at the end. Raises what making it raises."""
        with self._turn:
            try:
                return self._next()
            except StopIteration:
                return None

    def close(self) -> None:
        """Let go of what it is made from, once nobody makes one."""
        close: Callable[[], None] = getattr(self._made, "close", lambda: None)
        with self._turn:
            close()


@asynccontextmanager
async def made_by(
    threads: Executor, pieces: Pieces[Piece], loop: AbstractEventLoop
) -> AsyncIterator[AsyncIterator[Piece]]:
    """The pieces, made by threads; closed by one of them in the end, however that comes."""

    async def each() -> AsyncIterator[Piece]:
        while (piece := await loop.run_in_executor(threads, pieces.next)) is not None:
            yield piece

    try:
        yield each()
    finally:
        with suppress(RuntimeError):  # no thread is started any more as the server ends
            threads.submit(pieces.close)
