"""The checks of the moments that answers state."""

from typing import Any

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import ClauseKind
from openapi.document import get
from tests.contracts.bent import bent, clause, judged, spec
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.verdicts import clauses_of
from tests.contracts.checks.whole import APIS, not_held

FORMS = clauses_of(ClauseKind.TIME)
ZONE = "tencent-cls/DescribeExports/Response.Exports[].CreateTime/zone"
CREATED = "baidu-bls/DescribeDownloadTask/result.task.createdTime/time"
STARTED = "baidu-bls/DescribeDownloadTask/result.task.execStartTime/time"
ENDED = "baidu-bls/DescribeDownloadTask/result.task.execEndTime/time"
ISSUED = "huawei-iam/KeystoneCreateUserTokenByPassword/token.issued_at/time"
EXPIRES = "huawei-iam/KeystoneCreateUserTokenByPassword/token.expires_at/time"
BOUND = [
    (CREATED, "task.ended", "the end for the beginning"),
    (CREATED, "now", "the time of the answer"),
    (STARTED, "task.expires", "a start that lies ahead while it runs"),
    (ENDED, "task.created", "the beginning for the end"),
    (ENDED, "task.expires", "an end that lies ahead"),
    (ISSUED, "token.expires", "a token issued in the future"),
    (EXPIRES, "token.issued", "a token that has expired when it comes"),
]


def other_form(clause_id: str) -> str:
    found = clause(clause_id)
    kind = get(spec(found.api).document, found.pointer.rpartition("/")[0])["type"]
    if kind == "integer":
        return "epoch-seconds"
    return "milliseconds" if found.value != "milliseconds" else "seconds"


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.TIME) == {}


@pytest.mark.parametrize("clause_id", [each for each in FORMS if clause(each).keyword != "zone"])
def test_another_form_breaks_the_clause(clause_id: str) -> None:
    assert bent(clause_id, other_form(clause_id)).verdict is Verdict.BROKEN


@pytest.mark.parametrize("zone", ["+00:00", "-08:00", "+09:00"])
def test_another_zone_breaks_the_clause(zone: str) -> None:
    assert bent(ZONE, zone).verdict is Verdict.BROKEN


@pytest.mark.parametrize(("clause_id", "bound"), [case[:2] for case in BOUND], ids=[case[2] for case in BOUND])
def test_another_moment_breaks_the_clause(clause_id: str, bound: str) -> None:
    pointer = clause(clause_id).pointer.rpartition("/")[0]
    assert judged(clause_id, {f"{pointer}/x-bind": bound}).verdict is Verdict.BROKEN


def test_a_foreign_server_is_judged_too() -> None:
    name = "huawei-iotda/ListExportTasks/export_tasks[].create_time/time"
    changes: dict[str, Any] = {clause(name).pointer: "seconds"}
    assert judged_from_outside(name).verdict is Verdict.HELD
    assert judged_from_outside(name, changes).verdict is Verdict.BROKEN


def test_a_zone_that_nobody_documents_is_not_broken_by_a_foreign_server() -> None:
    found = judged_from_outside(ZONE, {clause(ZONE).pointer: "+00:00"})
    assert found.verdict is Verdict.NOT_OBSERVED
    assert found.reason.startswith(
        "nobody documents it, and the server does otherwise: Response.Exports[].CreateTime from "
    )


def test_a_failure_tells_the_form_and_what_came() -> None:
    name = "huawei-clouddc/ExportServerLogs/created_at/time"
    lines = failure_text(bent(name, "milliseconds")).splitlines()
    assert "  expected  created_at in the documented form, seconds" in lines
