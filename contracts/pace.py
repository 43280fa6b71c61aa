"""How often a server was called, so that nobody calls it more often than is documented."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from openapi.model import RateLimit

MARGIN = 0.01  # seconds beyond the end of a window, where the two sides may round differently
FIRST = 0.25  # seconds between two calls of a kind, once one of them came too soon all the same
MOST = 8.0  # … after several
SOONER = 0.85  # of that time, after each that was let through
KEPT = 1000  # calls of one kind that are remembered


@dataclass
class Pace:
    """The moments of the calls of each kind, on the clock of the target."""

    share: float = 1.0  # of what is documented, that may be used up; never less than one call
    _calls: dict[Hashable, deque[datetime]] = field(
        default_factory=lambda: defaultdict[Hashable, deque[datetime]](lambda: deque(maxlen=KEPT))
    )

    _gaps: dict[Hashable, float] = field(default_factory=dict[Hashable, float])  # seconds

    def count(self, kind: Hashable, now: datetime) -> None:
        """Take down a call."""
        self._calls[kind].append(now)

    def delay(self, kind: Hashable, limits: Iterable[RateLimit], now: datetime) -> float:
        """Seconds, from 0, until one more call keeps within every limit."""
        calls = self._calls[kind]
        waits = [0.0]
        if calls and kind in self._gaps:
            waits.append((calls[-1] - now).total_seconds() + self._gaps[kind])
        for limit in limits:
            most = max(int(limit.requests * self.share), 1)
            if limit.requests > 0 and most <= len(calls):
                early = (calls[-most] + timedelta(seconds=limit.seconds) - now).total_seconds()
                waits.append(early + MARGIN if early > -MARGIN else 0.0)
        return max(waits)

    def slow(self, kind: Hashable) -> None:
        """A call came too soon although it kept within the limits: from now on those of its kind are further apart."""
        self._gaps[kind] = min(max(self._gaps.get(kind, 0.0) * 2, FIRST), MOST)

    def quicken(self, kind: Hashable) -> None:
        """A call was let through: others of its kind may follow a little sooner, as long as that goes well."""
        if kind in self._gaps:
            self._gaps[kind] *= SOONER

    def shift(self, seconds: float) -> None:
        """The clock of the target was found to be so much further ahead."""
        for calls in self._calls.values() if seconds else ():
            moved = [each + timedelta(seconds=seconds) for each in calls]
            calls.clear()
            calls.extend(moved)

    def forget(self) -> None:
        """Start anew, as a server does whose windows were emptied."""
        self._calls.clear()
        self._gaps.clear()
