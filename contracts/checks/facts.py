"""What answers tell of a task, and when: members that come and go with its phases, and the mark of a download."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from contracts.calls.client import Api
from contracts.check import Broken, NotObserved, check
from contracts.expect import expect_accepted
from contracts.files.downloads import download
from contracts.situations.lists import ask, item_schema, scope_like
from contracts.situations.sights import ends, failing_task, is_documented, moments, see
from contracts.situations.tasks import creators, naming, start, wait_for, with_resources
from contracts.situations.variations import variations
from contracts.target import Capability
from openapi.clauses import Clause, ClauseKind
from openapi.model import Action, Json, Lifecycle, Operation, Phase, Schema

LAG = 3  # seconds that a server is given until a download shows
EMPTY: tuple[Json, ...] = (None, "")  # what tells nothing, whatever the documentation says

# The phases in which a task may be, the task, and the word in which it was seen; None where its time tells its phase.
Look = tuple[AbstractSet[Phase], str, Json]


@check(ClauseKind.MEMBER_IN_PHASE)
def tells_a_member_in_its_phases_alone(api: Api, clause: Clause) -> None:
    """From phase to phase the member is told where it is documented, and is missing or empty elsewhere."""
    operation, told = api.operation(clause.operation), set[bool]()
    stated = {Phase(str(each)) for each in clause.value} if isinstance(clause.value, list) else set()
    empty = (*EMPTY, clause.detail.get("x-otherwise"))
    for phases, task, word in _looks(api):
        value = _told(api, operation, task, clause.subject)
        if not (phases <= stated or phases.isdisjoint(stated)) or _has_moved_on(api, task, word):
            continue
        wanted = phases <= stated
        told.add(wanted)
        if (value not in empty) is not wanted:
            said = " or ".join(sorted(phases))
            what = f"{clause.subject} told" if wanted else f"no {clause.subject}"
            raise Broken(f"{what} while the task is {said}", received=repr(value))
    if told != {True, False}:
        raise NotObserved(f"no task was seen {'in' if True not in told else 'out of'} the phases that tell it")


@check(ClauseKind.DOWNLOAD_FLAG)
def is_told_of_the_task_whose_file_was_downloaded(api: Api, clause: Clause) -> None:
    """False before the download and true from then on; another task is left as it is."""
    creator = creators(api)[0]
    task, other = (start(api, creator, given) for given in variations(api, creator, 2))
    for each in (task, other):
        wait_for(api, each, Phase.SUCCEEDED)
        _expect_told(api, clause, each, "before the file was downloaded", wanted=False)
    expect_accepted(download(api, task), "downloading the file")
    for when in ("after the file was downloaded", "still, at another look"):
        _expect_told(api, clause, task, when, wanted=True)
    _expect_told(api, clause, other, "as only another file was downloaded", wanted=False)


def _expect_told(api: Api, clause: Clause, task: str, when: str, *, wanted: bool) -> None:
    operation = api.operation(clause.operation)
    found = _told(api, operation, task, clause.subject)
    for _ in range(0 if api.target.is_mock else LAG):
        if found is wanted:
            return
        api.target.wait(1)  # other machines of a server may learn of it a moment later
        found = _told(api, operation, task, clause.subject)
    if found is not wanted:
        raise Broken(f"{clause.subject} {str(wanted).lower()} {when}", received=repr(found))


def _has_moved_on(api: Api, task: str, word: Json) -> bool:
    """Whether a task is no longer in the word in which it was seen; None: its time tells where it is."""
    found = see(api, task) if word is not None else None
    return found is not None and found.word != word


def _looks(api: Api) -> Iterator[Look]:
    """A task, along its life; one that fails too, where that can be had."""
    life = api.spec.lifecycle
    if life is None:
        raise NotObserved("this API has no tasks")
    yield from _on_a_clock(api, life) if Capability.CLOCK in api.target.capabilities else _as_time_passes(api, life)
    if Phase.FAILED in life.words and Capability.PROVOKE_FAILURE in api.target.capabilities:
        yield {Phase.FAILED}, failing_task(api), None


def _on_a_clock(api: Api, life: Lifecycle) -> Iterator[Look]:
    """Once in every phase: time passes as it is told to."""
    task = start(api)
    yield {Phase.QUEUED}, task, None
    api.target.wait(life.queued_seconds + life.running_seconds / 2)
    yield {Phase.RUNNING}, task, None
    api.target.wait(life.running_seconds)
    yield {Phase.SUCCEEDED}, task, None
    if Phase.EXPIRED in life.words and life.kept_seconds is not None:
        api.target.wait(life.kept_seconds)
        yield {Phase.EXPIRED}, task, None


def _as_time_passes(api: Api, life: Lifecycle) -> Iterator[Look]:
    """Again and again until the task has ended, with the phases that its word may mean."""
    task = start(api)
    for _ in moments(api):
        found = see(api, task)
        if found is None or not is_documented(api, found.word):
            raise NotObserved("the task is gone, or in no documented phase, before it has ended")
        yield {phase for phase, word in life.words.items() if word == found.word}, task, found.word
        if found.word in ends(api):
            return


def _told(api: Api, operation: Operation, task: str, name: str) -> Json:
    """What an answer about a task says under a name; None where it says nothing. Raises NotObserved."""
    if operation.action is Action.LIST:
        page = ask(api, operation, scope_like(api, operation, api.created.get(task, {})))
        for fields, values in page.everything():
            if values.get("task.id") == task:
                return value_named(item_schema(operation), dict(fields), name)
        raise NotObserved("the task is not listed")
    reply = api.call(operation, naming(operation, task, with_resources(api, operation)))
    if reply.error_code:
        raise NotObserved(f"{operation.id} was refused as {reply.error_code}")
    return value_named(operation.success.schema or {}, reply.body, name)


def value_named(schema: Schema, body: Json, name: str) -> Json:
    """The value of the member of that name, wherever it stands in a body."""
    if not isinstance(body, dict):
        return None
    if name in schema.get("properties", {}):
        return body.get(name)
    inner = (value_named(part, body.get(key), name) for key, part in schema.get("properties", {}).items())
    return next((each for each in inner if each is not None), None)
