"""What becomes of a mutant: killed by the right clause, by another one, or by none."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.mutation.grading import Fate, Grade, Grader, Scope
from contracts.mutation.mutant import Mutant
from contracts.mutation.serving import find
from tests.contracts.bent import clause
from tests.contracts.mutation.known import graded, mutant, own

MAXIMUM = "tencent-cls/CreateExport/Count/maximum"
KILLED = [
    f"{MAXIMUM}:plus-1",
    "tencent-cls/CreateExport/To/type:or-number",
    "tencent-cls/CreateExport/body/required:optional",
    "tencent-cls/CreateExport/InvalidParameter/error-code:other",
    "tencent-cls/CreateExport/FailedOperation/error-code:status",
    "tencent-cls/DescribeExports/Limit/default:required",
    "tencent-cls/DescribeExports/isolation:tenant",
    "tencent-cls/DescribeExports/total:plus-1",
    "tencent-cls/DescribeExports/RequestId/request-id:repeated",
    "tencent-cls/DescribeExports/rate-limit:requests-plus-1",
    "tencent-cls/transition:again",
    "tencent-cls/transition:endless-failure",
    "tencent-cls/link:elsewhere",
    "tencent-cls/scheme/link:unsigned",
    "tencent-cls/skew:ahead-tc3-hmac-sha256",
    "tencent-cls/tc3-hmac-sha256/signature:body-CreateExport",
    "tencent-cls/tc3-hmac-sha256/signature:unsigned-DeleteExport",
    "tencent-cls/GET/addressing:or-put",
    "tencent-cls/format.csv/file:length",
    "tencent-cls/archive/file:cut",
    "baidu-bls/DescribeDownloadTask/missing-task:exists",
    "baidu-bls/DeleteDownloadTask/succeeded/action-in-phase:kept",
    "baidu-bls/DeleteDownloadTask/deletion:listed",
    "baidu-bls/ListDownloadTask/result.tasks[].updatedTime/time:zone",
    "baidu-bls/ListDownloadTask/robustness:deep",
    "huawei-iotda/CreateExportTask/overwrite/isolation:shared",
    "huawei-iotda/progress:falls",
    "huawei-iotda/token:plus-3",
    "huawei-iotda/CreateExportTask/export_task_id/identity:repeated",
    "huawei-workspace/ListExportTasks/isolation:project",
]


@pytest.mark.parametrize("name", KILLED)
def test_a_mutant_is_killed_by_the_clause_that_it_breaks(name: str) -> None:
    found = graded(mutant(name))
    assert (found.fate, found.fallen) == (Fate.KILLED, (mutant(name).clause.id,)), found.why


def test_the_other_verdicts_that_fell_are_told() -> None:
    found = graded_own("acme-reports/CreateReport/content-type:plain", scope=Scope.OPERATION)
    assert found.fallen[0] == "acme-reports/CreateReport/content-type"
    assert "acme-reports/CreateReport/robustness" in found.fallen


def test_a_server_that_breaks_another_clause_is_killed_by_that_one() -> None:
    wrong = find("acme-reports/open-reports/quota:plus-1", own())
    found = graded_own("acme-reports/CreateReport/days/default:plus-1", changes=wrong.changes)
    assert (found.fate, found.why) == (Fate.KILLED_BY_ANOTHER, "the clause was held")
    assert "acme-reports/open-reports/quota" in found.fallen


def test_a_change_that_nobody_notices_survives_and_is_not_excused() -> None:
    found = graded_own("acme-reports/CreateReport/days/default:plus-1", changes={})
    assert (found.fate, found.why, found.explained) == (Fate.SURVIVED, "the clause was held", False)


def test_a_survivor_is_explained_where_its_mutant_says_why() -> None:
    found = graded_own("acme-reports/CreateReport/days/default:plus-1", changes={}, excuse="it is only pretended")
    assert (found.fate, found.why, found.explained) == (Fate.SURVIVED, "it is only pretended", True)


def graded_own(name: str, scope: Scope = Scope.RIGHT, **changed: Any) -> Grade:
    """The fate of a mutant of a small spec, perhaps of another one than the name says."""
    return Grader(own(), scope).grade(replace(find(name, own()), **changed))


def test_what_no_client_can_see_is_equivalent() -> None:
    found = graded(mutant("huawei-iotda/ListExportTasks/resource_type/filter:ignored"))
    assert (found.fate, found.why) == (Fate.EQUIVALENT, "resource_type can only be 'BatchTask'")


def test_a_document_that_cannot_be_served_is_equivalent() -> None:
    found = graded(Mutant(clause(MAXIMUM), "broken", "no paths", {"/paths": None}))
    assert found.fate is Fate.EQUIVALENT
    assert found.why.startswith("it cannot be served: ")
