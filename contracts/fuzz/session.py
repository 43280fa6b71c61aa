"""One operation under generated requests: sending them, and checking what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, settings
from schemathesis.checks import CheckContext, run_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import UndefinedStatusCode
from schemathesis.specs.openapi.checks import (
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from contracts.calls.client import Api, Reply
from contracts.fuzz.blame import Blame
from contracts.fuzz.cases import Case
from contracts.fuzz.checks import Oracles
from contracts.fuzz.failures import owed, translate
from contracts.fuzz.finding import Finding
from contracts.fuzz.gate import Gate
from contracts.fuzz.invariants import TaskModel
from contracts.fuzz.judgement import Judge
from contracts.fuzz.pins import Pins
from contracts.fuzz.projection import project
from contracts.fuzz.ration import Ration
from contracts.fuzz.transport import Transport
from contracts.fuzz.wire import wire_reader
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


def schema_of(spec: Spec, run_seed: int, mode: str = "all") -> OpenApiSchema:
    """The projection of a spec, as the fuzzer holds it: nothing cached, nothing learned, nothing random.

    `mode` says which requests it makes up: `positive` ones, that keep the rules, or `all`.
    """
    config = SchemathesisConfig.from_dict(
        {
            "seed": run_seed,
            "cache": {"enabled": False},
            "analysis": {"constants": {"enabled": False}},
            "generation": {"mode": mode},
        }
    )
    schema = schemathesis.openapi.from_dict(project(spec).document, config=config)
    assert isinstance(schema, OpenApiSchema)
    return schema


@dataclass
class Session:
    """A run over one operation."""

    api: Api
    operation: Operation
    transport: Transport
    pins: Pins
    oracles: Oracles
    judge: Judge
    http: requests.Session
    ration: Ration | None = None  # of a real endpoint

    @classmethod
    def start(cls, api: Api, operation: Operation, pins: Pins | None = None) -> Session:
        """A run that has not sent anything yet but what its tasks took. Raises NotObserved when there can be none."""
        transport, blame = Transport(api, operation), Blame(api.spec, operation)
        reader, pins = wire_reader(api.spec, operation), pins or Pins(api, operation)
        oracles = Oracles(transport, reader, blame, TaskModel(api.spec))
        return cls(api, operation, transport, pins, oracles, Judge(transport, reader, blame, pins), transport.session())

    def bound(self, ration: Ration) -> None:
        """Send from now on only what a real endpoint may be sent."""
        self.ration, self.transport.gate = ration, Gate(self.api, self.operation, ration)

    def narrow(self, *, only_wrong: bool) -> None:
        """Whether a real endpoint is sent nothing but what it has to refuse, and each sort of that a few times."""
        if self.transport.gate is not None:
            self.transport.gate.only_wrong = only_wrong

    def send(self, case: Case) -> tuple[Response, Reply]:
        """The answer to a case, as the fuzzer and as the contracts read it. Raises Unreachable."""
        self.transport.replies.clear()
        response = case.call(base_url=self.api.target.base_url, session=self.http, max_redirects=0)
        return response, self.transport.replies[-1]

    def checked(self, case: Case, response: Response, reply: Reply) -> Iterator[Finding]:
        config = case.operation.schema.config.checks_config_for(operation=case.operation)
        context = CheckContext(
            override=None, auth=None, headers=None, config=config, transport_kwargs=None, response_checks=None
        )
        failures: list[Failure] = []
        run_checks(
            case=case,
            response=response,
            ctx=context,
            checks=[*self.oracles.checks(), *(BUILT_IN if case.method == self.operation.method else ())],
            on_failure=lambda _, __, failure: failures.append(failure),
        )
        if self.oracles.is_untold(reply):
            failures = [each for each in failures if not isinstance(each, UndefinedStatusCode)]
        answer, is_refusal = self.oracles.documented(reply)
        is_mock = self.api.target.is_mock
        failures = [each for each in failures if owed(each, answer, counts_assumed=is_mock)]
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            del failures[1:]  # the rest follows from it
        for failure in failures:
            yield translate(failure, self.judge.blame, reply, answer, is_refusal=is_refusal)
