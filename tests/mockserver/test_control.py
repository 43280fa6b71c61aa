"""Does the control plane show the mock, and take nothing but what it knows?"""

from dataclasses import replace

import pytest
from flask import Response
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import validate

from mockserver.control.bodies import CLOCK_ACTIONS
from mockserver.control.routes import PREFIX, ROUTES
from openapi.messages import Request
from tests.mockserver.cloud import START, specs
from tests.mockserver.control_plane import API, TOPIC, Control, start


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


def test_exchanges_are_as_they_are_described(control: Control) -> None:
    content = control.ask("GET", "/openapi.json").json["paths"]["/_mock/requests"]["get"]["responses"]["200"]["content"]
    schema = Draft202012Validator(content["application/json"]["schema"], validate_formats=True)
    cloud, operation = control.cloud, "DescribeExports"
    signed = cloud.sign(cloud.make(API, operation), API, operation)
    cloud.send(replace(signed, body=signed.body + b" ", query="offset=1"))
    cloud.send(Request("GET", "/", "", {"x-tc-action": operation}))
    cloud.example(API, "CreateExport")
    found = control.ask("GET", "/requests").json
    assert [error.message for error in schema.iter_errors(found)] == []
    forged, missed, _ = found["requests"]
    assert forged["diagnosis"]
    assert forged["unread"]
    assert missed["near_misses"]


def test_it_is_described_in_openapi(control: Control) -> None:
    document = control.ask("GET", "/openapi.json").json
    validate(document)
    described = {
        (path, method) for path, item in document["paths"].items() for method in item if method != "parameters"
    }
    assert described == {(PREFIX + path, method.lower()) for path, methods in ROUTES.items() for method in methods}
    move = document["paths"]["/_mock/clock"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert [each["properties"]["action"]["enum"] for each in move["oneOf"]] == [[name] for name in CLOCK_ACTIONS]
    assert all(
        each["summary"] for item in document["paths"].values() for name, each in item.items() if name != "parameters"
    )


@pytest.mark.parametrize("path", ["/health", "/faults", "/accounts"])
def test_a_query_that_a_path_does_not_know_is_refused(control: Control, path: str) -> None:
    assert "verbose" in control.refused("GET", f"{path}?verbose=1")[0]


def test_a_query_of_bytes_that_are_no_text_is_refused(control: Control) -> None:
    raw = {"QUERY_STRING": "search=\xf5"}  # as WSGI has it: each character is a byte
    answer = control.app.test_client().get("/_mock/tasks", environ_overrides=raw)
    assert (answer.status_code, answer.json) == (400, {"error": {"message": "the query is not UTF-8", "valid": []}})


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


@pytest.mark.parametrize("path", ["/faults", "/accounts", "/verify"])
def test_a_body_that_is_nested_too_deeply_is_refused(control: Control, path: str) -> None:
    message, _ = control.refused("POST", path, raw=b'{"api":' + b"[" * 900 + b"]" * 900 + b"}")
    assert message == "the body is nested too deeply"


@pytest.mark.parametrize("raw", [b"{", b"\xff", b'{"action": NaN}', b"[" * 5000, b'{"action": "\\ud800"}', b"1"])
def test_a_body_that_is_no_json_object_is_refused(control: Control, raw: bytes) -> None:
    control.refused("PUT", "/clock", raw=raw)


def test_a_body_that_is_too_large_is_refused(control: Control) -> None:
    answer = control.ask("PUT", "/clock", raw=b" " * (1 << 21))
    assert (answer.status, answer.content_type) == (413, "application/json")


def test_an_unknown_path_is_answered_with_the_known_ones(control: Control) -> None:
    answer = control.ask("GET", "/helth")
    assert (answer.status, answer.content_type) == (404, "application/json")
    assert answer.json["error"]["message"] == "there is nothing at /_mock/helth"
    assert {"/_mock/health", "/_mock/tasks/{id}"} <= set(answer.json["error"]["valid"])


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "TRACE"])
def test_a_wrong_method_is_answered_with_the_right_ones(control: Control, method: str) -> None:
    answer = control.ask(method, "/clock")
    assert (answer.status, answer.content_type) == (405, "application/json")
    assert answer.json["error"]["valid"] == ["GET", "PUT"]


def test_a_mistake_of_the_control_plane_is_told_as_json(control: Control, caplog: pytest.LogCaptureFixture) -> None:
    def fail(path: str) -> Response:
        raise ZeroDivisionError(path)

    control.app.view_functions["control.enter"] = fail
    answer = control.ask("GET", "/health")
    assert (answer.status, answer.content_type) == (500, "application/json")
    assert "ZeroDivisionError" in caplog.text
