"""The checks of pages and totals."""

import json
from dataclasses import replace
from typing import Any

import pytest

from contracts.judgement import Verdict
from openapi.clauses import ClauseKind
from openapi.messages import Request, Response
from tests.contracts.bent import clause, judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.tampered import body_of, judged_behind
from tests.contracts.checks.verdicts import HELD, clauses_of, said, verdict
from tests.contracts.fuzz.tampering import Forward, action

ALL = clauses_of(ClauseKind.PAGING, ClauseKind.TOTAL)
TENCENT, BAIDU = "tencent-cls/DescribeExports/paging", "baidu-bls/ListDownloadTask/paging"
IOTDA, WORKSPACE = "huawei-iotda/ListExportTasks/paging", "huawei-workspace/ListExportTasks/paging"
CASES: list[tuple[str, dict[str, Any]]] = [
    (TENCENT, {"limit": None}),
    (TENCENT, {"offset": None}),
    (WORKSPACE, {"offset": None, "number": "offset"}),
    (BAIDU, {"number": None}),
    (BAIDU, {"number": None, "offset": "pageNo"}),
    (IOTDA, {"marker": None}),
    (IOTDA, {"limit": "offset", "offset": "limit"}),
]


@pytest.mark.parametrize("clause_id", ALL)
def test_a_clause_is_held_by_the_mock(clause_id: str) -> None:
    assert verdict(clause_id) == HELD


@pytest.mark.parametrize(("clause_id", "changes"), CASES)
def test_a_clause_is_broken_by_a_mock_that_cuts_otherwise(clause_id: str, changes: dict[str, Any]) -> None:
    pointer = clause(clause_id).pointer
    found = judged(clause_id, {f"{pointer}/{name}": value for name, value in changes.items()})
    assert found.verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    "api", ["baidu-bls/ListDownloadTask", "huawei-iotda/ListExportTasks", "huawei-workspace/ListExportTasks"]
)
def test_a_total_that_counts_what_filters_leave_out_breaks_the_clause(api: str) -> None:
    assert judged(f"{api}/total", {clause(f"{api}/total").pointer: "all"}).verdict is Verdict.BROKEN


def test_a_total_that_does_not_follow_a_deletion_breaks_the_clause() -> None:
    pointer = "/components/schemas/DescribeExportsResponse/properties/Response/properties/TotalCount"
    found = judged("tencent-cls/DescribeExports/total", {f"{pointer}/x-bind": None, f"{pointer}/x-value": 5})
    assert (found.reason, found.received) == ("a total of 4 tasks, after one was deleted", "a total of 5")


@pytest.mark.parametrize("clause_id", ALL)
def test_a_server_without_a_control_plane_is_judged_too(clause_id: str) -> None:
    assert judged_from_outside(clause_id).verdict is Verdict.HELD


def test_a_marker_that_moves_when_tasks_are_created_breaks_the_clause() -> None:
    since: list[Request] = []  # the tasks that were created since somebody looked behind a marker

    def tamper(request: Request, send: Forward) -> Response:
        response, created = send(request), len(since)
        if "marker=" not in request.query:
            since.extend([request] if request.method == "POST" and response.status < 300 else [])
            return response
        since.clear()
        if created != 1:
            return response
        body = body_of(response)
        body["export_tasks"] = body["export_tasks"][1:]
        return replace(response, body=json.dumps(body).encode())

    found = judged_behind(IOTDA, tamper)
    assert (found.verdict, found.check) == (
        Verdict.BROKEN,
        "repeats_no_task_when_another_is_created_between_pages",
    )


def test_a_largest_page_that_is_cut_short_breaks_the_clause() -> None:
    def tamper(request: Request, send: Forward) -> Response:
        response = send(request)
        if action(request) != "DescribeExports" or json.loads(request.body).get("Limit") != 100:
            return response
        body = body_of(response)
        body["Response"]["Exports"] = body["Response"]["Exports"][:4]
        return replace(response, body=json.dumps(body).encode())

    assert judged_behind(TENCENT, tamper).verdict is Verdict.BROKEN


def test_a_failure_tells_the_page_that_was_asked_for() -> None:
    found = judged(TENCENT, {f"{clause(TENCENT).pointer}/offset": None})
    assert said(found)[-2:] == [
        "  expected  the 1 tasks of the whole list that Limit=1, Offset=1 asks for",
        "  received  other tasks, or in another order",
    ]
