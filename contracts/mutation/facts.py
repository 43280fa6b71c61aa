"""Where the facts of a spec stand, and what else could stand there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from openapi.clauses import Clause
from openapi.clauses.place import Place, operation_places
from openapi.document import get, steps
from openapi.members import members
from openapi.model import ErrorCode, Json, Operation, Spec
from openapi.operations import JSON_TYPE

WORD = "otherwise"  # that no spec documents


@dataclass(frozen=True)
class Facts:
    """The document of a spec, as those who change it read it."""

    spec: Spec

    @cached_property
    def root(self) -> Place:
        """The whole document."""
        return Place.root(self.spec)

    @cached_property
    def places(self) -> dict[str, tuple[Place, Place]]:
        """Where each operation stands, and its path."""
        return operation_places(self.root)

    def operation(self, clause: Clause) -> Operation:
        """The operation of a clause."""
        return self.spec.operations[clause.operation]

    def stated(self, pointer: str, otherwise: Any = None) -> Any:
        """What stands at a pointer, or `otherwise`."""
        try:
            return get(self.spec.document, pointer)
        except (LookupError, TypeError, ValueError):
            return otherwise

    def place(self, pointer: str) -> Place:
        """The place of a pointer that leads somewhere."""
        return self.root.at(pointer)

    def without_default(self, operation: Operation, name: str) -> dict[str, Any]:
        """The change that takes the default of an argument away; none where it has none."""
        place, item = self.places[operation.id]
        named = [
            each.step("schema")
            for owner in (place, item)
            for each in owner.each("parameters")
            if each.node["name"] == name
        ]
        if operation.body is not None and not named:
            body = place.step("requestBody", "content", JSON_TYPE, "schema")
            named = [body.step("properties", name)] if name in body.node.get("properties", {}) else []
        return {each.where("default"): None for each in named if "default" in each}

    def only_value(self, operation: Operation, name: str) -> str:
        """Why an argument cannot make a difference: it has one word. Empty where it has more."""
        words: list[Json] = next((each.schema.get("enum", []) for each in members(operation) if each.name == name), [])
        return f"{name} can only be {words[0]!r}" if len(words) == 1 else ""

    def other_code(self, code: ErrorCode, operation: str) -> ErrorCode | None:
        """Another code of the same form that the operation can answer, of the same status if there is one."""
        others = [
            each
            for each in self.spec.error_codes
            if each.code != code.code and each.response == code.response and each.belongs_to(operation)
        ]
        return next((each for each in others if each.status == code.status), others[0] if others else None)

    def other_reason(self, reason: str, operation: Operation) -> str:
        """A reason that the operation answers with another code; empty where there is none."""
        own = self.code(operation, reason)
        for code in self.spec.error_codes:
            for other in code.when if code.belongs_to(operation.id) else ():
                found = self.code(operation, other)
                if "/" not in other and found is not None and (own is None or found.code != own.code):
                    return other
        return ""

    def code(self, operation: Operation, reason: str) -> ErrorCode | None:
        """The code with which an operation answers a reason, if there is one."""
        try:
            return self.spec.error_code(operation.id, reason)
        except LookupError:
            return None


def removal(facts: Facts, pointer: str) -> dict[str, Any]:
    """The change that takes a member or an item away; of a list with one item, the list."""
    owner, _, step = pointer.rpartition("/")
    held = facts.stated(owner)
    if isinstance(held, list) and len(held) == 1 and step.isdigit() and not _may_be_empty(owner):
        return {owner: None}
    return {pointer: None}


def _may_be_empty(pointer: str) -> bool:
    return steps(pointer)[-1].startswith("x-") or steps(pointer)[-1] in {"filters", "parameters", "methods"}


def renaming(facts: Facts, pointer: str, name: str) -> dict[str, Any]:
    """The change that puts what a pointer holds under another name, in the same place."""
    owner, _, _ = pointer.rpartition("/")
    old = steps(pointer)[-1]
    return {owner: {name if key == old else key: value for key, value in facts.stated(owner).items()}}


def neighbours(value: Json) -> Iterator[tuple[str, Json]]:
    """A number a little larger and a little smaller, each with the name of the change."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield "plus-1", value + 1
        yield "minus-1", value - 1
