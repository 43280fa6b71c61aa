"""The documented answers: status, content type and headers, of success and of every kind of refusal."""

from __future__ import annotations

import re

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.provocations.refusals import refusals
from contracts.situations.sights import see
from contracts.situations.successes import succeed
from contracts.situations.tasks import finished_task, naming, with_resources
from openapi.clauses import Clause, ClauseKind
from openapi.members import takes_task
from openapi.model import Schema
from openapi.validation import validator

REFUSAL = "refusal"  # the subject of what is stated about every refusal
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@check(ClauseKind.STATUS)
def answers_with_the_documented_status(api: Api, clause: Clause) -> None:
    """A call with nothing wrong with it is answered with the documented status."""
    if clause.subject:
        raise NotObserved(f"no page says when it is {clause.value} instead of {clause.detail.status}")
    reply = succeed(api, api.operation(clause.operation))
    if reply.status != clause.value:
        raise Broken(f"status {clause.value}", reply)


@check(ClauseKind.CONTENT_TYPE)
def answers_in_the_documented_content_type(api: Api, clause: Clause) -> None:
    """The content type is the documented one, to the letter: clients go by it."""
    for reply in _replies(api, clause):
        found = reply.headers.get("content-type", "")
        if found != clause.value:
            raise Broken(f"content-type: {clause.value}", reply, f"content-type: {found}" if found else "none")


@check(ClauseKind.HEADER)
def sends_the_documented_header(api: Api, clause: Clause) -> None:
    """The header is there, and says what is documented."""
    name = clause.subject.rpartition(":")[2]
    schema = clause.detail.headers.get(name.lower(), {})
    for reply in _replies(api, clause):
        found = reply.headers.get(name.lower())
        if not found:
            raise Broken(f"a header {name}", reply, "none")
        stated = str(schema.get("x-value", "")) or "{value}"
        if not header_form(stated).fullmatch(found) or not is_valid_header(schema, found):
            raise Broken(f"{name}: {stated}", reply, f"{name}: {found}")


@check(ClauseKind.HEADER, when=lambda clause: "{task.file.name}" in str(clause.value))
def names_the_file_in_the_header_as_in_the_task(api: Api, clause: Clause) -> None:
    """Where a task tells the name of its file, the header gives the same; two tasks' files are both named."""
    operation = api.operation(clause.operation)
    if not takes_task(operation):
        raise NotObserved("the operation names no task")
    task = finished_task(api)
    seen = see(api, task)
    reply = api.call(operation, naming(operation, task, with_resources(api, operation)))
    told = seen.values.get("task.file.name") if seen else None
    found = reply.headers.get(clause.subject.lower(), "")
    if told and found != str(clause.value).replace("{task.file.name}", str(told)):
        raise Broken(f"{clause.subject} with the name {told}, as the task has it", reply, found or "none")


def _replies(api: Api, clause: Clause) -> list[Reply]:
    """The answers that the clause is about: the success of its operation, or refusals of every kind."""
    if clause.operation:
        return [succeed(api, api.operation(clause.operation))]
    if not clause.subject.startswith(REFUSAL):
        raise NotObserved("it is said of no operation")
    return refusals(api, clause.detail)


def header_form(template: str) -> re.Pattern[str]:
    """What a header of this template looks like."""
    parts = PLACEHOLDER.split(template)
    return re.compile("".join(".+" if index % 2 else re.escape(part) for index, part in enumerate(parts)))


def is_valid_header(schema: Schema, value: str) -> bool:
    """Whether the schema of a header takes a value."""
    rules = {key: each for key, each in schema.items() if not key.startswith("x-")}
    return validator(rules).is_valid(value)
