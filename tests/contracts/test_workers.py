"""Workers that share a run."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from contracts.workers import CAN_FORK
from tests.shell import LONGEST

ROOT = Path(__file__).parents[2]
INTERRUPTED_AS_IT_FORKS = """
import os, signal, sys, time
run, forks = os.getpid(), []
def interrupt():
    if len(forks) == 1:
        os.kill(run, signal.SIGTERM)
        time.sleep(0.2)  # so that the run hears of it before this copy is ready
os.register_at_fork(before=lambda: forks.append(1), after_in_child=interrupt)
from contracts.cli import main
main(sys.argv[1:])
"""


@pytest.mark.skipif(not CAN_FORK, reason="elsewhere they are those of pytest-xdist")
def test_what_no_worker_lived_to_judge_is_told() -> None:
    command = [sys.executable, "-m", "contracts", "run", "huawei-iam", "--quick", "-n", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes) as process:  # type: ignore[call-overload]
        while process.poll() is None:
            for child in _children(process.pid):
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        _, errors = process.communicate(timeout=LONGEST)
    assert process.returncode == 2
    assert "\nnot judged, as a worker died: " in errors
    assert "Traceback" not in errors


@pytest.mark.skipif(not CAN_FORK, reason="elsewhere they are those of pytest-xdist")
def test_a_run_that_is_interrupted_as_its_workers_start_ends_with_all_of_them() -> None:
    command = [sys.executable, "-c", INTERRUPTED_AS_IT_FORKS, "run", "huawei-iam", "--quick", "-n", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST
    )
    assert done.returncode == 130
    assert re.search(r"\ncontracts: interrupted; \d+ of \d+ clauses were judged\n$", done.stderr)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:  # it has ended
        return []
