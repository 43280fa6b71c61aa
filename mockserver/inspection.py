"""The tasks as whoever runs the mock sees them, whoever they belong to: shown, changed and deleted from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, isinf
from typing import Any

from mockserver.clock import Clock
from mockserver.store import Store
from mockserver.task import Failure, Task, next_change, phase, progress
from openapi.model import Phase, Spec

CHANGES = ("outcome", "phase", "ends", "failure", "expired")


@dataclass(frozen=True, slots=True)
class Inspection:
    """Every task of every account."""

    specs: Mapping[str, Spec]
    store: Store
    clock: Clock

    def tasks(self, api: str = "", account: str = "") -> list[dict[str, Any]]:
        """The tasks of an API, of an account, or all, those of one account in the order of their creation."""
        now = self.clock.now()
        found = self.store.all_tasks()
        return [self._shown(task, now) for task in found if api in ("", task.api) and account in ("", task.account)]

    def put_task(self, task_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change a task as `changes` says. Raises LookupError for an unknown task, ValueError for an unknown change."""
        task, now = self._find(task_id), self.clock.now()
        for name, value in changes.items():
            if name not in CHANGES:
                message = f"unknown change {name!r}; there are {', '.join(CHANGES)}"
                raise ValueError(message)
            task = _changed(task, name, value, now)
        with self.store.holdings(task.api, task.account) as holdings:
            holdings.replace(task)
        return self._shown(task, now)

    def delete_task(self, task_id: str) -> None:
        """Forget a task. Raises LookupError when there is none."""
        task = self._find(task_id)
        with self.store.holdings(task.api, task.account) as holdings:
            holdings.remove(task_id)

    def next_change(self) -> float | None:
        """When the phase of any task changes next, in epoch seconds; None when none ever does."""
        now = self.clock.now()
        moment = min((next_change(task, now) for task in self.store.all_tasks()), default=inf)
        return None if isinf(moment) else moment

    def _find(self, task_id: str) -> Task:
        task = self.store.find(task_id)
        if task is None:
            message = f"there is no task {task_id!r}"
            raise LookupError(message)
        return task

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
            "ends": task.ends,
            "expires": None if isinf(task.expires) else task.expires,
            "outcome": str(task.outcome),
            "failure": {"code": task.failure.code, "message": task.failure.message} if task.failure else None,
            "downloaded": task.downloaded,
            "next": None if isinf(change) else change,
        }


def _changed(task: Task, name: str, value: Any, now: float) -> Task:
    match name:
        case "outcome":
            return _with_outcome(task, value)
        case "phase":
            return _in_phase(task, value, now)
        case "ends":
            kept = task.expires - task.ends
            return replace(task, starts=min(task.starts, value), ends=value, expires=value + kept)
        case "failure":
            failure = Failure(value.get("code", ""), value.get("message", ""))
            return replace(task, failure=failure, outcome=Phase.FAILED)
        case _:
            return _in_phase(task, Phase.EXPIRED, now) if value else task


def _with_outcome(task: Task, value: str) -> Task:
    if value not in (Phase.SUCCEEDED, Phase.FAILED):
        message = f"a task ends as {Phase.SUCCEEDED} or {Phase.FAILED}, not as {value!r}"
        raise ValueError(message)
    return replace(task, outcome=Phase(value))


def _in_phase(task: Task, value: str, now: float) -> Task:
    """The task with its timetable moved so that it enters the phase now."""
    if value not in list(Phase):
        message = f"unknown phase {value!r}; there are {', '.join(Phase)}"
        raise ValueError(message)
    waits, runs, kept = task.starts - task.created, task.ends - task.starts, task.expires - task.ends
    starts = {Phase.QUEUED: now + waits, Phase.RUNNING: now}.get(Phase(value), now - runs)
    ends = min(starts + runs, now) if value in (Phase.SUCCEEDED, Phase.FAILED, Phase.EXPIRED) else starts + runs
    outcome = Phase.FAILED if value == Phase.FAILED else Phase.SUCCEEDED
    expires = now if value == Phase.EXPIRED else ends + kept
    return replace(task, starts=starts, ends=ends, expires=expires, outcome=outcome)
