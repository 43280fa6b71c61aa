"""How many instructions does something take? Unlike time, that is the same on a busy machine. Linux alone."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from collections.abc import Callable

# As `linux/perf_event.h` and the tables of system calls have them.
_NUMBERS = {"x86_64": 298, "aarch64": 241}
_SIZE, _INSTRUCTIONS = 128, 1
_OWN_ALONE = 1 << 5 | 1 << 6  # neither the kernel's nor a hypervisor's


class Uncounted(Exception):
    """The machine does not count instructions, or not for everybody; the message says why."""


class Counter:
    """Counts those of this thread, in user space."""

    def __init__(self) -> None:
        """Raises Uncounted."""
        number = _NUMBERS.get(platform.machine()) if platform.system() == "Linux" else None
        if number is None:
            raise Uncounted(f"instructions are not counted on {platform.system()} {platform.machine()}")
        asked = struct.pack("IIQQQQQ", 0, _SIZE, _INSTRUCTIONS, 0, 0, 0, _OWN_ALONE).ljust(_SIZE, b"\0")
        self._file = ctypes.CDLL(None, use_errno=True).syscall(number, asked, 0, -1, -1, 0)
        if self._file < 0:
            raise Uncounted(f"the kernel counts no instructions here: {os.strerror(ctypes.get_errno())}")

    def of(self, work: Callable[[], object], times: int) -> float:
        """Of one time, on average."""
        began = self._read()
        for _ in range(times):
            work()
        return (self._read() - began) / times

    def _read(self) -> int:
        found: int = struct.unpack("Q", os.read(self._file, 8))[0]
        return found
