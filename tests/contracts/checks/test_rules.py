"""The checks of rules between parameters, and of values that count as not given."""

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import ClauseKind
from openapi.document import get
from tests.contracts.bent import bent, clause, judged, spec
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.verdicts import clauses_of
from tests.contracts.checks.whole import APIS, not_held

ALL = clauses_of(ClauseKind.RULE)
AGED = [each for each in ALL if each.endswith(":not-older-than/rule")]
ORDERED = [each for each in ALL if each.endswith(":ordered/rule")]


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.RULE, ClauseKind.NOT_GIVEN) == {}


@pytest.mark.parametrize("clause_id", [each for each in ALL if not each.endswith(":independent/rule")])
def test_a_rule_that_is_not_kept_breaks_the_clause(clause_id: str) -> None:
    assert bent(clause_id, None).verdict is Verdict.BROKEN


@pytest.mark.parametrize("clause_id", [each for each in ALL if each.endswith(":independent/rule")])
@pytest.mark.parametrize("kind", ["together", "requires"])
def test_a_parameter_that_suddenly_needs_another_breaks_the_clause(clause_id: str, kind: str) -> None:
    assert judged(clause_id, {f"{clause(clause_id).pointer}/kind": kind}).verdict is Verdict.BROKEN


@pytest.mark.parametrize("clause_id", ORDERED)
def test_the_opposite_order_breaks_the_clause(clause_id: str) -> None:
    pointer = clause(clause_id).pointer
    names = get(spec(clause(clause_id).api).document, f"{pointer}/parameters")
    assert judged(clause_id, {f"{pointer}/parameters": names[::-1]}).verdict is Verdict.BROKEN


@pytest.mark.parametrize("clause_id", AGED)
@pytest.mark.parametrize("step", [1, -1])
def test_an_age_that_is_a_second_off_breaks_the_clause(clause_id: str, step: int) -> None:
    value = clause(clause_id).value
    assert isinstance(value, int)
    assert judged(clause_id, {f"{clause(clause_id).pointer}/seconds": value + step}).verdict is Verdict.BROKEN


@pytest.mark.parametrize("clause_id", clauses_of(ClauseKind.NOT_GIVEN))
def test_a_value_that_is_taken_for_one_breaks_the_clause(clause_id: str) -> None:
    kept = [each for each in spec("baidu-bls").not_given if each != clause(clause_id).value]
    assert judged(clause_id, {"/x-not-given": kept}).verdict is Verdict.BROKEN


def test_a_bound_that_suddenly_needs_the_other_breaks_the_clause() -> None:
    name = "huawei-workspace/ExportDesktopUsageMetricNew/usage_min_hours+usage_max_hours:ordered/rule"
    together = {"kind": "together", "parameters": ["usage_min_hours", "usage_max_hours"], "x-cite": {"assumed": "bent"}}
    found = judged(name, {f"{clause(name).pointer.rpartition('/')[0]}/-": together})
    assert found.verdict is Verdict.BROKEN


def test_a_foreign_server_is_judged_too() -> None:
    name = "huawei-iam/KeystoneListProjects/page+per_page:together/rule"
    assert judged_from_outside(name).verdict is Verdict.HELD
    assert judged_from_outside(name, {clause(name).pointer: None}).verdict is Verdict.BROKEN


def test_a_failure_tells_the_combination() -> None:
    lines = failure_text(bent("tencent-cls/CreateExport/From+To:ordered/rule", None)).splitlines()
    assert "  expected  refused as InvalidParameter: From is 1607499107001, To is 1607499107000" in lines
