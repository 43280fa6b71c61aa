"""The checks of the bodies of answers."""

from typing import Any

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import ClauseKind
from openapi.document import get
from tests.contracts.bent import clause, judged, spec
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.whole import APIS, not_held

TASK = "baidu-bls/DescribeDownloadTask/response-schema"
LIST = "tencent-cls/DescribeExports/response-schema"
ITEM = "/components/schemas/ExportInfo/properties"
MEMBER = "/components/schemas/DownloadTask/properties"
BENT: list[tuple[str, dict[str, Any], str]] = [
    (LIST, {f"{ITEM}/CosPath/x-otherwise": None}, "a member that is there only when the task is done"),
    (LIST, {f"{ITEM}/FileSize/x-otherwise": "0", f"{ITEM}/FileSize/type": None}, "another type while it runs"),
    (LIST, {f"{ITEM}/CreateTime/x-zone": "+00:00"}, "another zone"),
    (LIST, {f"{ITEM}/CreateTimestamp/x-time": "epoch-seconds"}, "another unit"),
    (LIST, {f"{ITEM}/Format/x-value": "json"}, "the example's value, whatever was sent"),
    (TASK, {f"{MEMBER}/createdTime/x-time": "milliseconds"}, "another form"),
    (TASK, {f"{MEMBER}/createdTime/x-bind": "task.ended"}, "the end for the beginning"),
    (TASK, {f"{MEMBER}/order/x-value": "desc"}, "the example's value, whatever was sent"),
    (TASK, {f"{MEMBER}/project": None, "/components/schemas/DownloadTask/required": ["uuid"]}, "a member less"),
    (
        "huawei-iotda/CreateExportTask/response-schema",
        {"/components/schemas/ExportTask/properties/create_time/x-time": "seconds"},
        "another form",
    ),
]


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.RESPONSE_SCHEMA) == {}


@pytest.mark.parametrize(("clause_id", "changes"), [case[:2] for case in BENT], ids=[case[2] for case in BENT])
def test_a_body_that_says_something_else_breaks_the_clause(clause_id: str, changes: dict[str, Any]) -> None:
    assert judged(clause_id, changes).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    "clause_id", ["tencent-cls/refusal/response-schema", "huawei-workspace/refusal/response-schema"]
)
def test_a_refusal_without_a_member_breaks_the_clause(clause_id: str) -> None:
    pointer = clause(clause_id).pointer
    node = get(spec(clause(clause_id).api).document, pointer)
    name = node["required"][-1]
    changes = {f"{pointer}/required": node["required"][:-1] or None, f"{pointer}/properties/{name}": None}
    assert judged(clause_id, changes).verdict is Verdict.BROKEN


def test_a_foreign_server_is_judged_too() -> None:
    assert judged_from_outside(TASK).verdict is Verdict.HELD
    assert judged_from_outside(TASK, {f"{MEMBER}/createdTime/x-time": "milliseconds"}).verdict is Verdict.BROKEN


def test_a_failure_tells_the_value_that_was_sent() -> None:
    text = failure_text(judged(LIST, {f"{ITEM}/Format/x-value": "json"}))
    assert "  expected  Format: 'csv', as it was sent\n  received  Format: 'json'\n" in text
