"""Has every situation in which a request can be refused a documented answer, at every operation?"""

from itertools import pairwise

import pytest

from mockserver.templates import template
from openapi.model import ErrorCode, Spec
from openapi.reasons import WIDER, Reason, widening
from tests.mockserver.cloud import specs

PLACEHOLDERS = {
    "parameter", "message", "value", "limit", "count", "seconds", "key", "id", "signed_at", "now", "canonical_request",
}  # fmt: skip
OPERATIONS = [
    pytest.param(spec, operation.id, id=f"{spec.name}/{operation.id}")
    for spec in specs().values()
    for operation in spec.operations.values()
]
CODES = [
    pytest.param(spec, code, id=f"{spec.name}/{code.code}/{index}")
    for spec in specs().values()
    for index, code in enumerate(spec.error_codes)
]


def own_reasons(spec: Spec, operation_id: str) -> set[str]:
    """The reasons for which the spec's own rules refuse a call of the operation."""
    operation = spec.operations[operation_id]
    found = {limit.reason for limit in operation.rate_limits} | {size.reason for size in spec.sizes}
    found |= {reason for reason, _ in operation.phase_refusals.values()}
    found |= {each.reason for each in operation.rules if each.reason}
    if operation.action == "create":
        found |= {quota.reason for quota in spec.quotas if quota.reason}
    return found


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_widens_to_an_end(reason: Reason) -> None:
    chain = list(widening(reason))
    assert chain[0] == reason
    assert all(WIDER[Reason(narrow)] == wide for narrow, wide in pairwise(chain))
    assert len(chain) == len(set(chain)) <= len(Reason)


def test_a_word_of_a_spec_widens_to_nothing() -> None:
    assert list(widening("topic-closed")) == ["topic-closed"]


@pytest.mark.parametrize(("spec", "operation"), OPERATIONS)
def test_every_reason_has_a_code_at_every_operation(spec: Spec, operation: str) -> None:
    for reason in {*Reason, *own_reasons(spec, operation)}:
        found = spec.error_code(operation, reason)
        assert found.belongs_to(operation)


@pytest.mark.parametrize("spec", specs().values(), ids=specs().keys())
def test_every_reason_has_a_code_for_requests_that_address_no_operation(spec: Spec) -> None:
    for reason in Reason:
        assert not spec.error_code("", reason).operations


@pytest.mark.parametrize("spec", specs().values(), ids=specs().keys())
def test_every_condition_of_a_resource_has_a_code_somewhere(spec: Spec) -> None:
    for resource in spec.resources.values():
        for condition in resource.conditions.values():
            assert any(spec_code_answers(spec, operation, condition.reason) for operation in spec.operations)


def spec_code_answers(spec: Spec, operation: str, reason: str) -> bool:
    return any(code.answers(operation, reason) for code in spec.error_codes)


@pytest.mark.parametrize(("spec", "code"), CODES)
def test_every_code_answers_reasons_that_occur(spec: Spec, code: ErrorCode) -> None:
    known = {str(reason) for reason in Reason}
    known |= {reason for operation in spec.operations for reason in own_reasons(spec, operation)}
    known |= {each.reason for resource in spec.resources.values() for each in resource.conditions.values()}
    assert {each.partition("/")[0] for each in code.when} - known == set()


@pytest.mark.parametrize(("spec", "code"), CODES)
def test_every_message_can_be_filled(spec: Spec, code: ErrorCode) -> None:
    assert code in spec.error_codes
    assert set(template(code.message).names) - PLACEHOLDERS == set()


@pytest.mark.parametrize(("spec", "code"), CODES)
def test_every_code_belongs_to_operations_that_exist(spec: Spec, code: ErrorCode) -> None:
    assert code.operations - spec.operations.keys() == frozenset()


def test_the_code_of_one_parameter_goes_before_that_of_all() -> None:
    spec = specs()["huawei-iotda"]
    assert spec.error_code("ListExportTasks", "out-of-range", "limit").code == "IOTDA.000017"
    assert spec.error_code("ListExportTasks", "out-of-range", "offset").code == "IOTDA.000006"
    assert spec.error_code("CreateExportTask", "out-of-range", "limit").code == "IOTDA.000006"


def test_a_reason_that_nobody_answers_is_a_mistake() -> None:
    with pytest.raises(LookupError, match="no error code answers 'topic-lost' for any operation"):
        specs()["tencent-cls"].error_code("", "topic-lost")
