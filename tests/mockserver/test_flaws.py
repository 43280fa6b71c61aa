"""Do tasks live as badly as they were asked to?"""

from typing import Any

import pytest

from mockserver.accounts import FIRST
from openapi import binding
from openapi.model import Action, Phase
from tests.mockserver.cloud import LONG_ENOUGH, Cloud, code_of, operations, specs
from tests.mockserver.files.exports import untarred

CREATES = operations(Action.CREATE)
CLS, BLS, IOTDA = "tencent-cls", "baidu-bls", "huawei-iotda"


DOWNLOAD = next(each.id for each in specs()[CLS].operations.values() if each.action is Action.DOWNLOAD)


def spoil(cloud: Cloud, api: str, operation: str, effect: str, **members: Any) -> None:
    cloud.engine.faults.add({"api": api, "operation": operation, "effect": effect, **members})


def shown(cloud: Cloud, api: str) -> dict[str, Any]:
    """The newest task, as whoever runs the mock sees it."""
    return dict(cloud.engine.inspection.tasks(api)[-1])


def link(cloud: Cloud) -> str:
    """Where the only export's file is."""
    return str(cloud.example(CLS, "DescribeExports").json["Response"]["Exports"][0]["CosPath"])


@pytest.mark.parametrize(("api", "operation"), CREATES)
def test_a_stuck_task_runs_without_end_and_can_be_released(cloud: Cloud, api: str, operation: str) -> None:
    spoil(cloud, api, operation, "stuck", at=40)
    assert cloud.example(api, operation).status == cloud.operation(api, operation).success.status
    lifecycle = specs()[api].lifecycle
    assert lifecycle is not None
    cloud.wait(100 * LONG_ENOUGH)
    low, high = lifecycle.progress
    found = shown(cloud, api)
    assert (found["phase"], found["ends"], found["flaw"]) == ("running", None, "stuck")
    assert found["progress"] == low + int((high - low) * 0.4)
    assert [
        answer
        for each in specs()[api].operations.values()
        if each.action is Action.LIST and (answer := cloud.example(api, each.id)).status != each.success.status
    ] == []
    assert cloud.engine.inspection.put_task(found["id"], {"phase": Phase.SUCCEEDED})["phase"] == "succeeded"


def test_stuck_tasks_occupy_their_quota(cloud: Cloud) -> None:
    spoil(cloud, CLS, "CreateExport", "stuck")
    cloud.example(CLS, "CreateExport")
    cloud.example(CLS, "CreateExport")
    cloud.wait(LONG_ENOUGH)
    with cloud.engine.store.holdings(CLS, FIRST.number) as holdings:
        assert holdings.count_unfinished(cloud.clock.now()) == 1


def test_a_slow_task_takes_so_many_times_as_long(cloud: Cloud) -> None:
    cloud.example(CLS, "CreateExport")
    usual = shown(cloud, CLS)
    spoil(cloud, CLS, "CreateExport", "slow", factor=5)
    cloud.example(CLS, "CreateExport")
    slow = shown(cloud, CLS)
    assert slow["ends"] - slow["created"] == 5 * (usual["ends"] - usual["created"])
    assert slow["expires"] - slow["ends"] == usual["expires"] - usual["ends"]


def test_a_task_fails_with_a_documented_reason(cloud: Cloud) -> None:
    code = next(each.code for each in specs()[BLS].error_codes if each.belongs_to("CreateDownloadTask"))
    spoil(cloud, BLS, "CreateDownloadTask", "fails", code=code, message="no room left")
    uuid = cloud.example(BLS, "CreateDownloadTask").json["result"]["uuid"]
    cloud.wait(LONG_ENOUGH)
    task = cloud.call(BLS, "DescribeDownloadTask", uuid=uuid).json["result"]["task"]
    assert (task["state"], task["failedCode"], task["failedMessage"]) == ("FAILED", code, "no room left")


def test_a_file_without_rows_agrees_with_its_task(cloud: Cloud) -> None:
    spoil(cloud, CLS, "CreateExport", "zero-rows")
    cloud.example(CLS, "CreateExport", Format="json")
    cloud.wait(LONG_ENOUGH)
    export = cloud.example(CLS, "DescribeExports").json["Response"]["Exports"][0]
    answer = cloud.follow(export["CosPath"])
    assert (answer.status, len(answer.body)) == (200, export["FileSize"])
    assert untarred(answer.body)[1] == b""


def test_a_file_that_is_gone_is_refused_as_documented(cloud: Cloud) -> None:
    spoil(cloud, CLS, "CreateExport", "file-gone")
    cloud.example(CLS, "CreateExport")
    cloud.wait(LONG_ENOUGH)
    answer = cloud.follow(link(cloud))
    entry = specs()[CLS].error_code(DOWNLOAD, "file-gone")
    assert (answer.status, code_of(answer, specs()[CLS])) == (entry.status, entry.code)


