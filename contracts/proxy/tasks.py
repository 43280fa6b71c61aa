"""What the answers about a task show together: its phases, its progress, its deletion, and whose it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from contracts.fuzz.finding import Disproof
from contracts.fuzz.invariants import TaskModel, named_tasks, tasks_of
from contracts.proxy.points import Book, Kept, Observed, Point, Unkept
from openapi.clauses import ClauseKind
from openapi.members import takes_task
from openapi.model import Action, Json
from openapi.reasons import Reason

LAG = 2.0  # seconds that a server is given to agree with itself about what was created or deleted
REMEMBERED = 1000  # exchanges whose order is known
MOST_TASKS = 2000  # that are remembered; with one more everything is forgotten
SIGHTS = 2  # looks at one task that show an order


@dataclass
class Tasks:
    """What is known of every task that was told of, by tenant."""

    book: Book
    models: dict[str, TaskModel] = field(default_factory=dict[str, TaskModel])
    looks: dict[str, int] = field(default_factory=dict[str, int])  # at a task
    progressed: set[str] = field(default_factory=set[str])  # tasks whose progress was told
    changed: dict[str, float] = field(default_factory=dict[str, float])  # when a task was made or removed last
    ends: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))  # of the exchanges so far

    def judge(self, seen: Observed) -> Iterator[Point]:
        """What the answer shows beside those before it."""
        if self.book.spec.lifecycle is None:
            return
        self._make_room()
        model = self._model(seen.tenant)
        is_after = all(
            end <= seen.passed.began for end in self.ends
        )  # every other answer was there before it was asked
        self.ends.append(seen.passed.ended)
        yield from self._foreign(seen)
        if seen.reply.error_code:
            yield from self._refused(seen, model)
            return
        try:
            model.observe(seen.operation, seen.reply, dict(seen.arguments) if seen.reading else None)
        except Disproof as disproof:
            if is_after and not self._is_fresh(seen):
                earlier = disproof.earlier
                yield Unkept(disproof.clause, disproof.expected, disproof.received, earlier)
        else:
            yield from self._shown(seen) if is_after else ()
        self._note(seen)

    def _make_room(self) -> None:
        known = sum(max(len(each.told), len(each.created), len(each.deleted)) for each in self.models.values())
        if known > MOST_TASKS or len(self.looks) > MOST_TASKS:
            for each in (self.models, self.looks, self.progressed, self.changed):
                each.clear()

    def _shown(self, seen: Observed) -> Iterator[Point]:
        """What a task that was told of shows, as nothing contradicts it."""
        words = {each.value: each.id for each in self.book.of(ClauseKind.PHASE)}
        for task in tasks_of(seen.reply) if seen.reply.accepted else ():
            name, word = str(task.get("task.id", "")), task.get("task.phase")
            if not name or not isinstance(word, str):
                continue
            yield from (Kept(each.id, "its word") for each in self.book.of(ClauseKind.PHASE) if each.value == word)
            self.looks[name] = self.looks.get(name, 0) + (word in words)
            if self.looks[name] >= SIGHTS:
                yield from (Kept(each.id, "as far as it was looked at") for each in self.book.of(ClauseKind.TRANSITION))
            if "task.progress" in task:
                if name in self.progressed:
                    yield from (Kept(each.id, "as far as it was told") for each in self.book.of(ClauseKind.PROGRESS))
                self.progressed.add(name)
        if seen.operation.action is Action.CREATE and len(self._model(seen.tenant).created) > 1:
            yield from (Kept(each.id) for each in self.book.of(ClauseKind.IDENTITY, seen.operation.id))

    def _refused(self, seen: Observed, model: TaskModel) -> Iterator[Point]:
        """A task that was deleted is missing from then on, and is refused as that."""
        gone = [each for each in named_tasks(seen.operation, seen.arguments) if each in model.deleted]
        if not gone or seen.operation.missing != "refuse":
            return
        try:
            code = self.book.spec.error_code(seen.operation.id, Reason.TASK_MISSING)
        except LookupError:
            return
        if seen.reply.error_code == code.code:
            yield from (Kept(each.id) for each in self.book.of(ClauseKind.MISSING_TASK, seen.operation.id))
            deleter = model.deleted[gone[0]]
            clause = self.book.first(ClauseKind.DELETION, deleter.id)
            yield from (Kept(each, "it is missing afterwards") for each in filter(None, [clause]))

    def _foreign(self, seen: Observed) -> Iterator[Point]:
        """No tenant reaches a task that another one has created."""
        if not seen.reply.accepted or not seen.tenant or not takes_task(seen.operation):
            return
        named = set(named_tasks(seen.operation, seen.arguments))
        for tenant, other in self.models.items():
            if tenant != seen.tenant and seen.operation.missing == "refuse" and named & set(other.alive):
                clause = self.book.of(ClauseKind.ISOLATION, seen.operation.id)
                yield from (
                    Unkept(each.id, "a task of another account cannot be reached", "accepted") for each in clause[:1]
                )

    def _is_fresh(self, seen: Observed) -> bool:
        """Whether a task that the exchange is about was made or removed a moment ago."""
        about = {*named_tasks(seen.operation, seen.arguments), *_told(seen)}
        return any(seen.passed.began - self.changed.get(each, -LAG) < LAG for each in about)

    def _note(self, seen: Observed) -> None:
        if not seen.reply.accepted or seen.operation.action not in {Action.CREATE, Action.DELETE}:
            return
        for each in {*named_tasks(seen.operation, seen.arguments), *_told(seen)}:
            self.changed[each] = seen.passed.ended

    def _model(self, tenant: str) -> TaskModel:
        if tenant not in self.models:
            self.models[tenant] = TaskModel(self.book.spec)
        return self.models[tenant]

    def arguments_of(self, seen: Observed, task: Json) -> dict[str, Json] | None:
        """What a task was created with; None where that was not seen."""
        created = self._model(seen.tenant).created.get(str(task))
        return dict(created.arguments) if created and created.arguments is not None else None


def _told(seen: Observed) -> set[str]:
    return {str(each.get("task.id")) for each in tasks_of(seen.reply)} if seen.reply.accepted else set()
