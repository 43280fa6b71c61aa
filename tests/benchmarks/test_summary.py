"""Does what stands at a glance, and in the page about scaling, say what the figures say?"""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import scaling, starting, summary
from benchmarks.entrants import BY_ALL, FLASK, MOCK
from benchmarks.outcomes import Outcome

SIZES = {"0": 100.0, "1000": 130.0, "100000": 160.0}


def server(rate: float, p99: float) -> dict[str, Any]:
    return {"rounds": {work: [{"rate": rate, "p99": p99, "processor": 0.0002}] for work in BY_ALL}}


COMPARED = {"servers": {MOCK: server(1000, 0.01), FLASK: server(500, 0.01), "Peer": server(600, 0.05)}}
GROWN = {
    "memory": {"1": {size: dict.fromkeys(("create", "list page", "show", "delete"), us) for size, us in SIZES.items()}}
}
STARTED = {
    name: [{"seconds": 0.5, "idle": 0.0}, {"seconds": 0.6, "idle": 0.0}, {"seconds": 9.0, "idle": 0.0}]
    for name in (starting.ALL, starting.ONE)
}
KILLED = {"kills": 3, "answers": 300, "wrong": ["kill 1: a is lost"]}
SERVED = {"SQLite": {"two workers": {"kinds": 5, "rounds": 2, "wrong": ["room, round 1: held: 6, not 5"]}}}
EXACT = {"races": {"memory": {"a race": {"5": 10}}}, "served": SERVED, "kills": {"SQLite": KILLED}}


@pytest.mark.parametrize(
    ("name", "found", "told"),
    [
        ("comparison", COMPARED, "| create 2.00; list 2.00 | **no** |"),
        ("comparison", COMPARED, "(Peer): at least 1.5 times | create 1.67; list 1.67 | yes |"),
        ("comparison", COMPARED, "| create 10.0 of 50.0 ms, list 10.0 of 50.0 ms | yes |"),
        ("growth", GROWN, "show 1.60 times, at 100,000 | **no** |"),
        ("starting", STARTED, "| all APIs 0.60 s; one API 0.60 s | yes |"),
        ("exactness", EXACT, "| a race: 5 in 10 rounds | yes |"),
        ("exactness", EXACT, "| two workers: 2 rounds of 5 kinds of races, 1 wrong | **no** |"),
        ("exactness", EXACT, "| 3 kills, 300 answers, 1 of them not kept | **no** |"),
        ("soak", {"megabytes per hour": 3.0, "bytes per request": 0.5}, "0.50 bytes per request | yes |"),
        ("contracts_speed", {"ratio": 0.79}, "| 0.79 | **no** |"),
    ],
)
def test_an_aim_stands_with_what_came_of_it(name: str, found: dict[str, Any], told: str) -> None:
    assert told in "\n".join(summary.lines({name: found}))


def test_without_figures_nothing_is_said_to_be_reached() -> None:
    assert summary.lines({}) == ["Nothing of it was measured."]


def test_the_page_about_scaling_has_the_figures_between_its_marks() -> None:
    machine = {"Python": "3.11", "processors": "2 x one", "memory": "8 GB"}
    outcome = Outcome("comparison", [], "2026-01-31 08:00:00", 1.0, 0.0, machine, "abc", "", "")
    text = f"before {scaling.BEGIN}\nold\n{scaling.END} after"
    found = scaling.replaced(text, [outcome], {"comparison": COMPARED})
    assert found.startswith(f"before {scaling.BEGIN}\nMeasured 2026-01-31, 2 x one, 8 GB, Python 3.11")
    assert "| 1,000; 200 µs of processor each |" in found
    assert found.endswith(f"{scaling.END} after")
    assert "old" not in found


def test_a_page_without_marks_is_left_as_it_is() -> None:
    with pytest.raises(ValueError, match="the page has no <!-- measured: begin -->"):
        scaling.replaced("nothing", [], {})
