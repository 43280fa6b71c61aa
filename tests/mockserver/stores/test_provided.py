"""Is what the settings say provided once, whole, by one of those who have the store, however that one ends?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from mockserver.configuration.options import SERVE
from mockserver.configuration.reload import Reload
from mockserver.configuration.source import load
from mockserver.provisions import change, provisions_of
from mockserver.settings import Unprovidable
from mockserver.store import StoreError
from mockserver.stores.opening import open_store
from tests.mockserver.configuration.command import write
from tests.mockserver.control_plane import API, TOPIC, Control
from tests.mockserver.records.seeded import row
from tests.mockserver.stores.machines import Breaking, Machines, started
from tests.mockserver.stores.races import PATIENCE

ROW = row(30, n=1)
MINE: dict[str, Any] = {**TOPIC, "id": "mine"}
PROVIDED = {
    "accounts": [{"key-id": "AKIDMINE", "secret": "SECRETMINE"}],
    "resources": [MINE],
    "timetables": {API: {"running": 5}},
    "records": [{"api": API, "resource": "mine", "rows": [ROW]}],
    "faults": [{"api": API, "effect": "throttle", "action": "list"}],
}


def held(mock: Control) -> tuple[bool, bool, int, int, int]:
    """What there is of the above: account, resource, seconds, rows, faults."""
    accounts = {each["key_id"] for each in mock.ask("GET", "/accounts").json["accounts"]}
    rows = sum(each["rows"] for each in mock.ask("GET", "/records").json["records"])
    faults = len(mock.ask("GET", "/faults").json["faults"])
    seconds = mock.cloud.engine.timetables.chosen().get(API, {}).get("running", 0)
    return "AKIDMINE" in accounts, has(mock, "mine"), int(seconds), rows, faults


def has(mock: Control, name: str) -> bool:
    return name in {each["id"] for each in mock.ask("GET", "/resources").json["resources"]}


@pytest.mark.parametrize("call", ["put_document", "put_piece"])
def test_what_one_that_fails_has_not_provided_the_next_provides(machines: Machines, call: str) -> None:
    failures = 0
    while True:
        store = Breaking(open_store(machines.address, PATIENCE), call)
        machines.opened.append(store.inner)
        store.left = failures + 1
        try:
            mock = started(store, PROVIDED)
        except StoreError:
            failures += 1
            continue
        break
    assert failures > 0
    store.left = 0
    assert held(mock) == held(machines.start(PROVIDED)) == (True, True, 5, 1, 1)


def test_settings_that_cannot_be_provided_leave_nothing_and_are_provided_once_they_are_right(
    machines: Machines,
) -> None:
    with pytest.raises(Unprovidable, match="nowhere"):
        machines.start({**PROVIDED, "faults": [{"api": "nowhere", "effect": "throttle"}]})
    with pytest.raises(Unprovidable, match="there is no 'theirs'"):
        machines.start({**PROVIDED, "records": [{"api": API, "resource": "theirs", "rows": [ROW]}]})
    assert held(machines.start(PROVIDED)) == (True, True, 5, 1, 1)


def test_a_number_that_few_decoders_take_is_provided_and_changed_too(machines: Machines) -> None:
    first, second = ({"timetables": {API: {"running": 10**24 + more}}} for more in (0, 10**20))
    one, other = machines.start(first), machines.start(first)
    assert change(one.app.extensions["mock"], provisions_of(second))
    assert not change(other.app.extensions["mock"], provisions_of(second))
    assert other.cloud.engine.timetables.chosen() == second["timetables"]


def test_what_was_provided_before_anybody_took_it_down_is_left_as_it_is(machines: Machines) -> None:
    one = machines.start(PROVIDED)
    one.ask("DELETE", "/faults")
    one.cloud.engine.store.put_document("start", None)  # as older versions left it
    again = machines.start(PROVIDED)
    assert held(again) == (True, True, 5, 1, 0)
    again.ask("POST", "/reset")
    assert held(again) == (True, True, 5, 1, 1)


def test_a_reset_brings_back_what_the_settings_of_the_last_that_started_say(machines: Machines) -> None:
    one = machines.start(PROVIDED)
    machines.start({**PROVIDED, "resources": [{**MINE, "id": "theirs"}, MINE]})
    assert not has(one, "theirs")
    one.ask("POST", "/reset")
    assert has(one, "theirs")


class Watching:
    """Mocks with one store and one config file; each watches that, as it was when they started."""

    def __init__(self, machines: Machines, path: Path) -> None:
        self.path, self.said = path, list[str]()
        document = load(path, SERVE)
        self.mocks = [machines.start(document.content) for _ in "12"]
        self._reloads = [
            Reload(document, frozenset(), each.app.extensions["mock"], self.said.append) for each in self.mocks
        ]

    def edit(self, *ids: str, more: str = "") -> None:
        """Let the file say other resources."""
        self.path.write_text(text(*ids, more=more))
        os.utime(self.path, ns=(1, 1))  # an edit is never within the same moment

    def look(self, index: int) -> list[str]:
        """What one says that looks at the file."""
        self.said.clear()
        self._reloads[index].look()
        return [line.partition(": ")[2] for line in self.said]


def text(*ids: str, more: str = "") -> str:
    entries = ", ".join(f"{{api: {API}, kind: topic, id: {each}}}" for each in ids)
    return f"resources: [{entries}]\n{more}"


@pytest.fixture
def watching(machines: Machines, tmp_path: Path) -> Watching:
    return Watching(machines, write(tmp_path, text("mine")))


def test_a_change_of_the_config_file_that_another_took_over_is_not_taken_over_again(watching: Watching) -> None:
    one, other = watching.mocks
    watching.edit("mine", "theirs", more="any-resource: true\n")
    assert watching.look(0) == ["any-resource is changed", "resources is changed"]
    one.ask("DELETE", f"/resources?api={API}&kind=topic&id=theirs")
    one.cloud.engine.resources.know_any(any_known=False)
    assert watching.look(1) == []
    assert not has(other, "theirs")
    assert not other.cloud.engine.resources.knows_any


def test_a_reset_brings_back_what_the_file_says_now_also_where_another_took_it_over(watching: Watching) -> None:
    one, other = watching.mocks
    watching.edit("theirs")
    watching.look(0)
    other.ask("POST", "/reset")
    assert (has(one, "mine"), has(one, "theirs")) == (False, True)


def test_what_changed_since_another_took_over_a_change_is_all_that_is_taken_over(watching: Watching) -> None:
    one, other = watching.mocks
    watching.edit("mine", "theirs")
    watching.look(0)
    one.ask("DELETE", f"/resources?api={API}&kind=topic&id=theirs")
    watching.edit("mine", "theirs", "ours")
    assert watching.look(1) == ["resources is changed"]
    assert [has(other, each) for each in ("mine", "theirs", "ours")] == [True, False, True]


def test_a_change_of_the_config_file_is_taken_over_whole_or_not_at_all(machines: Machines, tmp_path: Path) -> None:
    path = write(tmp_path, text("mine"))
    store = Breaking(open_store(machines.address, PATIENCE), "put_document")
    machines.opened.append(store.inner)
    document = load(path, SERVE)
    one, other = started(store, document.content), machines.start(document.content)
    failures = 0
    for store.left in range(1, 100):
        said = list[str]()
        reload = Reload(document, frozenset(), one.app.extensions["mock"], said.append)
        path.write_text(text("theirs", more=f"timetables: {{{API}: {{running: 90}}}}\n"))
        os.utime(path, ns=(store.left, store.left))
        reload.look()
        if has(one, "theirs"):
            break
        failures += 1
        assert "save the file again to try again" in said[0]
        assert [has(each, "mine") for each in (one, other)] == [True, True]
        assert other.cloud.engine.timetables.chosen() == {}
    store.left = 0
    assert failures > 0
    assert [has(each, "mine") for each in (one, other)] == [False, False]
    assert other.cloud.engine.timetables.chosen() == {API: {"running": 90}}
