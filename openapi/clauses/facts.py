"""What is stated about the facts that answers tell of a task: when each is told, and what changes one."""

from __future__ import annotations

from collections.abc import Iterator

from openapi.clauses.clause import Clause, ClauseKind
from openapi.clauses.place import Place
from openapi.model import Action, Operation, Spec

TELLING = frozenset({Action.SHOW, Action.LIST, Action.LINK})
DOWNLOADED = "task.downloaded"


def fact_clauses(spec: Spec, operation: Operation, place: Place) -> Iterator[Clause]:
    """One clause per member of an answer that is told in some phases alone, or that a download changes."""
    if operation.action not in TELLING or operation.success.schema is None:
        return
    response = place.step("responses", str(operation.success.status))
    content = response.step("content", operation.success.content_type)
    schema = content.step("schema")
    for name, part in _members(schema.step("oneOf", 0) if "oneOf" in schema else schema):
        draft, detail = (spec.name, operation.id), part.resolved()
        if "x-in" in part:
            kind, phases, pointer = ClauseKind.MEMBER_IN_PHASE, list(part.node["x-in"]), part.where("x-in")
            yield Clause(*draft, kind, name, phases, part.cite("x-in"), pointer, detail)
        if part.node.get("x-bind") == DOWNLOADED:
            yield Clause(*draft, ClauseKind.DOWNLOAD_FLAG, name, None, part.cite(), part.where("x-bind"), detail)


def _members(schema: Place) -> Iterator[tuple[str, Place]]:
    """Every member of a body, those of the items of its arrays too."""
    for name in schema.node.get("properties", {}):
        part = schema.step("properties", name)
        yield name, part
        yield from _members(part)
    if "items" in schema:
        yield from _members(schema.step("items"))
