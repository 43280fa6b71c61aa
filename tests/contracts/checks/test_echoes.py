"""The checks of values that an answer repeats."""

from typing import Any

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import Clause, ClauseKind
from openapi.document import get
from openapi.members import members
from openapi.model import Action
from tests.contracts.bent import clause, judged, spec
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.verdicts import clauses_of
from tests.contracts.checks.whole import APIS, not_held

ALL = clauses_of(ClauseKind.ECHO)
ONLY = {"resource_type", "export_format"}  # arguments that have one value alone
NAME = "baidu-bls/DescribeDownloadTask/result.task.name/echo"


def constant(found: Clause) -> Any:
    """What a server would answer that knows the example alone."""
    for operation in spec(found.api).operations.values():
        asks = operation.action is Action.CREATE if found.detail.is_of_task else operation.id == found.operation
        if asks and str(found.value) in operation.example:
            return operation.example[str(found.value)]
        if asks:
            for member in members(operation):
                if member.argument == found.value and "default" in member.schema:
                    return member.schema["default"]
    return get(spec(found.api).document, found.pointer).get("example", "")


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.ECHO) == {}


@pytest.mark.parametrize("clause_id", [each for each in ALL if clause(each).value not in ONLY])
def test_the_value_of_the_example_whatever_was_sent_breaks_the_clause(clause_id: str) -> None:
    found = clause(clause_id)
    bound = "x-bind" in get(spec(found.api).document, found.pointer)
    changes = {f"{found.pointer}/x-value": constant(found)} | ({f"{found.pointer}/x-bind": None} if bound else {})
    assert judged(clause_id, changes).verdict is Verdict.BROKEN


@pytest.mark.parametrize("clause_id", [each for each in ALL if clause(each).value in ONLY])
def test_another_value_breaks_the_clause(clause_id: str) -> None:
    pointer = clause(clause_id).pointer
    node = {**get(spec(clause(clause_id).api).document, pointer), "x-spelling": "{}s"}
    served = {key: value for key, value in node.items() if key not in {"enum", "$ref"}}
    assert judged(clause_id, {pointer: {"type": "string", **served}}).verdict is Verdict.BROKEN


def test_a_text_that_is_spoiled_on_the_way_breaks_the_clause() -> None:
    assert judged(NAME, {f"{clause(NAME).pointer}/x-spelling": "{} "}).verdict is Verdict.BROKEN


def test_a_foreign_server_is_judged_too() -> None:
    assert judged_from_outside(NAME).verdict is Verdict.HELD
    assert judged_from_outside(NAME, {f"{clause(NAME).pointer}/x-value": "test"}).verdict is Verdict.BROKEN


def test_a_foreign_server_may_leave_out_what_need_not_be_there() -> None:
    name = "tencent-cls/DescribeExports/Response.Exports[].DerivedFields/echo"
    found = judged_from_outside(name, {clause(name).pointer: None})
    assert (found.verdict, found.reason) == (
        Verdict.NOT_OBSERVED,
        "no accepted request had a value for DerivedFields, or no answer repeats it",
    )


def test_a_failure_tells_the_value_that_was_sent() -> None:
    name = "tencent-cls/DescribeExports/Response.Exports[].Format/echo"
    text = failure_text(judged(name, {f"{clause(name).pointer}/x-value": "json"}))
    told = "Response.Exports[].Format"
    assert f"  expected  {told}: 'csv', as it was sent\n  received  {told}: 'json'\n" in text
