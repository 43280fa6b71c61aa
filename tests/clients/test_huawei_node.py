"""@huaweicloud/huaweicloud-sdk-core, given the calls that the clients of the three services make through it."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest

from tests.clients.control import FIRST, SECOND, TEMPORARY, UNKNOWN, WRONG_SECRET, Account, Mock
from tests.clients.exported import open_tar, open_zip, read_xls
from tests.clients.iotda import BATCH_TASK
from tests.clients.nodejs import NodeClients, Outcome
from tests.clients.workspace import USER_GROUP, window

LOGS = "/v1/{project_id}/physicalservers/srv-1/logs/exports"
TASKS = "/v5/iot/{project_id}/export-tasks"
CENTRE = "/v2/{project_id}/export-tasks"
BATCH: dict[str, Any] = {"resource_type": "BatchTask", "resource_condition": {"task_id": BATCH_TASK}}
NEW_TASK: dict[str, Any] = {"method": "POST", "path": TASKS, "body": BATCH}
ENGLISH = {"language": "en_US"}
CREATORS: dict[str, dict[str, Any]] = {
    "ExportUsersNew": {"method": "POST", "path": "/v3/{project_id}/users/export"},
    "ExportUserGroupsNew": {"method": "POST", "path": "/v3/{project_id}/groups/export"},
    "ExportUserGroupUsersNew": {"path": f"/v3/{{project_id}}/groups/{USER_GROUP}/users/export"},
    "ExportDesktopListNew": {
        "path": "/v3/{project_id}/desktops/export",
        "query": ENGLISH | {"user_names": ["b c", "a"], "user_attached": True},
    },
    "ExportDesktopVersionList": {
        "path": "/v2/{project_id}/desktops/list-by-version/export",
        "query": ENGLISH | {"agent_version": "24.2.0.1", "os_type": "Windows"},
    },
    "ExportUserConnectionNew": {"path": "/v3/{project_id}/desktops/connections/export"},
    "ExportHostsDetail": {"path": "/v2/{project_id}/hosts/export", "query": ENGLISH},
    "ExportAppUserAccessData": {
        "method": "POST",
        "path": "/v2/{project_id}/statistics/metrics/app-user-access/export",
        "window": "body",
    },
    "ExportDesktopUsageMetricNew": {"path": "/v3/{project_id}/statistics/metrics/desktops/export", "window": "query"},
    "ExportUserUsageMetricNew": {"path": "/v3/{project_id}/statistics/metrics/users/export", "window": "query"},
    "ExportTenantUpgradeStrategies": {"path": "/v2/{project_id}/upgrade-strategies/export", "query": ENGLISH},
    "ExportTerminalsBindingDesktopsInfoNew": {
        "path": "/v3/{project_id}/terminals/binding-desktops/template/export",
        "query": ENGLISH,
    },
}


def get(path: str, **more: Any) -> dict[str, Any]:
    return {"method": "GET", "path": path, **more}


def run(
    node: NodeClients, mock: Mock, *calls: dict[str, Any], account: Account = FIRST, **client: Any
) -> list[Outcome]:
    settings = {"url": mock.url, "key": account.key, "secret": account.secret, "project": account.project}
    return node.run("huawei.js", settings | client, calls)


def content_of(outcome: Outcome) -> bytes:
    assert outcome["answer"]["status"] == 200
    return b64decode(outcome["answer"]["content"])


def refusal(mock: Mock, outcome: Outcome) -> tuple[int, str]:
    """Status and code of an error; its message and its request id are those of the last answer."""
    error = outcome["error"]
    assert error["name"] == ("ClientRequestException" if error["status"] < 500 else "ServerResponseException")
    assert error["requestId"] == mock.exchanges()[-1]["response"]["headers"]["x-request-id"]
    assert error["message"] == mock.last_answer()["error_msg"]
    return error["status"], error["code"]


def test_an_export_of_server_logs_lives_its_whole_life(node: NodeClients, mock: Mock) -> None:
    (started,) = run(node, mock, {"method": "POST", "path": LOGS})
    assert started["answer"]["httpStatusCode"] == 202
    export = f"{LOGS}/{started['answer']['export_id']}"
    early, refused = run(node, mock, get(export), get(f"{export}/content"))
    assert early["answer"]["status"] == "processing"
    assert refusal(mock, refused) == (400, "iMetal.0121")
    mock.advance(10)
    late, file = run(node, mock, get(export), get(f"{export}/content", binary=True))
    assert (late["answer"]["status"], late["answer"]["percentage"]) == ("completed", "100%")
    assert open_tar(content_of(file))[0] == "srv-1-dump.log"


def test_an_export_task_of_devices_lives_its_whole_life(node: NodeClients, mock: Mock) -> None:
    (created,) = run(node, mock, NEW_TASK)
    task_id = created["answer"]["export_task_id"]
    look = get(TASKS, query={"resource_type": "BatchTask", "limit": 1})
    load = get(f"{TASKS}/{task_id}/file", binary=True)
    removal = {"method": "DELETE", "path": f"{TASKS}/{task_id}"}
    assert created["answer"]["status"] == "Processing"
    mock.advance(10)
    listed, file = run(node, mock, look, load)
    (task,) = listed["answer"]["export_tasks"]
    assert (task["export_task_id"], task["status"], task["progress"]) == (task_id, "Success", 100)
    assert len(read_xls(open_zip(content_of(file))[1])[1]) == task["export_count"]
    (too_soon,) = run(node, mock, load | {"binary": False})
    assert refusal(mock, too_soon) == (403, "IOTDA.014304")
    deleted, again = run(node, mock, removal, removal)
    assert deleted["answer"]["httpStatusCode"] == 204
    assert refusal(mock, again) == (404, "IOTDA.014300")


@pytest.mark.parametrize("operation", CREATORS)
def test_a_task_of_every_creator_lives_its_whole_life(node: NodeClients, mock: Mock, operation: str) -> None:
    call = {"method": "GET"} | CREATORS[operation]
    if where := call.pop("window", ""):
        call[where] = window(mock)
    (created,) = run(node, mock, call)
    task_id = created["answer"]["task_id"]
    mock.advance(10)
    listed, file, removed, relisted = run(
        node,
        mock,
        get(CENTRE, query={"task_id": task_id, "is_download": False}),
        get(f"{CENTRE}/{task_id}/download", binary=True),
        {"method": "POST", "path": f"{CENTRE}/batch-delete", "body": {"task_ids": [task_id]}},
        get(CENTRE, query={"task_id": task_id}),
    )
    assert [task["status"] for task in listed["answer"]["export_tasks"]] == ["SUCCESS"]
    assert read_xls(content_of(file))[1]
    assert removed["answer"]["httpStatusCode"] == 200
    assert relisted["answer"]["count"] == 0


@pytest.mark.parametrize(
    ("call", "status", "code"),
    [
        ({"method": "POST", "path": LOGS.replace("srv-1", "srv-9")}, 404, "iMetal.0100"),
        ({"method": "POST", "path": LOGS.replace("srv-1", "srv-2")}, 400, "iMetal.0101"),
        (get(f"{LOGS}/99"), 404, "iMetal.0120"),
        (NEW_TASK | {"body": {"resource_type": "BatchTask"}}, 400, "IOTDA.000006"),
        (NEW_TASK | {"body": BATCH | {"app_type": "APP", "app_id": "nowhere"}}, 403, "IOTDA.001000"),
        (get(TASKS), 400, "IOTDA.000006"),
        (get(TASKS, query={"resource_type": "BatchTask", "limit": 51}), 400, "IOTDA.000017"),
        (get(CENTRE, query={"limit": 101}), 400, "WKS.00211102"),
        (get(f"{CENTRE}/nothing/download"), 400, "WKS.00990001"),
        (get("/v2/{project_id}/import-tasks"), 404, "APIGW.0101"),
        ({"method": "PUT", "path": TASKS, "body": {"a": 1}}, 404, "APIGW.0101"),
    ],
    ids=str,
)
def test_a_bad_request_is_refused(node: NodeClients, mock: Mock, call: dict[str, Any], status: int, code: str) -> None:
    (outcome,) = run(node, mock, call)
    assert refusal(mock, outcome) == (status, code)


@pytest.mark.parametrize(
    ("account", "token", "status", "code"),
    [
        (UNKNOWN, None, 401, "APIGW.0301"),
        (WRONG_SECRET, None, 401, "APIGW.0301"),
        (TEMPORARY, "TOKENOFNOBODY", 401, "APIGW.0301"),
        (Account(FIRST.key, FIRST.secret, SECOND.project), None, 403, "APIGW.0306"),
    ],
    ids=["unknown key", "wrong secret", "wrong token", "project of another"],
)
def test_a_caller_who_may_not_is_refused(  # noqa: PLR0917
    node: NodeClients, mock: Mock, account: Account, token: str | None, status: int, code: str
) -> None:
    (outcome,) = run(node, mock, get(CENTRE), account=account, token=token)
    assert refusal(mock, outcome) == (status, code)


def test_temporary_credentials_are_accepted(node: NodeClients, mock: Mock) -> None:
    (outcome,) = run(node, mock, get(CENTRE), account=TEMPORARY, token=TEMPORARY.token)
    assert outcome["answer"]["count"] == 0


def test_a_stale_signature_is_refused(node: NodeClients, mock: Mock) -> None:
    mock.shift(16 * 60)
    (outcome,) = run(node, mock, get(CENTRE))
    assert refusal(mock, outcome) == (401, "APIGW.0301")


def test_a_region_is_turned_into_the_project_of_the_account(node: NodeClients, mock: Mock) -> None:
    (outcome,) = run(node, mock, get(CENTRE), account=SECOND, project=None, region="cn-node-1")
    assert outcome["answer"]["count"] == 0
    asked, served = mock.exchanges()
    assert (asked["operation"], asked["request"]["query"]) == ("KeystoneListProjects", "name=cn-node-1")
    assert SECOND.project in served["request"]["path"]


def test_a_derived_signature_is_served_by_iotda(node: NodeClients, mock: Mock) -> None:
    look = get(TASKS, query={"resource_type": "BatchTask"})
    (outcome,) = run(node, mock, look, region="cn-north-4", derived="iotdm")
    assert outcome["answer"]["page"]["count"] == 0
    assert mock.exchanges()[-1]["request"]["headers"]["authorization"].startswith("V11-HMAC-SHA256 Credential=")


@pytest.mark.parametrize(("code", "status"), [("APIGW.0601", 500), ("APIGW.0308", 429)])
def test_an_error_that_no_client_causes_is_raised_once(node: NodeClients, mock: Mock, code: str, status: int) -> None:
    mock.inject("huawei-workspace", code)
    (outcome,) = run(node, mock, get(CENTRE))
    assert refusal(mock, outcome) == (status, code)
    assert len(mock.exchanges()) == 1
