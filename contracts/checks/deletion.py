"""What is left of a task that was deleted: nothing, wherever tasks are shown."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.calls.client import Api
from contracts.check import Broken, NotObserved, check
from contracts.expect import expect_accepted
from contracts.files.downloads import link_of, linked
from contracts.situations.lists import ask, list_operation, scope_like
from contracts.situations.tasks import NEEDS_FILE, creators, naming, start, wait_for, with_resources
from contracts.situations.variations import variations
from contracts.values import Arguments
from openapi.clauses import Clause, ClauseKind
from openapi.members import takes_task
from openapi.model import UNFINISHED, Action, Operation, Phase

TELLING = NEEDS_FILE | {Action.SHOW}


@check(ClauseKind.DELETION, when=lambda clause: not clause.subject)
def leaves_nothing_of_a_deleted_task(api: Api, clause: Clause) -> None:
    """A deleted task is neither listed nor shown nor downloaded, nor comes back when it would have ended."""
    operation = api.operation(clause.operation)
    ended, unfinished, kept = (start(api, creators(api)[0], given) for given in _three(api))
    deleted = []
    for task in (ended, unfinished):
        _listed(api, task)  # a list that has shown a task might remember it
    if not UNFINISHED & operation.phase_refusals.keys():
        deleted.append(_delete(api, operation, unfinished, "while it was unfinished"))
    wait_for(api, ended, Phase.SUCCEEDED)
    deleted.append(_delete(api, operation, ended, "once it had ended"))
    wait_for(api, kept, Phase.SUCCEEDED)
    for task in deleted:
        _expect_gone(api, task)
    if kept not in _listed(api, kept):
        raise Broken("the task that nobody deleted listed", received="it is gone")


@check(ClauseKind.DELETION, when=lambda clause: clause.subject == "file")
def takes_the_file_with_the_task(api: Api, clause: Clause) -> None:
    """What led to the file of a task leads nowhere once the task was deleted."""
    delete = api.operation(clause.operation)
    operation = _download(api)
    task = start(api)
    wait_for(api, task, Phase.SUCCEEDED)
    if api.spec.link is not None:
        link = link_of(api, task)
        if not link:
            raise NotObserved("no link is handed out for a task that has ended well")
        expect_accepted(api.follow(operation, link), "following the link before the deletion")
        _delete(api, delete, task, "")
        reply = api.follow(operation, link)
    else:
        given = naming(operation, task, with_resources(api, operation))
        expect_accepted(api.call(operation, given), "downloading before the deletion")
        _delete(api, delete, task, "")
        reply = api.call(operation, given)
    if reply.accepted or not reply.error_code:
        raise Broken("no file: its task was deleted", reply)


def _three(api: Api) -> list[Arguments]:
    return variations(api, creators(api)[0], 3)


def _download(api: Api) -> Operation:
    if api.spec.link is not None:
        return linked(api)
    return next(each for each in api.spec.operations.values() if each.action is Action.DOWNLOAD)


def _delete(api: Api, operation: Operation, task: str, when: str) -> str:
    """The task, which is deleted now. Raises Broken."""
    reply = api.call(operation, naming(operation, task, with_resources(api, operation)))
    expect_accepted(reply, f"deleting a task {when}".strip())
    return task


def _expect_gone(api: Api, task: str) -> None:
    if task in _listed(api, task):
        raise Broken("no deleted task listed", received=f"{task} still is")
    for operation in _telling(api):
        reply = api.call(operation, naming(operation, task, with_resources(api, operation)))
        if operation.missing == "refuse" and (reply.accepted or not reply.error_code):
            raise Broken(f"refused by {operation.id}: the task was deleted", reply)


def _listed(api: Api, task: str) -> list[str]:
    """The ids of the tasks in the list that would show the task; none where nothing lists tasks."""
    operation = list_operation(api)
    if operation is None:
        return []
    page = ask(api, operation, scope_like(api, operation, api.created.get(task, {})))
    return [str(values.get("task.id")) for _, values in page.everything()]


def _telling(api: Api) -> Iterator[Operation]:
    """The operations that are asked about one task, those aside that only a link leads to."""
    behind = api.spec.link.operation if api.spec.link else ""
    for operation in api.spec.operations.values():
        if operation.action in TELLING and takes_task(operation) and operation.id != behind:
            yield operation
