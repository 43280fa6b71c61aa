"""What exceeds a documented limit on purpose is only done where that is allowed."""

import pytest

from contracts.calls.client import Api, Run
from contracts.judgement import Verdict, judge
from contracts.target import Capability, Errand
from contracts.targets.embedded import open_embedded
from openapi.clauses import Clause, ClauseKind
from openapi.messages import Request, Response
from tests.contracts.bent import all_clauses, spec
from tests.contracts.checks.foreign import Foreign
from tests.contracts.checks.whole import APIS


class Forbidding(Foreign):
    """A server whose limits must not be exceeded."""

    capabilities = frozenset({Capability.SECOND_ACCOUNT})
    sent = 0

    def send(self, request: Request, errand: Errand, origin: str = "") -> Response:
        assert not errand.hurry
        self.sent += 1
        return super().send(request, errand, origin)


def exceeding(api: str) -> list[Clause]:
    """The clauses that show when a limit is exceeded."""
    return [
        each for each in all_clauses(api) if each.kind in {ClauseKind.RATE_LIMIT, ClauseKind.QUOTA, ClauseKind.LOCK}
    ]


@pytest.mark.parametrize("api", [api for api in APIS if exceeding(api)])
def test_no_limit_is_exceeded_where_that_is_not_allowed(api: str) -> None:
    own = spec(api)
    target = Forbidding(open_embedded({api: own} | {name: spec(name) for name in own.companions}, seed=1))
    found = [judge(each, lambda: Api(target, own, run=Run())) for each in exceeding(api)]
    assert {each.verdict for each in found} == {Verdict.NOT_OBSERVED}
    assert all("allow.exceed-limits" in each.reason for each in found), [each.reason for each in found]
    assert target.sent == 0
