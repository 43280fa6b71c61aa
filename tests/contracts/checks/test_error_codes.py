"""The checks of error codes and of their messages."""

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import ClauseKind
from tests.contracts.bent import bent, clause, judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.verdicts import clauses_of
from tests.contracts.checks.whole import APIS, not_held

CODES = [
    "tencent-cls/CreateExport/InvalidParameter/error-code",
    "tencent-cls/CreateExport/LimitExceeded.Export/error-code",
    "tencent-cls/CreateExport/OperationDenied.AccountIsolate/error-code",
    "tencent-cls/CreateExport/AuthFailure.SignatureExpire/error-code",
    "tencent-cls/CreateExport/RequestLimitExceeded/error-code",
    "tencent-cls/GetExportedFile/SignatureDoesNotMatch/error-code",
    "tencent-cls/GetExportedFile/RequestTimeTooSkewed/error-code",
    "tencent-cls/InvalidAction/error-code",
    "tencent-cls/RequestSizeLimitExceeded/error-code",
    "tencent-cls/ActionOffline/error-code",
    "baidu-bls/GetDownloadedFile/NoSuchKey/error-code",
    "baidu-bls/CreateDownloadTask/Unauthorized/error-code",
    "huawei-clouddc/DownloadServerLogs/iMetal.0121/error-code",
    "huawei-clouddc/APIGW.0101:unknown-path/error-code",
    "huawei-clouddc/APIGW.0201:5/error-code",
    "huawei-iotda/ShowExportTask/IOTDA.014302/error-code",
    "huawei-iotda/ListExportTasks/IOTDA.000017/error-code",
    "huawei-workspace/DownloadExportFile/WKS.00990004/error-code",
    "huawei-workspace/ListExportTasks/APIGW.0307/error-code",
    "huawei-workspace/ListExportTasks/APIGW.0301:locked-key/error-code",
]


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.ERROR_CODE, once=True) == {}


@pytest.mark.parametrize("api", APIS)
def test_the_mock_says_what_is_documented(api: str) -> None:
    assert not_held(api, ClauseKind.MESSAGE) == {}


@pytest.mark.parametrize("clause_id", clauses_of(ClauseKind.MESSAGE))
def test_another_message_breaks_the_clause(clause_id: str) -> None:
    assert bent(clause_id, f"Other: {clause(clause_id).value}").verdict is Verdict.BROKEN


def test_another_message_of_a_foreign_server_is_broken_only_where_it_is_documented() -> None:
    for name, verdict in (
        ("baidu-bls/DownloadTaskNotFound/message", Verdict.BROKEN),
        ("tencent-cls/ResourceNotFound.TopicNotExist/message", Verdict.NOT_OBSERVED),
    ):
        assert judged_from_outside(name).verdict is Verdict.HELD
        assert judged_from_outside(name, {clause(name).pointer: "Other"}).verdict is verdict


@pytest.mark.parametrize("clause_id", CODES)
def test_another_code_breaks_the_clause(clause_id: str) -> None:
    assert judged(clause_id, {f"{clause(clause_id).pointer}/code": "Other"}).verdict is Verdict.BROKEN


@pytest.mark.parametrize("clause_id", CODES)
def test_another_status_breaks_the_clause(clause_id: str) -> None:
    assert judged(clause_id, {f"{clause(clause_id).pointer}/status": 418}).verdict is Verdict.BROKEN


def test_a_reason_that_is_answered_with_a_wider_code_breaks_the_clause() -> None:
    name = "tencent-cls/CreateExport/AuthFailure.SecretIdNotFound/error-code"
    assert judged(name, {f"{clause(name).pointer}/when": []}).verdict is Verdict.BROKEN


def test_a_code_that_no_client_provokes_needs_a_server_that_takes_faults() -> None:
    found = judged_from_outside("tencent-cls/ActionOffline/error-code")
    assert (found.verdict, found.reason) == (
        Verdict.NOT_OBSERVED,
        "nothing that a client does provokes it, and the target takes no faults",
    )


def test_a_foreign_server_is_judged_by_what_a_client_can_do() -> None:
    name = "tencent-cls/CreateExport/InvalidParameter/error-code"
    assert judged_from_outside(name).verdict is Verdict.HELD
    assert judged_from_outside(name, {f"{clause(name).pointer}/code": "Other"}).verdict is Verdict.BROKEN


def test_a_failure_tells_the_situation() -> None:
    name = "huawei-iotda/ShowExportTask/IOTDA.014301/error-code"
    lines = failure_text(judged(name, {f"{clause(name).pointer}/status": 404})).splitlines()
    assert lines[3] == "  expected  refused as IOTDA.014301 with status 403: not-finished, at ShowExportTask"
    assert lines[4].startswith('  received  404 {"error_code":"IOTDA.014301",')
