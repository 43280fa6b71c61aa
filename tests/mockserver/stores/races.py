"""Many clients at once, at several mocks that share a store, on clocks that stand still."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from mockserver.accounts import FIRST
from mockserver.store import Store
from mockserver.stores.opening import open_store
from tests.mockserver.cloud import Answer, Cloud, specs, start

CLIENTS = 64
PATIENCE = 120  # seconds that a store may be busy on a slow machine
QUOTAS, CREATE = "huawei-iotda", "CreateExportTask"  # 5 unfinished tasks, 50 in all
RATES, LIST = "tencent-cls", "DescribeExports"  # 20 calls a second


@contextmanager
def mocks(address: str, number: int) -> Iterator[list[Cloud]]:
    """So many mocks on one store; of one in memory, one."""
    chosen = {name: specs()[name] for name in (QUOTAS, RATES)}
    with stores(address, number) as opened:
        yield [start(chosen, any_resource=True, store=each) for each in opened]


@contextmanager
def stores(address: str, number: int) -> Iterator[list[Store]]:
    """One store, opened so often; of one in memory, once."""
    opened = [open_store(address, PATIENCE) for _ in range(1 if address == "memory" else number)]
    try:
        yield opened
    finally:
        for each in opened:
            each.close()


def at_once(number: int, act: Callable[[int], Any]) -> list[Any]:
    """What came of so many calls that start together."""
    together = Barrier(number)

    def run(index: int) -> Any:
        together.wait()
        return act(index)

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(run, range(number)))


def create(cloud: Cloud, index: int) -> Answer:
    """The answer to a call for a task unlike all others."""
    return cloud.example(QUOTAS, CREATE, resource_condition={"task_id": f"{index:024x}"})


def race_for_room(clouds: Sequence[Cloud]) -> tuple[int, int]:
    """How many of all clients get a task, and how many tasks there are then."""
    answers = at_once(CLIENTS, lambda index: create(clouds[index % len(clouds)], index))
    with clouds[0].engine.store.holdings(QUOTAS, FIRST.number) as holdings:
        held = holdings.count()
    return sum(answer.status == 201 for answer in answers), held


def race_against_time(clouds: Sequence[Cloud]) -> int:
    """How many of all clients get an answer within a second."""
    answers = at_once(CLIENTS, lambda index: clouds[index % len(clouds)].example(RATES, LIST))
    return sum("Error" not in answer.json["Response"] for answer in answers)
