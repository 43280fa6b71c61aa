"""What a body holds, by the names that its schema binds the values to."""

from __future__ import annotations

from collections.abc import Iterator

from openapi.model import Json, Schema


def read(schema: Schema, body: Json) -> dict[str, Json]:
    """The values of `body` by their `x-bind` names: `task.id`, `error.code` and so on.

    The items of an array marked `x-each: tasks` stand in a list under `tasks`, each by its own names. `x-spelling` is
    undone (`"42%"` is read as 42); a moment stays as it is written. What the body does not hold, or holds in another
    form than the schema says, is left out.
    """
    return dict(_read(schema, body))


def _read(schema: Schema, body: Json) -> Iterator[tuple[str, Json]]:
    if "x-each" in schema:
        if isinstance(body, list):
            yield schema["x-each"], [read(schema.get("items", {}), item) for item in body]
    elif "x-bind" in schema:
        yield schema["x-bind"], _unspell(schema.get("x-spelling", "{}"), body)
    elif isinstance(body, dict):
        for name, part in schema.get("properties", {}).items():
            if name in body:
                yield from _read(part, body[name])
    elif isinstance(body, list) and body and "items" in schema:
        yield from _read(schema["items"], body[0])


def _unspell(spelling: str, value: Json) -> Json:
    before, _, after = spelling.partition("{}")
    if not (before or after) or not isinstance(value, str):
        return value
    if not (value.startswith(before) and value.endswith(after)):
        return value
    bare = value[len(before) : len(value) - len(after)]
    return int(bare) if bare.isascii() and bare.isdigit() else bare
