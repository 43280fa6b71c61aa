"""What an answer can say: every name that a spec may bind, and where its value comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import lru_cache, partial
from math import isinf
from typing import Protocol

from mockserver.accounts import Account
from mockserver.faults.effects import Name
from mockserver.files import Export, Stored, count_rows, measure
from mockserver.flaws import has
from mockserver.refusal import Refusal
from mockserver.remembered import Remembered
from mockserver.task import Task, phase, progress
from openapi.messages import Request
from openapi.model import UNFINISHED, Json, Operation, Phase, Spec
from openapi.values import value

KEPT = 1024  # names whose readers are remembered
PHASE = "task.phase"
LINK = "task.link"  # none while the task is running; else the one name of a task's that is not settled
GOING_ON = frozenset({"task.progress", "task.rows"})  # those that change while it is running


@value
class Call:
    """A request whose sender, operation and arguments are known."""

    spec: Spec
    operation: Operation
    account: Account | None
    arguments: Mapping[str, Json]
    request: Request
    request_id: str
    now: float
    trouble: Refusal | None = None  # with what it searches for: found out before anything is locked


@value
class Outcome:
    """What an action found or did."""

    task: Task | None = None
    tasks: Sequence[Task] = ()  # of the page
    total: int = 0
    values: Mapping[str, object] = field(default_factory=dict)  # by bound name: token.value …


NOTHING = Outcome()


class Sources(Protocol):
    """Where a task's file is, and what it is made from."""

    def link(self, facts: Facts, task: Task) -> str:
        """The address of the file of the task that `facts` are about, signed now."""
        ...

    def circumstances(self, call: Call) -> object:
        """What all links depend on that a call tells of, besides the tasks; None where nobody knows."""
        ...

    def stored(self, task: Task) -> Stored | None:
        """The records that were loaded for it; None where its rows are made up."""
        ...


@value
class Facts:
    """Everything that one answer, or one item of it, can speak of."""

    call: Call
    outcome: Outcome
    task: Task | None
    sources: Sources
    patient: bool = True  # whether to wait for a file that takes long to write; else Unready is raised

    def value(self, name: str) -> object:
        """The value of a bound name; None when there is none. Raises LookupError for a name that does not exist."""
        stated = self.outcome.values
        if stated and name in stated:
            return stated[name]
        return reader(name)(self)

    def about(self, task: Task) -> Facts:
        """What the same answer can say of another task."""
        return Facts(self.call, self.outcome, task, self.sources, self.patient)

    def phase(self) -> Phase | None:
        """Where the task is; None when the answer is about no task."""
        return phase(self.task, self.call.now) if self.task else None


def export_of(task: Task, account: Account, sources: Sources, call: Call) -> Export:
    """All that the bytes of the task's file depend on. Raises LookupError when its creator makes no file."""
    file = call.spec.operations[task.operation].file
    if file is None:
        message = f"{task.operation} makes no file"
        raise LookupError(message)
    values = {"account.number": account.number, **known_before(task)}
    facts = Facts(call, Outcome(values=values), task, sources)
    zero_rows = has(task, Name.ZERO_ROWS)
    return Export(file, task.id, task.arguments, task.seed, task.created, facts.value, sources.stored(task), zero_rows)


def early_reader(name: str) -> Callable[[Facts], object]:
    """As `reader`, of a task that is told when it will have ended: its file has a name from the start."""
    return _attribute("due") if name == "task.ended" else reader(name)


def known_before(task: Task) -> dict[str, object]:
    """What is told of a task before it has come to that: its file has a name from the start."""
    return {"task.ended": task.due}


def _task(read: Callable[[Task, Facts], object]) -> Callable[[Facts], object]:
    def value(facts: Facts) -> object:
        return read(facts.task, facts) if facts.task else None

    return value


def _attribute(name: str) -> Callable[[Facts], object]:
    """Of the task, if there is one."""
    return lambda facts: getattr(facts.task, name, None)


def _account(name: str) -> Callable[[Facts], object]:
    """Of the account that is stated, or else of the caller's."""
    bound = f"account.{name}"

    def value(facts: Facts) -> object:
        stated = facts.outcome.values
        if stated and bound in stated:
            return stated[bound]
        return getattr(facts.call.account, name) if facts.call.account else None

    return value


def _word(task: Task, facts: Facts) -> object:
    lifecycle = facts.call.spec.lifecycle
    return lifecycle.words[phase(task, facts.call.now)] if lifecycle else None


