"""The checks of status, content type and headers."""

from typing import Any

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import ClauseKind
from openapi.document import get
from tests.contracts.bent import clause, judged, spec
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.whole import APIS, not_held

KINDS = (ClauseKind.STATUS, ClauseKind.CONTENT_TYPE, ClauseKind.HEADER)
OTHER_STATUS = {200: 201, 201: 200, 202: 200, 204: 200}
STATUSES = [
    "tencent-cls/CreateExport/status",
    "tencent-cls/GetExportedFile/status",
    "baidu-bls/CreateDownloadTask/status",
    "huawei-clouddc/ExportServerLogs/status",
    "huawei-iotda/DeleteExportTask/status",
    "huawei-workspace/DeleteExportTasks/status",
    "huawei-iam/KeystoneListProjects/status",
]
CONTENT_TYPES = [
    "tencent-cls/CreateExport/content-type",
    "tencent-cls/refusal/content-type",
    "tencent-cls/GetExportedFile/content-type",
    "baidu-bls/refusal/content-type",
    "huawei-iotda/ListExportTasks/content-type",
    "huawei-workspace/refusal/content-type",
]
DISPOSITION = "huawei-clouddc/DownloadServerLogs/Content-Disposition/header"


def renamed(clause_id: str, name: str) -> dict[str, Any]:
    """The change that puts what a clause states under another name."""
    found = clause(clause_id)
    return {
        found.pointer: None,
        f"{found.pointer.rpartition('/')[0]}/{name}": get(spec(found.api).document, found.pointer),
    }


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, *KINDS) == {}


@pytest.mark.parametrize("clause_id", STATUSES)
def test_another_status_breaks_the_clause(clause_id: str) -> None:
    value = clause(clause_id).value
    assert isinstance(value, int)
    assert judged(clause_id, renamed(clause_id, str(OTHER_STATUS[value]))).verdict is Verdict.BROKEN


@pytest.mark.parametrize("clause_id", CONTENT_TYPES)
def test_another_content_type_breaks_the_clause(clause_id: str) -> None:
    assert judged(clause_id, renamed(clause_id, "text~1plain")).verdict is Verdict.BROKEN


def test_a_content_type_that_only_says_more_breaks_the_clause() -> None:
    name = "tencent-cls/DeleteExport/content-type"
    assert judged(name, renamed(name, "application~1json; charset=utf-8")).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    "value", [None, "attachment", "inline; filename={task.file.name}", "filename={task.file.name}"]
)
def test_another_header_or_none_breaks_the_clause(value: str | None) -> None:
    pointer = clause(DISPOSITION).pointer
    assert judged(DISPOSITION, {f"{pointer}/x-value": value}).verdict is Verdict.BROKEN


def test_a_token_that_is_not_sent_breaks_the_clause() -> None:
    name = "huawei-iam/KeystoneCreateUserTokenByPassword/X-Subject-Token/header"
    assert judged(name, {f"{clause(name).pointer}/x-bind": None}).verdict is Verdict.BROKEN


def test_a_foreign_server_is_judged_too() -> None:
    name = "huawei-iotda/DeleteExportTask/status"
    assert judged_from_outside(name).verdict is Verdict.HELD
    assert judged_from_outside(name, renamed(name, "200")).verdict is Verdict.BROKEN


def test_a_failure_tells_both_types() -> None:
    name = "tencent-cls/DescribeExports/content-type"
    lines = failure_text(judged(name, renamed(name, "text~1plain"))).splitlines()
    assert lines[0] == name
    assert lines[-3:-1] == [
        "  expected  content-type: application/json",
        "  received  content-type: text/plain",
    ]
