"""Does a list hold the tasks that were asked for, in the order, on the page and with the total that its spec says?"""

from pathlib import Path
from typing import Any

import pytest

from mockserver.accounts import FIRST
from openapi.document import patch
from openapi.loader import load_all, spec_of
from tests.mockserver.cloud import Cloud, assert_refused, specs, start

PROJECT = FIRST.project
TOPIC = "ee20bb16-3025-4048-b81a-dd436373062e"
OTHER_TOPIC = "ee20bb16-3025-4048-b81a-dd4363730000"
HUGE = 2**63 - 1


@pytest.fixture
def workspace(cloud: Cloud) -> Cloud:
    """Three tasks: one expired, one finished and fetched, one just created."""
    cloud.example("huawei-workspace", "ExportUsersNew")
    cloud.wait(604_800)
    second = cloud.example("huawei-workspace", "ExportUserGroupsNew").json["task_id"]
    cloud.wait(60)
    cloud.call("huawei-workspace", "DownloadExportFile", project_id=PROJECT, task_id=second)
    cloud.example("huawei-workspace", "ExportHostsDetail", changes_since=None)
    return cloud


def listed(cloud: Cloud, **arguments: Any) -> list[str]:
    """The statuses of the tasks of a list."""
    answer = cloud.call("huawei-workspace", "ListExportTasks", project_id=PROJECT, **arguments)
    assert answer.status == 200, answer
    assert answer.json["count"] >= len(answer.json["export_tasks"])
    return [task["status"] for task in answer.json["export_tasks"]]


def test_all_tasks_are_listed_when_nothing_is_asked_for(workspace: Cloud) -> None:
    assert listed(workspace) == ["EXPIRED", "SUCCESS", "CREATING"]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"status": "SUCCESS"}, ["SUCCESS"]),
        ({"status": "FAIL"}, []),
        ({"is_download": True}, ["SUCCESS"]),
        ({"is_download": False}, ["EXPIRED", "CREATING"]),
        ({"file_name": "nothing"}, []),
        ({"task_id": "0" * 32}, []),
        ({"sort_field": "create_time", "sort_type": "DESC"}, ["CREATING", "SUCCESS", "EXPIRED"]),
        ({"sort_field": "create_time", "sort_type": "ASC"}, ["EXPIRED", "SUCCESS", "CREATING"]),
        ({"limit": 1}, ["EXPIRED"]),
        ({"limit": 1, "offset": 2}, ["CREATING"]),
        ({"limit": 1, "offset": 3}, []),
        ({"status": "SUCCESS", "is_download": False}, []),
    ],
)
def test_a_list_holds_what_was_asked_for(workspace: Cloud, arguments: dict[str, Any], found: list[str]) -> None:
    assert listed(workspace, **arguments) == found


@pytest.mark.parametrize("name", ["file_name", "task_id"])
def test_a_task_is_found_by_what_the_list_shows_of_it(workspace: Cloud, name: str) -> None:
    tasks = workspace.call("huawei-workspace", "ListExportTasks", project_id=PROJECT).json["export_tasks"]
    found = workspace.call("huawei-workspace", "ListExportTasks", project_id=PROJECT, **{name: tasks[1][name]}).json
    assert found["export_tasks"] == [tasks[1]]


def test_the_end_of_an_unfinished_task_is_not_given_and_sorts_first(workspace: Cloud) -> None:
    tasks = workspace.call("huawei-workspace", "ListExportTasks", project_id=PROJECT).json["export_tasks"]
    assert ["end_time" in task for task in tasks] == [True, True, False]


def test_the_total_counts_what_matches_or_everything_as_the_reading_says(workspace: Cloud) -> None:
    asked = {"project_id": PROJECT, "status": "SUCCESS"}
    assert workspace.call("huawei-workspace", "ListExportTasks", **asked).json["count"] == 1
    other = start(load_all(["huawei-workspace"], {"huawei-workspace/count": "all"}))
    other.example("huawei-workspace", "ExportUsersNew")
    assert other.call("huawei-workspace", "ListExportTasks", **asked).json == {"export_tasks": [], "count": 1}


def test_an_offset_beyond_everything_is_an_empty_page(workspace: Cloud) -> None:
    assert listed(workspace, offset=2**31 - 1) == []


def test_sort_field_and_sort_type_go_together(workspace: Cloud) -> None:
    answer = workspace.call("huawei-workspace", "ListExportTasks", project_id=PROJECT, sort_field="create_time")
    assert_refused(answer, "huawei-workspace", "ListExportTasks", "conflicting-parameters")


def make_exports(cloud: Cloud, number: int) -> list[str]:
    """The ids of exports, oldest first."""
    made = []
    for _ in range(number):
        made.append(cloud.example("tencent-cls", "CreateExport").json["Response"]["ExportId"])
        cloud.wait(1)
    return made


def exports(cloud: Cloud, **arguments: Any) -> tuple[list[str], int]:
    answer = cloud.call("tencent-cls", "DescribeExports", **{"TopicId": TOPIC, **arguments}).json["Response"]
    return [each["ExportId"] for each in answer["Exports"]], answer["TotalCount"]


def test_exports_are_listed_newest_first_and_page_by_page(cloud: Cloud) -> None:
    newest_first = make_exports(cloud, 5)[::-1]
    assert exports(cloud) == (newest_first, 5)
    assert exports(cloud, Offset=1, Limit=2) == (newest_first[1:3], 5)
    assert exports(cloud, Offset=4, Limit=2) == (newest_first[4:], 5)
    assert exports(cloud, Offset=5) == ([], 5)


