"""What bce-python-sdk raises for everything that the mock refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from baidubce.exception import BceHttpClientError, BceServerError
from baidubce.retry.retry_policy import BackOffRetryPolicy
from baidubce.services.bls.bls_client import BlsClient

from tests.clients.baidu import CREATION, UNKNOWN_TASK, ask_link, connect, create, delete, list_tasks, send, show
from tests.clients.control import FIRST, TEMPORARY, UNKNOWN, WRONG_SECRET, Account, Mock, account_in

API = "baidu-bls"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OPERATIONS: dict[str, Callable[[BlsClient], object]] = {
    "CreateDownloadTask": create,
    "ListDownloadTask": list_tasks,
    "DescribeDownloadTask": lambda client: show(client, UNKNOWN_TASK),
    "GetDownloadTaskLink": lambda client: ask_link(client, UNKNOWN_TASK),
    "DeleteDownloadTask": lambda client: delete(client, UNKNOWN_TASK),
}


def refusal(mock: Mock, call: Callable[[], object]) -> tuple[int, str, str]:
    """Status, code and message of what the SDK raises; its request id is that of the answer."""
    with pytest.raises(BceHttpClientError) as raised:
        call()
    error = raised.value
    assert isinstance(error.last_error, BceServerError)
    assert UUID.fullmatch(error.request_id)
    assert error.request_id == mock.last_answer()["requestId"]
    return error.status_code, error.code, str(error.last_error)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_account_without_access_is_refused(mock: Mock, operation: str) -> None:
    client = connect(mock, account_in("DENIED"))
    status, code, message = refusal(mock, lambda: OPERATIONS[operation](client))
    assert (status, code) == (403, "AccessDenied")
    assert message.startswith("Access denied:")


@pytest.mark.parametrize("operation", ["DescribeDownloadTask", "GetDownloadTaskLink", "DeleteDownloadTask"])
def test_an_unknown_task_is_not_found(mock: Mock, operation: str) -> None:
    client = connect(mock)
    assert refusal(mock, lambda: OPERATIONS[operation](client)) == (
        404,
        "DownloadTaskNotFound",
        "Download task not found",
    )


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"logStoreName": "nowhere"}, "LogStoreNotFound", "LogStore [nowhere] not exists"),
        ({"project": "nowhere"}, "ProjectNotFound", "Project [nowhere] not exists"),
    ],
)
def test_a_log_store_or_project_that_does_not_exist_is_not_found(
    mock: Mock, changes: dict[str, str], code: str, message: str
) -> None:
    assert refusal(mock, lambda: create(connect(mock), **changes)) == (404, code, message)


@pytest.mark.parametrize(
    "changes",
    [
        *({name: None} for name in CREATION),
        {"logStoreName": 7},
        {"queryStartTime": "yesterday"},
        {"queryStartTime": "2024-11-04 06:00:00"},
        {"queryEndTime": "2024-13-04T06:05:00Z"},
        {"queryStartTime": "2024-11-04T06:05:01Z"},
        {"format": "xml"},
        {"format": "JSON"},
        {"order": "up"},
        {"limit": 1_000_001},
        {"limit": -1},
        {"limit": "100"},
        {"limit": 1.5},
        {"query": "status:("},
    ],
    ids=str,
)
def test_a_bad_member_of_a_creation_is_refused(mock: Mock, changes: dict[str, Any]) -> None:
    status, code, message = refusal(mock, lambda: create(connect(mock), **changes))
    assert (status, code) == (400, "InvalidParameter")
    assert message.startswith("Request param invalid: [")
    assert next(iter(changes)) in message or "query" in changes


@pytest.mark.parametrize(
    "body",
    [{"orderBy": "size"}, {"order": "up"}, {"pageNo": -1}, {"pageSize": 1001}, {"pageSize": "10"}],
    ids=str,
)
def test_a_bad_member_of_a_list_is_refused(mock: Mock, body: dict[str, Any]) -> None:
    status, code, message = refusal(mock, lambda: list_tasks(connect(mock), **body))
    assert (status, code) == (400, "InvalidParameter")
    assert next(iter(body)) in message


def test_unknown_members_are_passed_over(mock: Mock) -> None:
    client = connect(mock)
    create(client, colour="red")
    assert list_tasks(client, colour="red").total == 1


@pytest.mark.parametrize("body", ['{"logStoreName": ', "[1, 2", "null and void"])
def test_a_body_that_is_not_json_is_refused(mock: Mock, body: str) -> None:
    status, code, message = refusal(mock, lambda: send(connect(mock), "POST", "", body))
    assert (status, code) == (400, "MalformedJSON")
    assert message.startswith("The JSON provided is not well-formed: ")


@pytest.mark.parametrize("body", ["", "[]", "7"])
def test_a_body_that_is_no_object_is_refused(mock: Mock, body: str) -> None:
    assert refusal(mock, lambda: send(connect(mock), "POST", "", body))[:2] == (400, "InvalidParameter")


def test_a_body_of_another_type_is_refused(mock: Mock) -> None:
    form = {b"content-type": b"text/plain"}
    call = lambda: send(connect(mock), "POST", "", CREATION, headers=form)  # noqa: E731
    assert refusal(mock, call)[:2] == (400, "InvalidParameter")


def test_a_body_that_is_too_large_is_refused(mock: Mock) -> None:
    assert refusal(mock, lambda: create(connect(mock), query="x" * 1_100_000)) == (
        413,
        "RequestOverload",
        "Requested body too large, size exceed limit",
    )


@pytest.mark.parametrize(
    ("method", "path", "version", "status", "code"),
    [
        ("GET", "/a/b/c", b"/v2", 400, "InvalidURI"),
        ("PUT", "/list", b"/v2", 400, "InvalidURI"),
        ("POST", "", b"/v9", 404, "InvalidVersion"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused(  # noqa: PLR0917
    mock: Mock, method: str, path: str, version: bytes, status: int, code: str
) -> None:
    client = connect(mock)
    assert refusal(mock, lambda: send(client, method, path, version=version))[:2] == (status, code)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("account", [UNKNOWN, WRONG_SECRET, TEMPORARY], ids=["unknown key", "wrong secret", "no token"])
def test_whoever_cannot_prove_who_they_are_is_refused(mock: Mock, account: Account, operation: str) -> None:
    client = connect(mock, account)
    assert refusal(mock, lambda: OPERATIONS[operation](client)) == (
        401,
        "Unauthorized",
        "Check unauthorized: invalid ak/sk",
    )


@pytest.mark.parametrize("account", [FIRST, TEMPORARY])
def test_a_token_that_is_not_that_of_the_key_is_refused(mock: Mock, account: Account) -> None:
    token = {b"x-bce-security-token": b"TOKENOFNOBODY"}
    call = lambda: send(connect(mock, account), "POST", "", CREATION, headers=token)  # noqa: E731
    assert refusal(mock, call)[:2] == (401, "Unauthorized")


@pytest.mark.parametrize("skew", [1810, -1810])
def test_a_signature_is_stale_after_half_an_hour(mock: Mock, skew: int) -> None:
    mock.shift(skew)
    assert refusal(mock, lambda: create(connect(mock)))[:2] == (401, "Unauthorized")


@pytest.mark.parametrize("skew", [1790, -1790])
def test_a_signature_is_good_for_almost_half_an_hour(mock: Mock, skew: int) -> None:
    mock.shift(skew)
    assert create(connect(mock))


@pytest.mark.parametrize(
    ("code", "status"), [("InternalError", 500), ("ServiceUnavailable", 503), ("RequestLimited", 429)]
)
def test_an_error_that_no_client_causes_is_raised(mock: Mock, code: str, status: int) -> None:
    mock.inject(API, code)
    assert refusal(mock, lambda: create(connect(mock)))[:2] == (status, code)


@pytest.mark.parametrize(("code", "requests"), [("InternalError", 4), ("ServiceUnavailable", 4), ("RequestLimited", 1)])
def test_the_sdk_sends_a_request_up_to_four_times_while_the_server_fails(mock: Mock, code: str, requests: int) -> None:
    mock.inject(API, code, times=5)
    client = connect(mock, retry=BackOffRetryPolicy(base_interval_in_millis=0))
    refusal(mock, lambda: create(client))
    assert len(mock.exchanges(api=API)) == requests


def test_a_retry_that_is_served_creates_one_task(mock: Mock) -> None:
    mock.inject(API, "InternalError", times=3)
    client = connect(mock, retry=BackOffRetryPolicy(base_interval_in_millis=0))
    assert create(client) == mock.tasks(API)[0]["id"]
    assert len(mock.tasks(API)) == 1
