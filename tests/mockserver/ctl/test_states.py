"""Is the state of a running mock saved, loaded, kept and gone back to from the command line?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mockserver.client import Control, Refused
from mockserver.client.doors import PlaneDoor
from mockserver.control.plane import Plane
from mockserver.ctl import ctl
from tests.mockserver.control_plane import Control as Mock
from tests.mockserver.control_plane import start

DEEP = "[" * 100_000


@pytest.fixture
def mock() -> Mock:
    return start()


def run(mock: Mock, *words: str, given: str | None = None) -> Result:
    control = Control(PlaneDoor(lambda: Plane(mock.app.extensions["mock"])))
    return CliRunner().invoke(ctl.commands[words[0]], [*words[1:]], given, obj=(control, False))


def test_what_one_mock_saved_another_loads(mock: Mock, tmp_path: Path) -> None:
    mock.create()
    file, other = str(tmp_path / "state.json"), start()
    assert "tasks     1" in run(mock, "state", "save", file).output
    assert "tasks     1" in run(other, "state", "load", file).output
    assert other.ask("GET", "/tasks").json == mock.ask("GET", "/tasks").json


def test_what_one_mock_prints_another_reads(mock: Mock) -> None:
    mock.create()
    said, other = run(mock, "state", "save", "-").output, start()
    assert "tasks     1" in run(other, "state", "load", "-", given=said).output
    assert other.ask("GET", "/tasks").json == mock.ask("GET", "/tasks").json
    assert run(other, "state", "load", "-", given="{").output.startswith("Error: standard input: it is no JSON: ")
    assert run(other, "state", "load", "-", given=DEEP).output == "Error: standard input: it is nested too deeply\n"


def test_a_state_that_is_nested_too_deeply_is_refused_before_it_leaves(mock: Mock) -> None:
    state: dict[str, Any] = {}
    for _ in range(10_000):
        state = {"a": state}
    with pytest.raises(Refused, match="nested too deeply"):
        Control(PlaneDoor(lambda: Plane(mock.app.extensions["mock"]))).state.put(state)


def test_a_mock_goes_back_to_a_snapshot(mock: Mock) -> None:
    run(mock, "snapshots", "save", "empty")
    mock.create()
    assert run(mock, "snapshots", "rewind", "empty").exit_code == 0
    assert mock.ask("GET", "/tasks").json == {"tasks": []}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["state", "load", "nothing.json"], "nothing.json: cannot be read: No such file or directory"),
        (["state", "load", "other.json"], "version: this mock reads states of version 1, not 7; valid: 1"),
        (["state", "load", "no.json"], "no.json: it is no JSON: "),
        (["state", "load", "deep.json"], "deep.json: it is nested too deeply"),
        (["state", "save", "nowhere/state.json"], "nowhere/state.json: cannot be written: No such file or directory"),
        (["snapshots", "rewind", "nobody"], "no snapshot 'nobody'"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_told_in_a_line(mock: Mock, tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "other.json").write_text(json.dumps({"version": 7}))
    (tmp_path / "no.json").write_text("{")
    (tmp_path / "deep.json").write_text(DEEP)
    placed = [str(tmp_path / word) if word.endswith(".json") else word for word in words]
    found = run(mock, *placed)
    assert found.exit_code == 2
    assert said in found.output
    assert found.output.startswith("Error: ")
    assert found.output.count("\n") == 1
