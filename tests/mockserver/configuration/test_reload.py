"""Is a changed config file taken over, while all that clients did stays?"""

import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import build
from mockserver.configuration.options import SERVE
from mockserver.configuration.reload import Reload
from mockserver.configuration.source import load, together
from mockserver.control.plane import Plane
from mockserver.control.view import Controls
from mockserver.settings import Settings
from mockserver.store import StoreError
from tests.mockserver.configuration.command import write

API = "huawei-iotda"
MINE = {"key-id": "AKIDMINE", "secret": "SECRETMINE"}
BATCH_TASK = "0123456789abcdef01234567"
START = f"""\
port: 4999
accounts:
- {{key-id: AKIDMINE, secret: SECRETMINE}}
resources:
- {{api: {API}, kind: batch-task, id: {BATCH_TASK}}}
"""


class Running:
    """A mock that runs with a config file, and what it says when that changes."""

    def __init__(
        self, path: Path, pinned: frozenset[str] = frozenset(), additions: dict[str, list[Any]] | None = None
    ) -> None:
        document = load(path, SERVE)
        provisions = together(document, additions or {})
        self.controls: Controls = build(Settings(apis=(API,), provisions=provisions)).extensions["mock"]
        self.path, self.said = path, list[str]()
        self.reload = Reload(document, pinned, self.controls, self.said.append, additions or {})
        self._edits = 0

    def edit(self, text: str) -> list[str]:
        """What is said about the file when it holds another text."""
        self.said.clear()
        self._edits += 1
        self.path.write_text(text)
        os.utime(self.path, ns=(self._edits, self._edits))  # an edit is never within the same moment
        self.reload.look()
        return self.said

    def ask(self, path: str) -> Any:
        return Plane(self.controls).answer("GET", path).value[path[1:]]

    def access_keys(self) -> set[str]:
        return {each["key_id"] for each in self.ask("/accounts")}

    def resources(self) -> set[str]:
        return {each["id"] for each in self.ask("/resources")}


@pytest.fixture
def running(tmp_path: Path) -> Running:
    return Running(write(tmp_path, START))


def test_what_can_change_is_changed(running: Running) -> None:
    said = running.edit(START.replace("AKIDMINE", "AKIDYOURS").replace(BATCH_TASK, "f" * 24))
    assert [line.partition(": ")[2] for line in said] == ["accounts is changed", "resources is changed"]
    assert (running.access_keys() & {"AKIDMINE", "AKIDYOURS"}) == {"AKIDYOURS"}
    assert (running.resources() & {BATCH_TASK, "f" * 24}) == {"f" * 24}


class Lost:
    """The turn of one whose store cannot be reached."""

    def __enter__(self) -> None:
        raise StoreError("no answer")

    def __exit__(self, *_: object) -> None:
        """Nothing was entered."""


def test_a_store_that_cannot_be_reached_is_told_and_a_later_edit_is_taken_over(running: Running) -> None:
    timetables = running.controls.engine.timetables
    timetables.share(Lost())
    edited = START + f"timetables: {{{API}: {{running: 90}}}}\n"
    (said,) = running.edit(edited)
    assert "the store cannot be used: no answer; save the file again" in said
    timetables.share(nullcontext())
    running.edit(edited)
    assert timetables.chosen() == {API: {"running": 90}}


def test_what_flags_provide_outlives_a_change_of_the_file_and_a_reset(tmp_path: Path) -> None:
    flags: dict[str, list[Any]] = {"faults": [{"set": "flaky"}], "records": [{"rows": [{"target": "d"}]}]}
    running = Running(write(tmp_path, START), additions=flags)
    running.edit(f"{START}faults: [{{api: {API}, effect: latency, seconds: 0}}]\n")
    running.controls.engine.reset()
    assert {each["set"] for each in running.ask("/faults")} == {"flaky", ""}
    assert [each["rows"] for each in running.ask("/records")] == [1]
    running.edit(f"{START}records: [{{account: '100000000001', rows: [{{target: e}}]}}]\n")
    assert [each["rows"] for each in running.ask("/records")] == [1, 1]


def test_what_clients_and_tests_did_stays(running: Running) -> None:
    engine = running.controls.engine
    opened = engine.open_account()
    engine.resources.put(API, "batch-task", "a" * 24)
    running.edit(START + f"timetables: {{{API}: {{running: 90}}}}\n")
    assert opened.key.key_id in running.access_keys()
    assert "a" * 24 in running.resources()
    lifecycle = engine.timetables.of(API)
    assert lifecycle is not None
    assert lifecycle.running_seconds == 90


def test_a_reset_brings_back_what_the_file_says_now(running: Running) -> None:
    running.edit(START.replace(BATCH_TASK, "f" * 24))
    running.controls.engine.reset()
    assert (running.resources() & {BATCH_TASK, "f" * 24}) == {"f" * 24}


def test_a_resource_that_leaves_the_file_is_what_the_documents_name_again(tmp_path: Path) -> None:
    batch_task = "5f433ce0c24389024365fdfa"
    missing = f"resources: [{{api: {API}, kind: batch-task, id: {batch_task}, condition: unfinished}}]\n"
    running = Running(write(tmp_path, "seed: 1\n"))
    before = running.ask("/resources")
    conditions = running.controls.engine.specs[API].resources["batch-task"].conditions
    condition = next(name for name in conditions if name)
    running.edit(missing.replace("unfinished", condition))
    assert running.ask("/resources") != before
    running.edit("seed: 1\n")
    assert running.ask("/resources") == before


