"""What huaweicloudsdkworkspace raises for everything that the mock refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import huaweicloudsdkworkspace.v2 as sdk
import pytest
from huaweicloudsdkworkspace.v2 import WorkspaceClient

from tests.clients.control import FIRST, SECOND, Account, Mock, account_in
from tests.clients.huawei import connect, connect_to_region, credentials_of, refusal
from tests.clients.workspace import API, CREATORS, UNKNOWN_TASK, create, delete, download, list_tasks, window

CALLS: dict[str, Callable[[Any], object]] = {
    "ExportUsersNew": create,
    "ListExportTasks": list_tasks,
    "DownloadExportFile": lambda client: download(client, UNKNOWN_TASK),
    "DeleteExportTasks": lambda client: delete(client, UNKNOWN_TASK),
}
INVALID = (400, "WKS.00211102", "The parameter is invalid.")
WINDOW = {"start_time": "2099-01-02T00:00:00Z", "end_time": "2099-01-03T00:00:00Z"}


@pytest.mark.parametrize("operation", [*CREATORS, "ListExportTasks", "DownloadExportFile", "DeleteExportTasks"])
def test_an_account_whose_service_is_disabled_is_refused(mock: Mock, operation: str) -> None:
    client = connect_to_region(WorkspaceClient, mock, credentials_of(account_in("DISABLED")))
    calls = {
        name: lambda creator=creator: creator.call(client, creator.arguments(mock))
        for name, creator in CREATORS.items()
    }
    call = calls.get(operation, lambda: CALLS[operation](client))
    assert refusal(mock, call) == (403, "WKS.00010099", "The Workspace service is disabled.")


def test_a_user_group_that_does_not_exist_is_refused(mock: Mock) -> None:
    client = connect(WorkspaceClient, mock)
    call = lambda: CREATORS["ExportUserGroupUsersNew"].call(client, {"group_id": "nobody"})  # noqa: E731
    assert refusal(mock, call) == (400, "WKS.00170208", "The user group does not exist.")


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        (operation, name)
        for operation, creator in CREATORS.items()
        for name in (*creator.required, *(WINDOW if creator.spans else ()))
        if name != "group_id"  # stands in the path
    ],
)
def test_a_missing_parameter_of_a_creator_is_refused(mock: Mock, operation: str, name: str) -> None:
    client, creator = connect(WorkspaceClient, mock), CREATORS[operation]
    arguments = {**creator.arguments(mock), name: None}
    assert refusal(mock, lambda: creator.call(client, arguments)) == INVALID


@pytest.mark.parametrize(
    ("operation", "changes"),
    [
        ("ExportUsersNew", {"user_name": "1alice"}),
        ("ExportUsersNew", {"user_name": "a" * 21}),
        ("ExportUsersNew", {"user_names": "alice"}),
        ("ExportUsersNew", {"active_type": "NOBODY"}),
        ("ExportUsersNew", {"language": "de_DE"}),
        ("ExportUserGroupsNew", {"group_ids": 7}),
        ("ExportUserGroupUsersNew", {"active_type": "NOBODY"}),
        ("ExportDesktopListNew", {"desktop_type": "VIRTUAL"}),
        ("ExportDesktopListNew", {"status": "SLEEPING"}),
        ("ExportDesktopListNew", {"user_names": ["u"] * 101}),
        ("ExportDesktopListNew", {"sort_field": "created"}),
        ("ExportDesktopListNew", {"charge_mode": "2"}),
        ("ExportDesktopVersionList", {"language": "english"}),
        ("ExportUserConnectionNew", {"start_time": "2016-08-20T21:11:11Z"}),
        ("ExportUserConnectionNew", {"start_time": WINDOW["end_time"], "end_time": WINDOW["start_time"]}),
        ("ExportUserConnectionNew", {"min_e2e_rtt": "fast"}),
        ("ExportHostsDetail", {"state": "asleep"}),
        ("ExportHostsDetail", {"sort_type": "ASC"}),
        ("ExportAppUserAccessData", {"start_time": "2022-05-11T11:45:42Z"}),
        ("ExportAppUserAccessData", {"sort_field": "username", "sort_type": "ASC"}),
        ("ExportDesktopUsageMetricNew", {"start_time": WINDOW["end_time"], "end_time": WINDOW["start_time"]}),
        ("ExportDesktopUsageMetricNew", {"usage_min_hours": 2, "usage_max_hours": 1}),
        ("ExportUserUsageMetricNew", {"sort_field": "username", "sort_type": "ASC"}),
        ("ExportTenantUpgradeStrategies", {"strategy_type": 2}),
        ("ExportTerminalsBindingDesktopsInfoNew", {"language": "en"}),
    ],
    ids=str,
)
def test_a_bad_parameter_of_a_creator_is_refused(mock: Mock, operation: str, changes: dict[str, Any]) -> None:
    client, creator = connect(WorkspaceClient, mock), CREATORS[operation]
    assert refusal(mock, lambda: creator.call(client, {**creator.arguments(mock), **changes})) == INVALID


@pytest.mark.parametrize(
    ("operation", "days"),
    [
        ("ExportUserConnectionNew", 30),
        ("ExportAppUserAccessData", 30),
        ("ExportUserUsageMetricNew", 30),
        ("ExportDesktopUsageMetricNew", 180),
    ],
)
def test_a_time_window_may_start_so_many_days_ago_and_no_earlier(mock: Mock, operation: str, days: int) -> None:
    client, creator = connect(WorkspaceClient, mock), CREATORS[operation]
    earliest = window(mock, days)
    mock.shift(-5)  # windows start at whole seconds, and the clock may have moved on
    assert creator.call(client, earliest).task_id
    mock.shift(5)
    assert refusal(mock, lambda: creator.call(client, earliest)) == INVALID


@pytest.mark.parametrize(
    "query",
    [
        {"status": "DONE"},
        {"is_download": "maybe"},
        {"sort_field": "create_time"},
        {"sort_type": "ASC"},
        {"sort_field": "file_name", "sort_type": "ASC"},
        {"sort_field": "create_time", "sort_type": "UP"},
        {"offset": -1},
        {"limit": 0},
        {"limit": 101},
        {"limit": "ten"},
    ],
    ids=str,
)
def test_a_bad_parameter_of_a_list_is_refused(mock: Mock, query: dict[str, Any]) -> None:
    client = connect(WorkspaceClient, mock)
    assert refusal(mock, lambda: list_tasks(client, **query)) == INVALID


@pytest.mark.parametrize(
    "task_ids", [[], ["a"] * 2, [f"{number}" for number in range(201)], ["a" * 65], [""], [7]], ids=len
)
def test_a_bad_selection_for_deletion_is_refused(mock: Mock, task_ids: list[Any]) -> None:
    client = connect(WorkspaceClient, mock)
    assert refusal(mock, lambda: delete(client, *task_ids)) == INVALID


def test_a_deletion_that_selects_nothing_deletes_nothing(mock: Mock) -> None:
    client = connect(WorkspaceClient, mock)
    create(client)
    client.delete_export_tasks(sdk.DeleteExportTasksRequest(body=sdk.DeleteExportTaskRequestBody()))
    assert list_tasks(client).count == 1


def test_an_empty_message_is_refused(mock: Mock) -> None:
    client = connect(WorkspaceClient, mock)
    call = lambda: client.delete_export_tasks(sdk.DeleteExportTasksRequest())  # noqa: E731
    assert refusal(mock, call) == (400, "WKS.0001", "The request message input by the interface is empty.")


def test_an_unknown_task_and_an_unfinished_one_have_no_file(mock: Mock) -> None:
    client = connect(WorkspaceClient, mock)
    unfinished = create(client)
    assert refusal(mock, lambda: download(client, UNKNOWN_TASK)) == (
        400,
        "WKS.00990001",
        "The export task does not exist.",
    )
    assert refusal(mock, lambda: download(client, unfinished)) == (
        400,
        "WKS.00990002",
        "The export task is not finished.",
    )


@pytest.mark.parametrize("call", CALLS)
def test_the_project_of_another_account_is_refused(mock: Mock, call: str) -> None:
    client = connect(WorkspaceClient, mock, Account(FIRST.key, FIRST.secret, SECOND.project))
    assert refusal(mock, lambda: CALLS[call](client)) == (403, "APIGW.0306", "API access denied.")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("code", "status"), [("WKS.00211401", 500), ("WKS.00170117", 400)])
def test_an_error_that_no_client_causes_is_raised_once(mock: Mock, call: str, code: str, status: int) -> None:
    mock.inject(API, code, call)
    client = connect(WorkspaceClient, mock)
    assert refusal(mock, lambda: CALLS[call](client))[:2] == (status, code)
    assert len(mock.exchanges(api=API)) == 1
