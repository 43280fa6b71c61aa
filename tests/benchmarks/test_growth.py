"""Is what is said to be held really held while calls are timed, on stores of each kind?"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import pytest

from benchmarks import growth
from mockserver.accounts import FIRST


@pytest.mark.parametrize("address", ["memory", "sqlite:///{folder}/growth.db"], ids=["memory", "sqlite"])
def test_each_kind_of_call_is_timed_at_each_size(address: str, tmp_path: Path) -> None:
    store = address.format(folder=tmp_path)
    found = growth.measure(
        argparse.Namespace(
            store=[store], sizes=[0, 4], calls=2, accounts=2, unfinished=1, at_once=12, clock=time.perf_counter
        )
    )
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
