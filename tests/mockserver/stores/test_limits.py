"""Are calls counted as in memory where a store keeps most of them apart, however many a limit lets through?"""

import random
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from mockserver import windows
from mockserver.store import Kept, Store
from mockserver.stores.limits import SIZE, TOGETHER, Limits
from mockserver.stores.opening import open_store
from mockserver.stores.statements import compile_statements
from mockserver.windows import calls_at
from tests.mockserver.stores.conftest import LASTING
from tests.mockserver.stores.races import PATIENCE
from tests.mockserver.stores.test_versions import tables

SQL = compile_statements(sqlite.dialect(paramstyle="named"))
SECONDS = 10.0
REQUESTS = (1, TOGETHER, 2 * TOGETHER, 2 * TOGETHER + 9, 5 * TOGETHER, 10_000)
STEPS = (0.0, 0.0, 0.001, 0.01, 0.02)  # seconds between two calls, mostly
PAUSES = (SECONDS / 2, SECONDS, SECONDS + windows.LATE, 2 * SECONDS, -0.5, -SECONDS, -3 * SECONDS)


class Rows:
    """Stands in for a session: has the rows of one limit, and counts how often one is read."""

    def __init__(self) -> None:
        self.rows: dict[int, bytes] = {}
        self.read = 0

    def later(self, statement: str, values: dict[str, Any]) -> None:
        if statement == SQL.put_calls:
            self.rows[values["number"]] = values["moments"]

    def one(self, _statement: str, values: dict[str, Any]) -> tuple[bytes]:
        self.read += 1
        return (self.rows[values["number"]],)


def spend(store: Store, requests: int, now: float, limit: str = "limit") -> float:
    with store.holdings("api", "1") as holdings:
        return holdings.spend(limit, requests, SECONDS, now)


def spent(store: Store, now: float) -> int:
    with store.holdings("api", "1") as holdings:
        return holdings.spent("limit", SECONDS, now)


@pytest.mark.parametrize("requests", REQUESTS)
def test_calls_are_counted_as_in_one_list(lasting: str, requests: int) -> None:
    drawn, listed, now = random.Random(requests), calls_at(), 1000.0
    with closing(open_store(lasting, PATIENCE)) as store:
        for number in range(3000):
            now += drawn.choice(STEPS if number % 900 else PAUSES)
            assert spend(store, requests, now) == windows.spend(listed, requests, SECONDS, now)
            if not number % 50:
                assert spent(store, now) == windows.spent(listed, SECONDS, now)


def test_what_two_count_in_turn_is_counted_as_one(lasting: str) -> None:
    requests = 3 * TOGETHER + 5
    with closing(open_store(lasting, PATIENCE)) as one, closing(open_store(lasting, PATIENCE)) as other:
        through = [spend((one, other)[number % 2], requests, number / 1000) == 0 for number in range(requests + 20)]
        assert through == [True] * requests + [False] * 20
        assert [spend(each, requests, SECONDS + 0.0005) == 0 for each in (one, other)] == [True, False]


def test_limits_do_not_count_the_calls_of_others(store: Store) -> None:
    many = 3 * TOGETHER
    for number in range(many):
        assert spend(store, many, number / 1000, "one") == 0
    assert [spend(store, many, 1.0, limit) == 0 for limit in ("one", "two")] == [False, True]
    with store.holdings("api", "2") as holdings:
        assert holdings.spend("one", many, SECONDS, 1.0) == 0


@pytest.mark.parametrize(("rate", "refused"), [(4000, 0), (4800, 0), (5600, 600)])
def test_a_row_is_read_only_where_a_limit_is_nearly_used_up(rate: int, refused: int) -> None:
    rows, listed, requests = Rows(), calls_at(), 5000
    limits = Limits(rows, SQL, 1, b"")  # type: ignore[arg-type]
    moments = [number / rate for number in range(2 * rate)]
    waits = [limits.spend("limit", requests, 1.0, now) for now in moments]
    assert waits == [windows.spend(listed, requests, 1.0, now) for now in moments]
    assert (sum(wait > 0 for wait in waits[:rate]), rows.read > 0) == (refused, refused > 0)


@pytest.mark.parametrize("address", LASTING, indirect=True)
def test_little_is_written_with_a_call_and_nothing_stays_that_is_over(address: str) -> None:
    with closing(open_store(address, PATIENCE)) as store:
        for number in range(20 * TOGETHER):
            spend(store, 10**6, number / 1000)
        (length, rows) = kept(address)
        assert length < SIZE * (2 * TOGETHER + 20) + 100
        assert rows >= 18
        spend(store, 10**6, 1000.0)
        assert kept(address)[1] == 0


def kept(address: str) -> tuple[int, int]:
    """Bytes of the calls in the row of the account, and how many rows there are of others."""
    with tables(address) as connection:
        ((length,),) = connection.execute(text("SELECT length(calls) FROM mockserver_holdings")).fetchall()
        ((rows,),) = connection.execute(text("SELECT count(*) FROM mockserver_calls")).fetchall()
    return length, rows


def test_all_that_count_are_dumped_and_loaded(store: Store) -> None:
    moments = tuple(number / 1000 for number in range(5 * TOGETHER + 7))
    for now in moments:
        spend(store, 10**6, now)
    dumped = store.dump()
    assert dumped.calls == {("api", "1", "limit"): moments}
    store.load(Kept())
    assert spent(store, 1.0) == 0
    store.load(dumped)
    assert (store.dump().calls, spent(store, 1.0)) == (dumped.calls, len(moments))
    assert [spend(store, len(moments), 1.0) == 0, spend(store, len(moments) + 1, 1.0) == 0] == [False, True]


def test_they_go_with_their_account(store: Store) -> None:
    for number in range(3 * TOGETHER):
        spend(store, 10**6, number / 1000)
    store.forget("1")
    assert (store.dump().calls, spent(store, 1.0)) == ({}, 0)
    for number in range(3 * TOGETHER):
        spend(store, 10**6, number / 1000)
    store.reset()
    assert (store.dump().calls, spent(store, 1.0)) == ({}, 0)
