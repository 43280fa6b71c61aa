"""The situations that checks start from: calls that ought to be accepted, and tasks in the phase that a check needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from contracts.calls.client import Api, Reply
from contracts.calls.shared import FINISHED, SPARE
from contracts.check import NotObserved
from contracts.expect import require_accepted
from contracts.situations.sparing import creating
from contracts.target import TooLong
from contracts.values import Arguments, find, put
from openapi import examples
from openapi.members import Member, marked, members, takes_task
from openapi.model import UNFINISHED, Action, Json, Operation, Phase

NEEDS_FILE = frozenset({Action.LINK, Action.DOWNLOAD})
READS = NEEDS_FILE | {Action.SHOW}  # of the actions that name a task, those that leave it as it is
PAGES = 100  # of a list that are read at most
SHORTEST, LONGEST = 0.2, 10.0  # seconds between two looks at a task of a real endpoint
SLOWER = 1.3  # the time between them grows so


def arguments_for(api: Api, operation: Operation) -> Arguments:
    """Arguments of a call that ought to be accepted: with resources that exist, a task where one is named, and in time.

    Raises NotObserved when that cannot be had.
    """
    if api.spec.link is not None and operation.id == api.spec.link.operation:
        raise NotObserved("this operation is reached through a link only")
    given = with_resources(api, operation)
    if not takes_task(operation):
        return given
    if operation.action in READS and not api.target.profile.allow.create:
        return naming(operation, existing(api, needs_file=operation.action in NEEDS_FILE), given)
    uses = (SPARE, FINISHED) if operation.action in READS else (SPARE,)
    task = finished_task(api) if operation.action in NEEDS_FILE else task_for(api, *uses)
    return naming(operation, task, given)


def finished_task(api: Api) -> str:
    """The id of a task that has succeeded; one that is shared with other clauses will do. Raises NotObserved."""
    known = _shared(api, FINISHED)
    if known:
        return known
    task = task_for(api, SPARE)
    finish(api, task)
    _share_task(api, FINISHED, task)
    return task


def task_for(api: Api, *uses: str) -> str:
    """The id of a task; one that is shared for one of these uses will do, until it is deleted. Raises NotObserved."""
    task = _shared(api, *uses)
    if not task:
        with creating(api, is_spare=api.is_spare and not api.shared.is_frugal):
            task = start(api)
        _share_task(api, SPARE, task)
    return task


def share(api: Api, operation: Operation, reply: Reply) -> None:
    """Let other clauses have the answer to a call that was accepted, and the task that it created."""
    if not (api.shared.is_frugal and reply.accepted):
        return
    api.shared.answers[api.which, operation.id] = reply
    task = str(reply.values.get("task.id") or "")
    if operation.action is Action.CREATE and task:
        api.created.setdefault(task, with_resources(api, operation))
        if operation is creators(api)[0] and not api.shared.task(api.which, SPARE):
            _share_task(api, SPARE, task)


def _share_task(api: Api, use: str, task: str) -> None:
    api.shared.keep(api.which, use, task, api.created.get(task, {}))


def _shared(api: Api, *uses: str) -> str:
    task = api.shared.task(api.which, *uses)
    if task:
        api.created[task] = api.shared.given[task]
    return task


def existing(api: Api, *, needs_file: bool) -> str:
    """The id of a task that was there before, where none may be created. Raises NotObserved when there is none."""
    for values in listed(api):
        if values.get("task.id") and (not needs_file or phase_of(api, values) is Phase.SUCCEEDED):
            return str(values["task.id"])
    what = "a task with a file" if needs_file else "a task"
    raise NotObserved(
        f"{what} is needed, none is there, and the profile does not allow one to be created: allow.create"
    )


def with_resources(api: Api, operation: Operation) -> Arguments:
    """The example's arguments, where resources exist."""
    given = api.example(operation)
    for kind, holders in marked(operation, "x-resource").items():
        for member in holders:
            if find(given, member) is not None or member.required:
                given = put(given, member, api.target.provide(api.spec.name, kind)[0])
    return given


def naming(operation: Operation, task_id: str, arguments: Mapping[str, Json] | None = None) -> Arguments:
    """`arguments` with a task in every place where the operation takes one."""
    given = dict(arguments or {})
    for name, holders in marked(operation, "x-bind").items():
        for member in holders:
            if name == "task.id":
                given = put(given, member, task_id)
            elif name == "task.ids":
                given = put(given, member, [task_id])
    return given


def creators(api: Api) -> list[Operation]:
    """The operations that create tasks."""
    return [each for each in api.spec.operations.values() if each.action is Action.CREATE]


def start(api: Api, operation: Operation | None = None, arguments: Mapping[str, Json] | None = None) -> str:
    """The id of a new task. Raises NotObserved when it is refused."""
    reply = create(api, operation, arguments)
    require_accepted(reply, "creating a task")
    found = reply.values.get("task.id")
    if found in (None, ""):
        raise NotObserved("creating a task answered no id")
    return str(found)


def create(api: Api, operation: Operation | None = None, arguments: Mapping[str, Json] | None = None) -> Reply:
    """The answer to creating a task, by the first operation that does so unless another is named."""
    options = creators(api)
    if not options and operation is None:
        raise NotObserved("no operation of this API creates a task")
    chosen = operation or options[0]
    given = {**with_resources(api, chosen), **(arguments or {})}
    reply = api.call(chosen, given)
    if reply.accepted:
        api.created[str(reply.values.get("task.id", ""))] = given
    return reply


