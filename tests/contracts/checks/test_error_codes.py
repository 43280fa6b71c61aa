"""The checks of error codes and of their messages."""

import pytest

from contracts.calls.client import Api, Run
from contracts.judgement import Verdict, failure_text, judge
from contracts.target import Capability
from contracts.targets.embedded import BASE_URL, mock_app
from contracts.targets.mock import Mock
from contracts.targets.wsgi import Wsgi
from openapi.clauses import ClauseKind
from tests.contracts.bent import all_clauses, bent, clause, judged, spec
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
    "baidu-bls/InvalidVersion/error-code",
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


# The entries for whose reasons no client is known to bring them about, although a mock answers so: why not.
NOT_PROVOKED = {
    "internal-error": "a server that fails cannot be asked to",
    "RequestLimited": "no page of the service gives a number",
    "iMetal.0002": "no parameter is required outside the path",
    "APIGW.0306": "the service's own code answers first",
    "APIGW.0201:invalid": "the service's own code answers first",
    "403": "the issuer's operations name no project",
    "429": "no page of the issuer gives a number",
    "APIGW.0308": "where it stands for one operation alone, that has a stricter limit with another code",
    "MethodNotAllowed": "a method that is signed well might change what is stored",
}


class Faultless(Mock):
    """A mock that is asked for nothing but what clients can do."""

    capabilities = frozenset(Capability) - {Capability.FAULTS}


@pytest.mark.parametrize("api", APIS)
def test_every_entry_is_provoked_by_what_a_client_does_or_says_why_not(api: str) -> None:
    own, seen = spec(api), set[object]()
    app = mock_app({api: own} | {name: spec(name) for name in own.companions})
    target = Faultless(BASE_URL, Wsgi(app), {api: own})
    for found in all_clauses(api):
        if found.kind is not ClauseKind.ERROR_CODE or not found.detail.error_code.when or found.pointer in seen:
            continue
        judgement = judge(found, lambda: Api(target, own, run=Run()))
        if judgement.verdict is Verdict.HELD:
            seen.add(found.pointer)
        else:
            reasons = {found.subject.removesuffix(":1"), *found.detail.error_code.when}
            assert judgement.verdict is Verdict.NOT_OBSERVED
            assert reasons & NOT_PROVOKED.keys(), f"{found.id}: {judgement.reason}"


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
