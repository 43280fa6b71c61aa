"""Are rate limits, quotas, rules between parameters and the conditions of resources enforced as documented?"""

from dataclasses import replace
from typing import Any

import pytest

from mockserver.accounts import FIRST, SECOND, Account
from mockserver.admission import keep_rules, named_limits
from mockserver.refusal import Refusal
from openapi.model import Action, Citation, Rule
from tests.mockserver.cloud import Cloud, assert_refused, code_of, specs

PROJECT = FIRST.project
NOW = 1_000_000.0
CONDITIONS = [
    pytest.param(spec.name, kind, condition.name, condition.reason, id=f"{spec.name}/{kind}/{condition.name}")
    for spec in specs().values()
    for kind, resource in spec.resources.items()
    for condition in resource.conditions.values()
]
LIMITED = [  # of limits that all operations of an API share, the first operation
    pytest.param(spec.name, o.id, id=f"{spec.name}/{o.id}")
    for spec in specs().values()
    for index, o in enumerate(spec.operations.values())
    if o.rate_limits and (index == 0 or o.rate_limits[0].pointer.startswith("/paths"))
]
CREATE_EXPORT = ("tencent-cls", "CreateExport")
CREATE_TASK = ("huawei-iotda", "CreateExportTask")


def rule(kind: Any, *parameters: str, seconds: int = 0) -> Rule:
    return Rule(kind, parameters, seconds, "conflicting-parameters", Citation(None, "", ""), "")


def keep(wanted: Rule, **arguments: Any) -> None:
    operation = specs()["huawei-workspace"].operations["ListExportTasks"]
    keep_rules(replace(operation, rules=(wanted,)), arguments, NOW)


@pytest.mark.parametrize(("api", "operation"), LIMITED)
def test_one_call_more_than_the_rate_limit_is_refused_until_time_has_passed(
    cloud: Cloud, api: str, operation: str
) -> None:
    limit = min(cloud.operation(api, operation).rate_limits, key=lambda each: each.requests / each.seconds)
    request = cloud.sign(cloud.make(api, operation, **cloud.ready(api, operation)), api, operation)
    for _ in range(limit.requests):
        cloud.send(request)
        assert cloud.last().reason != limit.reason
    assert_refused(cloud.send(request), api, operation, limit.reason)
    cloud.wait(limit.seconds)
    cloud.send(request)
    assert cloud.last().reason != limit.reason


def test_the_rate_limit_of_an_operation_is_its_own(cloud: Cloud) -> None:
    for _ in range(20):
        cloud.example(*CREATE_EXPORT)
    assert code_of(cloud.example(*CREATE_EXPORT), specs()["tencent-cls"]) == "RequestLimitExceeded"
    assert "Error" not in cloud.example("tencent-cls", "DescribeExports").json["Response"]


def test_what_the_whole_api_allows_is_asked_first(cloud: Cloud) -> None:
    operation = specs()["huawei-iotda"].operations["ShowExportTask"]
    own, whole = operation.rate_limits
    assert [limit for _, limit in named_limits(operation)] == [whole, own]
    arguments = cloud.ready("huawei-iotda", operation.id)
    for reason in ("", own.reason, own.reason):
        cloud.call("huawei-iotda", operation.id, **arguments)
        assert cloud.last().reason == reason
    now = cloud.clock.now()
    with cloud.engine.store.holdings("huawei-iotda", FIRST.number) as holdings:
        counted = [holdings.spent(name, limit.seconds, now) for name, limit in named_limits(operation)]
    assert counted == [3, 1]


def test_the_rate_limit_of_an_account_is_its_own(cloud: Cloud) -> None:
    for _ in range(21):
        cloud.example(*CREATE_EXPORT)
    assert "Error" not in cloud.example(*CREATE_EXPORT, SECOND).json["Response"]


def test_one_download_in_thirty_seconds(cloud: Cloud) -> None:
    arguments = cloud.ready("huawei-iotda", "ShowExportTask")
    answers = []
    for seconds in (0, 29, 1):
        cloud.wait(seconds)
        answers.append(cloud.call("huawei-iotda", "ShowExportTask", **arguments).status)
    assert answers == [200, 403, 200]


def test_a_hundred_unfinished_exports_are_all_there_may_be(cloud: Cloud) -> None:
    for number in range(100):
        if number % 20 == 0:
            cloud.wait(1)
        assert "Error" not in cloud.example(*CREATE_EXPORT).json["Response"]
    cloud.wait(1)
    assert_refused(cloud.example(*CREATE_EXPORT), *CREATE_EXPORT, "exports-full")
    assert "Error" not in cloud.example(*CREATE_EXPORT, SECOND).json["Response"]
    cloud.wait(60)
    assert "Error" not in cloud.example(*CREATE_EXPORT).json["Response"]


