"""What every answer to a generated request has to keep; the fuzzer runs these beside its own checks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus

from schemathesis.checks import CheckContext
from schemathesis.core.transport import Response

from contracts.calls.client import Reply
from contracts.calls.codes import difference, is_untold
from contracts.calls.envelopes import REQUEST_ID, Envelope, Envelopes, envelopes
from contracts.fuzz.blame import Blame
from contracts.fuzz.cases import Case
from contracts.fuzz.finding import Disproof
from contracts.fuzz.invariants import TaskModel
from contracts.fuzz.transport import Transport
from contracts.fuzz.wire import Unclear, WireReader
from openapi.clauses import ClauseKind
from openapi.model import Answer

Check = Callable[[CheckContext, Response, Case], None]


@dataclass
class Oracles:
    """The checks of one run over one operation; what they remember of the answers so far."""

    transport: Transport
    reader: WireReader
    blame: Blame
    model: TaskModel
    seen_ids: set[str] = field(default_factory=set[str])
    refusals: Envelopes = field(init=False)

    def __post_init__(self) -> None:
        self.refusals = envelopes(self.transport.api.spec)

    def checks(self) -> list[Check]:
        """All of them, as the fuzzer takes them."""
        return [
            self.answers_without_an_error_of_its_own,
            self.refuses_in_the_documented_envelope,
            self.refuses_with_a_documented_code,
            self.names_the_exact_content_type,
            self.gives_every_answer_an_id_of_its_own,
            self.keeps_what_it_said_of_tasks,
        ]

    @property
    def _reply(self) -> Reply:
        return self.transport.replies[-1]

    def answers_without_an_error_of_its_own(self, _: CheckContext, response: Response, __: Case) -> None:
        """No request makes a server fail."""
        if max(self._reply.status, response.status_code) >= HTTPStatus.INTERNAL_SERVER_ERROR:
            received = f"{self._reply.status} {self._reply.error_code}".strip()
            raise Disproof(self.blame.general(refusal=False), "no error of the server itself", received)

    def refuses_in_the_documented_envelope(self, _: CheckContext, __: Response, case: Case) -> None:
        """What is no success is a refusal, and looks like one."""
        reply = self._reply
        if case.method == "HEAD" or self._is_refusal(reply) is False:
            return
        form = self._form(reply).validator
        if not form.is_valid(reply.body):
            problem = next(iter(form.problems(reply.body)), None)
            clause = self.blame.id(ClauseKind.RESPONSE_SCHEMA, "refusal")
            received = problem.message if problem else "another body"
            raise Disproof(clause, "a refusal in the documented form", received, is_refusal=True)

    def refuses_with_a_documented_code(self, _: CheckContext, __: Response, case: Case) -> None:
        """The error code is one that the operation documents, with the status that the code has."""
        reply, spec = self._reply, self.transport.api.spec
        if not reply.error_code or case.method != self.transport.operation.method:
            return
        is_mock = self.transport.api.target.is_mock
        found = difference(spec, self.transport.operation.id, reply, counts_assumed=is_mock)
        if found is not None:
            own = found.is_of_status
            clause = self.blame.id(ClauseKind.ERROR_CODE, reply.error_code) if own else self.blame.general(refusal=True)
            raise Disproof(clause, found.expected, found.received, is_refusal=True)

    def is_untold(self, reply: Reply) -> bool:
        """Whether a server that is no mock answers in another code, where nobody documents which one it should be."""
        api, operation = self.transport.api, self.transport.operation.id
        return not api.target.is_mock and is_untold(api.spec, operation, reply.error_code)

    def names_the_exact_content_type(self, _: CheckContext, __: Response, case: Case) -> None:
        """Letter by letter: some clients look at nothing else."""
        reply = self._reply
        answer, is_refusal = self.documented(reply)
        received = reply.headers.get("content-type", "")
        if case.method != "HEAD" and received != answer.content_type and reply.raw:
            clause = self.blame.id(ClauseKind.CONTENT_TYPE, "refusal" if is_refusal else "")
            raise Disproof(clause, f"Content-Type: {answer.content_type}", received or "none", is_refusal=is_refusal)

    def gives_every_answer_an_id_of_its_own(self, _: CheckContext, __: Response, case: Case) -> None:
        """Wherever an id of the request is documented, it is there, and no other answer has it."""
        reply = self._reply
        answer, is_refusal = self.documented(reply)
        names = [name for name, schema in answer.headers.items() if REQUEST_ID in str(schema.get("x-value", ""))]
        found = {reply.headers.get(name, "") for name in names}
        if case.method != "HEAD" and REQUEST_ID in str(answer.schema):
            found.add(str(reply.values.get(REQUEST_ID, "")))
        if wrong := found & {"", *self.seen_ids}:
            clause = self.blame.id(ClauseKind.REQUEST_ID, "refusal" if is_refusal else "")
            expected, received = "an id that no other answer has", ", ".join(sorted(wrong)) or "none"
            raise Disproof(clause, expected, received, is_refusal=is_refusal)
        self.seen_ids |= found

    def keeps_what_it_said_of_tasks(self, _: CheckContext, __: Response, ___: Case) -> None:
        """No answer contradicts an earlier one about the same task."""
        reply, arguments = self._reply, None
        with suppress(Unclear):
            arguments = self.reader.read(reply.exchange.request).arguments
        self.model.observe(self.transport.operation, reply, arguments)

    def _form(self, reply: Reply) -> Envelope:
        return self.refusals.of(self.transport.operation.id, reply.error_code, reply.status)

    def _is_refusal(self, reply: Reply) -> bool:
        return not reply.accepted and (
            bool(reply.error_code) or reply.status != self.transport.operation.success.status
        )

    def documented(self, reply: Reply) -> tuple[Answer, bool]:
        """What the answer ought to look like, and whether that is a refusal."""
        is_refusal = self._is_refusal(reply)
        if is_refusal:
            return self._form(reply).answer, is_refusal
        return self.transport.operation.success, is_refusal
