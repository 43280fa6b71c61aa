"""Who may use the control plane?"""

from collections.abc import Mapping
from typing import Any

import pytest

from mockserver import create_app
from mockserver.ids import SeededIds
from mockserver.memory import MemoryStore
from mockserver.store import StoreError
from tests.mockserver.cloud import specs
from tests.mockserver.control_plane import API, Control, start


@pytest.fixture
def control() -> Control:
    return start()


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:4010", "127.9.9.9", "[::1]:80", "LOCALHOST:1", "mock.localhost"]
)
def test_hosts_of_this_machine_may_enter(control: Control, host: str) -> None:
    assert control.ask("GET", "/health", headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "", "[::1", "a:b:c"]
)
def test_a_name_that_was_made_to_point_here_may_not(control: Control, host: str) -> None:
    answer = control.ask("POST", "/reset", headers={"Host": host})
    assert (answer.status, answer.content_type) == (403, "application/json")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:9999", "https://localhost"])
def test_a_foreign_page_may_not(control: Control, origin: str) -> None:
    answer = control.ask("POST", "/reset", headers={"Host": "localhost", "Origin": origin})
    assert answer.status == 403


def test_a_page_of_the_mock_itself_may(control: Control) -> None:
    headers = {"Host": "localhost:4010", "Origin": "http://localhost:4010"}
    assert control.ask("GET", "/health", headers=headers).status == 200


def test_whoever_holds_the_token_may_come_from_anywhere() -> None:
    headers = {"Host": "mock.example", "X-Mock-Token": "open sesame"}
    answer = start(control_token="open sesame").ask("GET", "/health", headers=headers)
    assert (answer.status, [*answer.json]) == (200, ["status", "version", "apis", "clock"])


@pytest.mark.parametrize("headers", [{}, {"X-Mock-Token": "guess"}, {"X-Mock-Token": "open sesam\xe9"}], ids=str)
def test_whoever_does_not_may_not(headers: Mapping[str, str]) -> None:
    answer = start(control_token="open sesame").ask("GET", "/nothing", headers=headers)
    assert answer.status == 403
    assert "open sesame" not in answer.body.decode()


def test_closed_it_lets_nobody_in() -> None:
    answer = start(control=False).ask("GET", "/tasks")
    assert answer.status == 403
    assert "--control-token" in answer.json["error"]["message"]


@pytest.mark.parametrize("options", [{"control": False}, {"control_token": "open sesame"}], ids=["closed", "token"])
def test_what_watches_over_a_container_learns_that_it_runs_and_no_more_without_a_token(
    options: Mapping[str, Any],
) -> None:
    for headers in ({}, {"X-Mock-Token": ""}, {"X-Mock-Token": "guess"}):
        answer = start(**options).ask("GET", "/health", headers={"Host": "10.1.2.3:4010", **headers})
        assert (answer.status, answer.json) == (200, {"status": "ok"})
    foreign = {"Host": "10.1.2.3:4010", "Origin": "https://evil.example"}
    assert start(**options).ask("GET", "/health", headers=foreign).status == 403


class LostStore(MemoryStore):
    """One that others have, too, and that cannot be reached from some time on."""

    is_lost = False

    @property
    def is_shared(self) -> bool:
        return True

    def revision(self) -> int:
        if self.is_lost:
            raise StoreError("no answer from db.example")
        return super().revision()


def test_why_a_mock_cannot_be_used_is_told_with_the_token_alone() -> None:
    store = LostStore()
    control = start(control_token="open sesame", store=store)
    store.is_lost = True
    stranger = control.ask("GET", "/health", headers={"Host": "10.1.2.3:4010"})
    assert (stranger.status, stranger.json["error"]["message"]) == (503, "the mock cannot be used")
    known = control.ask("GET", "/health", headers={"X-Mock-Token": "open sesame"})
    assert (known.status, "db.example" in known.json["error"]["message"]) == (503, True)


@pytest.mark.parametrize("path", ["/_mock", "/_mock/health", "/_mock/tasks"])
def test_without_it_its_paths_are_as_unknown_as_any_other(path: str) -> None:
    provider = create_app(specs={API: specs()[API]}, ids=SeededIds(1), bare=True).test_client()
    other = create_app(specs={API: specs()[API]}, ids=SeededIds(1), bare=True).test_client()
    assert provider.get(path).data == other.get("/nothing").data
