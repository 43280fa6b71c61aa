"""Can a test take, put, keep and go back to the state of a mock, in its process and over HTTP?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver import Control, Server, mock
from mockserver.client import HttpDoor, Refused
from tests.mockserver.control_plane import API


@pytest.fixture(params=["in process", "over HTTP"])
def control(request: pytest.FixtureRequest) -> Iterator[Control]:
    if request.param == "in process":
        with mock(API, clock="manual") as cloud:
            yield cloud
    else:
        with Server(API, clock="manual") as server:
            yield Control(HttpDoor(server.url))


def exists(control: Control) -> bool:
    return any(each["id"] == "mine" for each in control.resources.all())


def test_a_mock_goes_back_to_a_snapshot(control: Control) -> None:
    control.snapshots.save("a name/with ü?")
    control.resources.put(API, "topic", "mine")
    assert [each["name"] for each in control.snapshots.all()] == ["a name/with ü?"]
    assert control.snapshots.rewind("a name/with ü?")["tasks"] == 0
    assert not exists(control)
    control.snapshots.delete("a name/with ü?")
    assert control.snapshots.all() == []
    with pytest.raises(Refused, match="no snapshot"):
        control.snapshots.rewind("a name/with ü?")


def test_a_state_goes_from_one_mock_to_another_by_way_of_a_file(control: Control, tmp_path: Path) -> None:
    control.resources.put(API, "topic", "mine")
    written = control.state.save(tmp_path / "state.json")
    control.resources.remove(API, "topic", "mine")
    assert control.state.load(tmp_path / "state.json") == written
    assert exists(control)
    assert control.state.get() == written


def test_what_does_not_fit_and_what_is_no_json_are_told(control: Control, tmp_path: Path) -> None:
    state = control.state.get()
    with pytest.raises(Refused, match="version: this mock reads states of version 1, not 7"):
        control.state.put({**state, "version": 7})
    (tmp_path / "state.json").write_text("{")
    with pytest.raises(ValueError, match=r"state\.json: it is no JSON"):
        control.state.load(tmp_path / "state.json")


def test_a_state_that_is_saved_is_for_its_owner_alone(control: Control, tmp_path: Path) -> None:
    control.state.save(tmp_path / "state.json")
    assert (tmp_path / "state.json").stat().st_mode & 0o777 == 0o600
