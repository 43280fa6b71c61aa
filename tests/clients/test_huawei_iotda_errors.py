"""What huaweicloudsdkiotda raises for everything that the mock refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from huaweicloudsdkiotda.v5 import CreateExportTaskRequest, IoTDAClient

from tests.clients.control import FIRST, SECOND, Account, Mock, account_in
from tests.clients.huawei import connect, connect_to_region, credentials_of, refusal
from tests.clients.iotda import API, CREATION, UNKNOWN_TASK, ask_creation, create, delete, download, list_tasks

CALLS: dict[str, Callable[[Any], object]] = {
    "CreateExportTask": create,
    "ListExportTasks": list_tasks,
    "ShowExportTask": lambda client: download(client, UNKNOWN_TASK),
    "DeleteExportTask": lambda client: delete(client, UNKNOWN_TASK),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("condition", "code", "message"),
    [
        ("UNSUBSCRIBED", "IOTDA.000021", "Operation not allowed. User not found by IAM token"),
        ("WITHOUTAPPLICATION", "IOTDA.001006", "Operation not allowed. Application not found"),
    ],
)
def test_an_account_in_a_bad_condition_is_refused(
    mock: Mock, call: str, condition: str, code: str, message: str
) -> None:
    client = connect_to_region(IoTDAClient, mock, credentials_of(account_in(condition)))
    status, found, said = refusal(mock, lambda: CALLS[call](client))
    assert (status, found) == (403, code)
    assert said.startswith(message)


@pytest.mark.parametrize(
    ("application", "code"),
    [
        ("nowhere", "IOTDA.001000"),
        ("unauthorizedU8iKgFFoW060F5SG", "IOTDA.001002"),
        ("foreignltU8iKgFFoW060F5SGZka", "IOTDA.001007"),
    ],
)
@pytest.mark.parametrize("call", [create, list_tasks])
def test_an_application_that_is_missing_or_not_the_callers_is_refused(
    mock: Mock, call: Callable[..., object], application: str, code: str
) -> None:
    client = connect(IoTDAClient, mock)
    assert refusal(mock, lambda: call(client, app_type="APP", app_id=application))[:2] == (403, code)


def test_a_batch_task_that_does_not_exist_is_refused(mock: Mock) -> None:
    client = connect(IoTDAClient, mock)
    assert refusal(mock, lambda: create(client, "0" * 24))[:2] == (403, "IOTDA.014305")


@pytest.mark.parametrize(
    "changes",
    [
        {"resource_type": None},
        {"resource_condition": None},
        {"resource_condition": {}},
        {"resource_condition": "5f433ce0c24389024365fdfa"},
        {"resource_condition": {"task_id": "5F433CE0C24389024365FDFA"}},
        {"resource_condition": {"task_id": "a" * 25}},
        {"resource_condition": {"task_id": ""}},
        {"resource_condition": {"task_id": 7}},
        {"resource_type": "BatchTasks"},
        {"export_format": "csv"},
        {"app_type": "TENANT"},
        {"app_id": "a" * 37},
        {"app_id": "a b"},
    ],
    ids=str,
)
def test_a_bad_member_of_a_creation_is_refused(mock: Mock, changes: dict[str, Any]) -> None:
    client = connect(IoTDAClient, mock)
    assert refusal(mock, lambda: ask_creation(client, **changes)) == (400, "IOTDA.000006", "Invalid input data.")


@pytest.mark.parametrize(("body", "code"), [("{", "IOTDA.000008"), ("[]", "IOTDA.000006"), (None, "IOTDA.000008")])
def test_a_body_that_is_no_object_is_refused(mock: Mock, body: str | None, code: str) -> None:
    client = connect(IoTDAClient, mock)
    call = lambda: client.create_export_task(CreateExportTaskRequest(body=body))  # noqa: E731
    assert refusal(mock, call)[:2] == (400, code)


def test_unknown_members_are_passed_over(mock: Mock) -> None:
    client = connect(IoTDAClient, mock)
    assert client.create_export_task(CreateExportTaskRequest(body={**CREATION, "colour": "red"})).status == "Processing"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"resource_type": None}, "IOTDA.000006"),
        ({"resource_type": "BatchTasks"}, "IOTDA.000006"),
        ({"app_type": "TENANT"}, "IOTDA.000006"),
        ({"limit": 0}, "IOTDA.000017"),
        ({"limit": 51}, "IOTDA.000017"),
        ({"limit": "ten"}, "IOTDA.000006"),
        ({"offset": -1}, "IOTDA.000006"),
        ({"offset": 501}, "IOTDA.000006"),
        ({"marker": "g" * 24}, "IOTDA.000018"),
        ({"marker": "f" * 23}, "IOTDA.000018"),
    ],
    ids=str,
)
def test_a_bad_parameter_of_a_list_is_refused(mock: Mock, query: dict[str, Any], code: str) -> None:
    client = connect(IoTDAClient, mock)
    assert refusal(mock, lambda: list_tasks(client, **query))[:2] == (400, code)


@pytest.mark.parametrize("call", [download, delete])
@pytest.mark.parametrize(("task_id", "status"), [(UNKNOWN_TASK, 404), ("a" * 37, 400), ("a.b", 400)])
def test_a_task_that_does_not_exist_or_cannot_is_refused(
    mock: Mock, call: Callable[..., object], task_id: str, status: int
) -> None:
    code = {404: "IOTDA.014300", 400: "IOTDA.000006"}[status]
    client = connect(IoTDAClient, mock)
    assert refusal(mock, lambda: call(client, task_id))[:2] == (status, code)


def test_a_task_that_is_not_finished_has_no_file(mock: Mock) -> None:
    client = connect(IoTDAClient, mock)
    task_id = create(client)
    assert refusal(mock, lambda: download(client, task_id)) == (
        403,
        "IOTDA.014301",
        "Operation not allowed. The export task is not finished.",
    )


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ({"resource_condition": "x" * 33_000}, 414, "Request URI too large."),
        ({"instance_id": "x" * 33_000}, 494, "Request headers too large."),
    ],
    ids=["address", "header"],
)
def test_a_list_that_is_asked_for_at_too_great_length_is_refused(
    mock: Mock, query: dict[str, str], status: int, message: str
) -> None:
    client = connect(IoTDAClient, mock)
    assert refusal(mock, lambda: list_tasks(client, **query)) == (status, "APIGW.0201", message)


def test_a_body_of_more_than_twelve_megabytes_is_refused(mock: Mock) -> None:
    client = connect(IoTDAClient, mock)
    assert refusal(mock, lambda: ask_creation(client, app_id="x" * 13_000_000)) == (
        413,
        "APIGW.0201",
        "Request entity too large.",
    )


@pytest.mark.parametrize("call", CALLS)
def test_the_project_of_another_account_is_refused(mock: Mock, call: str) -> None:
    client = connect(IoTDAClient, mock, Account(FIRST.key, FIRST.secret, SECOND.project))
    assert refusal(mock, lambda: CALLS[call](client)) == (403, "APIGW.0306", "API access denied.")


@pytest.mark.parametrize(
    ("call", "code", "status"),
    [
        ("CreateExportTask", "IOTDA.021101", 403),
        ("CreateExportTask", "IOTDA.000020", 500),
        ("ListExportTasks", "APIGW.0601", 500),
        ("DeleteExportTask", "APIGW.0613", 503),
        ("ShowExportTask", "IOTDA.001005", 403),
    ],
)
def test_an_error_that_no_client_causes_is_raised_once(mock: Mock, call: str, code: str, status: int) -> None:
    mock.inject(API, code, call)
    client = connect(IoTDAClient, mock)
    assert refusal(mock, lambda: CALLS[call](client))[:2] == (status, code)
    assert len(mock.exchanges(api=API)) == 1
