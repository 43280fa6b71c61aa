"""The check of defaults."""

from typing import Any

import pytest

from contracts.judgement import Verdict
from openapi.clauses import ClauseKind
from tests.contracts.bent import bent
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.verdicts import HELD, clauses_of, said, verdict

ALL = clauses_of(ClauseKind.DEFAULT)
UNSEEN = {
    "huawei-iotda/ListExportTasks/app_type/default",
    "huawei-workspace/ExportUsersNew/active_type/default",
    "huawei-workspace/ExportUsersNew/language/default",
    "huawei-workspace/ExportDesktopListNew/connection_status_version/default",
    "huawei-workspace/ExportUserConnectionNew/language/default",
}
CASES: list[tuple[str, Any]] = [
    ("tencent-cls/CreateExport/Order/default", "asc"),
    ("tencent-cls/CreateExport/Format/default", "csv"),
    ("tencent-cls/CreateExport/SyntaxRule/default", 1),
    ("tencent-cls/CreateExport/SyntaxRule/default", None),
    ("tencent-cls/DescribeExports/Offset/default", 1),
    ("tencent-cls/DescribeExports/Limit/default", 19),
    ("tencent-cls/DescribeExports/Limit/default", 21),
    ("tencent-cls/DescribeExports/Limit/default", None),
    ("baidu-bls/CreateDownloadTask/limit/default", 999_999),
    ("baidu-bls/CreateDownloadTask/project/default", "other"),
    ("baidu-bls/ListDownloadTask/orderBy/default", "name"),
    ("baidu-bls/ListDownloadTask/order/default", "asc"),
    ("baidu-bls/ListDownloadTask/pageNo/default", 2),
    ("baidu-bls/ListDownloadTask/pageSize/default", 11),
    ("huawei-iotda/ListExportTasks/limit/default", 9),
    ("huawei-iotda/ListExportTasks/marker/default", "0" * 24),
    ("huawei-iotda/CreateExportTask/app_type/default", "APP"),
    ("huawei-workspace/ListExportTasks/limit/default", 21),
]


@pytest.mark.parametrize("clause_id", ALL)
def test_a_clause_is_held_by_the_mock(clause_id: str) -> None:
    unseen = ("not-observed", "no answer shows which value was taken")
    assert verdict(clause_id) == (unseen if clause_id in UNSEEN else HELD)


@pytest.mark.parametrize(("clause_id", "value"), CASES)
def test_a_clause_is_broken_by_a_mock_with_another_default(clause_id: str, value: Any) -> None:
    assert bent(clause_id, value).verdict is Verdict.BROKEN


def test_a_server_without_a_control_plane_is_judged_too() -> None:
    assert judged_from_outside("tencent-cls/CreateExport/Order/default").verdict is Verdict.HELD
    assert judged_from_outside("baidu-bls/ListDownloadTask/pageSize/default").verdict is Verdict.HELD


def test_a_failure_tells_the_value_that_was_repeated() -> None:
    assert said(bent("tencent-cls/CreateExport/Order/default", "asc"))[-2:] == [
        "  expected  Order='desc' repeated in the answer to a request without Order",
        "  received  'asc'",
    ]
