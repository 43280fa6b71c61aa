"""The checks of phases, their order, progress and expiry."""

import json
from dataclasses import replace
from typing import Any

import pytest

from contracts.checks.lifecycle import AFTER
from contracts.judgement import Verdict
from openapi.clauses import ClauseKind
from openapi.messages import Request, Response
from tests.contracts.bent import bent, judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.tampered import body_of, judged_behind
from tests.contracts.checks.verdicts import HELD, clauses_of, said, verdict
from tests.contracts.fuzz.tampering import Forward

KINDS = (ClauseKind.PHASE, ClauseKind.TRANSITION, ClauseKind.PROGRESS, ClauseKind.EXPIRY)
WORD = "/x-lifecycle/phases/{}/word"
CASES: list[tuple[str, dict[str, Any]]] = [
    ("tencent-cls/queued/phase", {WORD.format("queued"): "Processing"}),
    ("tencent-cls/running/phase", {WORD.format("running"): "Queuing"}),
    ("tencent-cls/succeeded/phase", {WORD.format("succeeded"): "Processing"}),
    ("huawei-workspace/failed/phase", {WORD.format("failed"): "SUCCESS"}),
    ("huawei-workspace/expired/phase", {WORD.format("expired"): "SUCCESS"}),
    ("huawei-clouddc/running/phase", {WORD.format("running"): "completed"}),
    ("baidu-bls/transition", {WORD.format("queued"): "RUNNING", WORD.format("running"): "WAITING"}),
    ("huawei-clouddc/transition", {WORD.format("running"): "completed", WORD.format("succeeded"): "processing"}),
    ("huawei-iotda/transition", {WORD.format("failed"): "Success"}),
    ("tencent-cls/transition", {"/x-lifecycle/timetable/running": 100_000}),
    ("huawei-iotda/progress", {"/x-lifecycle/progress/maximum": 99}),
    ("huawei-iotda/progress", {"/x-lifecycle/progress/minimum": 2}),
    ("huawei-clouddc/progress", {"/x-lifecycle/progress/minimum": 100, "/x-lifecycle/progress/maximum": 0}),
    ("tencent-cls/task/expiry", {"/x-lifecycle/expires-after/seconds": 259_201}),
    ("tencent-cls/task/expiry", {"/x-lifecycle/expires-after/seconds": 259_199}),
    ("tencent-cls/task/expiry", {"/x-lifecycle/expires-after": None}),
]


@pytest.mark.parametrize("clause_id", clauses_of(*KINDS))
def test_a_clause_is_held_by_the_mock(clause_id: str) -> None:
    assert verdict(clause_id) == HELD


@pytest.mark.parametrize("clause_id", clauses_of(ClauseKind.PHASE))
def test_a_word_that_nobody_documents_breaks_the_clause_of_its_phase(clause_id: str) -> None:
    assert bent(clause_id, "Elsewhere").verdict is Verdict.BROKEN


@pytest.mark.parametrize(("clause_id", "changes"), CASES)
def test_a_clause_is_broken_by_a_mock_that_lives_otherwise(clause_id: str, changes: dict[str, Any]) -> None:
    assert judged(clause_id, changes).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("clause_id", "reason"),
    [
        ("tencent-cls/queued/phase", ""),
        ("tencent-cls/running/phase", ""),
        ("tencent-cls/succeeded/phase", ""),
        ("tencent-cls/failed/phase", "a task of a real tencent-cls cannot be made to fail"),
        ("tencent-cls/expired/phase", "it takes 259200 s, and the target has no clock that can be moved"),
        ("tencent-cls/transition", "seen in part: a task of a real tencent-cls cannot be made to fail"),
        ("huawei-clouddc/transition", ""),
        ("huawei-clouddc/progress", ""),
        ("tencent-cls/task/expiry", "it takes 259200 s, and the target has no clock that can be moved"),
    ],
)
def test_a_server_without_a_control_plane_is_judged_as_far_as_it_can_be(clause_id: str, reason: str) -> None:
    found = judged_from_outside(clause_id)
    is_held = not reason or reason.startswith("seen in part: ")
    assert (found.verdict, found.reason) == (Verdict.HELD if is_held else Verdict.NOT_OBSERVED, reason)


def test_a_server_without_a_control_plane_is_broken_by_another_word() -> None:
    changes = {
        WORD.format("succeeded"): "Complete",
        "/components/schemas/ExportInfo/properties/Status/enum/2": "Complete",
    }
    found = judged_from_outside("tencent-cls/succeeded/phase", changes)
    assert (found.verdict, found.received[:12]) == (Verdict.BROKEN, "'Queuing', '")
    assert found.received.endswith("'Complete'")


@pytest.mark.parametrize("phase", ["queued", "running", "succeeded", "failed", "expired"])
def test_another_word_in_the_list_alone_breaks_the_clause(phase: str) -> None:
    def tamper(request: Request, send: Forward) -> Response:
        response = send(request)
        if not request.path.endswith("/list"):
            return response
        body = body_of(response)
        for task in body["result"]["tasks"]:
            task["state"] = "RUNNING" if phase != "running" else "WAITING"
        return replace(response, body=json.dumps(body).encode())

    found = judged_behind(f"baidu-bls/{phase}/phase", tamper)
    assert found.verdict is Verdict.BROKEN
    assert " in the list " in found.reason


def test_a_task_that_goes_on_long_after_its_end_breaks_the_clause() -> None:
    looks: list[Request] = []

    def tamper(request: Request, send: Forward) -> Response:
        response = send(request)
        if request.method == "GET" and b'"SUCCESS"' in bytes(response.body):  # type: ignore[arg-type]
            looks.append(request)
        if len(looks) <= AFTER + 1:
            return response
        return replace(response, body=bytes(response.body).replace(b'"SUCCESS"', b'"FAILED"'))  # type: ignore[arg-type]

    found = judged_behind("baidu-bls/transition", tamper)
    assert (found.verdict, found.received) == (Verdict.BROKEN, "'WAITING', 'RUNNING', 'SUCCESS', 'FAILED'")


def test_a_failure_tells_the_word_that_came() -> None:
    found = judged("tencent-cls/running/phase", {WORD.format("running"): "Queuing"})
    assert said(found) == [
        "tencent-cls/running/phase",
        "  promised  “Log download status. Processing: export in progress, Completed: export completed,",
        "            Failed: export failure, Expired: log export expired (valid for 3 days), Queuing:",
        "            queuing”",
        "            tencentcloud-sdk-python-intl-en 3.1.193,",
        "            https://github.com/TencentCloud/tencentcloud-sdk-python-intl-en",
        "  expected  the task shown as 'Processing' while it is running",
        "  received  'Queuing'",
    ]


def test_a_failure_tells_how_a_task_went_back() -> None:
    found = judged("baidu-bls/transition", {WORD.format("queued"): "RUNNING", WORD.format("running"): "WAITING"})
    assert (found.reason, found.received) == ("the task still 'RUNNING' or further", "'RUNNING', 'WAITING', 'SUCCESS'")


def test_a_real_endpoint_may_take_longer_than_it_is_waited_for() -> None:
    found = judged_from_outside("huawei-clouddc/transition", {"/x-lifecycle/timetable/running": 10**6})
    said = "the task did not end in 3600 s: --wait-up-to gives it longer"
    assert (found.verdict, found.reason) == (Verdict.NOT_OBSERVED, said)
