"""What passes is judged: an honest server breaks nothing, and each thing that is changed on the way is noticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from openapi.messages import Request, Response
from tests.contracts.proxy.watching import Tamper, Watched, body, header, status

API = "huawei-iotda"
OTHER_PROJECT = "fedcba9876543210fedcba9876543210"


def ended_task(watched: Watched) -> str:
    """A task that was seen to end."""
    task = str(watched.call("CreateExportTask").values["task.id"])
    watched.call("ListExportTasks")
    watched.wait_for_end()
    watched.call("ListExportTasks")
    return task


def tasks(change: Callable[[Any], Any]) -> Tamper:
    """Another list of tasks."""

    def replaced(found: Any) -> None:
        changed = change(found["export_tasks"])
        found["export_tasks"] = found["export_tasks"] if changed is None else changed
        found["page"]["count"] = len(found["export_tasks"])

    return body(replaced)


def test_a_whole_life_breaks_nothing_and_shows_much() -> None:
    watched = Watched(API)
    task = ended_task(watched)
    watched.call("ShowExportTask", {"export_task_id": task})
    watched.call("DeleteExportTask", {"export_task_id": task})
    watched.wait_for_end()
    watched.call("ShowExportTask", {"export_task_id": task})
    watched.call("DeleteExportTask", {"export_task_id": task})
    watched.call("CreateExportTask", omit=["resource_type"])
    watched.call("ListExportTasks", {"limit": 51})
    assert watched.broken() == []
    assert {
        "CreateExportTask/status",
        "CreateExportTask/resource_type/required",
        "ListExportTasks/limit/maximum",
        "ListExportTasks/paging",
        "ListExportTasks/end_time/member-in-phase",
        "DeleteExportTask/deletion",
        "ShowExportTask/missing-task",
        "DeleteExportTask/IOTDA.014300/error-code",
        "refusal/response-schema",
        "succeeded/phase",
        "transition",
        "progress",
    } <= set(watched.held())


@pytest.mark.parametrize(
    ("operation", "tamper", "clause"),
    [
        ("CreateExportTask", status(202), "CreateExportTask/status"),
        ("CreateExportTask", status(500), "CreateExportTask/conformance"),
        ("CreateExportTask", header("x-request-id", ""), "CreateExportTask/X-Request-Id/request-id"),
        ("CreateExportTask", header("x-request-id", "1"), "CreateExportTask/X-Request-Id/request-id"),
        ("CreateExportTask", body(lambda found: found.update(status=7)), "CreateExportTask/response-schema"),
        ("CreateExportTask", body(lambda found: found.pop("export_task_id")), "CreateExportTask/response-schema"),
        ("CreateExportTask", body(lambda found: found.update(app_id="x")), "CreateExportTask/app_id/echo"),
        (
            "CreateExportTask",
            body(lambda found: found.update(create_time="today")),
            "CreateExportTask/create_time/time",
        ),
        ("ListExportTasks", tasks(lambda found: found * 2), "ListExportTasks/paging"),
        ("ListExportTasks", body(lambda found: found["page"].update(count=0)), "ListExportTasks/total"),
        (
            "ListExportTasks",
            tasks(lambda found: found[0].update(app_id="x")),
            "ListExportTasks/export_tasks[].app_id/echo",
        ),
        (
            "ListExportTasks",
            tasks(lambda found: found[0].update(end_time="2000-01-01T00:00:00.000Z")),
            "ListExportTasks/export_tasks[].create_time/time",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_changed_in_an_answer_is_told_at_its_clause(operation: str, tamper: Tamper, clause: str) -> None:
    watched = Watched(API)
    app = {"app_id": "jeQDJQZltU8iKgFFoW060F5SGZka", "app_type": "APP"}
    watched.call("CreateExportTask", app, tamper=header("x-request-id", "1"))
    watched.wait_for_end()
    if operation == "CreateExportTask":
        watched.call(operation, app, tamper=tamper)
    else:
        watched.call(operation, tamper=tamper)
    assert clause in watched.broken()


@pytest.mark.parametrize(
    ("tamper", "clause"),
    [
        (body(lambda found: found.pop("error_msg")), "refusal/response-schema"),
        (header("x-request-id", ""), "refusal:X-Request-Id/request-id"),
    ],
    ids=["form", "request-id"],
)
def test_what_is_changed_in_a_refusal_is_told_at_its_clause(tamper: Tamper, clause: str) -> None:
    watched = Watched(API)
    watched.call("DeleteExportTask", {"export_task_id": "0123456789abcdef01234567"}, tamper=tamper)
    assert watched.broken() == [clause]


@pytest.mark.parametrize(
    ("tamper", "clause"),
    [
        (body(lambda found: found["Response"]["Error"].update(Code="NoSuchCode")), "DeleteExport/refusal"),
        (status(404), "DeleteExport/ResourceNotFound.ExportNotExist/error-code"),
    ],
    ids=["code", "status"],
)
def test_a_code_that_is_not_documented_so_is_told_at_its_clause(tamper: Tamper, clause: str) -> None:
    watched = Watched("tencent-cls")
    watched.call("DeleteExport", {"ExportId": "57196a6a-7622-47be-bc92-d2ebea959a0f"}, tamper=tamper)
    assert clause in watched.broken()


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        (lambda found: found[0].update(status="Processing"), "transition"),
        (lambda found: found[0].update(progress=2), "progress"),
        (lambda found: found[0].update(status="Failed"), "transition"),
    ],
    ids=["back", "falling", "other-end"],
)
def test_a_task_does_not_go_back(change: Callable[[Any], Any], clause: str) -> None:
    watched = Watched(API)
    ended_task(watched)
    watched.call("ListExportTasks", tamper=tasks(change))
    assert clause in watched.noticed()
    evidence = watched.entries[f"{API}/{clause}"]["evidence"]
    assert len(evidence) == 2  # what it contradicts, and what contradicts it


def test_a_deleted_task_that_is_still_there_is_noticed_but_not_at_once() -> None:
    """A server is given a moment to agree with itself."""
    watched = Watched(API)
    task = ended_task(watched)
    listed: list[Any] = []
    watched.call("ListExportTasks", tamper=tasks(listed.extend))
    watched.call("DeleteExportTask", {"export_task_id": task})
    watched.call("ListExportTasks", tamper=tasks(lambda _: listed))
    assert watched.broken() == []
    watched.wait_for_end()
    watched.call("ListExportTasks", tamper=tasks(lambda _: listed))
    assert "ListExportTasks/conformance" in watched.broken()


def test_answers_that_overlap_prove_no_order() -> None:
    watched = Watched(API)
    ended_task(watched)
    now = watched.api.target.now().timestamp()
    reply = watched.api.call(watched.api.operation("ListExportTasks"))
    earlier = tasks(lambda found: found[0].update(progress=2))(reply.exchange.response)
    watched.send(reply.exchange.request, earlier, began=now - 3600)  # asked before any of the others was answered
    assert "progress" not in watched.broken()


def test_a_bound_that_the_server_does_not_keep_is_told_at_its_clause() -> None:
    from tests.contracts.bent import clause

    name = f"{API}/ListExportTasks/limit/maximum"
    watched = Watched(API, {clause(name).pointer: 60})
    watched.call("ListExportTasks", {"limit": 55})
    assert watched.broken() == ["ListExportTasks/limit/maximum"]
    entry = watched.entries[name]
    assert entry["quote"]
    assert entry["evidence"][0]["request"]["url"].startswith("https://cloud.example.com/v5/iot/<project>/export-tasks?")
    assert "limit" in entry["reason"]


def test_more_calls_than_any_way_to_count_allows_are_too_many() -> None:
    watched = Watched("tencent-cls")
    reply = watched.call("DescribeExports")
    now = watched.api.target.now().timestamp()
    for number in range(50):
        watched.send(reply.exchange.request, fresh(reply.exchange.response, number), began=now + number / 1000)
    assert watched.broken() == ["DescribeExports/rate-limit"]


def fresh(response: Response, number: int) -> Response:
    """The answer of another call: with a request id of its own."""
    return body(lambda found: found["Response"].update(RequestId=f"{number:08x}-6bf1-4b3f-8a54-0f2d7f6ad0f2"))(response)


def test_a_refusal_for_haste_below_the_documented_pace_is_a_doubt_and_no_finding() -> None:
    """Others may call for the same account, whom the proxy does not see."""
    watched = Watched("tencent-cls")
    reply = watched.call("DescribeExports")
    refusal = b'{"Response": {"Error": {"Code": "RequestLimitExceeded", "Message": "slow down"}, "RequestId": "r-1"}}'
    watched.wait_for_end()
    watched.send(reply.exchange.request, Response(200, {"content-type": "application/json"}, refusal))
    assert "DescribeExports/rate-limit" not in watched.broken()
    assert "unless others call" in watched.entries["tencent-cls/DescribeExports/rate-limit"]["reason"]


def test_a_task_of_another_tenant_is_out_of_reach() -> None:
    watched = Watched(API)
    task = ended_task(watched)
    reply = watched.call("ShowExportTask", {"export_task_id": task})
    own = reply.exchange.request
    path = own.path.replace(watched.api.account.project, OTHER_PROJECT)
    watched.wait_for_end()
    file = Response(200, reply.headers, reply.raw)
    watched.send(Request(own.method, path, own.query, own.headers, own.body), file)
    assert [each for each in watched.broken() if "isolation" in each] == ["ShowExportTask/isolation"]


def test_what_nobody_documents_is_learned_and_not_broken() -> None:
    watched = Watched(API)
    watched.call("CreateExportTask", tamper=header("content-type", "application/json; charset=utf-8"))
    entry = watched.entries[f"{API}/CreateExportTask/content-type"]
    assert (entry["standing"], entry["verdict"], entry["severity"]) == ("assumed", "not-observed", "learned")


def test_pages_that_can_be_read_in_two_ways_are_read_as_the_server_does() -> None:
    """One that counts progress from 0 keeps the promise by the other reading of it."""
    watched = Watched(API)
    watched.call("CreateExportTask", tamper=body(lambda found: found.update(progress=0)))
    assert watched.broken() == []
    entry = watched.entries[f"{API}/CreateExportTask/response-schema"]
    assert (entry["verdict"], entry["follows"]) == ("held", {"progress-start": "zero"})


def test_what_a_gateway_on_the_way_answers_is_no_finding() -> None:
    watched = Watched(API)
    watched.call("ListExportTasks", tamper=lambda _: Response(503, {"content-type": "text/html"}, b"<h1>busy</h1>"))
    assert watched.broken() == []


def test_what_addresses_no_operation_is_passed_over() -> None:
    watched = Watched(API)
    told = watched.send(Request("GET", "/elsewhere"), Response(200, {}, b"{}"))
    assert (told.operation, told.why) == ("", "it addresses no documented operation")


def test_a_mock_that_is_told_to_start_anew_is_not_held_to_what_was_before() -> None:
    watched = Watched(API)
    ended_task(watched)
    watched.send(Request("POST", "/_mock/reset"), Response(200, {}, b"{}"))
    watched.call("ListExportTasks", tamper=tasks(lambda found: found[0].update(progress=2)))
    assert "progress" not in watched.broken()


def refused_as(code: str, request_id: str) -> Tamper:
    """A refusal in the place of whatever came."""
    said = {"Response": {"Error": {"Code": code, "Message": "no"}, "RequestId": request_id}}
    return lambda response: Response(200, response.headers, json.dumps(said).encode())


def test_a_refusal_of_what_nothing_forbids_is_a_finding_once_all_that_it_names_is_known_to_exist() -> None:
    watched = Watched("tencent-cls")
    name = "tencent-cls/CreateExport/conformance"
    watched.call("CreateExport", tamper=refused_as("UnknownParameter", "r-1"))
    assert watched.broken() == []
    assert watched.entries[name]["reason"].endswith("unless what it refers to is not there")
    watched.wait_for_end()
    watched.call("CreateExport")
    watched.wait_for_end()
    watched.call("CreateExport", tamper=refused_as("UnknownParameter", "r-2"))
    assert watched.broken() == ["CreateExport/conformance"]
