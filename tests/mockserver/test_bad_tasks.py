"""What answers a request about a task that is not there, or that is not yet, or no longer, what it has to be?"""

from typing import Any

import pytest

from mockserver.accounts import FIRST, SECOND
from openapi.model import Action, Phase
from tests.mockserver.cloud import Cloud, assert_refused, code_of, operations, specs

PROJECT = FIRST.project
ABOUT_A_TASK = operations(Action.SHOW, Action.LINK, Action.DOWNLOAD, Action.DELETE)
REFUSING = [
    pytest.param(o.api, o.id, phase, reason, id=f"{o.api}/{o.id}/{phase}")
    for spec in specs().values()
    for o in spec.operations.values()
    for phase, (reason, _) in o.phase_refusals.items()
]
NOT_THERE = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "export_id": "999",
    "export_task_id": "0" * 24,
    "task_id": "0" * 32,
    "task_ids": ["0" * 32],
    "ExportId": "00000000-0000-4000-8000-000000000000",
    "file_name": "log_1.tar.gz",
}


@pytest.mark.parametrize(("api", "operation"), ABOUT_A_TASK)
def test_an_unknown_task_is_refused_or_ignored_as_the_spec_says(cloud: Cloud, api: str, operation: str) -> None:
    arguments = cloud.ready(api, operation)
    unknown = {name: value for name, value in NOT_THERE.items() if name in arguments}
    assert unknown
    answer = cloud.call(api, operation, **(arguments | unknown))
    _assert_missing(cloud, answer, api, operation)


@pytest.mark.parametrize(("api", "operation"), ABOUT_A_TASK)
def test_a_deleted_task_is_as_unknown_as_any(cloud: Cloud, api: str, operation: str) -> None:
    arguments = cloud.ready(api, operation)
    cloud.engine.inspection.delete_task(cloud.engine.inspection.tasks(api)[0]["id"])
    _assert_missing(cloud, cloud.call(api, operation, **arguments), api, operation)


@pytest.mark.parametrize(("api", "operation"), ABOUT_A_TASK)
def test_the_task_of_another_account_is_as_unknown_as_any(cloud: Cloud, api: str, operation: str) -> None:
    arguments = cloud.ready(api, operation)
    if "project_id" in arguments:
        arguments["project_id"] = SECOND.project
    _assert_missing(cloud, cloud.call(api, operation, SECOND, **arguments), api, operation)


@pytest.mark.parametrize(("api", "operation"), operations(Action.DELETE))
def test_a_second_delete_is_that_of_an_unknown_task(cloud: Cloud, api: str, operation: str) -> None:
    arguments = cloud.ready(api, operation)
    cloud.call(api, operation, **arguments)
    _assert_missing(cloud, cloud.call(api, operation, **arguments), api, operation)


@pytest.mark.parametrize(("api", "operation", "phase", "reason"), REFUSING)
def test_a_task_in_a_phase_that_the_operation_does_not_take_is_refused(
    cloud: Cloud, api: str, operation: str, phase: Phase, reason: str
) -> None:
    if phase not in (specs()[api].lifecycle.words):  # type: ignore[union-attr]
        pytest.skip("the provider has no word for the phase")
    arguments = cloud.ready(api, operation)
    task_id = cloud.engine.inspection.tasks(api)[0]["id"]
    cloud.engine.inspection.put_task(task_id, {"phase": phase})
    assert_refused(cloud.call(api, operation, **arguments), api, operation, reason)
    assert cloud.engine.inspection.tasks(api)[0]["phase"] == phase


def test_nothing_is_deleted_when_one_of_several_is_refused() -> None:
    reading = {"huawei-workspace/delete-unfinished": "refused"}
    cloud = _with_readings(reading)
    finished = cloud.finished("huawei-workspace")["id"]
    young = cloud.example("huawei-workspace", "ExportUsersNew").json["task_id"]
    delete = {"project_id": PROJECT, "task_ids": [finished, young]}
    answer = cloud.call("huawei-workspace", "DeleteExportTasks", **delete)
    assert answer.status >= 400
    assert [task["id"] for task in cloud.engine.inspection.tasks()] == [finished, young]
    cloud.wait(60)
    assert cloud.call("huawei-workspace", "DeleteExportTasks", **delete).status == 200
    assert cloud.engine.inspection.tasks() == []


def test_a_batch_delete_passes_over_what_is_not_there(cloud: Cloud) -> None:
    task_id = cloud.finished("huawei-workspace")["id"]
    ids = ["0" * 32, task_id]
    assert cloud.call("huawei-workspace", "DeleteExportTasks", project_id=PROJECT, task_ids=ids).status == 200
    assert cloud.engine.inspection.tasks() == []


def test_a_batch_delete_deletes_nothing_of_others(cloud: Cloud) -> None:
    task_id = cloud.finished("huawei-workspace")["id"]
    cloud.call("huawei-workspace", "DeleteExportTasks", SECOND, project_id=SECOND.project, task_ids=[task_id])
    assert [task["id"] for task in cloud.engine.inspection.tasks()] == [task_id]


def test_a_task_belongs_to_the_server_that_it_was_made_for(cloud: Cloud) -> None:
    arguments = cloud.ready("huawei-clouddc", "ShowLogsExportStatus")
    cloud.engine.resources.put("huawei-clouddc", "server", "srv-9")
    answer = cloud.call("huawei-clouddc", "ShowLogsExportStatus", **(arguments | {"id": "srv-9"}))
    assert_refused(answer, "huawei-clouddc", "ShowLogsExportStatus", "task-missing")


@pytest.mark.parametrize(
    ("api", "operation", "expected"),
    [
        ("tencent-cls", "DeleteExport", ("ResourceNotFound.ExportNotExist", 200)),
        ("baidu-bls", "DescribeDownloadTask", ("DownloadTaskNotFound", 404)),
        ("baidu-bls", "GetDownloadedFile", ("NoSuchKey", 404)),
        ("huawei-iotda", "DeleteExportTask", ("IOTDA.014300", 404)),
        ("huawei-workspace", "DownloadExportFile", ("WKS.00990001", 400)),
    ],
)
def test_the_codes_are_those_of_the_pages(cloud: Cloud, api: str, operation: str, expected: tuple[str, int]) -> None:
    arguments = cloud.ready(api, operation)
    cloud.engine.store.reset()
    answer = cloud.call(api, operation, **arguments)
    assert (code_of(answer, specs()[api]), answer.status) == expected


def _with_readings(readings: dict[str, str]) -> Cloud:
    from openapi.loader import load_all
    from tests.mockserver.cloud import start

    return start(load_all(choices=readings))


def _assert_missing(cloud: Cloud, answer: Any, api: str, operation: str) -> None:
    found = cloud.operation(api, operation)
    if found.missing == "refuse":
        assert cloud.last().reason == "task-missing"
        assert_refused(answer, api, operation, "task-missing")
    else:
        assert answer.status == found.success.status
