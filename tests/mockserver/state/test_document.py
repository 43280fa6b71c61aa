"""Is the state of a mock one document, which another mock of the same specs takes?"""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from mockserver.login import Login
from mockserver.state.schema import STATE
from tests.mockserver.cloud import START, specs
from tests.mockserver.control_plane import API, TOPIC, Control
from tests.mockserver.control_plane import start as start_control
from tests.mockserver.records.seeded import Seeded, lines, row

ROWS = lines(row(5, level="warn"), row(9, size=123456789012345678))
TOPIC_ID = specs()[API].resources["topic"].default


@pytest.fixture
def control() -> Control:
    return start_control()


def state_of(control: Control) -> dict[str, Any]:
    answer = control.ask("GET", "/state")
    assert (answer.status, answer.content_type) == (200, "application/json")
    found: dict[str, Any] = answer.json
    return found


def live(control: Control) -> None:
    """Have something in nearly every part of the state."""
    control.ask("POST", "/records", raw=ROWS)
    Seeded(control.cloud).export()
    control.ask("POST", "/records", raw=ROWS.splitlines()[0])  # what was there before, only the task has now
    control.ask("POST", "/faults", {"api": API, "effect": "stuck", "at": 30, "seed": 7})
    control.create()
    control.ask("POST", "/faults", {"set": "flaky", "account": "100000000001"})
    control.ask("POST", "/resources", {**TOPIC, "id": "mine", "condition": "closed"})
    opened = control.ask("POST", "/accounts", {}).json["number"]
    control.ask("PUT", "/clock", {"action": "advance", "seconds": 90.5})
    control.ask("PUT", "/clock", {"action": "scale", "factor": 60, "account": opened})
    control.cloud.engine.timetables.set({API: {"running": 12.5}})
    control.cloud.engine.store.strike("AKIDEXAMPLE", START)


def test_a_state_is_as_it_is_described(control: Control) -> None:
    live(control)
    found = state_of(control)
    Draft202012Validator(STATE).validate(found)
    assert (found["version"], found["apis"], len(found["tasks"])) == (1, [API], 2)
    assert [each["current"] for each in found["records"]] == [False, True]
    assert all(found[part] for part in STATE["properties"] if part not in ("readings", "numbers"))


def test_another_mock_that_takes_a_state_gives_the_same(control: Control) -> None:
    live(control)
    before = state_of(control)
    other = start_control()
    assert other.ask("PUT", "/state", before).json == {"tasks": 2, "accounts": len(before["accounts"])}
    assert state_of(other) == before


def test_the_tasks_of_a_state_live_on_where_it_is_taken(control: Control) -> None:
    live(control)
    other = start_control()
    other.ask("PUT", "/state", state_of(control))
    mocks = [each.cloud for each in (control, other)]
    shown = [each.call(API, "DescribeExports", TopicId=TOPIC_ID).json["Response"]["Exports"] for each in mocks]
    assert shown[0] == shown[1]
    finished, stuck = mocks[1].engine.inspection.tasks()
    assert [finished["phase"], stuck["phase"], stuck["flaw"]] == ["succeeded", "running", "stuck"]
    files = [b"".join(each.engine.file(finished["id"])) for each in mocks]
    assert files[0] == files[1]
    assert b"123456789012345678" in gzip.decompress(files[0])


def test_limits_faults_and_accounts_go_on_where_they_were(control: Control) -> None:
    control.ask("POST", "/faults", {"api": API, "code": "InternalError", "operation": "CreateExport", "times": 3})
    codes = [control.cloud.example(API, "CreateExport").json["Response"].get("Error", {}).get("Code")]
    opened = Login(**control.ask("POST", "/accounts", {}).json)
    state = state_of(control)
    other = start_control()
    other.ask("PUT", "/state", state)
    answers = [other.cloud.example(API, "CreateExport").json["Response"] for _ in range(3)]
    codes += [answer.get("Error", {}).get("Code") for answer in answers]
    assert codes == ["InternalError"] * 3 + [None]
    again = Login(**other.ask("POST", "/accounts", {}).json)
    assert (opened.number, again.number) == ("200000000001", "200000000002")
    assert other.cloud.engine.accounts.by_key(opened.key_id) is not None


def test_a_token_that_one_mock_issued_opens_the_one_that_took_its_state(control: Control) -> None:
    token, other = control.cloud.engine.tokens.issue("1", START), start_control()
    other.ask("PUT", "/state", state_of(control))
    assert other.cloud.engine.tokens.number(token, lambda _: 0) == "1"


def test_time_goes_on_from_where_it_stood(control: Control) -> None:
    control.ask("PUT", "/clock", {"action": "advance", "seconds": 3600})
    before = state_of(control)
    control.ask("PUT", "/clock", {"action": "advance", "seconds": 3600})
    control.ask("PUT", "/state", before)
    assert control.ask("GET", "/clock").json["epoch"] == START + 3600
    assert control.ask("GET", "/clock").json["frozen"]


def test_a_clock_of_real_time_stays_one(control: Control) -> None:
    control.ask("PUT", "/clock", {"action": "reset"})
    before = state_of(control)
    control.ask("PUT", "/clock", {"action": "set", "to": 5})
    control.ask("PUT", "/state", before)
    assert (before["clock"]["server"], control.ask("GET", "/clock").json["epoch"]) == (None, START)
