"""One operation, thousands of requests: examples, boundaries, and what the fuzzer makes up."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckContext, run_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi.checks import (
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from contracts.client import Api, Reply
from contracts.fuzz.blame import blame_of
from contracts.fuzz.checks import Oracles
from contracts.fuzz.failures import translate
from contracts.fuzz.finding import Disproof, Finding, Findings
from contracts.fuzz.invariants import TaskModel
from contracts.fuzz.judgement import Judge
from contracts.fuzz.pins import Pins
from contracts.fuzz.probes import probe
from contracts.fuzz.projection import project
from contracts.fuzz.transport import Transport
from contracts.fuzz.wire import wire_reader
from contracts.situations import with_resources
from openapi.model import Operation, Spec

BUILT_IN = (status_code_conformance, response_headers_conformance, response_schema_conformance)
QUIET = settings(
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    verbosity=Verbosity.quiet,
    print_blob=False,
    report_multiple_bugs=False,
)


def schema_of(spec: Spec, run_seed: int) -> OpenApiSchema:
    """The projection of a spec, as the fuzzer holds it: nothing cached, nothing learned, nothing random."""
    config = SchemathesisConfig.from_dict(
        {"seed": run_seed, "cache": {"enabled": False}, "analysis": {"constants": {"enabled": False}}}
    )
    schema = schemathesis.openapi.from_dict(project(spec).document, config=config)
    assert isinstance(schema, OpenApiSchema)
    return schema


def fuzz(api: Api, operation: Operation) -> Findings:
    """What generated requests show of one operation. Raises NotObserved when none of them can have success."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the generator, about patterns that it cannot make use of
        return Session.start(api, operation).run()


@dataclass
class Session:
    """A run over one operation."""

    api: Api
    operation: Operation
    schema: OpenApiSchema
    transport: Transport
    pins: Pins
    oracles: Oracles
    judge: Judge
    http: requests.Session
    findings: Findings = field(default_factory=Findings)
    first_success: Reply | None = None

    @classmethod
    def start(cls, api: Api, operation: Operation) -> Session:
        """A run that has not sent anything yet but what its tasks took."""
        transport, blame = Transport(api, operation), blame_of(api.spec, operation)
        reader = wire_reader(api.spec, operation)
        schema = schema_of(api.spec, api.run.seed)
        pins = Pins(api, operation)
        oracles = Oracles(transport, reader, blame, TaskModel(api.spec))
        judge = Judge(transport, reader, blame)
        return cls(api, operation, schema, transport, pins, oracles, judge, transport.session())

    def run(self) -> Findings:
        """All phases, one after another."""
        for case in (*self._examples(), *self._coverage()):
            for finding in self._try(case):
                self.findings.add(finding)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            self._fuzz(mode)
        if self.first_success is not None:
            for finding in probe(self.transport, self.judge.blame, self.first_success):
                self.findings.add(finding)
        return self.findings

    @property
    def _target(self) -> schemathesis.APIOperation:  # type: ignore[name-defined]
        return self.schema.find_operation_by_id(self.operation.id)

    def _examples(self) -> Iterator[Case]:
        given_values = {**with_resources(self.api, self.operation), **self.pins.known}
        yield example_case(self._target, self.operation, given_values)

    def _coverage(self) -> Iterator[Case]:
        config = self.schema.config.generation_for(operation=self._target)
        yield from self.schema.iter_coverage_cases(
            self._target, generation_modes=list(GenerationMode), generation_config=config
        )

    def _fuzz(self, mode: GenerationMode) -> None:
        """Make up requests until one disproves something new, then look for the smallest such."""
        smallest: list[Finding] = []

        @seed(self.api.run.seed)
        @settings(QUIET, max_examples=self.api.run.max_examples)
        @given(case=self._target.as_strategy(generation_mode=mode))
        def attempt(case: Case) -> None:
            known = {each.key for each in smallest[-1:]}
            for finding in self._try(case):
                if finding.key in self.findings.found and finding.key not in known:
                    continue
                if not known or finding.key in known:
                    smallest.append(finding)
                    raise Disproof(finding.clause, finding.expected, finding.received)

        try:
            attempt()
        except Disproof:
            self.findings.add(smallest[-1])
