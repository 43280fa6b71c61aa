"""Can tasks be seen, changed and removed from outside?"""

from typing import Any

import pytest

from mockserver.accounts import SECOND
from mockserver.memory import MemoryStore
from mockserver.task import Task
from tests.mockserver.cloud import START, specs
from tests.mockserver.cloud import start as start_cloud
from tests.mockserver.control_plane import API, Control, start


@pytest.fixture
def control() -> Control:
    return start()


def test_a_task_is_shown_by_its_id(control: Control) -> None:
    task_id = control.create()
    task = control.ask("GET", f"/tasks/{task_id}").json
    assert (task["id"], task["api"], task["phase"], task["created"]) == (task_id, API, "queued", START)


def test_the_list_holds_the_tasks_of_all_accounts(control: Control) -> None:
    control.create()
    control.cloud.example(API, "CreateExport", SECOND)
    tasks = control.ask("GET", "/tasks").json["tasks"]
    assert len({task["account"] for task in tasks}) == 2


def test_the_list_can_be_that_of_one_account(control: Control) -> None:
    control.create()
    control.cloud.example(API, "CreateExport", SECOND)
    tasks = control.ask("GET", f"/tasks?account={SECOND.number}").json["tasks"]
    assert [task["account"] for task in tasks] == [SECOND.number]


def test_a_task_of_numbers_beyond_64_bits_is_shown() -> None:
    cloud = start_cloud({"huawei-clouddc": specs()["huawei-clouddc"]})
    cloud.example("huawei-clouddc", "ExportServerLogs", unheard_of=10**30)
    (task,) = Control(cloud.app, cloud).ask("GET", "/tasks").json["tasks"]
    assert task["arguments"]["unheard_of"] == 10**30


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_tasks_of_an_unknown_api_or_account_are_not_just_none(control: Control, method: str) -> None:
    assert control.refused(method, "/tasks?api=nobodys") == ("api: there is no 'nobodys'", [API])
    message, valid = control.refused(method, f"/tasks?api={API}&account=nobodys")
    assert message == "account: there is no 'nobodys'"
    assert SECOND.number in valid


def test_a_task_can_be_made_to_fail(control: Control) -> None:
    task_id = control.create()
    changes = {"outcome": "failed", "failure": {"code": "1", "message": "disk full"}}
    assert control.ask("PUT", f"/tasks/{task_id}", changes).json["outcome"] == "failed"
    control.cloud.wait(60)
    assert control.ask("GET", f"/tasks/{task_id}").json["phase"] == "failed"


@pytest.mark.parametrize("phase", ["queued", "running", "succeeded", "failed", "expired"])
def test_a_task_can_be_put_into_any_phase(control: Control, phase: str) -> None:
    assert control.ask("PUT", f"/tasks/{control.create()}", {"phase": phase}).json["phase"] == phase


@pytest.mark.parametrize(
    ("changes", "valid"),
    [
        ({"phase": "done"}, ["queued", "running", "succeeded", "failed", "expired"]),
        ({"outcome": "expired"}, ["succeeded", "failed"]),
        ({"phases": "failed"}, ["outcome", "phase", "ends", "expired", "failure"]),
        ({}, ["outcome", "phase", "ends", "expired", "failure"]),
        ({"ends": "soon"}, []),
        ({"expired": 1}, []),
        ({"failure": {"text": "x"}}, ["code", "message"]),
        ([], ["outcome", "phase", "ends", "expired", "failure"]),
    ],
    ids=str,
)
def test_a_change_that_is_not_understood_changes_nothing(control: Control, changes: Any, valid: Any) -> None:
    task_id = control.create()
    before = control.ask("GET", f"/tasks/{task_id}").json
    assert control.refused("PUT", f"/tasks/{task_id}", changes)[1] == valid
    assert control.ask("GET", f"/tasks/{task_id}").json == before


def test_a_task_can_be_removed(control: Control) -> None:
    task_id = control.create()
    assert control.ask("DELETE", f"/tasks/{task_id}").json == {"deleted": 1}
    assert control.ask("GET", "/tasks").json == {"tasks": []}


def test_the_tasks_of_one_api_can_be_removed_together(control: Control) -> None:
    control.create()
    control.create()
    assert control.ask("DELETE", f"/tasks?api={API}&account={SECOND.number}").json == {"deleted": 0}
    assert control.ask("DELETE", f"/tasks?api={API}").json == {"deleted": 2}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_task_that_does_not_exist_is_not_found(control: Control, method: str) -> None:
    answer = control.ask(method, "/tasks/nobody's", {"expired": True} if method == "PUT" else None)
    assert answer.status == 404
    assert "nobody's" in answer.json["error"]["message"]


def test_an_unknown_filter_is_refused(control: Control) -> None:
    message, valid = control.refused("GET", "/tasks?apis=x")
    assert "apis" in message
    assert valid == ["api", "account", "phase", "search", "order", "offset", "limit"]


class Hasty(MemoryStore):
    """Whose tasks are deleted by their owners as soon as they are listed."""

    def all_tasks(self) -> list[Task]:
        found = super().all_tasks()
        for task in found[:1]:
            with self.holdings(task.api, task.account) as holdings:
                holdings.remove(task.id)
        return found


def test_a_task_that_its_owner_deletes_meanwhile_is_not_counted() -> None:
    control = start(store=Hasty())
    control.create()
    control.create()
    assert control.ask("DELETE", "/tasks").json == {"deleted": 1}
