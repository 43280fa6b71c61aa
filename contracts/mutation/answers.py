"""What a server may get wrong about its answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from contracts.mutation.bodies import Body
from contracts.mutation.defects.answers import code_replaced, status_replaced
from contracts.mutation.defects.ids import id_dropped, same_id_again
from contracts.mutation.facts import WORD, Facts, renaming
from contracts.mutation.mutant import Mutant
from openapi import markup
from openapi.clauses import Cause, Clause
from openapi.document import join, steps

PLAIN = "text/plain"
BODILESS = frozenset({HTTPStatus.NO_CONTENT})
UNASKED = frozenset({"request.id"})  # judged by a clause of its own


def status_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """Another status of success."""
    stated = int(str(clause.value))
    other = HTTPStatus.CREATED if stated == HTTPStatus.OK else HTTPStatus.OK
    yield Mutant(clause, "other", f"status {stated} -> {other}", renaming(facts, clause.pointer, str(other.value)))


def content_type_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """Another type; a parameter more, or one less."""
    stated = str(clause.value)
    bare, _, parameter = stated.partition(";")
    other = bare if parameter else f"{stated}; charset=utf-8"
    for name, value in (("charset", other), ("plain", PLAIN)):
        yield Mutant(clause, name, f"content type {stated} -> {value}", renaming(facts, clause.pointer, value))


def header_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """The header left out, or with another value."""
    name = steps(clause.pointer)[-1]
    yield Mutant(clause, "dropped", f"without the header {name}", {clause.pointer: {"schema": {"type": "string"}}})
    other = {"x-value": WORD, "x-cite": {"assumed": "changed"}}
    yield Mutant(clause, "other", f"{name}: {WORD}", {clause.pointer: other})


def request_id_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """The id left out, the same again, or of another form."""
    name = clause.subject.rpartition(":")[2]
    yield Mutant(clause, "dropped", f"without {name}", defect=id_dropped(clause))
    yield Mutant(clause, "repeated", f"{name} is the same in every answer", defect=same_id_again(clause))
    if "x-request-id" in facts.spec.document:
        form = "{uuid}" if facts.spec.request_id == "{hex32}" else "{hex32}"
        changes = {"/x-request-id/form": form}
        yield Mutant(clause, "form", f"{name} of the form {form}", changes)


def response_schema_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """Each member in turn left out, or of another type."""
    body = Body.of(facts, clause)
    for where, part, is_required in _members(body.schema, body.inner):
        if part.get("x-bind") in UNASKED:
            continue
        dotted = ".".join(step for step in steps(where[len(body.inner) :]) if step != "properties")
        dotted = dotted.replace(".items", "[]")
        slug = dotted.replace("[].", "-").replace(".", "-")
        if is_required:
            yield Mutant(clause, f"without-{slug}", f"{dotted} is left out", body.without(where))
        if markup.is_markup(clause.detail.content_type) or "properties" in part or "items" in part:
            continue  # the one has members of its own to be got wrong, in the other everything is text
        told, other = _of_another_type(part)
        yield Mutant(clause, f"type-{slug}", f"{dotted}: {told}", body.changed({where: other}))


def error_code_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """Another code, or another status, for this operation alone."""
    cause: Cause = clause.detail
    code = cause.error_code
    other = facts.other_code(code, clause.operation)
    if other is not None:
        told = f"{code.code} -> {other.code}"
        yield Mutant(clause, "other", told, defect=code_replaced(clause, other.code))
    elif code.response or not other:
        yield Mutant(clause, "other", f"{code.code} -> {WORD}", defect=code_replaced(clause, WORD))
    status = next((each.status for each in facts.spec.error_codes if each.status != code.status), 0)
    status = status or (HTTPStatus.BAD_REQUEST if code.status == HTTPStatus.OK else HTTPStatus.CONFLICT)
    yield Mutant(
        clause, "status", f"status {code.status} -> {int(status)}", defect=status_replaced(clause, int(status))
    )


def _members(schema: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Every member of a body: where it stands, its schema, whether it is required."""
    for name, part in schema.get("properties", {}).items():
        where = join(pointer, "properties", name)
        yield where, part, name in schema.get("required", ())
        yield from _members(part, where)
    if isinstance(schema.get("items"), dict):
        yield from _members(schema["items"], join(pointer, "items"))


def _of_another_type(schema: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """A member of another type: the change told, and the schema to be served."""
    if schema.get("type") == "string":
        return "a number", {"type": "integer", "x-value": 1}
    return "a text", {"type": "string", "x-value": WORD}
