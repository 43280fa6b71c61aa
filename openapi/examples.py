"""The example of an operation as it is sent: moments that lie so many seconds from now are written out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from openapi.model import Json, Operation, Schema

_MOMENT = re.compile(r"\{now([+-][0-9]+)?\}")
ISO = "%Y-%m-%dT%H:%M:%SZ"


def example(operation: Operation, now: datetime) -> dict[str, Json]:
    """Arguments of a call that is accepted, by name; `{now-86400}` is the moment so many seconds before `now`."""
    schemas: dict[str, Schema] = dict((operation.body or {}).get("properties", {}))
    schemas |= {parameter.name: parameter.schema for parameter in operation.parameters}
    return {name: _written(value, schemas.get(name, {}), now) for name, value in operation.example.items()}


def _written(value: Json, schema: Schema, now: datetime) -> Json:
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    return moment(schema, now + timedelta(seconds=int(found[1] or 0))) if found else value


def moment(schema: Schema, at: datetime) -> Json:
    """A moment as a member of a request writes it: epoch milliseconds where it is a number, else ISO 8601 in UTC."""
    return int(at.timestamp() * 1000) if schema.get("type") == "integer" else at.astimezone(UTC).strftime(ISO)
