"""The fuzzer's own failures as findings: which clause each belongs to."""

from __future__ import annotations

from schemathesis.core.failures import CustomFailure, Failure
from schemathesis.openapi.checks import JsonSchemaError, MissingHeaders, UndefinedStatusCode

from contracts.calls.client import Reply
from contracts.fuzz.blame import Blame
from contracts.fuzz.finding import Disproof, Finding
from openapi.clauses import ClauseKind
from openapi.model import Answer


def owed(failure: Failure, answer: Answer, *, counts_assumed: bool) -> bool:
    """Whether a failure is one: missing headers that nobody documents are left out where they do not count."""
    if isinstance(failure, MissingHeaders) and not counts_assumed:
        cited = {name: answer.headers.get(name.lower(), {}).get("x-cite", {}) for name in failure.missing_headers}
        failure.missing_headers = [name for name, cite in cited.items() if "assumed" not in cite]
        return bool(failure.missing_headers)
    return True


def translate(failure: Failure, blame: Blame, reply: Reply, answer: Answer, *, is_refusal: bool) -> Finding:
    """The finding that a failure is about an answer, which `answer` documents."""
    if isinstance(failure, CustomFailure) and isinstance(failure.exception, Disproof):
        return failure.exception.about(reply)
    subject = "refusal" if is_refusal else ""
    received = " ".join(failure.message.split())[:300]
    if isinstance(failure, UndefinedStatusCode):
        expected = f"status {answer.status}" if answer.status else "a documented status"
        return Finding(blame.id(ClauseKind.STATUS), is_refusal, expected, f"status {reply.status}", reply)
    if isinstance(failure, MissingHeaders):
        name = failure.missing_headers[0]
        is_id = "request.id" in str(answer.headers.get(name.lower(), {}).get("x-value", ""))
        kind = ClauseKind.REQUEST_ID if is_id else ClauseKind.HEADER
        about = f"{subject}:{name}" if subject else name
        return Finding(blame.id(kind, about), is_refusal, f"the header {name}", "none", reply)
    if isinstance(failure, JsonSchemaError):
        return Finding(
            blame.id(ClauseKind.RESPONSE_SCHEMA, subject), is_refusal, "the documented body", received, reply
        )
    return Finding(blame.general(refusal=is_refusal), is_refusal, failure.title, received, reply)
