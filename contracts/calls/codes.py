"""What is documented of the error code of a refusal, and where a refusal differs from all of that."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.calls.client import Reply
from openapi.model import ErrorCode, Spec


@dataclass(frozen=True, slots=True)
class Difference:
    """A refusal that is none of the documented ones."""

    expected: str
    received: str
    is_of_status: bool  # whether the code is documented, and comes with another status


def codes_of(spec: Spec, operation: str, code: str, status: int = 0) -> list[ErrorCode]:
    """The entries of an error code that the operation documents; only those with `status`, unless it is 0."""
    found = [each for each in spec.error_codes if each.code == code and each.belongs_to(operation)]
    return [each for each in found if status in (0, each.status)]


def is_untold(spec: Spec, operation: str, code: str) -> bool:
    """Whether no page has the code, and none says either in which code the operation refuses."""
    if not code or codes_of(spec, operation, code):
        return False
    return any("code" in each.assumed for each in spec.error_codes if each.belongs_to(operation))


def difference(spec: Spec, operation: str, reply: Reply, *, counts_assumed: bool) -> Difference | None:
    """How the code of a refusal, or its status, differs from what the operation documents; None where it does not.

    What is only assumed is owed where it counts, as it does on a mock.
    """
    codes = codes_of(spec, operation, reply.error_code)
    if not codes:
        is_owed = counts_assumed or not is_untold(spec, operation, reply.error_code)
        wanted = "an error code that the operation documents"
        return Difference(wanted, reply.error_code, is_of_status=False) if is_owed else None
    is_owed = counts_assumed or not any("status" in each.assumed for each in codes)
    if not is_owed or reply.status in {each.status for each in codes}:
        return None
    statuses = " or ".join(dict.fromkeys(str(each.status) for each in codes))
    return Difference(f"{reply.error_code} with status {statuses}", f"status {reply.status}", is_of_status=True)