def create(cloud: Cloud, number: int, account: Account = FIRST) -> int:
    """The status of the answer to a creation whose conditions are those of this number alone."""
    cloud.engine.resources.put("huawei-iotda", "batch-task", f"{number:024x}")
    condition = {"task_id": f"{number:024x}"}
    return cloud.example(*CREATE_TASK, account, project_id=account.project, resource_condition=condition).status


def test_a_sixth_unfinished_task_is_refused(cloud: Cloud) -> None:
    assert [create(cloud, number) for number in range(6)] == [201] * 5 + [403]
    assert create(cloud, 1, SECOND) == 201
    cloud.wait(10)
    assert create(cloud, 6) == 201


@pytest.mark.parametrize(
    ("first", "then", "held"),
    [
        ({"a": 1, "b": "é"}, {"b": "é", "a": 1}, 1),
        ({"a": 1}, {"a": 1.0}, 2),
        ({"a": 1}, {"a": True}, 2),
        ({"a": 2**70, "b": 1}, {"b": 1, "a": 2**70}, 1),
        ({"a": 2**70}, {"a": 2**70 + 1}, 2),
    ],
)
def test_conditions_are_the_same_in_any_order_but_not_of_other_types(
    cloud: Cloud, first: dict[str, Any], then: dict[str, Any], held: int
) -> None:
    for more in (first, then):
        condition = {"task_id": specs()["huawei-iotda"].resources["batch-task"].default, **more}
        assert cloud.example(*CREATE_TASK, resource_condition=condition).status == 201
    assert len(cloud.engine.inspection.tasks()) == held


def test_what_makes_tasks_the_same_is_spelled_as_stores_and_saved_states_have_it(cloud: Cloud) -> None:
    condition = {"z": "é", "task_id": "5f433ce0c24389024365fdfa"}
    cloud.example(*CREATE_TASK, resource_condition=condition)
    (task,) = cloud.engine.store.all_tasks()
    assert task.same == (
        '["CreateExportTask", "BatchTask", {"task_id": "5f433ce0c24389024365fdfa", "z": "\\u00e9"},'
        ' "APP", "jeQDJQZltU8iKgFFoW060F5SGZka"]'
    )


def test_conditions_that_came_before_are_spelled_alike_in_any_order(cloud: Cloud) -> None:
    written = set()
    for condition in ({"z": 1, "a": 1.5}, {"a": 1.5, "z": 1}, {"z": 1, "a": 1.5}):
        whole = {"task_id": specs()["huawei-iotda"].resources["batch-task"].default, **condition}
        cloud.example(*CREATE_TASK, resource_condition=whole)
        written |= {task.same for task in cloud.engine.store.all_tasks()}
    assert len(written) == 1


def test_conditions_that_are_equal_but_not_the_same_are_told_apart(cloud: Cloud) -> None:
    for number in (1, 1.0, True):
        whole = {"task_id": specs()["huawei-iotda"].resources["batch-task"].default, "z": number}
        cloud.example(*CREATE_TASK, resource_condition=whole)
    assert len({task.same for task in cloud.engine.store.all_tasks()}) == 3


def test_the_same_conditions_overwrite_also_when_all_places_are_taken(cloud: Cloud) -> None:
    assert [create(cloud, number) for number in (0, 1, 2, 3, 4, 4)] == [201] * 6
    assert len(cloud.engine.inspection.tasks()) == 5


def test_the_fifty_first_task_takes_the_place_of_the_earliest(cloud: Cloud) -> None:
    for number in range(50):
        create(cloud, number)
        cloud.wait(60)
    earliest, second = (task["id"] for task in cloud.engine.inspection.tasks()[:2])
    assert create(cloud, 50) == 201
    held = [task["id"] for task in cloud.engine.inspection.tasks()]
    assert (len(held), earliest in held, held[0]) == (50, False, second)


def test_a_task_that_overwrites_evicts_nobody(cloud: Cloud) -> None:
    for number in range(50):
        create(cloud, number)
        cloud.wait(60)
    earliest = cloud.engine.inspection.tasks()[0]["id"]
    create(cloud, 49)
    assert earliest in [task["id"] for task in cloud.engine.inspection.tasks()]


@pytest.mark.parametrize(("api", "kind", "condition", "reason"), CONDITIONS)
def test_what_is_in_a_condition_is_refused_wherever_a_code_is_documented(
    cloud: Cloud, api: str, kind: str, condition: str, reason: str
) -> None:
    spec = specs()[api]
    for operation in (o for o in spec.operations.values() if o.action in {Action.CREATE, Action.LIST}):
        arguments = dict(cloud.operation(api, operation.id).example)
        accounts = cloud.accounts_in(condition) if kind == "account" else [FIRST]
        if kind != "account":
            marked = _marked(cloud, api, operation.id, kind, arguments)
            if not marked:
                continue
            arguments |= marked
            _put(cloud, api, kind, condition)
        if "project_id" in arguments:
            arguments["project_id"] = accounts[0].project
        answer = cloud.call(api, operation.id, accounts[0], **arguments)
        if any(code.answers(operation.id, reason) for code in spec.error_codes):
            assert_refused(answer, api, operation.id, reason)
        else:
            assert cloud.last().reason != reason


