"""How the Python SDKs of Huawei Cloud prove who calls, and what they raise when the gateway does not believe them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from huaweicloudsdkclouddc.v1 import CloudDCClient, ExportServerLogsRequest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import SdkException
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkiotda.v5 import IoTDAClient
from huaweicloudsdkiotda.v5 import ListExportTasksRequest as ListTasksOfIoTDA
from huaweicloudsdkworkspace.v2 import ListExportTasksRequest as ListTasksOfWorkspace
from huaweicloudsdkworkspace.v2 import WorkspaceClient

from tests.clients.control import FIRST, SECOND, TEMPORARY, TIMEOUT, UNKNOWN, WRONG_SECRET, Account, Mock
from tests.clients.huawei import connect, connect_to_region, credentials_of, refusal

# The SDK says so about every export of server logs where python-dateutil is not installed.
pytestmark = pytest.mark.filterwarnings("ignore:Unable to convert string to datetime:ImportWarning")

# By service: its client, and a call that is yet to be sent.
SERVICES: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "clouddc": (CloudDCClient, lambda client: client.export_server_logs_invoker(ExportServerLogsRequest(id="srv-1"))),
    "iotda": (
        IoTDAClient,
        lambda client: client.list_export_tasks_invoker(ListTasksOfIoTDA(resource_type="BatchTask")),
    ),
    "workspace": (WorkspaceClient, lambda client: client.list_export_tasks_invoker(ListTasksOfWorkspace())),
}
PREFIX = "Incorrect IAM authentication information: "

every_service = pytest.mark.parametrize("service", SERVICES)


def prepare(mock: Mock, service: str, account: Account = FIRST) -> Any:
    """A call of an account, before it is sent."""
    kind, call = SERVICES[service]
    return call(connect(kind, mock, account))


def send_with_token(mock: Mock, service: str, token: str, account: Account = FIRST) -> Any:
    """A call with a token: a header that is already there keeps the SDK from signing."""
    call = prepare(mock, service, account)
    return call.add_header("Authorization", "token").add_header("X-Auth-Token", token).invoke()


def send_temporary(mock: Mock, service: str, token: str | None) -> Any:
    kind, call = SERVICES[service]
    credentials = credentials_of(TEMPORARY)
    if token:
        credentials.with_security_token(token)
    return call(kind.new_builder().with_credentials(credentials).with_endpoint(mock.url).build()).invoke()


def ask_token(mock: Mock, **wrong: str) -> requests.Response:
    """What IAM answers to the user of the first account, or to somebody who has something wrong."""
    said = {"name": "IAMUser", "domain": "IAMDomain", "password": "IAMPassword"} | wrong
    user = said | {"domain": {"name": said["domain"]}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": {"name": "cn-north-4"}}}}
    return mock.session.post(f"{mock.url}/v3/auth/tokens", json=body, timeout=TIMEOUT)


@every_service
def test_a_signed_call_is_served(mock: Mock, service: str) -> None:
    assert prepare(mock, service).invoke().status_code in {200, 202}


@every_service
@pytest.mark.parametrize(
    ("account", "message"),
    [
        (WRONG_SECRET, "verify aksk signature fail"),
        (UNKNOWN, "Get secretKey failed,ak:AKIDNOBODY,err:ak not exist"),
    ],
    ids=["wrong secret", "unknown key"],
)
def test_whoever_cannot_prove_who_they_are_is_refused(mock: Mock, service: str, account: Account, message: str) -> None:
    call = prepare(mock, service, account)
    assert refusal(mock, call.invoke) == (401, "APIGW.0301", PREFIX + message)


@every_service
@pytest.mark.parametrize("minutes", [16, -16])
def test_a_signature_is_stale_after_a_quarter_of_an_hour(mock: Mock, service: str, minutes: int) -> None:
    signed = datetime.fromtimestamp(mock.now(), UTC) - timedelta(minutes=minutes)
    moment = signed.strftime("%Y%m%dT%H%M%SZ")
    call = prepare(mock, service).add_header("X-Sdk-Date", moment)
    status, code, message = refusal(mock, call.invoke)
    assert (status, code) == (401, "APIGW.0301")
    assert message.startswith(
        f"{PREFIX}calc aksk signature fail:signature expired, signature time:{moment},server time:"
    )


@every_service
@pytest.mark.parametrize("minutes", [14, -14])
def test_a_signature_is_good_for_almost_a_quarter_of_an_hour(mock: Mock, service: str, minutes: int) -> None:
    mock.shift(60 * minutes)
    assert prepare(mock, service).invoke().status_code in {200, 202}


@every_service
def test_a_key_is_locked_for_five_minutes_after_more_than_five_failures(mock: Mock, service: str) -> None:
    for _ in range(6):
        assert refusal(mock, prepare(mock, service, WRONG_SECRET).invoke)[2] == PREFIX + "verify aksk signature fail"
    assert refusal(mock, prepare(mock, service).invoke) == (
        401,
        "APIGW.0301",
        PREFIX + "AK access failed to reach the limit,forbidden.",
    )
    mock.advance(301)
    assert prepare(mock, service).invoke().status_code in {200, 202}


@every_service
def test_temporary_credentials_are_those_of_their_account(mock: Mock, service: str) -> None:
    assert send_temporary(mock, service, TEMPORARY.token).status_code in {200, 202}


@every_service
@pytest.mark.parametrize("token", [None, "TOKENOFNOBODY"])
def test_temporary_credentials_need_their_token(mock: Mock, service: str, token: str | None) -> None:
    assert refusal(mock, lambda: send_temporary(mock, service, token)) == (
        401,
        "APIGW.0301",
        PREFIX + "decrypt token fail",
    )


@every_service
def test_a_token_is_served_without_a_signature(mock: Mock, service: str) -> None:
    assert send_with_token(mock, service, FIRST.token).status_code in {200, 202}
    assert "SDK-HMAC-SHA256" not in mock.exchanges()[-1]["request"]["headers"]["authorization"]


@every_service
def test_a_token_that_iam_did_not_issue_is_refused(mock: Mock, service: str) -> None:
    call = lambda: send_with_token(mock, service, "TOKENOFNOBODY")  # noqa: E731
    assert refusal(mock, call) == (401, "APIGW.0301", PREFIX + "decrypt token fail")


@every_service
def test_a_token_of_another_account_does_not_open_the_project(mock: Mock, service: str) -> None:
    assert refusal(mock, lambda: send_with_token(mock, service, SECOND.token))[0] == 403


@every_service
def test_a_token_from_iam_is_good_for_a_day(mock: Mock, service: str) -> None:
    issued = ask_token(mock)
    token = issued.headers["X-Subject-Token"]
    assert (issued.status_code, issued.json()["token"]["project"]["id"]) == (201, FIRST.project)
    assert send_with_token(mock, service, token).status_code in {200, 202}
    mock.advance(86400 - 1)
    assert send_with_token(mock, service, token).status_code in {200, 202}
    mock.advance(2)
    expired = refusal(mock, lambda: send_with_token(mock, service, token))
    assert expired == (401, "APIGW.0307", "The token must be updated.")


@pytest.mark.parametrize("wrong", [{"password": "PASSWORD"}, {"name": "IAMNobody"}, {"domain": "IAMNowhere"}], ids=str)
def test_iam_issues_no_token_for_a_wrong_name_or_password(mock: Mock, wrong: dict[str, str]) -> None:
    refused = ask_token(mock, **wrong)
    assert (refused.status_code, refused.json()) == (
        401,
        {"error": {"code": 401, "message": "The username or password is wrong.", "title": "Unauthorized"}},
    )


def test_iam_issues_no_token_for_a_body_that_lacks_the_identity(mock: Mock) -> None:
    refused = mock.session.post(f"{mock.url}/v3/auth/tokens", json={"auth": {}}, timeout=TIMEOUT)
    assert (refused.status_code, refused.json()) == (
        400,
        {"error": {"code": 400, "message": "The request body is invalid", "title": "Bad Request"}},
    )


@every_service
def test_a_call_with_neither_signature_nor_token_is_refused(mock: Mock, service: str) -> None:
    call = prepare(mock, service).add_header("Authorization", "none")
    assert refusal(mock, call.invoke)[:2] == (401, "APIGW.0301")


@every_service
def test_a_region_is_turned_into_the_project_of_the_account(mock: Mock, service: str) -> None:
    kind, call = SERVICES[service]
    credentials = BasicCredentials(SECOND.key, SECOND.secret)
    region = f"cn-{service}-1"  # the SDK remembers what it learned about a region
    client = connect_to_region(kind, mock, credentials, region)
    assert call(client).invoke().status_code in {200, 202}
    asked, served = mock.exchanges()
    assert (asked["operation"], asked["request"]["query"]) == ("KeystoneListProjects", f"name={region}")
    assert SECOND.project in served["request"]["path"]


def test_a_region_cannot_be_looked_up_with_a_wrong_secret(mock: Mock) -> None:
    credentials = BasicCredentials(WRONG_SECRET.key, WRONG_SECRET.secret)
    with pytest.raises(SdkException, match=r"Failed to get project id of region 'cn-north-9'.*401"):
        connect_to_region(IoTDAClient, mock, credentials, "cn-north-9")


def derived(mock: Mock, kind: Any, account: Account) -> Any:
    """A client of a dedicated instance, which signs with a key derived for the day, the region and the service."""
    credentials = credentials_of(account).with_derived_predicate(BasicCredentials.get_default_derived_predicate())
    return kind.new_builder().with_credentials(credentials).with_region(Region("cn-north-4", mock.url)).build()


def test_a_derived_signature_is_served_by_iotda(mock: Mock) -> None:
    _, call = SERVICES["iotda"]
    assert call(derived(mock, IoTDAClient, FIRST)).invoke().page.count == 0
    sent = mock.exchanges()[-1]["request"]["headers"]["authorization"]
    assert sent.startswith("V11-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    assert "/cn-north-4/iotdm" in sent


def test_a_derived_signature_with_a_wrong_secret_is_refused(mock: Mock) -> None:
    _, call = SERVICES["iotda"]
    refused = refusal(mock, call(derived(mock, IoTDAClient, WRONG_SECRET)).invoke)
    assert refused == (401, "APIGW.0301", PREFIX + "verify aksk signature fail")
