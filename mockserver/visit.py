"""A request on its way through the engine, how it was answered, and what is remembered of both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from mockserver.accounts import Account
from mockserver.authentication import Arrived
from mockserver.exchange import Facts
from mockserver.facts import Outcome
from mockserver.faults.harm import LOSING
from mockserver.faults.waiting import Hits
from mockserver.refusal import Refusal
from mockserver.task import Task, phase
from openapi.messages import Request, Response
from openapi.model import ErrorCode, Operation
from openapi.reasons import Reason
from openapi.routing import Route
from openapi.values import value

REMEMBERED = 100  # tasks of one answer


@value
class Visit:
    """A request on its way through the engine."""

    request: Request
    route: Route
    request_id: str
    arrived: Arrived
    began: float  # by the steady clock

    @property
    def now(self) -> float:
        """By the mock's clock, in epoch seconds."""
        return self.arrived.now

    def operation(self) -> Operation:
        """What it addresses; refuses when it addresses nothing."""
        miss = self.route.miss
        if miss is not None:
            raise Refusal(miss.reason, miss.message, **miss.details)
        if self.route.operation is None:
            raise Refusal(Reason.UNKNOWN_PATH)
        return self.route.operation


@value
class Done:
    """How a request was answered."""

    response: Response
    outcome: Outcome | None = None  # of an action that was performed
    refusal: Refusal | None = None

    def tasks(self) -> Sequence[Task]:
        """The tasks that the answer is about, as many as are worth remembering."""
        if self.outcome is None:
            return ()
        task, tasks = self.outcome.task, self.outcome.tasks
        if tasks:
            tasks = tasks[:REMEMBERED]
        return tasks if task is None else (task, *tasks)


def facts_of(visit: Visit, account: Account | None, done: Done, hits: Hits, seconds: float) -> Facts:
    """What the journal keeps of an exchange that took the engine so many seconds."""
    route, now, tasks = visit.route, visit.arrived.now, done.tasks()
    facts: Facts = {
        "reason": "",
        "code": "",
        "message": "",
        "causes": (),
        "diagnosis": None,
        "at": now,
        "request": visit.request,
        "response": done.response,
        "id": visit.request_id,
        "api": route.spec.name,
        "operation": route.operation.id if route.operation else "",
        "account": account.number if account else "",
        "fault": _shown_in(hits, tasks),
        "lost": bool(hits) and any(hit.name in LOSING for hit in hits),
        "seconds": seconds,
        "present": visit.arrived.present,
        "seen": partial(_seen, tasks, now),
    }
    if done.refusal is not None:
        facts.update(_refused(visit, done.refusal))
    return facts


def entry_of(visit: Visit, refusal: Refusal) -> ErrorCode:
    """How the provider spells a refusal."""
    entry, operation = refusal.details.get("entry"), visit.route.operation or visit.route.link
    if isinstance(entry, ErrorCode):
        return entry
    parameter = str(refusal.details.get("parameter", ""))
    return visit.route.spec.error_code(operation.id if operation else "", refusal.reason, parameter)


def _seen(tasks: Sequence[Task], now: float) -> tuple[tuple[str, str], ...]:
    return tuple((task.shown_id, phase(task, now)) for task in tasks)


def _refused(visit: Visit, refusal: Refusal) -> Facts:
    return {
        "reason": str(refusal.reason),
        "code": entry_of(visit, refusal).code,
        "message": refusal.message,
        "causes": _causes(refusal),
    }


def _causes(refusal: Refusal) -> tuple[str, ...]:
    entry = refusal.details.get("entry")
    return tuple(map(str, entry.when)) if isinstance(entry, ErrorCode) else (str(refusal.reason),)


def _shown_in(hits: Hits, tasks: Iterable[Task]) -> tuple[str, ...]:
    """The faults that show in an answer: those that the call met, and those of the tasks that it is about."""
    shown = dict.fromkeys([hit.fault.id for hit in hits]) if hits else {}
    for task in tasks:
        if task.flaw:
            shown[task.flaw.fault] = None
    return tuple(shown)