def _put(cloud: Cloud, api: str, kind: str, condition: str) -> None:
    if condition != "missing":
        cloud.engine.resources.put(api, kind, _id(api, kind), condition)


def _id(api: str, kind: str) -> str:
    """An id of the right form that does not exist."""
    default = specs()[api].resources[kind].default
    return default[:-1] + ("1" if default[-1] == "0" else "0")


def _marked(cloud: Cloud, api: str, operation: str, kind: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments that refer to a resource of the kind, with the id that is put into a condition."""
    marks = cloud.engine._services[api].references[operation]
    found: dict[str, Any] = {}
    for mark in marks:
        if mark.value == kind and mark.read(arguments) is not None:
            inner: Any = _id(api, kind)
            for step in reversed(mark.path[1:]):
                inner = {step: inner}
            found[mark.path[0]] = inner
    return found


@pytest.mark.parametrize(
    ("wanted", "arguments", "kept"),
    [
        (rule("ordered", "a", "b"), {"a": 1, "b": 1}, True),
        (rule("ordered", "a", "b"), {"a": 2, "b": 1}, False),
        (rule("ordered", "a", "b"), {"a": 2}, True),
        (rule("ordered", "a", "b"), {"b": 0}, True),
        (rule("ordered", "a", "b"), {"a": "2024-01-01T00:00:00+08:00", "b": "2023-12-31T17:00:00Z"}, True),
        (rule("ordered", "a", "b"), {"a": "2024-01-01T00:00:00", "b": "2023-12-31T17:00:00Z"}, False),
        (rule("ordered", "a", "b"), {"a": -(2**63), "b": 2**63 - 1}, True),
        (rule("together", "a", "b"), {}, True),
        (rule("together", "a", "b"), {"a": 0}, False),
        (rule("together", "a", "b"), {"a": "x", "b": ""}, True),
        (rule("requires", "a", "b"), {"b": 1}, True),
        (rule("requires", "a", "b"), {"a": 1}, False),
        (rule("requires", "a", "b"), {"a": 0, "b": 0}, True),
        (rule("independent", "a", "b"), {"a": 1}, True),
        (rule("not-older-than", "a", seconds=10), {"a": NOW - 10}, True),
        (rule("not-older-than", "a", seconds=10), {"a": NOW - 11}, False),
        (rule("not-older-than", "a", seconds=10), {}, True),
        (rule("not-older-than", "a", seconds=10), {"a": "1970-01-12T13:46:30Z"}, True),
        (rule("not-older-than", "a", seconds=10), {"a": "1970-01-12T13:46:29Z"}, False),
    ],
)
def test_rules_between_parameters_hold_for_those_that_are_given(
    wanted: Rule, arguments: dict[str, Any], *, kept: bool
) -> None:
    if kept:
        keep(wanted, **arguments)
    else:
        with pytest.raises(Refusal) as refused:
            keep(wanted, **arguments)
        assert refused.value.reason == "conflicting-parameters"


@pytest.mark.parametrize(
    ("wanted", "arguments", "told"),
    [
        (rule("ordered", "a", "b"), {"a": 2, "b": 1}, "a and b are not in ascending order"),
        (rule("together", "a", "b"), {"a": 0}, "a and b have to be given together"),
        (rule("requires", "a", "b"), {"a": 1}, "a cannot be given without b"),
        (rule("not-older-than", "a", seconds=10), {"a": NOW - 11}, "a is more than 10 s ago"),
    ],
)
def test_what_does_not_go_together_is_told_in_a_sentence(wanted: Rule, arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(Refusal) as refused:
        keep(wanted, **arguments)
    assert refused.value.message == told


@pytest.mark.parametrize("text", ["yesterday", "2024-13-01T00:00:00Z", "", "\x00", "\ud800"])
def test_a_moment_that_is_none_is_refused_by_the_name_of_its_parameter(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        keep(rule("ordered", "start", "end"), start=text, end=text)
    assert (refused.value.reason, refused.value.details["parameter"]) == ("wrong-format", "start")


def test_a_refused_task_costs_nobody_theirs(cloud: Cloud) -> None:
    for number in range(50):
        create(cloud, number)
        cloud.wait(60)
    for number in range(50, 56):
        create(cloud, number)
    held = cloud.engine.inspection.tasks()
    assert len(held) == 50
    assert len([task for task in held if task["phase"] in ("queued", "running")]) == 5
