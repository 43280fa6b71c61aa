"""One operation, hundreds of requests: its example, boundaries, and what the fuzzer makes up.

A real endpoint is sent few of them, and wrong ones first, as what is refused changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count, zip_longest
from random import Random

from hypothesis import given, seed, settings
from hypothesis.errors import Flaky
from schemathesis import GenerationMode
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario
from schemathesis.specs.openapi.schemas import OpenApiSchema

from contracts.calls.client import Api
from contracts.fuzz.cases import Case, Fuzzed, example_case
from contracts.fuzz.finding import Disproof, Finding, Findings
from contracts.fuzz.gate import Needless, Withheld
from contracts.fuzz.noise import Disturbed, Ill
from contracts.fuzz.probes import probe
from contracts.fuzz.ration import Ration, ration_of
from contracts.fuzz.session import QUIET, Session, schema_of
from contracts.fuzz.surroundings import undisturbed
from contracts.situations.tasks import with_resources
from contracts.target import Unallowed, Unavailable, Unreachable
from openapi.model import Action, Operation

SHRINKS = 60  # requests that are spent on making a finding smaller
REAL_SHRINKS = 10  # … of a real endpoint
DRAFTS = 4  # wrong requests are made up for one that is sent to a real endpoint
UNANSWERED = 3  # requests in a row, or answered by noise, after which a real endpoint is given up


def fuzz(api: Api, operation: Operation) -> Findings:
    """What generated requests show of one operation. Raises NotObserved when none of them can have success."""
    if operation.action is Action.CREATE and not api.target.profile.allow.create:
        raise Unallowed(f"the profile does not allow {operation.id}: allow.create")
    with undisturbed():
        ration = None if api.target.is_mock else ration_of(api.target, api.spec, operation.id)
        api.toll = ration
        session, schema = Session.start(api, operation), schema_of(api.spec, api.run.seed)
        run = Run(api, session, schema.find_operation_by_id(operation.id), schema)
        if ration is None:
            run.go()
        else:
            session.bound(ration)
            run.go_sparingly(ration)
        return run.findings


@dataclass
class Run:
    """A run over one operation, phase by phase."""

    api: Api
    session: Session
    fuzzed: Fuzzed
    schema: OpenApiSchema
    findings: Findings = field(default_factory=Findings)
    kept: int = 0  # requests of the ration that are for later phases
    unanswered: int = 0  # requests in a row

    def go(self) -> None:
        """All phases, one after another."""
        takes_any_text = True
        for case in (*self._examples(), *self._coverage()):
            takes_any_text &= not self._is_wrong(case)
            self._send([case])
        self._fuzz(GenerationMode.POSITIVE)
        if not takes_any_text:  # what does cannot be given a wrong one; the fuzzer would try for long
            self._fuzz(GenerationMode.NEGATIVE)
        self._probe()

    def go_sparingly(self, ration: Ration) -> None:
        """A fourth of the ration for each: boundaries beyond what is allowed, other wrong requests, and right ones."""
        whole = ration.requests
        cases = self._boundaries()
        wrong = [case for case in cases if self._is_wrong(case)]
        self.kept = whole * 3 // 4
        self.session.narrow(only_wrong=True)
        self._send(wrong)
        self.kept = whole * 2 // 4
        if wrong:  # what takes any text cannot be given a wrong one
            self._fuzz(GenerationMode.NEGATIVE, DRAFTS)
        self.session.narrow(only_wrong=False)
        self.kept = whole // 4
        self._send([*self._examples(), *(case for case in cases if not self._is_wrong(case))])
        self.kept = 0
        self._fuzz(GenerationMode.POSITIVE)
        self._probe()
        self._tell()

    def _boundaries(self) -> list[Case]:
        """Each parameter's by turns, as only the first of them may be sent; which ones is up to the seed."""
        cases = [case for case in self._coverage() if case.method == self.session.operation.method]
        Random(f"{self.api.run.seed} {self.session.operation.id}").shuffle(cases)  # noqa: S311 - no secret
        by_parameter: dict[str, list[Case]] = {}
        for case in cases:
            about = case.meta.phase.data if case.meta else None
            name = about.parameter if isinstance(about, CoveragePhaseData) else None
            by_parameter.setdefault(f"{name} {self._is_wrong(case)}", []).append(case)
        return [case for turn in zip_longest(*by_parameter.values()) for case in turn if case is not None]

    def _tell(self) -> None:
        """Where nothing could be sent, let whoever asks know why. Raises Unavailable."""
        if not self.findings.cases and self.findings.ended is not None:
            raise self.findings.ended

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

    def _send(self, cases: Iterable[Case]) -> None:
        for case in cases:
            for finding in self._try(case):
                self.findings.add(finding)

    def _fuzz(self, mode: GenerationMode, most: int = 1) -> None:
        """Make up requests until one disproves something new, then look for a smaller such.

        `most` is how many are made up for each that is asked for, where many of them are not worth sending.
        """
        smallest: list[Finding] = []
        tries = count()

        @seed(self.api.run.seed)
        @settings(QUIET, max_examples=max(self.api.run.max_examples // 2, 1) * most)
        @given(case=self.fuzzed.as_strategy(generation_mode=mode))
        def attempt(case: Case) -> None:
            if smallest and next(tries) > self._shrinks:
                return
            for finding in self._try(case):
                if finding.key == smallest[0].key if smallest else finding.key not in self.findings.found:
                    smallest.append(finding)
                    raise Disproof(finding.clause, finding.expected, finding.received)

        try:
            attempt()
        except (Disproof, Flaky):
            self.findings.add(replace(smallest[-1], is_shrunk=self._shrinks > 0))

    @property
    def _shrinks(self) -> int:
        """Requests that may be spent on making a finding smaller: none where each may create a task for good."""
        if self.session.ration is None:
            return SHRINKS
        return 0 if self.session.operation.action is Action.CREATE else REAL_SHRINKS

    def _probe(self) -> None:
        """Try an accepted request with worse credentials."""
        if self.findings.success is None or self._is_over:
            return
        try:
            for finding in probe(self.session.transport, self.session.judge.blame, self.findings.success):
                self.findings.add(finding)
        except Unavailable as error:
            self._end(error)

    def _try(self, case: Case) -> list[Finding]:
        """Everything that the answer to one request disproves; nothing where it must not be sent."""
        if self._is_over:
            return []
        try:
            found = self._tried(case)
        except Needless:
            return []
        except Ill:
            raise
        except (Withheld, Unallowed) as error:
            self.findings.leave_out(str(error))
            return []
        except (Disturbed, Unreachable) as error:
            self._bear(error)
            return []
        except Unavailable as error:
            self._end(error)
            return []
        self.unanswered = 0
        return found

    def _tried(self, case: Case) -> list[Finding]:
        """Send one request: everything that its answer disproves."""
        self.session.pins.pin(case)
        response, reply = self.session.send(case)
        self.findings.count(reply)
        found = list(self.session.checked(case, response, reply))
        try:
            self.session.judge.judge(reply)
        except Disproof as disproof:
            found.append(disproof.about(reply))
        ration = self.session.ration
        self.session.pins.after(accepted=reply.accepted, may_create=ration is None or ration.may_create)
        return found

    @property
    def _is_over(self) -> bool:
        """Whether nothing more may be sent, in this phase or at all."""
        ration = self.session.ration
        return self.findings.ended is not None or (ration is not None and ration.requests <= self.kept)

    def _end(self, error: Unavailable) -> None:
        """Leave it at what was seen. Raises the error where a mock says so, which it should not."""
        if self.session.ration is None:
            raise error
        self.findings.ended = error

    def _bear(self, error: Disturbed | Unreachable) -> None:
        """Leave a request out that a real endpoint did not answer as it can. Raises the error after a few in a row."""
        self.unanswered += 1
        if self.session.ration is None or self.unanswered >= UNANSWERED:
            raise error
        self.findings.leave_out(str(error))
