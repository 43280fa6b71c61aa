"""What tencentcloud-sdk-python-cls raises for everything that the mock refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from tencentcloud.cls.v20201016.cls_client import ClsClient
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.common.retry import StandardRetryer

from tests.clients.control import FIRST, TEMPORARY, UNKNOWN, WRONG_SECRET, Account, Mock, account_in
from tests.clients.tencent import (
    CLOSED_TOPIC,
    CREATION,
    MISSING_TOPIC,
    TO,
    UNKNOWN_EXPORT,
    WAYS,
    connect,
    create,
    delete,
    describe,
)

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OPERATIONS: dict[str, Callable[[ClsClient], object]] = {
    "CreateExport": create,
    "DescribeExports": describe,
    "DeleteExport": lambda client: delete(client, UNKNOWN_EXPORT),
}


def refusal(mock: Mock, call: Callable[[], object]) -> tuple[str, str]:
    """Code and message of what the SDK raises; its request id is that of the answer."""
    with pytest.raises(TencentCloudSDKException) as raised:
        call()
    error = raised.value
    assert UUID.fullmatch(error.get_request_id())
    assert error.get_request_id() == mock.last_answer()["Response"]["RequestId"]
    return error.get_code(), error.get_message()


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("condition", "code", "message"),
    [
        ("ISOLATED", "OperationDenied.AccountIsolate", "The account has overdue payments."),
        ("DESTROYED", "OperationDenied.AccountDestroy", "The account has been terminated."),
        ("MISSING", "OperationDenied.AccountNotExists", "The account does not exist."),
        ("DENIED", "OperationDenied", "Operation denied."),
        ("UNAUTHORIZED", "AuthFailure.UnauthorizedOperation", "The request is not authorized."),
    ],
)
def test_an_account_in_a_bad_condition_is_refused(
    mock: Mock, operation: str, condition: str, code: str, message: str
) -> None:
    client = connect(mock, account_in(condition))
    found, said = refusal(mock, lambda: OPERATIONS[operation](client))
    assert found == code
    assert said.startswith(message)


@pytest.mark.parametrize(
    ("topic", "code"),
    [(CLOSED_TOPIC, "FailedOperation.TopicClosed"), (MISSING_TOPIC, "ResourceNotFound.TopicNotExist")],
)
@pytest.mark.parametrize("call", [create, describe])
def test_a_topic_that_is_closed_or_missing_is_refused(
    mock: Mock, call: Callable[..., object], topic: str, code: str
) -> None:
    client = connect(mock)
    assert refusal(mock, lambda: call(client, TopicId=topic))[0] == code


@pytest.mark.parametrize("name", CREATION)
def test_a_missing_parameter_of_a_creation_is_named(mock: Mock, name: str) -> None:
    assert refusal(mock, lambda: create(connect(mock), **{name: None})) == (
        "MissingParameter",
        f"The request is missing a required parameter `{name}`.",
    )


def test_a_missing_parameter_of_the_other_operations_is_named(mock: Mock) -> None:
    client = connect(mock)
    assert refusal(mock, lambda: describe(client, TopicId=None))[0] == "MissingParameter"
    assert refusal(mock, lambda: delete(client, None))[0] == "MissingParameter"


@pytest.mark.parametrize(("signature", "method"), WAYS)
@pytest.mark.parametrize(
    "changes",
    [
        {"Count": "abc"},
        {"Count": 50_000_001},
        {"Count": -1},
        {"Order": "up"},
        {"Order": "ASC"},
        {"Format": "xml"},
        {"SyntaxRule": 2},
        {"From": TO + 1},
        {"Query": "status:200 | select count(*)"},
        {"Query": "status:["},
    ],
    ids=str,
)
def test_a_bad_parameter_is_named(mock: Mock, changes: dict[str, Any], signature: str, method: str) -> None:
    client = connect(mock, signature=signature, method=method)
    code, message = refusal(mock, lambda: create(client, **changes))
    assert code == "InvalidParameter"
    assert any(name in message for name in changes) or message.startswith(("From and To", "the statement"))


@pytest.mark.parametrize("changes", [{"Count": "100"}, {"From": str(TO)}, {"Query": 200}, {"TopicId": 7}], ids=str)
def test_json_has_to_have_the_documented_types(mock: Mock, changes: dict[str, Any]) -> None:
    code, message = refusal(mock, lambda: create(connect(mock), **changes))
    assert code == "InvalidParameter"
    assert next(iter(changes)) in message


@pytest.mark.parametrize("page", [{"Limit": 101}, {"Limit": 0}, {"Offset": -1}, {"Limit": "many"}], ids=str)
def test_a_page_has_to_be_within_its_bounds(mock: Mock, page: dict[str, Any]) -> None:
    code, message = refusal(mock, lambda: describe(connect(mock), **page))
    assert code == "InvalidParameter"
    assert next(iter(page)) in message


@pytest.mark.parametrize(("signature", "method"), WAYS)
def test_an_unknown_parameter_is_named(mock: Mock, signature: str, method: str) -> None:
    client = connect(mock, signature=signature, method=method)
    assert refusal(mock, lambda: client.call_json("CreateExport", CREATION | {"Colour": "red"})) == (
        "UnknownParameter",
        "The parameter `Colour` is not recognized.",
    )


def test_a_region_takes_no_effect(mock: Mock) -> None:
    create(connect(mock, region="mars-1"))
    assert describe(connect(mock)).TotalCount == 1


def test_an_unknown_action_and_an_unknown_version_are_refused(mock: Mock) -> None:
    client = connect(mock)
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=mock.host))
    older = CommonClient("cls", "1999-01-01", client.credential, client.region, profile)
    assert refusal(mock, lambda: client.call_json("ForgetExport", {}))[0] == "InvalidAction"
    assert refusal(mock, lambda: older.call_json("CreateExport", CREATION))[0] == "NoSuchVersion"


@pytest.mark.parametrize(("signature", "method"), WAYS)
@pytest.mark.parametrize(
    ("account", "token", "code"),
    [
        (UNKNOWN, None, "AuthFailure.SecretIdNotFound"),
        (WRONG_SECRET, None, "AuthFailure.SignatureFailure"),
        (FIRST, "TOKENOFNOBODY", "AuthFailure.TokenFailure"),
        (TEMPORARY, None, "AuthFailure.TokenFailure"),
        (TEMPORARY, "TOKENOFNOBODY", "AuthFailure.TokenFailure"),
    ],
    ids=["unknown key", "wrong secret", "token of nobody", "no token", "wrong token"],
)
def test_whoever_cannot_prove_who_they_are_is_refused(  # noqa: PLR0917
    mock: Mock, account: Account, token: str | None, code: str, signature: str, method: str
) -> None:
    client = connect(mock, account, signature, method, token=token)
    assert refusal(mock, lambda: create(client))[0] == code


@pytest.mark.parametrize(("signature", "method"), WAYS)
@pytest.mark.parametrize("skew", [310, -310])
def test_a_signature_is_stale_after_five_minutes(mock: Mock, skew: int, signature: str, method: str) -> None:
    mock.shift(skew)
    client = connect(mock, signature=signature, method=method)
    assert refusal(mock, lambda: create(client))[0] == "AuthFailure.SignatureExpire"


@pytest.mark.parametrize("skew", [290, -290])
def test_a_signature_is_good_for_almost_five_minutes(mock: Mock, skew: int) -> None:
    mock.shift(skew)
    assert create(connect(mock))


def test_a_request_whose_signature_was_skipped_is_refused(mock: Mock) -> None:
    client = connect(mock)
    call = lambda: client.call_json("CreateExport", CREATION, options={"SkipSign": True})  # noqa: E731
    assert refusal(mock, call)[0] == "AuthFailure.InvalidAuthorization"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_21st_call_within_a_second_is_refused(mock: Mock, operation: str) -> None:
    client = connect(mock)
    for _ in range(20):
        ignore_missing(lambda: OPERATIONS[operation](client))
    assert refusal(mock, lambda: OPERATIONS[operation](client)) == (
        "RequestLimitExceeded",
        (
            "Your current request times equals to `21` in a second, which exceeds the frequency limit `20` "
            "for a second. Please reduce the frequency of calls."
        ),
    )
    mock.advance(1)
    ignore_missing(lambda: OPERATIONS[operation](client))


def ignore_missing(call: Callable[[], object]) -> None:
    """A deletion of nothing counts as a call too."""
    try:
        call()
    except TencentCloudSDKException as error:
        assert error.get_code() == "ResourceNotFound.ExportNotExist"  # noqa: PT017


def test_the_101st_unfinished_export_is_refused(mock: Mock) -> None:
    client = connect(mock)
    for number in range(100):
        create(client)
        if number % 20 == 19:
            mock.advance(1)
    assert refusal(mock, lambda: create(client))[0] == "LimitExceeded.Export"
    mock.advance(10)
    assert create(client)


@pytest.mark.parametrize(
    ("signature", "method", "size"),
    [("TC3-HMAC-SHA256", "GET", 33_000), ("HmacSHA1", "GET", 33_000), ("HmacSHA256", "POST", 1_100_000)],
)
def test_a_request_that_is_too_large_is_refused(mock: Mock, signature: str, method: str, size: int) -> None:
    client = connect(mock, signature=signature, method=method)
    assert refusal(mock, lambda: create(client, Query="x" * size))[0] == "RequestSizeLimitExceeded"


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("CreateExport", "InternalError"),
        ("CreateExport", "FailedOperation"),
        ("DescribeExports", "UnsupportedOperation"),
        ("DeleteExport", "ServiceUnavailable"),
        ("DeleteExport", "RequestLimitExceeded.UinLimitExceeded"),
    ],
)
def test_an_error_that_no_client_causes_is_raised_once(mock: Mock, operation: str, code: str) -> None:
    mock.inject("tencent-cls", code, operation)
    client = connect(mock)
    assert refusal(mock, lambda: OPERATIONS[operation](client))[0] == code
    assert len(mock.exchanges(api="tencent-cls")) == 1


def test_the_retryer_of_the_sdk_gives_up_at_an_internal_error(mock: Mock) -> None:
    mock.inject("tencent-cls", "InternalError")
    client = connect(mock, retryer=StandardRetryer(backoff_fn=lambda _: 0))
    assert refusal(mock, lambda: create(client))[0] == "InternalError"
    assert len(mock.exchanges(api="tencent-cls")) == 1


def test_the_retryer_of_the_sdk_retries_when_throttled_and_forgets_that_it_then_succeeded(mock: Mock) -> None:
    mock.inject("tencent-cls", "RequestLimitExceeded")
    client = connect(mock, retryer=StandardRetryer(max_attempts=3, backoff_fn=lambda _: 0))
    with pytest.raises(TencentCloudSDKException) as raised:
        create(client)  # the error of the first attempt is raised after two that succeed
    assert raised.value.get_code() == "RequestLimitExceeded"
    assert [exchange["reason"] for exchange in mock.exchanges(api="tencent-cls")] == ["fault", "", ""]
    assert len(mock.tasks("tencent-cls")) == 2
