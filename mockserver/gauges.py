"""How much of its quotas and rate limits has an account used up?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.accounts import Account
from mockserver.clock import Clocks
from mockserver.store import Holdings, Store
from openapi.model import Operation, Quota, RateLimit, Spec


@dataclass(frozen=True, slots=True)
class Gauges:
    """What is held and spent at one mock."""

    store: Store
    clocks: Clocks

    def read(self, specs: Iterable[Spec], accounts: Iterable[Account]) -> dict[str, Any]:
        """`quotas` (tasks held, of how many) and `limits` (calls that count now, of how many in how many seconds)."""
        quotas, limits = list[Mapping[str, Any]](), list[Mapping[str, Any]]()
        specs = [*specs]
        for account in accounts:
            now = self.clocks.of(account.number).now()
            for spec in specs:
                whose = {"api": spec.name, "account": account.number}
                with self.store.holdings(spec.name, account.number) as holdings:
                    quotas += [whose | _quota(quota, holdings, now) for quota in spec.quotas]
                    limits += [whose | each for each in _limits(spec.operations.values(), holdings, now)]
        return {"quotas": quotas, "limits": limits}


def _quota(quota: Quota, holdings: Holdings, now: float) -> dict[str, Any]:
    held = holdings.count() if quota.counts == "all" else holdings.count_unfinished(now)
    return {
        "id": quota.id,
        "counts": quota.counts,
        "held": held,
        "limit": quota.limit,
        "when_full": quota.when_full,
        "quote": quota.citation.quote,
    }


def _limits(operations: Iterable[Operation], holdings: Holdings, now: float) -> Iterator[dict[str, Any]]:
    for operation in operations:
        for limit in operation.rate_limits:
            yield {"operation": operation.id, "spent": spent(operation, limit, holdings, now)} | {
                "limit": limit.requests,
                "seconds": limit.seconds,
                "quote": limit.citation.quote,
            }


def spent(operation: Operation, limit: RateLimit, holdings: Holdings, now: float) -> int:
    """How many calls of an operation count against one of its rate limits."""
    return holdings.spent(f"{operation.id}{limit.pointer}", limit.seconds, now)
