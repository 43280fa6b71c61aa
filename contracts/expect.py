"""What a check may expect of a reply."""

from __future__ import annotations

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved
from openapi.model import ErrorCode, Operation


def expect_accepted(reply: Reply, situation: str = "") -> Reply:
    """The reply, which has to be the documented success. Raises Broken."""
    if not reply.accepted:
        raise Broken(_said("accepted", situation), reply)
    return reply


def expect_refused(api: Api, operation: Operation, reply: Reply, *reasons: str, situation: str = "") -> Reply:
    """The reply, which has to be a refusal with the documented code of one of the reasons. Raises Broken.

    A reason may name the parameter that it is about: `out-of-range/limit`. On a server that is no mock any code will
    do where nobody documents which one answers.
    """
    codes = [code for code in (error_code(api, operation, reason) for reason in reasons) if code is not None]
    if not api.target.is_mock and any(code.assumed & {"code", "when"} for code in codes):
        codes = []
    wanted = " or ".join(dict.fromkeys(code.code for code in codes))
    if reply.accepted or not reply.error_code or (codes and reply.error_code not in {code.code for code in codes}):
        raise Broken(_said(f"refused as {wanted}" if wanted else "refused", situation), reply)
    return reply


def require_accepted(reply: Reply, what: str) -> Reply:
    """The reply, without whose success the check has nothing to look at. Raises NotObserved."""
    if not reply.accepted:
        raise NotObserved(f"{what} was refused as {reply.error_code or reply.status}")
    return reply


def error_code(api: Api, operation: Operation, reason: str) -> ErrorCode | None:
    """The documented code of a reason, or of `reason/parameter`; None where there is none."""
    bare, _, parameter = reason.partition("/")
    try:
        return api.spec.error_code(operation.id, bare, parameter)
    except LookupError:
        return None


def _said(expected: str, situation: str) -> str:
    return f"{expected}: {situation}" if situation else expected
