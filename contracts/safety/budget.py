"""What a run uses up at a real endpoint, and when that is all that it may."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from contracts.profiles import Budget
from contracts.target import Errand, Unavailable
from openapi.members import takes_task
from openapi.model import Action, Spec

REMOVAL = 3  # requests that are kept for the removal of each task: to look for it, to delete it, and one more
RESERVED = 2  # tasks that are kept for checks that cannot do without one
ANSWER = 1 << 16  # bytes that an answer may have while tasks are removed, whatever was read before


class Spent(Unavailable):
    """The run may send nothing more, or nothing of this kind; the message says which part of the budget is spent."""


class TasksSpent(Spent):
    """No more tasks may be created."""


@dataclass
class Spending:
    """What was used up of a budget; counted before anything is sent, and kept together where threads share it."""

    budget: Budget
    clock: Callable[[], float]  # seconds, from any moment on, that never go back
    requests: int = 0
    tasks: int = 0  # that were created, whatever became of them
    bytes: int = 0  # of the bodies of answers
    kept: int = 0  # tasks that are there, as far as is known, and may be removed
    over: str = ""  # why nothing more is sent for a check; empty: something may be
    earlier: float = 0.0  # seconds that a run took which this one goes on with
    _begun: float | None = None
    _tidying: int = 0  # how many are at it
    _lock: RLock = field(default_factory=RLock)

    def spend(self, errand: Errand) -> None:
        """Count a request that is about to be sent. Raises Spent when there may be no more of its kind.

        For each task that is there some requests are kept, so that it can be removed; removing is never held back.
        """
        with self._lock:
            self._begun = self.clock() if self._begun is None else self._begun
            creates = errand.operation.action is Action.CREATE
            if not self._tidying:
                self._require_time()
                self._require_requests(1 + (REMOVAL if creates and can_be_removed(errand.spec) else 0))
                self._require_bytes()
            if creates and not self._tidying:
                self._require_tasks(errand)
            self.requests += 1
            self.tasks += creates
            self.kept += creates and can_be_removed(errand.spec)

    def go_on(self, spent: Mapping[str, Any]) -> None:
        """Begin with what an earlier run used up, as its result file tells it."""
        used = {name: part["used"] for name, part in spent.items()}
        self.requests += used.get("requests", 0)
        self.tasks += used.get("tasks", 0)
        self.bytes += used.get("bytes", 0)
        self.earlier += used.get("minutes", 0.0) * 60

    def refused(self, errand: Errand) -> None:
        """A creation that was counted has made no task."""
        with self._lock:
            if errand.operation.action is Action.CREATE:
                self.tasks -= 1
                self.removed(errand)

    def removed(self, errand: Errand) -> None:
        """A task is gone: nothing need be kept for it any more."""
        with self._lock:
            self.kept = max(self.kept - can_be_removed(errand.spec), 0)

    def room(self) -> int:
        """Bytes that the body of the next answer may have."""
        left = max(self.budget.bytes - self.bytes, 0)
        return max(left, ANSWER) if self._tidying else left

    def read(self, count: int) -> None:
        """Count the bytes of a body."""
        with self._lock:
            self.bytes += count

    def cut(self) -> Spent:
        """The error where a body was longer than there was room."""
        self.over = self.over or _spent(self.budget.bytes, "byte")
        return Spent(self.over)

    @contextmanager
    def tidying(self) -> Iterator[None]:
        """While tasks are removed, nothing is held back; it is counted all the same."""
        with self._lock:
            self._tidying += 1
        try:
            yield
        finally:
            with self._lock:
                self._tidying -= 1

    @property
    def is_tidying(self) -> bool:
        """Whether tasks are being removed."""
        return self._tidying > 0

    @property
    def seconds(self) -> float:
        """Since the first request was about to be sent."""
        return self.earlier + (0.0 if self._begun is None else self.clock() - self._begun)

    @property
    def seconds_left(self) -> float:
        """Until the minutes are over, from 0."""
        return max(self.budget.minutes * 60 - self.seconds, 0.0)

    def as_json(self) -> dict[str, Any]:
        """What was used up, and of how much, as a result file tells it."""
        return {
            "requests": {"used": self.requests, "of": self.budget.requests},
            "tasks": {"used": self.tasks, "of": self.budget.tasks},
            "bytes": {"used": self.bytes, "of": self.budget.bytes},
            "minutes": {"used": round(self.seconds / 60, 2), "of": self.budget.minutes},
        }

    def _require_time(self) -> None:
        if self.seconds_left <= 0:
            self._end(_spent(self.budget.minutes, "minute"))

    def _require_tasks(self, errand: Errand) -> None:
        """Raise TasksSpent; before the budget is spent where a check can do without the task, and others cannot."""
        if self.tasks >= self.budget.tasks:
            raise TasksSpent(_spent(self.budget.tasks, "task"))
        if errand.is_spare and self.tasks + RESERVED >= self.budget.tasks:
            raise TasksSpent(f"the last {RESERVED} of {self.budget.tasks} tasks are kept for what needs one")

    def _require_requests(self, count: int) -> None:
        if self.requests + self.kept * REMOVAL + count > self.budget.requests:
            self._end(_spent(self.budget.requests, "request"))

    def _require_bytes(self) -> None:
        if self.bytes >= self.budget.bytes:
            self._end(_spent(self.budget.bytes, "byte"))

    def _end(self, why: str) -> None:
        self.over = self.over or why
        raise Spent(self.over)


def can_be_removed(spec: Spec) -> bool:
    """Whether an API offers to delete a task."""
    return any(each.action is Action.DELETE and takes_task(each) for each in spec.operations.values())


def _spent(count: float, what: str) -> str:
    return f"the budget of {count:,.10g} {what}{'' if count == 1 else 's'} is spent"
