"""Nothing is sent to a real endpoint that its profile does not allow, judged by what the request would do there."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.calls.composing import compose
from contracts.profiles import Allowance
from contracts.safety.allowance import Permission
from contracts.target import Errand, Unallowed
from openapi.messages import Request
from openapi.model import Operation, Spec
from tests.contracts.bent import spec

CLS, IOTDA, BLS = spec("tencent-cls"), spec("huawei-iotda"), spec("baidu-bls")
HERE = "https://cloud.example.com"
ALL = Allowance(create=True, delete=True, download=True, exceed_limits=True)


def asked(api: Spec, name: str, **changes: Any) -> tuple[Request, Errand]:
    operation = api.operations[name]
    return replace(request(api, operation), **changes), Errand(api, operation)


def request(api: Spec, operation: Operation, **arguments: Any) -> Request:
    return compose(api, operation, {**operation.example, **arguments}, "cloud.example.com")


def permit(allow: Allowance, request: Request, errand: Errand, origin: str = "", *, tidying: bool = False) -> None:
    Permission(allow, HERE).require(request, errand, origin, tidying=tidying)


@pytest.mark.parametrize(
    ("api", "name", "key"),
    [
        (CLS, "CreateExport", "create"),
        (CLS, "DeleteExport", "delete"),
        (IOTDA, "CreateExportTask", "create"),
        (IOTDA, "ShowExportTask", "download"),
        (BLS, "DeleteDownloadTask", "delete"),
    ],
)
def test_what_changes_something_or_costs_something_has_to_be_allowed(api: Spec, name: str, key: str) -> None:
    with pytest.raises(Unallowed, match=rf"^the profile does not allow {name}: allow\.{key}$"):
        permit(Allowance(), *asked(api, name))
    allowed: Any = {key: True}
    permit(Allowance(**allowed), *asked(api, name))


@pytest.mark.parametrize(("api", "name"), [(CLS, "DescribeExports"), (IOTDA, "ListExportTasks")])
def test_reading_is_always_allowed(api: Spec, name: str) -> None:
    permit(Allowance(), *asked(api, name))


def test_only_the_operations_that_are_named_may_be_called() -> None:
    allow = replace(ALL, operations=frozenset({"DescribeExports"}))
    permit(allow, *asked(CLS, "DescribeExports"))
    with pytest.raises(Unallowed, match=r"CreateExport: allow\.operations does not name it"):
        permit(allow, *asked(CLS, "CreateExport"))


def test_what_a_request_does_counts_and_not_what_it_is_sent_for() -> None:
    deleting = request(CLS, CLS.operations["DeleteExport"])
    with pytest.raises(Unallowed, match=r"DeleteExport: allow\.delete"):
        permit(Allowance(), deleting, Errand(CLS, CLS.operations["DescribeExports"]))


def test_a_get_that_names_a_deleting_action_deletes() -> None:
    found = Request("GET", "/", "Action=DeleteExport&Version=2020-10-16&ExportId=x", {"host": "cloud.example.com"})
    with pytest.raises(Unallowed, match=r"DeleteExport: allow\.delete"):
        permit(Allowance(), found, Errand(CLS, CLS.operations["DescribeExports"]))


@pytest.mark.parametrize(("method", "key"), [("DELETE", "delete"), ("PUT", "create"), ("PATCH", "create")])
def test_a_method_that_is_documented_nowhere_may_change_something(method: str, key: str) -> None:
    wrong = asked(IOTDA, "ListExportTasks", method=method, path="/v5/iot/p/export-tasks")
    with pytest.raises(Unallowed, match=rf"{method} where no operation is documented: allow\.{key}"):
        permit(Allowance(), *wrong)
    permit(ALL, *wrong)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_a_method_that_changes_nothing_is_reading(method: str) -> None:
    permit(Allowance(), *asked(IOTDA, "ListExportTasks", method=method))


def test_a_post_that_leads_nowhere_creates_nothing() -> None:
    request, errand = asked(CLS, "DescribeExports")
    astray = replace(request, headers={**request.headers, "x-tc-action": "NoSuchThing"})
    permit(Allowance(), astray, errand)


def test_limits_are_exceeded_on_purpose_only_where_that_is_allowed() -> None:
    request, errand = asked(CLS, "DescribeExports")
    hurried = replace(errand, hurry=True)
    with pytest.raises(Unallowed, match=r"going beyond a documented limit: allow\.exceed-limits"):
        permit(Allowance(create=True, delete=True), request, hurried)
    permit(Allowance(exceed_limits=True), request, hurried)


def test_only_tasks_of_this_run_are_deleted() -> None:
    permission, operation = Permission(ALL, HERE), CLS.operations["DeleteExport"]
    own, other = "e1f2-made-by-this-run-0001", "e1f2-of-somebody-else-0002"
    permission.made.add(own)
    permission.seen.update({own, other})
    errand = Errand(CLS, operation)
    permission.require(request(CLS, operation, ExportId=own), errand, "", tidying=False)
    with pytest.raises(Unallowed, match=f"DeleteExport of {other}: it may be a task that this run has not made"):
        permission.require(request(CLS, operation, ExportId=other), errand, "", tidying=False)


@pytest.mark.parametrize("task", ["7", "12345678901234567890", "short"])
def test_an_id_that_may_be_guessed_is_not_deleted(task: str) -> None:
    operation = CLS.operations["DeleteExport"]
    with pytest.raises(Unallowed, match="may be a task that this run has not made"):
        permit(ALL, request(CLS, operation, ExportId=task), Errand(CLS, operation))


def test_the_tasks_that_a_path_names_count() -> None:
    operation = IOTDA.operations["DeleteExportTask"]
    with pytest.raises(Unallowed, match="DeleteExportTask of 42: it may be a task"):
        permit(ALL, request(IOTDA, operation, export_task_id="42"), Errand(IOTDA, operation))


def test_what_was_made_may_be_removed_whatever_is_allowed() -> None:
    permit(Allowance(create=True), *asked(CLS, "DeleteExport"), tidying=True)


def test_nothing_leaves_this_machine_without_tls() -> None:
    errand = asked(CLS, "DescribeExports")
    with pytest.raises(Unallowed, match=r"a request without TLS to cloud\.example\.com: allow\.plain-http"):
        Permission(ALL, "http://cloud.example.com").require(*errand, "", tidying=False)
    Permission(replace(ALL, plain_http=True), "http://cloud.example.com").require(*errand, "", tidying=False)
    Permission(ALL, "http://127.0.0.1:4020").require(*errand, "", tidying=False)


def test_a_file_is_not_fetched_without_tls_either() -> None:
    with pytest.raises(Unallowed, match=r"without TLS to files\.example\.com"):
        permit(ALL, *asked(IOTDA, "ShowExportTask"), origin="http://files.example.com")


@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.7", "127.0.0.1", "localhost", "[fd00::1]", "127.1"])
def test_a_link_of_a_cloud_never_leads_behind_the_wall_of_the_user(host: str) -> None:
    with pytest.raises(Unallowed, match="which is no address of a cloud"):
        permit(ALL, *asked(IOTDA, "ShowExportTask"), origin=f"https://{host}")


def test_a_link_of_a_server_on_this_machine_may_lead_to_another_port() -> None:
    permission = Permission(ALL, "http://127.0.0.1:4020")
    permission.require(*asked(IOTDA, "ShowExportTask"), "http://localhost:4021", tidying=False)
