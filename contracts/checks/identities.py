"""The id of a task: told when it is created, its own, and the same wherever and whenever the task is told of."""

from __future__ import annotations

from contracts.calls.client import Api
from contracts.check import Broken, NotObserved, check
from contracts.expect import error_code
from contracts.files.links import is_linked
from contracts.situations.sights import see
from contracts.situations.tasks import create, creators, naming, start, wait_for, with_resources
from contracts.situations.telling import told_now
from contracts.situations.variations import variations
from openapi.clauses import Clause, ClauseKind
from openapi.members import takes_task
from openapi.model import Action, Operation, Phase
from openapi.reasons import Reason

TASKS = 3  # that have to have different ids


@check(ClauseKind.IDENTITY)
def names_a_task_by_the_same_id_for_good(api: Api, clause: Clause) -> None:
    """The task is told of by the id that its creator answered: at once, on its way, and when it has ended."""
    operation = api.operation(clause.operation)
    if operation.action is Action.CREATE:
        _expect_ids_of_their_own(api, operation)
        return
    if not creators(api):
        raise NotObserved("no operation of this API creates a task")
    task, life = start(api), api.spec.lifecycle
    for phase in (None, Phase.RUNNING, Phase.SUCCEEDED):
        if phase is Phase.RUNNING and life is not None:
            api.target.wait(life.queued_seconds + life.running_seconds / 2)
        elif phase is Phase.SUCCEEDED:
            wait_for(api, task, phase)
        _expect_id(api, operation, clause, task)
    _expect_known(api, task)


def _expect_id(api: Api, operation: Operation, clause: Clause, task: str) -> None:
    found = told_now(api, operation, task)
    if found is None:
        raise Broken(f"the task {task} told of by the id that its creation answered", received="it is not")
    if str(found.value(clause.detail)) != task:
        raise Broken(f"{clause.subject}: {task}, as its creation answered", found.reply)


def _expect_ids_of_their_own(api: Api, operation: Operation) -> None:
    """Tasks that are created one after the other have different ids, by each of which the task is found."""
    made: list[str] = []
    for given in variations(api, operation, TASKS):
        reply = create(api, operation, given)
        task = reply.values.get("task.id")
        if not reply.accepted:
            raise NotObserved(f"creating a task was refused as {reply.error_code or reply.status}")
        if task in (None, ""):
            raise Broken("the id of the new task", reply)
        if str(task) in made:
            raise Broken("an id that no other task has", reply, f"{task}, for the second time")
        made.append(str(task))
    for task in made:
        if see(api, task) is None:
            raise Broken(f"the task {task} found by the id that its creation answered", received="there is none")
    _expect_known(api, made[0])


def _expect_known(api: Api, task: str) -> None:
    """Every operation that takes the id knows the task, whatever else it may have against it."""
    taking = (each for each in api.spec.operations.values() if takes_task(each) and not is_linked(api, each))
    for operation in sorted(taking, key=lambda each: each.action is Action.DELETE):
        reply = api.call(operation, naming(operation, task, with_resources(api, operation)))
        code = error_code(api, operation, Reason.TASK_MISSING)
        if operation.missing == "refuse" and code is not None and reply.error_code == code.code:
            raise Broken(f"the task {task} known to {operation.id} by the id that its creation answered", reply)
