"""The check of the skew of clocks."""

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import ClauseKind
from tests.contracts.bent import bent, clause
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.whole import APIS, not_held


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.SKEW) == {}


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("step", [1, -1])
def test_a_skew_that_is_off_by_a_second_breaks_the_clause(api: str, step: int) -> None:
    skew = clause(f"{api}/skew").value
    assert isinstance(skew, int)
    assert bent(f"{api}/skew", skew + step).verdict is Verdict.BROKEN


def test_a_foreign_server_is_given_a_few_seconds() -> None:
    pointer = "/x-authentication/skew/seconds"
    assert judged_from_outside("tencent-cls/skew", {pointer: 301}).verdict is Verdict.HELD
    assert judged_from_outside("tencent-cls/skew", {pointer: 600}).verdict is Verdict.BROKEN


def test_a_failure_tells_when_it_was_signed() -> None:
    lines = failure_text(bent("tencent-cls/skew", 301)).splitlines()
    assert "  expected  refused as AuthFailure.SignatureExpire: tc3-hmac-sha256, signed 301 s ago" in lines
