"""Lists that leave out, repeat or miscount."""

from __future__ import annotations

from collections.abc import Callable

from contracts.mutation.defects.traffic import Traffic, afterwards, at, body_of, rebind, tasks_in, with_body
from contracts.mutation.mutant import Defect
from openapi.binding import read
from openapi.messages import Response
from openapi.model import Json, Schema

TOTAL = "tasks.count"
Items = list[Json]


def last_left_out(operation: str) -> Defect:
    """Of every page with several tasks, the last is left out."""
    return _pages(operation, lambda items: items[:-1] if len(items) > 1 else items)


def shown_twice(operation: str) -> Defect:
    """The first task of every page comes twice."""
    return _pages(operation, lambda items: [*items[:1], *items])


def one_more(operation: str) -> Defect:
    """The total is one too many."""

    def change(schema: Schema, body: Json) -> Json:
        return rebind(schema, body, lambda name, value, _: int(str(value)) + 1 if name == TOTAL else value)

    return _bodies(operation, change)


def page_counted(operation: str) -> Defect:
    """The total is the number of tasks on the page."""

    def change(schema: Schema, body: Json) -> Json:
        tasks = read(schema, body).get("tasks")
        count = len(tasks) if isinstance(tasks, list) else 0
        return rebind(schema, body, lambda name, value, _: count if name == TOTAL else value)

    return _bodies(operation, change)


def _pages(operation: str, change: Callable[[Items], Items]) -> Defect:
    return _bodies(operation, lambda schema, body: tasks_in(schema, body, change))


def _bodies(operation: str, change: Callable[[Schema, Json], Json]) -> Defect:
    """The successes of an operation with other bodies."""

    def changed(traffic: Traffic, response: Response) -> Response:
        schema = traffic.spec.operations[operation].success.schema
        if schema is None or traffic.refused_as(response):
            return response
        return with_body(response, schema, change(schema, body_of(response)))

    return at(operation, lambda traffic, _: afterwards(lambda _, response: changed(traffic, response)))
