"""May one more call come within the seconds of a rate limit?"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

LATE = (
    1.0  # seconds by which calls that came together may overtake each other; a clock set back further was meant to be
)


def spend(calls: deque[float], seconds: float, now: float) -> float:
    """Count a call that came at `now`, or answer the seconds until one may.

    `calls` are the moments of the last ones, oldest first, as many at most as the limit lets through.
    """
    if calls and calls[-1] > now + LATE:  # what lies ahead of the clock never happened
        calls.clear()
    if len(calls) == calls.maxlen and now - calls[0] < seconds:
        return calls[0] + seconds - now
    calls.append(max(now, calls[-1]) if calls else now)
    return 0.0


def spent(calls: Iterable[float], seconds: float, now: float) -> int:
    """How many of the calls still count at `now`."""
    return sum(now - call < seconds and call <= now + LATE for call in calls)
