"""The checks of requests about tasks that do not exist."""

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import ClauseKind
from tests.contracts.bent import clause, judged, spec
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.verdicts import clauses_of
from tests.contracts.checks.whole import APIS, not_held

ALL = clauses_of(ClauseKind.MISSING_TASK)


def other(clause_id: str) -> dict[str, object]:
    """The change that refuses what is passed over, and passes over what is refused."""
    then = "ignore" if clause(clause_id).value == "refuse" else "refuse"
    return {clause(clause_id).pointer.rpartition("/")[0]: {"then": then, "x-cite": {"assumed": "bent"}}}


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.MISSING_TASK) == {}


@pytest.mark.parametrize("clause_id", [each for each in ALL if "Delete" in each])
def test_another_treatment_breaks_the_clause(clause_id: str) -> None:
    assert judged(clause_id, other(clause_id)).verdict is Verdict.BROKEN


@pytest.mark.parametrize("clause_id", [each for each in ALL if clause(each).value == "refuse"])
def test_a_refusal_for_another_reason_breaks_the_clause(clause_id: str) -> None:
    found = clause(clause_id)
    codes = [each for each in spec(found.api).error_codes if each.answers(found.operation, "task-missing")]
    assert judged(clause_id, {f"{each.pointer}/when": [] for each in codes}).verdict is Verdict.BROKEN


def test_a_foreign_server_is_judged_too() -> None:
    name = "tencent-cls/DeleteExport/missing-task"
    assert judged_from_outside(name).verdict is Verdict.HELD
    assert judged_from_outside(name, other(name)).verdict is Verdict.BROKEN


def test_a_failure_tells_the_situation() -> None:
    name = "tencent-cls/DeleteExport/missing-task"
    lines = failure_text(judged(name, other(name))).splitlines()
    assert "  expected  refused as ResourceNotFound.ExportNotExist: no task has this id" in lines
