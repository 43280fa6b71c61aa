"""Are races and kills really run, and is what came of them told?"""

from __future__ import annotations

import argparse

from benchmarks import databases, exactness


def test_races_and_kills_are_counted() -> None:
    found = exactness.measure(
        argparse.Namespace(races=1, served=1, kills=1, stores=[databases.MEMORY, databases.SQLITE])
    )
    room, rate = exactness.RACED
    assert found["races"] == {each: {room: {"5": 1}, rate: {"20": 1}} for each in ("memory", "SQLite")}
    assert found["served"] == {
        "SQLite": {way: {"kinds": 5, "rounds": 1, "wrong": []} for way in exactness.WAYS.values()}
    }
    assert found["kills"]["SQLite"]["wrong"] == []
    told = exactness.lines(found)
    assert f"| memory | {room} | 1 | 5: 1 |" in told
    assert any(each.startswith("| SQLite | 1 | ") and each.endswith(" | 0 |") for each in told)


def test_what_is_wrong_is_told() -> None:
    killed = {"kills": 1, "answers": 9, "kept": 3, "deleted": 2, "wrong": ["kill 1: a is lost"]}
    served = {"two workers": {"kinds": 5, "rounds": 2, "wrong": ["room, round 1: held: 6, not 5"]}}
    found = {"races": {}, "served": {"SQLite": served}, "kills": {"SQLite": killed}, "absent": {"PostgreSQL": "none"}}
    told = exactness.lines(found)
    assert "| SQLite | two workers | 5 | 2 | 1 |" in told
    assert told[-3:] == [
        "- SQLite: kill 1: a is lost",
        "- SQLite, two workers: room, round 1: held: 6, not 5",
        "- PostgreSQL is absent: none.",
    ]
