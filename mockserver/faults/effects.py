"""What can go wrong: every effect, what it does, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Schema = Mapping[str, Any]

LONGEST = 600  # seconds that an answer is held back, and that a pause in it lasts


class Kind(StrEnum):
    """When an effect strikes. A call meets one of each kind at most."""

    REFUSAL = "refusal"  # in place of the action
    DELAY = "delay"  # before the answer
    ANSWER = "answer"  # while it is sent
    TASK = "task"  # for all the life of the task that the call creates


class Name(StrEnum):
    """Every effect."""

    ERROR = "error"
    THROTTLE = "throttle"
    LATENCY = "latency"
    DRIBBLE = "dribble"
    RESET = "reset"
    EMPTY = "empty"
    TRUNCATE = "truncate"
    GARBAGE = "garbage"
    SLOW = "slow"
    STUCK = "stuck"
    FAILS = "fails"
    ZERO_ROWS = "zero-rows"
    FILE_GONE = "file-gone"
    LINK_EXPIRED = "link-expired"
    INVISIBLE = "invisible"
    REGRESS = "regress"
    DUPLICATE_ID = "duplicate-id"


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that can go wrong."""

    name: Name
    kind: Kind
    description: str
    members: Mapping[str, Schema] = field(default_factory=dict[str, Schema])  # those without a default may be left out
    required: tuple[str, ...] = ()

    def filled(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Its members as given, else by default; those that have neither are left out."""
        defaults = {name: schema["default"] for name, schema in self.members.items() if "default" in schema}
        return defaults | {name: given[name] for name in self.members if name in given}

    def as_json(self) -> dict[str, Any]:
        """For whoever makes a form of it."""
        return {
            "name": self.name.value,
            "kind": self.kind.value,
            "description": self.description,
            "members": dict(self.members),
            "required": [*self.required],
        }


def _seconds(text: str, **more: Any) -> Schema:
    return {"type": "number", "minimum": 0, "maximum": LONGEST, "description": text, **more}


def _percent(text: str, default: int) -> Schema:
    return {"type": "integer", "minimum": 0, "maximum": 100, "default": default, "description": text}


_CODE: Schema = {"type": "string", "minLength": 1, "maxLength": 500}
_RETRY: Schema = {
    "type": "integer",
    "minimum": 0,
    "maximum": 10**5,
    "description": "seconds that the header Retry-After asks to wait",
}
_BYTES: Schema = {"type": "integer", "minimum": 1, "maximum": 1 << 20, "default": 1, "description": "of each piece"}
_SHARE: Schema = {
    "type": "number",
    "minimum": 0,
    "exclusiveMaximum": 1,
    "default": 0.5,
    "description": "of the body that is sent",
}
_SIGMA: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": 5, "description": "of a lognormal distribution"}
_MESSAGE: Schema = {"type": "string", "maxLength": 500}

_ALL = (
    Effect(
        Name.ERROR,
        Kind.REFUSAL,
        "refuses with an error code of the API; without `code` with that of an error of its own",
        {"code": _CODE, "retry_after": _RETRY},
    ),
    Effect(
        Name.THROTTLE,
        Kind.REFUSAL,
        "refuses as the API does a call that is one too many",
        {"retry_after": {**_RETRY, "default": 1}},
    ),
    Effect(
        Name.LATENCY,
        Kind.DELAY,
        "performs the call and answers late: after `seconds`; evenly distributed between these and `to`; or lognormal "
        "with the median `seconds` and `sigma`",
        {"seconds": _seconds("the fixed time, the least, or the median"), "to": _seconds("the most"), "sigma": _SIGMA},
        ("seconds",),
    ),
    Effect(
        Name.DRIBBLE,
        Kind.ANSWER,
        "sends the body in pieces of `bytes`, with a pause of `seconds` before each",
        {"seconds": _seconds("before each piece"), "bytes": _BYTES},
        ("seconds",),
    ),
    Effect(Name.RESET, Kind.ANSWER, "performs the call and resets the connection in place of an answer"),
    Effect(Name.EMPTY, Kind.ANSWER, "performs the call and closes the connection without a byte"),
    Effect(
        Name.TRUNCATE,
        Kind.ANSWER,
        "closes the connection after a `share` of the body, whose length was announced as a whole",
        {"share": _SHARE},
    ),
    Effect(Name.GARBAGE, Kind.ANSWER, "sends bytes without a meaning in place of those of the body"),
    Effect(
        Name.SLOW,
        Kind.TASK,
        "the task takes `factor` times as long",
        {"factor": {"type": "number", "minimum": 0, "maximum": 10**5, "default": 10}},
    ),
    Effect(
        Name.STUCK,
        Kind.TASK,
        "the task runs without end, from `at` percent on without progress",
        {"at": _percent("where it stops", 50)},
    ),
    Effect(
        Name.FAILS,
        Kind.TASK,
        "the task fails; it says the `code` and the `message`, by default those of an error of the API's own",
        {"code": _CODE, "message": _MESSAGE},
    ),
    Effect(Name.ZERO_ROWS, Kind.TASK, "the file of the task has no rows"),
    Effect(Name.FILE_GONE, Kind.TASK, "the task succeeds, but its file is not there"),
    Effect(Name.LINK_EXPIRED, Kind.TASK, "the links to the file of the task have expired when they are given"),
    Effect(
        Name.INVISIBLE,
        Kind.TASK,
        "the task is created, but for `seconds` nobody sees it",
        {"seconds": {"type": "number", "minimum": 0, "default": 5, "description": "by the mock's clock"}},
    ),
    Effect(
        Name.REGRESS,
        Kind.TASK,
        "the progress of the task falls to `to` percent when it reaches `at`, and rises again from there",
        {"at": _percent("where it falls", 60), "to": _percent("where it falls to", 20)},
    ),
    Effect(Name.DUPLICATE_ID, Kind.TASK, "the task is given the id of the one before it; only where there is one"),
)
EFFECTS: Mapping[str, Effect] = {effect.name.value: effect for effect in _ALL}
