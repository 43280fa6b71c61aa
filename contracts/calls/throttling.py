"""Calls that a server did not let through for now: how they are told."""

from __future__ import annotations

from http import HTTPStatus

from openapi.model import Operation, Spec

ATTEMPTS = 3  # more, after the first
STATUSES = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


def is_throttled(spec: Spec, operation: Operation, status: int, code: str) -> bool:
    """Whether an answer means that the call came too soon, and nothing else."""
    return status in STATUSES or (bool(code) and code in _codes(spec, operation))


def _codes(spec: Spec, operation: Operation) -> set[str]:
    """The documented codes of the operation's rate limits that answer no quota as well."""
    return _of(spec, operation, *(each.reason for each in operation.rate_limits)) - _of(
        spec, operation, *(each.reason for each in spec.quotas if each.reason)
    )


def _of(spec: Spec, operation: Operation, *reasons: str) -> set[str]:
    found = set()
    for reason in reasons:
        try:
            code = spec.error_code(operation.id, reason)
        except LookupError:
            continue
        if code.citation.standing != "assumed" and code.when == (reason,):
            found.add(code.code)
    return found
