"""Can everything that the control plane does be done from the command line?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mockserver.client import Control
from mockserver.client.doors import Door, PlaneDoor
from mockserver.control.plane import Plane
from mockserver.control.routes import ROUTES, find
from mockserver.ctl import ctl
from tests.mockserver.control_plane import API, start

BROWSER = {("GET", "/ui"), ("GET", "/ui/{id}")}  # the page: for a browser alone
TOPIC = f"{API} topic mine"
COMMANDS = {
    ("GET", "/health"): "health",
    ("GET", "/openapi.json"): "openapi",
    ("GET", "/routes"): "routes",
    ("GET", "/specs/{id}"): f"spec {API}",
    ("GET", "/events"): "events --limit 1",
    ("GET", "/accounts"): "accounts",
    ("POST", "/accounts"): "accounts --open",
    ("DELETE", "/accounts"): "accounts --close {opened}",
    ("GET", "/tasks"): "tasks --phase queued --order newest --limit 1",
    ("DELETE", "/tasks"): f"tasks --delete --api {API}",
    ("GET", "/tasks/{id}"): "task {task}",
    ("PUT", "/tasks/{id}"): "task {task} --phase succeeded",
    ("DELETE", "/tasks/{id}"): "task {task} --delete",
    ("GET", "/files/{id}"): "file {done} {to}",
    ("GET", "/quotas"): f"quotas --api {API}",
    ("POST", "/sign"): f"sign {API} POST http://127.0.0.1/ --header X-TC-Action:DescribeExports --data {{{{}}}}",
    ("GET", "/clock"): "clock",
    ("PUT", "/clock"): "clock reset --accounts",
    ("GET", "/resources"): "resources",
    ("POST", "/resources"): f"resources put {TOPIC} --condition closed",
    ("DELETE", "/resources"): f"resources remove {TOPIC}",
    ("GET", "/records"): "records",
    ("POST", "/records"): f"records generate 1 --api {API}",
    ("DELETE", "/records"): "records clear",
    ("GET", "/faults"): "faults",
    ("POST", "/faults"): "faults any reset",
    ("DELETE", "/faults"): "faults --clear",
    ("GET", "/faults/sets"): "faults --sets",
    ("GET", "/faults/effects"): "faults --effects",
    ("DELETE", "/faults/{id}"): "faults --remove error-1",
    ("GET", "/requests"): "requests",
    ("DELETE", "/requests"): "requests --clear",
    ("GET", "/requests/{id}"): "request 1",
    ("POST", "/verify"): "verify CreateExport Count=100",
    ("GET", "/metrics"): "metrics",
    ("GET", "/report"): "report",
    ("GET", "/state"): "state save {state}",
    ("PUT", "/state"): "state load {saved}",
    ("GET", "/snapshots"): "snapshots",
    ("GET", "/snapshots/{id}"): "snapshots show kept",
    ("PUT", "/snapshots/{id}"): "snapshots save kept",
    ("POST", "/snapshots/{id}"): "snapshots rewind kept",
    ("DELETE", "/snapshots/{id}"): "snapshots delete kept",
    ("POST", "/reset"): "reset",
}


@dataclass(frozen=True)
class Recording:
    """A door that takes down which routes are asked."""

    door: Door
    asked: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, method: str, path: str, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        self._note(method, path)
        return self.door.ask(method, path, query, body)

    def send(self, path: str, query: Mapping[str, str], pieces: Iterable[bytes]) -> Any:
        self._note("POST", path)
        return self.door.send(path, query, pieces)

    def read(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[bytes]:
        self._note("GET", path)
        return self.door.read(path, query)

    def _note(self, method: str, path: str) -> None:
        found = find(path)
        assert found is not None
        self.asked.append((method, next(pattern for pattern, methods in ROUTES.items() if methods is found[0])))


def test_every_route_has_its_command() -> None:
    every = {(method, path) for path, methods in ROUTES.items() for method in methods}
    assert set(COMMANDS) == every - BROWSER


@pytest.mark.parametrize("route", COMMANDS, ids="".join)
def test_a_command_asks_its_route_and_tells_what_comes_back(route: tuple[str, str], tmp_path: Path) -> None:
    mock = start()
    mock.ask("POST", "/faults", {"api": API, "code": "InternalError", "operation": "DeleteExport"})
    done = mock.create()
    mock.cloud.wait(60)
    facts = {
        "done": done,
        "task": mock.create(),
        "opened": mock.ask("POST", "/accounts", {}).json["number"],
        "to": tmp_path / "export",
        "state": tmp_path / "state.json",
        "saved": tmp_path / "saved.json",
    }
    mock.ask("PUT", "/snapshots/kept")
    (tmp_path / "saved.json").write_bytes(mock.ask("GET", "/state").body)
    door = Recording(PlaneDoor(lambda: Plane(mock.app.extensions["mock"])))
    name, *words = COMMANDS[route].format(**facts).split()
    for as_json in (False, True) if route[0] == "GET" else (False,):
        found = CliRunner().invoke(ctl.commands[name], words, obj=(Control(door), as_json))
        assert (found.exit_code, found.exception) == (0, None), found.output
        assert found.output.strip()
    assert route in door.asked


def test_the_file_that_is_saved_is_that_of_the_task(tmp_path: Path) -> None:
    mock = start()
    task = mock.create()
    mock.cloud.wait(60)
    control = Control(PlaneDoor(lambda: Plane(mock.app.extensions["mock"])))
    whole = mock.ask("GET", f"/files/{task}").body
    CliRunner().invoke(ctl.commands["file"], [task, str(tmp_path / "saved")], obj=(control, False))
    assert (tmp_path / "saved").read_bytes() == whole
    assert CliRunner().invoke(ctl.commands["file"], [task, "-"], obj=(control, False)).stdout_bytes == whole


def test_a_file_is_left_alone_where_nothing_can_take_its_place(tmp_path: Path) -> None:
    mock = start()
    control = Control(PlaneDoor(lambda: Plane(mock.app.extensions["mock"])))
    (tmp_path / "mine").write_text("mine")
    found = CliRunner().invoke(ctl.commands["file"], ["nobody", str(tmp_path / "mine")], obj=(control, False))
    assert found.exit_code == 2
    assert (tmp_path / "mine").read_text() == "mine"
    missing = str(tmp_path / "nowhere" / "file")
    task = mock.create()
    mock.cloud.wait(60)
    found = CliRunner().invoke(ctl.commands["file"], [task, missing], obj=(control, False))
    assert (found.exit_code, found.output) == (2, f"Error: {missing}: cannot be written: No such file or directory\n")
