"""What a process starts ends with it, even when it is killed and can end nothing any more."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# Whoever holds the other end of its input says a word before it lets go. It has a group of its own, to outlive both.
_WATCH = 'read -r word || kill -s KILL -- "-$0"'
PATIENCE = 10  # seconds that a process is given to end by itself


@contextmanager
def ending(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """A process that was started in a session of its own ends with all below it: afterwards, or with this process."""
    command = ["sh", "-c", _WATCH, str(process.pid)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as watcher:
        try:
            yield
        finally:
            end(process)
            watcher.communicate(b"over\n")


def end(process: subprocess.Popen[bytes]) -> None:
    """Tell it and its group to end, and end what is left."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number)
            os.killpg(process.pid, signal.SIGCONT)  # one that stands still hears nothing else
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
    with suppress(ProcessLookupError):  # the group is its own; what its processes left behind
        os.killpg(process.pid, signal.SIGKILL)
