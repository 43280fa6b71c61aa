"""Do those that misbehave do so, and is what they and the honest ones saw told apart?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks import stress
from benchmarks.hostile import BEHAVIOURS

ROOT = Path(__file__).parents[2]


def test_every_behaviour_is_counted() -> None:
    assert stress.COUNTS.keys() == BEHAVIOURS.keys()


def test_an_answer_of_5xx_is_told_with_where_it_came_from() -> None:
    others = {"pipelining": {"201": 3, "502": 2}, "half-closed": {"closed": 5}}
    assert stress.unwanted({"phases": {"all": {"others": others}, "nobody": {"others": {}}}}) == {"all: pipelining": 2}


def test_it_runs(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    few = ["--seconds", "0.1", "--share", "0.1", "--only", "pipelining", "--many", "9"]
    command = [sys.executable, "benchmarks/stress.py", *few, "--json", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(path.read_text())
    assert stress.unwanted(found) == {}
    assert [name for name, each in found["phases"].items() if each["failed"]] == []
    assert "| pipelining | 1 |" in done.stdout
    assert f"{stress.UNDER_WAY} requests half sent" in done.stdout
