"""huaweicloudsdkiotda through whole lives of export tasks."""

from __future__ import annotations

import json

from huaweicloudsdkiotda.v5 import CreateExportTaskRequest, IoTDAClient, ShowExportTaskRequest

from tests.clients.control import SECOND, Mock
from tests.clients.exported import open_zip, read_xls
from tests.clients.huawei import connect, refusal
from tests.clients.iotda import (
    API,
    APPLICATION,
    BATCH_TASK,
    CREATION,
    ask_creation,
    create,
    delete,
    download,
    ids,
    list_tasks,
    new_batch_tasks,
)


def test_a_task_lives_its_whole_life(mock: Mock) -> None:
    client = connect(IoTDAClient, mock)
    created = ask_creation(client)
    assert (created.status_code, created.status, created.progress, created.end_time) == (201, "Processing", 1, None)
    progress = []

    def look() -> str:
        (task,) = list_tasks(client).export_tasks
        progress.append(task.progress)
        return str(task.status)

    assert mock.watch(look, "Success") == ["Processing", "Success"]
    assert (progress, progress[-1]) == (sorted(progress), 100)
    (task,) = list_tasks(client).export_tasks
    name, workbook = open_zip(download(client, created.export_task_id))
    header, rows = read_xls(workbook)
    assert (name, len(rows)) == (f"{created.export_task_id}.xls", task.export_count)
    assert header == ["target", "status", "output", "error_code", "error_msg"]

    assert delete(client, created.export_task_id).status_code == 204
    assert list_tasks(client).page.count == 0
    assert refusal(mock, lambda: delete(client, created.export_task_id))[:2] == (404, "IOTDA.014300")


def test_a_task_repeats_what_it_was_created_with(mock: Mock) -> None:
    asked = {**CREATION, "export_format": "xls", "app_type": "APP", "app_id": APPLICATION}
    client = connect(IoTDAClient, mock)
    created = ask_creation(client, **asked)
    assert {name: getattr(created, name) for name in asked} == asked
    mock.advance(10)
    (task,) = list_tasks(client).export_tasks
    assert (task.create_time, task.export_task_id) == (created.create_time, created.export_task_id)
    assert task.end_time > task.create_time


def test_members_that_were_not_given_have_their_defaults(mock: Mock) -> None:
    created = ask_creation(connect(IoTDAClient, mock))
    assert (created.export_format, created.app_type, created.app_id) == ("xls", "GLOBAL", None)


def test_an_instance_may_be_named(mock: Mock) -> None:
    client = connect(IoTDAClient, mock)
    request = CreateExportTaskRequest(instance_id="0f5d1c5e-7d3c-4b7e-9f43-1a2b3c4d5e6f", body=CREATION)
    assert client.create_export_task(request).status == "Processing"


def test_a_task_with_the_same_conditions_takes_the_place_of_the_earlier_one(mock: Mock) -> None:
    client = connect(IoTDAClient, mock)
    first = create(client)
    mock.advance(1)
    other = create(client, app_type="APP", app_id=APPLICATION)
    mock.advance(1)
    second = create(client)
    assert ids(list_tasks(client)) == [second, other]
    assert refusal(mock, lambda: delete(client, first))[0] == 404


def test_the_sixth_unfinished_task_is_refused_until_one_ends(mock: Mock) -> None:
    client = connect(IoTDAClient, mock)
    *five, sixth = new_batch_tasks(mock, 6)
    for batch_task in five:
        create(client, batch_task)
    assert refusal(mock, lambda: create(client, sixth)) == (
        403,
        "IOTDA.014303",
        "Operation not allowed. The number of unfinished export tasks has reached the upper limit 5.",
    )
    create(client, five[0])  # takes the place of the first, and so no further one
    mock.advance(10)
    create(client, sixth)
    assert list_tasks(client).page.count == 6


