"""The documented quotas: kept from both sides, released when they should be, and whom they evict."""

from __future__ import annotations

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.expect import expect_accepted, expect_refused
from contracts.situations.leave import require_leave
from contracts.situations.lists import ask, list_operation, scope_like
from contracts.situations.tasks import (
    create,
    creators,
    finish,
    look,
    naming,
    phase_of,
    wait_for,
    with_resources,
)
from contracts.situations.variations import variations
from contracts.target import Capability
from contracts.values import Arguments
from openapi.clauses import Clause, ClauseKind
from openapi.members import takes_task
from openapi.model import UNFINISHED, Action, Operation, Phase, Quota

MOST = 100_000  # tasks of a quota that is filled


def _refuses(clause: Clause) -> bool:
    return bool(clause.detail.when_full == "refuse")


def _evicts(clause: Clause) -> bool:
    return not _refuses(clause)


@check(ClauseKind.QUOTA, when=_refuses)
def refuses_the_task_over_quota(api: Api, clause: Clause) -> None:
    """As many tasks as the quota allows are accepted; the next one is refused, until one is deleted."""
    tasks = fill(api, clause.detail)
    _expect_full(api, clause.detail, tasks)
    if deleter := _deleter(api):
        expect_accepted(_delete(api, deleter, tasks[-1]), "deleting a task")
        reply = create(api, creators(api)[0], last(api, clause.detail))
        expect_accepted(reply, "one of the tasks was deleted, so there is room")
        _expect_full(api, clause.detail, tasks[:-1])


@check(ClauseKind.QUOTA, when=lambda clause: _refuses(clause) and clause.detail.counts == "unfinished")
def takes_another_task_when_one_has_ended(api: Api, clause: Clause) -> None:
    """A task that has ended no longer counts, whether it ended well or has failed."""
    tasks = fill(api, clause.detail)
    wait_for(api, tasks[0], Phase.SUCCEEDED)
    reply = create(api, creators(api)[0], last(api, clause.detail))
    expect_accepted(reply, "the first task has ended, so there is room")
    life = api.spec.lifecycle
    if Capability.PROVOKE_FAILURE in api.target.capabilities and life is not None and Phase.FAILED in life.words:
        api.target.reset()
        tasks = fill(api, clause.detail, fails=True)
        wait_for(api, tasks[0], Phase.FAILED)
        reply = create(api, creators(api)[0], last(api, clause.detail))
        expect_accepted(reply, "the tasks have failed, so there is room")


@check(ClauseKind.QUOTA, when=_evicts)
def makes_the_earliest_task_leave(api: Api, clause: Clause) -> None:
    """One task more than the quota, and the earliest is gone, and no other; none, where one was deleted before."""
    tasks = fill(api, clause.detail)
    if len(left := _left(api, tasks)) < len(tasks):
        raise Broken(f"{len(tasks)} tasks kept", received=f"only {len(left)} are there before there is one more")
    expect_accepted(create(api, creators(api)[0], last(api, clause.detail)), f"task {clause.detail.limit + 1}")
    left = _left(api, tasks)
    if tasks[0] in left:
        raise Broken("the earliest task gone", received="it is still there")
    if left != tasks[1:]:
        raise Broken("all tasks but the earliest still there", received=f"{len(tasks) - 1 - len(left)} more are gone")
    if deleter := _deleter(api):
        expect_accepted(_delete(api, deleter, tasks[-1]), "deleting a task")
        reply = create(api, creators(api)[0], _another(api, clause.detail))
        expect_accepted(reply, "a task in the room of the deleted one")
        if look(api, tasks[1]) is None:
            raise Broken("the earliest task still there, as one was deleted before", received="it is gone")


def _expect_full(api: Api, quota: Quota, tasks: list[str]) -> None:
    """One task more is refused."""
    operation = creators(api)[0]
    reply = create(api, operation, _another(api, quota))
    if reply.accepted and not api.target.is_mock:
        _require_full(api, quota, tasks)
    expect_refused(api, operation, reply, quota.reason, situation=f"task {quota.limit + 1}")


def _require_full(api: Api, quota: Quota, tasks: list[str]) -> None:
    """Raise NotObserved where tasks end sooner than others can be created, so that the quota never was full."""
    over = [each for each in tasks if phase_of(api, look(api, each) or {}) not in UNFINISHED]
    if quota.counts == "unfinished" and over:
        raise NotObserved(f"{len(over)} of {quota.limit} tasks had ended before there was one too many")


def _left(api: Api, tasks: list[str]) -> list[str]:
    """Those of the tasks that are still there, in their order."""
    operation = list_operation(api)
    if operation is None:
        return [task for task in tasks if look(api, task) is not None]
    scopes = {str(given): given for task in tasks if (given := scope_like(api, operation, api.created.get(task, {})))}
    found = {
        str(values.get("task.id"))
        for given in scopes.values() or [{}]
        for _, values in ask(api, operation, given).everything()
    }
    return [task for task in tasks if task in found]


def _another(api: Api, quota: Quota) -> Arguments:
    """Arguments of one task more still."""
    return variations(api, creators(api)[0], quota.limit + 2)[-1]


def _deleter(api: Api) -> Operation | None:
    """The operation that deletes a task."""
    operations = api.spec.operations.values()
    return next((each for each in operations if each.action is Action.DELETE and takes_task(each)), None)


def _delete(api: Api, operation: Operation, task: str) -> Reply:
    return api.call(operation, naming(operation, task, with_resources(api, operation)))


def fill(api: Api, quota: Quota, *, fails: bool = False) -> list[str]:
    """Use up a quota, if asked to with tasks that fail: the ids of the tasks, earliest first.

    Where another quota would refuse before, the tasks before are given time to end.
    """
    if quota.limit > MOST:
        raise NotObserved(f"a quota of {quota.limit:,} tasks takes too long to fill")
    require_leave(api, "using up a quota")
    operation = creators(api)[0]
    stricter = [
        each.limit
        for each in api.spec.quotas
        if each.when_full == "refuse" and each.counts == "unfinished" and each.limit < quota.limit
    ]
    tasks: list[str] = []
    for number, arguments in enumerate(variations(api, operation, quota.limit)):
        if stricter and number and number % min(stricter) == 0:
            finish(api, tasks[-1])
        if fails:
            api.target.fail_next_task(api.spec.name)
        reply = create(api, operation, arguments)
        expect_accepted(reply, f"task {number + 1} of {quota.limit}")
        tasks.append(str(reply.values.get("task.id")))
        if api.target.is_mock:
            api.target.wait(0.001)  # so that one is the earliest
    if stricter and quota.counts == "all":
        wait_for(api, tasks[-1], Phase.SUCCEEDED)
    return tasks


def last(api: Api, quota: Quota) -> Arguments:
    """Arguments that none of the tasks of a full quota was created with."""
    return variations(api, creators(api)[0], quota.limit + 1)[-1]
