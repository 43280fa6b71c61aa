"""Between passing on and judging: what has passed waits here, within bounds, and traffic never waits for the judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import anyio
import anyio.to_thread
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from contracts.proxy.passed import Passed

MOST_WAITING = 256  # exchanges
MOST_BYTES = 1 << 26  # of their bodies


@dataclass
class Hub:
    """Counts exchanges, and hands them to the judge one after the other."""

    under_way: int = 0
    passed: int = 0  # exchanges
    unjudged: int = 0  # for want of room
    last: float = 0.0  # when one began or ended, by anyio's clock; 0: none has
    _bytes: int = 0  # of the bodies that wait
    _quiet: anyio.Event = field(default_factory=anyio.Event)  # set: none is under way
    _in: MemoryObjectSendStream[Passed] = field(init=False)
    _out: MemoryObjectReceiveStream[Passed] = field(init=False)

    def __post_init__(self) -> None:
        self._in, self._out = anyio.create_memory_object_stream[Passed](MOST_WAITING)
        self._quiet.set()

    def begins(self) -> None:
        """A request has come."""
        if not self.under_way:
            self._quiet = anyio.Event()
        self.under_way += 1
        self.last = anyio.current_time()

    def has_passed(self, passed: Passed) -> None:
        """It was answered, or broke off."""
        self.under_way -= 1
        self.passed += 1
        self.last = anyio.current_time()
        if not self.under_way:
            self._quiet.set()
        self.unjudged += not self._offer(passed)

    def _offer(self, passed: Passed) -> bool:
        """Whether there is room for it."""
        if self._bytes + passed.kept > MOST_BYTES:
            return False
        try:
            self._in.send_nowait(passed)
        except anyio.WouldBlock:
            return False
        self._bytes += passed.kept
        return True

    async def quiet(self) -> None:
        """Wait until no exchange is under way."""
        await self._quiet.wait()

    def close(self) -> None:
        """Nothing more is going to pass."""
        self._in.close()

    async def judge_all(self, judge: Callable[[Passed], None]) -> None:
        """Hand everything to the judge, in a thread of its own, until the hub is closed and empty."""
        with self._out:
            async for passed in self._out:
                await anyio.to_thread.run_sync(judge, passed)
                self._bytes -= passed.kept
