"""Between passing on and judging: what has passed waits here, within bounds, and traffic never waits for the judge."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import anyio
import anyio.to_thread

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
    _waiting: deque[Passed] = field(default_factory=deque[Passed])
    _more: anyio.Event = field(default_factory=anyio.Event)  # set: something waits, or nothing is going to
    _is_closed: bool = False

    def __post_init__(self) -> None:
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
        if len(self._waiting) >= MOST_WAITING or self._bytes + passed.kept > MOST_BYTES:
            return False
        self._waiting.append(passed)
        self._bytes += passed.kept
        self._more.set()
        return True

    async def quiet(self) -> None:
        """Wait until no exchange is under way."""
        await self._quiet.wait()

    def close(self) -> None:
        """Nothing more is going to pass."""
        self._is_closed = True
        self._more.set()

    async def judge_all(self, judge: Callable[[Passed], None]) -> None:
        """Hand everything to the judge, in a thread of its own, until the hub is closed and empty."""
        while self._waiting or not self._is_closed:
            if not self._waiting:
                self._more = anyio.Event()
                await self._more.wait()
                continue
            passed = self._waiting.popleft()
            await anyio.to_thread.run_sync(judge, passed)
            self._bytes -= passed.kept
