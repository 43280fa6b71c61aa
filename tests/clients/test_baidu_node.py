"""@baiducloud/sdk, by its client's own request method: it has no client for logs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.baidu import CREATION, UNKNOWN_TASK
from tests.clients.control import FIRST, TEMPORARY, UNKNOWN, WRONG_SECRET, Account, Mock, account_in
from tests.clients.exported import read_csv
from tests.clients.nodejs import NodeClients, Outcome

API = "baidu-bls"
Call = tuple[str, str, Any]  # method, path after /v2/logstore/download, body
CREATE: Call = ("POST", "", CREATION)
LIST: Call = ("POST", "/list", {})


def run(node: NodeClients, mock: Mock, *calls: Call, account: Account = FIRST, **client: Any) -> list[Outcome]:
    settings = {"url": mock.url, "key": account.key, "secret": account.secret}
    asked = [{"method": method, "path": path, "body": body} for method, path, body in calls]
    return node.run("baidu.js", settings | client, asked)


def result(outcome: Outcome) -> dict[str, Any]:
    body = outcome["answer"]["body"]
    assert (body["success"], body["code"]) == (True, "OK")
    return dict(body.get("result", {}))


def refusal(mock: Mock, outcome: Outcome) -> tuple[int, str]:
    """Status and code of an error; its message and its request id are those of the last answer."""
    error, answer = outcome["error"], mock.last_answer()
    assert (error["message"], error["request_id"]) == (answer["message"], answer["requestId"])
    return error["status_code"], error["code"]


def test_a_task_lives_its_whole_life(node: NodeClients, mock: Mock) -> None:
    asked = CREATION | {"name": "errors", "format": "csv", "order": "asc", "limit": 5}
    created, listed = run(node, mock, ("POST", "", asked), ("POST", "/list", {"project": "default"}))
    uuid = result(created)["uuid"]
    assert [(task["uuid"], task["state"]) for task in result(listed)["tasks"]] == [(uuid, "WAITING")]

    mock.advance(10)
    shown, linked = run(node, mock, ("GET", f"/{uuid}", None), ("GET", f"/link/{uuid}", None))
    task, place = result(shown)["task"], result(linked)
    assert (task["state"], task["fileName"]) == ("SUCCESS", place["fileName"])
    rows = read_csv(mock.download(place["link"]).content)
    moments = [row["timestamp"] for row in rows]
    assert (len(rows), task["writtenRows"], moments) == (5, 5, sorted(moments))

    deleted, again = run(node, mock, ("DELETE", f"/{uuid}", None), ("DELETE", f"/{uuid}", None))
    assert result(deleted) == {}
    assert refusal(mock, again) == (404, "DownloadTaskNotFound")


@pytest.mark.parametrize(
    ("call", "status", "code"),
    [
        (("POST", "", CREATION | {"logStoreName": "nowhere"}), 404, "LogStoreNotFound"),
        (("POST", "", CREATION | {"project": "nowhere"}), 404, "ProjectNotFound"),
        (("POST", "", {"logStoreName": "test"}), 400, "InvalidParameter"),
        (("POST", "", CREATION | {"limit": 1_000_001}), 400, "InvalidParameter"),
        (("POST", "", CREATION | {"format": "xml"}), 400, "InvalidParameter"),
        (("POST", "/list", {"orderBy": "size"}), 400, "InvalidParameter"),
        (("POST", "", "{"), 400, "MalformedJSON"),
        (("GET", f"/{UNKNOWN_TASK}", None), 404, "DownloadTaskNotFound"),
        (("GET", f"/link/{UNKNOWN_TASK}", None), 404, "DownloadTaskNotFound"),
        (("GET", "/a/b/c", None), 400, "InvalidURI"),
    ],
    ids=str,
)
def test_a_bad_request_is_refused(node: NodeClients, mock: Mock, call: Call, status: int, code: str) -> None:
    (outcome,) = run(node, mock, call)
    assert refusal(mock, outcome) == (status, code)


@pytest.mark.parametrize(
    ("account", "token", "status", "code"),
    [
        (UNKNOWN, None, 401, "Unauthorized"),
        (WRONG_SECRET, None, 401, "Unauthorized"),
        (TEMPORARY, "TOKENOFNOBODY", 401, "Unauthorized"),
        (account_in("DENIED"), None, 403, "AccessDenied"),
    ],
    ids=str,
)
def test_a_caller_who_may_not_is_refused(  # noqa: PLR0917
    node: NodeClients, mock: Mock, account: Account, token: str | None, status: int, code: str
) -> None:
    (outcome,) = run(node, mock, LIST, account=account, sessionToken=token)
    assert refusal(mock, outcome) == (status, code)


def test_temporary_credentials_are_accepted(node: NodeClients, mock: Mock) -> None:
    (outcome,) = run(node, mock, LIST, account=TEMPORARY, sessionToken=TEMPORARY.token)
    assert result(outcome)["total"] == 0


def test_a_stale_signature_is_refused_once_because_the_sdk_learns_the_time_from_the_refusal(
    node: NodeClients, mock: Mock
) -> None:
    mock.shift(86400)
    first, second = run(node, mock, CREATE, LIST)
    assert first["error"]["code"] == "Unauthorized"
    assert result(second)["total"] == 0


def test_a_task_expires_after_a_week(node: NodeClients, mock: Mock) -> None:
    (created,) = run(node, mock, CREATE)
    uuid = result(created)["uuid"]
    mock.advance(7 * 86400 + 10)
    _, shown, linked = run(node, mock, LIST, ("GET", f"/{uuid}", None), ("GET", f"/link/{uuid}", None))
    assert result(shown)["task"]["state"] == "EXPIRED"
    assert result(linked)["link"] == ""


@pytest.mark.parametrize(
    ("code", "status"), [("InternalError", 500), ("ServiceUnavailable", 503), ("RequestLimited", 429)]
)
def test_an_error_that_no_client_causes_is_raised_once(node: NodeClients, mock: Mock, code: str, status: int) -> None:
    mock.inject(API, code)
    (outcome,) = run(node, mock, CREATE)
    assert refusal(mock, outcome) == (status, code)
    assert len(mock.exchanges(api=API)) == 1
