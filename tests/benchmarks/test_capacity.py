"""Does the model of queues know what is known of queues?"""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from benchmarks import capacity, databases


def test_one_worker_that_is_half_busy_doubles_the_time() -> None:
    found = capacity.waiting(rate=100, seconds=0.005, workers=1, arrivals=50_000)
    assert found["busy"] == pytest.approx(0.5)
    assert found["mean"] == pytest.approx(0.01, rel=0.1)  # of chance alone: the time divided by the share that is free


def test_workers_beyond_need_make_nobody_wait() -> None:
    found = capacity.waiting(rate=10, seconds=0.001, workers=16, arrivals=20_000)
    assert found["mean"] == pytest.approx(0.001, rel=0.05)


def test_more_than_workers_can_do_has_no_time() -> None:
    assert capacity.waiting(rate=1000, seconds=0.002, workers=1, arrivals=10) == {"busy": 2.0}


def test_what_is_measured_feeds_it() -> None:
    asked = {"developers": 10, "active": 0.5, "requests": 2, "tasks": 20, "arrivals": 50}
    found = capacity.measure(argparse.Namespace(**asked, stores=["memory", "SQLite"]))
    assert found["rate"] == 10
    assert found["costs"]["memory"]["statements"] == 0
    assert found["costs"]["SQLite"]["statements"] > 0
    assert any(each.startswith("Simulated: 10 developers, 50% of them") for each in capacity.lines(found))


def test_a_file_is_as_large_as_what_is_in_it_and_in_its_log(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"x" * 10)
    (tmp_path / "store.db-wal").write_bytes(b"x" * 5)
    assert databases.size(f"sqlite:///{tmp_path}/store.db") == 15
