"""The example of an operation as it is sent: moments that lie so many seconds from now are written out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from openapi.members import KEPT
from openapi.model import Json, Operation, Schema

_MOMENT = re.compile(r"\{now([+-][0-9]+)?\}")
ISO = "%Y-%m-%dT%H:%M:%SZ"


def example(operation: Operation, now: datetime) -> dict[str, Json]:
    """Arguments of a call that is accepted, by name; `{now-86400}` is the moment so many seconds before `now`."""
    moments = {name: moment(schema, now + later) for name, later, schema in _moments(operation)}
    return {**operation.example, **moments}


@lru_cache(KEPT)
def _moments(operation: Operation) -> list[tuple[str, timedelta, Schema]]:
    """The arguments that are moments, how long after now they lie, and how they are written."""
    schemas: dict[str, Schema] = dict((operation.body or {}).get("properties", {}))
    schemas |= {parameter.name: parameter.schema for parameter in operation.parameters}
    texts = {name: value for name, value in operation.example.items() if isinstance(value, str)}
    found = {name: match for name, value in texts.items() if (match := _MOMENT.fullmatch(value))}
    return [(name, timedelta(seconds=int(each[1] or 0)), schemas.get(name, {})) for name, each in found.items()]


def moment(schema: Schema, at: datetime) -> Json:
    """A moment as a member of a request writes it: epoch milliseconds where it is a number, else ISO 8601 in UTC."""
    return int(at.timestamp() * 1000) if schema.get("type") == "integer" else at.astimezone(UTC).strftime(ISO)
