"""The documented error codes: each provoked, and answered with its status and its words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.files.links import is_linked, link_to
from contracts.provocations.provoking import provoke
from contracts.situations.tasks import arguments_for, finished_task
from contracts.target import Capability, Unavailable
from openapi.clauses import Cause, Clause, ClauseKind
from openapi.clauses.answers import PLACEHOLDER
from openapi.model import ErrorCode, Operation
from openapi.reasons import Reason

UNTOLD = frozenset({Reason.WRONG_CONTENT_TYPE, Reason.EMPTY_BODY})  # answered by a wider code on a mock


@check(ClauseKind.ERROR_CODE)
def answers_a_mistake_with_the_documented_code(api: Api, clause: Clause) -> None:
    """Each situation for which the code is documented leads to it; where none can be had, an injected fault does."""
    for situation, reply in _provoked(api, clause):
        _expect(api, reply, clause.detail.error_code, situation)


@check(ClauseKind.MESSAGE)
def says_what_went_wrong_in_the_documented_words(api: Api, clause: Clause) -> None:
    """The refusal says what the page says, word for word but for what differs from answer to answer."""
    code, form = clause.detail.error_code, message_form(str(clause.value))
    for _, reply in _provoked(api, clause):
        if reply.accepted or reply.error_code != code.code:
            raise NotObserved(f"{code.code} was not answered")  # which is for the code's own clause to say
        found = str(reply.values.get("error.message", ""))
        if form.fullmatch(found) is None:
            raise Broken(f"the message: {clause.value}", reply, found or "none")
        return  # one answer shows the words; that every reason leads to the code is judged by itself


def _provoked(api: Api, clause: Clause) -> Iterator[tuple[str, Reply]]:
    """Each situation that leads to a code, and its answer; an injected fault's, where none can be had.

    Raises NotObserved.
    """
    cause: Cause = clause.detail
    reasons, unobserved = cause.reasons or cause.error_code.when, list[str]()
    for reason in reasons:
        reply, told = _by_reason(api, clause, cause.error_code, reason)
        if reply is None:
            unobserved.append(told)
        else:
            yield told, reply
    if len(unobserved) == len(reasons):
        why = "; ".join(dict.fromkeys(unobserved)) or "nothing that a client does provokes it"
        yield _injected(api, clause, cause.error_code, why)


def _by_reason(api: Api, clause: Clause, code: ErrorCode, reason: str) -> tuple[Reply | None, str]:
    """The answer of the first operation that can be brought to refuse for a reason, and what was done; or why none."""
    if reason in UNTOLD and reason not in code.when and not api.target.is_mock:
        return None, f"{reason}: no page says what answers it"
    whys: list[str] = []
    for operation in _operations(api, clause, code):
        names = {clause.operation} if clause.kind is ClauseKind.ERROR_CODE else {clause.operation, operation.id}
        if not any(_answers(api, name, code, reason) for name in names):
            continue
        try:
            return _provoked_once(api, operation, reason), f"{reason}, at {operation.id}"
        except (NotObserved, Unavailable) as error:
            whys.append(str(error))
    return None, next(iter(whys), f"{reason}: another code is documented to answer it first")


def _provoked_once(api: Api, operation: Operation, reason: str) -> Reply:
    """The answer to what an operation ought to refuse for a reason: on a mock the one that showed its code or words.

    Raises NotObserved, Unavailable.
    """
    about = api.which, operation.id, reason
    if not api.target.is_mock or about not in api.shared.refusals:
        api.target.reset()
        reply = provoke(api, operation, reason)
        if not api.target.is_mock:
            return reply
        api.shared.refusals[about] = (reply,)
    (reply,) = api.shared.refusals[about]
    api.exchanges.append(reply.exchange)
    return reply


def _injected(api: Api, clause: Clause, code: ErrorCode, why: str) -> tuple[str, Reply]:
    """The answer to a call that the target was told to refuse so. Raises Broken, NotObserved."""
    if Capability.FAULTS not in api.target.capabilities:
        raise NotObserved(f"{why}, and the target takes no faults")
    operation = _operations(api, clause, code)[0]
    api.target.reset()
    situation = f"an injected fault, at {operation.id}"
    if is_linked(api, operation):
        link = link_to(api, finished_task(api))
        _fail_next(api, operation, code)
        return situation, api.follow(operation, link)
    given = arguments_for(api, operation)
    _fail_next(api, operation, code)
    return situation, api.call(operation, given)


def _fail_next(api: Api, operation: Operation, code: ErrorCode) -> None:
    """Inject the fault. Raises Broken: what takes faults at all takes those of every documented code."""
    same = [each for each in api.spec.error_codes if each.code == code.code and each.belongs_to(operation.id)]
    number = same.index(code) + 1
    name = code.code if number == 1 else f"{code.code}:{number}"
    try:
        api.target.fail_next(api.spec.name, operation.id, name)
    except Unavailable as error:
        raise Broken(f"{code.code} as the answer of {operation.id}, on demand", received=str(error)) from error


def message_form(message: str) -> re.Pattern[str]:
    """What a message of this template looks like."""
    return re.compile(".*".join(re.escape(part) for part in PLACEHOLDER.split(" ".join(message.split()))), re.DOTALL)


def _expect(api: Api, reply: Reply, code: ErrorCode, situation: str) -> None:
    is_open = "status" in code.assumed and not api.target.is_mock
    if reply.accepted or reply.error_code != code.code or not (is_open or reply.status == code.status):
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
