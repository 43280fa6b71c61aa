"""Are races and kills really run, and is what came of them told?"""

from __future__ import annotations

import argparse

from benchmarks import databases, exactness


def test_races_and_kills_are_counted() -> None:
    found = exactness.measure(argparse.Namespace(races=1, kills=1, stores=[databases.MEMORY, databases.SQLITE]))
    room, rate = exactness.RACED
    assert found["races"] == {each: {room: {"5": 1}, rate: {"20": 1}} for each in ("memory", "SQLite")}
    assert found["kills"]["SQLite"]["wrong"] == []
    told = exactness.lines(found)
    assert f"| memory | {room} | 1 | 5: 1 |" in told
    assert any(each.startswith("| SQLite | 1 | ") and each.endswith(" | 0 |") for each in told)


def test_what_is_wrong_is_told() -> None:
    killed = {"kills": 1, "answers": 9, "kept": 3, "deleted": 2, "wrong": ["kill 1: a is lost"]}
    told = exactness.lines({"races": {}, "kills": {"SQLite": killed}, "absent": {"PostgreSQL": "not there"}})
    assert told[-2:] == ["- SQLite: kill 1: a is lost", "- PostgreSQL is absent: not there."]
