"""Can clients in any language assert over the control plane what was sent, and are they told what is wrong?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from mockserver.accounts import FIRST, SECOND
from mockserver.client import Control as Client
from mockserver.client import NotVerified, Refused
from mockserver.client.doors import PlaneDoor
from mockserver.control.plane import Plane
from tests.mockserver.control_plane import API, Control, start

CREATE, LIST, DELETE = "CreateExport", "DescribeExports", "DeleteExport"


@pytest.fixture
def control() -> Control:
    return start()


@pytest.fixture
def client(control: Control) -> Client:
    return Client(PlaneDoor(lambda: Plane(control.app.extensions["mock"])))


def holds(control: Control, **assertion: Any) -> list[int]:
    """The numbers of the exchanges that show it."""
    answer = control.ask("POST", "/verify", assertion)
    assert answer.status == 200, answer.json
    return [each["number"] for each in answer.json["exchanges"]]


def broken(control: Control, **assertion: Any) -> str:
    """What is told of an assertion that does not hold."""
    answer = control.ask("POST", "/verify", assertion)
    assert (answer.status, answer.content_type) == (409, "application/json")
    return str(answer.json["error"]["message"])


def test_what_was_sent_is_answered_with_the_exchanges_that_show_it(control: Control) -> None:
    control.create()
    control.cloud.example(API, LIST)
    answer = control.ask("POST", "/verify", {"request": {"operation": CREATE, "arguments": {"Count": 100}}})
    (shown,) = answer.json["exchanges"]
    assert (answer.status, answer.json["sentence"]) == (200, "CreateExport(Count=100) was sent once")
    assert (shown["number"], shown["operation"], shown["arguments"]["Count"]) == (1, CREATE, 100)
    assert (shown["account"], shown["status"], shown["code"]) == (FIRST.number, 200, "")


def test_what_was_not_sent_is_told_as_the_assertions_of_pytest_tell_it(control: Control) -> None:
    control.create()
    said = broken(control, request={"operation": CREATE, "arguments": {"Count": 7}}, times=2)
    first, listed = said.splitlines()
    assert first == "CreateExport(Count=7) was sent 0 times, not 2 times"
    assert listed.startswith("  1. CreateExport(TopicId=")
    assert listed.endswith(" → 200")


@pytest.mark.parametrize(
    ("often", "wanted"),
    [
        ({"times": 1}, "once"),
        ({"at_least": 3}, "at least 3 times"),
        ({"at_most": 1}, "at most once"),
        ({"at_least": 3, "at_most": 4}, "3 to 4 times"),
        ({"times": 0}, "0 times"),
    ],
    ids=str,
)
def test_how_often_is_told_as_it_was_asked(control: Control, often: dict[str, int], wanted: str) -> None:
    for _ in range(2):
        control.cloud.example(API, LIST)
    request = {"operation": LIST}
    assert holds(control, request=request) == [1, 2]
    assert holds(control, request=request, at_least=2, at_most=2) == [1, 2]
    said = broken(control, request=request, **often)
    assert said.startswith(f"DescribeExports was sent 2 times, not {wanted}\n> 1. DescribeExports(")


@pytest.mark.parametrize(
    "pattern",
    [
        {"api": API},
        {"account": SECOND.number},
        {"method": "POST"},
        {"path": "/*"},
        {"status": 200},
        {"code": "InternalError"},
        {"accepted": False},
        {"headers": {"x-tc-action": "Describe*"}},
        {"headers": {"X-Nobody-Sends": None}},
    ],
    ids=str,
)
def test_every_part_of_a_request_can_be_asked_for(control: Control, pattern: dict[str, Any]) -> None:
    control.ask("POST", "/faults", {"api": API, "code": "InternalError", "account": SECOND.number})
    control.create()
    control.cloud.example(API, LIST, SECOND)
    assert 2 in holds(control, request={"operation": LIST, **pattern})
    others = {"accepted": True, "code": "FailedOperation", "method": "GET", "path": "/v1/*", "status": 404}
    others |= {"headers": {"X-TC-Action": None}, "account": FIRST.number}
    (name,) = pattern
    if name in others:
        assert holds(control, request={"operation": LIST, name: others[name]}, times=0) == []


def test_of_an_object_only_the_members_that_are_named_are_looked_at(control: Control) -> None:
    control.cloud.call(API, CREATE, TopicId="a", Count={"of": {"all": 1, "more": 2}, "list": [1, 2]})
    right: list[dict[str, Any]] = [{"Count": {"of": {"all": 1}}}, {"Count": {"list": [1, 2]}}, {}]
    wrong: list[dict[str, Any]] = [{"Count": {"of": {"all": True}}}, {"Count": {"list": [1]}}, {"Count": {"of": 1}}]
    for arguments in right:
        assert holds(control, request={"operation": CREATE, "arguments": arguments}) == [1]
    for arguments in wrong:
        assert holds(control, request={"operation": CREATE, "arguments": arguments}, times=0) == []


def test_a_body_that_is_too_deep_to_be_looked_into_is_in_nobodys_way(control: Control) -> None:
    control.cloud.send(replace(control.cloud.make(API, LIST), body=b"[" * 10_000))
    control.create()
    assert holds(control, request={"operation": CREATE}) == [2]
    assert holds(control, request={"accepted": False}) == [1]


def test_a_number_in_a_query_is_its_text(control: Control) -> None:
    control.cloud.send(replace(control.cloud.make(API, LIST), query="limit=10"))
    for value in (10, "10"):
        assert holds(control, request={"arguments": {"limit": value}}) == [1]
    assert holds(control, request={"arguments": {"limit": 1}}, times=0) == []


def test_an_order_holds_whatever_came_between(control: Control) -> None:
    task = control.create()
    control.cloud.example(API, LIST)
    control.cloud.call(API, DELETE, ExportId=task)
    wanted = [{"operation": CREATE}, {"operation": DELETE, "arguments": {"ExportId": task}}]
    assert holds(control, order=wanted) == [1, 3]
    said = broken(control, order=[{"operation": DELETE}, {"operation": LIST}])
    assert said.startswith(
        "DeleteExport → DescribeExports were not called in this order, from DescribeExports on\n  1. CreateExport("
    )
    assert "\n> 3. DeleteExport(" in said


def test_pauses_are_judged(control: Control) -> None:
    for pause in (0.0, 5.0):
        control.cloud.wait(pause)
        control.cloud.example(API, LIST)
    assert holds(control, pause={"operation": LIST, "seconds": 5}) == [1, 2]
    said = broken(control, pause={"operation": LIST, "seconds": 6})
    assert said.startswith("DescribeExports was called again after 5 s, not 6\n> 1. ")


def test_that_nothing_was_refused_missed_or_unread_can_be_asserted(control: Control) -> None:
    control.create()
    for each in ("refused", "missed", "unread"):
        assert holds(control, nothing=each) == []
    control.cloud.send(replace(control.cloud.make(API, DELETE, ExportId="1"), query="offset=1"))
    assert broken(control, nothing="refused").startswith("1 were refused: DeleteExport 2: ")
    assert broken(control, nothing="unread").startswith("request 2 carried what nobody reads: query offset\n")
    control.cloud.send(replace(control.cloud.make(API, DELETE, ExportId="1"), path="/nowhere"))
    assert broken(control, nothing="missed").startswith("request 3 reached no operation\n")


def test_habits_are_judged_as_the_report_does(control: Control) -> None:
    assert broken(control, habits=[]) == "nothing shows any habit of a client\n  nothing was sent"
    task = control.create()
    assert holds(control, habits=["signs-right"]) == []
    said = broken(control, habits=["signs-right", "deletes"])
    assert said.startswith(
        f"a good client deletes what it made; this one does not: {task} was left behind\n> 1. Create"
    )
    assert broken(control, habits=["backs-off"]).startswith("nothing shows whether the client waits longer")
    assert "deletes what it made" in broken(control, habits=[])
    control.cloud.call(API, DELETE, ExportId=task)
    assert holds(control, habits=[]) == []


def test_of_an_account_its_own_requests_and_those_with_nobody_known_count(control: Control) -> None:
    control.create()
    control.cloud.example(API, LIST, SECOND)
    control.cloud.send(control.cloud.make(API, DELETE, ExportId="1"))
    assert holds(control, request={"api": API}, account=SECOND.number) == [2, 3]
    assert holds(control, request={"api": API}, account=SECOND.number, since=2) == [3]
    assert holds(control, habits=["signs-right"], account=SECOND.number, since=1) == []


def test_what_can_no_longer_be_known_is_not_said_to_hold(control: Control) -> None:
    journal = control.app.extensions["mock"].journal
    journal._capacity = 2
    for _ in range(4):
        control.cloud.example(API, LIST)
    assert holds(control, request={"operation": LIST}, at_least=2) == [3, 4]
    said = broken(control, request={"operation": LIST}, times=2)
    assert "DescribeExports was sent 2 times, as far as is known: exchanges up to 2 had to make room" in said
    assert holds(control, request={"operation": LIST}, times=2, since=2) == [3, 4]
    control.ask("DELETE", "/requests")
    assert holds(control, nothing="refused") == []


@pytest.mark.parametrize(
    ("wrong", "said", "valid"),
    [
        ({}, "this has none of them", "order"),
        ({"nothing": "refused", "habits": []}, "this has nothing and habits", "request"),
        ({"requests": {"operation": LIST}}, "'requests' was unexpected", "request"),
        ({"request": {}}, "request: ", "operation"),
        ({"request": {"operation": "DescribeExport"}}, "operation: there is no 'DescribeExport'", LIST),
        ({"request": {"api": "x"}}, "api: there is no 'x'", API),
        ({"request": {"account": "7"}}, "account: there is no '7'", FIRST.number),
        ({"request": {"code": "x"}}, "code: there is no 'x'", "InternalError"),
        ({"request": {"method": "get"}}, "request.method", "GET"),
        ({"request": {"argument": {}}}, "'argument' was unexpected", "arguments"),
        ({"request": {"operation": LIST}, "time": 1}, "'time' was unexpected", "times"),
        ({"order": [{"operation": LIST}, {"operation": "x"}]}, "operation: there is no 'x'", LIST),
        ({"pause": {"operation": "x", "seconds": 1}}, "operation: there is no 'x'", LIST),
        ({"habits": ["patience"]}, "habits.0", "waits-as-told"),
        ({"nothing": "wrong"}, "nothing: ", "refused"),
        ({"nothing": "refused", "times": 1}, "'times' was unexpected", "nothing"),
    ],
    ids=str,
)
def test_what_is_no_assertion_is_answered_with_what_would_be(
    control: Control, wrong: dict[str, Any], said: str, valid: str
) -> None:
    message, names = control.refused("POST", "/verify", wrong)
    assert said in message
    assert valid in names


@pytest.mark.parametrize("often", [{"times": 1, "at_most": 2}, {"at_least": 3, "at_most": 2}], ids=str)
def test_a_number_that_contradicts_itself_is_refused(control: Control, often: dict[str, int]) -> None:
    control.refused("POST", "/verify", {"request": {"operation": LIST}, **often})


def test_answers_are_as_they_are_described(control: Control) -> None:
    described = control.ask("GET", "/openapi.json").json["paths"]["/_mock/verify"]["post"]
    assert {"200", "400", "409"} <= described["responses"].keys()
    schema = described["responses"]["200"]["content"]["application/json"]["schema"]
    body = described["requestBody"]["content"]["application/json"]["schema"]
    control.create()
    assertion = {"request": {"operation": CREATE}, "at_least": 1}
    Draft202012Validator(body).validate(assertion)
    Draft202012Validator(schema, validate_formats=True).validate(control.ask("POST", "/verify", assertion).json)


def test_a_client_in_python_is_told_by_an_assertion_error(control: Control, client: Client) -> None:
    control.create()
    found = client.verify(request={"operation": CREATE, "arguments": {"Count": 100}}, times=1)
    assert [each["number"] for each in found["exchanges"]] == [1]
    with pytest.raises(NotVerified, match=r"^DescribeExports was sent 0 times, not at least once\n  1\. CreateExport"):
        client.verify(request={"operation": LIST})
    with pytest.raises(Refused, match="there is no 'x'"):
        client.verify(request={"operation": "x"})


def test_nothing_that_is_asserted_changes_the_mock(control: Control) -> None:
    feed = control.app.extensions["mock"].feed
    before = feed.start().change
    holds(control, nothing="refused")
    assert feed.start().change == before
