"""The life of an export task, as a function of time.

A task is created with its whole timetable and nothing ever moves it along: its phase is computed from the timetable
and the time. So no read changes what the next read sees, and no thread has to run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from mockserver.flaws import Flaw
from openapi.model import Json, Lifecycle, Phase
from openapi.values import value

# To look a member of an enumeration up takes as long as all else that a phase is found out by.
_QUEUED, _RUNNING, _SUCCEEDED, _EXPIRED = Phase.QUEUED, Phase.RUNNING, Phase.SUCCEEDED, Phase.EXPIRED
LOADED = "records/"  # how the seeds of tasks begin whose rows somebody loaded


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task failed, as the provider shows it in the task itself."""

    code: str
    message: str


@value
class Task:
    """One export task; moments are epoch seconds."""

    id: str
    api: str
    operation: str  # that created it
    account: str  # number of the account it belongs to
    scope: str  # what its account's tasks are listed by, such as a topic; empty: all together
    arguments: Mapping[str, Json]  # of the creating request, defaults filled in, by wire name
    seed: str  # what its rows belong to
    same: str  # equal for tasks that replace each other; empty: none does
    file_name: str
    created: float
    starts: float
    ends: float
    expires: float  # inf: never
    outcome: Phase = Phase.SUCCEEDED
    failure: Failure | None = None
    downloaded: float | None = None  # when its file was first fetched
    flaw: Flaw | None = None  # None: nothing is wrong with it

    @property
    def shown_id(self) -> str:
        """The id that clients are told."""
        return self.flaw.shown if self.flaw and self.flaw.shown else self.id

    @property
    def due(self) -> float:
        """When it ends, or would have ended if it were not stuck; epoch seconds."""
        return min(self.ends, self.flaw.ends) if self.flaw else self.ends


def timetable(lifecycle: Lifecycle, now: float) -> tuple[float, float, float]:
    """When a task created at `now` starts, ends and expires."""
    starts = now + lifecycle.queued_seconds
    ends = starts + lifecycle.running_seconds
    return starts, ends, ends + lifecycle.kept_seconds if lifecycle.kept_seconds is not None else inf


def phase(task: Task, now: float) -> Phase:
    """Where the task is at `now`."""
    if now < task.starts:
        return _QUEUED
    if now < task.ends:
        return _RUNNING
    if task.outcome is _SUCCEEDED and now >= task.expires:
        return _EXPIRED
    return task.outcome


def progress(task: Task, now: float, bounds: tuple[int, int]) -> int:
    """Percent done at `now`, within `bounds`, never falling but by a flaw; a task that fails stops half way."""
    low, high = bounds
    if now < task.starts and task.flaw is None:
        return low
    done = _done(task, now) if task.flaw is None else task.flaw.share(_done(task, now))
    share = done if task.outcome is _SUCCEEDED else done / 2
    return low + int((high - low) * share)


def _done(task: Task, now: float) -> float:
    """How much of the way to its due end it has gone, 0 to 1."""
    due = task.due
    if now >= due:
        return 1.0
    return (now - task.starts) / (due - task.starts) if now > task.starts else 0.0


def during(task: Task, now: float) -> tuple[float, float]:
    """From when, and until before when, the task is in the phase that it is in at `now`."""
    moments = task.starts, task.ends, task.expires
    since = max((moment for moment in moments if moment <= now), default=-inf)
    return since, min((moment for moment in moments if moment > now), default=inf)


def next_change(task: Task, now: float) -> float:
    """When the phase of the task changes next; inf when it never does."""
    moments = [task.starts, task.ends, *([task.expires] if task.outcome is Phase.SUCCEEDED else [])]
    return min((moment for moment in moments if moment > now), default=inf)
