"""Values that an operation ought to accept, chosen so that an answer which repeats them gives itself away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from contracts.calls.client import Api
from contracts.moments import read_moment
from contracts.situations.tasks import with_resources
from contracts.situations.varied import values_for
from contracts.values import Arguments, find, is_valid, of_items, of_length, put
from openapi import examples
from openapi.members import Member, marked
from openapi.model import Json, Operation

MOST = 4  # values of one argument
HOUR = timedelta(hours=1)
ODD = "Ä 中文 \"'\\ <b>&amp;"  # what is spoiled by careless encoding


def telltales(api: Api, operation: Operation, member: Member) -> Iterator[Arguments]:
    """Arguments that differ in one value, each of which its schema takes; a few at most."""
    base = with_resources(api, operation)
    seen: list[Json] = []
    for value in _candidates(api, operation, member, find(base, member)):
        if len(seen) < MOST and value not in seen and value is not None and is_valid(member.schema, value):
            seen.append(value)
            yield put(base, member, value)


def _candidates(api: Api, operation: Operation, member: Member, example: Json) -> Iterator[Json]:
    schema = member.schema
    yield from reversed(schema.get("enum", ()))
    yield example
    if any(each.argument == member.argument for found in marked(operation, "x-resource").values() for each in found):
        yield from values_for(api, operation, member.argument)
        return
    if "x-time" in schema:
        known = read_moment(schema, example) or api.target.now()
        yield from (examples.moment(schema, known + step * HOUR) for step in (-1, 1))
        return
    match schema.get("type"):
        case "integer" | "number":
            yield from (schema[bound] for bound in ("maximum", "minimum") if bound in schema)
            yield from (example + step for step in (1, -1) if isinstance(example, int))
        case "boolean":
            yield from (True, False)
        case "array":
            yield from (of_items(schema, count, example) for count in (2, 1))
        case "string":
            yield from _texts(api, operation, member, example)


def _texts(api: Api, operation: Operation, member: Member, example: Json) -> Iterator[Json]:
    is_query = operation.file is not None and member.argument == operation.file.query
    yield from values_for(api, operation, member.argument)[:1]
    if is_query and isinstance(example, str):
        yield example.replace(" ", "  ", 1)  # which asks for the same
    if not is_query and not member.schema.keys() & {"x-bind", "x-tenant", "format", "enum"}:
        longest = member.schema.get("maxLength")
        yield from [ODD[:longest]]
        yield from [of_length(member.schema, longest, example)] if longest else []
