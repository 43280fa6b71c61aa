"""Whether every refusal has an error code, and every error code something that it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openapi.coherence.found import Mistake, unknown
from openapi.document import join
from openapi.members import marked, members
from openapi.model import Action, Operation, Spec
from openapi.reasons import Reason

PLACEHOLDER = re.compile(r"(?<!\{)\{([^{}]*)\}(?!\})")
SAID = frozenset(
    {"parameter", "message", "value", "limit", "count", "seconds", "key", "id", "signed_at", "now", "canonical_request"}
)


def refusals(spec: Spec) -> Iterator[Mistake]:
    """Mistakes in the reasons of refusals, and in the error codes."""
    answered = {reason.partition("/")[0] for reason in spec.by_reason} | {*map(str, Reason)}
    refused = list(_refused(spec))
    yield from _codes(spec, {reason for reason, _, _ in refused} | {*map(str, Reason)})
    for reason, operation, pointer in refused:
        if _is_answered(spec, operation, reason):
            continue
        if reason in spec.by_reason:
            yield pointer, f"{reason!r} has error codes, but none of them belongs to {operation}"
        else:
            what = "a reason that no error code answers: it has to stand in the `when` of one"
            yield from unknown(reason, answered, what, pointer)
    for operation in spec.operations:
        if not _is_answered(spec, operation, Reason.INTERNAL_ERROR):
            message = "no error code answers internal-error, which stands for every reason without a code of its own"
            yield "/x-error-codes", message
            break


def _codes(spec: Spec, reasons: set[str]) -> Iterator[Mistake]:
    arguments = {member.argument for operation in spec.operations.values() for member in members(operation)}
    for entry in spec.error_codes:
        for index, name in enumerate(sorted(entry.operations)):
            yield from unknown(name, spec.operations, "no operationId", join(entry.pointer, "operations", index))
        for index, each in enumerate(entry.when):
            reason, _, parameter = each.partition("/")
            pointer = join(entry.pointer, "when", index)
            yield from unknown(reason, reasons, "a reason for which nothing refuses", pointer)
            if parameter:
                yield from unknown(parameter, arguments, "no parameter or member", pointer)
        for name in PLACEHOLDER.findall(entry.message):
            yield from unknown(name, SAID, "nothing that a message can say", join(entry.pointer, "message"))


def _is_answered(spec: Spec, operation: str, reason: str) -> bool:
    """Whether an error code answers the reason, for the operation; without one, for any."""
    if not operation and reason in spec.by_reason:
        return True
    try:
        spec.error_code(operation, reason)
    except LookupError:
        return False
    return True


def _refused(spec: Spec) -> Iterator[tuple[str, str, str]]:
    """Each reason for which something refuses, the operation that does, and where that is said."""
    for size in spec.sizes:
        yield size.reason, "", join(size.pointer, "refuse")
    account = spec.resources.get("account")
    for condition in account.conditions.values() if account else ():  # which only some operations may look at
        yield condition.reason, "", join(condition.pointer, "refuse")
    for operation in spec.operations.values():
        yield from ((reason, operation.id, join(pointer, "refuse")) for reason, pointer in _by(spec, operation))


def _by(spec: Spec, operation: Operation) -> Iterator[tuple[str, str]]:
    """Each reason for which an operation refuses, and what does."""
    yield from ((limit.reason, limit.pointer) for limit in operation.rate_limits)
    for phase, (reason, _) in operation.phase_refusals.items():
        yield reason, join(operation.pointer, "x-phases", phase)
    yield from ((rule.reason, rule.pointer) for rule in operation.rules if rule.reason)
    if operation.action is Action.CREATE:
        yield from ((quota.reason, quota.pointer) for quota in spec.quotas if quota.reason)
    for kind in marked(operation, "x-resource").keys() & spec.resources.keys() - {"account"}:
        conditions = spec.resources[kind].conditions.values()
        yield from ((condition.reason, condition.pointer) for condition in conditions)
