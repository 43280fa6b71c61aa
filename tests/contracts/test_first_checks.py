"""The checks of values, rates and quotas hold on the mock, and break on a mock whose spec was bent there."""

from typing import Any

import pytest

from contracts.judgement import Verdict, failure_text
from tests.contracts.bent import bent, clause, judged

CASES: list[tuple[str, Any]] = [
    ("tencent-cls/CreateExport/Count/maximum", 50_000_001),
    ("tencent-cls/CreateExport/Count/maximum", 49_999_999),
    ("tencent-cls/DescribeExports/Limit/minimum", 0),
    ("tencent-cls/CreateExport/TopicId/required", None),
    ("tencent-cls/CreateExport/Count/type", "number"),
    ("tencent-cls/CreateExport/Order/enum", ["asc", "desc", "DESC"]),
    ("tencent-cls/CreateExport/Order/enum", ["asc"]),
    ("tencent-cls/CreateExport/unknown-member", True),
    ("huawei-workspace/ExportUsersNew/unknown-member", "refuse"),
    ("tencent-cls/CreateExport/rate-limit", {"requests": 21, "seconds": 1, "x-cite": {"assumed": "bent"}}),
    ("tencent-cls/CreateExport/rate-limit", {"requests": 19, "seconds": 1, "x-cite": {"assumed": "bent"}}),
    ("tencent-cls/CreateExport/rate-limit", {"requests": 20, "seconds": 2, "x-cite": {"assumed": "bent"}}),
    ("huawei-workspace/ExportUsersNew/user_name/pattern", None),
    ("huawei-workspace/ExportUsersNew/user_name/maxLength", 21),
    ("huawei-workspace/ExportUsersNew/user_name/maxLength", 19),
    ("huawei-workspace/DeleteExportTasks/task_ids/maxItems", 201),
    ("huawei-workspace/DeleteExportTasks/task_ids/uniqueItems", False),
]
QUOTAS: list[tuple[str, str, Any]] = [
    ("huawei-iotda/unfinished-tasks/quota", "limit", 6),
    ("huawei-iotda/unfinished-tasks/quota", "limit", 4),
    ("huawei-iotda/unfinished-tasks/quota", "counts", "all"),
    ("huawei-iotda/tasks/quota", "limit", 51),
    ("huawei-iotda/tasks/quota", "limit", 49),
]


@pytest.mark.parametrize("clause_id", sorted({name for name, *_ in [*CASES, *QUOTAS]}))
def test_a_clause_is_held_by_the_mock(clause_id: str) -> None:
    found = judged(clause_id)
    assert (found.verdict, found.reason) == (Verdict.HELD, "")


@pytest.mark.parametrize(("clause_id", "value"), CASES)
def test_a_clause_is_broken_by_a_mock_that_states_something_else(clause_id: str, value: Any) -> None:
    assert bent(clause_id, value).verdict is Verdict.BROKEN


@pytest.mark.parametrize(("clause_id", "key", "value"), QUOTAS)
def test_a_quota_is_broken_by_a_mock_that_keeps_another(clause_id: str, key: str, value: Any) -> None:
    found = judged(clause_id, {f"{clause(clause_id).pointer}/{key}": value})
    assert found.verdict is Verdict.BROKEN


def test_a_failure_tells_promise_page_expectation_answer_and_how_to_repeat_it() -> None:
    text = failure_text(bent("tencent-cls/CreateExport/Count/maximum", 50_000_001))
    lines = text.splitlines()
    assert lines[:5] == [
        "tencent-cls/CreateExport/Count/maximum",
        "  promised  “Count Yes Integer Number of logs to be exported. Maximum value: 50 million”",
        "            CreateExport, https://www.tencentcloud.com/document/product/614/42798",
        "  expected  refused as InvalidParameter: Count is 50000001",
        lines[4],
    ]
    assert lines[4].startswith('  received  200 {"Response":{"ExportId":"')
    assert lines[-1].startswith("  curl      curl -sS -i -X POST -H ")
    assert '"Count": 50000001' in lines[-1]
