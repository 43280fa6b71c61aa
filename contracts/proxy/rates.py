"""What the pace of calls shows: more let through than documented, or fewer."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from contracts.calls.throttling import is_throttled
from contracts.proxy.points import Book, Doubt, Kept, Observed, Point, Unkept
from openapi.clauses import ClauseKind
from openapi.model import RateLimit

KEPT = 4096  # calls of one caller to one operation that are remembered
PERIODS = 2  # that may meet within the time of one, where a server cuts its periods by the clock

Span = tuple[float, float]  # when a call began and ended, in monotonic seconds


@dataclass
class Rates:
    """When each caller was let through, and when not."""

    book: Book
    through: dict[tuple[str, str], deque[Span]] = field(default_factory=dict[tuple[str, str], deque[Span]])
    asked: dict[tuple[str, str], deque[Span]] = field(default_factory=dict[tuple[str, str], deque[Span]])

    def judge(self, seen: Observed) -> Iterator[Point]:
        """What this call shows beside those before it."""
        if not seen.operation.rate_limits or not seen.caller:
            return
        key, span = (seen.caller, seen.operation.id), (seen.passed.began, seen.passed.ended)
        asked = self.asked.setdefault(key, deque(maxlen=KEPT))
        asked.append(span)
        throttled = is_throttled(self.book.spec, seen.operation, seen.reply.status, seen.reply.error_code)
        if throttled:
            yield from self._throttled(seen, asked)
        elif seen.reply.accepted:
            through = self.through.setdefault(key, deque(maxlen=KEPT))
            through.append(span)
            yield from self._let_through(seen, through)

    def _throttled(self, seen: Observed, asked: deque[Span]) -> Iterator[Point]:
        """A refusal for want of patience: there were as many calls as documented, or others share the account."""
        limits = [(each, each.detail) for each in self.book.of(ClauseKind.RATE_LIMIT, seen.operation.id)]
        counts = [(clause, limit, _within(asked, seen.passed.ended, limit)) for clause, limit in limits]
        reached = [clause for clause, limit, count in counts if count > limit.requests]
        if reached:
            yield from (Kept(each.id, "calls beyond it are refused") for each in reached[:1])
            return
        for clause, limit, count in counts[:1]:
            said = f"{limit.requests} calls in {limit.seconds} s"
            yield Doubt(
                clause.id, f"refused after {count} of {said}: that is too soon, unless others call for the account"
            )

    def _let_through(self, seen: Observed, through: deque[Span]) -> Iterator[Point]:
        """However periods are cut, no more than those of two are let through in the time of one."""
        for clause in self.book.of(ClauseKind.RATE_LIMIT, seen.operation.id):
            limit: RateLimit = clause.detail
            most = PERIODS * limit.requests
            if len(through) <= most:
                continue
            first = through[-most - 1]
            seconds = max(end for _, end in list(through)[-most - 1 :]) - first[0]
            if seconds < limit.seconds:
                expected = f"refused: more than {limit.requests} calls in {limit.seconds} s"
                yield Unkept(clause.id, expected, f"{most + 1} were let through in {seconds:.2f} s")


def _within(spans: deque[Span], now: float, limit: RateLimit) -> int:
    """How many calls may have been counted in the period that ends now."""
    return sum(end > now - limit.seconds for _, end in spans)
