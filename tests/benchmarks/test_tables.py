"""Do the tables of starts, stores and requests say what the figures say?"""

from __future__ import annotations

from typing import Any

from benchmarks import request_path, starting, stores
from benchmarks.entrants import MOCK


def test_of_starts_the_median_stands_and_between_what_it_lies() -> None:
    each = {"processor": 0.25, "memory": 60.0, "idle": 0.001, "processes": 1.0, "threads": 3.0}
    told = starting.lines({starting.ALL: [{"seconds": seconds, **each} for seconds in (0.5, 0.7, 0.6)]})
    assert told[-1] == "| the mock, all APIs | 0.60 (0.50 to 0.70) | 0.25 | 60 | 0.1 | 1 | 3 |"


def test_stores_stand_beside_memory() -> None:
    found = {"client": "a client", "servers": {MOCK: served(1000), "SQLite, 1 worker": served(600)}}
    told = stores.lines({**found, "absent": {"PostgreSQL, 1 worker": "it ended\nsome words\nthe reason"}})
    cells = "600 | 0.60 (0.60 to 0.60) | 2.0"
    assert f"| SQLite, 1 worker | {cells} | {cells} | 0.50 | 0 |" in told
    assert told[-1] == "- PostgreSQL, 1 worker is absent: it ended: the reason."


def served(rate: float) -> dict[str, Any]:
    round_ = {"rate": rate, "p50": 0.001, "p99": 0.002, "refused": 0, "failed": 0}
    return {"startup": 0.5, "rounds": {work: [round_] for work in stores.WORKS}}


def test_a_request_stands_beside_an_empty_view() -> None:
    told = request_path.lines({"an-api Create": {"microseconds": [100.0, 200.0]}})
    assert told[-1] == "| an-api Create | microseconds | 100.0 | 200.0 | 0.50 |"
