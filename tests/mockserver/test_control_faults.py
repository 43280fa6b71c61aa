"""Can what goes wrong be chosen, listed, counted and taken back from outside?"""

from collections.abc import Mapping
from typing import Any

import pytest

from mockserver.accounts import FIRST, SECOND
from mockserver.faults.effects import EFFECTS
from mockserver.faults.sets import sets
from mockserver.faults.waiting import MOST
from openapi.model import Action
from tests.mockserver.cloud import Cloud, code_of, specs
from tests.mockserver.control_plane import API, Control, start

LIST = "DescribeExports"
WITH_TASKS = [spec.name for spec in specs().values() if spec.lifecycle]


@pytest.fixture
def control() -> Control:
    return start()


def fails(cloud: Cloud, calls: int) -> list[bool]:
    """Which of so many calls are refused."""
    answers = [cloud.example(API, LIST) for _ in range(calls)]
    return [code_of(answer, specs()[API]) != "None" for answer in answers]


def add(control: Control, **fault: Any) -> dict[str, Any]:
    answer = control.ask("POST", "/faults", {"api": API, "operation": LIST, "effect": "error", **fault})
    assert answer.status == 201
    return dict(answer.json)


@pytest.mark.parametrize(
    ("which", "refused"),
    [
        ({}, [0]),
        ({"times": 3}, [0, 1, 2]),
        ({"every": 3}, [2, 5]),
        ({"every": 2, "times": 2}, [1, 3]),
        ({"after": 4}, [4]),
        ({"after": 4, "every": 2}, [5, 7]),
        ({"probability": 0}, []),
        ({"probability": 1}, [0, 1, 2, 3, 4, 5, 6, 7]),
    ],
    ids=str,
)
def test_the_calls_that_a_fault_strikes_are_chosen(control: Control, which: Any, refused: list[int]) -> None:
    add(control, **which)
    assert [index for index, struck in enumerate(fails(control.cloud, 8)) if struck] == refused


def test_chance_repeats_itself_with_its_seed(control: Control) -> None:
    seen = []
    for seed in (1, 1, 2):
        control.ask("POST", "/reset")
        add(control, probability=0.5, seed=seed)
        seen.append(fails(control.cloud, 20))
    assert seen[0] == seen[1] != seen[2]
    assert 0 < sum(seen[0]) < 20


def test_how_often_a_fault_met_a_call_and_fired_is_told_also_when_it_is_spent(control: Control) -> None:
    name = add(control, times=2)["id"]
    fails(control.cloud, 5)
    (found,) = control.ask("GET", "/faults").json["faults"]
    assert (found["id"], found["met"], found["fired"], found["spent"]) == (name, 2, 2, True)


def test_a_fault_of_an_account_touches_no_other(control: Control) -> None:
    add(control, account=SECOND.number)
    assert fails(control.cloud, 1) == [False]
    answer = control.cloud.example(API, LIST, SECOND)
    assert code_of(answer, specs()[API]) == "InternalError"


def test_an_action_chooses_the_operations_that_do_it(control: Control) -> None:
    control.ask("POST", "/faults", {"effect": "error", "action": "create", "every": 1})
    assert fails(control.cloud, 1) == [False]
    assert code_of(control.cloud.example(API, "CreateExport"), specs()[API]) == "InternalError"


def test_one_fault_is_taken_back_by_its_id_and_the_others_stay(control: Control) -> None:
    first, second = add(control)["id"], add(control, every=2)["id"]
    assert control.ask("DELETE", f"/faults/{first}").json == {"deleted": 1}
    assert [each["id"] for each in control.ask("GET", "/faults").json["faults"]] == [second]
    gone = control.ask("DELETE", f"/faults/{first}")
    assert (gone.status, gone.json["error"]["valid"]) == (404, [second])


def test_the_faults_of_an_account_or_of_a_set_are_taken_back_together(control: Control) -> None:
    add(control, account=SECOND.number)
    control.ask("POST", "/faults", {"set": "flaky", "account": FIRST.number})
    assert control.ask("DELETE", f"/faults?account={SECOND.number}").json == {"deleted": 1}
    assert control.ask("DELETE", "/faults?set=flaky").json == {"deleted": len(sets()["flaky"]["faults"])}
    assert control.ask("GET", "/faults").json == {"faults": []}


def test_faults_of_a_closed_account_go_with_it(control: Control) -> None:
    number = control.ask("POST", "/accounts", {}).json["number"]
    add(control, account=number)
    control.ask("DELETE", f"/accounts?account={number}")
    assert control.ask("GET", "/faults").json == {"faults": []}


