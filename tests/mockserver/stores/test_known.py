"""Is what a process knows of accounts right, bounded, and worth knowing?"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from mockserver.lines import Part
from mockserver.store import Store
from mockserver.stores.address import FILE
from mockserver.stores.known import ALL, PAGES, TASKS, Acquaintance, Known
from mockserver.stores.opening import open_store
from mockserver.stores.recent import LATEST
from mockserver.task import Task
from mockserver.traits import Trait
from tests.mockserver.stores.tasks import ids, task


def test_all_that_a_process_knows_is_forgotten_when_another_changes_it(lasting: str) -> None:
    shared = Trait("argument.a", "null", "[1]")
    with closing(open_store(lasting)) as ours, closing(open_store(lasting)) as theirs:
        for name, store in (("a", ours), ("b", theirs), ("c", ours), ("d", theirs)):
            with store.holdings("api", "1") as holdings:
                holdings.add(task(name))
                line = holdings.line("", shared)
                assert line is not None
                assert [each.id for each in line.walk(newest_first=False)] == ids(holdings)
                assert ids(holdings)[-1] == name
        with theirs.holdings("api", "1") as holdings:
            holdings.remove("a")
        with ours.holdings("api", "1") as holdings:
            assert ids(holdings) == ["b", "c", "d"]


def test_all_tasks_are_not_read_for_one_scope_by_who_is_overtaken_by_far_each_time(lasting: str) -> None:
    def is_known(store: Store) -> bool:
        with store.holdings("api", "1") as holdings:
            assert ids(holdings, "x") == ["a"]
            return holdings.line("x", Trait("task.id", "null", '"a"')) is not None

    with closing(open_store(lasting)) as ours, closing(open_store(lasting)) as theirs:
        with ours.holdings("api", "1") as holdings:
            holdings.add(task("a", scope="x"))
            holdings.add(task("b", scope="y"))
        assert [is_known(theirs), is_known(theirs)] == [False, True]
        with ours.holdings("api", "1") as holdings:
            holdings.add(task("c", scope="y"))
        assert [is_known(theirs), is_known(theirs)] == [True, True]
        with ours.holdings("api", "1") as holdings:
            for number in range(LATEST + 1):
                holdings.add(task(f"{number}", scope="y"))
        assert [is_known(theirs), is_known(theirs)] == [False, True]


def test_tasks_of_which_one_cannot_be_read_are_never_taken_for_all(tmp_path: Path) -> None:
    with closing(open_store(f"{FILE}{tmp_path / 'mock.db'}")) as store:
        with store.holdings("api", "1") as holdings:
            holdings.add(task("a"))
            holdings.add(task("b"))
        with closing(sqlite3.connect(tmp_path / "mock.db")) as connection, connection:
            connection.execute("UPDATE mockserver_tasks SET task = '{}' WHERE place = 2")
        for _ in range(3):
            with store.holdings("api", "1") as holdings, pytest.raises(KeyError):
                ids(holdings)


EACH = 1 << 10  # tasks of an account


def know_pages(known: Known, tasks: Sequence[Task]) -> None:
    size = EACH // PAGES
    for number in range(PAGES):
        page = [*tasks[number * size : (number + 1) * size]]
        known.put_page("", Part(newest_first=True, skip=number * size, size=size), (page, EACH))


def know_tasks(known: Known, tasks: Sequence[Task]) -> None:
    for place, each in enumerate(tasks):
        known.put_task(each, place)


def know_all(known: Known, tasks: Sequence[Task]) -> None:
    known.list_all((each, place) for place, each in enumerate(tasks))


@pytest.mark.parametrize("know", [know_pages, know_tasks, know_all])
def test_no_more_tasks_are_known_than_there_is_room_for(know: Callable[[Known, Sequence[Task]], None]) -> None:
    acquaintance, tasks = Acquaintance(), [task(f"{number}") for number in range(EACH)]
    for owner in range(1, 20):
        known = Known(changes=0, made=0)
        know(known, tasks)
        acquaintance.put_back(owner, known)
    kept = [acquaintance.take(owner) is not None for owner in range(1, 20)]
    assert kept == [False] * (19 - sum(kept)) + [True] * sum(kept)
    assert sum(kept) == ALL // (1 + EACH)


def test_of_one_account_only_so_many_tasks_and_pages_are_known() -> None:
    known = Known(changes=0, made=0)
    for number in range(2 * TASKS + 1):
        known.put_task(task(f"{number}"), number)
        known.same[f"{number}"] = f"{number}"
        assert max(len(known.tasks), len(known.same), len(known.ids)) <= TASKS + 1
    for number in range(2 * PAGES + 1):
        known.put_page("", Part(newest_first=True, skip=number, size=1), ([], 0))
        assert len(known.pages) <= PAGES
    assert ([*known.tasks], len(known.pages)) == ([f"{2 * TASKS}"], 1)
