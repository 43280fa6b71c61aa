"""Is a server found out that contradicts itself over several calls, and told of by the fewest of them?"""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contracts.calls.client import Api, Run
from contracts.fuzz.finding import Finding
from contracts.fuzz.sequences import fuzz_sequences
from openapi.document import patch
from openapi.loader import spec_of
from openapi.messages import Request, Response
from openapi.model import Spec
from tests.contracts.bent import spec
from tests.contracts.fuzz.tampering import Forward, Tamper, action, change_json, tampered

CLS, BLS = "tencent-cls", "baidu-bls"
Tasks = list[dict[str, Any]]


def found_by(tamper: Tamper, name: str = CLS, own: Spec | None = None, examples: int = 25) -> list[Finding]:
    api = Api(tampered(spec(name), tamper)[0], own or spec(name), run=Run(seed=1, max_examples=examples))
    return list(fuzz_sequences(api).found.values())


def told_by(tamper: Tamper, name: str = CLS, own: Spec | None = None) -> tuple[str, str, int]:
    """The clause, what was expected, and how many calls show it."""
    (finding,) = found_by(tamper, name, own)
    return finding.clause, finding.expected, len(finding.repeat)


def listing(change: Callable[[Tasks], Tasks]) -> Tamper:
    """A server that lists other tasks than there are."""

    def changed(body: Any) -> Any:
        tasks = change(body["Response"].get("Exports", []))
        return {"Response": {**body["Response"], "Exports": tasks}} if "Exports" in body["Response"] else body

    def tamper(request: Request, send: Forward) -> Response:
        answer = send(request)
        return change_json(answer, changed) if action(request) == "DescribeExports" else answer

    return tamper


def is_of_the_second(request: Request) -> bool:
    return "AKIDOTHER" in request.headers["authorization"]


def pretend(request: Request, send: Forward) -> Response:
    """An answer as after a deletion, though nothing was deleted."""
    refused = send(replace(request, body=b"{}"))
    return change_json(refused, lambda body: {"Response": {"RequestId": body["Response"]["RequestId"]}})


def delete_nothing(request: Request, send: Forward) -> Response:
    is_own = action(request) == "DeleteExport" and not is_of_the_second(request)
    return pretend(request, send) if is_own else send(request)


@pytest.mark.parametrize("name", [CLS, BLS, "huawei-clouddc", "huawei-iotda", "huawei-workspace"])
def test_a_server_that_keeps_its_word_contradicts_itself_nowhere(name: str) -> None:
    def forward(request: Request, send: Forward) -> Response:
        accounts.add(
            str(sorted(request.headers.items()))[:0] + next((k for k in KEYS if k in str(request.headers)), "")
        )
        return send(request)

    accounts: set[str] = set()
    assert found_by(forward, name, examples=12) == []
    assert accounts >= set(KEYS[:2]) or accounts >= set(KEYS[2:])


KEYS = ("AKIDEXAMPLE", "AKIDOTHER", "TOKENEXAMPLE", "TOKENOTHER")


def test_a_deletion_that_does_nothing_is_shown_by_two_calls_and_a_look() -> None:
    clause, expected, calls = told_by(delete_nothing)
    assert (expected, calls) == ("a deleted task does not come back", 3)
    assert clause == f"{CLS}/DescribeExports/conformance"


def test_a_deletion_by_another_account_is_shown_by_two_calls() -> None:
    def tamper(request: Request, send: Forward) -> Response:
        is_foreign = action(request) == "DeleteExport" and is_of_the_second(request)
        return pretend(request, send) if is_foreign else send(request)

    found = told_by(tamper)
    assert found == (f"{CLS}/DeleteExport/isolation", "a task of another account cannot be reached", 2)


def test_a_list_with_the_tasks_of_everybody_breaks_isolation() -> None:
    everybody: dict[str, dict[str, Any]] = {}

    def everything(tasks: Tasks) -> Tasks:
        everybody.update({each["ExportId"]: each for each in tasks})
        return [*tasks, *(each for name, each in everybody.items() if name not in {task["ExportId"] for task in tasks})]

    clause, expected, _ = told_by(listing(everything))
    assert (clause, expected) == (f"{CLS}/DescribeExports/isolation", "no task of another account")


def test_a_task_that_is_listed_twice_breaks_the_pages() -> None:
    found = told_by(listing(lambda tasks: [*tasks, *tasks[:1]]))
    assert found[:1] + found[2:] == (f"{CLS}/DescribeExports/paging", 2)


