"""Deleting one task of a journal, and making sure that it is gone."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.calls.client import Api, Reply
from contracts.check import NotObserved
from contracts.safety.journal import Entry
from contracts.situations.tasks import listed, looks, naming, phase_of, with_resources
from openapi.members import members, takes_task
from openapi.model import UNFINISHED, Action, Json, Operation, Spec
from openapi.reasons import Reason

SLOWER = 1.3  # the time between two looks at a task grows so
NO_DELETION = "the API offers no deletion of tasks"  # how the reason begins why such a task stays
DAY = 86400.0  # seconds


def delete(api: Api, entry: Entry) -> None:
    """Delete a task, once it has ended where it cannot be deleted before. Nothing is wrong when it is gone already.

    Raises NotObserved, Unavailable, Unreachable where it stays.
    """
    operation = _one(api.spec, Action.DELETE)
    if operation is None:
        raise NotObserved(f"{NO_DELETION}; {lasting(api.spec)}")
    reply = _call(api, operation, entry)
    if reply.accepted or _is_missing(api, operation, reply) or _is_gone_in_the_end(api, entry):
        return
    reply = _call(api, operation, entry)
    if not reply.accepted and not _is_missing(api, operation, reply):
        raise NotObserved(f"{operation.id} was answered with {f'{reply.status} {reply.error_code}'.strip()}")


def lasting(spec: Spec) -> str:
    """How long a task stays where nobody deletes it."""
    life = spec.lifecycle
    if life is None or life.kept_seconds is None:
        return "nobody documents when a task goes by itself"
    days = life.kept_seconds / DAY
    said = f"it expires by itself {days:g} day{'' if days == 1 else 's'} after its end"
    if life.kept_citation is None or life.kept_citation.standing == "assumed":
        return f"{said}, as is assumed"
    return f"{said}, as documented" + (f": “{life.kept_citation.quote}”" if life.kept_citation.quote else "")


def _call(api: Api, operation: Operation, entry: Entry) -> Reply:
    """The answer to a call about the task, with the resources that it was created with."""
    names = {each.argument for each in members(operation)}
    own = {name: value for name, value in entry.creation.conditions.items() if name in names}
    return api.call(operation, naming(operation, entry.task, {**with_resources(api, operation), **own}))


def _is_missing(api: Api, operation: Operation, reply: Reply) -> bool:
    """Whether a call is refused with the documented code for a task that does not exist, and for nothing else."""
    try:
        code = api.spec.error_code(operation.id, Reason.TASK_MISSING)
    except LookupError:
        return False
    is_sure = code.when == (Reason.TASK_MISSING,) and code.citation.standing != "assumed"
    return is_sure and reply.error_code == code.code


def _is_gone_in_the_end(api: Api, entry: Entry) -> bool:
    """Whether a task whose deletion was refused is gone all the same; else it is over when this returns.

    Raises NotObserved where it does not end, or nothing tells.
    """
    for _ in looks(api, SLOWER):
        found = _seen(api, entry)
        if found is None:
            return True
        if phase_of(api, found) not in UNFINISHED:
            return False
    raise NotObserved(f"it was not deleted while it ran, and did not end in {api.target.patience:g} s")


def _seen(api: Api, entry: Entry) -> Mapping[str, Json] | None:
    """What the API tells of a task; None where it says that there is none. Raises NotObserved where it says neither."""
    if _one(api.spec, Action.LIST, names_task=False) is not None:
        tasks = listed(api, entry.creation.conditions)
        return next((each for each in tasks if str(each.get("task.id")) == entry.task), None)
    operation = _one(api.spec, Action.SHOW)
    reply = _call(api, operation, entry) if operation else None
    if operation is None or reply is None:
        raise NotObserved("its deletion was refused, and nothing tells whether it is there")
    if _is_missing(api, operation, reply):
        return None
    if not reply.accepted:
        raise NotObserved(f"{operation.id} was answered with {f'{reply.status} {reply.error_code}'.strip()}")
    return reply.values


def _one(spec: Spec, action: Action, *, names_task: bool = True) -> Operation | None:
    """The operation that does so to a task, or without naming one; None where there is none."""
    found = (each for each in spec.operations.values() if each.action is action and takes_task(each) >= names_task)
    return next(found, None)
