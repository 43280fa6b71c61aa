"""The checks of what answers tell of a task, and when."""

import json
from dataclasses import replace
from typing import Any

import pytest

from contracts.judgement import Verdict
from openapi.clauses import ClauseKind
from openapi.messages import Request, Response
from tests.contracts.bent import bent, clause, judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.tampered import body_of, judged_behind
from tests.contracts.checks.verdicts import HELD, clauses_of, said, verdict
from tests.contracts.fuzz.tampering import Forward

MEMBERS, FLAGS = clauses_of(ClauseKind.MEMBER_IN_PHASE), clauses_of(ClauseKind.DOWNLOAD_FLAG)
FLAG = "huawei-workspace/ListExportTasks/is_download/download-flag"
PHASES = ["queued", "running", "succeeded", "failed", "expired"]
NEVER_TRUE = (  # what the mock has no value for, whatever the spec says
    *("FileSize", "CosPath", "execStartTime", "execEndTime", "end_time", "link", "writtenRows"),
    *("failedCode", "failedMessage", "fail_reason", "error_code"),
)


@pytest.mark.parametrize("clause_id", [*MEMBERS, *FLAGS])
def test_a_clause_is_held_by_the_mock(clause_id: str) -> None:
    assert verdict(clause_id) == HELD


@pytest.mark.parametrize("clause_id", MEMBERS)
def test_a_member_that_is_missing_in_a_phase_breaks_the_clause(clause_id: str) -> None:
    stated: Any = clause(clause_id).value
    for phase in stated:
        assert bent(clause_id, [each for each in PHASES if each != phase]).verdict is Verdict.BROKEN


@pytest.mark.parametrize("clause_id", [each for each in MEMBERS if each.split("/")[2] not in NEVER_TRUE])
def test_a_member_that_is_told_in_every_phase_breaks_the_clause(clause_id: str) -> None:
    assert bent(clause_id, PHASES).verdict is Verdict.BROKEN


def test_a_member_that_is_told_too_early_breaks_the_clause() -> None:
    pointer = clause("huawei-iotda/ListExportTasks/end_time/member-in-phase").pointer.rpartition("/")[0]
    found = judged(
        "huawei-iotda/ListExportTasks/end_time/member-in-phase",
        {f"{pointer}/x-bind": "task.ends", f"{pointer}/x-in": None},
    )
    assert (found.verdict, found.reason) == (Verdict.BROKEN, "no end_time while the task is queued")


def test_a_flag_that_is_never_set_breaks_the_clause() -> None:
    pointer = clause(FLAG).pointer.rpartition("/")[0]
    found = judged(FLAG, {f"{pointer}/x-bind": None, f"{pointer}/x-value": False})
    assert (found.reason, found.received) == ("is_download true after the file was downloaded", "False")


def test_a_flag_that_is_set_from_the_start_breaks_the_clause() -> None:
    pointer = clause(FLAG).pointer.rpartition("/")[0]
    found = judged(FLAG, {f"{pointer}/x-bind": None, f"{pointer}/x-value": True})
    assert found.reason == "is_download false before the file was downloaded"


def test_a_flag_that_is_set_for_all_tasks_breaks_the_clause() -> None:
    def tamper(request: Request, send: Forward) -> Response:
        response = send(request)
        if not request.path.endswith("/export-tasks") or b'"is_download":true' not in bytes(response.body):  # type: ignore[arg-type]
            return response
        body = body_of(response)
        for each in body["export_tasks"]:
            each["is_download"] = True
        return replace(response, body=json.dumps(body).encode())

    assert judged_behind(FLAG, tamper).reason == "is_download false as only another file was downloaded"


@pytest.mark.parametrize(
    ("clause_id", "reason"),
    [
        ("tencent-cls/DescribeExports/CosPath/member-in-phase", ""),
        ("baidu-bls/GetDownloadTaskLink/link/member-in-phase", ""),
        ("huawei-iotda/ListExportTasks/end_time/member-in-phase", ""),
        (FLAG, ""),
        (
            "huawei-workspace/ListExportTasks/fail_reason/member-in-phase",
            "no task was seen in the phases that tell it",
        ),
    ],
)
def test_a_server_without_a_control_plane_is_judged_as_far_as_it_can_be(clause_id: str, reason: str) -> None:
    found = judged_from_outside(clause_id)
    assert (found.verdict, found.reason) == (Verdict.NOT_OBSERVED if reason else Verdict.HELD, reason)


def test_a_failure_tells_the_phase() -> None:
    lines = said(bent("tencent-cls/DescribeExports/FileName/member-in-phase", PHASES))
    assert lines[-3] == "  expected  no FileName while the task is queued"
