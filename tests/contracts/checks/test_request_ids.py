"""The check of request ids."""

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import ClauseKind
from tests.contracts.bent import clause, judged
from tests.contracts.checks.whole import APIS, not_held

MEMBERS = [
    "tencent-cls/CreateExport/RequestId/request-id",
    "tencent-cls/refusal:RequestId/request-id",
    "baidu-bls/refusal:requestId/request-id",
    "huawei-iotda/refusal-GatewayRefusal:request_id/request-id",
]
HEADERS = [
    "huawei-iotda/ListExportTasks/X-Request-Id/request-id",
    "huawei-workspace/refusal:X-Request-Id/request-id",
    "huawei-iam/KeystoneListProjects/X-IAM-Trace-Id/request-id",
]


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.REQUEST_ID) == {}


@pytest.mark.parametrize("clause_id", MEMBERS)
@pytest.mark.parametrize("value", ["", "the-same-again"])
def test_an_empty_id_and_one_that_comes_again_break_the_clause(clause_id: str, value: str) -> None:
    pointer = clause(clause_id).pointer
    assert judged(clause_id, {f"{pointer}/x-value": value, f"{pointer}/x-bind": None}).verdict is Verdict.BROKEN


@pytest.mark.parametrize("clause_id", HEADERS)
@pytest.mark.parametrize("value", [None, "", "the-same-again"])
def test_a_header_without_an_id_of_its_own_breaks_the_clause(clause_id: str, value: str | None) -> None:
    assert judged(clause_id, {f"{clause(clause_id).pointer}/x-value": value}).verdict is Verdict.BROKEN


def test_an_id_of_another_form_breaks_the_clause() -> None:
    found = judged("huawei-iotda/ListExportTasks/X-Request-Id/request-id", {"/x-request-id/form": "{uuid}"})
    assert found.verdict is Verdict.BROKEN


def test_two_ids_in_one_answer_break_the_clause() -> None:
    name = "huawei-iotda/refusal-GatewayRefusal:X-Request-Id/request-id"
    member = clause("huawei-iotda/refusal-GatewayRefusal:request_id/request-id").pointer
    assert judged(name, {f"{member}/x-spelling": "{}x"}).reason == "the same id in the body as X-Request-Id"


def test_a_failure_tells_what_came_twice() -> None:
    name = "huawei-iotda/ListExportTasks/X-Request-Id/request-id"
    same = "0123456789abcdef0123456789abcdef"
    lines = failure_text(judged(name, {f"{clause(name).pointer}/x-value": same})).splitlines()
    assert lines[-3:-1] == [
        "  expected  an id that no other request had",
        f"  received  {same}, for the second time",
    ]
