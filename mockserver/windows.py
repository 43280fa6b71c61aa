"""May one more call come within the seconds of a rate limit?"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from typing import TypeAlias

LATE = (
    1.0  # seconds by which calls that came together may overtake each other; a clock set back further was meant to be
)
FEW = 5  # powers of two, by which those that may be kept in vain are fewer: to drop one, all others have to be moved
Calls: TypeAlias = "array[float]"  # moments, oldest first


def calls_at(moments: Iterable[float] = ()) -> Calls:
    """Calls that were counted, oldest first."""
    return array("d", moments)


def spend(calls: Calls, requests: int, seconds: float, now: float) -> float:
    """Count a call that came at `now`, or answer the seconds until one may: `requests` may in as many seconds.

    `calls` are those before it. Of them those are dropped that no call can meet any more, once they are many.
    """
    if calls and calls[-1] > now + LATE:  # what lies ahead of the clock never happened
        del calls[:]
    if len(calls) >= requests and (wait := calls[-requests] + seconds - now) > 0:
        return wait
    passed, few = now - seconds - LATE, len(calls) >> FEW
    if calls and (len(calls) - requests >= few or calls[few] <= passed):
        del calls[: max(len(calls) - requests + 1, bisect_right(calls, passed))]
    calls.append(calls[-1] if calls and calls[-1] > now else now)
    return 0.0


def spent(calls: Iterable[float], seconds: float, now: float) -> int:
    """How many of the calls still count at `now`."""
    return sum(call + seconds - now > 0 and call <= now + LATE for call in calls)