def test_a_link_has_expired_when_it_is_given(cloud: Cloud) -> None:
    spoil(cloud, CLS, "CreateExport", "link-expired")
    cloud.example(CLS, "CreateExport")
    cloud.wait(LONG_ENOUGH)
    answer = cloud.follow(link(cloud))
    assert answer.status == specs()[CLS].error_code(DOWNLOAD, "link-expired").status
    assert cloud.last().reason == "link-expired"


@pytest.mark.parametrize(("api", "operation"), CREATES)
def test_a_task_that_nobody_sees_yet_is_seen_later(cloud: Cloud, api: str, operation: str) -> None:
    cloud.example(api, operation)  # one that is always seen
    spoil(cloud, api, operation, "invisible", seconds=3)
    cloud.example(api, operation)
    before = lists(cloud, api)
    cloud.wait(3)
    after = lists(cloud, api)
    assert [later - sooner for sooner, later in zip(before, after, strict=True)] == [1] * len(before)


def lists(cloud: Cloud, api: str) -> list[int]:
    """How many tasks each list shows."""
    counts = []
    for each in specs()[api].operations.values():
        if each.action is Action.LIST:
            found = binding.read(each.success.schema or {}, cloud.example(api, each.id).json)
            counts.append(len(next((value for value in found.values() if isinstance(value, list)), [])))
    return counts


def test_an_invisible_task_is_not_shown_either(cloud: Cloud) -> None:
    spoil(cloud, BLS, "CreateDownloadTask", "invisible", seconds=3)
    uuid = cloud.example(BLS, "CreateDownloadTask").json["result"]["uuid"]
    assert cloud.call(BLS, "DescribeDownloadTask", uuid=uuid).status == 404
    cloud.wait(3)
    assert cloud.call(BLS, "DescribeDownloadTask", uuid=uuid).status == 200


def test_progress_falls_once_and_rises_to_the_end(cloud: Cloud) -> None:
    spoil(cloud, IOTDA, "CreateExportTask", "regress", at=50, to=10)
    cloud.example(IOTDA, "CreateExportTask")
    task = shown(cloud, IOTDA)
    cloud.wait(task["starts"] - task["created"])
    seen = [shown(cloud, IOTDA)["progress"]]
    for _ in range(10):
        cloud.wait((task["ends"] - task["starts"]) / 10)
        seen.append(shown(cloud, IOTDA)["progress"])
    falls = [index for index in range(10) if seen[index + 1] < seen[index]]
    assert falls == [4], seen
    assert (seen[5], seen[-1]) == (10, 100)


def test_two_tasks_have_the_same_id_but_only_where_there_is_one_before(cloud: Cloud) -> None:
    spoil(cloud, CLS, "CreateExport", "duplicate-id")
    ids = [cloud.example(CLS, "CreateExport").json["Response"]["ExportId"] for _ in range(3)]
    assert ids[0] == ids[1] != ids[2]
    shown_ids = [each["ExportId"] for each in cloud.example(CLS, "DescribeExports").json["Response"]["Exports"]]
    assert sorted(shown_ids) == sorted(ids)
    assert cloud.engine.faults.all()[0]["spent"]


def test_the_same_id_is_that_of_the_newest_before_it(cloud: Cloud) -> None:
    ids = [cloud.example(CLS, "CreateExport").json["Response"]["ExportId"] for _ in range(2)]
    spoil(cloud, CLS, "CreateExport", "duplicate-id")
    assert cloud.example(CLS, "CreateExport").json["Response"]["ExportId"] == ids[1]


def test_the_same_id_is_not_that_of_a_task_which_it_replaces(cloud: Cloud) -> None:
    api = "huawei-iotda"
    cloud.engine.resources.put(api, "application", "other")
    first = cloud.example(api, "CreateExportTask", app_id="other").json["export_task_id"]
    replaced = cloud.example(api, "CreateExportTask").json["export_task_id"]
    spoil(cloud, api, "CreateExportTask", "duplicate-id")
    assert cloud.example(api, "CreateExportTask").json["export_task_id"] == first != replaced


def test_every_answer_about_a_spoilt_task_names_its_fault(cloud: Cloud) -> None:
    spoil(cloud, CLS, "CreateExport", "zero-rows")
    cloud.example(CLS, "CreateExport")
    (fault,) = cloud.last().fault
    assert fault.startswith("zero-rows-")
    cloud.example(CLS, "DescribeExports")
    assert cloud.last().fault == (fault,)


def test_a_fault_of_a_task_that_is_refused_waits_for_the_next(cloud: Cloud) -> None:
    spoil(cloud, CLS, "CreateExport", "stuck")
    missing = "00000000-3025-4048-b81a-dd436373062e"
    read_ = cloud.example(CLS, "CreateExport", TopicId=missing)
    assert code_of(read_, specs()[CLS]).startswith("ResourceNotFound")
    assert cloud.engine.faults.all()[0]["met"] == 0
