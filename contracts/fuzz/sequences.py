"""Calls that follow from one another along the links of a spec, of two accounts by turns."""

from __future__ import annotations

from typing import Any

from hypothesis import Phase, seed, settings
from hypothesis.errors import Flaky
from schemathesis.core.errors import NoLinksFound
from schemathesis.core.transport import Response

from contracts.calls.client import Api
from contracts.check import NotObserved
from contracts.fuzz.cases import Case
from contracts.fuzz.finding import Disproof, Finding, Findings
from contracts.fuzz.session import QUIET, schema_of
from contracts.fuzz.shrinking import shrink
from contracts.fuzz.steps import Step
from contracts.fuzz.surroundings import undisturbed
from contracts.fuzz.walk import Walk

STEPS = 8  # of one sequence
IN_EACH = 4  # sequences are made of a fourth of the requests that one operation is given


def fuzz_sequences(api: Api) -> Findings:
    """What generated sequences show of an API. Raises NotObserved when there are none, or none has success."""
    with undisturbed():
        walk = Walk(api, schema_of(api.spec, api.run.seed, "positive"), STEPS)
        found = _first_failure(walk)
        if found is not None:
            walk.findings.add(shrink(walk, *found))
        return walk.findings


def _first_failure(walk: Walk) -> tuple[list[Step], Finding] | None:
    """The first sequence that disproves something, and what; None when all of them are as they should be."""
    failed: list[tuple[list[Step], Finding]] = []

    class Machine(walk.schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.taken: list[Step] = []
            if not failed:
                walk.begin()

        def call(self, case: Case, **_: Any) -> Response:
            if failed:  # whatever else is tried, the first is told
                raise _disproof(failed[0][1])
            for planned in walk.plan(case):
                step, response, found = walk.take(planned)
                self.taken.append(step)
                if found is not None:
                    failed.append((self.taken, found))
                    raise _disproof(found)
            return response

        def validate_response(self, response: Response, case: Case, *_: Any, **__: Any) -> None:
            """Done at the step itself."""

    machine = seed(walk.api.run.seed)(Machine)
    count = max(walk.api.run.max_examples // IN_EACH, 2)
    try:
        machine.run(settings=settings(QUIET, max_examples=count, stateful_step_count=STEPS, phases=(Phase.generate,)))
    except NoLinksFound as error:
        raise NotObserved("the spec links no operation to another") from error
    except (Disproof, Flaky):
        pass
    return failed[0] if failed else None


def _disproof(finding: Finding) -> Disproof:
    return Disproof(finding.clause, finding.expected, finding.received)
