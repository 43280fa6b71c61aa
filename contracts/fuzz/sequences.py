"""Calls that follow from one another along the links of a spec: create, look, fetch, delete, in any order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import Phase, seed, settings
from hypothesis.errors import Flaky
from schemathesis.core.errors import NoLinksFound
from schemathesis.core.transport import Response
from schemathesis.generation.stateful.state_machine import APIStateMachine

from contracts.calls.client import Api
from contracts.check import NotObserved
from contracts.fuzz.cases import Case
from contracts.fuzz.finding import Disproof, Finding, Findings
from contracts.fuzz.invariants import TaskModel
from contracts.fuzz.isolation import look_as_another
from contracts.fuzz.pins import Pins
from contracts.fuzz.projection import project
from contracts.fuzz.session import QUIET, Session, schema_of
from contracts.fuzz.surroundings import undisturbed
from contracts.target import Capability
from openapi.model import Operation

STEPS = 8  # of one sequence
LONG = settings(QUIET, stateful_step_count=STEPS, phases=(Phase.generate,))  # a sequence is not made shorter
IN_EACH = 4  # sequences are made of a fourth of the requests that one operation is given


def fuzz_sequences(api: Api) -> Findings:
    """What generated sequences show of an API. Raises NotObserved when there are none, or none has success."""
    with undisturbed():
        walk = Walk(api)
        walk.run()
        return walk.findings


@dataclass
class Walk:
    """A run of sequences over one API."""

    api: Api
    findings: Findings = field(default_factory=Findings)
    model: TaskModel = field(init=False)
    sessions: dict[str, Session] = field(default_factory=dict[str, Session])
    labels: dict[str, Operation] = field(default_factory=dict[str, Operation])
    smallest: list[Finding] = field(default_factory=list[Finding])

    def __post_init__(self) -> None:
        self.schema = schema_of(self.api.spec, self.api.run.seed)
        self.labels = dict(project(self.api.spec).operations)
        self.begin()

    def run(self) -> None:
        """Walk along the links until the number of sequences is reached, or one disproves something."""
        machine = seed(self.api.run.seed)(self._machine())
        count = max(self.api.run.max_examples // IN_EACH, 2)
        try:
            machine.run(
                settings=settings(QUIET, max_examples=count, stateful_step_count=STEPS, phases=(Phase.generate,))
            )
        except NoLinksFound as error:
            raise NotObserved("the spec links no operation to another") from error
        except (Disproof, Flaky):
            self.findings.add(self.smallest[-1])

    def begin(self) -> None:
        """Start a sequence: on a clean slate, and knowing nothing."""
        self.api.target.reset()
        self.model = TaskModel(self.api.spec)
        for session in self.sessions.values():
            session.oracles.model = self.model
            session.oracles.seen_ids.clear()  # a server that starts over may give them again

    def step(self, case: Case) -> Response:
        """Send the next request of a sequence. Raises Disproof when the answer disproves something."""
        session = self._session(self.labels[case.operation.label])
        session.pins.pin(case)
        self._let_time_pass()
        found = list(self._as_another(session))
        response, reply = session.send(case)
        self.findings.count(reply)
        found += session.checked(case, response, reply)
        for finding in found:
            self.smallest.append(finding)
            raise Disproof(finding.clause, finding.expected, finding.received)
        return response

    def _session(self, operation: Operation) -> Session:
        if operation.id not in self.sessions:
            session = Session.start(self.api, operation, pins=Pins(self.api, operation, with_tasks=False))
            session.oracles.model = self.model
            self.sessions[operation.id] = session
        return self.sessions[operation.id]

    def _as_another(self, session: Session) -> list[Finding]:
        if Capability.SECOND_ACCOUNT not in self.api.target.capabilities or not self.model.created:
            return []
        newest = next(reversed(self.model.created))
        return list(look_as_another(self.api, session.operation, newest))

    def _let_time_pass(self) -> None:
        life = self.api.spec.lifecycle
        if life is not None and Capability.CLOCK in self.api.target.capabilities:
            self.api.target.wait((life.queued_seconds + life.running_seconds) / STEPS * 2)

    def _machine(self) -> type[APIStateMachine]:
        walk = self

        class Machine(self.schema.as_state_machine()):  # type: ignore[misc]
            def setup(self) -> None:
                walk.begin()

            def call(self, case: Case, **_: Any) -> Response:
                return walk.step(case)

            def validate_response(self, response: Response, case: Case, *_: Any, **__: Any) -> None:
                """Done at the step itself."""

        return Machine
