"""Is a state that does not fit refused, with what is wrong and where, and does it then change nothing?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import pytest

from mockserver.app import create_app
from mockserver.clock import MovableClock
from openapi.loader import load_all
from openapi.model import Action
from tests.mockserver.cloud import START, specs, start
from tests.mockserver.control_plane import API
from tests.mockserver.control_plane import start as start_control
from tests.mockserver.records.seeded import lines, row
from tests.mockserver.state.test_document import state_of

State = dict[str, Any]
WRONG: Mapping[str, tuple[Callable[[State], object], str]] = {
    "another version": (lambda s: s.update(version=2), "version: this mock reads states of version 1, not 2"),
    "no version": (lambda s: s.pop("version"), "it has no member `version`"),
    "a member too many": (lambda s: s.update(taskz=[]), "'taskz' was unexpected"),
    "a member missing": (lambda s: s.pop("strikes"), '"strikes" is a required property'),
    "an API that is not served": (lambda s: s["apis"].append("nobody"), "apis.1: 'nobody' is not served here"),
    "a reading": (
        lambda s: s["readings"].update({f"{API}/nothing": "x"}),
        f"readings.{API}/nothing: {API} has no such",
    ),
    "a task of another API": (lambda s: s["tasks"][0].update(api="nobody"), "tasks.0.api: 'nobody' is not served"),
    "a task of nobody": (lambda s: s["tasks"][0].update(account="7"), "tasks.0.account: the state has no account '7'"),
    "a task that nothing creates": (
        lambda s: s["tasks"][0].update(operation="DescribeExports"),
        f"tasks.0.operation: {API} creates no tasks by 'DescribeExports'",
    ),
    "an argument": (lambda s: s["tasks"][0]["arguments"].update(Count="many"), "tasks.0.arguments: Count: "),
    "no argument": (lambda s: s["tasks"][0]["arguments"].pop("Count"), "tasks.0.arguments: Count is missing"),
    "no argument that has a default": (
        lambda s: s["tasks"][0]["arguments"].pop("Order"),
        "tasks.0.arguments: 'Order' is missing; unsaid it is ",
    ),
    "half a character": (
        lambda s: s["resources"].update({"\ud800": {}}),
        "a text in it holds a character that is no Un",
    ),
    "a phase as an outcome": (lambda s: s["tasks"][0].update(outcome="queued"), "tasks.0.outcome: "),
    "times in no order": (lambda s: s["tasks"][0].update(ends=5), "tasks.0: a task starts, ends and expires in this"),
    "a time that never comes": (lambda s: s["tasks"][0].update(created=1e12, starts=1e12), "tasks.0.created: "),
    "a time of no kind": (lambda s: s["tasks"][0].update(created="now"), "tasks.0.created: "),
    "one task twice": (lambda s: s["tasks"].append(s["tasks"][0]), "tasks.1.id: "),
    "records that are not there": (lambda s: s["records"].clear(), "tasks.0.seed: the state has no records"),
    "a flaw": (lambda s: s["tasks"][0].update(flaw={"effect": "reset"}), "tasks.0.flaw: "),
    "one key twice": (
        lambda s: s["accounts"].append({**s["accounts"][0], "number": "7", "token": "T"}),
        "accounts: the access key AKIDEXAMPLE belongs to another account",
    ),
    "one number twice": (
        lambda s: s["accounts"][1].update(number=s["accounts"][0]["number"]),
        "accounts: the number 100000000001 belongs to another account",
    ),
    "one token twice": (
        lambda s: s["accounts"][1].update(token=s["accounts"][0]["token"]),
        "accounts: the token of 100000000002 belongs to another account",
    ),
    "half a character in a token": (
        lambda s: s["accounts"][0]["key"].update(token="\ud800"),
        "accounts.0: token: '\\ud800' holds a character that is no Unicode",
    ),
    "a condition of an account": (
        lambda s: s["accounts"][0].update(condition="tired"),
        "accounts.0.condition: there is no 'tired'",
    ),
    "a clock of nobody": (lambda s: s["clock"]["accounts"].update({"7": None}), "clock.accounts.7: the state has no"),
    "a clock beyond all days": (lambda s: s["clock"]["server"].update(at=1e15), "clock.server"),
    "a clock beyond all numbers": (lambda s: s["clock"]["server"].update(at=10**400), "clock.server"),
    "an end beyond all numbers": (lambda s: s["tasks"][0].update(expires=10**400), "tasks.0.expires: "),
    "years beyond all numbers": (
        lambda s: s["timetables"].update({API: {"kept": 10**400}}),
        f"timetables.{API}.kept: ",
    ),
    "a kind of resource": (lambda s: s["resources"]["known"][0].update(kind="x"), "resources.known.0: "),
    "a timetable": (lambda s: s["timetables"].update({"nobody": {}}), "timetables: 'nobody' is no API with tasks"),
    "a part of a timetable": (lambda s: s["timetables"].update({API: {"slept": 1}}), f"timetables.{API}: "),
    "an effect": (lambda s: s["faults"]["set"][0]["fault"].update(effect="x"), "faults.set.0.fault: effect: "),
    "a fault of nobody": (lambda s: s["faults"]["set"][0]["fault"].update(account="7"), "faults.set.0.fault.account: "),
    "a fault that cannot be": (lambda s: s["faults"]["set"][0]["fault"].update(operation="X"), "has no operation 'X'"),
    "a fault's name": (lambda s: s["faults"].update(number=0), "faults.set.0.id: only 0 were ever set"),
    "a fault's long name": (lambda s: s["faults"]["set"][0].update(id=f"error-{'9' * 5000}"), "faults.set.0.id: "),
    "a rate limit": (lambda s: s["calls"][0].update(limit="X/y"), f"calls.0.limit: {API} has no rate limit 'X/y'"),
    "calls in no order": (lambda s: s["calls"][0].update(at=[2, 1]), "calls.0.at: calls are listed oldest first"),
    "numbers of nothing": (lambda s: s["numbers"].update(nobody=1), "numbers.nobody: 'nobody' is not served here"),
    "a row": (lambda s: s["records"][0]["rows"].append({"a": 1}), "records.0: "),
    "a column": (lambda s: s["records"][0]["columns"].pop(), "records.0: columns: the rows also have 'level'"),
    "a kind of rows": (lambda s: s["records"][0].update(kind="x"), f"records.0: kind: {API} exports no 'x'"),
    "records of nobody": (lambda s: s["records"][0].update(account="7"), "records.0.account: the state has no"),
    "a secret": (lambda s: s.update(secret="0"), "secret: "),
}


@pytest.fixture(scope="module")
def good() -> State:
    control = start_control()
    control.ask("POST", "/records", raw=lines(row(5, level="warn")))
    control.create()
    control.ask("POST", "/faults", {"api": API, "effect": "stuck"})
    return state_of(control)


@pytest.mark.parametrize("wrong", WRONG)
def test_what_does_not_fit_is_refused_with_its_place_and_changes_nothing(good: State, wrong: str) -> None:
    control, bent = start_control(), deepcopy(good)
    change, message = WRONG[wrong]
    change(bent)
    before = state_of(control)
    assert message in control.refused("PUT", "/state", bent)[0]
    assert state_of(control) == before


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"version": 1e999}', b"[" * 100_000, b"\xff", b"NaN"])
def test_what_is_no_state_at_all_is_refused(raw: bytes) -> None:
    start_control().refused("PUT", "/state", raw=raw)


def test_a_state_of_another_reading_is_refused_with_how_to_start_a_mock_of_it() -> None:
    name, (reading, *_) = next((spec.name, [*spec.readings.values()]) for spec in specs().values() if spec.readings)
    other = next(answer for answer in reading.answers if answer != reading.default)
    choice = {f"{name}/{reading.id}": other}
    clock = MovableClock(lambda: START)
    usual, read_so = (
        create_app(specs=load_all([name], chosen), readings=chosen, clock=clock).test_client()
        for chosen in ({}, choice)
    )
    state = read_so.get("/_mock/state").data
    assert json.loads(state)["readings"] == choice
    answer = usual.put("/_mock/state", data=state)
    assert answer.status_code == 400
    assert f"start one with --reading {name}/{reading.id}={other}" in answer.text
    assert read_so.put("/_mock/state", data=usual.get("/_mock/state").data).status_code == 400
    assert read_so.put("/_mock/state", data=state).status_code == 200


@pytest.mark.parametrize("api", [name for name, spec in specs().items() if spec.lifecycle])
def test_the_tasks_of_every_api_fit(api: str) -> None:
    cloud = start({api: specs()[api]})
    for operation in specs()[api].operations.values():
        if operation.action is Action.CREATE:
            assert cloud.example(api, operation.id).status == operation.success.status
    client = cloud.app.test_client()
    before = client.get("/_mock/state").data
    assert json.loads(before)["tasks"]
    assert client.put("/_mock/state", data=before).status_code == 200
    assert client.get("/_mock/state").data == before
