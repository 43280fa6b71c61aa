"""Can the last exchanges be read from outside?"""

from dataclasses import replace

import pytest

from mockserver.accounts import SECOND
from tests.mockserver.control_plane import API, Control, start


@pytest.fixture
def control() -> Control:
    return start()


def test_the_exchanges_can_be_read_and_filtered(control: Control) -> None:
    control.create()
    control.cloud.example(API, "DescribeExports")
    found = control.ask("GET", "/requests?operation=DescribeExports&status=200").json["requests"]
    assert [(each["number"], each["operation"]) for each in found] == [(2, "DescribeExports")]


def test_a_refusal_is_found_by_its_code_and_a_fault_by_its_name(control: Control) -> None:
    control.ask("POST", "/faults", {"api": API, "code": "InternalError", "operation": "DescribeExports"})
    control.cloud.example(API, "DescribeExports")
    control.cloud.send(control.cloud.make(API, "DescribeExports"))
    refused = control.ask("GET", "/requests?code=InternalError").json["requests"]
    assert [(each["number"], each["code"]) for each in refused] == [(1, "InternalError")]
    (fault,) = refused[0]["fault"]
    assert fault == control.ask("GET", "/faults").json["faults"][0]["id"]
    assert refused == control.ask("GET", "/requests?fault=error-*").json["requests"]
    assert refused[0]["id"] in refused[0]["response"]["body"]


def test_only_the_newest_are_shown_when_there_is_a_limit(control: Control) -> None:
    control.create()
    control.create()
    assert [each["number"] for each in control.ask("GET", "/requests?limit=1").json["requests"]] == [2]


def test_a_wrong_signature_is_explained_without_its_secret(control: Control) -> None:
    cloud = control.cloud
    request = cloud.sign(cloud.make(API, "DescribeExports"), API, "DescribeExports", SECOND)
    cloud.send(replace(request, body=request.body + b" "))
    answer = control.ask("GET", "/requests")
    assert answer.json["requests"][0]["reason"] == "wrong-signature"
    assert answer.json["requests"][0]["diagnosis"]["cause"]
    assert SECOND.key.secret.encode() not in answer.body


def test_they_can_be_forgotten(control: Control) -> None:
    control.create()
    control.ask("DELETE", "/requests")
    assert control.ask("GET", "/requests").json == {"requests": []}


@pytest.mark.parametrize(
    "query", ["status=ok", "since=-1", "limit=1e3", "url=/", "limit=9999999999", "operation=Describe"]
)
def test_a_filter_that_makes_no_sense_is_refused(control: Control, query: str) -> None:
    assert query.split("=", maxsplit=1)[0] in control.refused("GET", f"/requests?{query}")[0]
