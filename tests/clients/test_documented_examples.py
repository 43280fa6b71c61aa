"""The request examples of the vendors' pages, sent as printed and signed now, are answered in the printed shape.

Where a printed answer contradicts its own page, the spec has a reading about it, which the example names. A second mock
takes the readings of the examples.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from openapi.loader import load
from openapi.messages import Credentials, Request
from openapi.signatures import schemes
from tests.clients.control import FIRST, TIMEOUT, Mock
from tests.clients.printed import EXAMPLES, Example
from tests.clients.process import serve

AS_PRINTED = {
    "huawei-clouddc/status-words": "running",
    "huawei-iotda/progress-type": "text",
    "huawei-workspace/task-times": "as-printed",
}


@pytest.fixture(scope="module")
def running_literal_mock(environment: dict[str, str]) -> Iterator[Mock]:
    options = [option for choice in AS_PRINTED.items() for option in ("--reading", "=".join(choice))]
    with serve(environment, *options) as running:
        yield running


@pytest.fixture
def literal_mock(running_literal_mock: Mock) -> Mock:
    """A mock that answers in the words of the examples."""
    running_literal_mock.restart()
    return running_literal_mock


def read(example: Example) -> Request:
    """The request that the page prints, with what its placeholders stand for."""
    names = {"endpoint": example.host, "project_id": FIRST.project, "id": "srv-1"}
    text = re.sub(r"\{(\w+)\}", lambda found: names[found[1]], example.request)
    start, _, rest = text.partition("\n")
    head, brace, body = rest.partition("{")
    method, target = start.split()[:2]
    headers = {"host": example.host, "content-type": "application/json"} if example.host else {}
    for line in head.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            headers[name.lower()] = value.strip()
    return Request(
        method, target.removeprefix(f"https://{example.host}"), "", headers, (brace + body.rstrip()).encode()
    )


def send(mock: Mock, example: Example) -> requests.Response:
    """What the mock answers to the printed request, signed now."""
    request = read(example)
    added = {"x-tc-version": "2020-10-16"} if "x-tc-action" in request.headers else {}  # a common request parameter
    headers = {**request.headers, **added}
    headers.pop("authorization", None)
    unsigned = Request(request.method, request.path, request.query, headers, request.body)
    now = datetime.fromtimestamp(mock.now(), UTC)
    signed = schemes()[example.scheme].sign(unsigned, Credentials(FIRST.key, FIRST.secret), now)
    return mock.session.request(
        signed.method, mock.url + signed.path, data=signed.body, headers=dict(signed.headers), timeout=TIMEOUT
    )


def shape(value: Any) -> Any:
    """Keys and types: what is compared of an example."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    return [shape(value[0])] if isinstance(value, list) else type(value).__name__


def prepare(mock: Mock) -> None:
    """What a printed list shows: a task with an end, a failure and a file name."""
    mock.inject("huawei-workspace", "task-fails", "ExportUsersNew")
    creation = "POST https://{endpoint}/v3/{project_id}/users/export\n{ }\n"
    example = EXAMPLES["ListExportTasks"]
    assert send(mock, Example(example.api, example.scheme, creation, 200, "", host=example.host)).ok
    mock.advance(10)


@pytest.mark.parametrize("operation", EXAMPLES)
def test_a_printed_request_is_answered_in_the_printed_shape(mock: Mock, operation: str) -> None:
    example = EXAMPLES[operation]
    prepare(mock)
    answer = send(mock, example)
    printed, given = shape(json.loads(example.answer)), shape(answer.json())
    assert answer.status_code == example.status
    assert given.keys() == (printed.keys() - example.omitted) | example.added
    assert {name for name in printed.keys() & given.keys() if printed[name] != given[name]} == example.retyped


@pytest.mark.parametrize("operation", EXAMPLES)
def test_the_differences_to_a_printed_answer_are_readings(operation: str) -> None:
    example = EXAMPLES[operation]
    known = {f"{example.api}/{name}" for name in load(example.api).readings}
    assert set(example.readings) <= known
    assert example.readings or not example.omitted | example.added | example.retyped


def test_the_words_of_the_examples_are_those_of_the_other_readings(literal_mock: Mock) -> None:
    prepare(literal_mock)
    logs, devices, centre = (
        send(literal_mock, EXAMPLES[operation]).json()
        for operation in ("ExportServerLogs", "CreateExportTask", "ListExportTasks")
    )
    assert logs["status"] == "Running"
    assert re.fullmatch(r"[0-9]+,", devices["progress"])
    (task,) = centre["export_tasks"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d'T'\d\d:\d\d:\d\d\.\d{3}Z", task["create_time"])
    assert task.keys() == json.loads(EXAMPLES["ListExportTasks"].answer)["export_tasks"][0].keys()


def test_the_request_syntax_of_create_download_task_is_that_of_another_operation(mock: Mock) -> None:
    assert "create-syntax" in load("baidu-bls").readings
    start, _, _ = EXAMPLES["CreateDownloadTask"].request.partition("{")
    body = '{\n"name": "test",\n"description": "a description"\n}'
    refused = send(mock, Example("baidu-bls", "bce-auth-v1", start + body, 400, ""))
    assert (refused.status_code, refused.json()["code"]) == (400, "InvalidParameter")
