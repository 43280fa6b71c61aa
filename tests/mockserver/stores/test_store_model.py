"""Does a store hold what a plain list would, whatever is done to it in whatever order?"""

from dataclasses import replace
from functools import partial
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mockserver.lines import Part
from mockserver.store import Store
from mockserver.task import Task
from mockserver.traits import Trait
from tests.mockserver.stores.tasks import task


class StoreModel(RuleBasedStateMachine):
    """A store beside a plain list of what it should hold, oldest first."""

    names = st.sampled_from("abcde")
    scopes = st.sampled_from(["x", "y"])
    keys = st.sampled_from(["", "p", "q"])

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        store.reset()
        self.held: list[Task] = []

    @rule(name=names, scope=scopes, same=keys, ends=st.integers(1, 9))
    def add(self, name: str, scope: str, same: str, ends: int) -> None:
        if any(name == each.id or (same and same == each.same) for each in self.held):
            return
        made = task(name, scope=scope, same=same, ends=ends, arguments={"key": same})
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
            for name in "abcde":
                this = next((each for each in self.held if each.id == name), None)
                assert (holdings.get(name), holdings.named(f"{name}.csv")) == (this, this)
        assert self.store.all_tasks() == self.held


def test_a_store_holds_what_a_plain_list_would(store: Store) -> None:
    machine: Any = partial(StoreModel, store)
    run_state_machine_as_test(machine, settings=settings(max_examples=8, stateful_step_count=20))
