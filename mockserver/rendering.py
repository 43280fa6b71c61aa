"""Answers in the provider's own words: the schema of an answer, compiled into a function that writes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import orjson

from mockserver.facts import Facts, is_settled, reader
from mockserver.items import Items
from mockserver.spelling import spelling_of
from mockserver.templates import template
from openapi import markup
from openapi.messages import Response
from openapi.model import Answer, Json, Operation, Phase, Schema
from openapi.validation import validator

Write = Callable[[Facts], Json]
Check = Callable[[Json, Facts], None]  # raises SpecViolation
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
    headers: tuple[tuple[str, Write], ...]
    check: Check
    items: tuple[Items, ...]
    encode: Callable[[Json], bytes]

    def render(self, facts: Facts, status: int) -> Response:
        """The answer about `facts`. Raises SpecViolation."""
        headers = self.render_headers(facts)
        if self.write is None:
            return Response(status, headers)
        body = self.write(facts)
        self.check(body, facts)
        for items in self.items:
            items.put_into(body, facts)
        return Response(status, headers, self.encode(body))

    def render_headers(self, facts: Facts) -> dict[str, str]:
        """The headers of the answer, its content type among them."""
        headers = {"content-type": self.answer.content_type} if self.answer.content_type else {}
        for name, write in self.headers:
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
    headers = tuple(
        (name, _value(schema, "", frozenset()))
        for name, schema in answer.headers.items()
        if name != "content-type" and schema.keys() & {"x-bind", "x-value", "default"}
    )
    if answer.schema is None:
        return Renderer(answer, None, headers, _check({}), (), _encode)
    encode = partial(markup.write, answer.schema) if markup.is_markup(answer.content_type) else _encode
    write, check = _writer(answer.schema, "", arguments), _check(_without_items(answer.schema))
    return Renderer(answer, write, headers, check, tuple(_items(answer.schema, (), arguments)), encode)


def _check(schema: Schema) -> Check:
    """What refuses to send anything that breaks a schema."""
    compiled = validator(schema)

    def check(value: Json, facts: Facts) -> None:
        if not compiled.is_valid(value):
            found = "; ".join(problem.message for problem in compiled.problems(value))
            message = f"{facts.call.spec.name} {facts.call.operation.id}: {found}"
            raise SpecViolation(message)

    return check


def _is_of_tasks(schema: Schema) -> bool:
    """Whether it is an array of tasks, each an object."""
    return schema.get("x-each") == "tasks" and "properties" in schema["items"]


def _without_items(schema: Schema) -> Schema:
    """The schema of an answer in which anything stands for a task; tasks are checked each by itself."""
    if _is_of_tasks(schema):
        return {**schema, "items": {}}
    parts = {name: _without_items(part) for name, part in schema.get("properties", {}).items()}
    return {**schema, "properties": parts} if parts else schema


def _items(schema: Schema, path: tuple[str, ...], arguments: frozenset[str]) -> Iterator[Items]:
    """What writes the tasks of each array of them."""
    if _is_of_tasks(schema):
        item: Schema = schema["items"]
        parts: Mapping[str, Schema] = item["properties"]
        settled = [name for name, part in parts.items() if all(map(is_settled, _names(part)))]
        moving = [name for name in parts if name not in settled]
        write_settled, write_moving = (_object(item, arguments, names) for names in (settled, moving))
        yield Items(path, write_settled, write_moving if moving else None, (*parts,), _check(item), {})
    for name, part in schema.get("properties", {}).items():
        yield from _items(part, (*path, name), arguments)


def _names(schema: Schema) -> Iterator[str]:
    """Every name that a schema binds, echoed arguments aside."""
    if "x-bind" in schema:
        yield schema["x-bind"]
    elif isinstance(schema.get("x-value"), str):
        yield from template(schema["x-value"]).names
    for part in schema.get("properties", {}).values():
        yield from _names(part)


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
    if _is_of_tasks(schema):
        return lambda facts: [*range(len(facts.outcome.tasks))]  # a place for each
    if "x-each" in schema:
        write_item, spread = _writer(schema["items"], "", arguments), EACH[schema["x-each"]]
        return lambda facts: [write_item(each) for each in spread(facts)]
    echoes = name in arguments
    if "properties" in schema and not schema.keys() & {"x-bind", "x-value"} and not echoes:
        return _object(schema, arguments, schema["properties"])
    return _in_phases(schema, _value(schema, name, arguments))


def _object(schema: Schema, arguments: frozenset[str], names: Iterable[str]) -> Callable[[Facts], dict[str, Json]]:
    """What writes these members of an object."""
    parts: Mapping[str, Schema] = schema["properties"]
    members = [(name, _writer(parts[name], name, arguments), parts[name].get("nullable", False)) for name in names]

    def write(facts: Facts) -> dict[str, Json]:
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
    read, spell = reader(bound), spelling_of(schema)
    if spell is None and default is None:
        return read  # type: ignore[return-value] # bound values are JSON

    def write(facts: Facts) -> Json:
        value = read(facts)
        return default if value is None else spell(value) if spell else value  # type: ignore[return-value] # as above

    return write


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
