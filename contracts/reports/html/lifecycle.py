"""What a spec says of the life of a task, beside what was observed of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from contracts.reports.html.entries import UNJUDGED, Entry, address_of, fragment, look
from openapi.clauses import ACCEPTED, Clause, ClauseKind, clauses
from openapi.model import Action, Lifecycle, Phase, Spec

MANY = 2  # creators that are named
NO_TASK = "no task"  # the column for a task that does not exist
_SPANS = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min"))


@dataclass(frozen=True, slots=True)
class Observed:
    """A clause of the spec, and what came of it."""

    clause: Clause
    verdict: str  # `not-judged` where it was no part of the run
    href: str
    text: str

    @property
    def label(self) -> str:
        """For those who do not see the picture, and for the pointer that rests on it."""
        return f"{self.clause.id}: {self.verdict.replace('-', ' ')}"


@dataclass(frozen=True, slots=True)
class Actions:
    """What an operation answers, phase by phase."""

    operation: str
    answers: Mapping[str, Observed]  # by phase, or NO_TASK


@dataclass(frozen=True, slots=True)
class Life:
    """The life of an API's tasks as documented, with what was observed."""

    api: str
    title: str
    creators: str
    phases: Mapping[Phase, Observed]  # those that have a word on the wire
    order: Observed
    progress: Observed | None
    expiry: Observed | None
    actions: tuple[Actions, ...]


def lives_of(entries: Sequence[Entry], specs: Mapping[str, Spec]) -> list[Life]:
    """The lives of the tasks of all APIs in the result that have tasks."""
    judged = {str(entry["id"]): entry for entry in entries}
    seen = {str(entry["api"]) for entry in entries}
    return [_life(spec, spec.lifecycle, judged) for name, spec in specs.items() if name in seen and spec.lifecycle]


def _life(spec: Spec, life: Lifecycle, judged: Mapping[str, Entry]) -> Life:
    stated = {(each.kind, each.operation, each.subject): each for each in clauses(spec)}

    def observe(kind: ClauseKind, subject: str = "", operation: str = "") -> Observed | None:
        clause = stated.get((kind, operation, subject))
        return _observed(clause, judged.get(clause.id)) if clause else None

    phases = {phase: observe(ClauseKind.PHASE, phase) for phase in Phase if phase in life.words}
    order = observe(ClauseKind.TRANSITION)
    assert order is not None, "every life has an order"
    return Life(
        api=spec.name,
        title=spec.title,
        creators=_creators(spec),
        phases={phase: found for phase, found in phases.items() if found},
        order=order,
        progress=observe(ClauseKind.PROGRESS),
        expiry=observe(ClauseKind.EXPIRY, "task"),
        actions=_actions(spec, [clause for clause in stated.values() if clause.operation], judged),
    )


def _actions(spec: Spec, stated: Sequence[Clause], judged: Mapping[str, Entry]) -> tuple[Actions, ...]:
    """The operations that take a task, each with its answers."""
    found = []
    for operation in spec.operations:
        answers = {}
        for clause in stated:
            if clause.operation != operation:
                continue
            if clause.kind is ClauseKind.ACTION_IN_PHASE:
                answers[clause.subject] = _observed(clause, judged.get(clause.id))
            if clause.kind is ClauseKind.MISSING_TASK:
                answers[NO_TASK] = _observed(clause, judged.get(clause.id))
        if answers:
            found.append(Actions(operation, answers))
    return tuple(found)


def _observed(clause: Clause, entry: Entry | None) -> Observed:
    if entry is None:
        return Observed(clause, UNJUDGED, fragment(api=clause.api, kind=clause.kind), said(clause))
    return Observed(clause, look(entry), address_of(entry), said(clause))


def said(clause: Clause) -> str:
    """What a clause of a lifecycle states, in as few words as a drawing has room for."""
    match clause.kind:
        case ClauseKind.TRANSITION:
            return "in order"
        case ClauseKind.PROGRESS:
            low, high = clause.detail.progress
            return f"progress {low}–{high}"  # noqa: RUF001 - the sign for a range
        case ClauseKind.EXPIRY:
            return f"after {duration(clause.detail.kept_seconds)}"
        case ClauseKind.MISSING_TASK:
            return "refused" if clause.value == "refuse" else "ignored"
        case ClauseKind.ACTION_IN_PHASE:
            return ACCEPTED if clause.value == ACCEPTED else str(clause.value)
        case _:
            return str(clause.value)


def duration(seconds: float) -> str:
    """`7 d`, `36 h`, `90 s`: in the largest unit of which it is a whole number."""
    span = timedelta(seconds=seconds)
    for size, unit in _SPANS:
        if span >= size and not span % size:
            return f"{span // size} {unit}"
    return f"{seconds:g} s"


def _creators(spec: Spec) -> str:
    names = [name for name, operation in spec.operations.items() if operation.action is Action.CREATE]
    return ", ".join(names) if len(names) <= MANY else f"{len(names)} operations"
