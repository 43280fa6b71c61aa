"""How a value is spelled in an answer: as it is, as a moment, or with something around it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta, timezone
from functools import lru_cache
from math import floor

from mockserver.dates import date_of
from openapi.model import Json, Schema

_SECONDS = len("2024-07-01T11:32:49")


def spelling_of(schema: Schema) -> Callable[[object], Json] | None:
    """How a value is written; None: as it is."""
    if "x-time" in schema:
        return _moment(schema["x-time"], schema.get("x-zone", "+00:00"))
    if "x-spelling" in schema:
        before, _, after = schema["x-spelling"].partition("{}")
        return lambda value: f"{before}{value}{after}"
    if schema.get("type") == "integer":
        return lambda value: value if type(value) is int else int(str(value))
    return None


def _moment(spelling: str, zone: str) -> Callable[[object], Json]:
    """How a moment, in epoch seconds, is written."""
    sign = -1 if zone.startswith("-") else 1
    offset = timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))) if zone != "+00:00" else UTC

    if spelling == "epoch-seconds":
        return lambda value: int(_epoch(value))
    if spelling == "epoch-milliseconds":
        return lambda value: int(_epoch(value) * 1000)

    @lru_cache(maxsize=256)  # the moments of a task are told again and again, and those of a second alike
    def write(second: float) -> str:
        moment = date_of(second, offset)
        return moment.strftime(spelling) if "%" in spelling else moment.isoformat()[:_SECONDS]

    if spelling == "milliseconds":

        def write_milliseconds(value: object) -> str:
            epoch = _epoch(value)
            return f"{write(floor(epoch))}.{int(epoch * 1000) % 1000:03d}Z"

        return write_milliseconds
    if spelling == "seconds":
        return lambda value: f"{write(floor(_epoch(value)))}Z"
    return lambda value: write(_epoch(value) if "%f" in spelling else floor(_epoch(value)))


def _epoch(value: object) -> float:
    return value if isinstance(value, float) else float(str(value))
