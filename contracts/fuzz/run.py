"""One operation, hundreds of requests: its example, boundaries, and what the fuzzer makes up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from hypothesis import given, seed, settings
from hypothesis.errors import Flaky
from schemathesis import GenerationMode
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario
from schemathesis.specs.openapi.schemas import OpenApiSchema

from contracts.calls.client import Api
from contracts.fuzz.cases import Case, Fuzzed, example_case
from contracts.fuzz.finding import Disproof, Finding, Findings
from contracts.fuzz.probes import probe
from contracts.fuzz.session import QUIET, Session, schema_of
from contracts.fuzz.surroundings import undisturbed
from contracts.situations.tasks import with_resources
from openapi.model import Operation

SHRINKS = 60  # requests that are spent on making a finding smaller


def fuzz(api: Api, operation: Operation) -> Findings:
    """What generated requests show of one operation. Raises NotObserved when none of them can have success."""
    with undisturbed():
        session, schema = Session.start(api, operation), schema_of(api.spec, api.run.seed)
        run = Run(api, session, schema.find_operation_by_id(operation.id), schema)
        run.go()
        return run.findings


@dataclass
class Run:
    """A run over one operation, phase by phase."""

    api: Api
    session: Session
    fuzzed: Fuzzed
    schema: OpenApiSchema
    findings: Findings = field(default_factory=Findings)

    def go(self) -> None:
        """All phases, one after another."""
        takes_any_text = True
        for case in (*self._examples(), *self._coverage()):
            takes_any_text &= not self._is_wrong(case)
            for finding in self._try(case):
                self.findings.add(finding)
        self._fuzz(GenerationMode.POSITIVE)
        if not takes_any_text:  # what does cannot be given a wrong one; the fuzzer would try for long
            self._fuzz(GenerationMode.NEGATIVE)
        if self.findings.success is not None:
            for finding in probe(self.session.transport, self.session.judge.blame, self.findings.success):
                self.findings.add(finding)

    def _examples(self) -> Iterator[Case]:
        given_values = {**with_resources(self.api, self.session.operation), **self.session.pins.known}
        yield example_case(self.fuzzed, self.session.operation, given_values)

    def _coverage(self) -> Iterator[Case]:
        config = self.schema.config.generation_for(operation=self.fuzzed)
        yield from self.schema.iter_coverage_cases(
            self.fuzzed, generation_modes=list(GenerationMode), generation_config=config
        )

    def _is_wrong(self, case: Case) -> bool:
        """Whether a boundary lies outside of what the spec says of an argument."""
        if case.meta is None or case.method != self.session.operation.method:
            return False
        about = case.meta.phase.data
        is_named = (
            isinstance(about, CoveragePhaseData) and about.scenario is not CoverageScenario.MALFORMED_CONTENT_TYPE
        )
        return is_named and case.meta.generation.mode.is_negative

    def _fuzz(self, mode: GenerationMode) -> None:
        """Make up requests until one disproves something new, then look for a smaller such."""
        smallest: list[Finding] = []
        tries = count()

        @seed(self.api.run.seed)
        @settings(QUIET, max_examples=max(self.api.run.max_examples // 2, 1))
        @given(case=self.fuzzed.as_strategy(generation_mode=mode))
        def attempt(case: Case) -> None:
            if smallest and next(tries) > SHRINKS:
                return
            for finding in self._try(case):
                if finding.key == smallest[0].key if smallest else finding.key not in self.findings.found:
                    smallest.append(finding)
                    raise Disproof(finding.clause, finding.expected, finding.received)

        try:
            attempt()
        except (Disproof, Flaky):
            self.findings.add(replace(smallest[-1], is_shrunk=True))

    def _try(self, case: Case) -> list[Finding]:
        """Send one request: everything that its answer disproves."""
        self.session.pins.pin(case)
        response, reply = self.session.send(case)
        self.findings.count(reply)
        found = list(self.session.checked(case, response, reply))
        try:
            self.session.judge.judge(reply)
        except Disproof as disproof:
            found.append(disproof.about(reply))
        self.session.pins.after(accepted=reply.accepted)
        return found
