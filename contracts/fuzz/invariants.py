"""What holds of the tasks of one account over a whole run, whatever was asked in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from contracts.calls.client import Reply
from contracts.calls.exchange import Exchange
from contracts.fuzz.finding import Disproof
from openapi.clauses import ClauseKind, clauses
from openapi.members import marked
from openapi.model import Action, Json, Lifecycle, Operation, Phase, Spec

Values = Mapping[str, Json]

ENDED = 2  # the rank of a task that has ended; a higher one is expired
_RANKS: Mapping[Phase, int] = {
    Phase.QUEUED: 0,
    Phase.RUNNING: 1,
    Phase.SUCCEEDED: ENDED,
    Phase.FAILED: ENDED,
    Phase.EXPIRED: ENDED + 1,
}
_SETTLED = frozenset(  # what is told of a task that has ended, and is never told otherwise
    {"task.rows", "task.file.size", "task.file.name", "task.ended", "task.created", "task.failure.code"}
)


@dataclass(frozen=True, slots=True)
class Created:
    """A task as it was created."""

    operation: Operation
    arguments: Values | None  # None where they can be read in more than one way


@dataclass
class TaskModel:
    """What is known of every task of one account, from the answers so far."""

    spec: Spec
    created: dict[str, Created] = field(default_factory=dict[str, Created])  # the newest last
    deleted: dict[str, Operation] = field(default_factory=dict[str, Operation])  # by which operation
    replaced: set[str] = field(default_factory=set[str])  # may be gone: a later task took their place
    reached: dict[str, int] = field(default_factory=dict[str, int])
    told: dict[str, tuple[Values, Exchange]] = field(default_factory=dict[str, tuple[Values, Exchange]])  # the last
    settled: dict[tuple[str, str, str], Json] = field(default_factory=dict[tuple[str, str, str], Json])
    ranks: Mapping[str, int] = field(init=False)  # of the words of the phases

    def __post_init__(self) -> None:
        self.ranks = _ranks(self.spec.lifecycle)

    @property
    def alive(self) -> list[str]:
        """The ids of the tasks that have to be there, the newest last."""
        return [each for each in self.created if each not in self.deleted and each not in self.replaced]

    def unfinished(self) -> list[str]:
        """The ids of those that have not been seen to have ended."""
        return [each for each in self.alive if self.reached.get(each, 0) < ENDED]

    def observe(self, operation: Operation, reply: Reply, arguments: Values | None) -> None:
        """Take in an accepted answer. Raises Disproof when it contradicts an earlier one."""
        if not reply.accepted:
            return
        named = set(named_tasks(operation, arguments or {}))
        if operation.missing == "refuse" and named & self.deleted.keys():
            clause = f"{self.spec.name}/{operation.id}/{ClauseKind.MISSING_TASK}"
            raise Disproof(clause, "refused: the task was deleted", "accepted", is_refusal=True)
        if operation.action is Action.CREATE:
            self._create(operation, reply, arguments)
        for task in tasks_of(reply):
            self.see(operation, task, reply.exchange)
        if operation.action is Action.DELETE and arguments is None:
            self.replaced |= set(self.alive)  # any of them may be gone
        if operation.action is Action.DELETE:
            self.deleted |= dict.fromkeys(sorted(named & self.created.keys()), operation)

    def see(self, operation: Operation, task: Values, exchange: Exchange) -> None:
        """Take in what an answer tells of a task. Raises Disproof when an earlier one told otherwise."""
        name = str(task.get("task.id", ""))
        if not name:
            return
        if name in self.deleted:
            raise Disproof(self.general(operation), "a deleted task does not come back", f"task {name}")
        self._see_phase(name, task)
        self._see_progress(name, task)
        self._see_settled(operation, name, task)
        self.told[name] = task, exchange

    def general(self, operation: Operation) -> str:
        """The clause of everything that an operation answers."""
        return f"{self.spec.name}/{operation.id}/{ClauseKind.CONFORMANCE}"

    def _create(self, operation: Operation, reply: Reply, arguments: Values | None) -> None:
        task = str(reply.values.get("task.id", ""))
        if not task:
            return
        if task in self.created:
            clause = self._id(ClauseKind.IDENTITY, operation.id) or self.general(operation)
            raise Disproof(clause, "an id that no earlier task has", f"{task} once more")
        new = Created(operation, arguments)
        self.replaced |= {name for name in self.alive if _may_replace(new, self.created[name])}
        self.created[task] = new
        for quota in self.spec.quotas:
            if quota.when_full == "evict-earliest":
                self.replaced |= set(self.alive[: -quota.limit])

    def _see_phase(self, name: str, task: Values) -> None:
        word = str(task.get("task.phase"))
        rank, before = self.ranks.get(word), self.reached.get(name, 0)
        if rank is None:
            return
        if rank < before:
            raise Disproof(
                self._id(ClauseKind.TRANSITION), "phases only go forward", f"{word} again", earlier=self._earlier(name)
            )
        last = str(self.told[name][0].get("task.phase")) if name in self.told else word
        if rank == ENDED == before and last != word and self.ranks.get(last) == ENDED:
            raise Disproof(
                self._id(ClauseKind.TRANSITION), f"{last} for good", f"{word} after {last}", earlier=self._earlier(name)
            )
        self.reached[name] = rank

    def _see_progress(self, name: str, task: Values) -> None:
        progress = task.get("task.progress")
        before = self.told[name][0].get("task.progress") if name in self.told else None
        if not isinstance(progress, int | float) or not isinstance(before, int | float):
            return
        if progress < before:
            raise Disproof(
                self._id(ClauseKind.PROGRESS),
                "progress never falls",
                f"{progress} after {before}",
                earlier=self._earlier(name),
            )

    def _see_settled(self, operation: Operation, name: str, task: Values) -> None:
        if self.ranks.get(str(task.get("task.phase")), 0) != ENDED:
            return
        for member in sorted(_SETTLED & task.keys()):
            value = task[member]
            teller = "" if isinstance(value, int | float) else operation.id  # moments may be spelled in two ways
            before = self.settled.setdefault((name, member, teller), value)
            if before != value:
                raise Disproof(
                    self.general(operation),
                    f"{member} as it was when the task had ended: {before}",
                    f"{value}",
                    earlier=self._earlier(name),
                )

    def _earlier(self, name: str) -> tuple[Exchange, ...]:
        return (self.told[name][1],) if name in self.told else ()

    def _id(self, kind: ClauseKind, operation: str = "") -> str:
        """The clause of a kind about an operation, or about the whole API; empty where there is none."""
        return next((each.id for each in clauses(self.spec) if each.operation == operation and each.kind is kind), "")


def named_tasks(operation: Operation, arguments: Values) -> Iterator[str]:
    """The ids of the tasks that a request names."""
    for bind, holders in marked(operation, "x-bind").items():
        for member in holders:
            value = arguments.get(member.argument)
            if bind == "task.id" and value is not None:
                yield str(value)
            elif bind == "task.ids" and isinstance(value, list):
                yield from map(str, value)


def _ranks(life: Lifecycle | None) -> dict[str, int]:
    """How far a word is in the life of a task; a word for several phases counts as the latest, and ends are equal."""
    ranks: dict[str, int] = {}
    for phase, word in (life.words if life else {}).items():
        ranks[word] = max(ranks.get(word, 0), _RANKS[phase])
    return ranks


def _may_replace(new: Created, old: Created) -> bool:
    """Whether the conditions of two tasks are the same, for all that can be told."""
    names = new.operation.overwrites
    if not names or old.operation.id != new.operation.id:
        return False
    return (
        new.arguments is None
        or old.arguments is None
        or all(_or_default(new, name) == _or_default(old, name) for name in names)
    )


def _or_default(created: Created, name: str) -> Json:
    defaults: Iterable[tuple[str, Values]] = (
        *((each.name, each.schema) for each in created.operation.parameters),
        *(created.operation.body or {}).get("properties", {}).items(),
    )
    default = next((schema.get("default") for each, schema in defaults if each == name), None)
    return (created.arguments or {}).get(name, default)


def tasks_of(reply: Reply) -> Iterator[Values]:
    """What an answer tells of each task, by the names that the schema binds."""
    listed = reply.values.get("tasks")
    if isinstance(listed, list):
        yield from (each for each in listed if isinstance(each, dict))
    elif "task.id" in reply.values:
        yield reply.values
