"""Integers that are written as other numbers are, `5.0` or `5e0`: to JSON Schema they are some, to Python not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import is_not
from typing import Any

from mockserver.control.schemas import Schema

Place = tuple[str | None, ...]  # the names of members from the outermost on; None: each member, or each item


def places(schema: Schema) -> Iterator[Place]:
    """Where a schema takes an integer."""
    kinds = schema.get("type", ())
    if "integer" in ([kinds] if isinstance(kinds, str) else kinds):
        yield ()
    for choice in schema.get("anyOf", ()):
        yield from places(choice)
    inside = [*schema.get("properties", {}).items()]
    inside += [(None, schema[key]) for key in ("additionalProperties", "items") if isinstance(schema.get(key), dict)]
    for name, each in inside:
        yield from ((name, *rest) for rest in places(each))


def with_integers(value: Any, place: Place) -> Any:
    """`value`, with what stands at a place as an integer if it is a whole number; itself where nothing changes."""
    if not place:
        return int(value) if isinstance(value, float) and value.is_integer() else value
    name, inside = place[0], place[1:]
    if isinstance(value, Mapping):
        changed = {}
        for each in value if name is None else (name,):
            old = value.get(each)
            if (new := with_integers(old, inside)) is not old:
                changed[each] = new
        return {**value, **changed} if changed else value
    if isinstance(value, list) and name is None:
        items = [with_integers(each, inside) for each in value]
        return items if any(map(is_not, items, value)) else value
    return value
