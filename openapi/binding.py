"""What a body holds, by the names that its schema binds the values to."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from openapi.model import Json, Schema

KEPT = 1024  # schemas whose readers are remembered
Found = dict[str, Json]
Read = Callable[[Json], Found]
_Collect = Callable[[Json, Found], None]  # adds what a value holds


def read(schema: Schema, body: Json) -> Found:
    """The values of `body` by their `x-bind` names: `task.id`, `error.code` and so on.

    The items of an array marked `x-each: tasks` stand in a list under `tasks`, each by its own names. `x-spelling` is
    undone (`"42%"` is read as 42); a moment stays as it is written. What the body does not hold, or holds in another
    form than the schema says, is left out.
    """
    return _known_reader(_Same(schema))(body)


def _reader(schema: Schema) -> Read:
    """What reads bodies of a schema, whose unbound parts are passed over."""
    collect = _collecting(schema)

    def read_body(body: Json) -> Found:
        found: Found = {}
        if collect is not None:
            collect(body, found)
        return found

    return read_body


class _Same:
    """A schema, equal to itself alone."""

    __slots__ = ("schema",)

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.schema is other.schema


@lru_cache(KEPT)
def _known_reader(same: _Same) -> Read:
    return _reader(same.schema)


def _collecting(schema: Schema) -> _Collect | None:
    """What collects the values of a schema; None where it binds none."""
    if "x-each" in schema:
        return _of_each(schema["x-each"], _reader(schema.get("items", {})))
    if "x-bind" in schema:
        return _of_value(schema["x-bind"], schema.get("x-spelling", "{}"))
    parts = [(name, _collecting(part)) for name, part in schema.get("properties", {}).items()]
    bound = [(name, collect) for name, collect in parts if collect is not None]
    first = _collecting(schema["items"]) if "items" in schema else None
    return _of_members(bound, first) if bound or first is not None else None


def _of_each(name: str, read_item: Read) -> _Collect:
    def collect(body: Json, found: Found) -> None:
        if isinstance(body, list):
            found[name] = [read_item(item) for item in body]

    return collect


def _of_value(name: str, spelling: str) -> _Collect:
    before, _, after = spelling.partition("{}")

    def collect(body: Json, found: Found) -> None:
        found[name] = _unspell(before, after, body) if (before or after) and isinstance(body, str) else body

    return collect


def _of_members(parts: list[tuple[str, _Collect]], first: _Collect | None) -> _Collect:
    """Of an object its members; of an array its first item."""

    def collect(body: Json, found: Found) -> None:
        if isinstance(body, dict):
            for name, collect_part in parts:
                if name in body:
                    collect_part(body[name], found)
        elif first is not None and isinstance(body, list) and body:
            first(body[0], found)

    return collect


def _unspell(before: str, after: str, value: str) -> Json:
    if not (value.startswith(before) and value.endswith(after)):
        return value
    bare = value[len(before) : len(value) - len(after)]
    return int(bare) if bare.isascii() and bare.isdigit() else bare
