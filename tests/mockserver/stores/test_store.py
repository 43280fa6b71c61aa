"""Does a store remember what it was told, all of it, and nothing else? Every implementation passes these."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockserver.store import Store
from tests.mockserver.stores.tasks import ids, task


def test_a_task_is_found_by_its_id_and_by_the_name_of_its_file(store: Store) -> None:
    made = task("a")
    with store.holdings("api", "1") as holdings:
        holdings.add(made)
    with store.holdings("api", "1") as holdings:
        assert (holdings.get("a"), holdings.named("a.csv")) == (made, made)
        assert (holdings.get("b"), holdings.named("b.csv"), holdings.named("")) == (None, None, None)


def test_the_same_key_finds_the_task_that_is_to_be_replaced(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        holdings.add(task("a", same="x"))
        holdings.add(task("b"))
        found = holdings.same("x")
        assert found is not None
        assert (found.id, holdings.same("y")) == ("a", None)
        holdings.remove("a")
        assert holdings.same("x") is None


def test_tasks_come_in_the_order_of_their_creation(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        for name in "cab":
            holdings.add(task(name))
        earliest = holdings.earliest()
        assert ids(holdings) == ["c", "a", "b"]
        assert ids(holdings, newest_first=True) == ["b", "a", "c"]
        assert earliest is not None
        assert earliest.id == "c"


def test_a_changed_task_keeps_its_place(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        for name in "ab":
            holdings.add(task(name))
        holdings.replace(task("a", downloaded=9.0))
        found = holdings.get("a")
        assert found is not None
        assert (ids(holdings), found.downloaded) == (["a", "b"], 9.0)


def test_a_moment_may_be_an_integer_beyond_64_bits(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        holdings.add(task("a", ends=2**63, expires=2**64))
        holdings.add(task("b"))
        holdings.replace(task("b", ends=2**63, expires=2**64))
    with store.holdings("api", "1") as holdings:
        assert [(each.ends, each.expires) for each in holdings.tasks("", newest_first=False)] == [(2**63, 2**64)] * 2


def test_each_scope_is_listed_and_counted_by_itself(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        for name, scope in (("a", "x"), ("b", "y"), ("c", "x")):
            holdings.add(task(name, scope=scope))
        assert (ids(holdings, "x"), ids(holdings, "x", newest_first=True)) == (["a", "c"], ["c", "a"])
        assert (holdings.count(), holdings.count("x"), holdings.count("z")) == (3, 2, 0)


def test_what_is_unfinished_depends_on_the_time(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        holdings.add(task("a", ends=10))
        holdings.add(task("b", ends=20))
        assert [holdings.count_unfinished(now) for now in (9, 10, 19, 20)] == [2, 1, 1, 0]
        holdings.replace(task("a", ends=30))
        assert holdings.count_unfinished(25) == 1
        holdings.remove("a")
        assert holdings.count_unfinished(0) == 1


def test_to_forget_what_is_not_there_changes_nothing(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        holdings.add(task("a"))
        holdings.remove("b")
        holdings.remove("a")
        holdings.remove("a")
        assert (holdings.count(), holdings.earliest(), holdings.named("a.csv")) == (0, None, None)


def test_of_two_files_of_one_name_the_one_that_is_left_is_found(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        holdings.add(task("a", file_name="same.csv"))
        holdings.add(task("b", file_name="same.csv"))
        holdings.remove("a")
        found = holdings.named("same.csv")
        assert found is not None
        assert found.id == "b"


def test_nobody_holds_what_another_account_or_api_holds(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        holdings.add(task("a"))
    for api, account in (("api", "2"), ("other", "1")):
        with store.holdings(api, account) as holdings:
            assert (holdings.count(), holdings.get("a"), holdings.named("a.csv")) == (0, None, None)


def test_the_store_as_a_whole_finds_every_task(store: Store) -> None:
    for account in "12":
        with store.holdings("api", account) as holdings:
            holdings.add(task(f"a{account}", account=account))
            holdings.add(task(f"b{account}", account=account))
    found = store.find("a2")
    assert found is not None
    assert (found.account, store.find("c")) == ("2", None)
    assert sorted(each.id for each in store.all_tasks()) == ["a1", "a2", "b1", "b2"]


def test_a_rate_limit_lets_so_many_through_in_any_window(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        answers = [holdings.spend("limit", 2, 10, now) for now in (0, 4, 5, 9.5, 10, 13.9, 14)]
        assert answers == [0, 0, 5, 0.5, 0, pytest.approx(0.1), 0]


def test_each_limit_of_each_account_is_spent_by_itself(store: Store) -> None:
    for account in "12":
        with store.holdings("api", account) as holdings:
            assert [holdings.spend(name, 1, 10, 0) for name in "aab"] == [0, 10, 0]


def test_a_limit_does_not_outlive_a_clock_that_is_set_back(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        assert holdings.spend("limit", 1, 10, 1000) == 0
        assert holdings.spend("limit", 1, 10, 500) == 0


def test_numbers_are_given_once_by_however_many_threads(store: Store) -> None:
    with ThreadPoolExecutor(4) as threads:
        given = list(threads.map(lambda _: store.next_number("api"), range(200)))
    assert sorted(given) == list(range(1, 201))
    assert store.next_number("other") == 1


def test_holdings_are_held_by_one_at_a_time(store: Store) -> None:
    def add_if_few(number: int) -> None:
        with store.holdings("api", "1") as holdings:
            if holdings.count() < 5:
                holdings.add(task(str(number)))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add_if_few, range(100)))
    assert len(store.all_tasks()) == 5


def test_failed_authentications_are_counted_until_they_are_forgiven(store: Store) -> None:
    store.strike("key", 5)
    store.strike("key", 7)
    assert (store.strikes("key"), store.strikes("other")[0]) == ((2, 7), 0)
    store.forgive("key")
    store.forgive("other")
    assert store.strikes("key")[0] == 0


def test_reset_forgets_everything(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        holdings.add(task("a"))
        holdings.spend("limit", 1, 10, 0)
    store.strike("key", 1)
    store.next_number("api")
    store.reset()
    assert (store.all_tasks(), store.strikes("key")[0], store.next_number("api")) == ([], 0, 1)
    with store.holdings("api", "1") as holdings:
        assert holdings.spend("limit", 1, 10, 0) == 0


def test_calls_count_against_a_limit_as_long_as_its_seconds_last(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        for now in (10.0, 11.0, 12.0):
            assert holdings.spend("limit", 5, 2, now) == 0
        assert [holdings.spent("limit", 2, now) for now in (12.0, 12.9, 13.0, 13.9, 14.0)] == [2, 2, 1, 1, 0]
        assert holdings.spent("another", 2, 12.0) == 0
