"""What is wrong with a task, on request: for all of its life, and computed from the time like everything about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from math import inf
from typing import TYPE_CHECKING, Any

from mockserver.faults.effects import Name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from mockserver.lines import Part
    from mockserver.store import Shown
    from mockserver.task import Task
    from mockserver.traits import Trait
    from openapi.model import Phase


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with a task."""

    effect: Name
    fault: str  # the id of the fault that caused it
    at: int = 100  # percent where progress stops, or falls
    to: int = 0  # percent where it falls to
    ends: float = inf  # when it would have ended, epoch seconds
    until: float = 0.0  # when it can be seen, epoch seconds
    shown: str = ""  # the id that it is given besides its own; empty: none

    def share(self, done: float) -> float:
        """How much is done by its own account, 0 to 1, where it should be `done`."""
        at, to = self.at / 100, self.to / 100
        if self.effect is Name.STUCK:
            return min(done, at)
        if self.effect is Name.REGRESS and done >= at:
            return 1.0 if at >= 1 else to + (done - at) * (1 - to) / (1 - at)
        return done


def has(task: Task, effect: Name) -> bool:
    """Whether this is what is wrong with the task."""
    return task.flaw is not None and task.flaw.effect is effect


def unstuck(task: Task) -> Flaw | None:
    """The flaw that is left of a task that is told when it ends."""
    return None if has(task, Name.STUCK) else task.flaw


def flawed(task: Task, flaw: Flaw, members: Mapping[str, Any]) -> Task:
    """The task with a flaw; `members` are those of the effect."""
    match flaw.effect:
        case Name.SLOW:
            return _slow(task, flaw, members["factor"])
        case Name.STUCK:
            return replace(task, ends=inf, expires=inf, flaw=replace(flaw, at=members["at"], ends=task.ends))
        case Name.REGRESS:
            return replace(task, flaw=replace(flaw, at=members["at"], to=members["to"]))
        case Name.INVISIBLE:
            return replace(task, flaw=replace(flaw, until=task.created + members["seconds"]))
    return replace(task, flaw=flaw)


def _slow(task: Task, flaw: Flaw, factor: float) -> Task:
    starts, ends = (task.created + (moment - task.created) * factor for moment in (task.starts, task.ends))
    return replace(task, starts=starts, ends=ends, expires=task.expires + ends - task.ends, flaw=flaw)


@dataclass(frozen=True, slots=True)
class Visible:
    """The holdings of an account as it sees them at `now`: without what cannot be seen yet."""

    held: Shown
    now: float

    def get(self, task_id: str) -> Task | None:
        """The task of this id; of two, the first."""
        return self._seen(self.held.get(task_id))

    def named(self, file_name: str) -> Task | None:
        """The task whose file has this name."""
        return self._seen(self.held.named(file_name))

    def tasks(self, scope: str, *, newest_first: bool, skip: int = 0) -> Iterator[Task]:
        """In the order of creation, of one scope, but the first so many; the empty scope is all of them."""
        seen = (task for task in self.held.tasks(scope, newest_first=newest_first) if self._seen(task))
        return islice(seen, skip, None)

    def page(self, scope: str, part: Part) -> tuple[list[Task], int]:
        """A part of these tasks, and how many there are in all. Raises Unlisted."""
        if part.after:
            from mockserver.lines import Unlisted  # here, as a list knows tasks, and these their flaws

            raise Unlisted(part.after)
        seen = [*self.tasks(scope, newest_first=part.newest_first)]
        return seen[part.skip :][: part.size], len(seen)

    def line(self, scope: str, trait: Trait) -> None:
        """None are listed apart."""

    def in_phases(self, scope: str, phases: Collection[Phase], now: float) -> None:
        """None are listed apart."""

    def count(self, scope: str = "") -> int:
        """How many there are."""
        return sum(1 for _ in self.tasks(scope, newest_first=False))

    def _seen(self, task: Task | None) -> Task | None:
        hides = task is not None and task.flaw is not None and self.now < task.flaw.until
        return None if hides else task