def _progress(task: Task, facts: Facts) -> object:
    lifecycle = facts.call.spec.lifecycle
    return progress(task, facts.call.now, lifecycle.progress) if lifecycle else None


def _export(task: Task, facts: Facts) -> Export | None:
    account = facts.call.account
    if account is None or task.outcome is not Phase.SUCCEEDED:
        return None
    return export_of(task, account, facts.sources, facts.call)


_SIZES: Remembered[Task, int] = Remembered()  # a list tells them again and again
_COUNTS: Remembered[Task, int] = Remembered()


def _size(task: Task, facts: Facts) -> object:
    if phase(task, facts.call.now) in UNFINISHED:
        return None
    known = _SIZES.get(task)
    export = _export(task, facts) if known is None else None
    return _SIZES.put(task, measure(export, patient=facts.patient).size) if export else known


def _rows(task: Task, facts: Facts) -> object:
    """The rows written so far."""
    done = progress(task, facts.call.now, (0, 100))
    if not done:  # nothing is counted for a task that has not begun
        return 0
    known = _COUNTS.get(task)
    export = _export(task, facts) if known is None else None
    count = _COUNTS.put(task, count_rows(export, patient=facts.patient)) if export else known or 0
    return int(count * done / 100)


def _link(task: Task, facts: Facts) -> object:
    return facts.sources.link(facts, task) if phase(task, facts.call.now) is Phase.SUCCEEDED else None


def _ended(task: Task, facts: Facts) -> object:
    return task.ends if phase(task, facts.call.now) not in UNFINISHED else None


def _started(task: Task, facts: Facts) -> object:
    return task.starts if facts.call.now >= task.starts else None


def _updated(task: Task, facts: Facts) -> object:
    return max((moment for moment in (task.starts, task.ends) if moment <= facts.call.now), default=task.created)


def _format(task: Task, facts: Facts) -> object:
    file = facts.call.spec.operations[task.operation].file
    return str(task.arguments.get(file.format) or next(iter(file.formats))) if file else None


NAMES: Mapping[str, Callable[[Facts], object]] = {
    "task.id": _attribute("shown_id"),
    PHASE: _task(_word),
    "task.progress": _task(_progress),
    "task.created": _attribute("created"),
    "task.started": _task(_started),
    "task.ended": _task(_ended),
    "task.ends": _attribute("ends"),
    "task.updated": _task(_updated),
    "task.expires": _task(lambda task, _: None if isinf(task.expires) else task.expires),
    "task.file.name": _attribute("file_name"),
    "task.file.size": _task(_size),
    "task.format": _task(_format),
    "task.rows": _task(_rows),
    LINK: _task(_link),
    "task.downloaded": _task(lambda task, _: task.downloaded is not None),
    "task.failure.code": _task(lambda task, _: task.failure.code if task.failure else None),
    "task.failure.message": _task(lambda task, _: task.failure.message if task.failure else None),
    "tasks.count": lambda facts: facts.outcome.total,
    "tasks.last": lambda facts: facts.outcome.tasks[-1].id if facts.outcome.tasks else None,
    "request.id": lambda facts: facts.call.request_id,
    "account.number": _account("number"),
    "account.name": _account("name"),
    "account.domain": _account("domain"),
    "account.project": _account("project"),
    "now": lambda facts: facts.call.now,
}


@lru_cache(KEPT)
def reader(name: str) -> Callable[[Facts], object]:
    """What reads the value of a bound name, None where there is none; it raises LookupError for an unknown name."""
    kind, _, argument = name.partition(".")
    if kind == "argument":  # that the task was created with, or that this request carries when it is about no task
        return lambda facts: (facts.task or facts.call).arguments.get(argument)
    if kind == "parameter":
        return lambda facts: facts.call.arguments.get(argument)
    return NAMES.get(name) or partial(_stated, name)


def _stated(name: str, facts: Facts) -> object:
    """What the outcome says by a name that nothing else has. Raises LookupError."""
    try:
        return facts.outcome.values[name]
    except KeyError:
        raise LookupError(name) from None


def is_settled(name: str, *, running: bool = False) -> bool:
    """Whether the value of a bound name changes only with the task, or its phase; of one that is `running` now."""
    return name.startswith(("task.", "argument.")) and (name not in GOING_ON if running else name != LINK)
