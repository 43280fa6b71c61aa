"""A task as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isinf
from typing import Any

from mockserver.clock import LATEST
from mockserver.control.schemas import AMOUNT, Schema
from mockserver.faults.effects import EFFECTS, Kind, Name
from mockserver.flaws import Flaw
from mockserver.task import Failure, Task
from openapi.model import Phase


def written(task: Task) -> dict[str, Any]:
    """The task as JSON has it: by the names of its members; a moment that never comes is null."""
    failure, flaw = task.failure, task.flaw
    return {
        "id": task.id,
        "api": task.api,
        "operation": task.operation,
        "account": task.account,
        "scope": task.scope,
        "arguments": task.arguments,
        "seed": task.seed,
        "same": task.same,
        "file_name": task.file_name,
        "created": task.created,
        "starts": task.starts,
        "ends": _finite(task.ends),
        "expires": _finite(task.expires),
        "outcome": task.outcome.value,
        "failure": None if failure is None else {"code": failure.code, "message": failure.message},
        "downloaded": task.downloaded,
        "flaw": None if flaw is None else _flaw_json(flaw),
    }


def read(said: Mapping[str, Any]) -> Task:
    """The task that `written` wrote; what others wrote is checked by `TASK` first."""
    failure, flaw = said["failure"], said["flaw"]
    return Task(
        id=said["id"],
        api=said["api"],
        operation=said["operation"],
        account=said["account"],
        scope=said["scope"],
        arguments=said["arguments"],
        seed=said["seed"],
        same=said["same"],
        file_name=said["file_name"],
        created=said["created"],
        starts=said["starts"],
        ends=_moment(said["ends"]),
        expires=_moment(said["expires"]),
        outcome=Phase(said["outcome"]),
        failure=None if failure is None else Failure(failure["code"], failure["message"]),
        downloaded=said["downloaded"],
        flaw=None if flaw is None else _flaw_of(flaw),
    )


def _flaw_json(flaw: Flaw) -> dict[str, Any]:
    return {
        "effect": flaw.effect.value,
        "fault": flaw.fault,
        "at": flaw.at,
        "to": flaw.to,
        "ends": _finite(flaw.ends),
        "until": flaw.until,
        "shown": flaw.shown,
    }


def _flaw_of(said: Mapping[str, Any]) -> Flaw:
    return Flaw(
        effect=Name(said["effect"]),
        fault=said["fault"],
        at=said["at"],
        to=said["to"],
        ends=_moment(said["ends"]),
        until=said["until"],
        shown=said["shown"],
    )


def _finite(moment: float) -> float | None:
    return None if isinf(moment) else moment


def _moment(said: float | None) -> float:
    return inf if said is None else said


def closed(**members: Schema) -> Schema:
    """The schema of an object with these members, all of them and no other."""
    return {"type": "object", "required": [*members], "properties": members, "additionalProperties": False}


def nullable(schema: Schema) -> Schema:
    """The same schema, or null."""
    return {"anyOf": [{"type": "null"}, schema]}


NAME: Schema = {"type": "string", "minLength": 1}
TEXT: Schema = {"type": "string"}
MOMENT: Schema = {**AMOUNT, "description": "Epoch seconds."}
PAST: Schema = {**MOMENT, "maximum": LATEST}  # by the clock, which goes no further
NEVER: Schema = {**AMOUNT, "type": ["number", "null"], "description": "Epoch seconds; null: never."}
PERCENT: Schema = {"type": "integer", "minimum": 0, "maximum": 100}
TASK = closed(
    id=NAME,
    api=NAME,
    operation=NAME,
    account=NAME,
    scope=TEXT,
    arguments={"type": "object"},
    seed=TEXT,
    same=TEXT,
    file_name=TEXT,
    created=PAST,
    starts=MOMENT,
    ends=NEVER,
    expires=NEVER,
    outcome={"enum": [Phase.SUCCEEDED.value, Phase.FAILED.value]},
    failure=nullable(closed(code=TEXT, message=TEXT)),
    downloaded=nullable(PAST),
    flaw=nullable(
        closed(
            effect={"enum": [name for name, effect in EFFECTS.items() if effect.kind is Kind.TASK]},
            fault=TEXT,
            at=PERCENT,
            to=PERCENT,
            ends=NEVER,
            until=MOMENT,
            shown=TEXT,
        )
    ),
)
