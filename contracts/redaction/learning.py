"""What an answer tells of an account: ids, names and tokens that nobody knew before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.redaction.members import Kind
from contracts.redaction.redactor import Redactor
from openapi.model import Answer, Json, Schema

_KINDS: Mapping[str, Kind] = {  # by the names that schemas bind values to
    "account.project": Kind.PROJECT,
    "account.number": Kind.ACCOUNT,
    "account.name": Kind.ACCOUNT,
    "account.domain": Kind.ACCOUNT,
    "token.value": Kind.TOKEN,
}


def learn(redactor: Redactor, answer: Answer, headers: Mapping[str, str], body: Json) -> None:
    """Keep back from now on what the holder of an account alone may know of an answer."""
    if redactor.is_open:
        return
    for name, schema in answer.headers.items():
        if name.lower() in headers:
            _learn(redactor, _held(schema, headers[name.lower()]))
    if answer.schema is not None:
        _learn(redactor, _held(answer.schema, body))


def _learn(redactor: Redactor, found: Iterator[tuple[Kind, Json]]) -> None:
    for kind, value in found:
        redactor.learn(kind, value)


def _held(schema: Schema, value: Json) -> Iterator[tuple[Kind, Json]]:
    """Every id, name and token in a value, in lists, too."""
    kind = Kind.PROJECT if schema.get("x-tenant") else _KINDS.get(str(schema.get("x-bind", "")))
    if kind is not None:
        yield kind, value
    elif isinstance(value, dict):
        for name, part in schema.get("properties", {}).items():
            if name in value:
                yield from _held(part, value[name])
    elif isinstance(value, list):
        for item in value:
            yield from _held(schema.get("items", {}), item)
