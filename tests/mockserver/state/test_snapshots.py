"""Can a state be kept under a name, and gone back to?"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.accounts import FIRST
from mockserver.control.bodies import Unusable
from mockserver.state.snapshots import MOST, OwnShelf, Snapshots
from tests.mockserver.cloud import START
from tests.mockserver.control_plane import API, Control, start
from tests.mockserver.records.seeded import Seeded, lines, row
from tests.mockserver.state.test_document import live, state_of


@pytest.fixture
def control() -> Control:
    return start()


def names(control: Control) -> list[str]:
    return [each["name"] for each in control.ask("GET", "/snapshots").json["snapshots"]]


def test_a_mock_goes_back_to_a_snapshot_as_often_as_one_likes(control: Control) -> None:
    live(control)
    before = state_of(control)
    assert control.ask("PUT", "/snapshots/before").json["tasks"] == 2
    for _ in "12":
        control.create()
        control.ask("POST", "/reset")
        control.ask("PUT", "/clock", {"action": "advance", "seconds": 1e6})
        answer = control.ask("POST", "/snapshots/before")
        assert (answer.status, answer.json["at"]) == (200, "2026-01-31T08:10:40.500Z")
        assert state_of(control) == before


def test_the_records_of_a_snapshot_are_there_again_though_nothing_else_has_them(control: Control) -> None:
    mock = Seeded(control.cloud)
    mock.post(lines(row(5, level="warn")))
    control.ask("PUT", "/snapshots/seeded")
    control.ask("DELETE", "/records")
    control.ask("POST", "/snapshots/seeded")
    assert mock.rows() == [row(5, level="warn")]


def test_a_snapshot_is_replaced_listed_shown_and_deleted(control: Control) -> None:
    control.ask("PUT", "/snapshots/a/b")
    control.ask("PUT", "/snapshots/empty")
    control.create()
    control.ask("PUT", "/snapshots/a/b")
    assert names(control) == ["a/b", "empty"]
    (first, second) = control.ask("GET", "/snapshots").json["snapshots"]
    assert (first["tasks"], second["tasks"], first["at"]) == (1, 0, "2026-01-31T08:09:10.000Z")
    assert control.ask("GET", "/snapshots/a/b").json == state_of(control)
    assert control.ask("DELETE", "/snapshots/a/b").json == {"deleted": 1}
    assert names(control) == ["empty"]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_name_that_no_snapshot_has_is_answered_with_those_that_there_are(control: Control, method: str) -> None:
    control.ask("PUT", "/snapshots/mine")
    answer = control.ask(method, "/snapshots/nobody")
    assert (answer.status, answer.json["error"]["valid"]) == (404, ["mine"])


@pytest.mark.parametrize("name", ["a" * 201, "a%00", "a%09b", "%1B[2J"], ids=["long", "null", "tab", "escape"])
def test_a_name_that_cannot_be_printed_in_a_line_is_refused(control: Control, name: str) -> None:
    message, _ = control.refused("PUT", f"/snapshots/{name}")
    assert message == "the name of a snapshot has at most 200 characters, each of which can be printed"
    assert names(control) == []


def test_a_reset_leaves_the_snapshots(control: Control) -> None:
    control.ask("PUT", "/snapshots/mine")
    control.ask("POST", "/reset")
    assert names(control) == ["mine"]


def test_only_so_many_are_kept(control: Control) -> None:
    snapshots = Snapshots(control.cloud.engine)
    for number in range(MOST):
        snapshots.save(str(number))
    with pytest.raises(Unusable, match=f"there are {MOST} snapshots, which are the most"):
        snapshots.save("one more")
    snapshots.save("0")
    assert len(snapshots.all()) == MOST


def test_only_so_much_is_kept(control: Control) -> None:
    live(control)
    size = Snapshots(control.cloud.engine).save("once").size
    snapshots = Snapshots(control.cloud.engine, OwnShelf(control.cloud.engine, room=2 * size))
    snapshots.save("a")
    snapshots.save("b")
    with pytest.raises(Unusable, match="would occupy more than"):
        snapshots.save("c")
    assert snapshots.save("b").size == size


def test_exchanges_are_not_taken_back(control: Control) -> None:
    control.ask("PUT", "/snapshots/before")
    control.create()
    control.ask("POST", "/snapshots/before")
    assert len(control.ask("GET", "/requests").json["requests"]) == 1


class Spy:
    """A store that counts what is asked of it."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.asked = inner, list[str]()

    def __getattr__(self, name: str) -> Any:
        self.asked.append(name)
        return getattr(self.inner, name)


def test_to_go_back_asks_the_store_once_however_many_tasks_there_are(control: Control) -> None:
    engine = control.cloud.engine
    for _ in range(30):
        control.create()
        control.cloud.wait(2)
    control.ask("PUT", "/snapshots/many")
    spy = engine.store = Spy(engine.store)
    control.ask("POST", "/snapshots/many")
    assert spy.asked == ["load"]
    assert len(engine.inspection.tasks(API, FIRST.number)) == 30
    assert control.cloud.clock.now() == START + 60
