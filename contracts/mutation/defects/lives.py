"""Tasks that do not live as documented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from contracts.mutation.defects.traffic import (
    Change,
    Traffic,
    Values,
    afterwards,
    at,
    body_of,
    rebind,
    tasks_in,
    with_body,
)
from contracts.mutation.mutant import Defect, Forward, Stage, Tamper
from openapi.binding import read
from openapi.messages import Request, Response
from openapi.model import Action, Json, Lifecycle, Phase, Schema
from openapi.reasons import Reason

PHASE, PROGRESS = "task.phase", "task.progress"
SHOWS = frozenset({Action.CREATE, Action.LIST, Action.SHOW, Action.LINK})


def starts_again(life: Lifecycle) -> Defect:
    """A task that was seen at its end is shown as running at every second look from then on."""

    def make() -> Change:
        looks: Counter[Json] = Counter()

        def change(name: str, value: Json, around: Values) -> Json:
            if name != PHASE or value != life.words[Phase.SUCCEEDED]:
                return value
            looks[str(around.get("task.id"))] += 1
            return value if looks[str(around.get("task.id"))] % 2 else life.words[Phase.RUNNING]

        return change

    return _shown(make)


def shown_as(life: Lifecycle, phase: Phase, other: Phase) -> Defect:
    """A task in one phase is shown in the word of another."""

    def change(name: str, value: Json, _: Values) -> Json:
        return life.words[other] if name == PHASE and value == life.words[phase] else value

    return _shown(lambda: change)


def progress_falls(life: Lifecycle) -> Defect:
    """Progress starts at its end and goes to its start."""
    low, high = life.progress

    def change(name: str, value: Json, _: Values) -> Json:
        return low + high - value if name == PROGRESS and isinstance(value, int) else value

    return _shown(lambda: change)


def progress_stops(life: Lifecycle) -> Defect:
    """Progress never gets to its end."""
    high = life.progress[1]

    def change(name: str, value: Json, _: Values) -> Json:
        return high - 1 if name == PROGRESS and value == high else value

    return _shown(lambda: change)


def exceeds(life: Lifecycle) -> Defect:
    """Progress goes beyond its end."""
    high = life.progress[1]

    def change(name: str, value: Json, _: Values) -> Json:
        return high + 1 if name == PROGRESS and value == high else value

    return _shown(lambda: change)


def anything_exists(name: str) -> Defect:
    """About a task that does not exist the operation answers what it last answered about one that does."""

    def make(traffic: Traffic, _: Stage) -> Tamper:
        kept: list[Response] = []
        operation = traffic.spec.operations[name]

        def answer(request: Request, forward: Forward) -> Response:
            response = forward(request)
            if traffic.is_code(response, operation, Reason.TASK_MISSING, Reason.FILE_GONE):
                return kept[-1] if kept else Response(operation.success.status, {"content-type": "text/plain"}, b"{}")
            if not traffic.refused_as(response):
                kept.append(response)
            return response

        return answer

    return at(name, make)


def deleted_stays_listed() -> Defect:
    """Whatever a list has shown once, it shows for good."""

    def make(traffic: Traffic, _: Stage) -> Tamper:
        kept: dict[str, Json] = {}

        def change(request: Request, response: Response) -> Response:
            operation = traffic.operation(request)
            schema = operation.success.schema if operation else None
            if operation is None or operation.action is not Action.LIST or not schema or traffic.refused_as(response):
                return response
            return with_body(response, schema, _with_kept(schema, body_of(response), kept))

        return afterwards(change)

    return at("", make)


def _with_kept(schema: Schema, body: Json, kept: dict[str, Json]) -> Json:
    def merge(items: list[Json]) -> list[Json]:
        ids = [str(each.get("task.id")) for each in _read_items(schema, body)]
        kept.update(zip(ids, items, strict=False))
        return [*items, *(item for name, item in kept.items() if name not in ids)]

    return tasks_in(schema, body, merge)


def _read_items(schema: Schema, body: Json) -> list[Values]:
    found = read(schema, body).get("tasks")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _shown(make_change: Callable[[], Change]) -> Defect:
    """Answers about tasks with other bound values."""

    def make(traffic: Traffic, _: Stage) -> Tamper:
        change = make_change()

        def changed(request: Request, response: Response) -> Response:
            operation = traffic.operation(request)
            schema = operation.success.schema if operation and operation.action in SHOWS else None
            if schema is None or traffic.refused_as(response):
                return response
            return with_body(response, schema, rebind(schema, body_of(response), change))

        return afterwards(changed)

    return at("", make)
