"""Moments as answers write them, read strictly: in the documented form and zone, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from openapi.model import Json, Schema

SECONDS = "%Y-%m-%dT%H:%M:%SZ"
_FRACTION = re.compile("[0-9]{3}")  # of a second in milliseconds


@dataclass(frozen=True, slots=True)
class Stated:
    """A moment that an answer states."""

    name: str  # of the member
    bound: str  # the name that its schema binds it to
    value: Json  # as written
    at: datetime | None  # in UTC; None: not in the documented form


def stated_moments(schema: Schema, body: Json) -> Iterator[Stated]:
    """Every moment in a body; empty texts and nulls, which stand for no moment, are left out."""
    if isinstance(body, list):
        for item in body:
            yield from stated_moments(schema.get("items", {}), item)
    elif isinstance(body, dict):
        for name, part in schema.get("properties", {}).items():
            value = body.get(name)
            if "x-time" in part and value not in (None, ""):
                yield Stated(name, part.get("x-bind", ""), value, read_moment(part, value))
            else:
                yield from stated_moments(part, value)


def read_moment(schema: Schema, value: Json) -> datetime | None:
    """The moment that a value states in the form and zone of its schema; None when it is in another form."""
    spelling = schema["x-time"]
    try:
        if spelling in {"epoch-seconds", "epoch-milliseconds"}:
            return _epoch(value, 1000 if spelling == "epoch-milliseconds" else 1)
        return _written(str(value), spelling, schema.get("x-zone", "+00:00"))
    except (ValueError, OverflowError):
        return None


def says_the_same(sent: Json, shown: Json) -> bool:
    """Whether two values are the same; of two moments, whether they are the same moment."""
    if not (isinstance(sent, str) and isinstance(shown, str)):
        return sent == shown and isinstance(sent, bool) == isinstance(shown, bool)
    moments = [
        read_moment({"x-time": "iso"}, each) or read_moment({"x-time": "milliseconds"}, each) for each in (sent, shown)
    ]
    return sent == shown or (moments[0] is not None and moments[0] == moments[1])


def _epoch(value: Json, parts: int) -> datetime | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=value / parts)


def _written(text: str, spelling: str, zone: str) -> datetime | None:
    sign = -1 if zone.startswith("-") else 1
    offset = timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6])))
    if spelling == "milliseconds":
        whole, _, fraction = text.rstrip("Z").partition(".")
        if not (text.endswith("Z") and _FRACTION.fullmatch(fraction)):
            return None
        return _written(f"{whole}Z", "seconds", zone)
    pattern = SECONDS if spelling in {"seconds", "iso"} else spelling
    found = datetime.strptime(text, pattern).replace(tzinfo=offset)
    return found.astimezone(UTC) if found.strftime(pattern) == text else None
