"""Can the clock be read and moved from outside?"""

from typing import Any

import pytest

from mockserver.clock import LATEST
from tests.mockserver.cloud import START
from tests.mockserver.control_plane import Control, start


@pytest.fixture
def control() -> Control:
    return start()


@pytest.mark.parametrize(
    ("move", "epoch"),
    [
        ({"action": "advance", "seconds": 90.5}, START + 90.5),
        ({"action": "set", "to": 0}, 0),
        ({"action": "set", "to": "2024-07-01T11:32:49Z"}, 1719833569),
        ({"action": "set", "to": "2024-07-01T19:32:49+08:00"}, 1719833569),
        ({"action": "freeze"}, START),
    ],
    ids=str,
)
def test_it_goes_where_it_is_told(control: Control, move: Any, epoch: float) -> None:
    answer = control.ask("PUT", "/clock", move)
    assert (answer.status, answer.json["epoch"], answer.json["frozen"]) == (200, epoch, True)
    assert control.ask("GET", "/clock").json == answer.json


def test_it_can_be_scaled_and_reset(control: Control) -> None:
    assert control.ask("PUT", "/clock", {"action": "scale", "factor": 60}).json["scale"] == 60
    state = control.ask("PUT", "/clock", {"action": "reset"}).json
    assert (state["frozen"], state["scale"], state["epoch"]) == (False, 1.0, START)


def test_it_goes_to_each_next_change_of_a_task(control: Control) -> None:
    task_id = control.create()
    seen = []
    for _ in range(3):
        assert control.ask("PUT", "/clock", {"action": "next"}).status == 200
        seen.append(control.ask("GET", f"/tasks/{task_id}").json["phase"])
    assert seen == ["running", "succeeded", "expired"]


def test_where_no_task_changes_any_more_there_is_no_next_moment(control: Control) -> None:
    assert "no task" in control.refused("PUT", "/clock", {"action": "next"})[0]


@pytest.mark.parametrize(
    ("move", "valid"),
    [
        ({"action": "jump"}, ["freeze", "set", "advance", "scale", "next", "reset"]),
        ({}, ["action"]),
        ({"action": "advance"}, ["action", "seconds", "account"]),
        ({"action": "advance", "seconds": 1, "minutes": 1}, ["action", "seconds", "account"]),
        ({"action": "advance", "seconds": "1"}, []),
        ({"action": "advance", "seconds": True}, []),
        ({"action": "advance", "seconds": -1}, []),
        ({"action": "advance", "seconds": LATEST}, []),
        ({"action": "set", "to": "yesterday"}, []),
        ({"action": "set", "to": "2024-07-01T11:32:49"}, []),
        ({"action": "set", "to": -1}, []),
        ({"action": "scale", "factor": 0}, []),
        ({"action": "freeze", "to": 0}, ["action", "account"]),
    ],
    ids=str,
)
def test_a_move_that_is_not_understood_moves_nothing(control: Control, move: Any, valid: list[str]) -> None:
    before = control.ask("GET", "/clock").json
    assert control.refused("PUT", "/clock", move)[1] == valid
    assert control.ask("GET", "/clock").json == before
