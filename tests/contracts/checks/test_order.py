"""The checks of the order of lists."""

import json
from dataclasses import replace
from typing import Any

import pytest

from contracts.judgement import Verdict
from openapi.clauses import ClauseKind
from openapi.messages import Request, Response
from tests.contracts.bent import bent, judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.tampered import body_of, judged_behind
from tests.contracts.checks.verdicts import HELD, clauses_of, said, verdict
from tests.contracts.fuzz.tampering import Forward

ALL = clauses_of(ClauseKind.SORT, ClauseKind.ORDER)
TENCENT = "/paths/~1#X-TC-Action=DescribeExports/post/x-listing/sorting"
IOTDA = "/paths/~1v5~1iot~1{project_id}~1export-tasks/get/x-listing/sorting"
BAIDU = "/paths/~1v2~1logstore~1download~1list/post/x-listing/sorting"
WORKSPACE = "/paths/~1v2~1{project_id}~1export-tasks/get/x-listing/sorting"
CASES: list[tuple[str, dict[str, Any]]] = [
    ("baidu-bls/ListDownloadTask/name/sort", {f"{BAIDU}/fields/name": "createdTime"}),
    ("baidu-bls/ListDownloadTask/updatedTime/sort", {f"{BAIDU}/fields/updatedTime": "createdTime"}),
    ("baidu-bls/ListDownloadTask/createdTime/sort", {f"{BAIDU}/fields/createdTime": "updatedTime"}),
    ("baidu-bls/ListDownloadTask/createdTime/sort", {f"{BAIDU}/ascending": "desc", f"{BAIDU}/descending": "asc"}),
    ("huawei-workspace/ListExportTasks/create_time/sort", {f"{WORKSPACE}/direction": None}),
    ("huawei-workspace/ListExportTasks/order", {f"{WORKSPACE}/default/order": "descending"}),
    ("huawei-workspace/ListExportTasks/order", {f"{WORKSPACE}/default/field": "status"}),
    ("tencent-cls/DescribeExports/order", {f"{TENCENT}/default/order": "ascending"}),
    ("huawei-iotda/ListExportTasks/order", {f"{IOTDA}/default/order": "ascending"}),
]


@pytest.mark.parametrize("clause_id", ALL)
def test_a_clause_is_held_by_the_mock(clause_id: str) -> None:
    assert verdict(clause_id) == HELD


@pytest.mark.parametrize(("clause_id", "changes"), CASES)
def test_a_clause_is_broken_by_a_mock_that_sorts_otherwise(clause_id: str, changes: dict[str, Any]) -> None:
    assert judged(clause_id, changes).verdict is Verdict.BROKEN


def test_ties_that_change_places_break_the_clause() -> None:
    asked: list[Request] = []

    def tamper(request: Request, send: Forward) -> Response:
        response = send(request)
        if not request.path.endswith("/list"):
            return response
        asked.append(request)
        body = body_of(response)
        direction = -1 if b'"desc"' in request.body else 1
        tasks = body["result"]["tasks"][:: -1 if len(asked) % 2 else 1]
        body["result"]["tasks"] = sorted(tasks, key=lambda task: task["name"])[::direction]
        return replace(response, body=json.dumps(body).encode())

    found = judged_behind("baidu-bls/ListDownloadTask/name/sort", tamper)
    assert (found.reason, found.received) == ("the same list when it is asked for again", "another order")


@pytest.mark.parametrize("clause_id", ALL)
def test_a_server_without_a_control_plane_is_judged_too(clause_id: str) -> None:
    assert judged_from_outside(clause_id).verdict is Verdict.HELD


def test_a_failure_tells_the_order_that_was_expected() -> None:
    lines = said(bent("baidu-bls/ListDownloadTask/name/sort", "createdTime"))
    assert lines[-2:] == ["  expected  the tasks by name, upwards", "  received  testc, testa, testd, testb, testc"]
