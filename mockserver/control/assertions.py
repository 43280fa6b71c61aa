"""What the control plane can be asked to assert of what clients sent: one schema for each kind of assertion."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.control.bodies import MOMENT, NAME
from mockserver.control.schemas import Schema, object_of
from mockserver.scorecard.habits import HABITS
from mockserver.verification.assertions import NOTHING

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_SO_OFTEN: Schema = {"type": "integer", "minimum": 0, "maximum": 10**6}
PATTERN: Schema = {
    **object_of(
        {},
        {
            **dict.fromkeys(("api", "operation", "account", "code"), NAME),
            "method": {"enum": [*METHODS]},
            "path": {**NAME, "description": "A pattern as shells have them: `/v1/*`."},
            "status": {"type": "integer", "minimum": 100, "maximum": 999},
            "accepted": {"type": "boolean", "description": "Whether the answer is no refusal."},
            "arguments": {
                "type": "object",
                "description": "Parameters of the query and members of the body, among others, also within objects.",
            },
            "headers": {
                "type": "object",
                "description": "Patterns as shells have them; null: it was not sent. Secrets are not known.",
                "additionalProperties": {"type": ["string", "null"]},
            },
        },
    ),
    "description": "What a request is like; everything that is named has to fit.",
    "minProperties": 1,
}
_SPAN: Mapping[str, Schema] = {
    "account": {**NAME, "description": "Whose requests are looked at, besides those with nobody known."},
    "since": {"type": "integer", "minimum": 0, "description": "Only exchanges with a greater number."},
}
ASSERTIONS: Mapping[str, Schema] = {
    "request": object_of(
        {"request": PATTERN},
        {
            "times": {**_SO_OFTEN, "description": "Exactly so often; at least once where nothing is said."},
            "at_least": _SO_OFTEN,
            "at_most": _SO_OFTEN,
            **_SPAN,
        },
    ),
    "order": object_of({"order": {"type": "array", "items": PATTERN, "minItems": 2, "maxItems": 100}}, _SPAN),
    "pause": object_of({"pause": object_of({"operation": NAME, "seconds": MOMENT})}, _SPAN),
    "nothing": object_of({"nothing": {"enum": [*NOTHING]}}, _SPAN),
    "habits": object_of(
        {"habits": {"type": "array", "items": {"enum": [habit.name for habit in HABITS]}, "uniqueItems": True}}, _SPAN
    ),
}
ASSERTION = object_of({}, {name: schema for each in ASSERTIONS.values() for name, schema in each["properties"].items()})
