"""What a server may get wrong about the life of a task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.mutation.defects import lives
from contracts.mutation.facts import Facts, neighbours
from contracts.mutation.mutant import Mutant
from openapi.clauses import ACCEPTED, Clause
from openapi.model import Action, Lifecycle, Phase
from openapi.reasons import Reason

CITED = {"x-cite": {"assumed": "changed"}}


def phase_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """Another word, and the word of another phase."""
    life: Lifecycle = clause.detail
    word = str(clause.value)
    other = word.swapcase()
    yield Mutant(clause, "recased", f"{word} -> {other}", {clause.pointer: other})
    strange = next((each for each in life.words if life.words[each] != word), None)
    if strange is not None:
        told = f"shown as {life.words[strange]}, the word of {strange}"
        yield Mutant(clause, "swapped", told, {clause.pointer: life.words[strange]})


def transition_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """Phases in another order, an end that is none, a failure that is none."""
    life: Lifecycle = clause.detail
    words = life.words
    yield Mutant(clause, "again", "a task that has ended runs again", defect=lives.starts_again(life))
    if words.get(Phase.QUEUED) != words.get(Phase.RUNNING) and Phase.QUEUED in words:
        turned: dict[str, Any] = {
            f"{clause.pointer}/queued/word": words[Phase.RUNNING],
            f"{clause.pointer}/running/word": words[Phase.QUEUED],
        }
        yield Mutant(clause, "reversed", "a task runs first, and waits then", turned)
    never = lives.shown_as(life, Phase.SUCCEEDED, Phase.RUNNING)
    yield Mutant(clause, "endless", "a task never ends", defect=never)
    if Phase.FAILED in words:
        never_fails = lives.shown_as(life, Phase.FAILED, Phase.SUCCEEDED)
        yield Mutant(clause, "no-failure", "a task that failed is shown as succeeded", defect=never_fails)
        recovers = lives.shown_as(life, Phase.FAILED, Phase.RUNNING)
        yield Mutant(clause, "endless-failure", "a task that failed is shown as running", defect=recovers)


def progress_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """Progress that falls, stops before its end, goes beyond it, or begins elsewhere."""
    life: Lifecycle = clause.detail
    yield Mutant(clause, "falls", "progress falls", defect=lives.progress_falls(life))
    yield Mutant(clause, "stops", "progress stops before its end", defect=lives.progress_stops(life))
    yield Mutant(clause, "exceeds", "progress goes beyond its end", defect=lives.exceeds(life))
    low = life.progress[0]
    yield Mutant(clause, "begins", f"minimum {low} -> {low + 1}", {f"{clause.pointer}/minimum": low + 1})


def expiry_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """A second more or less; never."""
    for name, value in neighbours(clause.value):
        yield Mutant(clause, name, f"expires after {clause.value} -> {value} s", {clause.pointer: value})
    owner = clause.pointer.rpartition("/")[0]
    yield Mutant(clause, "never", "never expires", {owner: None})


def action_in_phase_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """Accepted where it ought to be refused, the other way, or refused for another reason."""
    operation = facts.operation(clause)
    if clause.value != ACCEPTED:
        yield Mutant(clause, "accepted", f"{clause.value} -> accepted", {clause.pointer: None})
    other = facts.other_reason(str(clause.value), operation) if clause.value != ACCEPTED else ""
    for name, reason in (("reason", other), ("refused", str(Reason.INTERNAL_ERROR))):
        if reason and reason != clause.value:
            changes = {clause.pointer: {"refuse": reason, **CITED}}
            yield Mutant(clause, name, f"{clause.value} -> refused as {reason}", changes)
    if operation.action is Action.DELETE and clause.value == ACCEPTED:
        show = {f"{operation.pointer}/x-action": Action.SHOW.value}
        yield Mutant(clause, "kept", "what is deleted stays", show)


def missing_task_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """A task that does not exist is answered as if it did, or refused where it ought to be passed over."""
    operation = facts.operation(clause)
    if clause.value == "refuse":
        told = "a task that does not exist is answered as if it did"
        yield Mutant(clause, "exists", told, defect=lives.anything_exists(clause.operation))
        other = facts.other_reason(Reason.TASK_MISSING, operation)
        if other:
            front = {"operations": [operation.id], "when": [Reason.TASK_MISSING.value], **CITED}
            code = facts.code(operation, other)
            if code is not None:
                entry = {"code": code.code, "status": code.status, "message": code.message, **front}
                entry |= {"response": code.response} if code.response else {}
                entries = [entry, *facts.stated("/x-error-codes", [])]
                yield Mutant(clause, "reason", f"refused as {code.code}", {"/x-error-codes": entries})
    if operation.action is Action.DELETE:
        swapped = "ignore" if clause.value == "refuse" else "refuse"
        yield Mutant(clause, swapped, f"{clause.value} -> {swapped}", {clause.pointer: swapped})
