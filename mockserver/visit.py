"""A request on its way through the engine, how it was answered, and what is remembered of both."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.accounts import Account
from mockserver.authentication import Arrived
from mockserver.exchange import Facts, seen_of
from mockserver.facts import NOTHING, Outcome
from mockserver.faults.harm import LOSING
from mockserver.faults.waiting import Hits
from mockserver.refusal import Refusal
from mockserver.task import Task
from openapi.messages import Request, Response
from openapi.model import ErrorCode, Operation
from openapi.reasons import Reason
from openapi.routing import Route
from openapi.values import value

REMEMBERED = 100  # tasks of one answer
_GRANTED = "", "", "", ()  # what is said of a refusal where there is none


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


def facts_of(visit: Visit, account: Account | None, done: Done, hits: Hits, seconds: float) -> Facts:
    """What the journal keeps of an exchange that took the engine so many seconds."""
    route, request, response, now = visit.route, visit.request, done.response, visit.arrived.now
    outcome = done.outcome or NOTHING
    task, page = outcome.task, outcome.tasks[:REMEMBERED]
    reason, code, message, causes = _refused(visit, done.refusal) if done.refusal else _GRANTED
    return {
        "reason": reason,
        "code": code,
        "message": message,
        "causes": causes,
        "diagnosis": None,
        "at": now,
        "request": request,
        "response": response,
        "sizes": (len(request.body), len(response.body) if isinstance(response.body, bytes) else None),
        "id": visit.request_id,
        "api": route.spec.name,
        "operation": route.operation.id if route.operation else "",
        "account": account.number if account else "",
        "fault": _shown_in(hits, task, page),
        "lost": bool(hits) and any(hit.name in LOSING for hit in hits),
        "seconds": seconds,
        "present": visit.arrived.present,
        "seen": (seen_of(task, now),) if task else (),
        "page": page,
    }


def entry_of(visit: Visit, refusal: Refusal) -> ErrorCode:
    """How the provider spells a refusal."""
    entry, operation = refusal.details.get("entry"), visit.route.operation or visit.route.link
    if isinstance(entry, ErrorCode):
        return entry
    parameter = str(refusal.details.get("parameter", ""))
    return visit.route.spec.error_code(operation.id if operation else "", refusal.reason, parameter)


def _refused(visit: Visit, refusal: Refusal) -> tuple[str, str, str, tuple[str, ...]]:
    """Its reason, code, message and causes."""
    return str(refusal.reason), entry_of(visit, refusal).code, refusal.message, _causes(refusal)


def _causes(refusal: Refusal) -> tuple[str, ...]:
    entry = refusal.details.get("entry")
    return tuple(map(str, entry.when)) if isinstance(entry, ErrorCode) else (str(refusal.reason),)


def _shown_in(hits: Hits, task: Task | None, page: Sequence[Task]) -> tuple[str, ...]:
    """The faults that show in an answer: those that the call met, and those of the tasks that it is about."""
    shown = [hit.fault.id for hit in hits] if hits else []
    for each in page if task is None else (task, *page):
        if each.flaw:
            shown.append(each.flaw.fault)  # noqa: PERF401 - hardly ever one has
    return tuple(dict.fromkeys(shown)) if shown else ()
