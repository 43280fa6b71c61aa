"""The JSON Schema of a config file, made of the settings themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click
from jsonschema_rs import Draft202012Validator, ValidationError

from mockserver.configuration.document import ConfigError, Document, nearest
from mockserver.control.schemas import Schema
from mockserver.provisions import SCHEMAS

MASK = "this"  # instead of the value, which may be a secret
LIVE = "Can change while the mock runs."
ID = "https://json-schema.org/draft/2020-12/schema"


def schema_of(settings: Iterable[Any]) -> Schema:
    """What a config file may say."""
    members = {each.key: _described(each) for each in settings}
    live = {name: {**schema, "description": f"{schema['description']} {LIVE}"} for name, schema in SCHEMAS.items()}
    return {
        "$schema": ID,
        "title": "Settings of a mock",
        "type": "object",
        "properties": members | live,
        "additionalProperties": False,
    }


def _described(setting: Any) -> Schema:
    text = getattr(setting, "help", None) or "The APIs to serve; all of them when none is named."
    found = {**(setting.schema or _of_type(setting)), "description": f"{text} {LIVE}" if setting.live else text}
    usual = getattr(setting, "default", None)
    return {**found, "default": usual} if isinstance(usual, str | int) and not setting.schema else found


def _of_type(setting: click.Parameter) -> Schema:
    one = _of_one(setting.type)
    return {"type": "array", "items": one} if setting.multiple or setting.nargs == -1 else one


def _of_one(kind: Any) -> Schema:
    match kind:
        case click.IntRange():
            bounds = {"minimum": kind.min, "maximum": kind.max}
            return {"type": "integer"} | {name: bound for name, bound in bounds.items() if bound is not None}
        case click.Choice():
            return {"enum": [*kind.choices]}
        case _:
            return {"type": {"integer": "integer", "boolean": "boolean"}.get(kind.name, "string")}


def check(document: Document, schema: Schema) -> None:
    """Raise ConfigError for the first thing in a config file that is not as the schema says."""
    found = sorted(Draft202012Validator(schema, mask=MASK).iter_errors(document.content), key=_rank)
    if found:
        raise _explained(document, found[0], schema)


def _rank(error: ValidationError) -> tuple[bool, int]:
    """An unknown name comes first, as it may be why another is missing; then what is nearest to the top."""
    return error.kind.name != "additionalProperties", len(error.instance_path)


def _explained(document: Document, error: ValidationError, schema: Schema) -> ConfigError:
    steps = tuple(error.instance_path)
    kind: Any = error.kind
    node: Any = schema
    for step in list(error.schema_path)[:-1]:
        node = node[step]
    if kind.name == "additionalProperties":
        name = kind.unexpected[0]
        return document.wrong((*steps, name), f"is no setting here; {nearest(name, [*node['properties']])}")
    if kind.name == "required":
        return document.wrong(steps, f"{kind.property!r} is missing")
    if kind.name == "enum":
        return document.wrong(steps, f"has to be one of {', '.join(map(str, node['enum']))}")
    if kind.name == "type":
        return document.wrong(steps, f"has to be {_type(node['type'])}")
    return document.wrong(steps, str(error.message))


def _type(named: str | list[str]) -> str:
    """What a value of one of the named types is, in words."""
    return " or ".join(_WORDS.get(each, each) for each in ([named] if isinstance(named, str) else named))


_WORDS = {
    "string": "a text; what looks like a number or a word of YAML stands in quotes",
    "integer": "a whole number",
    "number": "a number",
    "null": "nothing",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping: names and values",
}
