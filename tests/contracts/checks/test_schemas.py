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
    (TASK, {f"{MEMBER}/project": None, "/components/schemas/DownloadTask/required": ["uuid"]}, "a member less"),
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
    changes = {f"{MEMBER}/project": None, "/components/schemas/DownloadTask/required": ["uuid"]}
    assert judged_from_outside(TASK, changes).verdict is Verdict.BROKEN


def test_a_failure_tells_which_member_is_wrong() -> None:
    changes = {f"{MEMBER}/project": None, "/components/schemas/DownloadTask/required": ["uuid"]}
    assert "  received  result.task.project is missing, in 200 " in failure_text(judged(TASK, changes))
