"""What holds of tasks over a whole run, whatever was asked in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contracts.calls.client import Reply
from contracts.fuzz.finding import Disproof
from openapi.clauses import ClauseKind, clauses
from openapi.members import marked
from openapi.model import Action, Json, Operation, Spec

Values = Mapping[str, Json]


@dataclass
class TaskModel:
    """What is known of every task of one account, from the answers so far."""

    spec: Spec
    ranks: Mapping[str, int] = field(default_factory=dict[str, int])  # of the words of the phases, in order
    reached: dict[str, int] = field(default_factory=dict[str, int])
    progress: dict[str, float] = field(default_factory=dict[str, float])
    created: dict[str, str] = field(default_factory=dict[str, str])  # the newest last; by which operation
    deleted: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self.ranks = _ranks(self.spec)

    def observe(self, operation: Operation, reply: Reply, arguments: Values) -> None:
        """Take in an accepted answer. Raises Disproof when it contradicts an earlier one."""
        if not reply.accepted:
            return
        gone = self.deleted.intersection(_named(operation, arguments))
        if gone and operation.missing == "refuse":
            clause = f"{self.spec.name}/{operation.id}/{ClauseKind.MISSING_TASK}"
            raise Disproof(clause, "refused: the task was deleted", "accepted", is_refusal=True)
        if operation.action is Action.CREATE:
            self._create(operation, reply)
        for task in _tasks(reply):
            self._see(operation, task)
        if operation.action is Action.DELETE:
            self.deleted |= set(_named(operation, arguments)) & (self.created.keys() | self.reached.keys())

    def _create(self, operation: Operation, reply: Reply) -> None:
        task = str(reply.values.get("task.id", ""))
        if task and task in self.created:
            clause = f"{self.spec.name}/{operation.id}/{ClauseKind.CONFORMANCE}"
            raise Disproof(clause, "an id that no earlier task has", f"{task} once more")
        self.created[task] = operation.id

    def _see(self, operation: Operation, task: Values) -> None:
        name = str(task.get("task.id", ""))
        if not name:
            return
        if name in self.deleted:
            clause = f"{self.spec.name}/{operation.id}/{ClauseKind.CONFORMANCE}"
            raise Disproof(clause, "a deleted task does not come back", f"task {name}")
        rank = self.ranks.get(str(task.get("task.phase")))
        if rank is not None:
            if rank < self.reached.get(name, 0):
                raise Disproof(self._id(ClauseKind.TRANSITION), "phases only go forward", f"{task['task.phase']} again")
            self.reached[name] = rank
        progress = task.get("task.progress")
        if isinstance(progress, int | float):
            if progress < self.progress.get(name, 0):
                received = f"{progress} after {self.progress[name]}"
                raise Disproof(self._id(ClauseKind.PROGRESS), "progress never falls", received)
            self.progress[name] = progress

    def _id(self, kind: ClauseKind) -> str:
        return next(each.id for each in clauses(self.spec) if not each.operation and each.kind is kind)


def _ranks(spec: Spec) -> dict[str, int]:
    """How far a word is in the life of a task; a word for several phases counts as the latest, and ends are equal."""
    order = {"queued": 0, "running": 1, "succeeded": 2, "failed": 2, "expired": 3}
    words = spec.lifecycle.words if spec.lifecycle else {}
    ranks: dict[str, int] = {}
    for phase, word in words.items():
        ranks[word] = max(ranks.get(word, 0), order[phase])
    return ranks


def _tasks(reply: Reply) -> Iterator[Values]:
    listed = reply.values.get("tasks")
    if isinstance(listed, list):
        yield from (each for each in listed if isinstance(each, dict))
    elif "task.id" in reply.values:
        yield reply.values


def _named(operation: Operation, arguments: Values) -> Iterator[str]:
    for bind, holders in marked(operation, "x-bind").items():
        for member in holders:
            value = arguments.get(member.argument)
            if bind == "task.id" and value is not None:
                yield str(value)
            elif bind == "task.ids" and isinstance(value, list):
                yield from map(str, value)
