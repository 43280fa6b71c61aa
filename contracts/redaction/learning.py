"""What an answer tells of an account: ids, names and tokens that nobody knew before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from urllib.parse import urlsplit

from contracts.redaction.members import Kind
from contracts.redaction.redactor import Redactor
from openapi.model import Answer, Json, Schema, Spec

_KINDS: Mapping[str, Kind] = {  # by the names that schemas bind values to
    "account.project": Kind.PROJECT,
    "account.number": Kind.ACCOUNT,
    "account.name": Kind.ACCOUNT,
    "account.domain": Kind.ACCOUNT,
    "token.value": Kind.TOKEN,
}


def learn(redactor: Redactor, spec: Spec, answer: Answer, headers: Mapping[str, str], body: Json) -> None:
    """Keep back from now on what the holder of an account alone may know of an answer of an operation."""
    if redactor.is_open:
        return
    for name in _bound(answer.schema or {}, body, "task.file.name"):
        _learn(redactor, _named_by(spec, name))
    for link in _bound(answer.schema or {}, body, "task.link"):
        _learn(redactor, _bucket_of(spec, link))
    for name, schema in answer.headers.items():
        if name.lower() in headers:
            _learn(redactor, _held(schema, headers[name.lower()]))
    if answer.schema is not None:
        _learn(redactor, _held(answer.schema, body))


def _learn(redactor: Redactor, found: Iterator[tuple[Kind, Json]]) -> None:
    for kind, value in found:
        redactor.learn(kind, value)


def _named_by(spec: Spec, file: str) -> Iterator[tuple[Kind, Json]]:
    """The ids that the name of a file is made of, as its documented form tells."""
    for template in {each.file.name for each in spec.operations.values() if each.file is not None}:
        found = _form(template).fullmatch(file)
        for group, value in found.groupdict().items() if found else ():
            yield _KINDS[group.replace("_", ".")], value


@cache
def _form(template: str) -> re.Pattern[str]:
    """What a file name of this form matches, the ids of accounts in it as groups."""
    parts = re.split(r"(\{[^{}]*\})", template)
    return re.compile("".join(_part(each) if each.startswith("{") else re.escape(each) for each in parts))


def _part(placeholder: str) -> str:
    name = placeholder.strip("{}")
    return f"(?P<{name.replace('.', '_')}>[^_/]+)" if name in _KINDS else ".*?"


def _bucket_of(spec: Spec, link: str) -> Iterator[tuple[Kind, Json]]:
    """The first name of a link's host, where the rest is the documented storage: a bucket, which names its owner."""
    documented = spec.link.url if spec.link is not None else ""
    (bucket, _, host), (example, _, storage) = (_host(url).partition(".") for url in (link, documented))
    if storage and host.split(".")[-2:] == storage.split(".")[-2:] and bucket != example:
        yield Kind.ACCOUNT, bucket


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _bound(schema: Schema, value: Json, name: str) -> Iterator[str]:
    """The texts that a schema binds to a name."""
    if schema.get("x-bind") == name and isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member, part in schema.get("properties", {}).items():
            yield from _bound(part, value.get(member), name)
    elif isinstance(value, list):
        for item in value:
            yield from _bound(schema.get("items", {}), item, name)


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
