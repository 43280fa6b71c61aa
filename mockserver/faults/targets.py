"""Which calls can a fault happen to?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from mockserver.control.bodies import Unusable
from mockserver.faults.effects import Kind, Name
from mockserver.faults.fault import Fault
from openapi.model import Action, ErrorCode, Operation, Phase, Schema, Spec
from openapi.reasons import Reason

Target = tuple[str, str]  # API, operation


class Impossible(Unusable):
    """A fault that cannot happen to what it is meant for."""


def targets_of(fault: Fault, specs: Mapping[str, Spec]) -> frozenset[Target]:
    """The operations that the fault is meant for, where it can happen. Raises Unusable with the valid names."""
    who = fault.who
    if who.api and who.api not in specs:
        raise Unusable(f"unknown API {who.api!r}", sorted(specs))
    chosen = [specs[who.api]] if who.api else [*specs.values()]
    owner = who.api or "any API here"
    operations = sorted({name for spec in chosen for name in spec.operations})
    if who.operation and who.operation not in operations:
        raise Unusable(f"{owner} has no operation {who.operation!r}", operations)
    asked = [(s, o) for s in chosen for o in s.operations.values() if _is_asked(fault, o)]
    _require_code(fault, asked, who.operation or owner)
    found = frozenset((spec.name, operation.id) for spec, operation in asked if is_possible(fault, spec, operation))
    if not found:
        places = sorted({o.id for s in chosen for o in s.operations.values() if is_possible(fault, s, o)})
        message = f"{fault.effect.name} cannot happen to {who.operation or owner}"
        raise Impossible(f"{message}; it can elsewhere" if places else message, places)
    return found


def _is_asked(fault: Fault, operation: Operation) -> bool:
    return fault.who.operation in ("", operation.id) and fault.who.action in ("", operation.action)


def is_possible(fault: Fault, spec: Spec, operation: Operation) -> bool:
    """Whether the effect makes sense there."""
    name, code = fault.effect.name, str(fault.members.get("code", ""))
    if fault.effect.kind is Kind.REFUSAL:
        return refusal_of(spec, operation, name, code) is not None
    if fault.effect.kind is not Kind.TASK:
        return True
    is_known = not code or code in entries(spec, operation)
    return operation.action is Action.CREATE and is_known and _NEEDS.get(name, _nothing)(spec, operation)


def _nothing(_spec: Spec, _operation: Operation) -> bool:
    return True


def _can_fail(spec: Spec, _operation: Operation) -> bool:
    return spec.lifecycle is not None and Phase.FAILED in spec.lifecycle.words


def _makes_file(_spec: Spec, operation: Operation) -> bool:
    return operation.file is not None


def _has_downloads(spec: Spec, _operation: Operation) -> bool:
    return any(each.action is Action.DOWNLOAD for each in spec.operations.values())


def _has_links(spec: Spec, _operation: Operation) -> bool:
    return spec.link is not None


def _shows_progress(spec: Spec, _operation: Operation) -> bool:
    return any("task.progress" in _bound(each.success.schema or {}) for each in spec.operations.values())


_NEEDS: Mapping[Name, Callable[[Spec, Operation], bool]] = {
    Name.FAILS: _can_fail,
    Name.ZERO_ROWS: _makes_file,
    Name.FILE_GONE: _has_downloads,
    Name.LINK_EXPIRED: _has_links,
    Name.REGRESS: _shows_progress,
}  # of the task that is created


def refusal_of(spec: Spec, operation: Operation, effect: Name, code: str) -> ErrorCode | None:
    """The error code that a fault refuses with; None where there is none."""
    if effect is Name.THROTTLE:
        reasons = [*(limit.reason for limit in operation.rate_limits), Reason.RATE_LIMITED]
        found = (each for reason in reasons for each in spec.by_reason.get(reason, ()))
        return next((each for each in found if each.belongs_to(operation.id)), None)
    if code:
        return entries(spec, operation).get(code)
    try:
        return spec.error_code(operation.id, Reason.INTERNAL_ERROR)
    except LookupError:
        return None


@lru_cache(maxsize=256)
def entries(spec: Spec, operation: Operation) -> Mapping[str, ErrorCode]:
    """The error codes of an operation; where several entries have the same, the second is `CODE:2`, and so on."""
    found: dict[str, ErrorCode] = {}
    known = Counter[str]()
    for each in spec.error_codes:
        if each.belongs_to(operation.id):
            known[each.code] += 1
            number = known[each.code]
            found[each.code if number == 1 else f"{each.code}:{number}"] = each
    return found


def _require_code(fault: Fault, asked: list[tuple[Spec, Operation]], owner: str) -> None:
    code = fault.members.get("code")
    codes = {known for spec, operation in asked for known in entries(spec, operation)}
    if code is not None and code not in codes:
        raise Unusable(f"{owner} has no error code {code!r}", sorted(codes))


def _bound(schema: Schema) -> Iterator[str]:
    if "x-bind" in schema:
        yield schema["x-bind"]
    for part in [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]:
        yield from _bound(part)
