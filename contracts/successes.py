"""What operations answer when nothing is wrong with the request; how the one is called that only a link leads to."""

from __future__ import annotations

from contracts.check import NotObserved
from contracts.client import Api, Reply
from contracts.expect import require_accepted
from contracts.lists import list_operation
from contracts.situations import arguments_for, look, naming, start, wait_for, with_resources
from openapi.model import Action, Operation, Phase


def is_linked(api: Api, operation: Operation) -> bool:
    """Whether an operation is called through a link that the API hands out."""
    return api.spec.link is not None and operation.id == api.spec.link.operation


def succeed(api: Api, operation: Operation) -> Reply:
    """The answer to a call that ought to be accepted; whether it is, is for the caller to judge.

    Raises NotObserved when the situation cannot be had, or a refusal says what is wrong with it.
    """
    reply = _follow(api, operation) if is_linked(api, operation) else api.call(operation, arguments_for(api, operation))
    if reply.error_code:
        raise NotObserved(f"{operation.id} was refused as {reply.error_code}")
    return reply


def finished_task(api: Api) -> str:
    """The id of a task that has succeeded. Raises NotObserved."""
    task = start(api)
    wait_for(api, task, Phase.SUCCEEDED)
    return task


def link_to(api: Api, task_id: str) -> str:
    """A fresh link to the file of a task. Raises NotObserved when the API tells none."""
    linkers = [each for each in api.spec.operations.values() if each.action is Action.LINK]
    if linkers:
        reply = api.call(linkers[0], naming(linkers[0], task_id, with_resources(api, linkers[0])))
        found = require_accepted(reply, "asking for the link").values.get("task.link")
    else:
        found = (look(api, task_id) or {}).get("task.link")
    if not isinstance(found, str) or "://" not in found:
        raise NotObserved("the API tells no link to the file of a task that has succeeded")
    return found


def probe(api: Api) -> Operation:
    """The operation that leaves least behind: one that lists or shows, else the first.

    Raises NotObserved when there is none.
    """
    found = list_operation(api) or next(iter(api.spec.operations.values()), None)
    if found is None:
        raise NotObserved("the API has no operation")
    return found


def _follow(api: Api, operation: Operation) -> Reply:
    return api.follow(operation, link_to(api, finished_task(api)))
