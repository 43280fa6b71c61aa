"""May one more call come within the seconds of a rate limit?"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from typing import TypeAlias

LATE = (
    1.0  # seconds by which calls that came together may overtake each other; a clock set back further was meant to be
)
Calls: TypeAlias = "array[float]"  # moments, oldest first


def calls_at(moments: Iterable[float] = ()) -> Calls:
    """Calls that were counted, oldest first."""
    return array("d", moments)


def spend(calls: Calls, requests: int, seconds: float, now: float) -> float:
    """Count a call that came at `now`, or answer the seconds until one may: `requests` may in as many seconds.

    `calls` are those before it. Of them only those are kept that a call can still meet.
    """
    if calls and calls[-1] > now + LATE:  # what lies ahead of the clock never happened
        del calls[:]
    if len(calls) >= requests and now - calls[-requests] < seconds:
        return calls[-requests] + seconds - now
    gone, passed = len(calls) - requests + 1, now - seconds - LATE
    if calls and calls[0] <= passed:
        gone = max(gone, bisect_right(calls, passed))
    if gone > 0:
        del calls[:gone]
    calls.append(calls[-1] if calls and calls[-1] > now else now)
    return 0.0


def spent(calls: Iterable[float], seconds: float, now: float) -> int:
    """How many of the calls still count at `now`."""
    return sum(now - call < seconds and call <= now + LATE for call in calls)
