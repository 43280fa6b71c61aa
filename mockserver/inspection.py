"""The tasks as whoever runs the mock sees them, whoever they belong to: shown, changed and deleted from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import inf, isinf
from operator import attrgetter
from typing import Any, Literal

from mockserver.clock import Clocks
from mockserver.flaws import unstuck
from mockserver.store import Store
from mockserver.task import Failure, Task, next_change, phase, progress
from openapi.model import UNFINISHED, Lifecycle, Phase, Spec

CHANGES = ("outcome", "phase", "ends", "failure", "expired")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks, in which order, and how many of them; an empty value asks for nothing."""

    api: str = ""
    account: str = ""  # number
    phase: str = ""
    search: str = ""  # what its id, its file or what it was created with contains, in whatever case
    order: Literal["oldest", "newest"] = "oldest"
    offset: int = 0
    limit: int | None = None  # None: all

    def takes(self, task: Task) -> bool:
        """Whether the task is one of them, whatever phase it is in."""
        if self.api not in ("", task.api) or self.account not in ("", task.account):
            return False
        text = self.search.casefold()
        return not text or any(text in str(each).casefold() for each in (task.id, task.file_name, task.arguments))

    def cut(self, tasks: list[Task]) -> list[Task]:
        """The part that is wanted."""
        if self.limit is None and self.order == "oldest":
            return tasks[self.offset :]
        ordered = sorted(tasks, key=attrgetter("created"))
        end = None if self.limit is None else self.offset + self.limit
        return (ordered[::-1] if self.order == "newest" else ordered)[self.offset : end]