def test_a_task_that_is_not_listed_is_missed() -> None:
    clause, expected, calls = told_by(listing(lambda tasks: tasks[1:]))
    assert (clause, expected.split()[::2], calls) == (f"{CLS}/DescribeExports/conformance", ["task", "listed"], 2)


def test_a_task_that_nobody_created_is_noticed() -> None:
    found = told_by(listing(lambda tasks: [{**each, "ExportId": each["ExportId"][::-1]} for each in tasks]))
    assert found[:2] == (f"{CLS}/DescribeExports/conformance", "only tasks that were created")


def test_an_id_that_comes_again_is_noticed() -> None:
    def tamper(request: Request, send: Forward) -> Response:
        answer = send(request)
        if action(request) == "CreateExport" and b"ExportId" in bytes(answer.body):  # type: ignore[arg-type]
            return change_json(answer, lambda body: {"Response": {**body["Response"], "ExportId": "always"}})
        return answer

    (finding,) = found_by(listing_of_always(tamper))
    assert finding.clause.startswith(f"{CLS}/CreateExport/")
    assert finding.clause.endswith("/identity")
    assert finding.received == "always once more"


def listing_of_always(tamper: Tamper) -> Tamper:
    shown = listing(lambda tasks: [{**each, "ExportId": "always"} for each in tasks[:1]])
    return lambda request, send: shown(request, lambda each: tamper(each, send))


def test_a_finished_task_that_runs_again_breaks_the_transitions() -> None:
    looks: list[int] = []

    def rerun(tasks: Tasks) -> Tasks:
        looks.extend(1 for each in tasks if each["Status"] == "Completed")
        again = {"Completed": "Completed" if len(looks) % 3 else "Processing"}
        return [{**each, "Status": again.get(each["Status"], each["Status"])} for each in tasks]

    clause, expected, _ = told_by(listing(rerun))
    assert clause.startswith(f"{CLS}/")
    assert (clause.rpartition("/")[2], expected) == ("transition", "phases only go forward")


def test_a_finished_task_that_ends_otherwise_breaks_the_transitions() -> None:
    looks: list[int] = []

    def waver(tasks: Tasks) -> Tasks:
        looks.extend(1 for each in tasks if each["Status"] == "Completed")
        otherwise = {"Completed": "Completed" if len(looks) % 3 else "Failed"}
        return [{**each, "Status": otherwise.get(each["Status"], each["Status"])} for each in tasks]

    clause, expected, _ = told_by(listing(waver))
    assert (clause.rpartition("/")[2], expected.partition(" ")[2]) == ("transition", "for good")


def test_the_size_of_a_finished_file_that_changes_is_noticed_when_time_has_passed() -> None:
    looks: list[int] = []

    def grow(tasks: Tasks) -> Tasks:
        looks.append(1)
        return [{**each, "FileSize": len(looks)} if each["Status"] == "Completed" else each for each in tasks]

    (finding,) = found_by(listing(grow))
    assert finding.expected.startswith("task.file.size as it was when the task had ended")
    assert "s in all" in finding.received


def test_a_quota_that_two_accounts_share_refuses_where_there_is_room() -> None:
    created: list[Request] = []
    serial = count()

    def tamper(request: Request, send: Forward) -> Response:
        if action(request) == "CreateExport" and is_of_the_second(request) and created:
            error = {"Code": "LimitExceeded.Export", "Message": "too many"}
            answer = {"Response": {"Error": error, "RequestId": f"{next(serial)}"}}
            return Response(200, {"content-type": "application/json"}, json.dumps(answer).encode())
        if action(request) == "CreateExport":
            created.append(request)
        return send(request)

    clause, expected, calls = told_by(tamper)
    assert clause.endswith("/quota")
    assert (expected, calls) == ("room for another task", 1)


def test_more_tasks_than_a_quota_allows_are_counted() -> None:
    document = dict(spec(CLS).document)
    strict = spec_of(patch(document, {"/x-quotas/0/limit": 1}), Path(spec(CLS).path), {})
    clause, expected, calls = told_by(lambda request, send: send(request), own=strict)
    assert clause.endswith("/quota")
    assert (expected, calls) == ("no more than 1 tasks", 3)


def test_a_failing_sequence_is_the_same_each_time_and_has_a_line_for_every_call() -> None:
    first, again = found_by(delete_nothing), found_by(delete_nothing)
    assert [each.curl() for each in first[0].repeat] == [each.curl() for each in again[0].repeat]
    create, delete, look = first[0].repeat
    task = json.loads(bytes(create.response.body))["Response"]["ExportId"]  # type: ignore[arg-type]
    assert task in delete.curl()
    assert task in bytes(look.response.body).decode()  # type: ignore[arg-type]
