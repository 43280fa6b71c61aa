"""Signals that end a process: heard while it works, and without effect on what is left of it then."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def heard(endings: Iterable[int]) -> Iterator[socket.socket]:
    """A socket that holds a byte for each such signal that has come, its number, and never blocks.

    The system writes it there, so that no wait for the socket misses one that comes just before. Afterwards they are
    ignored for good: whoever asks a process to end twice has asked it to end, and finds neither an answer cut off nor a
    traceback. Only the main thread hears signals.
    """
    expected = [*endings]
    woken, wake = socket.socketpair()
    with woken, wake:
        woken.settimeout(0)
        wake.settimeout(0)
        before = signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        for each in expected:
            signal.signal(each, _take)
        try:
            yield woken
        finally:
            for each in expected:
                signal.signal(each, signal.SIG_IGN)
            signal.set_wakeup_fd(before)  # once nothing is written to it, as it is closed now


def _take(_number: int, _frame: object) -> None:
    """Python writes a number only where it calls something."""
