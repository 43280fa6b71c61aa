"""How are events streamed where each stream that is held open occupies a thread of the server?

A few streams are held for a while; whoever comes when all are taken is told what happened, and when to
come back. Nobody misses anything: each event carries the position from which to go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import BoundedSemaphore, Event

from mockserver.feed import Event as Told
from mockserver.feed import Feed, Position
from mockserver.store import StoreError

HELD = 4  # streams at a time, each in one of the threads that the control plane has
PAUSE = 0.1  # seconds between two looks
ROUNDS = 150  # looks of a stream
BEAT = 10  # looks without an event after which a stream shows that it lives, and finds out whether anybody reads it
PATIENCE = 1  # seconds that a stream is given to end
SOON, LATER = 50, 1000  # milliseconds after which to come back: after a stream that was held, or was not


class Streams:
    """The streams of one mock. `look` takes over what was changed elsewhere, if it can be.

    `pause` waits so many seconds, by default at most, until the streams are ended.
    """

    def __init__(
        self, feed: Feed, pause: Callable[[float], object] | None = None, look: Callable[[], None] = lambda: None
    ) -> None:
        self._feed = feed
        self._take_over = look
        self._ended = Event()
        self._pause = pause or self._ended.wait
        self._free = BoundedSemaphore(HELD)

    def follow(self, at: Position) -> Iterator[bytes]:
        """What happens after `at`, as Server-Sent Events, until the stream ends or is closed."""
        held = self._free.acquire(blocking=False)
        try:
            yield f"retry: {SOON if held else LATER}\n\n{self._feed.hello(at)}".encode()
            yield from self._look(at, ROUNDS if held else 1)
        finally:
            if held:
                self._free.release()

    def end(self) -> None:
        """End the streams that are held, as before the server goes; new ones may come afterwards."""
        self._ended.set()
        taken = [self._free.acquire(timeout=PATIENCE) for _ in range(HELD)]
        self._ended.clear()
        for _ in filter(None, taken):
            self._free.release()

    def _look(self, at: Position, rounds: int) -> Iterator[bytes]:
        quiet = 0
        for left in range(rounds, 0, -1):
            events = self._since(at)
            quiet = 0 if events else quiet + 1
            if events:
                at = events[-1].position
                yield "".join(map(str, events)).encode()
            elif quiet % BEAT == 0:
                yield b":\n\n"
            if self._ended.is_set():
                return
            if left > 1:
                self._pause(PAUSE)

    def _since(self, at: Position) -> list[Told]:
        """What happened; nothing is known while the store cannot be asked."""
        with suppress(StoreError):
            self._take_over()
            return self._feed.since(at)
        return []
