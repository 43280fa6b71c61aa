"""The checks of locked keys."""

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import ClauseKind
from tests.contracts.bent import bent
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.whole import APIS, not_held


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.LOCK) == {}


@pytest.mark.parametrize("failures", [4, 6])
def test_another_number_of_failures_breaks_the_clause(failures: int) -> None:
    assert bent("huawei-clouddc/failures/lock", failures).verdict is Verdict.BROKEN


@pytest.mark.parametrize("seconds", [299, 301])
def test_another_time_breaks_the_clause(seconds: int) -> None:
    assert bent("huawei-iotda/seconds/lock", seconds).verdict is Verdict.BROKEN


@pytest.mark.parametrize("subject", ["failures", "seconds"])
def test_a_foreign_server_is_judged_too(subject: str) -> None:
    name = f"huawei-workspace/{subject}/lock"
    assert judged_from_outside(name).verdict is Verdict.HELD
    assert judged_from_outside(name, {f"/x-authentication/lock/{subject}": 1000}).verdict is Verdict.BROKEN


def test_a_failure_tells_how_often_it_was_tried() -> None:
    lines = failure_text(bent("huawei-clouddc/failures/lock", 6)).splitlines()
    assert "  expected  refused as APIGW.0301: signed well after 6 failures in a row" in lines
