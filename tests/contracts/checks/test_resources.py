"""The check of resources in documented conditions."""

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import ClauseKind
from tests.contracts.bent import bent, clause, judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.whole import APIS, not_held

SOME = [
    "tencent-cls/CreateExport/topic.closed/resource",
    "tencent-cls/DeleteExport/account.isolated/resource",
    "tencent-cls/GetExportedFile/account.denied/resource",
    "baidu-bls/CreateDownloadTask/log-store.missing/resource",
    "huawei-clouddc/DownloadServerLogs/server.not-ready/resource",
    "huawei-iotda/CreateExportTask/batch-task.missing/resource",
    "huawei-iotda/ListExportTasks/application.foreign/resource",
    "huawei-workspace/ExportUserGroupUsersNew/user-group.missing/resource",
]


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.RESOURCE) == {}


@pytest.mark.parametrize("clause_id", SOME)
def test_another_refusal_breaks_the_clause(clause_id: str) -> None:
    assert judged(clause_id, {f"{clause(clause_id).pointer}/refuse": "internal-error"}).verdict is Verdict.BROKEN


@pytest.mark.parametrize("clause_id", SOME)
def test_a_condition_that_is_not_refused_breaks_the_clause(clause_id: str) -> None:
    assert bent(clause_id, None).verdict is Verdict.BROKEN


def test_a_foreign_server_needs_an_account_in_the_condition() -> None:
    found = judged_from_outside("tencent-cls/CreateExport/account.isolated/resource")
    assert (found.verdict, found.reason) == (
        Verdict.NOT_OBSERVED,
        "the profile names no account 'isolated', in which tencent-cls would refuse",
    )


def test_a_failure_tells_the_condition() -> None:
    name = "huawei-clouddc/ShowLogsExportStatus/server.missing/resource"
    lines = failure_text(judged(name, {f"{clause(name).pointer}/refuse": "internal-error"})).splitlines()
    assert "  expected  refused as iMetal.0100: server is missing" in lines
