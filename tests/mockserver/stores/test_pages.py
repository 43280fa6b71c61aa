"""Is a page of a list the right one, however far behind, and whatever was deleted before it?"""

from itertools import product
from random import Random

import pytest

from mockserver.lines import Part, Unlisted
from mockserver.store import Holdings, Kept, Store
from mockserver.task import Task
from tests.mockserver.stores.tasks import task

MANY = 9000  # tasks: more than are counted together
SCOPES = ("x", "y")
PLACES = (0, 4100, 8000, 2**63)


@pytest.fixture(scope="module")
def many() -> list[Task]:
    return [task(f"{number}", scope=SCOPES[number % 3 == 0], ends=number) for number in range(MANY)]


def assert_pages(holdings: Holdings, scope: str, expected: list[Task]) -> None:
    """That pages of a scope are cut out of these tasks, which are the oldest first."""
    for newest_first, skip in product((True, False), PLACES):
        ordered = expected[::-1] if newest_first else expected
        found, total = holdings.page(scope, Part(newest_first, skip, 3))
        assert [each.id for each in found] == [each.id for each in ordered[skip : skip + 3]]
        assert total == len(expected)


@pytest.mark.parametrize("scope", ["", *SCOPES])
def test_a_page_far_behind_is_reached_past_tasks_that_were_deleted(store: Store, many: list[Task], scope: str) -> None:
    store.load(Kept(tuple(many)))
    gone = {each.id for each in Random(1).sample(many, 300)} | {each.id for each in many[:50]}
    with store.holdings("api", "1") as holdings:
        for each in sorted(gone):
            holdings.remove(each)
    with store.holdings("api", "1") as holdings:
        left = [each for each in many if each.id not in gone]
        assert_pages(holdings, scope, [each for each in left if scope in ("", each.scope)])


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("scope", ["", *SCOPES])
def test_all_tasks_are_gone_through_however_many(
    store: Store, many: list[Task], scope: str, *, newest_first: bool
) -> None:
    store.load(Kept(tuple(many)))
    expected = [each.id for each in many if scope in ("", each.scope)]
    for skip in (0, 2900):
        with store.holdings("api", "1") as holdings:
            found = [each.id for each in holdings.tasks(scope, newest_first=newest_first, skip=skip)]
        assert found == (expected[::-1] if newest_first else expected)[skip:]


def test_a_page_may_hold_everything_or_nothing(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        for name in "abc":
            holdings.add(task(name, scope="x"))
        assert [each.id for each in holdings.page("x", Part(True, 1, None))[0]] == ["b", "a"]
        assert (holdings.page("x", Part(True, 0, 0)), holdings.page("y", Part(True, 0, 9))) == (([], 3), ([], 0))


def test_what_is_unfinished_is_told_exactly_where_it_reaches_the_limit(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        for number in range(5):
            holdings.add(task(f"{number}", ends=10 * number))
        assert [holdings.count_unfinished(now, 3) for now in (5, 9.5)] == [4, 4]
        assert holdings.count_unfinished(15, 3) == 3
        assert all(holdings.count_unfinished(now, 3) < 3 for now in (25, 99))


def test_what_is_unfinished_is_counted_by_a_clock_that_goes_to_and_fro(store: Store, many: list[Task]) -> None:
    store.load(Kept(tuple(many)))
    with store.holdings("api", "1") as holdings:
        for now in (3000, 8000, 100, 8999, -1, 4500):
            assert holdings.count_unfinished(now) == MANY - 1 - now
    with store.holdings("api", "1") as holdings:
        holdings.remove("8000")
        holdings.remove("10")
        holdings.replace(task("20", scope="y", ends=9999))
        assert [holdings.count_unfinished(now) for now in (4500, 5)] == [MANY - 4501, MANY - 8]


def test_calls_are_forgotten_once_no_call_can_meet_them(store: Store) -> None:
    for now in range(100):
        with store.holdings("api", "1") as holdings:
            assert holdings.spend("limit", 1000, 5, now) == 0
    ((_, kept),) = store.dump().calls.items()
    assert kept == tuple(range(94, 100))


def test_a_page_begins_behind_a_task_of_the_list_as_long_as_ids_grow(store: Store) -> None:
    held = [task(f"{number:06}", scope=SCOPES[number % 3 == 0]) for number in range(MANY)]
    store.load(Kept(tuple(held)))
    with store.holdings("api", "1") as holdings:
        for each in held[5000:5100]:
            holdings.remove(each.id)
    del held[5000:5100]
    for scope, after in product(("", *SCOPES), (0, 3, 6000, 6001, MANY - 150)):
        with store.holdings("api", "1") as holdings:
            listed = [each for each in held if scope in ("", each.scope)]
            behind = [each for each in reversed(listed) if each.id < held[after].id]
            for skip in (0, 2):
                part = Part(newest_first=True, skip=skip, size=3, after=held[after].id)
                if held[after] in listed:
                    assert holdings.page(scope, part) == (behind[skip:][:3], len(listed))
    with store.holdings("api", "1") as holdings:
        with pytest.raises(Unlisted):
            holdings.page("", Part(newest_first=True, skip=0, size=3, after="005050"))
        holdings.add(task("005050"))
        with pytest.raises(Unlisted):
            holdings.page("", Part(newest_first=True, skip=0, size=3, after="000007"))
