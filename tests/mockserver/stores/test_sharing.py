"""Do two mocks with the same store behave as one? Everything is done at one of them, and shows at the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mockserver.provisions import change, provisions_of
from mockserver.state.snapshots import PREFIX, SHELF
from mockserver.store import StoreError
from tests.mockserver.cloud import START, specs
from tests.mockserver.control_plane import API, TOPIC, Control
from tests.mockserver.stores.machines import Machines


def codes(*mocks: Control) -> list[str | None]:
    """What each answers to a listing: its error code, or None."""
    answers = [each.cloud.example(API, "DescribeExports").json["Response"] for each in mocks]
    return [answer.get("Error", {}).get("Code") for answer in answers]


def test_time_is_the_same_everywhere(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    opened = one.ask("POST", "/accounts", {}).json["number"]
    for move in ({"action": "freeze"}, {"action": "advance", "seconds": 90}, {"action": "scale", "factor": 60}):
        assert one.ask("PUT", "/clock", move).json == other.ask("GET", "/clock").json
        moved = other.ask("PUT", "/clock", {**move, "account": opened}).json
        assert moved == one.ask("GET", f"/clock?account={opened}").json
    assert one.cloud.clock.now() == START + 90


def test_a_request_is_answered_by_the_time_that_another_mock_was_set_to(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    one.ask("PUT", "/clock", {"action": "freeze"})
    one.create()
    one.ask("PUT", "/clock", {"action": "advance", "seconds": 60})
    (listed,) = other.cloud.example(API, "DescribeExports").json["Response"]["Exports"]
    assert listed["Status"] == "Completed"


def test_accounts_are_opened_and_closed_for_all(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    first, second = (each.ask("POST", "/accounts", {}).json for each in (one, other))
    assert (first["number"], second["number"]) == ("200000000001", "200000000002")
    assert one.ask("GET", "/accounts").json == other.ask("GET", "/accounts").json
    account = other.cloud.engine.accounts.by_number(first["number"])
    assert account is not None
    assert "Error" not in other.cloud.example(API, "DescribeExports", account).json["Response"]
    assert other.ask("DELETE", f"/accounts?account={first['number']}").status == 200
    refused = one.cloud.example(API, "DescribeExports", account).json["Response"]["Error"]["Code"]
    assert refused == specs()[API].error_code("DescribeExports", "unknown-key").code


def test_what_exists_exists_everywhere(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    one.ask("POST", "/resources", {**TOPIC, "id": "mine"})
    assert {**TOPIC, "id": "mine", "condition": ""} in other.ask("GET", "/resources").json["resources"]
    other.cloud.engine.resources.know_any(any_known=True)
    one.cloud.engine.look()
    assert one.cloud.engine.resources.knows_any


def test_a_fault_for_the_first_three_calls_strikes_three_wherever_they_come(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    one.ask("POST", "/faults", {"api": API, "code": "InternalError", "operation": "DescribeExports", "times": 3})
    assert codes(other, one, other, one, other) == ["InternalError"] * 3 + [None] * 2
    for each in (one, other):
        (fault,) = each.ask("GET", "/faults").json["faults"]
        assert (fault["met"], fault["fired"], fault["spent"]) == (3, 3, True)


def test_calls_that_race_are_struck_as_often_as_was_asked_for(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    one.ask("POST", "/faults", {"api": API, "code": "InternalError", "operation": "DescribeExports", "times": 7})
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(codes, [one, other] * 10))
    assert [each for (each,) in found].count("InternalError") == 7


def test_a_flaw_of_a_task_is_met_once_and_shows_everywhere(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    one.ask("PUT", "/clock", {"action": "freeze"})
    one.ask("POST", "/faults", {"api": API, "effect": "invisible", "seconds": 30})
    hidden, seen = other.create(), one.create()
    listed = [each.cloud.example(API, "DescribeExports").json["Response"]["Exports"] for each in (one, other)]
    assert [[each["ExportId"] for each in found] for found in listed] == [[seen], [seen]]
    assert hidden != seen


def test_a_token_that_one_issued_opens_the_other(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    token = one.cloud.engine.tokens.issue("1", START)
    assert other.cloud.engine.tokens.number(token, lambda _: 0) == "1"


def test_a_reset_at_one_is_one_at_all(machines: Machines) -> None:
    provided = {"faults": [{"api": API, "effect": "throttle", "action": "list"}], "timetables": {API: {"running": 5}}}
    one, other = machines.start(provided), machines.start(provided)
    one.ask("POST", "/resources", {**TOPIC, "id": "mine"})
    other.create()
    assert other.ask("POST", "/reset").status == 200
    assert one.ask("GET", "/tasks").json == {"tasks": []}
    assert "mine" not in [each["id"] for each in one.ask("GET", "/resources").json["resources"]]
    assert [each["met"] for each in one.ask("GET", "/faults").json["faults"]] == [0]


def test_what_is_there_from_the_start_is_there_once_and_the_rest_is_as_it_was_left(machines: Machines) -> None:
    account = {"key-id": "AKIDMINE", "secret": "SECRETMINE"}
    provided = {"accounts": [account], "faults": [{"set": "flaky"}], "timetables": {API: {"running": 5}}}
    first = machines.start(provided)
    first.ask("PUT", "/clock", {"action": "set", "to": 5000})
    before = [first.ask("GET", path).json for path in ("/faults", "/accounts", "/resources")]
    again = machines.start(provided)
    assert [again.ask("GET", path).json for path in ("/faults", "/accounts", "/resources")] == before
    assert again.cloud.engine.timetables.chosen() == {API: {"running": 5}}
    assert again.cloud.clock.course == first.cloud.clock.course


def test_a_changed_config_file_is_taken_over_by_whichever_mock_reads_it_and_its_faults_are_set_once(
    machines: Machines,
) -> None:
    first, second = (provisions_of({"faults": [{"api": API, "effect": name}]}) for name in ("throttle", "reset"))
    gone, *mocks = (machines.start({"faults": [*first.faults]}) for _ in range(3))
    gone.cloud.engine.store.close()  # that which had found the store empty
    for each in mocks:
        change(each.app.extensions["mock"], second)
    for each in mocks:
        assert [fault["effect"] for fault in each.ask("GET", "/faults").json["faults"]] == ["reset"]


def test_what_is_changed_within_the_change_of_something_else_is_shared_too(machines: Machines) -> None:
    one, other = (machines.start().cloud.engine for _ in "12")
    with one.faults.alone():
        one.resources.put(API, "topic", "mine")
        one.faults.add({"api": API, "effect": "throttle"})
    other.look()
    assert "mine" in (other.resources.ids(API) or ())
    assert other.faults.are_waiting


def test_what_fails_while_it_is_changed_leaves_it_as_it_was_here_and_elsewhere(machines: Machines) -> None:
    one, other = (machines.start().cloud.engine for _ in "12")
    one.resources.put(API, "topic", "mine")

    def fail() -> None:
        with one.resources._turn:
            one.resources._held = {}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    one.resources.put(API, "topic", "another")
    other.look()
    for each in (one, other):
        assert {"mine", "another"} < (each.resources.ids(API) or set())


def test_a_whole_state_is_put_for_all(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    one.ask("POST", "/faults", {"api": API, "effect": "throttle", "action": "list", "times": 3})
    one.ask("PUT", "/clock", {"action": "set", "to": 5000})
    one.create()
    state = one.ask("GET", "/state").json
    one.ask("POST", "/reset")
    one.ask("PUT", "/clock", {"action": "reset"})
    assert other.ask("PUT", "/state", state).status == 200
    assert one.ask("GET", "/faults").json == other.ask("GET", "/faults").json
    assert one.cloud.clock.course == other.cloud.clock.course is not None
    assert len(one.ask("GET", "/tasks").json["tasks"]) == len(state["tasks"])


def test_mocks_of_other_apis_do_not_share_a_store(machines: Machines) -> None:
    machines.start()
    with pytest.raises(StoreError, match=f"it is the store of a mock with the APIs {API}, not baidu-bls"):
        machines.start(api="baidu-bls")


def test_a_snapshot_that_one_makes_all_go_back_to(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    one.create()
    before = one.ask("GET", "/state").json
    one.ask("PUT", "/snapshots/full")
    other.ask("PUT", "/snapshots/again")
    other.ask("POST", "/reset")
    other.ask("PUT", "/clock", {"action": "set", "to": 5000})
    other.ask("PUT", "/snapshots/empty")
    other.ask("PUT", "/snapshots/full")
    names = [[each["name"] for each in mock.ask("GET", "/snapshots").json["snapshots"]] for mock in (one, other)]
    assert names == [["full", "again", "empty"]] * 2
    assert one.ask("GET", "/snapshots/again").json == before
    assert other.ask("POST", "/snapshots/again").json["tasks"] == 1
    assert one.ask("GET", "/state").json == before
    assert one.ask("DELETE", "/snapshots/again").status == 200
    assert other.ask("POST", "/snapshots/again").status == 404


def test_snapshots_that_were_kept_before_there_was_a_list_of_them_are_still_there(machines: Machines) -> None:
    one = machines.start()
    for name in "ba":
        one.create()
        one.ask("PUT", f"/snapshots/{name}")
    store, before = machines.opened[0], one.ask("GET", "/snapshots").json
    for number, (name, head) in enumerate(json.loads(store.documents()[SHELF][1]).items()):
        first_line = json.dumps({"number": number, "snapshot": head["snapshot"]}).encode()
        store.put_document(PREFIX + name, first_line + b"\n" + store.documents()[PREFIX + name][1])
    store.put_document(SHELF, None)
    assert one.ask("GET", "/snapshots").json == before
    assert one.ask("POST", "/snapshots/b").json["tasks"] == 1
    one.ask("PUT", "/snapshots/c")
    assert one.ask("DELETE", "/snapshots/b").status == 200
    assert [each["name"] for each in one.ask("GET", "/snapshots").json["snapshots"]] == ["a", "c"]
    assert one.ask("POST", "/snapshots/a").json["tasks"] == 2


def test_to_know_that_nothing_has_changed_costs_one_question(machines: Machines) -> None:
    one = machines.start()
    asked = list[str]()
    store = one.cloud.engine.store
    sharing = one.cloud.engine.sharing
    assert sharing is not None
    sharing._store = Spy(store, asked.append)
    codes(one)
    assert {*asked} == {"revision"}


class Spy:
    """A store that tells what it is asked."""

    def __init__(self, inner: Any, tell: Callable[[str], None]) -> None:
        self._inner, self._tell = inner, tell

    def __getattr__(self, name: str) -> Any:
        self._tell(name)
        return getattr(self._inner, name)
