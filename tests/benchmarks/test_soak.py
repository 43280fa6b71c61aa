"""Is the slope of memory that of the time after it has settled?"""

from __future__ import annotations

import argparse

import pytest

from benchmarks import soak


def test_the_slope_is_that_of_the_second_half() -> None:
    samples = [(float(second), 100.0 + (5 * second if second < 10 else 50 + 0.5 * second), 9) for second in range(21)]
    found = soak.slope(samples, requests=2000)
    assert found["megabytes per hour"] == pytest.approx(0.5 * 3600)
    assert found["bytes per request"] == pytest.approx(0.5e6 / 100)


def test_without_requests_nothing_grows() -> None:
    assert soak.slope([(0.0, 1.0, 1), (1.0, 2.0, 1)], requests=0)["bytes per request"] == 0


def test_it_runs() -> None:
    found = soak.measure(argparse.Namespace(seconds=1.0, store=""))
    assert found["failed"] == 0
    assert found["requests"] > 0
    assert f"{found['requests']:,} requests" in soak.lines(found)[0]
