"""Does a request become the answer that its spec promises, and does a task live the life that its spec declares?"""

import json
from dataclasses import replace
from hashlib import sha256

import pytest

from mockserver.accounts import FIRST, SECOND
from openapi import binding
from openapi.model import Action
from tests.mockserver.cloud import LONG_ENOUGH, START, Cloud, operations, start, with_headers

PROJECT = FIRST.project


@pytest.mark.parametrize(("api", "operation"), operations())
def test_every_operation_answers_as_documented(cloud: Cloud, api: str, operation: str) -> None:
    answer = cloud.call(api, operation, **cloud.ready(api, operation))
    documented = cloud.operation(api, operation).success
    assert answer.status == documented.status, answer
    assert answer.content_type == documented.content_type
    always = {name for name, each in documented.headers.items() if "parameter." not in each.get("x-bind", "")}
    assert always <= answer.headers.keys()
    assert cloud.last().reason == ""


@pytest.mark.parametrize(("api", "operation"), operations())
def test_an_answer_carries_an_id_that_no_other_has(cloud: Cloud, api: str, operation: str) -> None:
    arguments = cloud.ready(api, operation)
    first, second = (cloud.call(api, operation, **arguments) for _ in range(2))
    ids = [each.headers.get("x-request-id", each.headers.get("x-bce-request-id", "")) for each in (first, second)]
    if not any(ids) and cloud.operation(api, operation).success.schema:
        ids = [each.json["Response"]["RequestId"] for each in (first, second)]
    assert len(set(ids)) == 2 or cloud.operation(api, operation).action is Action.DOWNLOAD


@pytest.mark.parametrize(
    ("api", "operation"),
    [
        ("tencent-cls", "DescribeExports"),
        ("baidu-bls", "ListDownloadTask"),
        ("huawei-iotda", "ListExportTasks"),
        ("huawei-workspace", "ListExportTasks"),
    ],
)
def test_a_task_of_every_api_passes_through_its_documented_words(cloud: Cloud, api: str, operation: str) -> None:
    creator = next(each for each in cloud.engine.specs[api].operations.values() if each.action is Action.CREATE)
    cloud.example(api, creator.id)
    seen = []
    for seconds in (0, 2, 8):
        cloud.wait(seconds)
        schema = cloud.operation(api, operation).success.schema or {}
        found = binding.read(schema, cloud.example(api, operation).json)
        seen.append(_items(found)[0]["task.phase"])
    lifecycle = cloud.engine.specs[api].lifecycle
    assert lifecycle is not None
    assert seen == [lifecycle.words[phase] for phase in list(lifecycle.words)[:3]]


def test_the_words_of_an_export_are_those_of_the_page(cloud: Cloud) -> None:
    cloud.example("tencent-cls", "CreateExport")
    seen = []
    for seconds in (0, 2, 8, 3 * 86400):
        cloud.wait(seconds)
        seen.append(cloud.example("tencent-cls", "DescribeExports").json["Response"]["Exports"][0]["Status"])
    assert seen == ["Queuing", "Processing", "Completed", "Expired"]


def test_reading_a_task_does_not_change_it(cloud: Cloud) -> None:
    cloud.example("huawei-clouddc", "ExportServerLogs")
    first = cloud.example("huawei-clouddc", "ShowLogsExportStatus").json
    assert cloud.example("huawei-clouddc", "ShowLogsExportStatus").json == first


@pytest.mark.parametrize(("api", "operation"), operations(Action.DELETE))
def test_a_deleted_task_is_gone(cloud: Cloud, api: str, operation: str) -> None:
    cloud.call(api, operation, **cloud.ready(api, operation))
    assert cloud.engine.inspection.tasks(api) == []


