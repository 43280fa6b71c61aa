"""Errors on request: what a provider documents but no client can provoke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock

from openapi.model import Action, ErrorCode, Operation, Phase, Spec

TASK_FAILS = "task-fails"


@dataclass(frozen=True, slots=True)
class Fault:
    """The next `times` calls of an operation (of any, when it is empty) are answered with an error code.

    Where a spec has several entries of a code, `CODE:2` names the second.
    The code `task-fails` lets the call through, and the task that it creates will fail: only where tasks can.
    """

    api: str
    operation: str
    code: str
    times: int


class Faults:
    """The faults that are waiting, oldest first."""

    def __init__(self, specs: Mapping[str, Spec]) -> None:
        self._specs = specs
        self._lock = Lock()
        self._waiting: tuple[Fault, ...] = ()

    def all(self) -> list[Fault]:
        """The faults still waiting."""
        return list(self._waiting)

    def add(self, api: str, operation: str, code: str, times: int = 1) -> None:
        """Let a fault wait for its calls. Raises ValueError with the valid names."""
        spec = self._specs.get(api)
        if spec is None:
            message = f"unknown API {api!r}; there are {', '.join(sorted(self._specs))}"
            raise ValueError(message)
        if operation and operation not in spec.operations:
            message = f"{api} has no operation {operation!r}; it has {', '.join(sorted(spec.operations))}"
            raise ValueError(message)
        asked = [spec.operations[operation]] if operation else [*spec.operations.values()]
        codes = sorted({code for each in asked for code in _codes(spec, each)})
        if code not in codes:
            message = f"{operation or api} has no error code {code!r}; it has {', '.join(codes)}"
            raise ValueError(message)
        with self._lock:
            self._waiting = (*self._waiting, Fault(api, operation, code, times))

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._waiting = ()

    def take(self, operation: Operation, *, creates: bool = False) -> str:
        """The code that this call is to be answered with, used up; empty when there is none.

        `creates` asks for the fault of the task rather than that of the call.
        """
        if not self._waiting:
            return ""
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if self._is_meant(fault, operation) and (fault.code == TASK_FAILS) == creates:
                    rest = (replace(fault, times=fault.times - 1),) if fault.times > 1 else ()
                    self._waiting = self._waiting[:index] + rest + self._waiting[index + 1 :]
                    return fault.code
        return ""

    def _is_meant(self, fault: Fault, operation: Operation) -> bool:
        if fault.api != operation.api or fault.operation not in ("", operation.id):
            return False
        return fault.code in _codes(self._specs[fault.api], operation)


def _codes(spec: Spec, operation: Operation) -> set[str]:
    """What a call of the operation may be answered with."""
    codes = set(_entries(spec, operation))
    can_fail = spec.lifecycle is not None and Phase.FAILED in spec.lifecycle.words
    return codes | {TASK_FAILS} if can_fail and operation.action is Action.CREATE else codes


def error_code(spec: Spec, operation: Operation, code: str) -> ErrorCode:
    """The entry of a code that a fault names."""
    return _entries(spec, operation)[code]


def _entries(spec: Spec, operation: Operation) -> dict[str, ErrorCode]:
    """The error codes of an operation; where several entries have the same, the second is `CODE:2`, and so on."""
    found: dict[str, ErrorCode] = {}
    known = Counter[str]()
    for each in spec.error_codes:
        if each.belongs_to(operation.id):
            known[each.code] += 1
            number = known[each.code]
            found[each.code if number == 1 else f"{each.code}:{number}"] = each
    return found
