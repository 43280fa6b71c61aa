"""The documented rate limits: kept from both sides, over when they should be, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.checks.missing_tasks import unused_id
from contracts.expect import error_code, expect_refused, require_accepted
from contracts.pace import MARGIN
from contracts.situations.leave import require_leave
from contracts.situations.successes import probe
from contracts.situations.tasks import NEEDS_FILE, arguments_for, naming
from contracts.target import Capability
from contracts.values import Arguments
from openapi.clauses import Clause, ClauseKind
from openapi.model import Action, ErrorCode, Operation, RateLimit

BESIDE = 0.05  # seconds from the end of a period, on either side, where time passes as it is told to
UNHURRIED = 5  # seconds of the shortest period whose end can be found where requests take their time
LOOKS = 10  # at such a period
MOST_FILES = 5  # that are fetched for the sake of a limit
OVER = "the rate limit to be over"
PERIODS = 4  # that have to fit into the patience with a server, so that the end of one can be looked for


@dataclass(frozen=True, slots=True)
class Limited:
    """An operation with one of its limits, and what shows that a call was one too many."""

    api: Api
    operation: Operation
    limit: RateLimit
    code: ErrorCode | None

    @property
    def is_on_a_clock(self) -> bool:
        """Whether time passes as it is told to."""
        return Capability.CLOCK in self.api.target.capabilities

    def call(self, given: Arguments) -> Reply:
        """A call that waits for no limit."""
        return self.api.call(self.operation, given, hurry=True)

    def is_over(self, reply: Reply) -> bool:
        """Whether the limit refuses in its code; a refusal for another reason is a call that it let through."""
        return self.code is not None and not reply.accepted and reply.error_code == self.code.code

    def may_be_over(self, reply: Reply) -> bool:
        """Whether the limit may be what refuses: any refusal, where nobody documents its code."""
        is_open = not self.api.target.is_mock and (self.code is None or bool(self.code.assumed))
        return self.is_over(reply) or (is_open and not reply.accepted)

    def is_over_another(self, reply: Reply) -> bool:
        """Whether another limit of the operation refuses, in another code."""
        others = (each.reason for each in self.operation.rate_limits if each is not self.limit)
        codes = (error_code(self.api, self.operation, each) for each in others)
        return not self.is_over(reply) and reply.error_code in {code.code for code in codes if code is not None}


@check(ClauseKind.RATE_LIMIT)
def refuses_the_call_over_the_limit_and_takes_a_later_one(api: Api, clause: Clause) -> None:
    """As many calls as documented are let through and the next is refused, until the period is over.

    No other operation is touched.
    """
    require_leave(api, "using up a rate limit")
    limited = _limited(api, clause)
    limit, stricter = limited.limit, _stricter(limited)
    api.keep_pace(limited.operation)
    begun, given = api.target.now(), arguments_within(api, limited.operation, limit)
    if limit.requests > 1 or limited.is_on_a_clock:
        api.target.wait(limit.seconds + MARGIN, OVER)
        begun = api.target.now()
        _fill(limited, given[0], limit.requests, stricter)
    over = _expect_over(limited, given[0], begun)
    if not stricter and limited.is_on_a_clock:
        api.shared.refusals[api.which, limited.operation.id, limit.reason] = (over,)
    _expect_others_free(limited)
    if not stricter and limited.is_on_a_clock:
        _expect_still_over_at_the_end(limited, given[0], begun)
    elif not stricter and _can_wait(limited) and _find_the_end(limited, given[0]):
        _expect_still_over(limited, limited.call(given[0]))
        return  # one was let through again when the end was found
    api.target.wait(limit.seconds + MARGIN, OVER)
    later = limited.call(given[1])
    if limited.is_over(later):
        raise Broken(f"let through again after {limit.seconds} s", later)


def _limited(api: Api, clause: Clause) -> Limited:
    """What the clause is about. Raises NotObserved where a quota is full sooner and refuses with the same code."""
    operation, limit = api.operation(clause.operation), clause.detail
    if limit.requests == 0:
        raise NotObserved("no call at all is allowed")
    code = error_code(api, operation, limit.reason)
    for quota in api.spec.quotas if operation.action is Action.CREATE else ():
        full = error_code(api, operation, quota.reason) if quota.when_full == "refuse" else None
        if code is not None and full is not None and full.code == code.code and quota.limit <= limit.requests:
            said = f"a quota of {quota.limit} tasks is full before, and refuses with the same code, {code.code}"
            raise NotObserved(said)
    return Limited(api, operation, limit, code)


def arguments_within(api: Api, operation: Operation, limit: RateLimit) -> tuple[Arguments, Arguments]:
    """Arguments of the calls that fill the limit, and of the later one, all of which the limit ought to let through."""
    first = arguments_for(api, operation)
    require_accepted(api.call(operation, first), "the call that the check starts from")
    if operation.action is Action.DELETE:
        return arguments_for(api, operation), arguments_for(api, operation)
    if operation.action in NEEDS_FILE and limit.requests > MOST_FILES:
        return naming(operation, unused_id(api), first), first  # no file is sent so often for nothing
    return first, first


def _fill(limited: Limited, given: Arguments, count: int, stricter: RateLimit | None) -> None:
    """So many calls, all of which the limit lets through; spread where a stricter one would refuse with its code."""
    for number in range(1, count + 1):
        if stricter and number > 1 and (number - 1) % stricter.requests == 0:
            limited.api.target.wait(stricter.seconds + MARGIN)
        reply = limited.call(given)
        if limited.is_over(reply):
            raise Broken(f"call {number} of {limited.limit.requests} in {limited.limit.seconds} s let through", reply)


def _expect_over(limited: Limited, given: Arguments, begun: datetime) -> Reply:
    """The refusal of one call more. Raises Broken; NotObserved where another limit refuses it first."""
    limit, api, stricter = limited.limit, limited.api, _stricter(limited)
    if stricter and limit.requests % stricter.requests == 0:
        api.target.wait(stricter.seconds + MARGIN)
    over = limited.call(given)
    if not limited.may_be_over(over) and not limited.is_on_a_clock:
        over = _over_in_any_period(limited, given, begun)
    if limited.is_over_another(over) and not api.target.is_mock:
        raise NotObserved(f"another limit of the operation refuses first, as {over.error_code}")
    situation = f"call {limit.requests + 1} in {limit.seconds} s"
    return expect_refused(api, limited.operation, over, limit.reason, situation=situation)


def _over_in_any_period(limited: Limited, given: Arguments, begun: datetime) -> Reply:
    """The answer to one call too many, wherever the periods start in which a server counts; one was used up before.

    Raises NotObserved when so many calls cannot be made in time.
    """
    seconds = limited.limit.seconds
    for _ in range(limited.limit.requests):
        reply = limited.call(given)
        if limited.may_be_over(reply) or limited.is_over_another(reply):
            return reply
        passed = (limited.api.target.now() - begun).total_seconds()
        if passed >= seconds:
            raise NotObserved(f"the calls took {passed:.1f} s, too long for the limit to be used up in {seconds} s")
    return reply


def _expect_others_free(limited: Limited) -> None:
    """An operation that was not called is let through, whatever it answers."""
    other = probe(limited.api)
    if other.id == limited.operation.id:
        return
    reply = limited.api.call(other, hurry=True)
    if limited.is_over(reply):
        raise Broken(f"{other.id} let through, as the limit is that of {limited.operation.id}", reply)


def _expect_still_over_at_the_end(limited: Limited, given: Arguments, begun: datetime) -> None:
    """The limit lasts for the whole period, counted from the first call."""
    end = begun + timedelta(seconds=limited.limit.seconds)
    limited.api.target.wait((end - limited.api.target.now()).total_seconds() - BESIDE)
    _expect_still_over(limited, limited.call(given))


def _expect_still_over(limited: Limited, early: Reply) -> None:
    if not (limited.may_be_over(early) or limited.is_over_another(early)):
        raise Broken(f"refused until {limited.limit.seconds} s have passed", early)


def _can_wait(limited: Limited) -> bool:
    """Whether the end of a period can be looked for: it is long enough to tell, and short enough to wait for."""
    return UNHURRIED <= limited.limit.seconds <= limited.api.target.patience / PERIODS


def _find_the_end(limited: Limited, given: Arguments) -> bool:
    """Call until the limit lets through again, use it up at once, and wait until it is nearly over again.

    Periods may slide or be cut by the clock: from there on both kinds last equally long. False where the limit never
    lets through, as where refused calls count too.
    """
    step = limited.limit.seconds / LOOKS
    for _ in range(LOOKS + 1):
        limited.api.target.wait(step)
        reply = limited.call(given)
        if not (limited.may_be_over(reply) or limited.is_over_another(reply)):
            _fill(limited, given, limited.limit.requests - 1, None)
            limited.api.target.wait(limited.limit.seconds - 2 * step)
            return True
    return False


def _stricter(limited: Limited) -> RateLimit | None:
    """Another limit that refuses first with the same code, unless the calls are spread over the period.

    Raises NotObserved when they cannot be: then nobody can tell the two apart.
    """
    limit = limited.limit
    fewer = [each for each in limited.operation.rate_limits if each is not limit and each.requests <= limit.requests]
    others = [each for each in fewer if error_code(limited.api, limited.operation, each.reason) == limited.code]
    for other in others:
        if limit.requests / max(other.requests, 1) * other.seconds >= limit.seconds:
            said = f"{other.requests} in {other.seconds} s"
            raise NotObserved(f"another limit of the operation, {said}, refuses before this one is used up")
    return min(others, key=lambda each: each.requests, default=None)
