"""The documented rate limits: kept from both sides, and over when they should be."""

from __future__ import annotations

from contracts.check import Broken, NotObserved, check
from contracts.client import MARGIN, Api
from contracts.composing import Arguments
from contracts.expect import error_code, expect_refused, require_accepted
from contracts.situations import arguments_for
from openapi.clauses import Clause, ClauseKind
from openapi.model import Action, Operation, RateLimit


@check(ClauseKind.RATE_LIMIT)
def refuses_the_call_over_the_limit_and_takes_a_later_one(api: Api, clause: Clause) -> None:
    """As many calls as documented are accepted, the next is refused, and after the period one is accepted again."""
    operation, limit = api.operation(clause.operation), clause.detail
    given = [arguments_for(api, operation)]
    require_accepted(api.call(operation, given[0]), "the call that the check starts from")
    given = [arguments_for(api, operation) for _ in range(2)] if _uses_up(operation) else given * 2
    api.target.wait(limit.seconds + MARGIN)
    if limit.requests == 0:
        raise NotObserved("no call at all is allowed")
    _fill(api, operation, limit, given[0])
    over = api.call(operation, given[0], hurry=True)
    expect_refused(api, operation, over, limit.reason, situation=f"call {limit.requests + 1} in {limit.seconds} s")
    api.target.wait(limit.seconds + MARGIN)
    later = api.call(operation, given[1], hurry=True)
    if _code(api, operation, limit) == later.error_code:
        raise Broken(f"accepted again after {limit.seconds} s", later)


def _fill(api: Api, operation: Operation, limit: RateLimit, given: Arguments) -> None:
    """Use up the limit; what is refused for another reason counts as a call that the limit let through."""
    for number in range(1, limit.requests + 1):
        reply = api.call(operation, given, hurry=True)
        if reply.error_code and reply.error_code == _code(api, operation, limit):
            raise Broken(f"call {number} of {limit.requests} in {limit.seconds} s let through", reply)


def _uses_up(operation: Operation) -> bool:
    """Whether a call that is accepted cannot be repeated."""
    return operation.action is Action.DELETE


def _code(api: Api, operation: Operation, limit: RateLimit) -> str:
    found = error_code(api, operation, limit.reason)
    return found.code if found else ""

