"""Values of a request that are wrong for one reason and no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.calls.client import Api, Reply
from contracts.situations.tasks import arguments_for
from contracts.values import (
    Arguments,
    against_pattern,
    find,
    is_valid,
    of_items,
    of_length,
    other_types,
    other_words,
    put,
    take,
)
from openapi.members import Member, members
from openapi.model import ErrorCode, Json, Operation
from openapi.reasons import Reason

WRONG_FORMS: tuple[Json, ...] = ("text", "2020-13-41T25:61:61Z", 2**31, 2**63)
WRONG_IN_A_QUERY: Mapping[str, tuple[Json, ...]] = {
    "integer": ("text", "1.5"),
    "number": ("text",),
    "boolean": ("text", "100"),
}


def answers_to_mistakes(api: Api, operation: Operation, code: ErrorCode, reason: str) -> Iterator[Reply]:
    """The answers to calls with one value each that is wrong for this reason, and for which the spec names this code.

    Values of the top first, and first those that no rule binds to others. Nothing when no such value is known.
    """
    bound = {name for rule in operation.rules for name in rule.parameters}
    found = [each for each in members(operation) if _answered_by(api, operation, each, reason) is code]
    for member in sorted(found, key=lambda each: (len(each.steps), each.argument in bound)):
        if reason == Reason.MISSING_PARAMETER:
            if member.required and member.where != "path":
                yield _without(api, operation, member)
            continue
        for value in wrong_values(member, find(api.example(operation), member), reason):
            if not _is_left_out(api, member, value):
                yield api.call(operation, put(arguments_for(api, operation), member, value))
                break


def wrong_values(member: Member, example: Json, reason: str) -> Iterator[Json]:
    """Values that a member does not take for this reason, and would take otherwise."""
    schema = member.schema
    if reason == Reason.WRONG_TYPE:
        inside = WRONG_IN_A_QUERY.get(str(schema.get("type")), ())
        yield from other_types(schema) if member.where == "body" else inside
    elif reason == Reason.NOT_IN_ENUM:
        yield from other_words(list(schema.get("enum", ())))
    elif reason == Reason.OUT_OF_RANGE:
        yield from (schema[bound] + step for bound, step in (("maximum", 1), ("minimum", -1)) if bound in schema)
    elif reason == Reason.WRONG_LENGTH:
        yield from _wrong_lengths(member, example)
    elif reason == Reason.WRONG_FORMAT:
        yield from _wrong_forms(member, example)


def _wrong_lengths(member: Member, example: Json) -> Iterator[Json]:
    schema = member.schema
    if "maxLength" in schema:
        yield from filter(None, [of_length(schema, schema["maxLength"] + 1, example)])
    if schema.get("minLength", 0) > 1:
        yield from filter(None, [of_length(schema, schema["minLength"] - 1, example)])
    elif schema.get("minLength") and member.where != "path":
        yield ""
    if "maxItems" in schema:
        yield from filter(None, [of_items(schema, schema["maxItems"] + 1, example)])
    if schema.get("minItems"):
        fewer = of_items(schema, schema["minItems"] - 1, example)
        yield from [] if fewer is None else [fewer]


def _wrong_forms(member: Member, example: Json) -> Iterator[Json]:
    schema = member.schema
    if "pattern" in schema:
        found = against_pattern(schema, example)
        yield from (each for each in found if member.where != "path" or "/" not in each)
    if "format" in schema:
        free = {key: value for key, value in schema.items() if key != "format"}
        rule = {key: schema[key] for key in ("type", "format") if key in schema}
        yield from (each for each in WRONG_FORMS if is_valid(free, each) and not is_valid(rule, each))


def _without(api: Api, operation: Operation, member: Member) -> Reply:
    """The answer to a call that leaves out a member, of an object that is there."""
    given: Arguments = arguments_for(api, operation)
    given = put(given, member, find(given, member))
    omitted = [member.name] if len(member.steps) == 1 else []
    return api.call(operation, take(given, member), omit=omitted)


def _answered_by(api: Api, operation: Operation, member: Member, reason: str) -> ErrorCode | None:
    try:
        return api.spec.error_code(operation.id, reason, member.argument)
    except LookupError:
        return None


def _is_left_out(api: Api, member: Member, value: Json) -> bool:
    """Whether a member with this value counts as not given."""
    same = any(value == each and type(value) is type(each) for each in api.spec.not_given)
    return same and member.where == "body" and len(member.steps) == 1
