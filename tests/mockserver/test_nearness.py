"""Is a request that addresses nothing told what it was meant for, and what is missing?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mockserver.nearness import NearMiss, find_near_misses
from openapi.messages import Request
from tests.mockserver.cloud import make, specs
from tests.mockserver.control_plane import start

ACTION = "tencent-cls"  # an API that names its actions in headers
PATHS = "huawei-iotda"  # one that tells its operations apart by path
TASKS = "/v5/iot/p/export-tasks"
JSON = {"content-type": "application/json"}
LACKING = "; it would then lack the body members resource_type and resource_condition"
LACKING_TYPE = "; it would then lack the query parameter resource_type"


def sent(**changes: Any) -> Request:
    """A creation, named by its headers, with all its members; `body` and so on as they are given."""
    operation = specs()[ACTION].operations["CreateExport"]
    request = make(specs()[ACTION], operation, dict(operation.example))
    return replace(request, **changes)


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in sent().headers.items() if name not in names}


def nearest(request: Request) -> NearMiss:
    found = find_near_misses(request, specs().values())
    assert found, request
    return found[0]


@pytest.mark.parametrize(
    ("request_sent", "sentence"),
    [
        (sent(headers=without("x-tc-version")), "CreateExport but for the missing header X-TC-Version"),
        (
            sent(headers=without("x-tc-action", "x-tc-version")),
            "CreateExport but for the missing header X-TC-Action and the missing header X-TC-Version",
        ),
        (
            sent(headers={**sent().headers, "x-tc-action": "CreateExprot"}),
            "CreateExport but for the header X-TC-Action CreateExprot instead of CreateExport",
        ),
        (
            sent(headers={**sent().headers, "x-tc-version": "2020-10-17"}),
            "CreateExport but for the header X-TC-Version 2020-10-17 instead of 2020-10-16",
        ),
        (sent(path="/api"), "CreateExport but for the path /api instead of /"),
        (sent(method="PUT"), "CreateExport but for the method PUT instead of POST or GET"),
        (
            Request("GET", "/", "Action=DeleteExport&ExportId=1"),
            "DeleteExport but for the missing query parameter Version",
        ),
        (
            Request("GET", TASKS.replace("tasks", "task"), "resource_type=BatchTask"),
            "ListExportTasks but for the path segment export-task instead of export-tasks",
        ),
        (
            Request("GET", TASKS + "/", "resource_type=BatchTask"),
            "ListExportTasks but for the unknown path segment /",
        ),
        (
            Request("GET", "/v5/iot/export-tasks", "resource_type=BatchTask"),
            "ListExportTasks but for the missing path segment {project_id}",
        ),
        (Request("PATCH", f"{TASKS}/1"), "DeleteExportTask but for the method PATCH instead of DELETE"),
        (
            Request("GET", TASKS, "resource_type=BatchTask", {"host": "bss.myhuaweicloud.com"}),
            "ListExportTasks but for the host bss.myhuaweicloud.com instead of iotda.*.myhuaweicloud.com",
        ),
        (
            Request("POST", "/v5/iot/export-tasks", "", JSON, b"{}"),
            "CreateExportTask but for the missing path segment {project_id}" + LACKING,
        ),
        (
            Request("GET", "/v5/iot/export-tasks"),
            "ListExportTasks but for the missing path segment {project_id}" + LACKING_TYPE,
        ),
    ],
    ids=lambda value: value.partition(" but for ")[2][:60] if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_missing_is_said_in_a_sentence(request_sent: Request, sentence: str) -> None:
    assert nearest(request_sent).sentence == f"this would have matched {sentence}"


@pytest.mark.parametrize("path", ["/favicon.ico", "/v5", "/", "/robots.txt"])
def test_what_was_meant_for_nothing_has_no_near_miss(path: str) -> None:
    apis = [spec for name, spec in specs().items() if name != ACTION]
    assert find_near_misses(Request("GET", path), apis) == []


def test_members_of_the_body_tell_which_action_was_meant() -> None:
    by_member = {
        member: nearest(Request("POST", "/", "", JSON, b'{"%s": "1"}' % member.encode())).operation
        for member in ("ExportId", "Query")
    }
    assert by_member == {"ExportId": "DeleteExport", "Query": "CreateExport"}


def test_a_body_that_was_cut_off_is_not_looked_at() -> None:
    cut = Request("POST", "/v5/iot/export-tasks", "", JSON, b'{"resource_type": ')
    (near,) = find_near_misses(cut, specs().values(), whole=False)
    assert near.lacking == ()


def test_only_those_are_told_that_are_about_as_near() -> None:
    found = find_near_misses(Request("PATCH", TASKS), specs().values())
    assert {each.operation for each in found} == {"ListExportTasks", "CreateExportTask"}


@pytest.mark.parametrize(
    "request_sent",
    [
        Request("POST", "/" + "/a" * 5000),
        Request("POST", "/\udcff/export-tasks", "\udcff=1", {"host": "\udcff"}, b"[" * 5000),
        Request("", "", "=&=", {"content-type": "application/x-www-form-urlencoded"}, b"=&Action=&%ff"),
        Request("POST", TASKS + "s", "", JSON, b"[1]"),
        Request("POST", "/v5/iot/export-tasks", "", {"x-tc-action": "a" * 10000}),
    ],
    ids=["many segments", "no text", "nothing", "an array", "a long name"],
)
def test_anything_may_come(request_sent: Request) -> None:
    for near in find_near_misses(request_sent, specs().values()):
        assert len(near.sentence.encode()) < 1000


def test_the_journal_tells_them_of_what_addressed_nothing() -> None:
    control = start()
    control.cloud.send(sent(headers=without("x-tc-version")))
    control.create()
    first, second = control.ask("GET", "/requests").json["requests"]
    assert first["near_misses"][0]["operation"] == "CreateExport"
    assert first["near_misses"][0]["differences"] == [
        {"part": "header", "name": "X-TC-Version", "problem": "missing", "expected": "2020-10-16", "actual": None}
    ]
    assert second["near_misses"] == []
