"""The check of the ids of tasks."""

import pytest

from contracts.judgement import Verdict
from openapi.clauses import ClauseKind
from openapi.model import Action
from tests.contracts.bent import clause, judged, spec
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.verdicts import clauses_of
from tests.contracts.checks.whole import APIS, not_held

ALL = clauses_of(ClauseKind.IDENTITY)
CREATORS = [
    each for each in ALL if spec(each.partition("/")[0]).operations[clause(each).operation].action is Action.CREATE
]
SOME = [each for each in CREATORS if "workspace" not in each] + CREATORS[-1:]


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.IDENTITY) == {}


@pytest.mark.parametrize("clause_id", [*SOME, *(each for each in ALL if each not in CREATORS)])
def test_another_id_than_that_of_the_task_breaks_the_clause(clause_id: str) -> None:
    assert judged(clause_id, {f"{clause(clause_id).pointer}/x-spelling": "{}0"}).verdict is Verdict.BROKEN


@pytest.mark.parametrize("clause_id", SOME)
@pytest.mark.parametrize("value", ["", "the-same-again"])
def test_no_id_and_one_that_comes_again_break_the_clause(clause_id: str, value: str) -> None:
    pointer = clause(clause_id).pointer
    assert judged(clause_id, {f"{pointer}/x-value": value, f"{pointer}/x-bind": None}).verdict is Verdict.BROKEN


def test_a_foreign_server_is_judged_too() -> None:
    name = "tencent-cls/DescribeExports/Response.Exports[].ExportId/identity"
    assert judged_from_outside(name).verdict is Verdict.HELD
    assert judged_from_outside(name, {f"{clause(name).pointer}/x-spelling": "{}0"}).verdict is Verdict.BROKEN


def test_a_failure_tells_both_ids() -> None:
    name = "huawei-clouddc/ShowLogsExportStatus/export_id/identity"
    found = judged(name, {f"{clause(name).pointer}/x-spelling": "{}0"})
    assert found.reason == "the task 10 told of by the id that its creation answered"
