"""The documented quotas: kept from both sides, released when they should be, and whom they evict."""

from __future__ import annotations

from contracts.calls.client import Api
from contracts.check import Broken, NotObserved, check
from contracts.expect import expect_accepted, expect_refused
from contracts.situations.tasks import create, creators, look, phase_of, variations, wait_for
from contracts.values import Arguments
from openapi.clauses import Clause, ClauseKind
from openapi.model import UNFINISHED, Phase, Quota


def _refuses(clause: Clause) -> bool:
    return bool(clause.detail.when_full == "refuse")


def _evicts(clause: Clause) -> bool:
    return not _refuses(clause)


@check(ClauseKind.QUOTA, when=_refuses)
def refuses_the_task_over_quota(api: Api, clause: Clause) -> None:
    """As many tasks as the quota allows are accepted; the next one is refused."""
    tasks = fill(api, clause.detail)
    operation = creators(api)[0]
    reply = create(api, operation, last(api, clause.detail))
    if reply.accepted and not api.target.is_mock:
        _require_full(api, clause.detail, tasks)
    expect_refused(api, operation, reply, clause.detail.reason, situation=f"task {clause.detail.limit + 1}")


@check(ClauseKind.QUOTA, when=lambda clause: _refuses(clause) and clause.detail.counts == "unfinished")
def takes_another_task_when_one_has_ended(api: Api, clause: Clause) -> None:
    """A task that has ended no longer counts."""
    tasks = fill(api, clause.detail)
    wait_for(api, tasks[0], Phase.SUCCEEDED)
    reply = create(api, creators(api)[0], last(api, clause.detail))
    expect_accepted(reply, "the first task has ended, so there is room")


@check(ClauseKind.QUOTA, when=_evicts)
def makes_the_earliest_task_leave(api: Api, clause: Clause) -> None:
    """One task more than the quota, and the earliest is gone; the second earliest is not."""
    tasks = fill(api, clause.detail)
    if look(api, tasks[0]) is None:
        raise Broken(f"{clause.detail.limit} tasks kept: the first of them is gone before there is one more")
    expect_accepted(create(api, creators(api)[0], last(api, clause.detail)), f"task {clause.detail.limit + 1}")
    if look(api, tasks[0]) is not None:
        raise Broken("the earliest task gone", received="it is still there")
    if look(api, tasks[1]) is None:
        raise Broken("the second earliest task still there", received="it is gone")


def _require_full(api: Api, quota: Quota, tasks: list[str]) -> None:
    """Raise NotObserved where tasks end sooner than others can be created, so that the quota never was full."""
    over = [each for each in tasks if phase_of(api, look(api, each) or {}) not in UNFINISHED]
    if quota.counts == "unfinished" and over:
        raise NotObserved(f"{len(over)} of {quota.limit} tasks had ended before there was one too many")


def fill(api: Api, quota: Quota) -> list[str]:
    """Use up a quota: the ids of the tasks, earliest first.

    Where another quota would refuse before, the tasks before are given time to end.
    """
    operation = creators(api)[0]
    stricter = [
        each.limit
        for each in api.spec.quotas
        if each.when_full == "refuse" and each.counts == "unfinished" and each.limit < quota.limit
    ]
    tasks: list[str] = []
    for number, arguments in enumerate(variations(api, operation, quota.limit)):
        if stricter and number and number % min(stricter) == 0:
            wait_for(api, tasks[-1], Phase.SUCCEEDED)
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
