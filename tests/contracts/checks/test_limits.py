"""The checks of rate limits and quotas, where a server errs on one side alone, or about others."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts.judgement import Verdict
from openapi.clauses import ClauseKind
from openapi.messages import Request, Response
from tests.contracts.bent import clause, judged, spec
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.tampered import body_of, judged_behind
from tests.contracts.checks.verdicts import HELD, clauses_of, verdict
from tests.contracts.fuzz.tampering import Forward, action

RATES = [each for each in clauses_of(ClauseKind.RATE_LIMIT) if "workspace/Export" not in each]
DOWNLOADS, ALL_CALLS = "huawei-iotda/ShowExportTask/rate-limit", "huawei-iotda/ShowExportTask/2/rate-limit"
KEPT, UNFINISHED = "huawei-iotda/tasks/quota", "huawei-iotda/unfinished-tasks/quota"


def limit(requests: int, seconds: int, **more: Any) -> dict[str, Any]:
    return {"requests": requests, "seconds": seconds, "x-cite": {"assumed": "bent"}, **more}


@pytest.mark.parametrize("clause_id", RATES)
def test_a_rate_limit_is_held_by_the_mock(clause_id: str) -> None:
    assert verdict(clause_id) == HELD


@pytest.mark.parametrize(
    ("clause_id", "value"),
    [
        *((DOWNLOADS, limit(1, seconds, refuse="download-too-soon")) for seconds in (15, 29, 31)),
        (DOWNLOADS, limit(2, 30, refuse="download-too-soon")),
        (ALL_CALLS, limit(199, 1)),
        (ALL_CALLS, limit(201, 1)),
        ("tencent-cls/DeleteExport/rate-limit", limit(20, 2)),
        ("tencent-cls/DeleteExport/rate-limit", limit(21, 1)),
        ("huawei-iotda/ListExportTasks/rate-limit", limit(200, 2)),
    ],
)
def test_another_number_or_period_breaks_the_clause(clause_id: str, value: dict[str, Any]) -> None:
    assert judged(clause_id, {clause(clause_id).pointer: value}).verdict is Verdict.BROKEN


@pytest.mark.parametrize("seconds", [10, 20])
def test_a_period_that_is_too_short_is_seen_from_outside(seconds: int) -> None:
    changes = {clause(DOWNLOADS).pointer: limit(1, seconds, refuse="download-too-soon")}
    found = judged_from_outside(DOWNLOADS, changes)
    assert (found.verdict, found.reason) == (Verdict.BROKEN, "refused until 30 s have passed")


@pytest.mark.parametrize("clause_id", [DOWNLOADS, "tencent-cls/DescribeExports/rate-limit"])
def test_a_server_without_a_control_plane_is_judged_too(clause_id: str) -> None:
    assert judged_from_outside(clause_id).verdict is Verdict.HELD


def test_a_limit_that_all_operations_share_breaks_the_clause() -> None:
    refusals: list[Response] = []

    def tamper(request: Request, send: Forward) -> Response:
        response = send(request)
        if action(request) == "DeleteExport" and b"RequestLimitExceeded" in bytes(response.body):  # type: ignore[arg-type]
            refusals.append(response)
        return refusals[-1] if refusals and action(request) == "DescribeExports" else response

    found = judged_behind("tencent-cls/DeleteExport/rate-limit", tamper)
    assert found.reason == "DescribeExports let through, as the limit is that of DeleteExport"


def hiding(count: int) -> Callable[[Request, Forward], Response]:
    """A server whose lists lack so many of their latest tasks once 50 tasks and one more were created."""
    created: list[int] = []

    def tamper(request: Request, send: Forward) -> Response:
        response = send(request)
        if request.method == "POST" and response.status < 300:
            created.append(response.status)
        if request.method != "GET" or len(created) <= 50:
            return response
        body = body_of(response)
        body["export_tasks"] = body.get("export_tasks", [])[count:]
        return replace(response, body=json.dumps(body).encode())

    return tamper


def test_an_eviction_of_others_breaks_the_clause() -> None:
    found = judged_behind(KEPT, hiding(2))
    assert (found.reason, found.received) == ("all tasks but the earliest still there", "1 more are gone")


@pytest.mark.parametrize("clause_id", [KEPT, UNFINISHED])
def test_a_deletion_that_makes_no_room_breaks_the_clause(clause_id: str) -> None:
    def tamper(request: Request, send: Forward) -> Response:
        return Response(204, {}, b"") if request.method == "DELETE" else send(request)

    assert judged_behind(clause_id, tamper).verdict is Verdict.BROKEN


def test_failed_tasks_that_still_count_break_the_clause() -> None:
    full = spec("huawei-iotda").error_code("CreateExportTask", clause(UNFINISHED).detail.reason)
    refusal = json.dumps({"error_code": full.code, "error_msg": full.message}).encode()
    seen: list[bool] = []

    def tamper(request: Request, send: Forward) -> Response:
        if request.method == "POST" and seen:
            return Response(full.status, {"content-type": "application/json"}, refusal)
        response = send(request)
        if b'"Failed"' in bytes(response.body):  # type: ignore[arg-type]
            seen.append(True)
        return response

    assert judged_behind(UNFINISHED, tamper).reason == "accepted: the tasks have failed, so there is room"


def test_a_failure_tells_how_many_calls_there_were() -> None:
    found = judged(ALL_CALLS, {clause(ALL_CALLS).pointer: limit(201, 1)})
    assert (found.verdict, found.reason) == (Verdict.BROKEN, "refused as APIGW.0308: call 201 in 1 s")
