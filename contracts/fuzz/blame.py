"""Which clause a finding belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from contracts.values import find
from openapi.clauses import Clause, ClauseKind, clauses
from openapi.members import ITEM, Member
from openapi.model import Json, Operation, Spec
from openapi.reasons import Reason
from openapi.validation import Problem, validator

_KINDS: dict[Reason, frozenset[ClauseKind]] = {
    Reason.MISSING_PARAMETER: frozenset({ClauseKind.REQUIRED}),
    Reason.UNKNOWN_PARAMETER: frozenset({ClauseKind.UNKNOWN_MEMBER}),
    Reason.WRONG_TYPE: frozenset({ClauseKind.TYPE}),
    Reason.NOT_IN_ENUM: frozenset({ClauseKind.ENUM}),
    Reason.OUT_OF_RANGE: frozenset({ClauseKind.MINIMUM, ClauseKind.MAXIMUM}),
    Reason.WRONG_LENGTH: frozenset({ClauseKind.LENGTH, ClauseKind.ITEMS}),
    Reason.WRONG_FORMAT: frozenset({ClauseKind.PATTERN, ClauseKind.FORMAT}),
}
_EDGES = {"minimum": int, "maximum": int, "minLength": len, "maxLength": len, "minItems": len, "maxItems": len}


@dataclass
class Blame:
    """The clauses of one operation, and those of the whole API; derived when the first finding asks for them."""

    spec: Spec
    operation: Operation

    @cached_property
    def own(self) -> tuple[Clause, ...]:
        """The clauses of the operation."""
        return tuple(each for each in clauses(self.spec) if each.operation == self.operation.id)

    @cached_property
    def shared(self) -> tuple[Clause, ...]:
        """The clauses that belong to no operation."""
        return tuple(each for each in clauses(self.spec) if not each.operation)

    def id(self, kind: ClauseKind, subject: str = "") -> str:
        """The clause of a kind, the one about `subject` if there is one.

        Else one of the whole API; else how the operation refuses, or answers, at all.
        """
        found = [each for each in (*self.own, *self.shared) if each.kind is kind]
        exact = [each for each in found if each.subject == subject]
        close = [each for each in found if subject and each.subject.startswith(f"{subject}:")]
        return next((each.id for each in (*exact, *close, *found)), self.general(refusal=subject == "refusal"))

    def general(self, *, refusal: bool) -> str:
        """The clause of everything that generated requests show."""
        kind = ClauseKind.REFUSAL if refusal else ClauseKind.CONFORMANCE
        return f"{self.spec.name}/{self.operation.id}/{kind}"

    def of_problem(self, problem: Problem) -> str:
        """The clause that forbids what is wrong with a request."""
        steps = tuple(ITEM if isinstance(step, int) else step for step in problem.path)
        kinds = _KINDS.get(problem.reason, frozenset())
        for clause in (each for each in self.own if each.kind in kinds):
            if clause.kind is ClauseKind.UNKNOWN_MEMBER:
                return clause.id
            if isinstance(clause.detail, Member) and clause.detail.steps == steps and _forbids(clause, problem):
                return clause.id
        return self.general(refusal=True)

    def of_edge(self, arguments: dict[str, Json]) -> str:
        """The clause on whose very edge an argument lies; how the operation answers at all, when none does."""
        return next(self._on_edge(arguments), self.general(refusal=False))

    def _on_edge(self, arguments: dict[str, Json]) -> Iterator[str]:
        for clause in self.own:
            measure = _EDGES.get(_keyword(clause))
            if measure is None or not isinstance(clause.detail, Member):
                continue
            value = find(arguments, clause.detail)
            try:
                if value is not None and measure(value) == clause.value:  # type: ignore[operator]
                    yield clause.id
            except (TypeError, ValueError):
                continue


def _keyword(clause: Clause) -> str:
    return clause.pointer.rpartition("/")[2]


def _forbids(clause: Clause, problem: Problem) -> bool:
    if clause.kind is ClauseKind.REQUIRED:
        return True
    return not validator({_keyword(clause): clause.value}).is_valid(problem.value)
