"""Workers that share a run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from contracts.workers import CAN_FORK

ROOT = Path(__file__).parents[2]


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
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "\nnot judged, as a worker died: " in errors
    assert "Traceback" not in errors


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:  # it has ended
        return []