def test_faults_that_leave_the_file_are_taken_back_and_the_others_stay(running: Running) -> None:
    faults = running.controls.engine.faults
    fault = f"{{api: {API}, code: IOTDA.000020}}"
    running.edit(START + f"faults: [{fault}, {{set: flaky}}]\n")
    faults.add({"api": API, "code": "IOTDA.000006"})
    (first, *_) = running.ask("/faults")
    running.edit(START + f"faults: [{fault}, {{api: {API}, effect: reset}}]\n")
    found = running.ask("/faults")
    assert [each.get("code", each["effect"]) for each in found] == ["IOTDA.000020", "IOTDA.000006", "reset"]
    assert found[0] == first
    running.edit(START)
    assert [each["code"] for each in running.ask("/faults")] == ["IOTDA.000006"]


def test_a_fault_of_the_file_that_a_test_took_back_stays_away_until_a_reset(running: Running) -> None:
    fault = START + f"faults: [{{api: {API}, code: IOTDA.000020}}]\n"
    running.edit(fault)
    running.controls.engine.faults.clear()
    running.edit(fault + f"timetables: {{{API}: {{running: 90}}}}\n")
    assert running.ask("/faults") == []
    running.controls.engine.reset()
    assert [each["code"] for each in running.ask("/faults")] == ["IOTDA.000020"]
    running.edit(START)
    assert running.ask("/faults") == []


def test_only_what_changed_in_the_file_is_applied(running: Running) -> None:
    rows = f"records: [{{api: {API}, rows: [{{target: a}}]}}"
    running.edit(START + rows + "]\n")
    plane = Plane(running.controls)
    engine = running.controls.engine
    condition = next(name for name in engine.specs[API].resources["batch-task"].conditions if name)
    engine.resources.put(API, "batch-task", BATCH_TASK, condition)
    plane.answer("POST", "/records", {"api": API}, b'{"target": "mine"}\n{"target": "mine"}\n')
    other = f"{{api: {API}, account: '100000000001', rows: [{{target: b}}]}}"
    more = START.replace("resources:", f"resources:\n- {{api: {API}, kind: batch-task, id: {'f' * 24}}}")
    running.edit(more + rows + f", {other}]\n")
    assert engine.resources.condition(API, "batch-task", BATCH_TASK) == condition
    assert "f" * 24 in running.resources()
    assert [(each["account"], each["rows"]) for each in running.ask("/records")] == [("", 2), ("100000000001", 1)]
    engine.reset()
    assert engine.resources.condition(API, "batch-task", BATCH_TASK) == ""
    assert [(each["account"], each["rows"]) for each in running.ask("/records")] == [("", 1), ("100000000001", 1)]


def test_records_of_an_account_leave_with_it(running: Running) -> None:
    mine = START.replace("secret: SECRETMINE", "secret: SECRETMINE, number: '7'")
    running.edit(mine + f"records: [{{api: {API}, account: '7', rows: [{{target: a}}]}}]\n")
    assert [each["account"] for each in running.ask("/records")] == ["7"]
    running.edit(START)
    assert running.ask("/records") == []


def test_records_in_the_file_take_the_place_of_those_before_and_what_was_loaded_stays(running: Running) -> None:
    entry = f"{{api: {API}, resource: {BATCH_TASK}, rows: [{{target: a}}]}}"
    running.edit(START + f"records: [{entry}]\n")
    Plane(running.controls).answer("POST", "/records", {"api": API}, b'{"target": "mine"}\n')
    said = running.edit(START + f"records: [{entry}, {entry}]\n")
    assert [line.partition(": ")[2] for line in said] == ["records is changed"]
    assert [(each["resource"], each["rows"]) for each in running.ask("/records")] == [("", 1), (BATCH_TASK, 2)]
    running.edit(START)
    assert [each["resource"] for each in running.ask("/records")] == [""]
    running.controls.engine.reset()
    assert running.ask("/records") == []


def test_that_every_resource_exists_can_be_changed(running: Running) -> None:
    running.edit(START + "any-resource: true\n")
    assert running.controls.engine.resources.condition(API, "batch-task", "e" * 24) == ""
    running.edit(START)
    assert running.controls.engine.resources.condition(API, "batch-task", "e" * 24) == "missing"


def test_what_cannot_change_is_said_to_need_a_restart(running: Running) -> None:
    assert running.edit(START.replace("4999", "5000")) == [f"{running.path}: port needs a restart to change"]


def test_what_a_flag_decides_is_not_changed(tmp_path: Path) -> None:
    running = Running(write(tmp_path, START), frozenset({"any-resource"}))
    assert running.edit(START + "any-resource: true\n") == []
    assert running.controls.engine.resources.condition(API, "batch-task", "e" * 24) == "missing"


@pytest.mark.parametrize(
    "broken",
    [
        START.replace("port", "prot"),
        START + "faults: [{api: nowhere, code: x}]\n",
        START.replace("AKIDMINE", "AKIDEXAMPLE"),
        "{",
    ],
    ids=["name", "fault", "account", "yaml"],
)
def test_a_file_that_is_no_good_changes_nothing(running: Running, broken: str) -> None:
    (line,) = running.edit(broken.replace(BATCH_TASK, "f" * 24))
    assert line.startswith(f"{running.path}:")
    assert line.endswith("; the settings stay as they were")
    assert "AKIDMINE" in running.access_keys()
    assert BATCH_TASK in running.resources()
    assert len(running.edit(START.replace(BATCH_TASK, "f" * 24))) == 1
    assert "f" * 24 in running.resources()


def test_a_file_that_is_gone_for_a_moment_is_waited_for(running: Running) -> None:
    running.path.unlink()
    running.reload.look()
    assert running.said == []
    assert running.edit(START.replace("4999", "5000")) != []


def test_a_file_that_did_not_change_is_not_read_again(running: Running) -> None:
    running.reload.look()
    assert running.said == []
