"""Answers in the provider's own words: the schema of an answer, compiled into a function that writes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache, partial

import orjson

from mockserver.facts import NAMES, Facts
from mockserver.templates import template
from openapi import markup
from openapi.messages import Response
from openapi.model import Answer, Json, Operation, Phase, Schema
from openapi.validation import Validator, validator

Write = Callable[[Facts], Json]
EACH: Mapping[str, Callable[[Facts], list[Facts]]] = {
    "tasks": lambda facts: [facts.about(task) for task in facts.outcome.tasks],
    "projects": lambda facts: [facts],
}


class SpecViolation(AssertionError):
    """The mock was about to answer something that its own spec does not allow. Always our bug."""


@dataclass(frozen=True, slots=True)
class Renderer:
    """Writes one documented answer."""

    answer: Answer
    write: Write | None  # None: no body, or a file
    headers: Mapping[str, Write]
    validator: Validator | None
    encode: Callable[[Json], bytes]

    def render(self, facts: Facts, status: int) -> Response:
        """The answer about `facts`. Raises SpecViolation."""
        headers = self.render_headers(facts)
        if self.write is None or self.validator is None:
            return Response(status, headers)
        body = self.write(facts)
        if not self.validator.is_valid(body):
            found = "; ".join(problem.message for problem in self.validator.problems(body))
            message = f"{facts.call.spec.name} {facts.call.operation.id}: {found}"
            raise SpecViolation(message)
        return Response(status, headers, self.encode(body))

    def render_headers(self, facts: Facts) -> dict[str, str]:
        """The headers of the answer, its content type among them."""
        headers = {"content-type": self.answer.content_type} if self.answer.content_type else {}
        for name, write in self.headers.items():
            value = write(facts)
            if value is not None:
                headers[name] = str(value)
        return headers


def _encode(body: Json) -> bytes:
    try:
        return orjson.dumps(body)
    except TypeError:  # a number of more than 64 bits, in a member that the schema leaves open
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def renderer(answer: Answer, arguments: frozenset[str]) -> Renderer:
    """The renderer of an answer; `arguments` are the names that its properties may echo."""
    headers = {
        name: _value(schema, "", frozenset())
        for name, schema in answer.headers.items()
        if name != "content-type" and schema.keys() & {"x-bind", "x-value", "default"}
    }
    if answer.schema is None:
        return Renderer(answer, None, headers, None, _encode)
    encode = partial(markup.write, answer.schema) if markup.is_markup(answer.content_type) else _encode
    return Renderer(answer, _writer(answer.schema, "", arguments), headers, validator(answer.schema), encode)


def parameter_writers(operation: Operation) -> dict[str, Write]:
    """What writes each parameter of an operation that is bound to a value: how an address of a task's file is made."""
    bound = [parameter for parameter in operation.parameters if "x-bind" in parameter.schema]
    return {parameter.name: _value(parameter.schema, "", frozenset()) for parameter in bound}


def item_writers(schema: Schema, arguments: frozenset[str]) -> dict[str, Write]:
    """What writes each field of the items of a list answer, by field: filters and orders go by what is shown."""
    if "x-each" in schema:
        return {name: _writer(part, name, arguments) for name, part in schema["items"]["properties"].items()}
    found: dict[str, Write] = {}
    for part in schema.get("properties", {}).values():
        found |= item_writers(part, arguments)
    return found


def _writer(schema: Schema, name: str, arguments: frozenset[str]) -> Write:
    if "x-each" in schema:
        write_item, spread = _writer(schema["items"], "", arguments), EACH[schema["x-each"]]
        return lambda facts: [write_item(each) for each in spread(facts)]
    echoes = name in arguments
    if "properties" in schema and not schema.keys() & {"x-bind", "x-value"} and not echoes:
        return _object(schema, arguments)
    return _in_phases(schema, _value(schema, name, arguments))


def _object(schema: Schema, arguments: frozenset[str]) -> Write:
    parts: Mapping[str, Schema] = schema["properties"]
    members = [(name, _writer(part, name, arguments), part.get("nullable", False)) for name, part in parts.items()]

    def write(facts: Facts) -> Json:
        written: dict[str, Json] = {}
        for name, write_member, nullable in members:
            value = write_member(facts)
            if nullable or value is not None:
                written[name] = value
        return written

    return write


def _value(schema: Schema, name: str, arguments: frozenset[str]) -> Write:
    """What writes a single value: a template, a bound name, an echoed argument, or the schema's default."""
    if "x-value" in schema:
        return _constant(schema["x-value"])
    default: Json = schema.get("default")
    bound = schema.get("x-bind", f"argument.{name}" if name in arguments else "")
    if not bound:
        return lambda _: default
    spell, read = _spelling(schema), NAMES.get(bound) or _argument(bound)

    def write(facts: Facts) -> Json:
        value = facts.value(bound) if read is None or facts.outcome.values else read(facts)
        return default if value is None else spell(value)

    return write


def _argument(bound: str) -> Callable[[Facts], object] | None:
    """What reads the argument that a name is bound to; None for a name of something else."""
    start, _, name = bound.partition("argument.")
    return None if start or not name else lambda facts: facts.argument(name)


def _constant(value: Json) -> Write:
    if not isinstance(value, str):
        return lambda _: value
    compiled = template(value)
    return lambda facts: compiled.fill(facts.value)


def _in_phases(schema: Schema, write: Write) -> Write:
    """`write`, but only in the phases that the schema names; what it says otherwise in the others, and for no value."""
    if not schema.keys() & {"x-in", "x-otherwise"}:
        return write
    phases = frozenset(Phase(word) for word in schema.get("x-in", list(Phase)))
    otherwise: Json = schema.get("x-otherwise")

    def write_in_phases(facts: Facts) -> Json:
        value = write(facts) if facts.phase() in phases or facts.task is None else None
        return otherwise if value is None else value

    return write_in_phases


def _spelling(schema: Schema) -> Callable[[object], Json]:
    if "x-time" in schema:
        return _moment(schema["x-time"], schema.get("x-zone", "+00:00"))
    if "x-spelling" in schema:
        before, _, after = schema["x-spelling"].partition("{}")
        return lambda value: f"{before}{value}{after}"
    if schema.get("type") == "integer":
        return lambda value: value if type(value) is int else int(str(value))
    return lambda value: value  # type: ignore[return-value] # bound values are JSON


def _moment(spelling: str, zone: str) -> Callable[[object], Json]:
    """How a moment, in epoch seconds, is written."""
    sign = -1 if zone.startswith("-") else 1
    offset = timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))) if zone != "+00:00" else UTC

    if spelling == "epoch-seconds":
        return lambda value: int(float(str(value)))
    if spelling == "epoch-milliseconds":
        return lambda value: int(float(str(value)) * 1000)

    @lru_cache(maxsize=256)  # the moments of a task are told again and again
    def write(value: object) -> Json:
        epoch = float(str(value))
        moment = datetime.fromtimestamp(epoch, offset)
        if spelling == "milliseconds":
            return f"{moment:%Y-%m-%dT%H:%M:%S}.{int(epoch * 1000) % 1000:03d}Z"
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ" if spelling == "seconds" else spelling)

    return write
