"""Is an error that was asked for sent to the calls it was meant for, as often as it was asked for?"""

import re
from typing import Any

import pytest

from mockserver.accounts import FIRST
from openapi.model import Action
from tests.mockserver.cloud import LONG_ENOUGH, Cloud, assert_documented, code_of, operations, specs

PROJECT = FIRST.project
FAILS = "fails"
CODES = [
    pytest.param(spec.name, code.code, id=f"{spec.name}/{code.code}")
    for spec in specs().values()
    for code in spec.error_codes
]


@pytest.mark.parametrize(("api", "code"), CODES)
def test_every_documented_code_can_be_asked_for(cloud: Cloud, api: str, code: str) -> None:
    spec = specs()[api]
    entries = [each for each in spec.error_codes if each.code == code]
    operation = next(o for o in spec.operations.values() if any(each.belongs_to(o.id) for each in entries))
    arguments = cloud.ready(api, operation.id)
    _set(cloud, api, operation.id, code)
    answer = cloud.call(api, operation.id, **arguments)
    assert_documented(answer, spec)
    assert code_of(answer, spec) == code
    assert re.search(r"\{[a-z_.]+\}", answer.body.decode()) is None  # every placeholder is filled
    assert [each["spent"] for each in cloud.engine.faults.all()] == [True]


def _set(cloud: Cloud, api: str, operation: str, name: str, times: int = 1) -> None:
    """Set the fault with this error code, or the effect of this name."""
    what = {"effect": name} if name == FAILS else {"code": name}
    cloud.engine.faults.add({"api": api, "operation": operation, "times": times, **what})


def test_a_fault_is_used_up(cloud: Cloud) -> None:
    _set(cloud, "huawei-workspace", "ListExportTasks", "WKS.00211401", 2)
    statuses = [cloud.call("huawei-workspace", "ListExportTasks", project_id=PROJECT).status for _ in range(3)]
    assert statuses == [500, 500, 200]


def test_a_fault_waits_for_its_own_operation(cloud: Cloud) -> None:
    _set(cloud, "huawei-workspace", "ListExportTasks", "WKS.00211401")
    assert cloud.example("huawei-workspace", "ExportUsersNew").status == 200
    assert [(each["met"], each["spent"]) for each in cloud.engine.faults.all()] == [(0, False)]


def test_a_fault_of_any_operation_passes_over_those_that_do_not_have_its_code(cloud: Cloud) -> None:
    _set(cloud, "huawei-iotda", "", "IOTDA.000017")  # a code of the list alone
    assert cloud.example("huawei-iotda", "CreateExportTask").status == 201
    answer = cloud.example("huawei-iotda", "ListExportTasks")
    assert code_of(answer, specs()["huawei-iotda"]) == "IOTDA.000017"


def test_only_those_who_prove_who_they_are_meet_a_fault(cloud: Cloud) -> None:
    _set(cloud, "huawei-workspace", "", "WKS.00211401")
    assert cloud.ask(cloud.make("huawei-workspace", "ListExportTasks", project_id=PROJECT)).status == 401
    assert [(each["met"], each["spent"]) for each in cloud.engine.faults.all()] == [(0, False)]


def test_the_oldest_fault_goes_first(cloud: Cloud) -> None:
    for code in ("InternalError", "LimitExceeded"):
        _set(cloud, "tencent-cls", "", code)
    answers = [code_of(cloud.example("tencent-cls", "DescribeExports"), specs()["tencent-cls"]) for _ in range(2)]
    assert answers == ["InternalError", "LimitExceeded"]


@pytest.mark.parametrize(("api", "operation"), operations(Action.CREATE))
def test_a_task_fails_on_request_where_the_provider_has_a_word_for_it(cloud: Cloud, api: str, operation: str) -> None:
    lifecycle = specs()[api].lifecycle
    assert lifecycle is not None
    if "failed" not in lifecycle.words:
        with pytest.raises(ValueError, match="fails cannot happen to"):
            _set(cloud, api, operation, FAILS)
        return
    _set(cloud, api, operation, FAILS)
    assert cloud.example(api, operation).status == cloud.operation(api, operation).success.status
    cloud.wait(LONG_ENOUGH)
    assert cloud.engine.inspection.tasks(api)[0]["phase"] == "failed"
    for each in (o for o in specs()[api].operations.values() if o.action is Action.LIST):
        assert cloud.example(api, each.id).status == 200


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tencent", "", "InternalError"), "^unknown API 'tencent'$"),
        (("tencent-cls", "Create", "InternalError"), "^tencent-cls has no operation 'Create'$"),
        (("tencent-cls", "", "Nothing"), "^tencent-cls has no error code 'Nothing'$"),
        (("huawei-iotda", "CreateExportTask", "IOTDA.000017"), "CreateExportTask has no error code 'IOTDA.000017'"),
        (
            ("huawei-iotda", "ListExportTasks", FAILS),
            "fails cannot happen to ListExportTasks; it can elsewhere",
        ),
    ],
)
def test_a_wrong_name_is_answered_with_the_right_ones(cloud: Cloud, arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _set(cloud, *arguments)


def test_the_second_entry_of_a_code_is_asked_for_by_its_number(cloud: Cloud) -> None:
    same = [each for each in specs()["huawei-workspace"].error_codes if each.code == "APIGW.0201"]
    found = []
    for number in range(2, len(same) + 1):
        _set(cloud, "huawei-workspace", "ListExportTasks", f"APIGW.0201:{number}")
        found.append(cloud.call("huawei-workspace", "ListExportTasks", project_id=PROJECT).status)
    assert found == [each.status for each in same[1:]]


def test_a_throttled_call_is_told_the_documented_limit(cloud: Cloud) -> None:
    _set(cloud, "tencent-cls", "DeleteExport", "RequestLimitExceeded")
    answer = cloud.example("tencent-cls", "DeleteExport")
    assert "exceeds the frequency limit `20`" in str(answer.body)
