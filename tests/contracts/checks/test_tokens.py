"""The check of tokens."""

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import ClauseKind
from tests.contracts.bent import bent, judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.whole import APIS, not_held

PERIOD = "/x-authentication/token/seconds"


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.TOKEN) == {}


@pytest.mark.parametrize("seconds", [86340, 86460])
def test_another_period_breaks_the_clause(seconds: int) -> None:
    assert bent("huawei-iam/token", seconds).verdict is Verdict.BROKEN


def test_a_token_that_is_refused_for_another_reason_breaks_the_clause() -> None:
    changes = {"/x-error-codes/code=401&when=unauthenticated/code": "403"}
    assert judged("huawei-iam/token", changes).verdict is Verdict.BROKEN


def test_nobody_waits_for_a_day() -> None:
    found = judged_from_outside("huawei-iam/token")
    assert (found.verdict, found.reason) == (
        Verdict.NOT_OBSERVED,
        "it takes 86400 s, and the target has no clock that can be moved",
    )


def test_a_period_that_the_answer_itself_states_is_judged_without_waiting() -> None:
    found = judged_from_outside("huawei-iam/token", {PERIOD: 3600})
    assert (found.verdict, found.received) == (Verdict.BROKEN, "one that expires after 3600 s")


def test_a_failure_tells_the_period() -> None:
    text = failure_text(bent("huawei-iam/token", 3600))
    assert "  expected  a token that is good for 86400 s\n  received  one that expires after 3600 s\n" in text
