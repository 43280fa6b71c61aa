"""A run that ended early is gone on with: what was judged is taken over, and nothing of another run."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.partial import KIND, Partial, is_partial, read_partial
from contracts.profiles import Budget
from contracts.result import Head, Result
from contracts.result_file import ResultFileError
from contracts.resuming import ResumeError, check_alike, judged, read_earlier, take_over
from contracts.safety.budget import Spending
from tests.contracts.test_cli import API, contracts
from tests.shell import LONGEST

HEAD = Head("https://here", (API,), version="1", started="2026-01-02T03:04:05+00:00", is_mock=False)
COUNT = "t/Count/"  # selects four clauses
LONG = "CreateExport"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The result of a run that nothing ended early."""
    folder = tmp_path_factory.mktemp("whole")
    contracts("run", API, "-k", COUNT, "--report", "json", cwd=folder)
    found: dict[str, Any] = json.loads((folder / "contracts.json").read_text())
    assert len(found["clauses"]) == 4
    return found


def as_if_ended(whole: dict[str, Any]) -> dict[str, Any]:
    """The result as it would be, had the run ended after two clauses, and cut short a third."""
    first, second, third, _ = whole["clauses"]
    entries = [first | {"reason": "as it was"}, second | {"reason": "as it was"}, third | {"unfinished": True}]
    return {**whole, "clauses": entries, "stopped": "interrupted"}


def test_the_rest_is_judged_and_the_result_is_that_of_the_whole_run(whole: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "early.json").write_text(json.dumps(as_if_ended(whole)))
    done = contracts("run", API, "-k", COUNT, "--report", "json", "--resume", "early.json", cwd=tmp_path)
    found = json.loads((tmp_path / "contracts.json").read_text())
    assert (done.returncode, found["stopped"], found["selected"], found["started"]) == (0, "", 4, whole["started"])
    assert [each["id"] for each in found["clauses"]] == [each["id"] for each in whole["clauses"]]
    assert [each["reason"] for each in found["clauses"]] == ["as it was", "as it was", "", ""]
    assert "2 of 4 clauses are taken over from early.json." in done.stderr
    assert "judging 2 clauses" in done.stderr
    assert min(each["started"] for each in found["clauses"][2:]) >= whole["duration"]
    assert found["duration"] > whole["duration"]


def test_another_run_is_not_gone_on_with(whole: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "early.json").write_text(json.dumps(as_if_ended(whole)))
    done = contracts("run", API, "-k", COUNT, "--seed", "5", "--resume", "early.json", cwd=tmp_path)
    why = "early.json is of another run, which cannot be gone on with: its seed is 0, not 5"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"contracts: {why}\n")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"target": "https://there"}, "its target is 'https://there', not 'https://here'"),
        ({"is_mock": True}, "its is_mock is True, not False"),
        ({"version": "2"}, "its version is '2', not '1'"),
        ({"apis": ("baidu-bls",)}, "its apis is ['baidu-bls'], not ['tencent-cls']"),
        ({"select": "Count"}, "its select is 'Count', not ''"),
        ({"quick": True}, "its quick is True, not False"),
        ({"max_examples": 9}, "its max_examples is 9, not 0"),
        ({"shard": "1/4"}, "its shard is '1/4', not ''"),
    ],
)
def test_what_makes_it_another_run_is_told(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ResumeError, match="which cannot be gone on with: ") as told:
        check_alike(Path("early.json"), replace(HEAD, **change), HEAD)
    assert str(told.value).endswith(said)


def test_only_what_came_to_an_end_is_taken_over() -> None:
    entries: list[dict[str, Any]] = [{"id": "a", "unfinished": False}, {"id": "b", "unfinished": True}, {"id": "c"}]
    earlier = Result(HEAD, entries, 9, 3.5, "interrupted", notes=["its clock is ahead"])
    begun = take_over(earlier, replace(HEAD, started="2026-01-03T00:00:00+00:00"))
    assert [each["id"] for each in judged(earlier)] == [each["id"] for each in begun.entries] == ["a", "c"]
    assert (begun.selected, begun.duration, begun.stopped, begun.notes) == (2, 3.5, "", ["its clock is ahead"])
    assert begun.head.started == HEAD.started


def test_the_budget_goes_on() -> None:
    spending = Spending(Budget(requests=300, tasks=5, bytes=1000, minutes=2), lambda: 7.0)
    spending.requests, spending.tasks, spending.bytes = 30, 2, 100
    told = spending.as_json()
    told["minutes"]["used"] = 1.5
    later = Spending(Budget(requests=300, tasks=5, bytes=1000, minutes=2), lambda: 7.0)
    later.go_on(told)
    assert later.as_json() == told
    assert later.seconds_left == 30


def test_what_was_judged_is_on_disk_while_the_run_goes_on(whole: dict[str, Any], tmp_path: Path) -> None:
    file, entries = tmp_path / "contracts.partial.jsonl", whole["clauses"]
    partial = Partial(file)
    partial.begin(Result(replace(HEAD, started=whole["started"]), selected=9), entries[:1])
    assert [each["id"] for each in read_partial(file).entries] == [entries[0]["id"]]
    partial.add(entries[1])
    partial.close()
    with file.open("a") as torn:
        torn.write('{"id": "x')
    found = read_earlier(file)
    assert (is_partial(file), found.selected, found.stopped, found.entries) == (True, 9, "it was killed", entries[:2])
    assert found.duration == max(each["started"] + each["seconds"] for each in entries[:2])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f'{{"kind": "{KIND}"', "ends before it begins"),
        (f'{{"kind": "{KIND}"}}\n', "is damaged: 'selected'"),
        (f'{{"kind": "{KIND}"}}\nhello\n', ":2 is damaged: it is no JSON"),
    ],
)
def test_what_is_damaged_is_told(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "p").write_text(content)
    with pytest.raises(ResultFileError) as told:
        read_earlier(tmp_path / "p")
    assert str(told.value) == f"{tmp_path / 'p'}{'' if said[0] == ':' else ' '}{said}"


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_run_that_is_killed_is_gone_on_with(tmp_path: Path) -> None:
    file = tmp_path / "contracts.partial.jsonl"
    options = ("-k", LONG, "--report", "json", "--report-dir", str(tmp_path))
    command = [sys.executable, "-m", "contracts", "run", API, *options]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], env=os.environ) as run:
        until = time.monotonic() + LONGEST
        while not (file.exists() and len(file.read_bytes().splitlines()) > 3) and time.monotonic() < until:
            with suppress(subprocess.TimeoutExpired):
                run.wait(0.05)
        run.send_signal(signal.SIGKILL)
    assert run.returncode == -signal.SIGKILL
    known = len(read_earlier(file).entries)
    assert 3 <= known < 70
    done = contracts("run", API, *options, "--resume", str(file))
    found = json.loads((tmp_path / "contracts.json").read_text())
    assert (done.returncode, f"{known} of {found['selected']} clauses are taken over" in done.stderr) == (0, True)
    assert len(found["clauses"]) == found["selected"]
    assert not file.exists()
