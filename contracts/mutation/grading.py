"""What the suite notices of a mutant: first the broken clause itself, then whatever else falls."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from enum import StrEnum

from contracts.calls.client import Api, Reader, Run
from contracts.judgement import Judgement, Verdict, judge
from contracts.mutation.deriving import UMBRELLAS
from contracts.mutation.mutant import Mutant
from contracts.mutation.serving import Unservable, Workbench, open_mutant
from contracts.target import Target
from openapi.clauses import Clause, ClauseKind, clauses
from openapi.model import Json, Spec


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"  # by the clause that it breaks
    KILLED_BY_ANOTHER = "killed by another"
    SURVIVED = "survived"
    EQUIVALENT = "equivalent"  # no client can tell it from the honest server


class Scope(StrEnum):
    """Which verdicts are looked at."""

    RIGHT = "right"  # that on the broken clause alone; others only when it holds
    OPERATION = "operation"  # also those on the other clauses of its operation
    ALL = "all"  # those on all clauses of its API


@dataclass(frozen=True, slots=True)
class Grade:
    """The fate of one mutant."""

    mutant: str
    clause: str
    api: str
    kind: str
    told: str
    fate: Fate
    fallen: tuple[str, ...] = ()  # the clauses that were broken, the right one first
    why: str = ""  # how the right clause was broken; or why it was not
    explained: bool = False  # whether a survivor is one for a reason that lies outside of the suite

    def as_json(self) -> dict[str, Json]:
        """The mutant's entry in a file of results."""
        return {
            "id": self.mutant,
            "clause": self.clause,
            "api": self.api,
            "kind": self.kind,
            "change": self.told,
            "fate": self.fate.value,
            "fallen": list(self.fallen),
            "reason": self.why,
            "explained": self.explained,
        }


@dataclass
class Grader:
    """Judges mutants of some specs with the clauses of the honest ones."""

    specs: Mapping[str, Spec]
    scope: Scope = Scope.OPERATION
    run: Run = field(default_factory=Run)
    readers: dict[tuple[str, str], Reader] = field(default_factory=dict[tuple[str, str], Reader])
    _clauses: dict[str, tuple[Clause, ...]] = field(default_factory=dict[str, tuple[Clause, ...]])
    _honest: dict[str, Judgement] = field(default_factory=dict[str, Judgement])

    def __post_init__(self) -> None:
        self._bench = Workbench(self.specs, self.run.seed)

    def grade(self, mutant: Mutant) -> Grade:
        """The fate of a mutant."""
        if mutant.same:
            return self._graded(mutant, Fate.EQUIVALENT, why=mutant.same)
        try:
            target = self._bench.open(mutant)
        except Unservable as error:
            return self._graded(mutant, Fate.EQUIVALENT, why=f"it cannot be served: {error}")
        with redirect_stderr(io.StringIO()):  # where the server tells what it could not answer
            right = self._judge(mutant.clause, target)
            if right.verdict is Verdict.BROKEN:
                others = self._fallen(mutant, target, self.scope)
                why = f"expected {right.reason}; received {right.received}"
                return self._graded(mutant, Fate.KILLED, (mutant.clause.id, *others), why)
            others = self._fallen(mutant, target, Scope.ALL)
        why, explained = self._why(mutant, right)
        fate = Fate.KILLED_BY_ANOTHER if others else Fate.SURVIVED
        return self._graded(mutant, fate, others, why, explained=explained)

    def _judge(self, clause: Clause, target: Target) -> Judgement:
        own = self.specs[clause.api]
        try:
            return judge(clause, lambda: Api(target, own, run=self.run, readers=self.readers))
        except Exception as error:  # noqa: BLE001 - whatever a check makes of a strange server is told, not raised
            reason = f"the check failed: {type(error).__name__}: {error}"
            return Judgement(clause, Verdict.NOT_OBSERVED, reason=reason)

    def _fallen(self, mutant: Mutant, target: Target, scope: Scope) -> tuple[str, ...]:
        others = self._others(mutant.clause, scope)
        return tuple(each.id for each in others if self._judge(each, target).verdict is Verdict.BROKEN)

    def _others(self, clause: Clause, scope: Scope) -> Iterable[Clause]:
        if scope is Scope.RIGHT:
            return
        for each in self._of(clause.api):
            is_near = scope is Scope.ALL or (each.operation == clause.operation and each.kind in _near(clause))
            if each.id != clause.id and is_near and each.kind not in UMBRELLAS:
                yield each

    def _of(self, api: str) -> tuple[Clause, ...]:
        if api not in self._clauses:
            self._clauses[api] = clauses(self.specs[api])
        return self._clauses[api]

    def _why(self, mutant: Mutant, right: Judgement) -> tuple[str, bool]:
        """Why the right clause did not fall, and whether that cannot be helped: it cannot be observed at all."""
        if mutant.excuse:
            return mutant.excuse, True
        if right.verdict is Verdict.HELD:
            return "the clause was held", False
        honest = self._honest_verdict(mutant.clause)
        return right.reason, honest.verdict is Verdict.NOT_OBSERVED

    def _honest_verdict(self, clause: Clause) -> Judgement:
        if clause.id not in self._honest:
            honest = Mutant(clause, "none", "nothing changed")
            self._honest[clause.id] = self._judge(clause, open_mutant(honest, self.specs, self.run.seed))
        return self._honest[clause.id]

    def _graded(
        self, mutant: Mutant, fate: Fate, fallen: tuple[str, ...] = (), why: str = "", *, explained: bool = False
    ) -> Grade:
        clause = mutant.clause
        return Grade(mutant.id, clause.id, clause.api, clause.kind, mutant.told, fate, fallen, why, explained)


def _near(clause: Clause) -> frozenset[ClauseKind]:
    """Of the statements about a whole API, those of the kind alone: there are too many to judge them all each time."""
    return frozenset(ClauseKind) if clause.operation else frozenset({clause.kind})
