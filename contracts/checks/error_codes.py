"""The documented error codes: each provoked, and answered with its status."""

from __future__ import annotations

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.files.links import is_linked, link_to
from contracts.provocations.provoking import provoke
from contracts.situations.successes import finished_task
from contracts.situations.tasks import arguments_for
from contracts.target import Capability, Unavailable
from openapi.clauses import Cause, Clause, ClauseKind
from openapi.model import ErrorCode, Operation


@check(ClauseKind.ERROR_CODE)
def answers_a_mistake_with_the_documented_code(api: Api, clause: Clause) -> None:
    """Each situation for which the code is documented leads to it; where none can be had, an injected fault does."""
    cause: Cause = clause.detail
    reasons = cause.reasons or cause.error_code.when
    unobserved = [why for reason in reasons if (why := _judge(api, clause, cause.error_code, reason))]
    if len(unobserved) == len(reasons):
        _inject(api, clause, cause.error_code, "; ".join(unobserved) or "nothing that a client does provokes it")


def _judge(api: Api, clause: Clause, code: ErrorCode, reason: str) -> str:
    """Provoke the code for one reason, at the first operation that can: empty, or why none could. Raises Broken."""
    if not _answers(api, clause.operation, code, reason):
        return f"{reason}: another code is documented to answer it first"
    why = f"{reason}: no operation is known that could refuse so"
    for operation in _operations(api, clause, code):
        api.target.reset()
        try:
            reply = provoke(api, operation, reason)
        except (NotObserved, Unavailable) as error:
            why = str(error)
            continue
        _expect(reply, code, f"{reason}, at {operation.id}")
        return ""
    return why


def _inject(api: Api, clause: Clause, code: ErrorCode, why: str) -> None:
    """Let the target answer with the code, where it can. Raises Broken, NotObserved."""
    if Capability.FAULTS not in api.target.capabilities:
        raise NotObserved(f"{why}, and the target takes no faults")
    operation = _operations(api, clause, code)[0]
    api.target.reset()
    if is_linked(api, operation):
        link = link_to(api, finished_task(api))
        _fail_next(api, operation, code)
        reply = api.follow(operation, link)
    else:
        given = arguments_for(api, operation)
        _fail_next(api, operation, code)
        reply = api.call(operation, given)
    _expect(reply, code, f"an injected fault, at {operation.id}")


def _fail_next(api: Api, operation: Operation, code: ErrorCode) -> None:
    """Inject the fault. Raises Broken: what takes faults at all takes those of every documented code."""
    same = [each for each in api.spec.error_codes if each.code == code.code and each.belongs_to(operation.id)]
    number = same.index(code) + 1
    name = code.code if number == 1 else f"{code.code}:{number}"
    try:
        api.target.fail_next(api.spec.name, operation.id, name)
    except Unavailable as error:
        raise Broken(f"{code.code} as the answer of {operation.id}, on demand", received=str(error)) from error


def _expect(reply: Reply, code: ErrorCode, situation: str) -> None:
    if reply.accepted or reply.error_code != code.code or reply.status != code.status:
        raise Broken(f"refused as {code.code} with status {code.status}: {situation}", reply)


def _answers(api: Api, operation: str, code: ErrorCode, reason: str) -> bool:
    """Whether it is this code that the spec gives for the reason: the first of several that could."""
    bare, _, parameter = reason.partition("/")
    try:
        found = api.spec.error_code(operation, bare, parameter)
    except LookupError:
        return False
    return found is code or (reason in code.when and not parameter and code.belongs_to(operation) and found == code)


def _operations(api: Api, clause: Clause, code: ErrorCode) -> list[Operation]:
    if clause.operation:
        return [api.operation(clause.operation)]
    found = [each for each in api.spec.operations.values() if code.belongs_to(each.id)]
    return sorted(found, key=lambda each: is_linked(api, each))
