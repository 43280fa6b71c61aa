"""Is what is said to be held really held while calls are timed, on stores of each kind?"""

from __future__ import annotations

import argparse
import time

import pytest

from benchmarks import databases, growth
from mockserver.accounts import FIRST


@pytest.mark.parametrize("store", [databases.MEMORY, databases.SQLITE])
def test_each_kind_of_call_is_timed_at_each_size(store: str) -> None:
    sizes = {"sizes": [0, 4], "rounds": 2, "calls": 2, "accounts": 2, "unfinished": 1, "at_once": 12}
    found = growth.measure(argparse.Namespace(stores=[store], clock=time.perf_counter, **sizes))
    (by_accounts,) = found.values()
    for accounts in ("1", "2"):
        assert [*by_accounts[accounts]] == ["0", "4"]
        assert all(figures[kind] > 0 for figures in by_accounts[accounts].values() for kind in growth.KINDS)
    told = "\n".join(growth.lines(found))
    assert "| 4 | 2 |" in told
    assert "| 12 | " in told.partition("at one instant")[2]


def test_tasks_are_spread_over_all_accounts() -> None:
    with growth.running("memory", 3) as mock:
        mock.fill(7, 5)
        owners = [task.account for task in mock.store.all_tasks()]
        assert sorted(map(owners.count, {*owners})) == [2, 2, 3]
        assert mock.own == [task.id for task in mock.store.all_tasks() if task.account == FIRST.number]
        with mock.store.holdings(growth.API, FIRST.number) as holdings:
            assert holdings.count_unfinished(mock.clock.now()) == 1
        assert len({task.id for task in mock.store.all_tasks()}) == len(owners)


def test_as_many_tasks_are_held_after_a_round_as_before() -> None:
    with growth.running("memory", 1) as mock:
        mock.fill(5, 5)
        assert {kind: len(each) for kind, each in mock.timed(2).items()} == {
            **dict.fromkeys(growth.KINDS, 2),
            "delete": 6,
        }
        assert [task.id for task in mock.store.all_tasks()] == mock.own
