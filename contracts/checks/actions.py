"""What each operation answers about a task in each phase."""

from __future__ import annotations

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.expect import expect_accepted, expect_refused
from contracts.files.downloads import finished_link, link_of
from contracts.files.links import as_request, presign
from contracts.pace import MARGIN
from contracts.situations.sights import require_patience, see, task_in, wait_long
from contracts.situations.tasks import naming, start, wait_for, with_resources
from openapi.clauses import ACCEPTED, Clause, ClauseKind
from openapi.members import takes_task
from openapi.model import Action, Operation, Phase


@check(ClauseKind.ACTION_IN_PHASE)
def answers_about_a_task_in_each_phase_as_documented(api: Api, clause: Clause) -> None:
    """A task in the phase is taken or refused as documented; what was deleted is gone, what was refused is not."""
    operation, phase = api.operation(clause.operation), Phase(clause.subject)
    if api.spec.link is not None and operation.id == api.spec.link.operation:
        reply, task = _follow(api, operation, phase)
    elif takes_task(operation):
        task = task_in(api, phase)
        reply = api.call(operation, naming(operation, task, with_resources(api, operation)))
    else:
        raise NotObserved("the operation names no task")
    situation = f"the task is {phase}"
    if clause.value != ACCEPTED:
        expect_refused(api, operation, reply, str(clause.value), situation=situation)
        if operation.action is Action.DELETE and see(api, task) is None:
            raise Broken("the task still there, as its deletion was refused", received="it is gone")
        return
    expect_accepted(reply, situation)
    if operation.action is Action.DELETE and see(api, task) is not None:
        raise Broken(f"the task gone once it was deleted while {phase}", received="it is still there")
    if operation.action is Action.SHOW and str(reply.values.get("task.id", task)) != task:
        raise Broken(f"the task {task} shown", reply)
    if operation.action is Action.DOWNLOAD and not reply.file:
        raise Broken(f"the file of the task: {situation}", reply)


def _follow(api: Api, operation: Operation, phase: Phase) -> tuple[Reply, str]:
    """What a link leads to while the task is in that phase. Raises NotObserved when nobody hands one out."""
    if phase is not Phase.EXPIRED:
        example = finished_link(api) if _can_presign(api, operation) else None
        task = task_in(api, phase)
        address = link_of(api, task)
        if not address and example is None:
            raise NotObserved(f"no link is handed out while the task is {phase}")
        return api.follow(operation, address or _own_link(api, example or ("", ""), task)), task
    life, link = api.spec.lifecycle, api.spec.link
    if life is None or life.kept_seconds is None or link is None:
        raise NotObserved("nobody says after how long a task expires")
    require_patience(api, life.kept_seconds)
    task = start(api)
    wait_for(api, task, Phase.SUCCEEDED)
    early = min(link.seconds, life.kept_seconds) / 2
    wait_long(api, max(life.kept_seconds - early - MARGIN, 0))
    address = link_of(api, task)
    if not address:
        raise NotObserved("no link is handed out for a task that has ended well")
    wait_long(api, early)
    return api.follow(operation, address), task


def _can_presign(api: Api, operation: Operation) -> bool:
    """Whether a link to the file of any task can be made here: its path and the key that signs it are known."""
    is_known = all(each.schema.get("x-bind") == "task.id" for each in operation.parameters if each.where == "path")
    return api.target.is_mock and is_known


def _own_link(api: Api, example: tuple[str, str], task: str) -> str:
    """A link to the file of a task for which none is handed out, like that of another task."""
    other, link = example
    return presign(api, link, as_request(link).path.replace(other, task), api.account)
