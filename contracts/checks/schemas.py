"""The documented bodies: their members at every moment, the values that they repeat, and the times that they state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.moments import Stated, read_moment, stated_moments
from contracts.provocations.refusals import refusals
from contracts.situations.lists import ask, scope_like
from contracts.situations.sights import failing_task, wait_long
from contracts.situations.successes import is_refusal, succeed
from contracts.situations.tasks import create, creators, naming, start, wait_for, with_resources
from contracts.target import Unavailable
from contracts.values import Arguments, put
from openapi.binding import read
from openapi.clauses import Clause, ClauseKind
from openapi.members import members
from openapi.model import Action, Json, Operation, Phase, Schema
from openapi.validation import validator

ORDER = ("task.created", "task.started", "task.ended", "task.expires")  # of the moments in the life of a task
CLOSE = 1  # seconds by which a moment may be off: many are written in whole ones
LATE = 120  # … by another clock


def _is_refusal(clause: Clause) -> bool:
    return not clause.operation


def _is_about_tasks(clause: Clause) -> bool:
    """Whether the body holds tasks, or where the file of one is."""
    bound = set(_bound(clause.detail.schema or {}))
    return bool(clause.operation) and bool(bound & {"task.phase", "task.link"})


def _repeats(clause: Clause) -> bool:
    return _is_about_tasks(clause) and "task.phase" in set(_bound(clause.detail.schema or {}))


def _states_times(clause: Clause) -> bool:
    return _repeats(clause) and any("x-time" in part for part in _parts(clause.detail.schema or {}))


@check(ClauseKind.RESPONSE_SCHEMA)
def answers_a_body_that_the_schema_takes(api: Api, clause: Clause) -> None:
    """The body of a success, or of every kind of refusal, has the members that are documented, each of its type."""
    replies = refusals(api, clause.detail) if _is_refusal(clause) else [succeed(api, api.operation(clause.operation))]
    for reply in replies:
        _expect_valid(clause.detail.schema or {}, reply, "")


@check(ClauseKind.RESPONSE_SCHEMA, when=_is_about_tasks)
def answers_such_a_body_at_every_moment_of_a_task(api: Api, clause: Clause) -> None:
    """Waiting, running, done, failed and expired, as far as they can be had: the members are always the documented."""
    operation = api.operation(clause.operation)
    if operation.action is Action.CREATE:
        _expect_valid(clause.detail.schema or {}, create(api, operation, _unusual(api, operation)), "of a new task")
        return
    for told, task in _moments_of_tasks(api):
        reply = _answer_about(api, operation, task)
        if not is_refusal(api, reply):
            _expect_valid(clause.detail.schema or {}, reply, told)


@check(ClauseKind.RESPONSE_SCHEMA, when=_repeats)
def repeats_what_the_task_was_created_with(api: Api, clause: Clause) -> None:
    """A member that is named as an argument of the creator, or bound to one, holds what was sent."""
    for creator in _creators_for(api, clause):
        sent = _unusual(api, creator)
        seen = _told_of(api, clause, create(api, creator, sent))
        for name, value in _repeated(_schema_of_task(clause.detail.schema or {}), seen.fields, sent):
            if not _is_same(sent[name], value):
                raise Broken(f"{name}: {sent[name]!r}, as it was sent", seen.reply, f"{name}: {value!r}")


@check(ClauseKind.RESPONSE_SCHEMA, when=_states_times)
def states_times_in_the_documented_form_zone_and_order(api: Api, clause: Clause) -> None:
    """Each moment is written as documented, lies where it happened, and none comes before what it follows."""
    creator = _creators_for(api, clause)[0]
    before = api.target.now()
    reply = create(api, creator)
    created = api.target.now()
    seen = _told_of(api, clause, reply)
    spans = {"task.created": (before, created), "task.ended": (created, api.target.now())}
    stated = list(stated_moments(_schema_of_task(clause.detail.schema or {}), seen.fields))
    for each in stated:
        if each.at is None:
            raise Broken(f"{each.name} in the documented form", seen.reply, f"{each.name}: {each.value!r}")
        if each.bound in spans:
            _expect_between(api, each, spans[each.bound], seen)
    known = sorted((each for each in stated if each.bound in ORDER), key=lambda each: ORDER.index(each.bound))
    _expect_in_order(known, seen)


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer says of one task, by the names on the wire."""

    fields: dict[str, Json]
    reply: Reply


def _creators_for(api: Api, clause: Clause) -> list[Operation]:
    """The creators of the tasks that the clause speaks of: itself where it is about a creator's own answer."""
    operation = api.operation(clause.operation)
    found = [operation] if operation.action is Action.CREATE else creators(api)
    if not found:
        raise NotObserved("no operation of this API creates a task")
    return found


def _told_of(api: Api, clause: Clause, created: Reply) -> Told:
    """What the operation of the clause tells of a task, once it has succeeded; a creator, at once."""
    operation, schema = api.operation(clause.operation), clause.detail.schema or {}
    if is_refusal(api, created):
        raise NotObserved(f"creating a task was refused as {created.error_code}")
    reply, task = created, str(created.values.get("task.id"))
    if operation.action is not Action.CREATE:
        wait_for(api, task, Phase.SUCCEEDED)
        reply = _answer_about(api, operation, task)
    found = _object_of_task(schema, reply.body, task)
    if found is None:
        raise NotObserved(f"{operation.id} tells nothing of the task that was created")
    return Told(found, reply)


