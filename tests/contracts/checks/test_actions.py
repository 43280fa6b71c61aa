"""The check of what each operation answers in each phase."""

from typing import Any

import pytest

from contracts.judgement import Verdict
from openapi.clauses import ACCEPTED, ClauseKind
from tests.contracts.bent import bent, clause, judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.verdicts import HELD, clauses_of, said, verdict

ALL = clauses_of(ClauseKind.ACTION_IN_PHASE)
UNLINKED = {
    f"tencent-cls/GetExportedFile/{phase}/action-in-phase": f"no link is handed out while the task is {phase}"
    for phase in ("queued", "running", "failed")
}
REFUSAL: dict[str, Any] = {"refuse": "internal-error", "x-cite": {"assumed": "bent"}}


@pytest.mark.parametrize("clause_id", ALL)
def test_a_clause_is_held_by_the_mock(clause_id: str) -> None:
    assert verdict(clause_id) == (("not-observed", UNLINKED[clause_id]) if clause_id in UNLINKED else HELD)


@pytest.mark.parametrize("clause_id", [each for each in ALL if each not in UNLINKED])
def test_a_clause_is_broken_by_a_mock_that_refuses_for_another_reason(clause_id: str) -> None:
    assert bent(clause_id, REFUSAL).verdict is Verdict.BROKEN


@pytest.mark.parametrize("clause_id", [e for e in ALL if e not in UNLINKED and clause(e).value != ACCEPTED])
def test_a_clause_is_broken_by_a_mock_that_does_not_refuse(clause_id: str) -> None:
    assert bent(clause_id, None).verdict is Verdict.BROKEN


def test_a_deletion_that_deletes_nothing_breaks_the_clause() -> None:
    changes = {"/components/schemas/DeleteExportTasksBody/properties/task_ids/x-bind": "nothing"}
    found = judged("huawei-workspace/DeleteExportTasks/succeeded/action-in-phase", changes)
    assert (found.verdict, found.received) == (Verdict.BROKEN, "it is still there")


def test_a_server_without_a_control_plane_is_judged_as_far_as_it_can_be() -> None:
    names = ["queued", "running", "succeeded", "failed", "expired"]
    found = [judged_from_outside(f"huawei-workspace/DownloadExportFile/{name}/action-in-phase") for name in names]
    assert [each.verdict.value for each in found] == ["held"] * 3 + ["not-observed"] * 2


def test_a_failure_tells_the_code_that_was_expected() -> None:
    lines = said(bent("huawei-iotda/ShowExportTask/running/action-in-phase", None))
    assert lines[-2] == "  expected  refused as IOTDA.014301: the task is running"
