"""Is a client told what it sent in vain?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.unread import MOST, find_unread
from openapi.messages import Credentials, Request
from openapi.signatures import schemes
from tests.mockserver.cloud import make, specs
from tests.mockserver.control_plane import start

ACTION, PATHS = "tencent-cls", "huawei-iotda"


def unread(api: str, operation: str, request: Request) -> list[tuple[str, str, str]]:
    spec = specs()[api]
    found = find_unread(request, spec, spec.operations[operation])
    return [(each.part, each.name, each.near) for each in found]


def example(api: str, operation: str, **more: Any) -> Request:
    spec = specs()[api]
    return make(spec, spec.operations[operation], {**spec.operations[operation].example, **more})


def with_headers(request: Request, **headers: str) -> Request:
    return replace(request, headers={**request.headers, **{n.replace("_", "-"): v for n, v in headers.items()}})


@pytest.mark.parametrize("api", specs())
def test_of_every_example_signed_in_every_way_all_is_read(api: str) -> None:
    spec, now = specs()[api], datetime(2026, 1, 1, tzinfo=UTC)
    for operation in spec.operations.values():
        for name in set(operation.schemes) - {"hmac-v1"}:  # whose requests are forms or queries: see below
            request = make(spec, operation, dict(operation.example))
            signed = schemes()[name].sign(request, Credentials("key", "secret", "token"), now)
            assert unread(api, operation.id, signed) == [], (operation.id, name)


def test_headers_of_the_providers_own_are_told_and_others_are_not() -> None:
    sent = with_headers(example(ACTION, "CreateExport"), x_tc_regoin="a", x_tc_debug="b", user_agent="c", accept="*/*")
    assert unread(ACTION, "CreateExport", sent) == [
        ("header", "x-tc-regoin", "X-TC-Region"),
        ("header", "x-tc-debug", ""),
    ]


def test_a_header_that_is_almost_one_of_the_apis_is_told() -> None:
    sent = with_headers(example(PATHS, "CreateExportTask"), instanceid="1")
    assert unread(PATHS, "CreateExportTask", sent) == [("header", "instanceid", "Instance-Id")]


def test_query_parameters_are_told() -> None:
    sent = replace(example(PATHS, "ListExportTasks"), query="resource_type=BatchTask&ofset=3&Foo=1&Foo=2")
    assert unread(PATHS, "ListExportTasks", sent) == [("query", "ofset", "offset"), ("query", "Foo", "")]


def test_members_of_the_body_are_told_with_where_they_stand() -> None:
    body = {"resource_type": "BatchTask", "resource_condition": {"task_id": "1", "taskid": "2"}, "Resource_Type": "a"}
    sent = replace(example(PATHS, "CreateExportTask"), body=json.dumps(body).encode())
    assert unread(PATHS, "CreateExportTask", sent) == [
        ("body", "resource_condition.taskid", "resource_condition.task_id"),
        ("body", "Resource_Type", "resource_type"),
    ]


def test_members_of_a_form_and_of_a_query_are_told_like_those_of_a_body() -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    form = Request("POST", "/", "", headers, b"Action=DeleteExport&Version=1&ExportId=1&ExportID=2&Nonce=3")
    assert unread(ACTION, "DeleteExport", form) == [("body", "ExportID", "ExportId")]
    query = Request("GET", "/", "Action=DeleteExport&Version=1&ExportId=1&Signature=s&Foo.0=3")
    assert unread(ACTION, "DeleteExport", query) == [("body", "Foo", "")]


def test_json_that_is_called_a_form_is_read_by_nobody() -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "x-tc-action": "DeleteExport"}
    sent = Request("POST", "/", "", headers, b' {"ExportId": "1"}')
    assert unread(ACTION, "DeleteExport", sent) == [("body", "", "")]


def test_a_body_where_none_is_taken_is_told() -> None:
    listing = example(PATHS, "ListExportTasks")
    assert unread(PATHS, "ListExportTasks", replace(listing, body=b'{"a": 1}')) == [("body", "", "")]
    assert unread(PATHS, "ListExportTasks", replace(listing, body=b"{}")) == []


@pytest.mark.parametrize("body", [b"[", b"\xff", b"[1]", b'"a"', b"[" * 5000, b""])
def test_of_a_body_that_is_no_object_nothing_is_told(body: bytes) -> None:
    assert unread(PATHS, "CreateExportTask", replace(example(PATHS, "CreateExportTask"), body=body)) == []


def test_only_so_many_are_told() -> None:
    sent = example(PATHS, "CreateExportTask")
    body = json.dumps({f"m{number}": 1 for number in range(1000)}).encode()
    assert len(unread(PATHS, "CreateExportTask", replace(sent, body=body))) == MOST


def test_the_journal_tells_them() -> None:
    control = start()
    control.cloud.send(replace(control.cloud.make(ACTION, "DeleteExport", ExportId="1"), query="a=1"))
    (found,) = control.ask("GET", "/requests").json["requests"]
    assert found["unread"] == [{"part": "query", "name": "a", "near": ""}]
