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
from contracts.fuzz.session import QUIET, schema_of
from contracts.fuzz.shrinking import shrink
from contracts.fuzz.steps import Step
from contracts.fuzz.surroundings import undisturbed
from contracts.fuzz.walk import Walk
from contracts.target import TooLong

STEPS = 8  # of one sequence
IN_EACH = 4  # sequences are made of a fourth of the requests that one operation is given


def fuzz_sequences(api: Api) -> Findings:
    """What generated sequences show of an API. Raises NotObserved when there are none, or none has success."""
    with undisturbed():
        course = Course(Walk(api, schema_of(api.spec, api.run.seed, "positive"), STEPS))
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
    late: TooLong | None = None  # a limit of a real endpoint that is not waited for

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
            with self._in_time():
                self.walk.begin()

    def follow(self, case: Case) -> Response:
        """Take the next step, and the one that it needs before. Raises Disproof when it disproves something."""
        if self.failure is not None:
            raise _disproof(self.failure[1])
        with self._in_time():
            for planned in self.walk.plan(case):
                step, response, found = self.walk.take(planned)
                self.steps.append(step)
                if found is not None:
                    self.failure = self.steps, found
                    raise _disproof(found)
        return response

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Give up a sequence for which one would have to wait too long."""
        try:
            yield
        except TooLong as error:
            self.late = error
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
