"""The checks of filters."""

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
from tests.contracts.fuzz.tampering import Forward

ONE_WORD = "huawei-iotda/ListExportTasks/resource_type/filter"
SAME = ("not-observed", "all tasks have the same resource_type, so that nothing could be left out")
WORKSPACE = "huawei-workspace/ListExportTasks/{}/filter"
CASES: list[tuple[str, str, Any]] = [
    (WORKSPACE.format("file_name"), "match", "contains"),
    (WORKSPACE.format("task_id"), "match", "contains"),
    (WORKSPACE.format("task_id"), "field", "file_name"),
    (WORKSPACE.format("status"), "field", "task_id"),
    ("baidu-bls/ListDownloadTask/project/filter", "match", "contains"),
    ("baidu-bls/ListDownloadTask/logStoreName/filter", "match", "equal"),
    ("huawei-iotda/ListExportTasks/resource_condition/filter", "match", "equal"),
    ("huawei-iotda/ListExportTasks/app_id/filter", "field", "app_type"),
]
IGNORED = [
    each
    for each in clauses_of(ClauseKind.FILTER)
    if each not in {ONE_WORD, "tencent-cls/DescribeExports/TopicId/filter"}
]


@pytest.mark.parametrize("clause_id", clauses_of(ClauseKind.FILTER))
def test_a_clause_is_held_by_the_mock(clause_id: str) -> None:
    assert verdict(clause_id) == (SAME if clause_id == ONE_WORD else HELD)


@pytest.mark.parametrize("clause_id", IGNORED)
def test_a_filter_that_is_ignored_breaks_the_clause(clause_id: str) -> None:
    assert judged(clause_id, {clause(clause_id).pointer: None}).verdict is Verdict.BROKEN


@pytest.mark.parametrize(("clause_id", "key", "value"), CASES)
def test_a_filter_that_goes_by_something_else_breaks_the_clause(clause_id: str, key: str, value: Any) -> None:
    assert judged(clause_id, {f"{clause(clause_id).pointer}/{key}": value}).verdict is Verdict.BROKEN


def test_a_server_without_a_control_plane_is_judged_too() -> None:
    name = WORKSPACE.format("is_download")
    assert judged_from_outside(name).verdict is Verdict.HELD
    assert judged_from_outside(name, {clause(name).pointer: None}).verdict is Verdict.BROKEN


BOTH = "baidu-bls/ListDownloadTask/project/filter"


def test_a_server_that_pays_no_attention_to_a_second_filter_breaks_the_clause() -> None:
    def tamper(request: Request, send: Forward) -> Response:
        if b'"logStoreName"' in request.body and b'"project"' in request.body and request.path.endswith("/list"):
            asked = {name: value for name, value in json.loads(request.body).items() if name != "logStoreName"}
            return send(replace(request, body=json.dumps(asked).encode()))
        return send(request)

    found = judged_behind(BOTH, tamper)
    assert found.verdict is Verdict.BROKEN
    assert " and logStoreName=" in found.reason


def test_a_server_that_lists_everything_where_nothing_matches_breaks_the_clause() -> None:
    full: list[Response] = []

    def tamper(request: Request, send: Forward) -> Response:
        response = send(request)
        if not request.path.endswith("/list"):
            return response
        if body_of(response)["result"]["tasks"]:
            full.append(response)
            return response
        return full[0] if full else response

    assert judged_behind(BOTH, tamper).verdict is Verdict.BROKEN


def test_a_failure_tells_how_many_tasks_were_wanted() -> None:
    name = WORKSPACE.format("task_id")
    lines = said(judged(name, {clause(name).pointer: None}))
    assert lines[-2].startswith("  expected  exactly the 1 tasks that match task_id='")
    assert lines[-1] == "  received  0 of them missing, 6 others"
