"""What a request of an operation is made of: its parameters, and the members of its body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from openapi.model import Operation, Schema

ITEM = "[]"  # the step from an array to its items
KEPT = 1024  # operations whose members are remembered


@dataclass(frozen=True, slots=True)
class Member:
    """One value of a request, and where it stands."""

    where: Literal["path", "query", "header", "body"]
    steps: tuple[str, ...]  # names on the wire from the outermost in; ITEM for the items of an array; empty: the body
    schema: Schema  # references resolved
    required: bool

    @property
    def name(self) -> str:
        """How people call it: `Columns[].Name`, `body` for the whole body."""
        return name_of(self.steps) or "body"

    @property
    def argument(self) -> str:
        """The name of the argument that it is, or is a part of; empty for the whole body."""
        return self.steps[0] if self.steps else ""


def name_of(steps: tuple[str, ...]) -> str:
    """The names on the way to a value, in one: `Columns[].Name`."""
    return ".".join(steps).replace(f".{ITEM}", ITEM)


@lru_cache(KEPT)
def members(operation: Operation) -> tuple[Member, ...]:
    """Every parameter and, from the outside in, every member of the body; the body itself is not among them."""
    outside = [Member(each.where, (each.name,), each.schema, each.required) for each in operation.parameters]
    return (*outside, *(_inside(operation.body, ()) if operation.body is not None else ()))


@lru_cache(KEPT)
def marked(operation: Operation, keyword: str) -> Mapping[str, tuple[Member, ...]]:
    """The members that carry an `x-` keyword, by its value."""
    found: dict[str, tuple[Member, ...]] = {}
    for member in members(operation):
        if keyword in member.schema:
            name = str(member.schema[keyword])
            found[name] = (*found.get(name, ()), member)
    return found


def takes_task(operation: Operation) -> bool:
    """Whether a request names the task, or the tasks, that it is about."""
    return any(name in {"task.id", "task.ids"} for name in marked(operation, "x-bind"))


def item_parts(schema: Schema) -> dict[str, Schema]:
    """The schema of each field of the items of a list answer."""
    if "x-each" in schema:
        return dict(schema["items"].get("properties", {}))
    parts = schema.get("properties", {}).values()
    return {name: field for part in parts for name, field in item_parts(part).items()}


def _inside(schema: Schema, steps: tuple[str, ...]) -> Iterator[Member]:
    required = schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        yield Member("body", (*steps, name), part, name in required)
        yield from _inside(part, (*steps, name))
    if isinstance(schema.get("items"), dict):
        yield Member("body", (*steps, ITEM), schema["items"], required=False)
        yield from _inside(schema["items"], (*steps, ITEM))
    for part in schema.get("allOf", ()):
        yield from _inside(part, steps)
