"""A walk over one API, step by step, and what is looked at after each of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import get_args
from zlib import crc32

from schemathesis.core import NotSet
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.schemas import OpenApiSchema

from contracts.calls.client import Api, Reply
from contracts.calls.codes import codes_of
from contracts.calls.exchange import Exchange
from contracts.fuzz.audit import Audit
from contracts.fuzz.cases import Case, example_case
from contracts.fuzz.finding import Finding, Findings
from contracts.fuzz.invariants import TaskModel, named_tasks
from contracts.fuzz.pins import Pins
from contracts.fuzz.projection import project
from contracts.fuzz.ration import Ration
from contracts.fuzz.session import Session
from contracts.fuzz.steps import Step, Which, with_ids
from contracts.fuzz.wire import Unclear
from contracts.situations.tasks import creators, with_resources
from contracts.situations.tidying import delete_what_was_made
from contracts.target import Capability
from openapi.clauses import ClauseKind
from openapi.members import takes_task
from openapi.model import Action, Operation

OTHERS = 4  # one call in so many is made by the account that the task does not belong to
STRANGERS = 3  # … and of those that name no task, one in so many by the second account
NO_ONES = 8  # one made-up id of a task in so many is left as it is


@dataclass
class Walk:
    """What is known of both accounts on the way."""

    api: Api
    schema: OpenApiSchema
    steps: int  # of one sequence, in which a task has the time to end
    findings: Findings = field(default_factory=Findings)
    apis: dict[Which, Api] = field(default_factory=dict[Which, Api])
    models: dict[Which, TaskModel] = field(default_factory=dict[Which, TaskModel])
    audits: dict[Which, Audit] = field(default_factory=dict[Which, Audit])
    sessions: dict[tuple[str, Which], Session] = field(default_factory=dict[tuple[str, Which], Session])
    taken: list[Exchange] = field(default_factory=list[Exchange])  # of the steps of this sequence
    seen: deque[Exchange] = field(default_factory=deque[Exchange])  # those, and of the looks between them
    ration: Ration | None = None  # of a real endpoint
    created: Response | None = None  # what the last creation was answered
    has_room: bool = False  # whether the caller of the present step may have another task, as far as is known

    def __post_init__(self) -> None:
        names: tuple[Which, ...] = get_args(Which)
        has_two = Capability.SECOND_ACCOUNT in self.api.target.capabilities
        for which in names if has_two else names[:1]:
            self.apis[which] = own = self.api.as_account(self.api.which if which == "first" else which)
            own.exchanges = self.seen
        self.labels: Mapping[str, Operation] = project(self.api.spec).operations

    def begin(self) -> None:
        """Start a sequence: on a clean slate, and knowing nothing."""
        self.api.target.reset()
        if self.ration is not None:
            delete_what_was_made(self.api)
        self.created = None
        for which, api in self.apis.items():
            self.models[which] = TaskModel(self.api.spec)
            self.audits[which] = Audit(api, self.models[which])
            self.audits[which].begin()
        for (_, which), session in self.sessions.items():
            session.oracles.model = self.models[which]
            session.oracles.seen_ids.clear()  # a server that starts over may give them again
        self.taken.clear()
        self.seen.clear()

    def plan(self, case: Case) -> Iterator[Step]:
        """The next steps of a sequence, each to be taken before the next is asked for.

        The case is given values that exist; where it wants a task and there is none, one is created before.
        """
        operation = self.labels[case.operation.label]
        if takes_task(operation) and not any(model.alive for model in self.models.values()):
            which: Which = [*self.apis][-1] if self._drawn(case) % STRANGERS == 0 else "first"
            yield from (self._step(which, creation) for creation in self._creations(which))
        which, task = self._caller(operation, case)
        pins = self._session(operation, which).pins
        pins.pin(case)
        if task:
            pins.name(case, task)
        yield self._step(which, case)

    def instead_of(self, case: Case) -> Response | None:
        """What the last creation was answered, instead of one more, where no other may be made; None: it may."""
        if self.ration is None or self.labels[case.operation.label].action is not Action.CREATE:
            return None
        return None if self.ration.may_create else self.created

    def _creations(self, which: Which) -> Iterator[Case]:
        """The example of the first operation that creates tasks."""
        for operation in creators(self.api)[:1]:
            values = with_resources(self.apis[which], operation)
            yield example_case(self.schema.find_operation_by_id(operation.id), operation, values)

    def _step(self, which: Which, case: Case) -> Step:
        life = self.api.spec.lifecycle
        has_clock = life is not None and Capability.CLOCK in self.api.target.capabilities
        seconds = (life.queued_seconds + life.running_seconds) / self.steps * 2 if life and has_clock else 0.0
        return Step(which, case, seconds)

    def take(self, step: Step, ids: Mapping[str, str] | None = None) -> tuple[Step, Response, Finding | None]:
        """Take a step, with other ids of tasks: what it was, what came, and the first thing that it disproves."""
        operation = self.labels[step.case.operation.label]
        session = self._session(operation, step.which)
        if step.seconds:
            self.api.target.wait(step.seconds)
        self.has_room = self._has_room(step.which)
        case = with_ids(step.case, ids) if ids else step.case
        response, reply = session.send(case)
        self.taken.append(reply.exchange)
        self.findings.count(reply)
        found = next(self._disproved(step, session, case, response), None)
        self.created = response if reply.accepted and operation.action is Action.CREATE else self.created
        made = str(reply.values.get("task.id", "")) if reply.accepted and operation.action is Action.CREATE else ""
        return replace(step, made=made), response, found and self._with_evidence(found)

    def _disproved(self, step: Step, session: Session, case: Case, response: Response) -> Iterator[Finding]:
        reply = session.transport.replies[-1]
        yield from self._reached(step.which, session, reply)
        yield from session.checked(case, response, reply)
        yield from self._without_need(session, reply)
        for which, audit in self.audits.items():
            others = [model for other, model in self.models.items() if other != which]
            yield from audit.look(others[0] if others else None)

    def _reached(self, which: Which, session: Session, reply: Reply) -> Iterator[Finding]:
        """Whether one account has reached a task of the other."""
        operation = session.operation
        if not reply.accepted or operation.missing != "refuse":
            return
        for other, model in self.models.items():
            own = self.models[which].created
            if other != which and any(name in model.alive and name not in own for name in _named(session, reply)):
                clause = session.judge.blame.id(ClauseKind.ISOLATION)
                yield Finding(clause, False, "a task of another account cannot be reached", "accepted", reply)  # noqa: FBT003

    def _without_need(self, session: Session, reply: Reply) -> Iterator[Finding]:
        """Whether a task was refused for want of room though there was room."""
        if not self.has_room or not reply.error_code or session.operation.action is not Action.CREATE:
            return
        codes = codes_of(self.api.spec, session.operation.id, reply.error_code, reply.status)
        for quota in self.api.spec.quotas:
            if quota.reason and codes and all(set(code.when) == {quota.reason} for code in codes):
                clause = f"{self.api.spec.name}/{quota.id}/{ClauseKind.QUOTA}"
                yield Finding(clause, False, "room for another task", f"refused as {reply.error_code}", reply)  # noqa: FBT003

    def _has_room(self, which: Which) -> bool:
        """Whether no quota can be full, by what the last look has shown; never where there may be other tasks."""
        model = self.models[which]
        held = {"unfinished": len(model.unfinished()), "all": len(model.alive)}
        refusing = [each for each in self.api.spec.quotas if each.when_full == "refuse"]
        return self.api.target.is_mock and all(held[each.counts] < each.limit for each in refusing)

    def _drawn(self, case: Case) -> int:
        """A number that is any, and the same for the same step."""
        return crc32(f"{case.operation.label} {self.api.run.seed} {len(self.seen)} {len(self.taken)}".encode())

    def _caller(self, operation: Operation, case: Case) -> tuple[Which, str]:
        """Who makes a call: as a rule, whom its task belongs to; and the task, where it names one that never was."""
        accounts, drawn = list(self.apis), self._drawn(case)
        tasks = [(which, name) for which, model in self.models.items() for name in model.created]
        if not tasks or not takes_task(operation):
            return accounts[-1] if drawn % STRANGERS == 0 else "first", ""
        named = next(((which, "") for which, name in tasks if _names(case, name)), None)
        owner, task = named or (tasks[drawn % len(tasks)] if drawn % NO_ONES else ("first", ""))
        if drawn // len(tasks) % OTHERS:
            return owner, task
        return next((which for which in accounts if which != owner), owner), task

    def _session(self, operation: Operation, which: Which) -> Session:
        key = operation.id, which
        if key not in self.sessions:
            api = self.apis[which]
            session = Session.start(api, operation, pins=Pins(api, operation, with_tasks=False, leaves=0))
            session.transport.waits_for_room = False
            if self.ration is not None:
                session.bound(self.ration)
            session.oracles.model = self.models[which]
            self.sessions[key] = session
        return self.sessions[key]

    def _with_evidence(self, finding: Finding) -> Finding:
        """The finding with every call that led to it, in order; of the looks in between, the one it contradicts."""
        needed = [*self.taken, *finding.before]
        before = [each for each in self.seen if _is_among(each, needed) and each is not finding.reply.exchange]
        return replace(finding, before=tuple(before))


def _named(session: Session, reply: Reply) -> list[str]:
    try:
        return list(named_tasks(session.operation, session.oracles.reader.read(reply.exchange.request).arguments))
    except Unclear:
        return []


def _names(case: Case, task: str) -> bool:
    body = "" if isinstance(case.body, NotSet) else case.body
    return task in repr((case.path_parameters, dict(case.query or {}), body))


def _is_among(exchange: Exchange, those: list[Exchange]) -> bool:
    return any(exchange is each for each in those)