def test_deleting_an_unfinished_task_makes_room_for_another(mock: Mock) -> None:
    client = connect(IoTDAClient, mock)
    *five, sixth = new_batch_tasks(mock, 6)
    created = [create(client, batch_task) for batch_task in five]
    delete(client, created[2])
    assert create(client, sixth)


def test_the_51st_task_removes_the_earliest(mock: Mock) -> None:
    client = connect(IoTDAClient, mock)
    created = []
    for number, batch_task in enumerate(new_batch_tasks(mock, 51)):
        created.append(create(client, batch_task))
        mock.advance(10 if number % 5 == 4 else 0)
    page = list_tasks(client, limit=50)
    assert (page.page.count, ids(page)) == (50, created[:0:-1])
    assert refusal(mock, lambda: delete(client, created[0]))[0] == 404


def test_one_file_may_be_downloaded_every_30_seconds(mock: Mock) -> None:
    client = connect(IoTDAClient, mock)
    task_id = create(client)
    mock.advance(10)
    content = download(client, task_id)
    mock.advance(29)
    assert refusal(mock, lambda: download(client, task_id)) == (
        403,
        "IOTDA.014304",
        "Operation not allowed. Export files are downloaded too frequently.",
    )
    mock.advance(1)
    assert download(client, task_id) == content


def test_tasks_are_listed_newest_first_page_by_page_by_marker_and_offset(mock: Mock) -> None:
    client = connect(IoTDAClient, mock)
    created = [create(client, batch_task) for batch_task in new_batch_tasks(mock, 5)][::-1]
    first = list_tasks(client, limit=2)
    assert (ids(first), first.page.count, first.page.marker) == (created[:2], 5, created[1])
    assert ids(list_tasks(client, limit=2, marker=first.page.marker)) == created[2:4]
    assert ids(list_tasks(client, limit=2, marker=first.page.marker, offset=1)) == created[3:5]
    assert ids(list_tasks(client, offset=4)) == created[4:]


def test_tasks_are_listed_by_batch_task_and_by_application(mock: Mock) -> None:
    client = connect(IoTDAClient, mock)
    (batch_task,) = new_batch_tasks(mock, 1)
    tasks = {
        "own": create(client, batch_task),
        "other": create(client, BATCH_TASK),
        "application": create(client, BATCH_TASK, app_type="APP", app_id=APPLICATION),
    }
    condition = json.dumps({"task_id": batch_task})
    assert ids(list_tasks(client, resource_condition=condition)) == [tasks["own"]]
    assert ids(list_tasks(client, app_type="APP", app_id=APPLICATION)) == [tasks["application"]]
    assert list_tasks(client).page.count == 3


def test_an_account_neither_sees_nor_downloads_nor_deletes_the_task_of_another(mock: Mock) -> None:
    owner, stranger = connect(IoTDAClient, mock), connect(IoTDAClient, mock, SECOND)
    task_id = create(owner)
    mock.advance(10)
    assert list_tasks(stranger).page.count == 0
    assert refusal(mock, lambda: delete(stranger, task_id))[:2] == (404, "IOTDA.014300")
    assert refusal(mock, lambda: download(stranger, task_id))[:2] == (404, "IOTDA.014300")
    assert download(owner, task_id)


def test_a_task_that_fails_has_no_file(mock: Mock) -> None:
    mock.inject(API, "task-fails", "CreateExportTask")
    client = connect(IoTDAClient, mock)
    task_id = create(client)
    mock.advance(10)
    (task,) = list_tasks(client).export_tasks
    assert (task.status, task.export_count) == ("Failed", 0)
    assert refusal(mock, lambda: download(client, task_id))[:2] == (403, "IOTDA.014302")


def test_the_sdk_leaves_the_file_intact_in_the_raw_content_alone(mock: Mock) -> None:
    client = connect(IoTDAClient, mock)
    task_id = create(client)
    mock.advance(10)
    answer = client.show_export_task(ShowExportTaskRequest(export_task_id=task_id))
    assert open_zip(answer.raw_content)[0] == f"{task_id}.xls"
    assert answer.body.encode() != answer.raw_content
