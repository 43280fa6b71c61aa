"""The documented rate limits: kept from both sides, and over when they should be."""

from __future__ import annotations

from datetime import datetime

from contracts.calls.client import Api, Reply
from contracts.calls.composing import Arguments
from contracts.check import Broken, NotObserved, check
from contracts.expect import error_code, expect_refused, require_accepted
from contracts.pace import MARGIN
from contracts.situations.tasks import arguments_for
from contracts.target import Capability
from openapi.clauses import Clause, ClauseKind
from openapi.model import Action, Operation, RateLimit


@check(ClauseKind.RATE_LIMIT)
def refuses_the_call_over_the_limit_and_takes_a_later_one(api: Api, clause: Clause) -> None:
    """As many calls as documented are let through, the next is refused, and after the period one is let through."""
    operation, limit = api.operation(clause.operation), clause.detail
    _require_distinct(api, operation, limit)
    stricter = _stricter(operation, limit)
    given = [arguments_for(api, operation)]
    api.keep_pace(operation)
    begun = api.target.now()
    require_accepted(api.call(operation, given[0]), "the call that the check starts from")
    given = [arguments_for(api, operation) for _ in range(2)] if operation.action is Action.DELETE else given * 2
    if limit.requests > 1 or Capability.CLOCK in api.target.capabilities:
        api.target.wait(limit.seconds + MARGIN)
        begun = api.target.now()
        _fill(api, operation, limit, given[0])
    if stricter and limit.requests % stricter.requests == 0:
        api.target.wait(stricter.seconds + MARGIN)
    over = api.call(operation, given[0], hurry=True)
    if not _is_over(api, operation, limit, over) and Capability.CLOCK not in api.target.capabilities:
        over = _over_in_any_window(api, operation, limit, given[0], begun)
    expect_refused(api, operation, over, limit.reason, situation=f"call {limit.requests + 1} in {limit.seconds} s")
    api.target.wait(limit.seconds + MARGIN)
    later = api.call(operation, given[1], hurry=True)
    if later.error_code and later.error_code == _code(api, operation, limit):
        raise Broken(f"let through again after {limit.seconds} s", later)


def _fill(api: Api, operation: Operation, limit: RateLimit, given: Arguments) -> None:
    """Use up the limit; what is refused for another reason counts as a call that the limit let through."""
    stricter = _stricter(operation, limit)
    for number in range(1, limit.requests + 1):
        if stricter and number > 1 and (number - 1) % stricter.requests == 0:
            api.target.wait(stricter.seconds + MARGIN)
        reply = api.call(operation, given, hurry=True)
        if reply.error_code and reply.error_code == _code(api, operation, limit):
            raise Broken(f"call {number} of {limit.requests} in {limit.seconds} s let through", reply)


def _over_in_any_window(api: Api, operation: Operation, limit: RateLimit, given: Arguments, begun: datetime) -> Reply:
    """The answer to one call too many, wherever the windows start in which a server counts; it was used up before.

    Raises NotObserved when so many calls cannot be made in time.
    """
    for _ in range(limit.requests):
        reply = api.call(operation, given, hurry=True)
        if _is_over(api, operation, limit, reply):
            return reply
        passed = (api.target.now() - begun).total_seconds()
        if passed >= limit.seconds:
            raise NotObserved(
                f"the calls took {passed:.1f} s, too long for the limit to be used up in {limit.seconds} s"
            )
    return reply


def _require_distinct(api: Api, operation: Operation, limit: RateLimit) -> None:
    """Raise NotObserved where a quota is full sooner and refuses with the same code: nobody could tell which it was."""
    code = _code(api, operation, limit)
    for quota in api.spec.quotas if operation.action is Action.CREATE else ():
        refusal = error_code(api, operation, quota.reason) if quota.when_full == "refuse" else None
        if refusal and refusal.code == code and quota.limit <= limit.requests:
            raise NotObserved(f"a quota of {quota.limit} tasks is full before, and refuses with the same code, {code}")


def _stricter(operation: Operation, limit: RateLimit) -> RateLimit | None:
    """Another limit that refuses first, unless the calls are spread over the period.

    Raises NotObserved when they cannot be: then nobody can use up this one.
    """
    others = [each for each in operation.rate_limits if each is not limit and each.requests <= limit.requests]
    if limit.requests == 0:
        raise NotObserved("no call at all is allowed")
    for other in others:
        if limit.requests / max(other.requests, 1) * other.seconds >= limit.seconds:
            said = f"{other.requests} in {other.seconds} s"
            raise NotObserved(f"another limit of the operation, {said}, refuses before this one is used up")
    return min(others, key=lambda each: each.requests, default=None)


def _is_over(api: Api, operation: Operation, limit: RateLimit, reply: Reply) -> bool:
    """Whether an answer means that the limit is used up; any refusal does where nobody documents its code."""
    code = error_code(api, operation, limit.reason)
    return not reply.accepted and (code is None or bool(code.assumed) or reply.error_code == code.code)


def _code(api: Api, operation: Operation, limit: RateLimit) -> str:
    found = error_code(api, operation, limit.reason)
    return found.code if found else ""
