"""What each member of an answer says: its schema, compiled into a function that writes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

import orjson

from mockserver.facts import PHASE, Facts, reader
from mockserver.spelling import spelling_of
from mockserver.templates import template
from mockserver.traits import is_lasting
from openapi.members import item_parts
from openapi.model import Json, Operation, Phase, Schema
from openapi.validation import validator

Write = Callable[[Facts], Json]
WriteObject = Callable[[Facts], dict[str, Json]]
Check = Callable[[Json, Facts], None]  # raises SpecViolation
EACH: Mapping[str, Callable[[Facts], list[Facts]]] = {
    "tasks": lambda facts: [facts.about(task) for task in facts.outcome.tasks],
    "projects": lambda facts: [facts],
}
_CHANGING = frozenset({"x-in", "x-otherwise", "x-value"})  # keywords of members that are not always written alike


class SpecViolation(AssertionError):
    """The mock was about to answer something that its own spec does not allow. Always our bug."""


def checker(schema: Schema) -> Check:
    """What refuses to send anything that breaks a schema."""
    compiled = validator(schema)

    def check(value: Json, facts: Facts) -> None:
        if not compiled.is_valid(value):
            found = "; ".join(problem.message for problem in compiled.problems(value))
            message = f"{facts.call.spec.name} {facts.call.operation.id}: {found}"
            raise SpecViolation(message)

    return check


def is_of_tasks(schema: Schema) -> bool:
    """Whether it is an array of tasks, each an object."""
    return schema.get("x-each") == "tasks" and "properties" in schema["items"]


def encode(body: Json) -> bytes:
    """JSON."""
    try:
        return orjson.dumps(body)
    except TypeError:  # a number of more than 64 bits, in a member that the schema leaves open
        return _in_parts(body)


def _in_parts(body: Json) -> bytes:
    """JSON of what orjson refuses as a whole, part by part, as nothing but orjson can write the fragments in it."""
    if isinstance(body, dict):
        return b"{%b}" % b",".join(b"%b:%b" % (encode(name), encode(value)) for name, value in body.items())
    if isinstance(body, list):
        return b"[%b]" % b",".join(map(encode, body))
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")


def parameter_writers(operation: Operation) -> dict[str, Write]:
    """What writes each parameter of an operation that is bound to a value: how an address of a task's file is made."""
    bound = [parameter for parameter in operation.parameters if "x-bind" in parameter.schema]
    return {parameter.name: value_writer(parameter.schema, "", frozenset()) for parameter in bound}


def item_writers(schema: Schema, arguments: frozenset[str]) -> dict[str, Write]:
    """What writes each field of the items of a list answer, by field: filters and orders go by what is shown."""
    return {name: writer(part, name, arguments) for name, part in item_parts(schema).items()}


def item_traits(schema: Schema, arguments: frozenset[str]) -> dict[str, tuple[str, Json]]:
    """Those of the fields that write, as it is, what a task tells: by what name, and what stands for nothing."""
    found = {}
    for name, part in item_parts(schema).items():
        bound = _bound(part, name, arguments)
        if is_lasting(bound) and not part.keys() & _CHANGING and spelling_of(part) is None:
            found[name] = bound, part.get("default")
    return found


def item_phases(schema: Schema, arguments: frozenset[str]) -> frozenset[str]:
    """Those of the fields that tell the phase of a task, as it is."""
    parts = item_parts(schema).items()
    told = {name for name, part in parts if _bound(part, name, arguments) == PHASE and not part.keys() & _CHANGING}
    return frozenset(name for name in told if spelling_of(dict(parts)[name]) is None)


def _bound(schema: Schema, name: str, arguments: frozenset[str]) -> str:
    """The name that a member is bound to; empty: none."""
    return str(schema.get("x-bind", f"argument.{name}" if name in arguments else ""))


def writer(schema: Schema, name: str, arguments: frozenset[str]) -> Write:
    """What writes a member of an answer that has this name; of an array of tasks only as many places."""
    if is_of_tasks(schema):
        return lambda facts: [*range(len(facts.outcome.tasks))]
    if "x-each" in schema:
        write_item, spread = writer(schema["items"], "", arguments), EACH[schema["x-each"]]
        return lambda facts: [write_item(each) for each in spread(facts)]
    echoes = name in arguments
    if "properties" in schema and not schema.keys() & {"x-bind", "x-value"} and not echoes:
        return object_writer(schema, arguments, schema["properties"])
    return _in_phases(schema, value_writer(schema, name, arguments))


def object_writer(
    schema: Schema, arguments: frozenset[str], names: Iterable[str]
) -> Callable[[Facts], dict[str, Json]]:
    """What writes these members of an object."""
    parts: Mapping[str, Schema] = schema["properties"]
    members = [(name, writer(parts[name], name, arguments), parts[name].get("nullable", False)) for name in names]

    def write(facts: Facts) -> dict[str, Json]:
        written: dict[str, Json] = {}
        for name, write_member, nullable in members:
            value = write_member(facts)
            if nullable or value is not None:
                written[name] = value
        return written

    return write


def value_writer(schema: Schema, name: str, arguments: frozenset[str]) -> Write:
    """What writes a single value: a template, a bound name, an echoed argument, or the schema's default."""
    if "x-value" in schema:
        return _constant(schema["x-value"])
    default: Json = schema.get("default")
    bound = _bound(schema, name, arguments)
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
    return template(value).reading(lambda name: lambda facts: facts.value(name))


def _in_phases(schema: Schema, write: Write) -> Write:
    """`write`, but only in the phases that the schema names; what it says otherwise in the others, and for no value."""
    if not schema.keys() & _CHANGING:
        return write
    otherwise: Json = schema.get("x-otherwise")
    if "x-in" not in schema:
        return lambda facts: otherwise if (value := write(facts)) is None else value
    phases = frozenset(Phase(word) for word in schema["x-in"])

    def write_in_phases(facts: Facts) -> Json:
        value = write(facts) if facts.phase() in phases or facts.task is None else None
        return otherwise if value is None else value

    return write_in_phases
