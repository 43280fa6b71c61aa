"""Which HTTP status says the same as an error code, for clouds that refuse with another, or with 200."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from openapi.model import ErrorCode, Spec
from openapi.reasons import Reason, widening

UNKNOWN = HTTPStatus.IM_A_TEAPOT  # a code that the operation does not document
MISSING = "missing"  # the condition of a resource that does not exist

# The narrow ones first: nearly every reason widens to the last two.
_FAMILIES: dict[str, HTTPStatus] = {
    Reason.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    Reason.TASK_MISSING: HTTPStatus.NOT_FOUND,
    Reason.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Reason.UNKNOWN_PATH: HTTPStatus.NOT_FOUND,
    Reason.INVALID: HTTPStatus.BAD_REQUEST,
    Reason.INTERNAL_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def status_of(spec: Spec, codes: list[ErrorCode]) -> HTTPStatus:
    """The status of the family that the reasons of a code belong to, the gravest first; `UNKNOWN` for no code."""
    if not codes:
        return UNKNOWN
    found = [family(spec, reason) for code in codes for reason in code.when]
    if not found:
        return HTTPStatus(codes[0].status) if codes[0].status >= HTTPStatus.BAD_REQUEST else HTTPStatus.CONFLICT
    return next((status for status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND) if status in found), found[0])


def family(spec: Spec, reason: str) -> HTTPStatus:
    """The status that says the same as a reason."""
    if any(limit.reason == reason for operation in spec.operations.values() for limit in operation.rate_limits):
        return HTTPStatus.TOO_MANY_REQUESTS
    for resource in spec.resources.values():
        for name, condition in resource.conditions.items():
            if condition.reason == reason:
                return HTTPStatus.NOT_FOUND if name == MISSING else HTTPStatus.CONFLICT
    return next((_FAMILIES[wider] for wider in widening(reason) if wider in _FAMILIES), HTTPStatus.CONFLICT)


def situational_reasons(spec: Spec, operation: str) -> Iterator[str]:
    """The reasons that lie in the state of things, and not in the request alone."""
    yield from (quota.reason for quota in spec.quotas if quota.reason)
    yield from (limit.reason for limit in spec.operations[operation].rate_limits)
    yield from (reason for reason, _ in spec.operations[operation].phase_refusals.values())
    yield from (each.reason for resource in spec.resources.values() for each in resource.conditions.values())
    yield from (Reason.TASK_MISSING, Reason.FILE_GONE, Reason.BAD_QUERY, Reason.LINK_EXPIRED, Reason.LINK_FORGED)
    yield Reason.WRONG_PASSWORD
