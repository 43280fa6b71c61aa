"""Does a store hold what a plain list would, whatever is done to it in whatever order?"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mockserver.lines import Part
from mockserver.store import Holdings, Kept, Store
from mockserver.stores.known import LISTED
from mockserver.stores.opening import open_store
from mockserver.task import Task
from mockserver.traits import Trait
from tests.mockserver.stores.races import PATIENCE
from tests.mockserver.stores.tasks import task


class StoreModel(RuleBasedStateMachine):
    """A store that is opened once, or more than once, beside a plain list of what it should hold, oldest first."""

    names = st.sampled_from("abcde")
    scopes = st.sampled_from(["x", "y"])
    keys = st.sampled_from(["", "p", "q"])
    whose = st.integers(0, 5)  # of the stores

    def __init__(self, stores: Sequence[Store], ballast: Sequence[Task]) -> None:
        super().__init__()
        self.stores = stores
        stores[0].load(Kept(tuple(ballast)))
        self.held = [*ballast]

    @rule(name=names, scope=scopes, same=keys, ends=st.integers(1, 9), whose=whose)
    def add(self, name: str, scope: str, same: str, ends: int, whose: int) -> None:
        if any(name == each.id or (same and same == each.same) for each in self.held):
            return
        made = task(name, scope=scope, same=same, ends=ends, arguments={"key": same})
        self.held.append(made)
        with self.of(whose).holdings("api", "1") as holdings:
            holdings.add(made)

    @rule(name=names, whose=whose)
    def remove(self, name: str, whose: int) -> None:
        self.held = [each for each in self.held if each.id != name]
        with self.of(whose).holdings("api", "1") as holdings:
            holdings.remove(name)

    @rule(name=names, ends=st.integers(1, 9), downloaded=st.sampled_from([None, 3.0]), whose=whose)
    def change(self, name: str, ends: int, downloaded: float | None, whose: int) -> None:
        for index, each in enumerate(self.held):
            if each.id == name:
                self.held[index] = replace(each, ends=ends, downloaded=downloaded)
                with self.of(whose).holdings("api", "1") as holdings:
                    holdings.replace(self.held[index])

    @rule(keys=st.lists(keys), whose=whose)
    def look(self, keys: list[str], whose: int) -> None:
        """One of them looks at some of it, and may know the rest as it was."""
        with self.of(whose).holdings("api", "1") as holdings:
            for key in keys:
                assert holdings.same(key) == next((e for e in self.held if key and e.same == key), None)

    @rule(whose=whose)
    def list_all(self, whose: int) -> None:
        """All of it is right, whoever looks at it."""
        store = self.of(whose)
        with store.holdings("api", "1") as holdings:
            self.assert_listed(holdings)
        with store.holdings("api", "1") as holdings:
            assert list(holdings.tasks("", newest_first=False)) == self.held
            assert list(holdings.tasks("", newest_first=True)) == self.held[::-1]
            assert holdings.earliest() == next(iter(self.held), None)
            assert holdings.earliest(1) == next(iter(self.held[1:]), None)
            assert holdings.count_unfinished(5) == sum(each.ends > 5 for each in self.held)
            for scope in "xy":
                assert list(holdings.tasks(scope, newest_first=False)) == [e for e in self.held if e.scope == scope]
                assert holdings.count(scope) == sum(each.scope == scope for each in self.held)
            for key in "pq":
                assert holdings.same(key) == next((each for each in self.held if each.same == key), None)
                line = holdings.line("x", Trait("argument.key", "null", f'"{key}"'))
                assert line is not None
                expected = [each for each in self.held if (each.scope, each.same) == ("x", key)]
                assert line.page(Part(newest_first=True, skip=0, size=None)) == (expected[::-1], len(expected))
            self.assert_listed(holdings)
            for name in "abcde":
                this = next((each for each in self.held if each.id == name), None)
                assert (holdings.get(name), holdings.named(f"{name}.csv")) == (this, this)
        assert store.all_tasks() == self.held

    def assert_listed(self, holdings: Holdings) -> None:
        """That tasks are found by what they have in common."""
        downloaded = [each for each in self.held if each.downloaded is not None]
        line = holdings.line("", Trait("task.downloaded", "null", "true"))
        assert line is not None
        assert line.page(Part(newest_first=False, skip=0, size=3)) == (downloaded[:3], len(downloaded))
        for name in "abc":
            found = holdings.line("", Trait("task.id", "null", f'"{name}"'))
            assert found is not None
            assert [*found.walk(newest_first=True)] == [each for each in self.held if each.id == name]

    def of(self, whose: int) -> Store:
        """One of those that have opened the store."""
        return self.stores[whose % len(self.stores)]

    @invariant()
    def is_known_to_the_first(self) -> None:
        with self.stores[0].holdings("api", "1") as holdings:
            assert holdings.count() == len(self.held)
            part = Part(newest_first=True, skip=0, size=3)
            assert holdings.page("", part)[0] == self.held[::-1][:3]


def check(stores: Sequence[Store], ballast: Sequence[Task] = (), examples: int = 8) -> None:
    """Whatever is done to it, in whatever order."""
    machine: Any = partial(StoreModel, stores, ballast)
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=20))


def test_a_store_holds_what_a_plain_list_would(store: Store) -> None:
    check([store])


def test_a_store_that_several_have_holds_what_a_plain_list_would(lasting: str) -> None:
    with closing(open_store(lasting, PATIENCE)) as ours, closing(open_store(lasting, PATIENCE)) as theirs:
        check([ours, theirs])


@pytest.mark.parametrize("held", [LISTED - 1, LISTED + 9])
def test_a_store_that_holds_many_tasks_holds_what_a_plain_list_would(lasting: str, held: int) -> None:
    ballast = [task(f"{number}", scope="z") for number in range(held)]
    with closing(open_store(lasting, PATIENCE)) as ours, closing(open_store(lasting, PATIENCE)) as theirs:
        check([ours, theirs], ballast, examples=3)
