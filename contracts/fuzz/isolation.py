"""Whether one account can reach the task of another."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.calls.client import Api
from contracts.fuzz.finding import Finding
from contracts.situations.tasks import naming, with_resources
from openapi.clauses import ClauseKind
from openapi.members import takes_task
from openapi.model import Action, Operation


def look_as_another(api: Api, operation: Operation, task: str) -> Iterator[Finding]:
    """Call an operation about a task of the first account as the second one."""
    link = api.spec.link
    if operation.action is Action.CREATE or (link is not None and operation.id == link.operation):
        return
    other = api.as_account("second")
    given = naming(operation, task, with_resources(other, operation))
    reply = other.call(operation, given)
    listed = reply.values.get("tasks")
    sees = isinstance(listed, list) and any(isinstance(each, dict) and each.get("task.id") == task for each in listed)
    is_taken = takes_task(operation) and operation.missing == "refuse" and reply.accepted
    if sees or is_taken:
        clause = f"{api.spec.name}/{operation.id}/{ClauseKind.ISOLATION}"
        received = "it is listed" if sees else "accepted"
        yield Finding(clause, False, "a task of another account cannot be reached", received, reply)  # noqa: FBT003
