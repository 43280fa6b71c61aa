"""Does the page of results say what was run, on what, and what came of it?"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import results

ROOT = Path(__file__).parents[2]


def outcome(name: str, said: str, error: str = "") -> results.Outcome:
    part = next(each for each in results.PARTS if each.name == name)
    return results.Outcome(part, part.command(quick=False), 12.3, said, error)


def test_each_part_stands_with_its_command_and_what_it_printed(tmp_path: Path) -> None:
    (tmp_path / "benchmarks-growth.svg").touch()
    outcomes = [
        outcome("growth", "| a table |"),
        outcome("files", "plain text"),
        outcome("soak", "", "It ended with 1."),
    ]
    page = results.page(outcomes, {"Python": "3.11"}, datetime(2026, 1, 31, tzinfo=UTC), tmp_path)
    assert "`python benchmarks/growth.py` (12 s)\n\n| a table |" in page
    assert "`python benchmarks/files.py --rows 200000` (12 s)\n\n```\nplain text\n```" in page
    assert "**It ended with 1.**" in page
    assert page.count("![") == 1
    assert "- Python: 3.11" in page


@pytest.mark.parametrize("part", results.PARTS, ids=lambda part: part.name)
def test_each_part_is_there(part: results.Part) -> None:
    assert (ROOT / part.command(quick=True)[0]).is_file()


@pytest.mark.parametrize("name", ["capacity", "comparison", "growth", "results", "soak", "stores", "stress"])
def test_each_explains_itself(name: str) -> None:
    command = [sys.executable, f"benchmarks/{name}.py", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (ROOT / f"benchmarks/{name}.py").read_text(encoding="utf-8").splitlines()[0].strip('"') in done.stdout


def test_a_part_that_is_not_there_is_named() -> None:
    command = [sys.executable, "benchmarks/results.py", "nothing"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no benchmark is called nothing; there are comparison, " in done.stderr