@pytest.mark.parametrize(("api", "operation"), operations(Action.DELETE, Action.SHOW, Action.LINK, Action.DOWNLOAD))
def test_nobody_reaches_the_task_of_another_account(cloud: Cloud, api: str, operation: str) -> None:
    arguments = cloud.ready(api, operation)
    if "project_id" in arguments:
        arguments["project_id"] = SECOND.project
    cloud.call(api, operation, SECOND, **arguments)
    assert cloud.last().reason == "task-missing" or cloud.operation(api, operation).missing == "ignore"
    assert len(cloud.engine.inspection.tasks(api)) == 1


@pytest.mark.parametrize(("api", "operation"), operations(Action.LIST))
def test_nobody_sees_the_tasks_of_another_account(cloud: Cloud, api: str, operation: str) -> None:
    cloud.finished(api)
    changes = {"project_id": SECOND.project} if "project_id" in cloud.operation(api, operation).example else {}
    answer = cloud.example(api, operation, SECOND, **changes)
    assert _items(binding.read(cloud.operation(api, operation).success.schema or {}, answer.json)) == []


def test_a_failing_task_says_why(cloud: Cloud) -> None:
    cloud.engine.faults.add({"api": "baidu-bls", "effect": "fails"})
    task_id = cloud.example("baidu-bls", "CreateDownloadTask").json["result"]["uuid"]
    cloud.wait(LONG_ENOUGH)
    task = cloud.call("baidu-bls", "DescribeDownloadTask", uuid=task_id).json["result"]["task"]
    assert (task["state"], task["failedCode"]) == ("FAILED", "InternalError")


def test_reset_forgets_everything_but_the_time(cloud: Cloud) -> None:
    cloud.finished("huawei-workspace")
    cloud.engine.faults.add({"api": "huawei-workspace", "code": "WKS.00211401"})
    cloud.engine.resources.put("huawei-clouddc", "server", "srv-9")
    now = cloud.clock.now()
    cloud.engine.reset()
    assert cloud.engine.inspection.tasks() == []
    assert cloud.engine.faults.all() == []
    assert cloud.engine.resources.condition("huawei-clouddc", "server", "srv-9") == "missing"
    assert cloud.journal.find() == []
    assert cloud.clock.now() == now


def test_a_refusal_is_explained_in_the_journal(cloud: Cloud) -> None:
    request = cloud.sign(cloud.make("huawei-clouddc", "ExportServerLogs", project_id=PROJECT, id="srv-1"), *_EXPORT)
    cloud.send(with_headers(request, content_type="text/plain", host="elsewhere"))
    entry = cloud.last()
    assert (entry.api, entry.operation, entry.reason) == (*_EXPORT, "wrong-signature")
    assert entry.remarks.diagnosis is not None
    assert "elsewhere" in json.dumps(entry.remarks.diagnosis)
    assert FIRST.key.secret not in json.dumps(entry.remarks.diagnosis)


def test_a_large_body_is_diagnosed_whole(cloud: Cloud) -> None:
    request = cloud.make("huawei-clouddc", "ExportServerLogs", project_id=PROJECT, id="srv-1")
    signed = cloud.sign(replace(request, body=b" " * 100_000), *_EXPORT)
    cloud.send(replace(signed, body=b" " * 100_001))
    assert sha256(b" " * 100_001).hexdigest() in (cloud.last().remarks.diagnosis or {})["canonical_request"]


def test_two_mocks_with_the_same_seed_answer_the_same() -> None:
    answers = [each.example("tencent-cls", "CreateExport").body for each in (start(), start())]
    assert answers[0] == answers[1]


def test_nothing_moves_while_the_clock_stands_still(cloud: Cloud) -> None:
    cloud.example("huawei-iotda", "CreateExportTask")
    assert cloud.engine.inspection.next_change() == START + 2


_EXPORT = ("huawei-clouddc", "ExportServerLogs")


def _items(found: object) -> list[dict[str, object]]:
    """The items of a list answer, wherever in it they stand."""
    assert isinstance(found, dict)
    return list(found.get("tasks", []))
