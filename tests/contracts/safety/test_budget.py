"""A run uses up what its budget says, counted before anything is sent, and keeps what it takes to remove its tasks."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from contracts.profiles import Budget
from contracts.safety.budget import ANSWER, REMOVAL, Spending, Spent, can_be_removed
from contracts.target import Errand
from openapi.model import Action
from tests.contracts.bent import spec

SPEC = spec("tencent-cls")
READING = Errand(SPEC, SPEC.operations["DescribeExports"])
CREATING = Errand(SPEC, SPEC.operations["CreateExport"])
DELETING = Errand(SPEC, SPEC.operations["DeleteExport"])


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Purse:
    """A spending with a clock of its own."""

    clock: Clock = field(default_factory=Clock)

    def of(self, **budget: Any) -> Spending:
        return Spending(Budget(**{"requests": 1000, "tasks": 100, "bytes": 1000, "minutes": 10, **budget}), self.clock)


def spend_all(spending: Spending, errand: Errand, most: int = 2000) -> int:
    """How many requests of a kind are let through."""
    for count in range(most):
        try:
            spending.spend(errand)
        except Spent:
            return count
    return most


def test_as_many_requests_are_let_through_as_the_budget_says() -> None:
    spending = Purse().of(requests=7)
    assert spend_all(spending, READING) == 7
    with pytest.raises(Spent, match=r"^the budget of 7 requests is spent$"):
        spending.spend(READING)
    assert spending.over == "the budget of 7 requests is spent"
    assert spending.requests == 7


def test_as_many_tasks_are_created_as_the_budget_says_and_reading_goes_on() -> None:
    spending = Purse().of(tasks=2)
    assert spend_all(spending, CREATING) == 2
    with pytest.raises(Spent, match=r"^the budget of 2 tasks is spent$"):
        spending.spend(CREATING)
    spending.spend(READING)
    assert spending.over == ""


def test_a_creation_that_was_refused_has_made_no_task() -> None:
    spending = Purse().of(tasks=1)
    for _ in range(5):
        spending.spend(CREATING)
        spending.refused(CREATING)
    spending.spend(CREATING)
    assert (spending.tasks, spending.requests) == (1, 6)


def test_what_it_takes_to_remove_each_task_is_kept() -> None:
    spending = Purse().of(requests=20)
    spending.spend(CREATING)
    spending.spend(CREATING)
    assert spend_all(spending, READING) == 20 - 2 - 2 * REMOVAL


def test_no_task_is_created_for_whose_removal_nothing_would_be_left() -> None:
    spending = Purse().of(requests=REMOVAL)
    with pytest.raises(Spent, match=f"^the budget of {REMOVAL} requests is spent$"):
        spending.spend(CREATING)
    assert spending.requests == 0


def test_removing_is_never_held_back_and_is_counted() -> None:
    spending = Purse().of(requests=4, minutes=1)
    spending.spend(CREATING)
    spend_all(spending, READING)
    spending.clock.seconds += 999  # type: ignore[attr-defined]
    with spending.tidying():
        for _ in range(REMOVAL + 2):
            spending.spend(DELETING)
    assert spending.requests == 1 + REMOVAL + 2
    with pytest.raises(Spent):
        spending.spend(DELETING)


def test_nothing_is_kept_for_a_task_that_is_gone() -> None:
    spending = Purse().of(requests=10)
    spending.spend(CREATING)
    spending.spend(DELETING)
    spending.removed(DELETING)
    assert spend_all(spending, READING) == 8


def test_nothing_is_kept_where_tasks_cannot_be_removed() -> None:
    other = spec("huawei-clouddc")
    assert not can_be_removed(other)
    creator = next(each for each in other.operations.values() if each.action is Action.CREATE)
    spending = Purse().of(requests=5)
    spending.spend(Errand(other, creator))
    assert spend_all(spending, READING) == 4


def test_the_minutes_count_from_the_first_request() -> None:
    purse = Purse()
    spending = purse.of(minutes=2)
    purse.clock.seconds += 500
    spending.spend(READING)
    purse.clock.seconds += 119
    spending.spend(READING)
    assert spending.seconds_left == 1
    purse.clock.seconds += 1
    with pytest.raises(Spent, match=r"^the budget of 2 minutes is spent$"):
        spending.spend(READING)


def test_there_is_room_for_as_many_bytes_as_are_left() -> None:
    spending = Purse().of(bytes=100)
    spending.spend(READING)
    assert spending.room() == 100
    spending.read(60)
    assert spending.room() == 40
    spending.read(40)
    with pytest.raises(Spent, match=r"^the budget of 100 bytes is spent$"):
        spending.spend(READING)


def test_a_body_that_was_cut_off_ends_the_run() -> None:
    spending = Purse().of(bytes=10_000_000)
    assert str(spending.cut()) == "the budget of 10,000,000 bytes is spent"
    assert spending.over


def test_the_answers_to_removing_have_room_whatever_was_read_before() -> None:
    spending = Purse().of(bytes=1)
    spending.read(1)
    with spending.tidying():
        assert spending.room() == ANSWER


def test_what_was_used_up_is_told() -> None:
    purse = Purse()
    spending = purse.of(requests=10, tasks=3, bytes=100, minutes=5)
    spending.spend(CREATING)
    spending.read(42)
    purse.clock.seconds += 90
    assert spending.as_json() == {
        "requests": {"used": 1, "of": 10},
        "tasks": {"used": 1, "of": 3},
        "bytes": {"used": 42, "of": 100},
        "minutes": {"used": 1.5, "of": 5},
    }
