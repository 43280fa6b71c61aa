"""Do many clients together get what is promised to all of them, and no more, at several mocks of one store?"""

from dataclasses import replace

import pytest

from mockserver.accounts import FIRST
from mockserver.store import Store
from tests.mockserver.stores.races import (
    CLIENTS,
    QUOTAS,
    at_once,
    create,
    mocks,
    race_against_time,
    race_for_room,
    stores,
)
from tests.mockserver.stores.tasks import ids, task

SERVERS = 2
ROUNDS = 2


def test_of_64_clients_who_want_one_of_5_tasks_5_get_one(address: str) -> None:
    with mocks(address, SERVERS) as clouds:
        for _ in range(ROUNDS):
            clouds[0].engine.store.reset()
            assert race_for_room(clouds) == (5, 5)


def test_of_64_clients_who_come_within_a_second_20_are_answered(address: str) -> None:
    with mocks(address, SERVERS) as clouds:
        for _ in range(ROUNDS):
            clouds[0].engine.store.reset()
            assert race_against_time(clouds) == 20


def test_of_tasks_that_have_to_leave_each_leaves_once_the_earliest_first(address: str) -> None:
    with mocks(address, SERVERS) as clouds:
        with clouds[0].engine.store.holdings(QUOTAS, FIRST.number) as holdings:
            for number in range(50):
                ended = task(f"old{number}", api=QUOTAS, account=FIRST.number, operation="CreateExportTask")
                holdings.add(ended)
        answers = at_once(CLIENTS, lambda index: create(clouds[index % len(clouds)], index))
        assert sum(answer.status == 201 for answer in answers) == 5
        with clouds[0].engine.store.holdings(QUOTAS, FIRST.number) as holdings:
            held = ids(holdings)
        assert (len(held), held[:45]) == (50, [f"old{number}" for number in range(5, 50)])


def test_a_number_is_given_once_whoever_asks(address: str) -> None:
    with stores(address, SERVERS) as opened:
        given = at_once(CLIENTS, lambda index: opened[index % len(opened)].next_number("api"))
    assert sorted(given) == list(range(1, CLIENTS + 1))


def test_of_failed_authentications_each_counts(address: str) -> None:
    with stores(address, SERVERS) as opened:
        at_once(CLIENTS, lambda index: opened[index % len(opened)].strike("key", 1.0))
        assert {each.strikes("key") for each in opened} == {(CLIENTS, 1.0)}


def test_a_list_shows_whole_tasks_and_each_once_while_others_come_and_go(address: str) -> None:
    with stores(address, SERVERS) as opened:
        wrong = at_once(8, lambda index: (look if index % 2 else come_and_go)(opened[index % len(opened)], index))
        assert [each for each in wrong if each] == []
        with opened[0].holdings("api", "1") as holdings:
            assert holdings.count() == 8  # the last two of each of the four who came and went


SHOWN = task("a", scope="x", arguments={"long": "x" * 2000})


def look(store: Store, index: int) -> list[str]:
    """What is wrong with lists."""
    wrong = []
    for number in range(10):
        with store.holdings("api", "1") as holdings:
            listed, held = list(holdings.tasks("x", newest_first=bool(number % 2))), holdings.count("x")
        names = {each.id for each in listed}
        if not len(names) == len(listed) == held:
            wrong.append(f"client {index}: {len(listed)} tasks, {len(names)} of them different, {held} held")
        wrong += [each.id for each in listed if replace(each, id="a", file_name="a.csv") != SHOWN]
    return wrong


def come_and_go(store: Store, index: int) -> None:
    for number in range(10):
        with store.holdings("api", "1") as holdings:
            name = f"{index}-{number}"
            holdings.add(replace(SHOWN, id=name, file_name=f"{name}.csv"))
            holdings.remove(f"{index}-{number - 2}")


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_long_list_comes_in_parts_and_whole(address: str, newest_first: bool) -> None:  # noqa: FBT001 - of pytest
    with stores(address, 1) as (store,), store.holdings("api", "1") as holdings:
        names = [f"{number:04}" for number in range(200)]
        for name in names:
            holdings.add(task(name, scope="x" if int(name) % 2 else ""))
        expected = names[::-1] if newest_first else names
        for skip in (0, 1, 31, 32, 33, 199, 200, 500):
            listed = [each.id for each in holdings.tasks("", newest_first=newest_first, skip=skip)]
            assert listed == expected[skip:]
        scoped = [each.id for each in holdings.tasks("x", newest_first=newest_first, skip=3)]
        assert scoped == [each for each in expected if int(each) % 2][3:]
