"""Refusals on request: what a provider documents, whether or not a client can provoke it."""

from __future__ import annotations

from mockserver.admission import over_limit
from mockserver.faults.effects import Kind
from mockserver.faults.targets import refusal_of
from mockserver.faults.waiting import Hits
from mockserver.refusal import Refusal
from openapi.model import Operation, Spec

FAULT = "fault"  # the reason of a refusal that was asked for; its detail `entry` is the error code
RETRY_AFTER = "retry_after"  # its detail: the seconds that the caller is asked to wait, if any


def refuse_on_request(hits: Hits, operation: Operation, spec: Spec) -> None:
    """Refuse the call if one of the faults that it meets does."""
    hit = next((hit for hit in hits if hit.fault.effect.kind is Kind.REFUSAL), None)
    entry = refusal_of(spec, operation, hit.name, hit.fault.members.get("code", "")) if hit else None
    if hit and entry:
        told = {RETRY_AFTER: hit.fault.members.get(RETRY_AFTER), **_of_a_limit(operation)}
        raise Refusal(FAULT, "asked for at the control plane", entry=entry, **told)


def _of_a_limit(operation: Operation) -> dict[str, int]:
    """What a message about the first rate limit of an operation says, if it has one."""
    limits = operation.rate_limits[:1]
    return {key: value for each in limits for key, value in over_limit(each).items()}
