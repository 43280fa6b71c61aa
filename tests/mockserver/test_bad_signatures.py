"""What answers a request that does not prove who sent it?"""

from dataclasses import replace
from typing import Any

import pytest

from mockserver.accounts import FIRST, SECOND
from openapi.messages import Credentials, Request
from tests.mockserver.cloud import Cloud, assert_refused, code_of, operations, specs, with_headers

SIGNED = [each for each in operations() if specs()[each.values[0]].operations[each.values[1]].schemes]


def is_link(api: str, operation: str) -> bool:
    link = specs()[api].link
    return link is not None and link.operation == operation


def request_of(cloud: Cloud, api: str, operation: str) -> Request:
    return cloud.make(api, operation, **cloud.ready(api, operation))


@pytest.mark.parametrize(("api", "operation"), SIGNED)
def test_an_unsigned_request_is_refused(cloud: Cloud, api: str, operation: str) -> None:
    assert_refused(cloud.ask(request_of(cloud, api, operation)), api, operation, "unsigned")


@pytest.mark.parametrize(("api", "operation"), SIGNED)
def test_a_garbled_authorization_is_refused(cloud: Cloud, api: str, operation: str) -> None:
    request = request_of(cloud, api, operation)
    for header in ("garbage", "Basic QUtJRA==", "Bearer token", " ", "TC3", "bce-auth-v1", "é" * 9):
        answer = cloud.ask(with_headers(request, authorization=header))
        assert cloud.last().reason in {"malformed-signature", "missing-authentication-parameter", "unsigned"}
        assert_refused(answer, api, operation, cloud.last().reason)


@pytest.mark.parametrize(("api", "operation"), SIGNED)
def test_a_signature_with_another_secret_is_refused(cloud: Cloud, api: str, operation: str) -> None:
    request = request_of(cloud, api, operation)
    answer = cloud.ask(cloud.sign(request, api, operation, Credentials(FIRST.key.key_id, SECOND.key.secret)))
    reason = "link-forged" if is_link(api, operation) else "wrong-signature"
    assert cloud.last().reason == reason
    assert_refused(answer, api, operation, reason)


@pytest.mark.parametrize(("api", "operation"), SIGNED)
def test_an_unknown_access_key_is_refused(cloud: Cloud, api: str, operation: str) -> None:
    request = request_of(cloud, api, operation)
    answer = cloud.ask(cloud.sign(request, api, operation, Credentials("AKIDNOBODY", FIRST.key.secret)))
    assert_refused(answer, api, operation, "unknown-key")


@pytest.mark.parametrize(("api", "operation"), SIGNED)
def test_a_request_that_was_changed_after_signing_is_refused(cloud: Cloud, api: str, operation: str) -> None:
    signed = cloud.sign(request_of(cloud, api, operation), api, operation)
    answer = cloud.ask(with_headers(signed, host="elsewhere.example"))
    reason = "link-forged" if is_link(api, operation) else "wrong-signature"
    assert_refused(answer, api, operation, reason)


@pytest.mark.parametrize("seconds", [-7200, 7200])
@pytest.mark.parametrize(("api", "operation"), SIGNED)
def test_a_signature_of_another_time_is_refused_and_a_link_that_is_over(
    cloud: Cloud, api: str, operation: str, seconds: int
) -> None:
    request = request_of(cloud, api, operation)
    cloud.wait(10_000)
    signed = cloud.sign(request, api, operation)
    cloud.clock.set(cloud.clock.now() + seconds)
    answer = cloud.ask(signed)
    if is_link(api, operation) and seconds < 0:
        assert cloud.last().reason == ""  # a link says until when it is good, not from when
    else:
        assert_refused(answer, api, operation, "link-expired" if is_link(api, operation) else "stale-signature")


@pytest.mark.parametrize(("api", "operation"), SIGNED)
def test_a_token_that_belongs_to_no_key_is_refused(cloud: Cloud, api: str, operation: str) -> None:
    key = Credentials(FIRST.key.key_id, FIRST.key.secret, "NOTATOKEN")
    answer = cloud.ask(cloud.sign(request_of(cloud, api, operation), api, operation, key))
    assert_refused(answer, api, operation, "bad-token")


@pytest.mark.parametrize(
    ("api", "operation", "changes", "expected"),
    [
        ("tencent-cls", "CreateExport", {"authorization": None}, ("AuthFailure.InvalidAuthorization", 200)),
        ("tencent-cls", "CreateExport", {"host": "elsewhere"}, ("AuthFailure.SignatureFailure", 200)),
        ("tencent-cls", "CreateExport", {"x_tc_timestamp": "1"}, ("AuthFailure.SignatureExpire", 200)),
        ("baidu-bls", "ListDownloadTask", {"authorization": None}, ("Unauthorized", 401)),
        ("baidu-bls", "ListDownloadTask", {"host": "elsewhere"}, ("Unauthorized", 401)),
        ("huawei-clouddc", "ExportServerLogs", {"authorization": None}, ("APIGW.0301", 401)),
        ("huawei-iotda", "CreateExportTask", {"host": "elsewhere"}, ("APIGW.0301", 401)),
        ("huawei-workspace", "ListExportTasks", {"x_sdk_date": "20200101T000000Z"}, ("APIGW.0301", 401)),
    ],
)
def test_the_codes_are_those_of_the_pages(
    cloud: Cloud, api: str, operation: str, changes: dict[str, Any], expected: tuple[str, int]
) -> None:
    signed = cloud.sign(request_of(cloud, api, operation), api, operation)
    answer = cloud.ask(with_headers(signed, **changes))
    assert (code_of(answer, specs()[api]), answer.status) == expected, answer


def test_a_signature_over_another_body_is_refused(cloud: Cloud) -> None:
    signed = cloud.sign(request_of(cloud, "tencent-cls", "CreateExport"), "tencent-cls", "CreateExport")
    answer = cloud.ask(replace(signed, body=signed.body + b" "))
    assert_refused(answer, "tencent-cls", "CreateExport", "wrong-signature")
