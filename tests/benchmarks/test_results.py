"""Does the page of results say what was run, on what, and what came of it, also when only some of it was?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import outcomes, page, progress, results
from benchmarks.parts import PARTS

ROOT = Path(__file__).parents[2]
MACHINE = {"Python": "3.11", "processors": "2 x one", "memory": "8 GB"}


def outcome(name: str, said: str, error: str = "") -> outcomes.Outcome:
    part = next(each for each in PARTS if each.name == name)
    begun = "2026-01-31 08:00:00"
    return outcomes.Outcome(name, part.command(quick=False), begun, 12.3, 0.5, MACHINE, "abc", said, error)


def test_what_the_host_took_is_told_where_it_took_anything() -> None:
    begun = outcome("growth", "| a table |")
    shown = [page.page([replace(begun, stolen=taken)], {}, {}, ROOT) for taken in (0.0, 1.25)]
    assert ["the host took 1.2 s of the processors" in each for each in shown] == [False, True]


def test_the_system_tells_what_its_host_took(tmp_path: Path) -> None:
    (tmp_path / "stat").write_text("cpu  9 9 9 9 9 9 9 250 0 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n")
    ticks = os.sysconf("SC_CLK_TCK")
    assert progress.stolen(tmp_path / "stat") == 250 / ticks
    assert progress.stolen(tmp_path / "nowhere") == 0


def test_each_part_stands_with_its_command_and_what_it_printed(tmp_path: Path) -> None:
    given = [
        outcome("growth", "| a table |"),
        outcome("contracts_speed", "some text"),
        outcome("soak", "", "It ended with 1."),
    ]
    told = page.page(given, {}, {"growth": tmp_path / "images" / "benchmarks-growth.svg"}, tmp_path)
    assert "`python benchmarks/growth.py` (begun 2026-01-31 08:00:00 UTC, 12 s; load average before: 0.50)" in told
    assert "`python benchmarks/contracts_speed.py --rounds 3`" in told
    assert "**It ended with 1.**" in told
    assert told.count("![") == 1
    assert "](images/benchmarks-growth.svg)" in told
    assert "- Python: 3.11" in told
    assert "- revision: abc" in told


def test_what_was_not_measured_is_said_with_what_would_do_it(tmp_path: Path) -> None:
    told = page.page([outcome("growth", "| a table |")], {}, {}, tmp_path)
    assert "Not measured: `python benchmarks/results.py soak` does it." in told


def test_what_came_of_a_part_takes_the_place_of_what_came_before(tmp_path: Path) -> None:
    outcomes.keep(tmp_path, outcome("soak", "first"))
    outcomes.keep(tmp_path, outcome("growth", "grown"))
    outcomes.keep(tmp_path, outcome("soak", "second"))
    assert [each.said for each in outcomes.kept(tmp_path)] == ["grown", "second"]


def test_the_figures_of_what_failed_are_not_used(tmp_path: Path) -> None:
    for name, error in (("soak", ""), ("growth", "It ended with 1.")):
        outcomes.keep(tmp_path, outcome(name, "said", error))
        outcomes.figures_of(tmp_path, name).write_text(json.dumps({"of": name}))
    assert outcomes.figures(tmp_path) == {"soak": {"of": "soak"}}


def test_a_command_that_fails_is_told_with_what_it_printed_before() -> None:
    said, error = results.run([sys.executable, "-c", "print('so far'); raise SystemExit(3)"], 60)
    assert (said, error) == ("so far", "It ended with 3.")


def test_a_command_without_an_end_is_ended() -> None:
    said, error = results.run([sys.executable, "-c", "import time; time.sleep(600)"], 0.01)
    assert (said, error) == ("", "It was ended after 0 s, without an end in sight.")


# One process explains all of them, as most of the time goes into what they import.
EXPLAIN = """
import contextlib, importlib, sys
for name in sys.argv[1:]:
    sys.argv = [f"{name}.py", "--help"]
    with contextlib.suppress(SystemExit):
        importlib.import_module(f"benchmarks.{name}").main()
"""


def test_each_part_explains_itself_and_takes_its_options() -> None:
    done = ask("-c", EXPLAIN, *(each.name for each in PARTS))
    assert (done.returncode, done.stderr) == (0, "")
    told = dict(zip((each.name for each in PARTS), done.stdout.split("usage: ")[1:], strict=True))
    for part in PARTS:
        first = (ROOT / f"benchmarks/{part.name}.py").read_text(encoding="utf-8").splitlines()[0]
        words = {each for text in (part.quick, part.usual, "--json") for each in text.split() if each.startswith("--")}
        assert [each for each in (first.strip('"'), *sorted(words)) if each not in told[part.name]] == []


def test_a_part_that_is_not_there_is_named() -> None:
    done = ask("benchmarks/results.py", "nothing")
    assert done.returncode == 2
    assert "no benchmark is called nothing; there are comparison, " in done.stderr


def test_the_whole_takes_half_an_hour_at_most() -> None:
    assert sum(each.seconds for each in PARTS) <= 30 * 60


def ask(*words: str) -> Any:
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)
