"""Ids of requests and tasks that are given twice, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contracts.calls.envelopes import REQUEST_ID
from contracts.mutation.defects.traffic import Traffic, afterwards, at, body_of, rebind, with_body
from contracts.mutation.mutant import Defect, Stage, Tamper
from contracts.values import altered
from openapi.binding import read
from openapi.clauses import Clause
from openapi.messages import Request, Response
from openapi.model import Json, Schema

TASK = "task.id"


def id_dropped(clause: Clause) -> Defect:
    """The successes of the operation, or the refusals of the API, lack the id where the clause has it."""
    name = clause.subject.rpartition(":")[2]
    schema = clause.detail.schema or {}

    def drop(response: Response) -> Response:
        if name.lower() in clause.detail.headers:
            headers = {key: value for key, value in response.headers.items() if key != name.lower()}
            return replace(response, headers=headers)
        body = body_of(response)
        return with_body(response, schema, _without(schema, body)) if read(schema, body).get(REQUEST_ID) else response

    return _told(clause, drop)


def same_id_again(clause: Clause) -> Defect:
    """Every success of the operation, or every refusal of the API, has the id of the first one."""
    answer = clause.detail
    headers = [
        name for name, each in answer.headers.items() if REQUEST_ID in str(each.get("x-value", each.get("x-bind")))
    ]
    schema = answer.schema or {}
    kept: list[str] = []

    def repeat(response: Response) -> Response:
        body = body_of(response)
        found = [response.headers.get(name) for name in headers] + [read(schema, body).get(REQUEST_ID)]
        first = next((str(each) for each in found if each), "")
        if not first:
            return response
        kept.append(first)
        known = {name: kept[0] for name in headers if name in response.headers}
        changed = replace(response, headers={**response.headers, **known})

        def change(name: str, value: Json, _: object) -> Json:
            return kept[0] if name == REQUEST_ID else value

        return (
            with_body(changed, schema, rebind(schema, body, change)) if read(schema, body).get(REQUEST_ID) else changed
        )

    return _told(clause, repeat)


def _told(clause: Clause, change: Callable[[Response], Response]) -> Defect:
    """The answers that the clause is about, changed."""

    def choose(traffic: Traffic, response: Response) -> Response:
        is_refusal = bool(traffic.refused_as(response))
        return change(response) if is_refusal != bool(clause.operation) else response

    return at(clause.operation, lambda traffic, _: afterwards(lambda _, response: choose(traffic, response)))


def _without(schema: Schema, body: Json) -> Json:
    """The body without the member that holds the id."""
    if not isinstance(body, dict):
        return body
    parts = schema.get("properties", {})
    kept = {name: value for name, value in body.items() if parts.get(name, {}).get("x-bind") != REQUEST_ID}
    return {name: _without(parts.get(name, {}), value) for name, value in kept.items()}


def another_id(operation: str) -> Defect:
    """The operation tells every task by an id that differs in one character from its own."""
    return _ids(operation, lambda: altered)


def same_task_again(operation: str) -> Defect:
    """The operation answers the id of the first task for every task."""

    def make() -> Callable[[str], str]:
        first: list[str] = []

        def again(task: str) -> str:
            first.append(task)
            return first[0]

        return again

    return _ids(operation, make)


def _ids(operation: str, make: Callable[[], Callable[[str], str]]) -> Defect:
    """The successes of an operation with other ids of tasks."""

    def tamper(traffic: Traffic, _: Stage) -> Tamper:
        change = make()
        schema = traffic.spec.operations[operation].success.schema

        def changed(_: Request, response: Response) -> Response:
            if schema is None or traffic.refused_as(response):
                return response
            return with_body(response, schema, rebind(schema, body_of(response), change_bound))

        def change_bound(name: str, value: Json, _: object) -> Json:
            return change(value) if name == TASK and isinstance(value, str) else value

        return afterwards(changed)

    return at(operation, tamper)
