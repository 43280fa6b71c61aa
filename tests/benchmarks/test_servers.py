"""Does a server end with whoever started it, and stand still while others are asked?"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds

# Starts something in a session of its own that starts something more, says who they are, and waits.
OWNER = """
import subprocess, sys, time
sys.path.insert(0, {root!r})
from benchmarks import leash
command = ["sh", "-c", "sleep 600 & echo $! $$; wait"]
process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
with leash.ending(process):
    print(process.stdout.readline().decode(), flush=True)
    {then}
"""


def test_what_was_started_ends_with_its_owner_even_when_that_is_killed() -> None:
    with owner("time.sleep(600)") as process:
        started = numbers(process)
        assert all(is_there(each) for each in started)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert are_gone(started)


def test_what_was_started_ends_when_it_is_left() -> None:
    with owner("pass") as process:
        started = numbers(process)
        assert process.wait(PATIENCE) == 0
        assert are_gone(started)


def owner(then: str) -> subprocess.Popen[str]:
    program = OWNER.format(root=str(ROOT), then=then)
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)


def numbers(process: subprocess.Popen[str]) -> list[int]:
    assert process.stdout
    return [int(each) for each in process.stdout.readline().split()]


def is_there(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def are_gone(started: list[int]) -> bool:
    """Whether all of them are, sooner or later."""
    until = time.monotonic() + PATIENCE
    while any(is_there(each) for each in started):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True
