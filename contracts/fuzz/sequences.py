"""Calls that follow from one another along the links of a spec, of two accounts by turns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from hypothesis import Phase, reject, seed, settings
from hypothesis.errors import Flaky, Unsatisfiable
from schemathesis.core.errors import NoLinksFound
from schemathesis.core.transport import Response
from schemathesis.generation.stateful.state_machine import APIStateMachine

from contracts.calls.client import Api
from contracts.check import NotObserved
from contracts.fuzz.cases import Case
from contracts.fuzz.finding import Disproof, Finding, Findings
from contracts.fuzz.gate import Withheld
from contracts.fuzz.noise import Disturbed, Ill
from contracts.fuzz.ration import ration_of
from contracts.fuzz.session import QUIET, schema_of
from contracts.fuzz.shrinking import shrink
from contracts.fuzz.steps import Step
from contracts.fuzz.surroundings import undisturbed
from contracts.fuzz.walk import Walk
from contracts.target import TooLong, Unallowed, Unavailable, Unreachable

STEPS = 8  # of one sequence
UNANSWERED = 3  # requests, after which a real endpoint is given up
IN_EACH = 4  # sequences are made of a fourth of the requests that one operation is given


def fuzz_sequences(api: Api) -> Findings:
    """What generated sequences show of an API. Raises NotObserved when there are none, or none has success.

    At a real endpoint they have a ration, and what one has created is removed before the next begins.
    """
    ration = None if api.target.is_mock else ration_of(api.target, api.spec)
    if not api.target.profile.allow.create:
        raise Unallowed("sequences of calls begin with a task, and the profile does not allow one: allow.create")
    api.toll = ration
    with undisturbed():
        course = Course(Walk(api, schema_of(api.spec, api.run.seed, "positive"), STEPS, ration=ration))
        course.run(max(api.run.max_examples // IN_EACH, 2))
        findings = course.walk.findings
        if course.failure is not None:
            findings.add(shrink(course.walk, *course.failure))
        elif course.late is not None and findings.cases < STEPS:
            raise course.late
        return findings


@dataclass
class Course:
    """Sequences, one after another, up to the first that disproves something."""

    walk: Walk
    steps: list[Step] = field(default_factory=list[Step])  # of the present sequence
    failure: tuple[list[Step], Finding] | None = None
    late: Unavailable | None = None  # why a sequence was given up, the last of them
    unanswered: int = 0  # requests that a real endpoint left unanswered

    def run(self, count: int) -> None:
        """Make up so many sequences. Raises NotObserved where no call leads to another."""
        machine = seed(self.walk.api.run.seed)(_machine(self))
        given = settings(QUIET, max_examples=count, stateful_step_count=STEPS, phases=(Phase.generate,))
        try:
            machine.run(settings=given)
        except NoLinksFound as error:
            raise NotObserved("the spec links no operation to another") from error
        except (Disproof, Flaky, Unsatisfiable):
            pass  # the first failure is kept, and everything after it is the fuzzer's attempt to see it again

    def begin(self) -> None:
        """Start a sequence."""
        self.steps = []
        if self.failure is None:
            with self._bearing():
                self.walk.begin()

    def follow(self, case: Case) -> Response:
        """Take the next step, and the one that it needs before. Raises Disproof when it disproves something."""
        if self.failure is not None:
            raise _disproof(self.failure[1])
        with self._bearing():
            response = self.walk.instead_of(case)
            for planned in self.walk.plan(case) if response is None else ():
                step, response, found = self.walk.take(planned)
                self.steps.append(step)
                if found is not None:
                    self.failure = self.steps, found
                    raise _disproof(found)
        assert response is not None
        return response

    @contextmanager
    def _bearing(self) -> Iterator[None]:
        """Give up a sequence in which something must not be sent; all of them, where nothing may be.

        Raises Unreachable after a few requests that were not answered.
        """
        if self.walk.findings.ended is not None:
            reject()
        try:
            yield
        except (Withheld, Unallowed, Disturbed, TooLong) as error:
            self.late = error
            self.walk.findings.leave_out(str(error))
            reject()
        except Ill:
            raise
        except Unavailable as error:
            self.late = self.walk.findings.ended = error
            reject()
        except Unreachable:
            self.unanswered += 1
            if self.walk.ration is None or self.unanswered >= UNANSWERED:
                raise
            reject()


def _machine(course: Course) -> type[APIStateMachine]:
    class Machine(course.walk.schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            course.begin()

        def call(self, case: Case, **_: Any) -> Response:
            return course.follow(case)

        def validate_response(self, response: Response, case: Case, *_: Any, **__: Any) -> None:
            """Done at the step itself."""

    return Machine


def _disproof(finding: Finding) -> Disproof:
    return Disproof(finding.clause, finding.expected, finding.received)
