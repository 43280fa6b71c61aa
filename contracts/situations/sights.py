"""What a task looks like: at one moment, and along its whole life."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.calls.client import Api, Reply
from contracts.check import NotObserved
from contracts.pace import MARGIN
from contracts.situations.lists import ask, list_operation, scope_like, unreadable
from contracts.situations.tasks import looks, naming, start, wait_for, with_resources
from contracts.target import Capability
from openapi.binding import read
from openapi.members import takes_task
from openapi.model import UNFINISHED, Action, Json, Lifecycle, Operation, Phase, Schema

LOOKS = 20  # in the time that an unhurried task is expected to take
SHORTEST = 0.5  # seconds between two looks
SLOWER = 1.1  # the time between two looks grows so on a real endpoint, of which nobody knows how long a task takes


@dataclass(frozen=True, slots=True)
class Sight:
    """What an answer says of a task; read even where the answer is not what its schema says."""

    at: datetime
    values: Mapping[str, Json]  # by bound names
    fields: Mapping[str, Json]  # by the names on the wire
    reply: Reply

    @property
    def word(self) -> Json:
        """The word of the phase; None where there is none."""
        return self.values.get("task.phase")


def see(api: Api, task_id: str) -> Sight | None:
    """A look at a task; None when the API says that there is none, or does not list it.

    Raises NotObserved when no operation shows or lists tasks.
    """
    shows = [each for each in api.spec.operations.values() if each.action is Action.SHOW and takes_task(each)]
    if shows:
        return _shown(api, shows[0], task_id)
    operation = list_operation(api)
    if operation is None:
        raise NotObserved("no operation of this API shows or lists tasks")
    return _seen_in(api, operation, task_id)


def see_listed(api: Api, task_id: str) -> Sight | None:
    """A look at a task in the list; at the task itself where nothing lists tasks."""
    operation = list_operation(api)
    return see(api, task_id) if operation is None else _seen_in(api, operation, task_id)


def _seen_in(api: Api, operation: Operation, task_id: str) -> Sight | None:
    page = ask(api, operation, scope_like(api, operation, api.created.get(task_id, {})))
    for found, values in page.everything():
        if str(values.get("task.id")) == task_id:
            return Sight(api.target.now(), values, found, page.reply)
    return None


def watch(api: Api, task_id: str) -> list[Sight]:
    """Looks at a task from now until its word is one of a phase that ends it, or of none; or its time is up.

    Raises NotObserved when it is gone before.
    """
    seen: list[Sight] = []
    for _ in moments(api):
        found = see(api, task_id)
        if found is None:
            raise NotObserved("the task is gone before it has ended")
        seen.append(found)
        if found.word in ends(api) or not is_documented(api, found.word):
            break
    return seen


def is_documented(api: Api, word: Json) -> bool:
    """Whether a word is that of a phase."""
    return api.spec.lifecycle is not None and word in api.spec.lifecycle.words.values()


def moments(api: Api) -> Iterator[None]:
    """Again and again, for as long as there is patience; on a mock, twice the time that a task should take."""
    if not api.target.is_mock:
        yield from looks(api, SLOWER)
        return
    life = api.spec.lifecycle
    whole = life.queued_seconds + life.running_seconds if life else 1.0
    step, passed = max(whole / LOOKS, SHORTEST), 0.0
    while passed <= whole * 2:
        yield
        api.target.wait(step, "the task to go on")
        passed += step


def ends(api: Api) -> set[Json]:
    """The words of the phases in which a task does not move any more, or only expires."""
    words = api.spec.lifecycle.words if api.spec.lifecycle else {}
    return {word for phase, word in words.items() if phase not in UNFINISHED}


def task_in(api: Api, phase: Phase) -> str:
    """A task in a phase. Raises NotObserved when that cannot be had."""
    life = api.spec.lifecycle
    if life is None or phase not in life.words:
        raise NotObserved("no task of this API is ever in that phase")
    if phase is Phase.EXPIRED and life.kept_seconds is None:
        raise NotObserved("nobody says after how long a task expires")
    if phase is Phase.EXPIRED:
        require_patience(api, life.kept_seconds or 0)
    if phase is Phase.FAILED:
        return failing_task(api)
    task = start(api)
    if api.target.is_mock:
        api.target.wait(_age(life, phase))
        return task
    if phase in UNFINISHED:
        _wait_unfinished(api, task, phase)
        return task
    wait_for(api, task, Phase.SUCCEEDED)
    if phase is Phase.EXPIRED:
        wait_long(api, life.kept_seconds or 0)
    return task


def _age(life: Lifecycle, phase: Phase) -> float:
    """How old a task of a mock is, in seconds, once it is in that phase."""
    whole = life.queued_seconds + life.running_seconds
    kept = life.kept_seconds or 0
    return {Phase.QUEUED: 0, Phase.RUNNING: whole - life.running_seconds / 2, Phase.EXPIRED: whole + kept}.get(
        phase, whole
    )


def failing_task(api: Api) -> str:
    """A task that has failed. Raises NotObserved, Unavailable."""
    api.target.fail_next_task(api.spec.name)
    task = start(api)
    if api.target.is_mock and api.spec.lifecycle is not None:
        api.target.wait(_age(api.spec.lifecycle, Phase.FAILED))
    else:
        wait_for(api, task, Phase.FAILED)
    return task


def wait_long(api: Api, seconds: float) -> None:
    """Let so much time pass. Raises NotObserved where nobody would wait for it."""
    require_patience(api, seconds)
    api.target.wait(seconds + MARGIN, "what only happens then")


def require_patience(api: Api, seconds: float) -> None:
    """Raises NotObserved where so much time cannot pass within a run."""
    if Capability.CLOCK not in api.target.capabilities and seconds > api.target.patience:
        raise NotObserved(f"it takes {seconds:.0f} s, and the target has no clock that can be moved")


def _wait_unfinished(api: Api, task: str, phase: Phase) -> None:
    life = api.spec.lifecycle
    assert life is not None
    for _ in moments(api):
        found = see(api, task)
        if found is None or found.word in ends(api):
            break
        if found.word == life.words[phase]:
            return
    raise NotObserved(f"the task was never seen {phase}")


def _shown(api: Api, operation: Operation, task_id: str) -> Sight | None:
    reply = api.call(operation, naming(operation, task_id, with_resources(api, operation)))
    if reply.error_code:
        return None
    schema = operation.success.schema or {}
    if not task_fields(schema, reply.body):
        raise unreadable(api, reply, "showing the task")
    return Sight(api.target.now(), read(schema, reply.body), task_fields(schema, reply.body), reply)


def task_fields(schema: Schema, body: Json) -> dict[str, Json]:
    """The members of the object in a body that holds the id of a task."""
    if not isinstance(body, dict):
        return {}
    parts = schema.get("properties", {})
    if any(part.get("x-bind") == "task.id" for part in parts.values()):
        return dict(body)
    found = (task_fields(part, body[name]) for name, part in parts.items() if name in body)
    return next((each for each in found if each), {})
