"""Is nothing locked while the search of a new task is read?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from mockserver.accounts import FIRST
from mockserver.app import create_app
from mockserver.clock import MovableClock
from mockserver.files.query import condition
from mockserver.memory import MemoryHoldings, MemoryStore
from openapi.messages import Request
from tests.mockserver.cloud import START, Cloud, assert_refused, specs

API, OPERATION = "tencent-cls", "CreateExport"


class Watchful(MemoryStore):
    """Which notes how many statements had been read whenever what an account holds was opened and closed."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[tuple[int, int]] = []

    @contextmanager
    def holdings(self, api: str, account: str) -> Iterator[MemoryHoldings]:  # type: ignore[override]
        with super().holdings(api, account) as held:
            before = condition.cache_info().misses
            try:
                yield held
            finally:
                self.read.append((before, condition.cache_info().misses))


def watched(store: Watchful) -> Cloud:
    clock = MovableClock(lambda: START)
    clock.freeze()
    app = create_app(specs=specs(), clock=clock, store=store)
    controls = app.extensions["mock"]
    return Cloud(app, controls.engine, clock, controls.journal)


def create(cloud: Cloud, query: str) -> Request:
    arguments = dict(cloud.operation(API, OPERATION).example) | {"Query": query, "SyntaxRule": 0}
    return cloud.sign(cloud.make(API, OPERATION, **arguments), API, OPERATION, FIRST)


@pytest.mark.parametrize("start", ["", "("])
def test_a_search_is_read_before_anything_is_locked(start: str) -> None:
    store = Watchful()
    cloud = watched(store)
    request = create(cloud, f"{start}nobody:asked_{uuid4().hex}")
    before = condition.cache_info().misses
    cloud.send(request)
    assert store.read == [(before + 1, before + 1)]


def test_a_search_that_is_bad_counts_against_the_rate_limit_all_the_same() -> None:
    cloud = watched(Watchful())
    limit = cloud.operation(API, OPERATION).rate_limits[0].requests
    for _ in range(limit):
        assert_refused(cloud.send(create(cloud, "(")), API, OPERATION, "bad-query")
    assert_refused(cloud.send(create(cloud, "(")), API, OPERATION, "rate-limited")
