"""Does the model of queues know what is known of queues?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import capacity

ROOT = Path(__file__).parents[2]


def test_one_worker_that_is_half_busy_doubles_the_time() -> None:
    found = capacity.waiting(rate=100, seconds=0.005, workers=1, arrivals=50_000)
    assert found["busy"] == pytest.approx(0.5)
    assert found["mean"] == pytest.approx(0.01, rel=0.1)  # of chance alone: the time divided by the share that is free


def test_workers_beyond_need_make_nobody_wait() -> None:
    found = capacity.waiting(rate=10, seconds=0.001, workers=16, arrivals=20_000)
    assert found["mean"] == pytest.approx(0.001, rel=0.05)


def test_more_than_workers_can_do_has_no_time() -> None:
    assert capacity.waiting(rate=1000, seconds=0.002, workers=1, arrivals=10) == {"busy": 2.0}


def test_what_is_measured_feeds_it(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    few = ["--developers", "10", "--active", "0.5", "--requests", "2", "--tasks", "20", "--arrivals", "50"]
    command = [sys.executable, "benchmarks/capacity.py", *few, "--json", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(path.read_text())
    assert found["rate"] == 10
    assert found["costs"]["memory"]["statements"] == 0
    assert found["costs"]["sqlite"]["statements"] > 0
    assert "10 developers, 50% of them" in done.stdout
