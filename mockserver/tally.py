"""How many requests came, how were they answered, and how long did it take? Counted since the start, never reset."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from mockserver.exchange import Facts
from openapi.model import Spec
from openapi.reasons import Reason

BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)  # seconds, inclusive
MOST = 2000  # kinds of exchange that are told apart; what comes when there are so many is counted together
OTHER = "other"


class Kind(NamedTuple):
    """What exchanges that are counted together have in common."""

    api: str
    operation: str  # empty: none was addressed
    status: int
    code: str  # the provider's error code; empty: it was not refused
    is_limited: bool = False  # whether a rate limit refused it
    is_faulty: bool = False  # whether a fault showed


OTHERS = Kind(OTHER, OTHER, 0, OTHER)


@dataclass(slots=True)
class Count:
    """How many there were of a kind."""

    seconds: float = 0.0  # that the engine took for all of them
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))  # by the time each took

    @property
    def requests(self) -> int:
        """All of them."""
        return sum(self.buckets)


def bucket_of(seconds: float) -> int:
    """Which of the buckets counts an exchange that took so long."""
    return bisect_left(BOUNDS, seconds)


class Tally:
    """Counts exchanges as they come. Safe to share between threads."""

    def __init__(self, specs: Mapping[str, Spec]) -> None:
        self._lock = Lock()
        self._counts: dict[Kind, Count] = {}
        self._limits = {
            (spec.name, operation.id): frozenset(str(limit.reason) for limit in operation.rate_limits)
            for spec in specs.values()
            for operation in spec.operations.values()
        }

    def listen(self, _number: int, facts: Facts) -> None:
        """Count one."""
        features, seconds = self._features_of(facts), facts["seconds"]
        with self._lock:
            count = self._counts.get(features) or self._begin(Kind(*features))  # type: ignore[call-overload] # a tuple too
            count.seconds += seconds
            count.buckets[bisect_left(BOUNDS, seconds)] += 1

    def kind_of(self, facts: Facts) -> Kind:
        """With which others an exchange is counted."""
        return Kind(*self._features_of(facts))

    def counts(self) -> dict[Kind, Count]:
        """All that was counted so far."""
        with self._lock:
            return {kind: Count(count.seconds, [*count.buckets]) for kind, count in self._counts.items()}

    def _begin(self, kind: Kind) -> Count:
        if len(self._counts) >= MOST:
            kind = OTHERS
        return self._counts.setdefault(kind, Count())

    def _features_of(self, facts: Facts) -> tuple[str, str, int, str, bool, bool]:
        """What a `Kind` is made of; equal to it."""
        api, operation, reason = facts["api"], facts["operation"], facts["reason"]
        is_limited = reason != "" and self._is_limit(api, operation, reason)
        return api, operation, facts["response"].status, facts["code"], is_limited, facts["fault"] != ()

    def _is_limit(self, api: str, operation: str, reason: str) -> bool:
        return reason == Reason.RATE_LIMITED or reason in self._limits.get((api, operation), ())
