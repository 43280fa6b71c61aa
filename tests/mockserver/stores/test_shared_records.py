"""Are records the same for all who have a store, whole or not there, and gone when nobody has them any more?"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mockserver.memory import MemoryStore
from mockserver.provisions import change, provisions_of
from mockserver.records.content import PIECE
from mockserver.records.depot import LONGEST
from mockserver.store import Piece, Store
from mockserver.stores.opening import open_store
from tests.mockserver.cloud import START
from tests.mockserver.control_plane import API, Control
from tests.mockserver.records.seeded import HOUR, NOW, TOPIC, Seeded, lines, row
from tests.mockserver.state.test_document import live, state_of
from tests.mockserver.stores.conftest import LASTING
from tests.mockserver.stores.machines import Breaking, Machines, started
from tests.mockserver.stores.races import PATIENCE

ROWS = [row(30, n=1), row(20, n=2), row(10, n="é")]


def listed(control: Control) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = control.ask("GET", "/records").json["records"]
    return found


def load(control: Control, *rows: dict[str, Any], mode: str = "replace") -> None:
    assert control.ask("POST", f"/records?mode={mode}", raw=lines(*rows)).status == 201


def frozen(control: Control) -> Seeded:
    control.ask("PUT", "/clock", {"action": "freeze"})
    return Seeded(control.cloud)


def test_what_one_loads_all_list_and_export(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    mock = frozen(other)
    load(one, *ROWS)
    assert listed(other) == listed(one)
    assert listed(other)[0]["rows"] == 3
    assert mock.rows(Order="asc") == ROWS
    load(other, row(5, n=4), mode="append")
    assert [each["rows"] for each in listed(one)] == [4]
    assert one.ask("DELETE", "/records").json == {"deleted": 1}
    assert listed(other) == []


def test_records_and_the_files_made_of_them_outlive_the_mock(machines: Machines) -> None:
    mock = frozen(machines.start())
    mock.records.generate(3000, api=API, seed=3)
    export = mock.export(Count=10_000, From=NOW - HOUR)
    before = mock.file(export)
    (records,) = mock.records.all()
    machines.opened[0].close()
    again = machines.start()
    assert Seeded(again.cloud).file(export) == before
    assert before.count(b"\n") == 3000
    assert listed(again) == [records]


def test_a_large_set_comes_back_piece_by_piece(machines: Machines) -> None:
    mock, other = frozen(machines.start()), machines.start()
    long = [row(each, text=f"{each} {'x' * 300_000}") for each in range(40)]
    mock.post(lines(*long))
    (pieces,) = [rows for rows, _ in machines.opened[0].pieces().values()]
    assert pieces == 40
    other.cloud.engine.look()
    (found,) = other.cloud.engine.records.all()
    assert found.found.size > 2 * PIECE
    assert [json.loads(each) for each in found.found.lines(None, newest_first=True)] == long


@pytest.mark.parametrize("address", ["memory", *LASTING], indirect=True)
def test_an_export_has_the_records_that_were_there_when_it_was_created_wherever_they_are_kept(store: Store) -> None:
    control = started(store)
    mock = frozen(control)
    load(control, *ROWS)
    export = mock.export(Order="asc")
    load(control, row(1, n=9))
    load(control, row(2, n=8), mode="append")
    assert [json.loads(line) for line in mock.file(export).splitlines()] == ROWS
    assert mock.rows() == [row(1, n=9), row(2, n=8)]


@pytest.mark.parametrize("address", ["memory", *LASTING], indirect=True)
def test_a_bad_line_leaves_everything_as_it_was_wherever_it_is_kept(store: Store) -> None:
    control = started(store)
    load(control, *ROWS)
    before, pieces = listed(control), dict(store.pieces())
    for mode in ("replace", "append"):
        answer = control.ask("POST", f"/records?mode={mode}", raw=lines(*ROWS) + b"\n{bad")
        assert (answer.status, answer.json["error"]["message"][:7]) == (400, "line 4:")
    assert (listed(control), dict(store.pieces())) == (before, pieces)


def test_a_store_that_fails_in_between_has_all_of_a_set_or_nothing(machines: Machines) -> None:
    other = machines.start()
    store = Breaking(open_store(machines.address, PATIENCE))
    machines.opened.append(store.inner)
    one = started(store)
    load(one, *ROWS)
    before = listed(other)
    for left in range(1, 200):
        store.left = left
        answer = one.ask("POST", "/records", raw=lines(row(left, n=left)))
        store.left = 0
        if answer.status == 201:
            break
        assert answer.status == 503
        assert listed(other) == listed(one) == before
    assert listed(other) == listed(one) != before
    assert left > 10
    one.ask("DELETE", "/records")
    assert len(machines.opened[0].pieces()) <= 1  # what could not be forgotten when it was to be


def test_who_fails_to_send_what_another_has_sent_meanwhile_takes_nothing_from_it(machines: Machines) -> None:
    other = machines.start()
    store = Breaking(open_store(machines.address, PATIENCE), "put_piece")
    machines.opened.append(store.inner)
    one = started(store)
    store.left, store.meanwhile = 1, lambda: load(other, *ROWS)
    assert one.ask("POST", "/records", raw=lines(*ROWS)).status == 503
    (found,) = machines.start().cloud.engine.records.all()
    assert [json.loads(line) for line in found.found.lines(None, newest_first=False)] == ROWS


def test_a_state_that_was_not_taken_leaves_no_records_behind(machines: Machines) -> None:
    source = started(MemoryStore())
    load(source, *ROWS)
    store = Breaking(open_store(machines.address, PATIENCE), "load")
    machines.opened.append(store.inner)
    control = started(store)
    store.left = 1
    assert control.ask("PUT", "/state", state_of(source)).status == 503
    assert store.inner.pieces() == {}


def test_records_that_are_replaced_or_forgotten_leave_room(machines: Machines) -> None:
    control = machines.start()
    store, mock = machines.opened[0], frozen(control)
    load(control, *ROWS)
    load(control, row(1, n=9))
    assert [rows for rows, _ in store.pieces().values()] == [1]
    export = mock.export()
    control.ask("DELETE", "/records")
    assert [rows for rows, _ in store.pieces().values()] == [1]  # as the task has them
    control.cloud.call(API, "DeleteExport", ExportId=export)
    control.ask("DELETE", "/records")
    assert store.pieces() == {}


def test_what_somebody_left_half_loaded_is_removed_and_what_somebody_loads_now_is_not(machines: Machines) -> None:
    control, store = machines.start(), machines.opened[0]
    store.put_piece(Piece("left", 0, 1, b"x"), START - LONGEST - 1)
    store.put_piece(Piece("loading", 0, 1, b"x"), START - 1)
    load(control, *ROWS)
    assert "loading" in store.pieces()
    assert "left" not in store.pieces()


def test_two_who_add_at_once_lose_nothing(machines: Machines) -> None:
    mocks = [machines.start(), machines.start()]

    def add(number: int) -> None:
        load(mocks[number % 2], row(number, n=number), mode="append")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, range(24)))
    for each in mocks:
        each.cloud.engine.look()
        (found,) = each.cloud.engine.records.all()
        numbers = [json.loads(line)["n"] for line in found.found.lines(None, newest_first=True)]
        assert numbers == [*range(24)]


def test_a_task_never_gets_records_that_somebody_has_just_replaced(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    load(one, *ROWS)
    other.cloud.engine.look()
    load(one, row(1, n=9))
    records = other.cloud.engine.records  # which has not looked since
    assert records.seed(API, "logs", "1", [TOPIC]) == one.cloud.engine.records.seed(API, "logs", "1", [TOPIC])


def test_lines_that_are_not_those_that_were_put_there_are_no_file(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    load(one, *ROWS)
    export = frozen(one).export()
    store = machines.opened[0]
    (name,) = store.pieces()
    load(one, row(1, n=9))
    found = {each: store.piece(each, 0) for each in store.pieces()}
    (other_piece,) = (each for each_name, each in found.items() if each_name != name)
    assert other_piece is not None
    store.forget_pieces(name, 9)
    store.put_piece(Piece(name, 0, 3, other_piece.content), START)
    other.cloud.wait(60)
    answer = other.cloud.call(API, "DescribeExports", TopicId=TOPIC).json["Response"]
    assert answer["Error"]["Code"] == "InternalError"
    assert export


def test_a_snapshot_keeps_the_records_that_it_needs(machines: Machines) -> None:
    one, other = machines.start(), machines.start()
    live(one)
    before = state_of(one)
    one.ask("PUT", "/snapshots/full")
    other.ask("POST", "/reset")
    other.ask("DELETE", "/records")
    assert len(machines.opened[0].pieces()) == 2
    assert other.ask("GET", "/snapshots/full").json == before
    assert other.ask("POST", "/snapshots/full").status == 200
    assert state_of(one) == state_of(other) == before
    one.ask("POST", "/reset")
    one.ask("DELETE", "/records")
    other.ask("PUT", "/snapshots/full")  # which holds none any more
    assert machines.opened[0].pieces() == {}


def test_what_snapshots_need_is_known_without_reading_them(machines: Machines) -> None:
    machines.start()
    reading = Breaking(machines.opened[0], "documents")
    mock = started(reading)
    live(mock)
    mock.ask("PUT", "/snapshots/full")
    load(mock, *ROWS)
    reading.left = 100  # so that it is counted
    mock.ask("DELETE", "/records")
    assert (reading.left, len(machines.opened[0].pieces())) == (100, 2)


def test_a_state_with_records_goes_from_any_store_to_any_other(tmp_path: Path, database: str) -> None:
    stores = [open_store(each, PATIENCE) for each in ("memory", f"sqlite:///{tmp_path / 'a.db'}", database, "memory")]
    first, *others = (started(each) for each in stores)
    first.ask("PUT", "/clock", {"action": "freeze"})
    live(first)
    state = state_of(first)
    assert [each["current"] for each in state["records"]] == [False, True]
    for each in others:
        assert each.ask("PUT", "/state", state).status == 200
        assert state_of(each) == state
        state = state_of(each)
    for store in stores:
        store.close()


def test_records_from_the_start_are_loaded_once_and_a_reset_goes_back_to_them(machines: Machines) -> None:
    provided = {"records": [{"api": API, "rows": ROWS}, {"api": API, "resource": TOPIC, "generate": {"count": 9}}]}
    one, other = machines.start(provided), machines.start(provided)
    before = listed(one)
    assert [each["rows"] for each in before] == [3, 9]
    other.ask("DELETE", "/records")
    assert listed(machines.start(provided)) == []  # as it was left
    one.ask("POST", "/reset")
    assert listed(other) == before


def test_records_of_a_changed_config_file_are_taken_over_by_whichever_mock_reads_it(machines: Machines) -> None:
    first, second = (provisions_of({"records": [{"api": API, "rows": ROWS[:count]}]}) for count in (1, 2))
    mocks = [machines.start({"records": [*first.records]}) for _ in "12"]
    for each in reversed(mocks):
        change(each.app.extensions["mock"], second)
        assert [[found["rows"] for found in listed(mock)] for mock in mocks] == [[2], [2]]
    assert [rows for rows, _ in machines.opened[0].pieces().values()] == [2]
