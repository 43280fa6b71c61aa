"""The answers of one operation, written out so that they can be changed without those of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from contracts.mutation.facts import Facts
from openapi.clauses import AnswerMember, Clause
from openapi.document import get, join, patch, resolve, steps
from openapi.members import ITEM
from openapi.model import Answer


@dataclass(frozen=True, slots=True)
class Body:
    """The answer that a clause is about, written out, so that no other answer changes with it."""

    pointer: str  # where the answer stands
    answer: dict[str, Any]
    inner: str  # from there to the schema of its body

    @classmethod
    def of(cls, facts: Facts, clause: Clause) -> Self:
        """The answer of an operation; the form of a refusal where the clause is about all of them."""
        stated: Answer = clause.detail.answer if isinstance(clause.detail, AnswerMember) else clause.detail
        pointer = stated.pointer
        if clause.operation:
            pointer = join(facts.operation(clause).pointer, "responses", str(stated.status))
        answer = resolve(dict(facts.spec.document), facts.stated(pointer))
        inner = join("", "content", stated.content_type, "schema")
        schema = get(answer, inner)
        return cls(pointer, answer, f"{inner}/oneOf/0" if "oneOf" in schema else inner)

    @property
    def schema(self) -> Any:
        """The schema of the body."""
        return get(self.answer, self.inner)

    def changed(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The change of the document that these changes of the answer are."""
        return {self.pointer: patch(self.answer, changes)}

    def without(self, where: str) -> dict[str, Any]:
        """The change that takes a member away."""
        owner, name = where.rpartition("/properties/")[0], steps(where)[-1]
        names = [each for each in get(self.answer, f"{owner}/required") if each != name]
        return self.changed({where: None, f"{owner}/required": names or None})

    def where(self, member: AnswerMember) -> str:
        """Where a member stands in the answer."""
        pointer = self.inner
        for step in member.steps:
            pointer = join(pointer, "items") if step == ITEM else join(pointer, "properties", step)
        return pointer
