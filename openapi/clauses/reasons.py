"""The reasons for which an operation may refuse, as far as its spec tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openapi.members import Member, marked, members, takes_task
from openapi.model import Action, Operation, Spec, Transfer
from openapi.reasons import Reason

ACCOUNT = "account"  # the resource that every request refers to, by who signed it

_KEYWORDS: Mapping[str, Reason] = {
    "type": Reason.WRONG_TYPE,
    "enum": Reason.NOT_IN_ENUM,
    "minimum": Reason.OUT_OF_RANGE,
    "maximum": Reason.OUT_OF_RANGE,
    "minLength": Reason.WRONG_LENGTH,
    "maxLength": Reason.WRONG_LENGTH,
    "minItems": Reason.WRONG_LENGTH,
    "maxItems": Reason.WRONG_LENGTH,
    "pattern": Reason.WRONG_FORMAT,
    "format": Reason.WRONG_FORMAT,
}


def api_reasons(spec: Spec) -> tuple[str, ...]:
    """The reasons that belong to no operation: requests that lead nowhere, and parts that are too large."""
    found = [Reason.UNKNOWN_PATH, Reason.UNKNOWN_METHOD]
    if spec.addressing is not None:
        found += [Reason.MISSING_ACTION, Reason.UNKNOWN_ACTION, Reason.MISSING_VERSION, Reason.UNKNOWN_VERSION]
    return tuple(dict.fromkeys([*found, *(size.reason for size in spec.sizes), Reason.INTERNAL_ERROR]))


def operation_reasons(spec: Spec, operation: Operation) -> tuple[str, ...]:
    """The reasons for which this very operation may refuse; `reason/parameter` where one parameter is concerned."""
    found = [
        *_authentication(spec, operation),
        *_request(operation),
        *(limit.reason for limit in operation.rate_limits),
        *resource_conditions(spec, operation).values(),
        *(reason for reason, _ in operation.phase_refusals.values()),
        *_task(spec, operation),
    ]
    return tuple(dict.fromkeys(str(reason) for reason in found))


def resource_conditions(spec: Spec, operation: Operation) -> dict[tuple[str, str], str]:
    """The reasons for which the operation refuses a resource, by its kind and condition."""
    named = {kind for each in spec.operations.values() for kind in marked(each, "x-resource")}
    own = marked(operation, "x-resource")
    found = {}
    for kind, resource in spec.resources.items():
        for name, condition in resource.conditions.items():
            everywhere = kind not in named and bool(operation.schemes) and _answers(spec, operation, condition.reason)
            if kind in own or everywhere:
                found[kind, name] = condition.reason
    return found


def _answers(spec: Spec, operation: Operation, reason: str) -> bool:
    """Whether an error code is there for this very reason, and not only for a wider one."""
    return any(code.answers(operation.id, reason) for code in spec.error_codes)


def _authentication(spec: Spec, operation: Operation) -> Iterator[Reason]:
    if not operation.schemes or (spec.link is not None and operation.id == spec.link.operation):
        return
    yield from (Reason.UNSIGNED, Reason.MALFORMED_SIGNATURE, Reason.UNKNOWN_KEY, Reason.WRONG_SIGNATURE)
    if spec.authentication.skew_seconds:
        yield Reason.STALE_SIGNATURE
    if spec.authentication.lock_failures:
        yield Reason.LOCKED_KEY
    direct = [Reason.MISSING_AUTHENTICATION_PARAMETER, Reason.BAD_TOKEN]
    if spec.authentication.token_seconds:
        direct.append(Reason.EXPIRED_TOKEN)
    if marked(operation, "x-tenant"):
        direct.append(Reason.FOREIGN_PROJECT)
    yield from (reason for reason in direct if _answers(spec, operation, reason))


def _request(operation: Operation) -> Iterator[str]:
    for member in members(operation):
        about = f"/{member.argument}"
        keywords = (keyword for keyword in _KEYWORDS if keyword in member.schema and _applies(keyword, member))
        yield from (_KEYWORDS[keyword] + about for keyword in keywords)
        if member.required and member.where != "path":
            yield Reason.MISSING_PARAMETER + about
    if operation.unknown_members == "refuse":
        yield Reason.UNKNOWN_PARAMETER
    if operation.body is not None:
        yield from (Reason.MALFORMED_BODY, Reason.WRONG_CONTENT_TYPE)
        if operation.body_required:
            yield Reason.EMPTY_BODY
    yield from (rule.reason for rule in operation.rules if rule.reason)


def _applies(keyword: str, member: Member) -> bool:
    """Whether a keyword can be broken: outside a body everything is text."""
    return keyword != "type" or member.where == "body" or member.schema.get("type") != "string"


def _task(spec: Spec, operation: Operation) -> Iterator[str]:
    if takes_task(operation) and operation.missing == "refuse":
        yield Reason.TASK_MISSING
    if operation.action is Action.CREATE:
        yield from (quota.reason for quota in spec.quotas if quota.reason)
        if operation.file is not None and operation.file.query:
            yield Reason.BAD_QUERY
    if spec.link is not None and operation.id == spec.link.operation:
        yield from (Reason.LINK_FORGED, Reason.LINK_EXPIRED, Reason.FILE_GONE)
    if Transfer.RANGES in operation.transfer:
        yield Reason.UNSATISFIABLE_RANGE
    if Transfer.CONDITIONS in operation.transfer:
        yield Reason.FAILED_PRECONDITION
