"""The documented bodies: their members, each of its type, at every moment of a task."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.provocations.refusals import refusals
from contracts.situations.lists import ask, scope_like
from contracts.situations.sights import failing_task, wait_long
from contracts.situations.successes import is_refusal, succeed
from contracts.situations.tasks import create, naming, start, wait_for, with_resources
from contracts.target import Unavailable
from contracts.values import Arguments, put
from openapi.clauses import Clause, ClauseKind
from openapi.members import members
from openapi.model import Action, Operation, Phase, Schema
from openapi.validation import validator


def _is_refusal(clause: Clause) -> bool:
    return not clause.operation


def _is_about_tasks(clause: Clause) -> bool:
    """Whether the body holds tasks, or where the file of one is."""
    bound = set(_bound(clause.detail.schema or {}))
    return bool(clause.operation) and bool(bound & {"task.phase", "task.link"})


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


def _inside(schema: Schema) -> list[Schema]:
    return [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]


def _parts(schema: Schema) -> Iterator[Schema]:
    for part in _inside(schema):
        yield part
        yield from _parts(part)


def _bound(schema: Schema) -> Iterator[str]:
    return (str(part["x-bind"]) for part in _parts(schema) if "x-bind" in part)
