"""Is a state taken as a whole or not at all, wherever a mock is when its store fails?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mockserver.memory import MemoryStore
from mockserver.store import Store
from mockserver.stores.opening import open_store
from mockserver.stores.sql import SqlStore
from mockserver.stores.sqlite import SqliteDatabase
from tests.mockserver.control_plane import API, TOPIC, Control
from tests.mockserver.records.seeded import lines, row
from tests.mockserver.state.test_document import live, state_of
from tests.mockserver.stores.machines import Breaking, Machines, started
from tests.mockserver.stores.races import PATIENCE
from tests.mockserver.stores.test_trouble import full


def lived() -> dict[str, Any]:
    """A state that has something everywhere, and other things than `other_life`."""
    control = started(MemoryStore())
    control.ask("PUT", "/clock", {"action": "freeze"})
    live(control)
    return state_of(control)


def other_life(control: Control) -> None:
    control.ask("PUT", "/clock", {"action": "freeze"})
    control.ask("POST", "/records", raw=lines(row(7, n=7)))
    control.ask("POST", "/faults", {"api": API, "effect": "throttle", "action": "list", "after": 5})
    control.ask("POST", "/resources", {**TOPIC, "id": "yours"})
    control.ask("POST", "/accounts", {})
    control.create()


def breaks(control: Control, store: Breaking, state: dict[str, Any]) -> int:
    """After how many calls to the store the state was taken, having been refused as a whole with fewer."""
    before = state_of(control)
    for left in range(1, 200):
        store.left = left
        answer = control.ask("PUT", "/state", state)
        store.left = 0
        if answer.status == 200:
            assert state_of(control) == state
            return left
        assert answer.status == 503
        assert state_of(control) == before
    raise AssertionError("it never ended")


def test_a_store_that_fails_in_between_leaves_the_state_that_there_was(store: Store) -> None:
    breaking = Breaking(store, "load", "put_document", "forget_pieces", "put_piece")
    control = started(breaking)
    other_life(control)
    assert breaks(control, breaking, lived()) > (10 if store.is_shared else 1)


def test_nobody_who_has_the_store_sees_anything_of_a_state_that_was_not_taken(machines: Machines) -> None:
    other = machines.start()
    breaking = Breaking(open_store(machines.address, PATIENCE), "put_document", "load")
    machines.opened.append(breaking.inner)
    control = started(breaking)
    other_life(control)
    before, state = state_of(other), lived()
    for left in (1, 4, 8):
        breaking.left = left
        assert control.ask("PUT", "/state", state).status == 503
        assert state_of(other) == before
    assert control.ask("PUT", "/state", state).status == 200
    assert state_of(other) == state


def test_a_disk_that_becomes_full_in_between_leaves_the_state_that_there_was(tmp_path: Path) -> None:
    file = SqliteDatabase(tmp_path / "mock.db", PATIENCE)
    control = started(SqlStore(file))
    other_life(control)
    state = lived()
    task = state["tasks"][0]
    state["tasks"] = [{**task, "id": f"{number}", "file_name": f"{number}"} for number in range(2000)]
    before = state_of(control)
    with full(file):
        answer = control.ask("PUT", "/state", state)
    assert (answer.status, "full" in answer.json["error"]["message"]) == (503, True)
    assert state_of(control) == before
    assert control.ask("PUT", "/state", state).status == 200
    assert len(state_of(control)["tasks"]) == 2000
    file.close()


def test_a_snapshot_is_gone_back_to_as_a_whole_or_not_at_all(machines: Machines) -> None:
    breaking = Breaking(open_store(machines.address, PATIENCE), "put_document", "load")
    machines.opened.append(breaking.inner)
    control = started(breaking)
    other_life(control)
    control.ask("PUT", "/snapshots/seeded")
    control.ask("DELETE", "/records")
    control.ask("POST", "/resources", {**TOPIC, "id": "new"})
    before = state_of(control)
    breaking.left = 2
    assert control.ask("POST", "/snapshots/seeded").status == 503
    assert state_of(control) == before
    breaking.left = 0
    assert control.ask("POST", "/snapshots/seeded").status == 200
    assert state_of(control) != before


def test_an_account_is_closed_with_all_it_holds_or_stays(machines: Machines) -> None:
    breaking = Breaking(open_store(machines.address, PATIENCE))
    machines.opened.append(breaking.inner)
    mock = started(breaking)
    number = mock.ask("POST", "/accounts", {}).json["number"]
    account = mock.cloud.engine.accounts.by_number(number)
    assert account is not None
    assert "Error" not in mock.cloud.example(API, "CreateExport", account).json["Response"]
    before = mock.ask("GET", "/accounts").json, mock.ask("GET", "/tasks").json
    breaking.names, breaking.left = ("forget",), 1
    assert mock.ask("DELETE", f"/accounts?account={number}").status == 503
    assert (mock.ask("GET", "/accounts").json, mock.ask("GET", "/tasks").json) == before
    assert mock.ask("DELETE", f"/accounts?account={number}").status == 200
    assert mock.ask("GET", "/tasks").json == {"tasks": []}
