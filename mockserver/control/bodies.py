"""What the control plane takes: one schema for each body and each query, and nothing beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson
from jsonschema_rs import Draft202012Validator, ValidationError

from mockserver.control.integers import Place, places, with_integers
from mockserver.control.schemas import AMOUNT, Schema, object_of
from mockserver.faults.effects import EFFECTS
from mockserver.remembered import Remembered
from openapi.model import Action, Phase

NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 500}
TEXT: Schema = {"type": "string", "maxLength": 500}
MOMENT: Schema = AMOUNT
COUNT: Schema = {"type": "integer", "minimum": 1}
TIME: Schema = {"type": ["string", "number"]}
_SEED: Schema = {"type": "integer", "minimum": 0, "maximum": (1 << 53) - 1}
NUMBER_IN_QUERY: Schema = {"type": "string", "pattern": "^[0-9]{1,9}$"}


def _clock(action: str, **members: Schema) -> Schema:
    return object_of({"action": {"enum": [action]}, **members}, {"account": NAME})


NOTHING = object_of({})
CLOCK_ACTIONS: Mapping[str, Schema] = {
    "freeze": _clock("freeze"),
    "set": _clock("set", to=TIME),
    "advance": _clock("advance", seconds=MOMENT),
    "scale": _clock("scale", factor={"type": "number", "exclusiveMinimum": 0}),
    "next": _clock("next"),
    "reset": object_of({"action": {"enum": ["reset"]}}, {"account": NAME, "accounts": {"type": "boolean"}}),
}
CLOCK: Schema = {**object_of({"action": {"enum": [*CLOCK_ACTIONS]}}), "additionalProperties": True}
TASK: Schema = {
    **object_of(
        {},
        {
            "outcome": {"enum": [Phase.SUCCEEDED.value, Phase.FAILED.value]},
            "phase": {"enum": [phase.value for phase in Phase]},
            "ends": MOMENT,
            "expired": {"type": "boolean"},
            "failure": object_of({"code": TEXT, "message": TEXT}),
        },
    ),
    "minProperties": 1,
}
RESOURCE = object_of({"api": NAME, "kind": NAME, "id": NAME}, {"condition": TEXT})
RESOURCE_NAME = object_of({"api": NAME, "kind": NAME, "id": NAME})
PLACE: Mapping[str, Schema] = {"api": NAME, "kind": NAME, "account": NAME, "resource": NAME}
RECORDS_NAMES = object_of({}, PLACE)
RECORDS_QUERY = object_of({}, {**PLACE, "mode": {"enum": ["replace", "append"]}})
ORDER = object_of({"count": COUNT}, {"seed": {"type": "integer"}, "from": TIME, "to": TIME})
GENERATE = object_of({"generate": ORDER})
ROWS: Schema = {"type": "array", "items": {"type": "object"}}
RECORDS = object_of({}, {**PLACE, "file": NAME, "rows": ROWS, "generate": ORDER})
_WHO: Mapping[str, Schema] = {
    "api": TEXT,
    "operation": TEXT,
    "action": {"enum": [action.value for action in Action]},
    "account": TEXT,
}
_WHEN: Mapping[str, Schema] = {
    "times": {"type": ["integer", "null"], "minimum": 1, "maximum": 10**6},
    "every": {"type": ["integer", "null"], "minimum": 1, "maximum": 10**6},
    "after": {"type": "integer", "minimum": 0, "maximum": 10**6},
    "probability": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    "seed": _SEED,
}
_EFFECT: Mapping[str, Schema] = {"effect": {"enum": [*EFFECTS]}}
_MEMBERS = {name: dict(schema) for effect in EFFECTS.values() for name, schema in effect.members.items()}
FAULT_SET = object_of({"set": NAME}, {**_WHO, "seed": _SEED})
# Every member that any fault has, for whoever completes or checks names; `fault_with` says what goes with an effect.
FAULT = object_of({}, {"set": NAME, **_WHO, **_WHEN, **_EFFECT, **{name: {} for name in _MEMBERS}})
SELECTED: Schema = {"type": "object", "required": ["effect"], "properties": {**_WHO, **_WHEN, **_EFFECT}}
FAULTS_QUERY = object_of({}, {"account": NAME, "set": NAME})
CLOCK_QUERY = object_of({}, {"account": NAME})
ACCOUNT_QUERY = object_of({"account": NAME})
REPORT_QUERY = object_of({}, {"account": NAME})
TASKS_QUERY = object_of({}, {"api": NAME, "account": NAME})
TASK_PAGE_QUERY = object_of(
    {},
    {
        "api": NAME,
        "account": NAME,
        "phase": {"enum": [phase.value for phase in Phase]},
        "search": NAME,
        "order": {"enum": ["oldest", "newest"]},
        "offset": NUMBER_IN_QUERY,
        "limit": NUMBER_IN_QUERY,
    },
)
QUOTAS_QUERY = object_of({}, {"api": NAME, "account": NAME})
EVENTS_QUERY = object_of({}, {"after": NAME, "backlog": NUMBER_IN_QUERY})
SIGN = object_of(
    {"api": NAME, "method": NAME, "url": {"type": "string", "minLength": 1, "maxLength": 1 << 16}},
    {
        "headers": {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 100},
        "body": {"type": "string"},
        "account": NAME,
    },
)
REQUESTS_QUERY = object_of(
    {},
    {
        "api": NAME,
        "operation": NAME,
        "account": NAME,
        "code": NAME,
        "status": NUMBER_IN_QUERY,
        "path": NAME,
        "fault": NAME,
        "since": NUMBER_IN_QUERY,
        "limit": NUMBER_IN_QUERY,
    },
)
_COMPILED = Remembered[Schema, tuple[Draft202012Validator, frozenset[Place]]]()


@cache
def fault_with(name: str) -> Schema:
    """What a fault with this effect may say."""
    effect = EFFECTS[name]
    required = {member: dict(effect.members[member]) for member in effect.required}
    chosen = {"effect": {"enum": [name]}, **{key: dict(each) for key, each in effect.members.items()}}
    return object_of(required, {**_WHO, **_WHEN, **chosen})


class Unusable(ValueError):
    """A request that the control plane does not take; `valid` lists the names or values it does take."""

    def __init__(self, message: str, valid: list[Any] | None = None) -> None:
        super().__init__(message)
        self.valid = valid or []


def read(raw: bytes, schema: Schema) -> dict[str, Any]:
    """The object that a body holds; an empty body is an empty object. Raises Unusable."""
    try:
        value = orjson.loads(raw or b"{}")
    except ValueError as error:
        raise Unusable(f"the body is not JSON: {error}") from error
    return check(value, schema)


def check(value: Any, schema: Schema) -> dict[str, Any]:
    """`value`, its integers as such, if the schema takes it. Raises Unusable for the first thing that is wrong."""
    validator, whole = _COMPILED.get(schema) or _COMPILED.put(
        schema, (Draft202012Validator(schema), frozenset(places(schema)))
    )
    try:
        error = next(validator.iter_errors(value), None)
    except UnicodeEncodeError as wrong:
        raise Unusable("a text in it holds a character that is no Unicode") from wrong
    except ValueError as wrong:
        raise Unusable("the body is nested too deeply") from wrong
    if error is None:
        for place in whole:
            value = with_integers(value, place)
        return dict(value)
    where = ".".join(str(step) for step in error.instance_path)
    raise Unusable(f"{where}: {error.message}" if where else error.message, _valid(error, schema))


def _valid(error: ValidationError, schema: Schema) -> list[Any]:
    """What would have been right, where that can be listed."""
    node: Any = schema
    keyword = str(error.schema_path[-1])
    for step in error.schema_path[:-1]:
        node = node[step]
    match keyword:
        case "additionalProperties" | "required" | "minProperties" | "type" if "properties" in node:
            return [*node["properties"]]
        case "enum":
            return [*node["enum"]]
    return []
