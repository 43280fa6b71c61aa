"""Refusals of every kind: at the door, for who is calling, for what is asked, for what is not there."""

from __future__ import annotations

from contracts.calls.client import Api, Reply
from contracts.check import NotObserved
from contracts.expect import error_code
from contracts.files.links import is_linked
from contracts.provocations.provoking import provoke
from contracts.target import Unavailable
from openapi.model import Answer, Operation
from openapi.reasons import Reason

KINDS = (
    Reason.UNKNOWN_PATH,
    Reason.UNKNOWN_METHOD,
    Reason.UNKNOWN_ACTION,
    Reason.UNSIGNED,
    Reason.MALFORMED_SIGNATURE,
    Reason.UNKNOWN_KEY,
    Reason.WRONG_SIGNATURE,
    Reason.MALFORMED_BODY,
    Reason.MISSING_PARAMETER,
    Reason.WRONG_TYPE,
    Reason.OUT_OF_RANGE,
    Reason.TASK_MISSING,
)


def refusals(api: Api, form: Answer) -> list[Reply]:
    """The answers to requests that are wrong, each for another reason, as far as they have to come in this form.

    Raises NotObserved when no request is known that is refused so.
    """
    about = api.which, form.pointer
    if about in api.shared.refusals:  # what one answer shows of its form, it shows all who judge it
        api.exchanges += [reply.exchange for reply in api.shared.refusals[about]]
        return list(api.shared.refusals[about])
    linked = [each for each in api.spec.operations.values() if is_linked(api, each)]
    others = [each for each in api.spec.operations.values() if each not in linked]
    for operations in (others, linked):
        found = [reply for reason in KINDS if (reply := _first(api, operations, reason, form)) is not None]
        if found:
            if api.target.is_mock:
                api.shared.refusals[about] = tuple(found)
            return found
    raise NotObserved("no request is known that is refused in this form")


def _first(api: Api, operations: list[Operation], reason: Reason, form: Answer) -> Reply | None:
    """The first refusal, if it has to come in this form; one that is none at all is left to who judges the reason."""
    for operation in operations:
        try:
            reply = provoke(api, operation, reason)
        except (NotObserved, Unavailable):
            continue
        return reply if not reply.accepted and _meant_form(api, operation, reply, reason) is form else None
    return None


def _meant_form(api: Api, operation: Operation, reply: Reply, reason: Reason) -> Answer:
    """The form of the code that a refusal has; of one without a documented code, that of the code it should have."""
    documented = error_code(api, operation, reason)
    if documented is not None and reply.error_code not in {each.code for each in api.spec.error_codes}:
        return api.spec.refusal_of(documented)
    return api.spec.refusal(operation.id, reply.error_code, reply.status)
