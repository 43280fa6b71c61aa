"""Arguments of several tasks, none of which takes the place of another."""

from __future__ import annotations

from contracts.calls.client import Api
from contracts.check import NotObserved
from contracts.situations.tasks import with_resources
from contracts.values import Arguments, find, is_valid, put
from openapi.members import Member, members
from openapi.model import Json, Operation


def variations(api: Api, operation: Operation, count: int) -> list[Arguments]:
    """So many arguments that ought to be accepted, none of which overwrites the task of another.

    Raises NotObserved when there are not so many.
    """
    given = with_resources(api, operation)
    if not operation.overwrites:
        return [given] * count
    deciding = [each for each in members(operation) if each.argument in operation.overwrites]
    for member in deciding:
        kind = member.schema.get("x-resource")
        if kind and find(given, member) is not None:
            return [put(given, member, each) for each in api.target.provide(api.spec.name, kind, count=count)]
    for member in deciding:
        if len(member.steps) == 1 and _is_free(member):
            return [put(given, member, _other(find(given, member), serial)) for serial in range(count)]
    raise NotObserved(f"{operation.id}: no argument is known that makes two tasks differ")


def _is_free(member: Member) -> bool:
    schema = member.schema
    return "enum" not in schema and is_valid(schema, _other(schema.get("example"), 1))


def _other(value: Json, serial: int) -> Json:
    if isinstance(value, int) and not isinstance(value, bool):
        return value + serial
    return f"{value or 'other'}{serial}" if serial else value or "other"
