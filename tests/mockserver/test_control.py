"""Does the control plane show the mock, move it, and take nothing but what it knows?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask

from mockserver.accounts import SECOND
from mockserver.app import create_app
from mockserver.clock import LATEST, MovableClock
from tests.mockserver.cloud import START, Answer, Cloud, specs

API = "tencent-cls"
TOPIC = {"api": API, "kind": "topic"}


@dataclass(frozen=True)
class Control:
    """The control plane of one mock, and the mock."""

    app: Flask
    cloud: Cloud

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, raw: bytes = b""
    ) -> Answer:
        sent = {"json": body} if body is not None else {"data": raw}
        response = self.app.test_client().open(f"/_mock{path}", method=method, headers=headers, **sent)
        return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.data)

    def refused(self, method: str, path: str, body: Any = None, raw: bytes = b"") -> tuple[str, list[Any]]:
        """The message and the valid names of a 400."""
        answer = self.ask(method, path, body, raw=raw)
        assert (answer.status, answer.content_type) == (400, "application/json")
        assert set(answer.json) == {"error"}
        return answer.json["error"]["message"], answer.json["error"]["valid"]

    def create(self) -> str:
        """The id of a new task."""
        answer = self.cloud.example(API, "CreateExport")
        found: str = answer.json["Response"]["ExportId"]
        return found


def start(**options: Any) -> Control:
    clock = MovableClock(lambda: START)
    clock.freeze()
    app = create_app(specs={API: specs()[API]}, clock=clock, **options)
    mock = app.extensions["mock"]
    return Control(app, Cloud(mock.engine, mock.clock, mock.journal, mock.engine.accounts))


@pytest.fixture
def control() -> Control:
    return start()


def test_health_says_what_is_served_and_what_time_it_is(control: Control) -> None:
    answer = control.ask("GET", "/health")
    assert answer.status == 200
    assert answer.json["status"] == "ok"
    assert answer.json["version"]
    assert answer.json["apis"] == [API]
    assert answer.json["clock"] == {"now": "2026-01-31T08:09:10.000Z", "epoch": START, "frozen": True, "scale": 1.0}


def test_routes_tell_how_every_operation_is_addressed(control: Control) -> None:
    routes = control.ask("GET", "/routes").json["routes"]
    assert {route["operation"] for route in routes} == set(specs()[API].operations)
    (create,) = (route for route in routes if route["operation"] == "CreateExport")
    assert (create["api"], create["method"], create["path"], create["action"]) == (API, "POST", "/", "CreateExport")
    assert create["hosts"] == list(specs()[API].hosts)
    assert create["summary"]


class TestTasks:
    def test_a_task_is_shown_by_its_id(self, control: Control) -> None:
        task_id = control.create()
        task = control.ask("GET", f"/tasks/{task_id}").json
        assert (task["id"], task["api"], task["phase"], task["created"]) == (task_id, API, "queued", START)

    def test_the_list_holds_the_tasks_of_all_accounts(self, control: Control) -> None:
        control.create()
        control.cloud.example(API, "CreateExport", SECOND)
        tasks = control.ask("GET", "/tasks").json["tasks"]
        assert len({task["account"] for task in tasks}) == 2

    def test_the_list_can_be_that_of_one_account(self, control: Control) -> None:
        control.create()
        control.cloud.example(API, "CreateExport", SECOND)
        tasks = control.ask("GET", f"/tasks?account={SECOND.number}").json["tasks"]
        assert [task["account"] for task in tasks] == [SECOND.number]

    def test_a_task_can_be_made_to_fail(self, control: Control) -> None:
        task_id = control.create()
        changes = {"outcome": "failed", "failure": {"code": "1", "message": "disk full"}}
        assert control.ask("PUT", f"/tasks/{task_id}", changes).json["outcome"] == "failed"
        control.cloud.wait(60)
        assert control.ask("GET", f"/tasks/{task_id}").json["phase"] == "failed"

    @pytest.mark.parametrize("phase", ["queued", "running", "succeeded", "failed", "expired"])
    def test_a_task_can_be_put_into_any_phase(self, control: Control, phase: str) -> None:
        assert control.ask("PUT", f"/tasks/{control.create()}", {"phase": phase}).json["phase"] == phase

    @pytest.mark.parametrize(
        ("changes", "valid"),
        [
            ({"phase": "done"}, ["queued", "running", "succeeded", "failed", "expired"]),
            ({"outcome": "expired"}, ["succeeded", "failed"]),
            ({"phases": "failed"}, ["outcome", "phase", "ends", "expired", "failure"]),
            ({}, ["outcome", "phase", "ends", "expired", "failure"]),
            ({"ends": "soon"}, []),
            ({"expired": 1}, []),
            ({"failure": {"text": "x"}}, ["code", "message"]),
            ([], ["outcome", "phase", "ends", "expired", "failure"]),
        ],
        ids=str,
    )
    def test_a_change_that_is_not_understood_changes_nothing(self, control: Control, changes: Any, valid: Any) -> None:
        task_id = control.create()
        before = control.ask("GET", f"/tasks/{task_id}").json
        assert control.refused("PUT", f"/tasks/{task_id}", changes)[1] == valid
        assert control.ask("GET", f"/tasks/{task_id}").json == before

    def test_a_task_can_be_removed(self, control: Control) -> None:
        task_id = control.create()
        assert control.ask("DELETE", f"/tasks/{task_id}").json == {"deleted": 1}
        assert control.ask("GET", "/tasks").json == {"tasks": []}

    def test_the_tasks_of_one_api_can_be_removed_together(self, control: Control) -> None:
        control.create()
        control.create()
        assert control.ask("DELETE", "/tasks?api=other").json == {"deleted": 0}
        assert control.ask("DELETE", f"/tasks?api={API}").json == {"deleted": 2}

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
    def test_a_task_that_does_not_exist_is_not_found(self, control: Control, method: str) -> None:
        answer = control.ask(method, "/tasks/nobody's", {"expired": True} if method == "PUT" else None)
        assert answer.status == 404
        assert "nobody's" in answer.json["error"]["message"]

    def test_an_unknown_filter_is_refused(self, control: Control) -> None:
        message, valid = control.refused("GET", "/tasks?apis=x")
        assert "apis" in message
        assert valid == ["api", "account"]


class TestClock:
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
    def test_it_goes_where_it_is_told(self, control: Control, move: Any, epoch: float) -> None:
        answer = control.ask("PUT", "/clock", move)
        assert (answer.status, answer.json["epoch"], answer.json["frozen"]) == (200, epoch, True)
        assert control.ask("GET", "/clock").json == answer.json

    def test_it_can_be_scaled_and_reset(self, control: Control) -> None:
        assert control.ask("PUT", "/clock", {"action": "scale", "factor": 60}).json["scale"] == 60
        state = control.ask("PUT", "/clock", {"action": "reset"}).json
        assert (state["frozen"], state["scale"], state["epoch"]) == (False, 1.0, START)

    def test_it_goes_to_each_next_change_of_a_task(self, control: Control) -> None:
        task_id = control.create()
        seen = []
        for _ in range(3):
            assert control.ask("PUT", "/clock", {"action": "next"}).status == 200
            seen.append(control.ask("GET", f"/tasks/{task_id}").json["phase"])
        assert seen == ["running", "succeeded", "expired"]

    def test_where_no_task_changes_any_more_there_is_no_next_moment(self, control: Control) -> None:
        assert "no task" in control.refused("PUT", "/clock", {"action": "next"})[0]

    @pytest.mark.parametrize(
        ("move", "valid"),
        [
            ({"action": "jump"}, ["freeze", "set", "advance", "scale", "next", "reset"]),
            ({}, ["action"]),
            ({"action": "advance"}, ["action", "seconds"]),
            ({"action": "advance", "seconds": 1, "minutes": 1}, ["action", "seconds"]),
            ({"action": "advance", "seconds": "1"}, []),
            ({"action": "advance", "seconds": True}, []),
            ({"action": "advance", "seconds": -1}, []),
            ({"action": "advance", "seconds": LATEST}, []),
            ({"action": "set", "to": "yesterday"}, []),
            ({"action": "set", "to": "2024-07-01T11:32:49"}, []),
            ({"action": "set", "to": -1}, []),
            ({"action": "scale", "factor": 0}, []),
            ({"action": "freeze", "to": 0}, ["action"]),
        ],
        ids=str,
    )
    def test_a_move_that_is_not_understood_moves_nothing(self, control: Control, move: Any, valid: list[str]) -> None:
        before = control.ask("GET", "/clock").json
        assert control.refused("PUT", "/clock", move)[1] == valid
        assert control.ask("GET", "/clock").json == before


class TestResources:
    def test_what_the_spec_names_exists(self, control: Control) -> None:
        topic = specs()[API].resources["topic"]
        found = control.ask("GET", "/resources").json["resources"]
        assert {**TOPIC, "id": topic.default, "condition": ""} in found

    def test_what_is_put_exists_until_it_is_removed(self, control: Control) -> None:
        mine = {**TOPIC, "id": "mine", "condition": "closed"}
        answer = control.ask("POST", "/resources", mine)
        assert (answer.status, answer.json) == (201, mine)
        assert mine in control.ask("GET", "/resources").json["resources"]
        assert control.ask("DELETE", f"/resources?api={API}&kind=topic&id=mine").status == 200
        assert mine not in control.ask("GET", "/resources").json["resources"]

    @pytest.mark.parametrize(
        ("wrong", "right"),
        [({"api": "x"}, API), ({"kind": "x"}, "topic"), ({"condition": "x"}, "closed"), ({"ids": "x"}, "id")],
        ids=str,
    )
    def test_a_name_that_is_wrong_is_answered_with_the_right_ones(
        self, control: Control, wrong: Mapping[str, str], right: str
    ) -> None:
        before = control.ask("GET", "/resources").json
        message, valid = control.refused("POST", "/resources", {**TOPIC, "id": "mine", **wrong})
        assert right in [*valid, *message.replace(",", " ").split()]
        assert control.ask("GET", "/resources").json == before


class TestFaults:
    def test_a_fault_answers_the_calls_it_waits_for(self, control: Control) -> None:
        fault = {"api": API, "operation": "DescribeExports", "code": "InternalError", "times": 2}
        assert control.ask("POST", "/faults", fault).status == 201
        assert control.ask("GET", "/faults").json == {"faults": [fault]}
        answers = [control.cloud.example(API, "DescribeExports").json["Response"] for _ in range(3)]
        assert [answer.get("Error", {}).get("Code") for answer in answers] == ["InternalError", "InternalError", None]

    def test_faults_can_be_taken_back(self, control: Control) -> None:
        control.ask("POST", "/faults", {"api": API, "code": "InternalError"})
        assert control.ask("DELETE", "/faults").status == 200
        assert control.ask("GET", "/faults").json == {"faults": []}

    @pytest.mark.parametrize(
        "wrong", [{"code": "Nonsense"}, {"operation": "Nonsense"}, {"api": "x"}, {"times": 0}, {"times": "1"}, {"x": 1}], ids=str
    )
    def test_a_fault_that_cannot_happen_is_refused(self, control: Control, wrong: Mapping[str, Any]) -> None:
        control.refused("POST", "/faults", {"api": API, "code": "InternalError", **wrong})
        assert control.ask("GET", "/faults").json == {"faults": []}


class TestRequests:
    def test_the_exchanges_can_be_read_and_filtered(self, control: Control) -> None:
        control.create()
        control.cloud.example(API, "DescribeExports")
        found = control.ask("GET", "/requests?operation=DescribeExports&status=200").json["requests"]
        assert [(each["number"], each["operation"]) for each in found] == [(2, "DescribeExports")]

    def test_only_the_newest_are_shown_when_there_is_a_limit(self, control: Control) -> None:
        control.create()
        control.create()
        assert [each["number"] for each in control.ask("GET", "/requests?limit=1").json["requests"]] == [2]

    def test_a_wrong_signature_is_explained_without_its_secret(self, control: Control) -> None:
        cloud = control.cloud
        request = cloud.sign(cloud.make(API, "DescribeExports"), API, "DescribeExports", SECOND)
        cloud.send(replace(request, body=request.body + b" "))
        answer = control.ask("GET", "/requests")
        assert answer.json["requests"][0]["reason"] == "wrong-signature"
        assert answer.json["requests"][0]["diagnosis"]["cause"]
        assert SECOND.key.secret.encode() not in answer.body

    def test_they_can_be_forgotten(self, control: Control) -> None:
        control.create()
        control.ask("DELETE", "/requests")
        assert control.ask("GET", "/requests").json == {"requests": []}

    @pytest.mark.parametrize("query", ["status=ok", "since=-1", "limit=1e3", "path=/", "limit=9999999999"])
    def test_a_filter_that_makes_no_sense_is_refused(self, control: Control, query: str) -> None:
        assert query.split("=")[0] in control.refused("GET", f"/requests?{query}")[0]


def test_a_reset_forgets_everything_but_the_time(control: Control) -> None:
    control.create()
    control.ask("POST", "/faults", {"api": API, "code": "InternalError"})
    control.ask("POST", "/resources", {**TOPIC, "id": "mine"})
    control.ask("PUT", "/clock", {"action": "advance", "seconds": 5})
    assert control.ask("POST", "/reset").status == 200
    assert control.ask("GET", "/tasks").json == {"tasks": []}
    assert control.ask("GET", "/faults").json == {"faults": []}
    assert control.ask("GET", "/requests").json == {"requests": []}
    assert "mine" not in [each["id"] for each in control.ask("GET", "/resources").json["resources"]]
    assert control.ask("GET", "/clock").json["epoch"] == START + 5


@pytest.mark.parametrize("raw", [b"{", b"\xff", b'{"action": NaN}', b"[" * 5000, b'{"action": "\\ud800"}', b"1"])
def test_a_body_that_is_no_json_object_is_refused(control: Control, raw: bytes) -> None:
    control.refused("PUT", "/clock", raw=raw)


def test_a_body_that_is_too_large_is_refused(control: Control) -> None:
    answer = control.ask("PUT", "/clock", raw=b" " * (1 << 21))
    assert (answer.status, answer.content_type) == (413, "application/json")


def test_an_unknown_path_is_answered_with_the_known_ones(control: Control) -> None:
    answer = control.ask("GET", "/helth")
    assert (answer.status, answer.content_type) == (404, "application/json")
    assert {"/_mock/health", "/_mock/tasks/{id}"} <= set(answer.json["error"]["valid"])


def test_a_wrong_method_is_answered_with_the_right_ones(control: Control) -> None:
    answer = control.ask("POST", "/clock")
    assert (answer.status, answer.content_type) == (405, "application/json")
    assert answer.json["error"]["valid"] == ["GET", "PUT"]


def test_a_mistake_of_the_control_plane_is_told_as_json(control: Control, capsys: pytest.CaptureFixture[str]) -> None:
    control.app.view_functions["control.GET /health"] = lambda: 1 / 0
    answer = control.ask("GET", "/health")
    assert (answer.status, answer.content_type) == (500, "application/json")
    assert "ZeroDivisionError" in capsys.readouterr().err


class TestAccess:
    @pytest.mark.parametrize(
        "host", ["localhost", "127.0.0.1:4010", "127.9.9.9", "[::1]:80", "LOCALHOST:1", "mock.localhost"]
    )
    def test_hosts_of_this_machine_may_enter(self, control: Control, host: str) -> None:
        assert control.ask("GET", "/health", headers={"Host": host}).status == 200

    @pytest.mark.parametrize(
        "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "", "[::1", "a:b:c"]
    )
    def test_a_name_that_was_made_to_point_here_may_not(self, control: Control, host: str) -> None:
        answer = control.ask("POST", "/reset", headers={"Host": host})
        assert (answer.status, answer.content_type) == (403, "application/json")

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:9999", "https://localhost"])
    def test_a_foreign_page_may_not(self, control: Control, origin: str) -> None:
        answer = control.ask("POST", "/reset", headers={"Host": "localhost", "Origin": origin})
        assert answer.status == 403

    def test_a_page_of_the_mock_itself_may(self, control: Control) -> None:
        headers = {"Host": "localhost:4010", "Origin": "http://localhost:4010"}
        assert control.ask("GET", "/health", headers=headers).status == 200

    def test_whoever_holds_the_token_may_come_from_anywhere(self) -> None:
        headers = {"Host": "mock.example", "X-Mock-Token": "open sesame"}
        assert start(control_token="open sesame").ask("GET", "/health", headers=headers).status == 200

    @pytest.mark.parametrize("headers", [{}, {"X-Mock-Token": "guess"}, {"X-Mock-Token": "open sesam\xe9"}], ids=str)
    def test_whoever_does_not_may_not(self, headers: Mapping[str, str]) -> None:
        answer = start(control_token="open sesame").ask("GET", "/nothing", headers=headers)
        assert answer.status == 403
        assert "open sesame" not in answer.body.decode()

    def test_closed_it_lets_nobody_in(self) -> None:
        answer = start(control=False).ask("GET", "/health")
        assert answer.status == 403
        assert "--control-token" in answer.json["error"]["message"]
