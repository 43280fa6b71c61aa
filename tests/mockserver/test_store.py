"""Does a store remember what it was told, all of it, and nothing else? Every implementation passes these."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mockserver.memory import MemoryStore
from mockserver.store import Holdings, Store
from mockserver.task import Task

STORES: dict[str, Callable[[], Store]] = {"memory": MemoryStore}


@pytest.fixture(params=STORES.values(), ids=list(STORES))
def store(request: pytest.FixtureRequest) -> Store:
    made: Store = request.param()
    return made


def task(task_id: str, **changes: object) -> Task:
    plain = Task(task_id, "api", "Create", "1", "", {"a": [1]}, "seed", "", f"{task_id}.csv", 0, 1, 2, 3)
    return replace(plain, **changes)  # type: ignore[arg-type]


def ids(holdings: Holdings, scope: str = "", *, newest_first: bool = False) -> list[str]:
    return [each.id for each in holdings.tasks(scope, newest_first=newest_first)]


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


class StoreModel(RuleBasedStateMachine):
    """A store beside a plain list of what it should hold, oldest first."""

    names = st.sampled_from("abcde")
    scopes = st.sampled_from(["x", "y"])
    keys = st.sampled_from(["", "p", "q"])

    def __init__(self) -> None:
        super().__init__()
        self.store: Store = MemoryStore()
        self.held: list[Task] = []

    @rule(name=names, scope=scopes, same=keys, ends=st.integers(1, 9))
    def add(self, name: str, scope: str, same: str, ends: int) -> None:
        if any(name == each.id or (same and same == each.same) for each in self.held):
            return
        made = task(name, scope=scope, same=same, ends=ends)
        self.held.append(made)
        with self.store.holdings("api", "1") as holdings:
            holdings.add(made)

    @rule(name=names)
    def remove(self, name: str) -> None:
        self.held = [each for each in self.held if each.id != name]
        with self.store.holdings("api", "1") as holdings:
            holdings.remove(name)

    @rule(name=names, ends=st.integers(1, 9))
    def move_end(self, name: str, ends: int) -> None:
        for index, each in enumerate(self.held):
            if each.id == name:
                self.held[index] = replace(each, ends=ends)
                with self.store.holdings("api", "1") as holdings:
                    holdings.replace(self.held[index])

    @invariant()
    def holds_what_it_should(self) -> None:
        with self.store.holdings("api", "1") as holdings:
            assert list(holdings.tasks("", newest_first=False)) == self.held
            assert list(holdings.tasks("", newest_first=True)) == self.held[::-1]
            assert holdings.earliest() == next(iter(self.held), None)
            assert holdings.count_unfinished(5) == sum(each.ends > 5 for each in self.held)
            for scope in "xy":
                assert list(holdings.tasks(scope, newest_first=False)) == [e for e in self.held if e.scope == scope]
                assert holdings.count(scope) == sum(each.scope == scope for each in self.held)
            for key in "pq":
                assert holdings.same(key) == next((each for each in self.held if each.same == key), None)
            for name in "abcde":
                expected = next((each for each in self.held if each.id == name), None)
                assert (holdings.get(name), holdings.named(f"{name}.csv")) == (expected, expected)
        assert self.store.all_tasks() == self.held


StoreModel.TestCase.settings = settings(max_examples=40, stateful_step_count=25)
TestStoreModel = StoreModel.TestCase


def test_calls_count_against_a_limit_as_long_as_its_seconds_last(store: Store) -> None:
    with store.holdings("api", "1") as holdings:
        for now in (10.0, 11.0, 12.0):
            assert holdings.spend("limit", 5, 2, now) == 0
        assert [holdings.spent("limit", 2, now) for now in (12.0, 12.9, 13.0, 13.9, 14.0)] == [2, 2, 1, 1, 0]
        assert holdings.spent("another", 2, 12.0) == 0
