"""How often a server was called, so that nobody calls it more often than is documented."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from openapi.model import RateLimit

MARGIN = 0.01  # seconds beyond the end of a window, where the two sides may round differently
KEPT = 1000  # calls of one kind that are remembered


@dataclass
class Pace:
    """The moments of the calls of each kind, on the clock of the target."""

    _calls: dict[Hashable, deque[datetime]] = field(
        default_factory=lambda: defaultdict[Hashable, deque[datetime]](lambda: deque(maxlen=KEPT))
    )

    def count(self, kind: Hashable, now: datetime) -> None:
        """Take down a call."""
        self._calls[kind].append(now)

    def delay(self, kind: Hashable, limits: Iterable[RateLimit], now: datetime) -> float:
        """Seconds, from 0, until one more call keeps within every limit."""
        calls = self._calls[kind]
        waits = [0.0]
        for limit in limits:
            if 0 < limit.requests <= len(calls):
                early = (calls[-limit.requests] + timedelta(seconds=limit.seconds) - now).total_seconds()
                waits.append(early + MARGIN if early > -MARGIN else 0.0)
        return max(waits)

    def forget(self) -> None:
        """Start anew, as a server does whose windows were emptied."""
        self._calls.clear()