@pytest.mark.parametrize("name", sets())
@pytest.mark.parametrize("api", WITH_TASKS)
def test_every_ready_made_set_can_be_used_with_every_api(cloud: Cloud, name: str, api: str) -> None:
    made = cloud.engine.faults.add({"set": name, "api": api, "seed": 7})
    assert made
    assert all((each["set"], each["api"], each["seed"]) == (name, api, 7) for each in made)


def test_the_sets_and_the_effects_are_listed_with_what_they_take(control: Control) -> None:
    assert [each["name"] for each in control.ask("GET", "/faults/sets").json["sets"]] == [*sets()]
    found = {each["name"]: each for each in control.ask("GET", "/faults/effects").json["effects"]}
    assert [*found] == [*EFFECTS]
    assert found["latency"]["required"] == ["seconds"]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"effect": "latencies"}, "latency"),
        ({"effect": "reset", "second": 1}, "times"),
        ({"effect": "latency"}, "seconds"),
        ({"effect": "latency", "seconds": 1, "to": 2, "sigma": 1}, "sigma"),
        ({"effect": "latency", "seconds": 2, "to": 1}, ""),
        ({"effect": "latency", "seconds": -1}, ""),
        ({"effect": "latency", "seconds": 1, "code": "InternalError"}, "seconds"),
        ({"effect": "regress"}, ""),
        ({"effect": "stuck", "operation": LIST}, "CreateExport"),
        ({"effect": "stuck", "at": 101}, ""),
        ({"effect": "fails", "code": "Nonsense"}, "InternalError"),
        ({"effect": "error", "action": "creates"}, "create"),
        ({"effect": "error", "account": "7"}, FIRST.number),
        ({"effect": "error", "probability": 1.5}, ""),
        ({"effect": "error", "every": 0}, ""),
        ({"effect": "error", "seed": "x"}, ""),
        ({"set": "flakey"}, "flaky"),
        ({"set": "flaky", "times": 1}, "set"),
        ({}, "effect"),
    ],
    ids=str,
)
def test_a_fault_that_is_not_understood_is_refused_with_the_right_names(
    control: Control, wrong: Mapping[str, Any], right: str
) -> None:
    message, valid = control.refused("POST", "/faults", {"api": API, **wrong})
    assert message
    assert right in [*valid, ""]
    assert control.ask("GET", "/faults").json == {"faults": []}


def test_a_throttled_call_is_told_when_to_come_again(control: Control) -> None:
    add(control, effect="throttle", retry_after=7)
    answer = control.cloud.example(API, LIST)
    assert (code_of(answer, specs()[API]), answer.headers["retry-after"]) == ("RequestLimitExceeded", "7")


@pytest.mark.parametrize("api", WITH_TASKS)
def test_every_api_can_throttle(cloud: Cloud, api: str) -> None:
    creates = next(each for each in specs()[api].operations.values() if each.action is Action.CREATE)
    cloud.engine.faults.add({"api": api, "operation": creates.id, "effect": "throttle"})
    answer = cloud.example(api, creates.id)
    entry = next(each for each in specs()[api].error_codes if each.code == code_of(answer, specs()[api]))
    assert answer.headers["retry-after"] == "1"
    assert entry.status == answer.status


def test_the_journal_names_the_faults_of_an_exchange(control: Control) -> None:
    late, broken = add(control, effect="latency", seconds=1)["id"], add(control, effect="truncate")["id"]
    control.cloud.example(API, LIST)
    assert control.cloud.last().fault == (late, broken)


def test_of_too_many_faults_the_earliest_that_are_spent_are_forgotten(control: Control) -> None:
    first = add(control)["id"]
    control.cloud.example(API, LIST)
    waiting = [add(control, account=SECOND.number)["id"] for _ in range(MOST)]
    kept = [each["id"] for each in control.ask("GET", "/faults").json["faults"]]
    assert (first in kept, kept) == (False, waiting)
    assert "are the most" in control.refused("POST", "/faults", {"effect": "reset"})[0]


def test_a_call_meets_one_fault_of_a_kind_the_oldest(control: Control) -> None:
    add(control, code="InternalError"), add(control, code="LimitExceeded")
    codes = [code_of(control.cloud.example(API, LIST), specs()[API]) for _ in range(2)]
    assert codes == ["InternalError", "LimitExceeded"]
