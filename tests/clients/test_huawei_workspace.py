"""huaweicloudsdkworkspace: the twelve creators and the export centre that lists, hands out and deletes their files."""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkworkspace.v2 import WorkspaceClient

from tests.clients.control import SECOND, Mock
from tests.clients.exported import read_xls
from tests.clients.huawei import connect, refusal
from tests.clients.workspace import API, CREATORS, create, delete, download, ids, list_tasks


@pytest.mark.parametrize("operation", CREATORS)
def test_a_task_of_every_creator_lives_its_whole_life(mock: Mock, operation: str) -> None:
    client, creator = connect(WorkspaceClient, mock), CREATORS[operation]
    created = creator.call(client, creator.arguments(mock))
    task_id = created.task_id
    assert created.status_code == 200

    def look() -> str:
        page = list_tasks(client, task_id=task_id)
        assert (page.count, ids(page)) == (1, [task_id])
        return str(page.export_tasks[0].status)

    assert mock.watch(look, "SUCCESS") == ["CREATING", "SUCCESS"]
    (task,) = list_tasks(client).export_tasks
    assert (task.file_name[-4:], task.is_download, task.fail_reason, task.error_code) == (".xls", False, None, None)
    assert task.end_time > task.create_time
    header, rows = read_xls(download(client, task_id))
    assert creator.column in header
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(header)}
    assert list_tasks(client).export_tasks[0].is_download is True

    assert delete(client, task_id).status_code == 200
    assert list_tasks(client).count == 0
    assert refusal(mock, lambda: download(client, task_id))[:2] == (400, "WKS.00990001")


@pytest.mark.parametrize("operation", CREATORS)
def test_every_creator_takes_what_it_may_be_given(mock: Mock, operation: str) -> None:
    client, creator = connect(WorkspaceClient, mock), CREATORS[operation]
    created = creator.call(client, {**creator.arguments(mock), **creator.optional})
    assert ids(list_tasks(client)) == [created.task_id]


def test_the_file_is_named_after_what_it_holds_and_when_it_was_asked_for(mock: Mock) -> None:
    client = connect(WorkspaceClient, mock)
    create(client)
    (task,) = list_tasks(client).export_tasks
    digits = "".join(character for character in task.create_time[:19] if character.isdigit())
    assert task.file_name == f"users_{digits}.xls"


def test_tasks_are_sorted_by_creation_and_paged(mock: Mock) -> None:
    client = connect(WorkspaceClient, mock)
    created = []
    for _ in range(5):
        created.append(create(client))
        mock.advance(1)
    assert ids(list_tasks(client)) == created
    assert ids(list_tasks(client, sort_field="create_time", sort_type="ASC")) == created
    newest_first = list_tasks(client, sort_field="create_time", sort_type="DESC", offset=1, limit=2)
    assert (ids(newest_first), newest_first.count) == (created[::-1][1:3], 5)


def test_a_page_has_twenty_tasks_unless_told_otherwise(mock: Mock) -> None:
    client = connect(WorkspaceClient, mock)
    for _ in range(21):
        create(client)
    assert [len(ids(list_tasks(client))), len(ids(list_tasks(client, limit=100)))] == [20, 21]


def test_tasks_are_found_by_status_download_and_file_name(mock: Mock) -> None:
    client = connect(WorkspaceClient, mock)
    downloaded = create(client)
    mock.advance(10)
    download(client, downloaded)
    expired = create(client)
    mock.advance(10)
    mock.change_task(expired, expired=True)
    mock.inject(API, "task-fails")
    failed = create(client)
    mock.advance(10)
    running = create(client)
    found = {status: ids(list_tasks(client, status=status)) for status in ("CREATING", "SUCCESS", "FAIL", "EXPIRED")}
    assert found == {"CREATING": [running], "SUCCESS": [downloaded], "FAIL": [failed], "EXPIRED": [expired]}
    assert ids(list_tasks(client, is_download=True)) == [downloaded]
    assert ids(list_tasks(client, is_download=False)) == [expired, failed, running]
    name = list_tasks(client, task_id=failed).export_tasks[0].file_name
    assert ids(list_tasks(client, file_name=name)) == [failed]


@pytest.mark.parametrize("query", [{"task_id": "t-1"}, {"file_name": "användare *+~.xls"}], ids=str)
def test_what_does_not_exist_is_not_found(mock: Mock, query: dict[str, Any]) -> None:
    client = connect(WorkspaceClient, mock)
    create(client)
    assert list_tasks(client, **query).count == 0


def test_a_failed_task_says_why(mock: Mock) -> None:
    mock.inject(API, "task-fails", "ExportUsersNew")
    client = connect(WorkspaceClient, mock)
    task_id = create(client)
    mock.advance(10)
    (task,) = list_tasks(client).export_tasks
    assert task.status == "FAIL"
    assert task.fail_reason
    assert task.error_code.startswith("WKS.")
    assert refusal(mock, lambda: download(client, task_id))[:2] == (400, "WKS.00990003")


def test_an_expired_task_has_no_file(mock: Mock) -> None:
    client = connect(WorkspaceClient, mock)
    task_id = create(client)
    mock.advance(10)
    mock.change_task(task_id, expired=True)
    assert refusal(mock, lambda: download(client, task_id)) == (400, "WKS.00990004", "The exported file has expired.")


def test_tasks_expire_after_a_week(mock: Mock) -> None:
    create(connect(WorkspaceClient, mock))
    mock.advance(10 + 7 * 86400 - 1)
    (before,) = mock.tasks(API)
    mock.advance(1)
    (after,) = mock.tasks(API)
    assert (before["phase"], after["phase"]) == ("succeeded", "expired")


def test_many_tasks_are_deleted_at_once_and_those_that_do_not_exist_passed_over(mock: Mock) -> None:
    client = connect(WorkspaceClient, mock)
    first, second, third = (create(client) for _ in range(3))
    delete(client, first, "no-such-task", third)
    delete(client, first)
    assert ids(list_tasks(client)) == [second]


def test_an_account_neither_sees_nor_downloads_nor_deletes_the_task_of_another(mock: Mock) -> None:
    owner, stranger = connect(WorkspaceClient, mock), connect(WorkspaceClient, mock, SECOND)
    task_id = create(owner)
    mock.advance(10)
    assert list_tasks(stranger).count == 0
    assert refusal(mock, lambda: download(stranger, task_id))[:2] == (400, "WKS.00990001")
    delete(stranger, task_id)
    assert ids(list_tasks(owner)) == [task_id]
