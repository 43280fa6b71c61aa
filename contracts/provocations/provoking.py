"""Provoking a refusal: for each reason that a spec may name, the request or the situation that leads to it."""

from __future__ import annotations

from contracts.calls.client import Api, Reply
from contracts.check import NotObserved
from contracts.checks.missing_tasks import unused_id
from contracts.checks.quotas import fill, last
from contracts.checks.rate_limits import arguments_within
from contracts.checks.resources import ACCOUNT, answer_in_condition
from contracts.checks.rules import breaking
from contracts.checks.sizes import answer_to_one_too_large
from contracts.expect import error_code
from contracts.files.links import is_linked
from contracts.pace import MARGIN
from contracts.provocations.blunders import BLUNDERS
from contracts.provocations.link_refusals import answer_to_a_link
from contracts.provocations.mistakes import answers_to_mistakes
from contracts.provocations.parts import TRANSFERS
from contracts.situations.leave import require_leave
from contracts.situations.sights import task_in
from contracts.situations.sparing import creating
from contracts.situations.tasks import NEEDS_FILE, arguments_for, create, creators, naming, with_resources
from contracts.target import Capability
from contracts.values import Arguments
from openapi.members import marked, takes_task
from openapi.model import Action, Operation, RateLimit


def provoke(api: Api, operation: Operation, reason: str) -> Reply:
    """The answer of an operation to what it ought to refuse for this reason (`reason/parameter` where it is one's).

    One that is shared with other clauses will do. Raises NotObserved, Unavailable when nothing leads there.
    """
    known = api.shared.refusal(api.which, operation, reason) if api.shared.is_frugal else None
    if known is not None:
        api.exchanges.append(known.exchange)
        return known
    with creating(api, is_spare=api.is_spare and operation.action is not Action.CREATE):
        reply = _provoke(api, operation, reason)
    if api.shared.is_frugal:
        api.shared.keep_refusal(api.which, operation, reason, reply)
    return reply


def _provoke(api: Api, operation: Operation, reason: str) -> Reply:
    bare = reason.partition("/")[0]
    if is_linked(api, operation):
        return _require(answer_to_a_link(api, operation, bare), operation, reason)
    for look in (_by_rule, _by_rate_limit, _by_resource, _by_phase, _by_quota, _by_size, _by_value):
        reply = look(api, operation, reason)
        if reply is not None:
            return reply
    blunders = {**BLUNDERS, **TRANSFERS}
    return _require(blunders[bare](api, operation) if bare in blunders else None, operation, reason)


def _require(reply: Reply | None, operation: Operation, reason: str) -> Reply:
    if reply is None:
        raise NotObserved(f"no request is known that {operation.id} refuses as {reason}")
    return reply


def _by_rule(api: Api, operation: Operation, reason: str) -> Reply | None:
    for rule in operation.rules:
        if rule.reason == reason and error_code(api, operation, f"{reason}/{rule.parameters[-1]}"):
            arguments, _ = next(breaking(api, operation, rule))
            return api.call(operation, arguments, omit=operation.example.keys() - arguments.keys())
    return None


def _by_rate_limit(api: Api, operation: Operation, reason: str) -> Reply | None:
    """One call too many; the least patient of several limits with the same reason.

    Where time passes as it is told to, the limit's own check has seen the same, call by call: then it is not repeated.
    """
    limits = [each for each in operation.rate_limits if each.reason == reason]
    if not limits:
        return None
    require_leave(api, "using up a rate limit")
    seen = api.shared.refusal(api.which, operation, reason)
    if seen is not None:
        api.exchanges.append(seen.exchange)
        return seen
    limit = min(limits, key=lambda each: each.requests)
    given = _arguments(api, operation, limit)
    replies = (api.call(operation, given, hurry=True) for _ in range(limit.requests + 1))
    code = error_code(api, operation, reason)
    return next((each for each in replies if code is not None and each.error_code == code.code), None)


def _arguments(api: Api, operation: Operation, limit: RateLimit) -> Arguments:
    """Of the calls that use up a limit, where it is not used up yet."""
    if Capability.CLOCK in api.target.capabilities and limit.requests:
        api.keep_pace(operation)
        given, _ = arguments_within(api, operation, limit)
        api.target.wait(limit.seconds + MARGIN)
        return given
    if operation.action in NEEDS_FILE and takes_task(operation):  # no file is sent so often for nothing
        return naming(operation, unused_id(api), with_resources(api, operation))
    return arguments_for(api, operation)


def _by_resource(api: Api, operation: Operation, reason: str) -> Reply | None:
    own = marked(operation, "x-resource")
    for kind, resource in api.spec.resources.items():
        for name, condition in resource.conditions.items():
            if condition.reason == reason and (kind in own or kind == ACCOUNT):
                return answer_in_condition(api, operation, kind, name)
    return None


def _by_phase(api: Api, operation: Operation, reason: str) -> Reply | None:
    for phase, (refused, _) in operation.phase_refusals.items():
        if refused == reason and takes_task(operation):
            task = task_in(api, phase)
            return api.call(operation, naming(operation, task, with_resources(api, operation)))
    return None


def _by_quota(api: Api, operation: Operation, reason: str) -> Reply | None:
    for quota in api.spec.quotas:
        if quota.reason == reason and operation in creators(api):
            fill(api, quota)
            return create(api, operation, last(api, quota) if operation is creators(api)[0] else None)
    return None


def _by_size(api: Api, operation: Operation, reason: str) -> Reply | None:
    for limit in api.spec.sizes:
        if limit.reason == reason and (not limit.scheme or limit.scheme in operation.schemes):
            return answer_to_one_too_large(api, limit)[1]
    return None


def _by_value(api: Api, operation: Operation, reason: str) -> Reply | None:
    code = error_code(api, operation, reason)
    return next(answers_to_mistakes(api, operation, code, reason.partition("/")[0]), None) if code else None
