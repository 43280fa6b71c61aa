"""Errors on request: what a provider documents but no client can provoke."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock

from openapi.model import ErrorCode, Operation, Spec

TASK_FAILS = "task-fails"


@dataclass(frozen=True, slots=True)
class Fault:
    """The next `times` calls of an operation (of any, when it is empty) are answered with an error code.

    The code `task-fails` lets the call through, and the task that it creates will fail.
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
        codes = {each.code for each in spec.error_codes if not operation or each.belongs_to(operation)} | {TASK_FAILS}
        if code not in codes:
            message = f"{operation or api} has no error code {code!r}; it has {', '.join(sorted(codes))}"
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
                meant = fault.api == operation.api and fault.operation in ("", operation.id)
                if meant and (fault.code == TASK_FAILS) == creates:
                    rest = (replace(fault, times=fault.times - 1),) if fault.times > 1 else ()
                    self._waiting = self._waiting[:index] + rest + self._waiting[index + 1 :]
                    return fault.code
        return ""


def error_code(spec: Spec, operation: Operation, code: str) -> ErrorCode:
    """The entry of a code that a fault names."""
    return next(each for each in spec.error_codes if each.code == code and each.belongs_to(operation.id))
