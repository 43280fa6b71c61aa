"""Refusals of every kind: at the door, for who is calling, for what is asked, for what is not there."""

from __future__ import annotations

from contracts.calls.client import Api, Reply
from contracts.check import NotObserved
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
    linked = [each for each in api.spec.operations.values() if is_linked(api, each)]
    others = [each for each in api.spec.operations.values() if each not in linked]
    for operations in (others, linked):
        found = [reply for reason in KINDS if (reply := _first(api, operations, reason, form)) is not None]
        if found:
            return found
    raise NotObserved("no request is known that is refused in this form")


def _first(api: Api, operations: list[Operation], reason: Reason, form: Answer) -> Reply | None:
    """The first refusal, if it has to come in this form; one that is none at all is left to who judges the reason."""
    for operation in operations:
        try:
            reply = provoke(api, operation, reason)
        except (NotObserved, Unavailable):
            continue
        is_meant = api.spec.refusal(operation.id, reply.error_code, reply.status) is form
        return reply if is_meant and not reply.accepted else None
    return None