@dataclass(frozen=True, slots=True)
class Inspection:
    """Every task of every account."""

    specs: Mapping[str, Spec]
    store: Store
    clocks: Clocks

    def tasks(self, api: str = "", account: str = "") -> list[dict[str, Any]]:
        """The tasks of an API, of an account, or all, those of one account in the order of their creation."""
        found = self.store.all_tasks()
        wanted = [task for task in found if api in ("", task.api) and account in ("", task.account)]
        return [self._shown(task, self._now(task)) for task in wanted]

    def page(self, wanted: Wanted) -> dict[str, Any]:
        """Tasks, how many there are in all, and how many in each phase."""
        now = cache(lambda account: self.clocks.of(account).now())  # one moment for the whole page
        tasks = self.store.all_tasks()
        if wanted.api or wanted.account or wanted.search:
            tasks = [task for task in tasks if wanted.takes(task)]
        phases = [phase(task, now(task.account)) for task in tasks]
        if wanted.phase:
            tasks = [task for task, where in zip(tasks, phases, strict=True) if where == wanted.phase]
        shown = [self._shown(task, now(task.account)) for task in wanted.cut(tasks)]
        return {
            "tasks": shown,
            "total": len(tasks),
            "phases": {str(each): number for each, number in Counter(phases).items()},
        }

    def task(self, task_id: str) -> dict[str, Any]:
        """One task. Raises LookupError when there is none."""
        found = self._find(task_id)
        return self._shown(found, self._now(found))

    def put_task(self, task_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change a task as `changes` says. Raises LookupError for an unknown task, ValueError for an unknown change."""
        found = self._find(task_id)
        now = self._now(found)
        change = Change(found.api, self._lifecycle(found.api), now)
        with self.store.holdings(found.api, found.account) as holdings:
            task = holdings.get(task_id) or found
            for name, value in changes.items():
                task = change.apply(task, name, value)
            holdings.replace(task)
        return self._shown(task, now)

    def delete_task(self, task_id: str) -> None:
        """Forget a task. Raises LookupError when there is none."""
        task = self._find(task_id)
        with self.store.holdings(task.api, task.account) as holdings:
            holdings.remove(task_id)

    def next_change(self, account: str = "") -> float | None:
        """When a task changes its phase next, in epoch seconds; None when none ever does.

        Those of an account count, or, where none is named, those that live by the server's clock.
        """
        owners, now = self.clocks.owners(), self.clocks.of(account).now()
        tasks = (task for task in self.store.all_tasks() if task.account == account or not account)
        counted = (task for task in tasks if account or task.account not in owners)
        moment = min((next_change(task, now) for task in counted), default=inf)
        return None if isinf(moment) else moment

    def _now(self, task: Task) -> float:
        """By the clock that the task lives by."""
        return self.clocks.of(task.account).now()

    def _find(self, task_id: str) -> Task:
        task = self.store.find(task_id)
        if task is None:
            message = f"there is no task {task_id!r}"
            raise LookupError(message)
        return task

    def _lifecycle(self, api: str) -> Lifecycle:
        lifecycle = self.specs[api].lifecycle
        if lifecycle is None:
            message = f"{api} has no tasks"
            raise LookupError(message)
        return lifecycle

    def _shown(self, task: Task, now: float) -> dict[str, Any]:
        found, lifecycle, change = phase(task, now), self.specs[task.api].lifecycle, next_change(task, now)
        return {
            "id": task.id,
            "api": task.api,
            "account": task.account,
            "operation": task.operation,
            "phase": str(found),
            "word": lifecycle.words.get(found, "") if lifecycle else "",
            "progress": progress(task, now, lifecycle.progress if lifecycle else (0, 100)),
            "arguments": dict(task.arguments),
            "file": task.file_name,
            "created": task.created,
            "starts": task.starts,
            "ends": None if isinf(task.ends) else task.ends,
            "expires": None if isinf(task.expires) else task.expires,
            "outcome": str(task.outcome),
            "fault": task.flaw.fault if task.flaw else "",
            "flaw": task.flaw.effect.value if task.flaw else "",
            "failure": {"code": task.failure.code, "message": task.failure.message} if task.failure else None,
            "downloaded": task.downloaded,
            "next": None if isinf(change) else change,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """Moves a task of one API to where it is wanted, at `now`."""

    api: str
    lifecycle: Lifecycle
    now: float  # epoch seconds

    def apply(self, task: Task, name: str, value: Any) -> Task:
        """The task, changed. Raises ValueError with the valid names."""
        match name:
            case "outcome":
                return self._with_outcome(task, value)
            case "phase":
                return self._in_phase(task, value)
            case "ends":
                moved = replace(task, starts=min(task.starts, value), ends=value, expires=value + self._kept())
                return replace(moved, flaw=unstuck(task))
            case "failure":
                failure = Failure(value.get("code", ""), value.get("message", ""))
                return replace(self._with_outcome(task, Phase.FAILED), failure=failure)
            case "expired":
                return self._in_phase(task, Phase.EXPIRED) if value else task
        message = f"unknown change {name!r}; there are {', '.join(CHANGES)}"
        raise ValueError(message)

    def _with_outcome(self, task: Task, value: str) -> Task:
        if value not in (Phase.SUCCEEDED, Phase.FAILED):
            message = f"a task ends as {Phase.SUCCEEDED} or {Phase.FAILED}, not as {value!r}"
            raise ValueError(message)
        return replace(task, outcome=self._known(value))

    def _in_phase(self, task: Task, value: str) -> Task:
        """The task with its timetable moved so that it enters the phase now."""
        wanted, now, runs = self._known(value), self.now, self.lifecycle.running_seconds
        starts = {Phase.QUEUED: now + self.lifecycle.queued_seconds, Phase.RUNNING: now}.get(wanted, now - runs)
        ends = now if wanted not in UNFINISHED else starts + runs
        outcome = Phase.FAILED if wanted is Phase.FAILED else Phase.SUCCEEDED
        expires = now if wanted is Phase.EXPIRED else ends + self._kept()
        moved = replace(task, starts=starts, ends=ends, expires=expires, outcome=outcome, flaw=unstuck(task))
        if phase(moved, now) is not wanted:
            message = f"the timetable of {self.api} leaves no time in which a task is {wanted}"
            raise ValueError(message)
        return moved

    def _known(self, value: str) -> Phase:
        """The phase of that name. Raises ValueError when the provider has no word for it."""
        if value not in list(self.lifecycle.words):
            message = f"tasks of {self.api} are never {str(value)!r}; they are {', '.join(self.lifecycle.words)}"
            raise ValueError(message)
        return Phase(value)

    def _kept(self) -> float:
        return inf if self.lifecycle.kept_seconds is None else self.lifecycle.kept_seconds
