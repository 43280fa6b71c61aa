"""tencentcloud-sdk-nodejs. It takes the service of its scope from the endpoint, and signs the host without the port."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.clients.control import FIRST, TEMPORARY, TIMEOUT, UNKNOWN, WRONG_SECRET, Account, Mock, account_in
from tests.clients.exported import open_tar, read_json_lines
from tests.clients.nodejs import NodeClients, Outcome
from tests.clients.tencent import CLOSED_TOPIC, CREATION, FROM, MISSING_TOPIC, REGION, TO, TOPIC, UNKNOWN_EXPORT, WAYS

Call = tuple[str, dict[str, Any]]


def run(node: NodeClients, mock: Mock, *calls: Call, account: Account = FIRST, **client: Any) -> list[Outcome]:
    """What came of the calls, each an operation and its parameters."""
    settings = {"endpoint": mock.host, "key": account.key, "secret": account.secret, "region": REGION}
    way = {"signature": "TC3-HMAC-SHA256", "method": "POST"}
    asked = [{"operation": operation, "parameters": parameters} for operation, parameters in calls]
    return node.run("tencent.js", settings | way | client, asked)


def refuse(mock: Mock, outcome: Outcome) -> str:
    """The code of an error; its request id is that of the last answer."""
    error = outcome["error"]
    assert error["requestId"] == mock.last_answer()["Response"]["RequestId"]
    assert error["message"] == mock.last_answer()["Response"]["Error"]["Message"]
    return str(error["code"])


@pytest.mark.parametrize(("signature", "method"), WAYS)
def test_an_export_lives_its_whole_life_however_the_requests_are_signed_and_sent(
    node: NodeClients, mock: Mock, signature: str, method: str
) -> None:
    way: dict[str, Any] = {"signature": signature, "method": method}
    look: Call = ("DescribeExports", {"TopicId": TOPIC, "Limit": 5})
    created, described = run(node, mock, ("CreateExport", CREATION | {"Order": "asc"}), look, **way)
    export_id = created["answer"]["ExportId"]
    assert [export["Status"] for export in described["answer"]["Exports"]] == ["Queuing"]

    mock.advance(10)
    removal: Call = ("DeleteExport", {"ExportId": export_id})
    (described,) = run(node, mock, look, **way)
    (export,) = described["answer"]["Exports"]
    assert (export["ExportId"], export["Status"]) == (export_id, "Completed")
    content = mock.download(export["CosPath"]).content
    rows = read_json_lines(open_tar(content)[1])
    moments = [row["__TIMESTAMP__"] for row in rows]
    assert len(content) == export["FileSize"]
    assert (moments, {row["status"] for row in rows}) == (sorted(moments), {200})
    assert FROM <= moments[0] <= moments[-1] <= TO

    deleted, again = run(node, mock, removal, removal, **way)
    assert deleted["answer"].keys() == {"RequestId"}
    assert refuse(mock, again) == "ResourceNotFound.ExportNotExist"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (("CreateExport", CREATION | {"TopicId": CLOSED_TOPIC}), "FailedOperation.TopicClosed"),
        (("DescribeExports", {"TopicId": CLOSED_TOPIC}), "FailedOperation.TopicClosed"),
        (("CreateExport", CREATION | {"TopicId": MISSING_TOPIC}), "ResourceNotFound.TopicNotExist"),
        (("DescribeExports", {"TopicId": MISSING_TOPIC}), "ResourceNotFound.TopicNotExist"),
        (("DeleteExport", {"ExportId": UNKNOWN_EXPORT}), "ResourceNotFound.ExportNotExist"),
        (("CreateExport", {"TopicId": TOPIC}), "MissingParameter"),
        (("DeleteExport", {}), "MissingParameter"),
        (("CreateExport", CREATION | {"Colour": "red"}), "UnknownParameter"),
        (("CreateExport", CREATION | {"Count": 50_000_001}), "InvalidParameter"),
        (("CreateExport", CREATION | {"Count": "100"}), "InvalidParameter"),
        (("CreateExport", CREATION | {"Format": "xml"}), "InvalidParameter"),
        (("CreateExport", CREATION | {"From": TO + 1}), "InvalidParameter"),
        (("DescribeExports", {"TopicId": TOPIC, "Limit": 101}), "InvalidParameter"),
    ],
    ids=str,
)
def test_a_bad_request_is_refused(node: NodeClients, mock: Mock, call: Call, code: str) -> None:
    (outcome,) = run(node, mock, call)
    assert refuse(mock, outcome) == code


@pytest.mark.parametrize(
    ("account", "token", "code"),
    [
        (UNKNOWN, None, "AuthFailure.SecretIdNotFound"),
        (WRONG_SECRET, None, "AuthFailure.SignatureFailure"),
        (TEMPORARY, "TOKENOFNOBODY", "AuthFailure.TokenFailure"),
        (account_in("ISOLATED"), None, "OperationDenied.AccountIsolate"),
        (account_in("DESTROYED"), None, "OperationDenied.AccountDestroy"),
        (account_in("MISSING"), None, "OperationDenied.AccountNotExists"),
        (account_in("DENIED"), None, "OperationDenied"),
        (account_in("UNAUTHORIZED"), None, "AuthFailure.UnauthorizedOperation"),
    ],
    ids=str,
)
def test_a_caller_who_may_not_is_refused(
    node: NodeClients, mock: Mock, account: Account, token: str | None, code: str
) -> None:
    (outcome,) = run(node, mock, ("CreateExport", CREATION), account=account, token=token)
    assert refuse(mock, outcome) == code


def test_a_stale_signature_is_refused(node: NodeClients, mock: Mock) -> None:
    mock.shift(310)
    (outcome,) = run(node, mock, ("CreateExport", CREATION))
    assert refuse(mock, outcome) == "AuthFailure.SignatureExpire"


def test_temporary_credentials_are_accepted(node: NodeClients, mock: Mock) -> None:
    (outcome,) = run(node, mock, ("CreateExport", CREATION), account=TEMPORARY, token=TEMPORARY.token)
    assert outcome["answer"]["ExportId"]


def test_the_21st_call_within_a_second_is_refused(node: NodeClients, mock: Mock) -> None:
    *served, last = run(node, mock, *[("DescribeExports", {"TopicId": TOPIC})] * 21)
    assert all("answer" in outcome for outcome in served)
    assert refuse(mock, last) == "RequestLimitExceeded"


def test_an_internal_error_is_raised_and_not_retried(node: NodeClients, mock: Mock) -> None:
    mock.inject("tencent-cls", "InternalError")
    (outcome,) = run(node, mock, ("CreateExport", CREATION))
    assert refuse(mock, outcome) == "InternalError"
    assert len(mock.exchanges(api="tencent-cls")) == 1


def test_under_the_name_of_the_cloud_the_link_leads_to_its_object_storage(node: NodeClients, mock: Mock) -> None:
    named: dict[str, Any] = {"endpoint": "cls.tencentcloudapi.com", "port": int(mock.host.partition(":")[2])}
    (created,) = run(node, mock, ("CreateExport", CREATION), **named)
    mock.advance(10)
    (described,) = run(node, mock, ("DescribeExports", {"TopicId": TOPIC}), **named)
    (export,) = described["answer"]["Exports"]
    link = urlsplit(export["CosPath"])
    assert export["ExportId"] == created["answer"]["ExportId"]
    assert (link.scheme, link.netloc) == ("https", "export-gz-1250000000.cos.ap-guangzhou.myqcloud.com")
    sent = mock.exchanges()[-1]["request"]["headers"]
    assert (sent["host"], "/cls/tc3_request" in sent["authorization"]) == (named["endpoint"], True)
    file = mock.session.get(f"{mock.url}{link.path}?{link.query}", headers={"Host": link.netloc}, timeout=TIMEOUT)
    assert len(file.content) == export["FileSize"]
