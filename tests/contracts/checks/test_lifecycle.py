"""The checks of phases, their order, progress and expiry."""

from typing import Any

import pytest

from contracts.judgement import Verdict
from openapi.clauses import ClauseKind
from tests.contracts.bent import bent, judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.verdicts import HELD, clauses_of, said, verdict

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
        ("tencent-cls/transition", "a task of a real tencent-cls cannot be made to fail"),
        ("huawei-clouddc/transition", ""),
        ("huawei-clouddc/progress", ""),
        ("tencent-cls/task/expiry", "it takes 259200 s, and the target has no clock that can be moved"),
    ],
)
def test_a_server_without_a_control_plane_is_judged_as_far_as_it_can_be(clause_id: str, reason: str) -> None:
    found = judged_from_outside(clause_id)
    assert (found.verdict, found.reason) == (Verdict.NOT_OBSERVED if reason else Verdict.HELD, reason)


def test_a_server_without_a_control_plane_is_broken_by_another_word() -> None:
    changes = {
        WORD.format("succeeded"): "Complete",
        "/components/schemas/ExportInfo/properties/Status/enum/2": "Complete",
    }
    found = judged_from_outside("tencent-cls/succeeded/phase", changes)
    assert (found.verdict, found.received[:12]) == (Verdict.BROKEN, "'Queuing', '")
    assert found.received.endswith("'Complete'")


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
