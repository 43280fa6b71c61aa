"""Whether schemas contradict themselves, or the values that stand beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openapi.coherence.found import Mistake, unknown
from openapi.coherence.nodes import nodes
from openapi.document import SpecError, join, resolve
from openapi.members import members
from openapi.model import Operation, Spec
from openapi.validation import validator

BOUNDS = (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"))
# Those that are looked at, and those that tell of a value without bounding it.
FORMATS = frozenset({"date-time", "date", "time", "email", "hostname", "ipv4", "ipv6", "uri", "uuid", "regex"})
FORMATS |= {"int32", "int64", "float", "double", "byte", "binary", "password"}

FOUND = frozenset({"x-bind", "x-resource", "x-tenant", "x-region"})  # of which calls know a value without an example


def schemas(spec: Spec) -> Iterator[Mistake]:
    """Mistakes in schemas, in their defaults, and in the examples of calls."""
    beside = _beside(spec)
    for pointer, schema in _schemas(spec.document, ""):
        if "format" in schema:
            yield from unknown(schema["format"], FORMATS, "no format that is known here", join(pointer, "format"))
        for least, most in BOUNDS:
            if least in schema and most in schema and schema[least] > schema[most]:
                yield join(pointer, most), f"{most} {schema[most]} is less than {least} {schema[least]}"
        if "properties" in schema:
            known = _properties(dict(spec.document), beside.get(pointer, schema))
            for index, name in enumerate(schema.get("required", ())):
                yield from unknown(
                    name, known, "required, but none of its properties", join(pointer, "required", index)
                )
        if "default" in schema and schema["default"] not in spec.not_given:
            yield from _value(spec, schema, "default", pointer)
        if "example" in schema:
            yield from _value(spec, schema, "example", pointer)
    for operation in spec.operations.values():
        yield from _example(operation)


def _schemas(node: Any, pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every schema that has a type, and its pointer."""
    if isinstance(node, Mapping):
        if isinstance(node.get("type"), str) and "in" not in node:
            yield pointer, node
        for key, value in node.items():
            if key not in {"example", "examples", "default", "enum", "securitySchemes"} and not key.startswith("x-"):
                yield from _schemas(value, join(pointer, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _schemas(value, join(pointer, index))


def _beside(spec: Spec) -> dict[str, Mapping[str, Any]]:
    """The schemas with `allOf`, by the pointers of their parts: any of these may require what another has."""
    whole = [(pointer, node) for pointer, node in nodes(spec.document) if isinstance(node.get("allOf"), list)]
    return {join(pointer, "allOf", i): node for pointer, node in whole for i in range(len(node["allOf"]))}


def _properties(document: dict[str, Any], schema: Mapping[str, Any]) -> set[str]:
    """Those of a schema, and of those that it is made of."""
    found = set(schema.get("properties", ()))
    for key in ("allOf", "anyOf", "oneOf"):
        for part in resolve(document, list(schema.get(key, ()))):
            found |= part.get("properties", {}).keys()
    return found


def _value(spec: Spec, schema: Mapping[str, Any], keyword: str, pointer: str) -> Iterator[Mistake]:
    try:
        whole = resolve(dict(spec.document), schema)
    except SpecError:
        return  # one that holds itself
    problems = validator(whole).problems(schema[keyword])
    if problems:
        yield join(pointer, keyword), f"the {keyword} is no value of its own schema: {problems[0].message}"


def _example(operation: Operation) -> Iterator[Mistake]:
    for member in members(operation):
        if len(member.steps) != 1:
            continue
        given = operation.example.get(member.argument)
        if given is None and member.required and member.where == "body" and not member.schema.keys() & FOUND:
            said = f"{member.name!r} is required, and no `example` of the body gives one: calls are made from it"
            yield join(operation.pointer), said
        elif given is not None and not (isinstance(given, str) and given.startswith("{now")):
            problems = validator(member.schema).problems(given)
            if problems:
                said = f"the example of {member.name!r} is none that is accepted: {problems[0].message}"
                yield operation.pointer, said
