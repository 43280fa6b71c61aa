"""Refusals of every kind: at the door, for who is calling, for what is asked, for what is not there."""

from __future__ import annotations

from contracts.check import NotObserved
from contracts.client import Api, Reply
from contracts.links import is_linked
from contracts.provoking import provoke
from contracts.target import Unavailable
from openapi.model import Operation
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


def refusals(api: Api) -> list[Reply]:
    """The answer to a request that is wrong for each of these reasons, from the first operation where it can be.

    Raises NotObserved when nothing is refused.
    """
    operations = [each for each in api.spec.operations.values() if not is_linked(api, each)]
    found = [reply for reason in KINDS if (reply := _first(api, operations, reason)) is not None]
    if not found:
        raise NotObserved("no request is known that is refused")
    return found


def _first(api: Api, operations: list[Operation], reason: Reason) -> Reply | None:
    """The first refusal; an answer that is no refusal at all is left to those that judge the reason."""
    for operation in operations:
        try:
            reply = provoke(api, operation, reason)
        except (NotObserved, Unavailable):
            continue
        return None if reply.accepted else reply
    return None
