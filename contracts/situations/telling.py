"""What an operation tells of one task, once it has been created."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.calls.client import REFUSED, Api, Reply
from contracts.check import NotObserved
from contracts.situations.lists import ask, scope_like, unreadable
from contracts.situations.successes import is_refusal
from contracts.situations.tasks import creators, finish, naming, with_resources
from openapi.binding import read
from openapi.clauses import AnswerMember
from openapi.members import ITEM
from openapi.model import Action, Json, Operation


@dataclass(frozen=True, slots=True)
class Told:
    """The part of an answer that is about one task; of a list, its item, of any other answer, all of it."""

    part: Json
    reply: Reply

    def has(self, member: AnswerMember) -> bool:
        """Whether the member is there, empty or not."""
        *before, last = _below(member)
        outer = _at(self.part, before)
        return isinstance(outer, dict) and last in outer

    def value(self, member: AnswerMember) -> Json:
        """The value of a member, as it is written there; None where it is missing."""
        return _at(self.part, _below(member))

    def meaning(self, member: AnswerMember) -> Json:
        """The value of a member without the text that is always around it; None where it is missing."""
        value, bound = self.value(member), str(member.schema.get("x-bind", ""))
        return read(member.schema, value).get(bound) if bound and value is not None else value


def creators_for(api: Api, operation: Operation) -> list[Operation]:
    """The creators of the tasks that an operation tells of: itself where it is one. Raises NotObserved."""
    found = [operation] if operation.action is Action.CREATE else creators(api)
    if not found:
        raise NotObserved("no operation of this API creates a task")
    return found


def told_of(api: Api, operation: Operation, created: Reply) -> Told:
    """What an operation tells of the task that an answer to its creation names: a creator, in that very answer.

    Where the file is, it tells once there is one. Raises NotObserved when it tells nothing of the task.
    """
    if is_refusal(api, created):
        raise NotObserved(f"creating a task was refused as {created.error_code}")
    if operation.action is Action.CREATE:
        return Told(created.body, created)
    if not created.accepted:
        raise unreadable(api, created, "creating a task")
    task = str(created.values.get("task.id"))
    if operation.action is Action.LINK:
        finish(api, task)
    found = told_now(api, operation, task)
    if found is None:
        raise NotObserved(f"{operation.id} tells nothing of the task that was created")
    return found


def told_now(api: Api, operation: Operation, task: str) -> Told | None:
    """What a list, or an operation that names the task, tells of it now; None where it is not listed, or refused."""
    if operation.action is Action.LIST:
        page = ask(api, operation, scope_like(api, operation, api.created.get(task, {})))
        fields = (fields for fields, values in page.everything() if str(values.get("task.id")) == task)
        return next((Told(dict(each), page.reply) for each in fields), None)
    reply = api.call(operation, naming(operation, task, with_resources(api, operation)))
    if is_refusal(api, reply):
        return None
    if reply.status >= REFUSED:
        raise unreadable(api, reply, f"asking {operation.id} for a task")
    return Told(reply.body, reply)


def _below(member: AnswerMember) -> tuple[str, ...]:
    """The steps to a member from what an answer tells of one task: from the item of a list, or from the top."""
    start = member.steps.index(ITEM) + 1 if ITEM in member.steps else 0
    return member.steps[start:]


def _at(node: Json, steps: list[str] | tuple[str, ...]) -> Json:
    for step in steps:
        node = node.get(step) if isinstance(node, dict) else None
    return node