def test_the_exports_of_a_topic_are_its_own(cloud: Cloud) -> None:
    cloud.engine.resources.put("tencent-cls", "topic", OTHER_TOPIC)
    make_exports(cloud, 1)
    cloud.example("tencent-cls", "CreateExport", TopicId=OTHER_TOPIC)
    assert exports(cloud)[1] == 1
    assert exports(cloud, TopicId=OTHER_TOPIC)[1] == 1


def test_a_page_number_of_any_size_is_answered(cloud: Cloud) -> None:
    cloud.example("baidu-bls", "CreateDownloadTask")
    answer = cloud.call("baidu-bls", "ListDownloadTask", pageNo=HUGE, pageSize=100).json
    assert (answer["result"]["tasks"], answer["result"]["total"]) == ([], 1)


def test_pages_are_numbered_from_one(cloud: Cloud) -> None:
    made = []
    for _ in range(3):
        made.append(cloud.example("baidu-bls", "CreateDownloadTask").json["result"]["uuid"])
        cloud.wait(1)
    pages = [
        cloud.call("baidu-bls", "ListDownloadTask", pageNo=page, pageSize=2, order="desc").json["result"]["tasks"]
        for page in (1, 2, 3)
    ]
    assert [[task["uuid"] for task in page] for page in pages] == [made[:0:-1], made[:1], []]


def test_part_of_a_name_finds_a_log_store(cloud: Cloud) -> None:
    cloud.example("baidu-bls", "CreateDownloadTask")
    totals = [
        cloud.call("baidu-bls", "ListDownloadTask", logStoreName=name).json["result"]["total"]
        for name in ("test", "es", "nothing")
    ]
    assert totals == [1, 1, 0]


@pytest.fixture
def devices(cloud: Cloud) -> list[str]:
    """The ids of three tasks, newest first."""
    made = []
    for number in range(3):
        cloud.engine.resources.put("huawei-iotda", "batch-task", f"{number:024x}")
        condition = {"task_id": f"{number:024x}"}
        task = cloud.example("huawei-iotda", "CreateExportTask", resource_condition=condition)
        made.append(task.json["export_task_id"])
    return made[::-1]


def results(cloud: Cloud, **arguments: Any) -> list[str]:
    named = {"project_id": PROJECT, "resource_type": "BatchTask", **arguments}
    answer = cloud.call("huawei-iotda", "ListExportTasks", **named)
    return [task["export_task_id"] for task in answer.json["export_tasks"]]


def test_a_marker_leads_to_what_is_older_in_either_case_of_its_digits(cloud: Cloud, devices: list[str]) -> None:
    assert results(cloud) == devices
    assert results(cloud, marker=devices[0]) == devices[1:]
    assert results(cloud, marker=devices[0].upper()) == devices[1:]
    assert results(cloud, marker=devices[0], offset=1) == devices[2:]
    assert results(cloud, marker="0" * 24) == []


@pytest.mark.parametrize(("marker", "found"), [("0" * 24, 1), ("f" * 24, 0), (None, 0)])
def test_a_list_begins_at_the_marker_that_the_spec_says(marker: str | None, found: int) -> None:
    spec = specs()["huawei-iotda"]
    listing = spec.operations["ListExportTasks"].pointer
    changes = {
        f"{listing}/parameters/name=marker/schema/default": "0" * 24,
        f"{listing}/x-listing/paging/begins-at": marker,
    }
    cloud = start({spec.name: spec_of(patch(dict(spec.document), changes), Path(spec.path), {})})
    cloud.example(spec.name, "CreateExportTask")
    assert len(results(cloud)) == found


@pytest.mark.parametrize("condition", [None, '{"task_id":"000000000000000000000000"}'])
def test_behind_a_marker_are_smaller_ids_also_where_a_clock_was_set_back(cloud: Cloud, condition: str | None) -> None:
    made = []
    for number, seconds in enumerate((100, -50, 20, 60)):
        cloud.clock.set(cloud.clock.now() + seconds)
        for kind, name in (("batch-task", f"{0:024x}"), ("application", f"space{number}")):
            cloud.engine.resources.put("huawei-iotda", kind, name)
        given = {"task_id": f"{0:024x}"}
        task = cloud.example("huawei-iotda", "CreateExportTask", app_id=f"space{number}", resource_condition=given)
        assert task.status == 201, task
        made.append(task.json["export_task_id"])
    asked = {} if condition is None else {"resource_condition": condition}
    for marker in made:
        assert sorted(results(cloud, marker=marker, **asked)) == sorted(each for each in made if each < marker)


@pytest.mark.parametrize("spelled", ['{"task_id":"%s"}', '{ "task_id" : "%s" }'])
def test_a_condition_is_compared_as_json(cloud: Cloud, devices: list[str], spelled: str) -> None:
    assert results(cloud, resource_condition=spelled % f"{1:024x}") == [devices[1]]


@pytest.mark.parametrize("text", ["{", "null", "[" * 9000, '"text"', "9" * 5000])
def test_a_condition_that_is_no_condition_finds_nothing(cloud: Cloud, devices: list[str], text: str) -> None:
    assert devices
    assert results(cloud, resource_condition=text) == []
