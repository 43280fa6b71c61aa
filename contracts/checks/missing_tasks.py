"""What becomes of a request about a task that does not exist."""

from __future__ import annotations

from contracts.calls.client import Api, Reply
from contracts.calls.shared import FINISHED, SPARE
from contracts.check import Broken, check
from contracts.expect import expect_accepted, expect_refused, require_accepted
from contracts.files.links import as_request, is_linked, link_to, presign
from contracts.situations.successes import succeed
from contracts.situations.tasks import arguments_for, finished_task, look, naming, start, task_for, with_resources
from contracts.values import altered
from openapi.clauses import Clause, ClauseKind
from openapi.model import Action, Operation
from openapi.reasons import Reason

FAR = "99999"  # after a number: one that is not given out for a long time


@check(ClauseKind.MISSING_TASK)
def treats_a_task_that_does_not_exist_as_documented(api: Api, clause: Clause) -> None:
    """An id like that of a task, but of none, is refused as missing, or passed over, as documented."""
    operation = api.operation(clause.operation)
    require_accepted(succeed(api, operation), "the call about a task that exists")
    reply = answer_about_no_task(api, operation)
    _expect(api, operation, reply, clause.value, "no task has this id")


@check(ClauseKind.MISSING_TASK, when=lambda clause: clause.detail.action is Action.DELETE)
def treats_a_task_that_was_deleted_as_missing(api: Api, clause: Clause) -> None:
    """The second deletion of a task is answered as the documentation says for a task that does not exist."""
    operation = api.operation(clause.operation)
    given = arguments_for(api, operation)
    other = start(api) if not any(each.overwrites for each in api.spec.operations.values()) else ""
    require_accepted(api.call(operation, given), "deleting a task")
    _expect(api, operation, api.call(operation, given), clause.value, "the task was deleted before")
    if other and look(api, other) is None:
        raise Broken("no other task gone", received=f"the task {other}, which nobody deleted, is gone")


def answer_about_no_task(api: Api, operation: Operation) -> Reply:
    """The answer to a call about a task that does not exist, and is otherwise as it should be. Raises NotObserved."""
    if is_linked(api, operation):
        link = link_to(api, finished_task(api))
        folder, _, name = as_request(link).path.rpartition("/")
        return api.follow(operation, presign(api, link, f"{folder}/{altered(name)}", api.account))
    return api.call(operation, naming(operation, unused_id(api), with_resources(api, operation)))


def unused_id(api: Api) -> str:
    """An id of the form of a task's, of which there is none. Raises NotObserved."""
    known = task_for(api, SPARE, FINISHED)
    return known + FAR if known.isdigit() else altered(known)


def _expect(api: Api, operation: Operation, reply: Reply, then: object, situation: str) -> None:
    if then == "refuse":
        expect_refused(api, operation, reply, Reason.TASK_MISSING, situation=situation)
    else:
        expect_accepted(reply, f"{situation}, which is passed over")
