"""Which operation does a request address, and whose words refuse it when it addresses none?"""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from openapi.document import SpecError, patch, read
from openapi.loader import spec_of
from openapi.members import KEPT
from openapi.messages import Request
from openapi.model import Spec
from openapi.routing import LONGEST, Router
from tests.mockserver.cloud import make, operations, specs

ROUTER = Router(specs().values())
FORM = "application/x-www-form-urlencoded"


def route(method: str, path: str, query: str = "", **headers: str) -> tuple[str, str]:
    """The API and the operation that a request is routed to; empty when it addresses none."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    found = ROUTER.route(Request(method, path, query, named))
    return found.spec.name, found.operation.id if found.operation and not found.miss else ""


@pytest.mark.parametrize(("api", "operation"), operations())
def test_every_operation_is_found_at_its_own_host(api: str, operation: str) -> None:
    spec = specs()[api]
    found = ROUTER.route(make(spec, spec.operations[operation], {}))
    assert (found.spec, found.operation, found.miss) == (spec, spec.operations[operation], None)


@pytest.mark.parametrize(("api", "operation"), operations())
def test_every_operation_is_found_at_an_address_of_the_mock_itself(api: str, operation: str) -> None:
    spec = specs()[api]
    request = make(spec, spec.operations[operation], {})
    found = ROUTER.route(replace(request, headers=dict(request.headers) | {"host": "127.0.0.1:4010"}))
    assert (found.spec, found.operation, found.miss) == (spec, spec.operations[operation], None)


def test_an_action_is_named_by_a_header_a_query_or_a_form() -> None:
    version = {"x_tc_version": "2020-10-16"}
    expected = ("tencent-cls", "DeleteExport")
    assert route("POST", "/", x_tc_action="DeleteExport", **version) == expected
    assert route("GET", "/", "Action=DeleteExport&Version=2020-10-16") == expected
    form = Request("POST", "/", "", {"content-type": FORM}, b"Action=DeleteExport&Version=2020-10-16")
    found = ROUTER.route(form)
    assert (found.spec.name, found.operation and found.operation.id) == expected


def test_the_arguments_of_a_path_are_named() -> None:
    found = ROUTER.route(Request("GET", "/v2/logstore/download/link/abc", "", {}))
    assert (found.operation and found.operation.id, found.path_arguments) == ("GetDownloadTaskLink", {"uuid": "abc"})


def test_a_literal_segment_goes_before_a_parameter() -> None:
    assert route("POST", "/v2/logstore/download/list") == ("baidu-bls", "ListDownloadTask")


@pytest.mark.parametrize(
    "host", ["cls.tencentcloudapi.com", "CLS.TencentCloudAPI.com", "cls.ap-guangzhou.tencentcloudapi.com:443"]
)
def test_a_host_is_known_in_any_case_and_with_any_port(host: str) -> None:
    assert route("GET", "/v1/nowhere", host=host)[0] == "tencent-cls"


def test_the_operation_of_one_provider_is_not_found_at_the_host_of_another() -> None:
    assert route("POST", "/v2/logstore/download/list", host="cls.tencentcloudapi.com") == ("tencent-cls", "")


def test_an_unknown_path_belongs_to_whoever_has_the_nearest() -> None:
    assert route("GET", "/v5/iot/project/nothing") == ("huawei-iotda", "")
    assert route("GET", "/v2/logstore/nothing") == ("baidu-bls", "")


def test_an_unknown_path_belongs_to_whose_signature_it_carries() -> None:
    assert route("GET", "/nowhere", authorization="bce-auth-v1/x") == ("baidu-bls", "")
    assert route("GET", "/nowhere", authorization="TC3-HMAC-SHA256 x") == ("tencent-cls", "")


@pytest.mark.parametrize(
    "path",
    [
        "//v5/iot/project/nothing",
        "/./v5/iot/project",
        "/v5\\iot\\project",
        "/v5%2Fiot%2fproject",
        "/v5/iot\x00/project",
        "/v5/iot;a=b",
        "/v5/iot\udcff",
        "/v5/iot%00",
    ],
)
def test_an_odd_path_belongs_to_whoever_has_the_path_that_was_meant(path: str) -> None:
    assert route("GET", path) == ("huawei-iotda", "")


def test_an_unknown_path_belongs_to_whose_link_it_looks_like() -> None:
    assert route("GET", "/no/such/file", "q-sign-algorithm=sha1&q-ak=AKIDEXAMPLE") == ("tencent-cls", "")


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/v9/logstore/download", "unknown-version"), ("/v9/nothing", "unknown-path"), ("/v", "unknown-path")],
)
def test_a_known_path_with_another_version_is_told_from_an_unknown_path(path: str, reason: str) -> None:
    miss = ROUTER.route(Request("POST", path)).miss
    assert miss is not None
    assert miss.reason == reason


def test_a_method_that_a_path_does_not_take_is_told_from_an_unknown_path() -> None:
    wrong = ROUTER.route(Request("PUT", "/v2/logstore/download/list")).miss
    unknown = ROUTER.route(Request("PUT", "/v2/logstore/nowhere")).miss
    assert wrong is not None
    assert unknown is not None
    assert (wrong.reason, unknown.reason) == ("unknown-method", "unknown-path")
    assert "POST" in wrong.message


@pytest.mark.parametrize("path", ["", "*", "/", "//", "/v2/", "/v2//download", "/a" * 10_000])
def test_whatever_the_path_somebody_answers(path: str) -> None:
    assert route("GET", path)[0] in specs()


def test_two_specs_that_one_port_cannot_tell_apart_do_not_start(tmp_path: Path) -> None:
    spec = specs()["baidu-bls"]
    with pytest.raises(SpecError, match=r"one port cannot tell them apart"):
        Router([spec, _renamed(spec, tmp_path)])


def test_two_specs_whose_actions_differ_share_a_port(tmp_path: Path) -> None:
    spec = specs()["tencent-cls"]
    document = dict(read(Path(spec.path)))
    paths = {path.replace("Export", "Import"): item for path, item in document["paths"].items() if "#" in path}
    components = patch({**document, "paths": paths}, {"/x-link": None})
    (tmp_path / "imports.yaml").write_text(yaml.safe_dump(components))
    other = spec_of(components, tmp_path / "imports.yaml", {})
    router = Router([spec, other])
    named = {"x-tc-action": "CreateImport", "x-tc-version": "2020-10-16"}
    assert router.route(Request("POST", "/", "", named)).spec.name == "imports"


def _renamed(spec: Spec, folder: Path) -> Spec:
    return spec_of(read(Path(spec.path)), folder / "other.yaml", {})


ACTION = {"x_tc_action": "CreateExport", "x_tc_version": "2020-10-16"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "found"),
    [
        ("PUT", "/", ACTION, ("tencent-cls", "")),
        ("POST", "/other", ACTION, ("tencent-cls", "")),
        ("POST", "/", {**ACTION, "x_tc_action": "DescribeExports"}, ("tencent-cls", "DescribeExports")),
        ("POST", "/", {**ACTION, "x_tc_version": "2020-01-01"}, ("tencent-cls", "")),
        ("POST", "/", {**ACTION, "host": "iotda.cn-north-4.myhuaweicloud.com"}, ("huawei-iotda", "")),
    ],
)
def test_a_request_that_differs_from_one_before_is_routed_by_itself(
    method: str, path: str, headers: dict[str, str], found: tuple[str, str]
) -> None:
    for _ in range(2):
        assert route("POST", "/", **ACTION) == ("tencent-cls", "CreateExport")
        assert route(method, path, **headers) == found


def test_an_action_in_the_query_is_read_from_each_request() -> None:
    version = "Version=2020-10-16"
    assert route("GET", "/", f"Action=CreateExport&{version}") == ("tencent-cls", "CreateExport")
    assert route("GET", "/", f"Action=DescribeExports&{version}") == ("tencent-cls", "DescribeExports")


def test_only_so_many_hosts_of_so_many_characters_are_remembered() -> None:
    router = Router(specs().values())
    for number in range(KEPT + 1):
        router.route(Request("GET", "/nowhere", "", {"host": f"host-{number}.example"}))
    assert [*router.known_hosts] == [f"host-{KEPT}.example"]
    router.route(Request("GET", "/nowhere", "", {"host": "x" * (LONGEST + 1)}))
    assert len(router.known_hosts) == 1


def test_only_so_many_addresses_of_so_many_characters_are_remembered() -> None:
    router = Router(specs().values())
    for length in (1, LONGEST):
        for number in range(KEPT + 1):
            assert router.route(Request("GET", f"/v5/iot/{number:0{length}}/export-tasks")).operation
    assert len(router.known) == 1