def _moments_of_tasks(api: Api) -> Iterator[tuple[str, str]]:
    """A task at each moment of its life, and one that has failed, as far as the target lets them be had."""
    life = api.spec.lifecycle
    if life is None:
        raise NotObserved("the API has no tasks")
    task = start(api)
    yield "of a task just created", task
    api.target.wait(life.queued_seconds + life.running_seconds / 2)
    yield "of a task on its way", task
    wait_for(api, task, Phase.SUCCEEDED)
    yield "of a task that has succeeded", task
    if Phase.FAILED in life.words:
        try:
            failed = failing_task(api)
        except (NotObserved, Unavailable):
            failed = ""
        if failed:
            yield "of a task that has failed", failed
    if life.kept_seconds is not None:
        try:
            wait_long(api, life.kept_seconds)
        except NotObserved:
            return
        yield "of a task that has expired", task


def _answer_about(api: Api, operation: Operation, task: str) -> Reply:
    if operation.action is Action.LIST:
        return ask(api, operation, scope_like(api, operation, api.created.get(task, {}))).reply
    return api.call(operation, naming(operation, task, with_resources(api, operation)))


def _expect_valid(schema: Schema, reply: Reply, told: str) -> None:
    problems = [problem.message for problem in validator(schema).problems(reply.body)]
    if problems or reply.body is None:
        expected = " ".join(filter(None, ("a body that the documented schema takes", told)))
        received = f"{reply.status} {reply.raw[:200].decode('utf-8', 'replace')}"
        raise Broken(expected, reply, f"{problems[0]}, in {received}" if problems else received)


def _unusual(api: Api, creator: Operation) -> Arguments:
    """Arguments that are not those of the example, so that an answer which knows only these is found out."""
    given = with_resources(api, creator)
    for member in members(creator):
        words = member.schema.get("enum", ())
        if len(member.steps) == 1 and member.where == "body" and len(words) > 1:
            given = put(given, member, next(word for word in reversed(words) if word != given.get(member.name)))
    return given


def _repeated(schema: Schema, fields: dict[str, Json], sent: Arguments) -> Iterator[tuple[str, Json]]:
    """The members of a shown task that hold arguments, by the argument's name."""
    spelled = read(schema, fields)
    for name, part in schema.get("properties", {}).items():
        bound = str(part.get("x-bind", ""))
        argument = bound.removeprefix("argument.") if bound else name
        is_bound = bound.startswith("argument.") or (not bound and "x-value" not in part)
        if is_bound and argument in sent and name in fields:
            yield argument, spelled.get(bound) if bound else fields[name]


def _is_same(sent: Json, shown: Json) -> bool:
    """Whether two values are the same; of two moments, whether they are the same moment."""
    if sent == shown or not (isinstance(sent, str) and isinstance(shown, str)):
        return sent == shown
    moments = [
        read_moment({"x-time": "iso"}, each) or read_moment({"x-time": "milliseconds"}, each) for each in (sent, shown)
    ]
    return moments[0] is not None and moments[0] == moments[1]


def _expect_between(api: Api, stated: Stated, span: tuple[datetime, datetime], seen: Told) -> None:
    margin = timedelta(seconds=CLOSE if api.target.is_mock else LATE)
    start, end = span
    if stated.at is not None and not start - margin <= stated.at <= end + margin:
        expected = f"{stated.name} between {start:%Y-%m-%dT%H:%M:%SZ} and {end:%Y-%m-%dT%H:%M:%SZ}"
        raise Broken(expected, seen.reply, f"{stated.name}: {stated.value!r}")


def _expect_in_order(stated: list[Stated], seen: Told) -> None:
    for earlier, later in pairwise(stated):
        if earlier.at and later.at and earlier.bound != later.bound and earlier.at > later.at:
            received = f"{earlier.name}: {earlier.value!r}, {later.name}: {later.value!r}"
            raise Broken(f"{earlier.name} no later than {later.name}", seen.reply, received)


def _schema_of_task(schema: Schema) -> Schema:
    """The schema of the object that holds the id of a task."""
    parts = schema.get("properties", {})
    if any(part.get("x-bind") == "task.id" for part in parts.values()):
        return schema
    found = (_schema_of_task(part) for part in _inside(schema))
    return next((each for each in found if each), {})


def _object_of_task(schema: Schema, body: Json, task: str) -> dict[str, Json] | None:
    """The object in a body that holds the id of this very task."""
    if isinstance(body, list):
        found = (_object_of_task(schema.get("items", {}), each, task) for each in body)
    elif isinstance(body, dict):
        parts = schema.get("properties", {})
        holders = [name for name, part in parts.items() if part.get("x-bind") == "task.id"]
        if holders:
            return dict(body) if str(body.get(holders[0])) == task else None
        found = (_object_of_task(part, body[name], task) for name, part in parts.items() if name in body)
    else:
        return None
    return next((each for each in found if each is not None), None)


def _inside(schema: Schema) -> list[Schema]:
    return [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]


def _parts(schema: Schema) -> Iterator[Schema]:
    for part in _inside(schema):
        yield part
        yield from _parts(part)


def _bound(schema: Schema) -> Iterator[str]:
    return (str(part["x-bind"]) for part in _parts(schema) if "x-bind" in part)