def look(api: Api, task_id: str) -> Mapping[str, Json] | None:
    """What the API tells of a task, by bound names; None when it tells that there is none.

    Raises NotObserved when no operation shows tasks.
    """
    shows = [each for each in api.spec.operations.values() if each.action is Action.SHOW and takes_task(each)]
    if shows:
        reply = api.call(shows[0], naming(shows[0], task_id, with_resources(api, shows[0])))
        return reply.values if reply.accepted else None
    found = (each for each in listed(api, api.created.get(task_id)) if str(each.get("task.id")) == task_id)
    values = next(found, None)
    if values is None:
        api.shared.lose(task_id)
    return values


def listed(api: Api, like: Mapping[str, Json] | None = None) -> Iterator[Mapping[str, Json]]:
    """Every task that the API lists, by bound names, page after page in its order.

    Where a list cannot be had without a filter, it is that of the tasks created with arguments `like` those.

    Raises NotObserved when no operation lists tasks, or it refuses.
    """
    operation = next((each for each in api.spec.operations.values() if each.action is Action.LIST), None)
    if operation is None:
        raise NotObserved("no operation of this API lists tasks")
    given = _unfiltered(operation, with_resources(api, operation), like or {})
    paging = operation.listing.paging if operation.listing else None
    names = [name for name in (paging.limit, paging.offset, paging.number, paging.marker) if name] if paging else []
    given = {name: value for name, value in given.items() if name not in names}
    size = _largest(operation, paging.limit) if paging and paging.limit else 0
    for page in range(PAGES):
        asked = given | _page(operation, size, page)
        reply = api.call(operation, asked, omit=operation.example.keys() - asked.keys())
        tasks = require_accepted(reply, "listing tasks").values.get("tasks")
        items = [each for each in tasks if isinstance(each, dict)] if isinstance(tasks, list) else []
        yield from items
        if not size or len(items) < size:
            return


def _unfiltered(operation: Operation, given: Arguments, like: Mapping[str, Json]) -> Arguments:
    """`given` without the filters that may be left out; the others as in `like`."""
    filters = {each.parameter for each in operation.listing.filters} if operation.listing else set()
    required = {each.argument for each in members(operation) if each.required and len(each.steps) == 1}
    kept = {name: value for name, value in given.items() if name not in filters or name in required}
    return kept | {name: like[name] for name in filters & required & like.keys()}


def _largest(operation: Operation, name: str) -> int:
    """The largest page that may be asked for; 0 when that is not known."""
    member = next((each for each in members(operation) if each.name == name), None)
    found = member.schema.get("maximum", member.schema.get("default", 0)) if member else 0
    return int(found)


def _page(operation: Operation, size: int, page: int) -> Arguments:
    paging = operation.listing.paging if operation.listing else None
    if paging is None or not size:
        return {}
    asked: Arguments = {paging.limit: size}
    if paging.offset:
        asked[paging.offset] = page * size
    elif paging.number:
        asked[paging.number] = page + 1
    return asked


def phase_of(api: Api, values: Mapping[str, Json]) -> Phase | None:
    """The phase that a task's word means, the earliest where several share the word; None for an unknown word."""
    words = api.spec.lifecycle.words if api.spec.lifecycle else {}
    return next((phase for phase, word in words.items() if word == values.get("task.phase")), None)


def wait_for(api: Api, task_id: str, phase: Phase) -> Mapping[str, Json]:
    """What the API tells of a task once it is in that phase. Raises NotObserved when it does not get there."""
    for _ in _moments(api, phase):
        values = look(api, task_id)
        if values is None:
            raise NotObserved(f"the task is gone before it is {phase}")
        found = phase_of(api, values)
        word = api.spec.lifecycle.words.get(phase) if api.spec.lifecycle else None
        if found is phase or (word is not None and values.get("task.phase") == word):
            return values
        if found is not None and found not in UNFINISHED:
            raise NotObserved(f"the task is {found}, and never was seen {phase}")
    raise NotObserved(f"the task is not {phase} after all the time it was given")


def finish(api: Api, task_id: str) -> Mapping[str, Json]:
    """What the API tells of a task that was just created, once it has succeeded.

    A mock is not asked before, nor in a rough run that waits so long. Raises NotObserved when it does not get there.
    """
    life = api.spec.lifecycle
    seconds = life.queued_seconds + life.running_seconds if life is not None else 0.0
    if api.target.is_mock or (api.run.is_rough and seconds <= api.target.patience):
        api.target.wait(seconds)
    return wait_for(api, task_id, Phase.SUCCEEDED)


def moment(api: Api, member: Member, seconds: float) -> Json:
    """A moment so many seconds from now, as the member writes it."""
    return examples.moment(member.schema, api.target.now() + timedelta(seconds=seconds))


def _moments(api: Api, phase: Phase) -> Iterator[None]:
    """Again and again, until a task ought to be over, or for as long as a real endpoint is given.

    A mock's task is looked at each tenth of its timetable, or at its end where nothing before is waited for; how long
    another's takes nobody knows.
    """
    if not api.target.is_mock:
        yield from looks(api, SLOWER)
        return
    life = api.spec.lifecycle
    whole = (life.queued_seconds + life.running_seconds) if life else 1.0
    step, passed = max(whole / 10 if phase in UNFINISHED else whole, 0.5), 0.0
    while passed <= whole * 2:
        yield
        api.target.wait(step)
        passed += step


def looks(api: Api, slower: float) -> Iterator[None]:
    """Moments to look at a task of a real endpoint: soon after each other at first, until all patience is spent."""
    step, passed = SHORTEST, 0.0
    while passed + step <= api.target.patience:
        yield
        try:
            api.target.wait(step, "the task to go on")
        except TooLong:
            return
        passed += step
        step = min(step * slower, LONGEST)
