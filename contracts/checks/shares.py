"""What one account uses up leaves the others theirs: rate limits, quotas, and tasks with the same conditions."""

from __future__ import annotations

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.checks.quotas import fill, last
from contracts.expect import error_code
from contracts.files.links import is_linked
from contracts.pace import MARGIN
from contracts.situations.leave import require_leave
from contracts.situations.sights import see
from contracts.situations.tasks import arguments_for, create, creators, start, with_resources
from openapi.clauses import Clause, ClauseKind
from openapi.model import Action, Operation, Quota, RateLimit


def _is_rate_limit(clause: Clause) -> bool:
    return isinstance(clause.detail, RateLimit)


def _refuses(clause: Clause) -> bool:
    return isinstance(clause.detail, Quota) and clause.detail.when_full == "refuse"


def _evicts(clause: Clause) -> bool:
    return isinstance(clause.detail, Quota) and clause.detail.when_full != "refuse"


@check(ClauseKind.ISOLATION, when=_is_rate_limit)
def counts_the_calls_of_each_account_by_themselves(api: Api, clause: Clause) -> None:
    """Once one account has used up a rate limit, and is refused, the call of another is let through."""
    require_leave(api, "using up a rate limit")
    other, limit = api.as_account("second"), clause.detail
    operation = api.operation(clause.operation) if clause.operation else _cheapest(api, limit)
    given, foreign = arguments_for(api, operation), arguments_for(other, operation)
    api.target.wait(limit.seconds + MARGIN)  # whatever either of them did before
    for _ in range(limit.requests):
        api.call(operation, given, hurry=True)
    if not _is_over(api, operation, limit, api.call(operation, given, hurry=True)):
        raise NotObserved(f"the first account was not refused for call {limit.requests + 1} in {limit.seconds} s")
    reply = other.call(operation, foreign, hurry=True)
    if _is_over(api, operation, limit, reply):
        raise Broken("the first call of another account let through", reply)


@check(ClauseKind.ISOLATION, when=_refuses)
def leaves_another_account_its_own_room(api: Api, clause: Clause) -> None:
    """Once the tasks of one account fill a quota, and the next is refused, another account can create one."""
    require_leave(api, "using up a quota")
    other, quota, operation = api.as_account("second"), clause.detail, creators(api)[0]
    fill(api, quota)
    code = error_code(api, operation, quota.reason)
    over = create(api, operation, last(api, quota))
    if over.accepted or code is None or over.error_code != code.code:
        raise NotObserved(f"the first account was not refused for task {quota.limit + 1}")
    reply = create(other, operation, last(other, quota))
    if not reply.accepted:
        raise Broken("the first task of another account accepted", reply)


@check(ClauseKind.ISOLATION, when=_evicts)
def lets_no_task_of_another_account_leave(api: Api, clause: Clause) -> None:
    """Whatever another account creates beyond its quota, it is its own tasks that leave."""
    require_leave(api, "using up a quota")
    other, task = api.as_account("second"), start(api)
    own = fill(other, clause.detail)
    create(other, creators(other)[0], last(other, clause.detail))
    if see(other, own[0]) is not None:
        raise NotObserved("no task of the other account had to leave")
    if see(api, task) is None:
        raise Broken("the task of another account still there", received="it is gone")


@check(ClauseKind.ISOLATION, when=lambda clause: clause.subject == "overwrite")
def replaces_no_task_of_another_account(api: Api, clause: Clause) -> None:
    """A task with the same conditions as that of another account leaves the other one where it is."""
    operation, other = api.operation(clause.operation), api.as_account("second")
    task = start(api, operation, with_resources(api, operation))
    start(other, operation, with_resources(other, operation))
    if see(api, task) is None:
        raise Broken("the task of another account still there", received="it is gone")


def _is_over(api: Api, operation: Operation, limit: RateLimit, reply: Reply) -> bool:
    code = error_code(api, operation, limit.reason)
    return code is not None and not reply.accepted and reply.error_code == code.code


def _cheapest(api: Api, limit: RateLimit) -> Operation:
    """An operation with this limit that leaves nothing behind, where there is one."""
    found = [each for each in api.spec.operations.values() if limit in each.rate_limits and not is_linked(api, each)]
    harmless = (each for each in found if each.action in {Action.LIST, Action.SHOW})
    return next(harmless, found[0])
