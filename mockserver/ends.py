"""How many tasks are unfinished at a moment, however many there are?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable

FEW = 1 << 10  # that are not worth forgetting


class Ends:
    """When tasks end, but for those that ended long ago."""

    __slots__ = ("_all", "_ends", "_since")

    def __init__(self, every: Callable[[], Iterable[float]]) -> None:
        """`every` answers when each of the tasks ends: it is asked when a clock was set back."""
        self._all = every
        self._ends: list[float] = []  # later than `_since`, sorted
        self._since = float("-inf")

    def add(self, end: float) -> None:
        """One more task ends then."""
        if end > self._since:
            insort(self._ends, end)

    def remove(self, end: float) -> None:
        """One task less ends then."""
        if end > self._since:
            del self._ends[bisect_left(self._ends, end)]

    def count_after(self, now: float) -> int:
        """How many end later than `now`."""
        if now < self._since:
            self._since = now
            self._ends = sorted(end for end in self._all() if end > now)
        over = bisect_right(self._ends, now)
        left = len(self._ends) - over
        if over > FEW and over > left:
            del self._ends[:over]
            self._since = now
        return left
