"""What answers a request that addresses nothing, or whose parameters its schema does not allow?"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from mockserver.accounts import FIRST
from openapi.messages import Request
from openapi.model import Operation, Schema
from openapi.validation import validator
from tests.mockserver.cloud import Cloud, assert_documented, assert_refused, code_of, operations, specs, with_headers

SERVICES = [name for name, spec in specs().items() if spec.lifecycle]
FOREIGN = ["\x00", "x" * 5000, "é", "[", "-1", "9" * 400, str(2**63), "1e5", "NaN", "", "true", "null", "a/b"]
WRONG: dict[str, list[Any]] = {
    "string": [None, True, 1, 1.5, [], {}],
    "integer": [None, True, "1", 1.5, 1.0, [], {}, 10**400, 2**63, -(2**63) - 1],
    "boolean": [None, 1, "true", []],
    "array": [None, "text", 1, {}],
    "object": [None, "text", 1, []],
}
NOWHERE = ["/nowhere", "/v2/nowhere", "//", "/v1/../x", "/\x00", "/\udcff", "/" + "a/" * 5000, "/é"]
BOUNDS = {"maximum": 1, "minimum": -1}


def members() -> list[Any]:
    """Every member of every body, as a parameter of tests."""
    found = [o for spec in specs().values() for o in spec.operations.values() if o.body is not None]
    return [
        pytest.param(o.api, o.id, name, schema, id=f"{o.api}/{o.id}/{name}")
        for o in found
        for name, schema in (o.body or {}).get("properties", {}).items()
    ]


def parameters(where: str) -> list[Any]:
    found = [(o, p) for spec in specs().values() for o in spec.operations.values() for p in o.parameters]
    return [
        pytest.param(o.api, o.id, p.name, p.schema, id=f"{o.api}/{o.id}/{p.name}") for o, p in found if p.where == where
    ]


def breaches(schema: Schema) -> Iterator[tuple[Any, str]]:
    """Values that break one keyword of the schema each, and the reason for which they are refused."""
    for keyword, step in BOUNDS.items():
        if keyword in schema:
            yield schema[keyword] + step, "out-of-range"
    if "maxLength" in schema:
        yield "x" * (schema["maxLength"] + 1), "wrong-length"
    if schema.get("minLength", 0) > 1:
        yield "x" * (schema["minLength"] - 1), "wrong-length"
    if "maxItems" in schema:
        yield ["x"] * (schema["maxItems"] + 1), "wrong-length"
    if "enum" in schema and schema["type"] == "string":
        yield str(schema["enum"][0]).swapcase() + "x", "not-in-enum"
    if "enum" in schema and schema["type"] == "integer":
        yield max(schema["enum"]) + 1, "not-in-enum"


@pytest.mark.parametrize(("api", "operation", "name", "schema"), members())
def test_a_member_that_breaks_one_keyword_is_refused_for_it(
    cloud: Cloud, api: str, operation: str, name: str, schema: Schema
) -> None:
    for value, reason in breaches(schema):
        if value in specs()[api].not_given or "pattern" in schema:
            continue
        assert_refused(cloud.example(api, operation, **{name: value}), api, operation, reason, name)


@pytest.mark.parametrize(("api", "operation", "name", "schema"), parameters("query"))
def test_a_query_parameter_that_breaks_one_keyword_is_refused_for_it(
    cloud: Cloud, api: str, operation: str, name: str, schema: Schema
) -> None:
    for value, reason in breaches(schema):
        assert_refused(cloud.example(api, operation, **{name: value}), api, operation, reason, name)


@pytest.mark.parametrize(("api", "operation", "name", "schema"), members())
def test_a_member_of_another_type_is_refused(cloud: Cloud, api: str, operation: str, name: str, schema: Schema) -> None:
    for value in WRONG[schema["type"]]:
        request = cloud.make(api, operation, **(dict(cloud.operation(api, operation).example) | {name: value}))
        answer = cloud.ask(cloud.sign(request, api, operation))
        assert cloud.last().reason in {"wrong-type", "out-of-range", "not-in-enum"}, value
        assert_refused(answer, api, operation, cloud.last().reason, name)


@pytest.mark.parametrize(("api", "operation", "name", "schema"), members())
def test_a_missing_member_is_refused_where_it_is_required(
    cloud: Cloud, api: str, operation: str, name: str, schema: Schema
) -> None:
    del schema
    found = cloud.operation(api, operation)
    answer = cloud.example(api, operation, **{name: None})
    if name in (found.body or {}).get("required", ()):
        if len((found.body or {})["properties"]) == 1 and len(found.example) == 1:
            assert cloud.last().reason == "missing-parameter"
        assert_refused(answer, api, operation, "missing-parameter", name)
    else:
        assert cloud.last().reason not in {"missing-parameter", "empty-body"}


@pytest.mark.parametrize(("api", "operation", "name", "schema"), parameters("query") + parameters("path"))
def test_whatever_stands_in_a_parameter_the_answer_is_documented(
    cloud: Cloud, api: str, operation: str, name: str, schema: Schema
) -> None:
    arguments = dict(cloud.operation(api, operation).example)
    for text in FOREIGN:
        request = cloud.make(api, operation, **(arguments | {name: "placeholder"}))
        request = replace(
            request,
            path=request.path.replace("placeholder", text),
            query=request.query.replace("placeholder", quote(text)),
        )
        answer = cloud.ask(cloud.sign(request, api, operation))
        if answer.status != cloud.operation(api, operation).success.status or cloud.last().reason:
            assert_documented(answer, specs()[api])
        cloud.engine.store.reset()
    assert validator(schema)


@pytest.mark.parametrize(("api", "operation", "name", "schema"), parameters("query"))
def test_bytes_that_are_no_utf_8_are_refused(cloud: Cloud, api: str, operation: str, name: str, schema: Schema) -> None:
    request = cloud.make(api, operation, **(dict(cloud.operation(api, operation).example) | {name: "placeholder"}))
    request = replace(request, query=request.query.replace("placeholder", "%FF"))
    answer = cloud.ask(cloud.sign(request, api, operation))
    assert cloud.last().reason in {"wrong-format", "wrong-type", "not-in-enum"}, schema
    assert_refused(answer, api, operation, cloud.last().reason, name)


@pytest.mark.parametrize(("api", "operation", "name", "schema"), parameters("query"))
def test_a_query_parameter_given_twice_is_refused_unless_it_is_an_array(
    cloud: Cloud, api: str, operation: str, name: str, schema: Schema
) -> None:
    value = "x" if schema["type"] == "string" else "1"
    request = cloud.make(api, operation, **(dict(cloud.operation(api, operation).example) | {name: value}))
    answer = cloud.ask(cloud.sign(replace(request, query=f"{request.query}&{name}={value}"), api, operation))
    if schema["type"] == "array":
        assert answer.status == cloud.operation(api, operation).success.status
    else:
        assert_refused(answer, api, operation, "wrong-format", name)


@pytest.mark.parametrize("api", SERVICES)
@pytest.mark.parametrize(
    "path", ["/nowhere", "/v2/nowhere", "//", "/v1/%2e%2e/x", "/\x00", "/\udcff", "/" + "a/" * 5000, "/é"]
)
def test_an_unknown_path_is_answered_by_the_provider_whose_host_it_is(cloud: Cloud, api: str, path: str) -> None:
    host = specs()[api].hosts[0].replace("*", "region")
    request = replace(cloud.make(api, next(iter(specs()[api].operations))), path=path, headers={"host": host})
    answer = cloud.ask(request)
    assert cloud.last().reason in {"unknown-path", "unknown-method", "uri-too-large"}
    assert_refused(answer, api, "", cloud.last().reason)


@pytest.mark.parametrize(("api", "operation"), operations())
def test_an_unknown_method_is_refused(cloud: Cloud, api: str, operation: str) -> None:
    request = with_headers(cloud.make(api, operation, **cloud.ready(api, operation)), x_tc_action=None)
    link = specs()[api].link
    of_link = link is not None and link.operation == operation  # the storage behind it looks for a signature first
    expected = (operation, "unsigned") if of_link else ("", "unknown-method")
    for method in ("PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"):
        assert_refused(cloud.send(replace(request, method=method)), api, *expected)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"x_tc_action": "CreateNothing"}, "InvalidAction"),
        ({"x_tc_action": None}, "MissingParameter"),
        ({"x_tc_version": "2019-01-01"}, "NoSuchVersion"),
        ({"x_tc_version": None}, "MissingParameter"),
        ({"x_tc_action": "createexport"}, "InvalidAction"),
    ],
)
def test_an_unknown_action_or_version_is_refused(cloud: Cloud, changes: dict[str, Any], code: str) -> None:
    request = cloud.make("tencent-cls", "CreateExport", **cloud.operation("tencent-cls", "CreateExport").example)
    answer = cloud.ask(cloud.sign(with_headers(request, **changes), "tencent-cls", "CreateExport"))
    assert_documented(answer, specs()["tencent-cls"])
    assert code_of(answer, specs()["tencent-cls"]) == code


@pytest.mark.parametrize(
    ("api", "operation", "changes", "code"),
    [
        ("tencent-cls", "CreateExport", {"Count": 50_000_001}, "InvalidParameter"),
        ("tencent-cls", "CreateExport", {"Query": None}, "MissingParameter"),
        ("tencent-cls", "CreateExport", {"Nothing": 1}, "UnknownParameter"),
        ("tencent-cls", "CreateExport", {"From": 2, "To": 1}, "InvalidParameter"),
        ("baidu-bls", "CreateDownloadTask", {"format": "xml"}, "InvalidParameter"),
        ("huawei-iotda", "ListExportTasks", {"limit": 51}, "IOTDA.000017"),
        ("huawei-iotda", "CreateExportTask", {"resource_type": "Devices"}, "IOTDA.000006"),
        ("huawei-workspace", "ListExportTasks", {"status": "DONE"}, "WKS.00211102"),
    ],
)
def test_the_codes_are_those_of_the_pages(
    cloud: Cloud, api: str, operation: str, changes: dict[str, Any], code: str
) -> None:
    assert code_of(cloud.example(api, operation, **changes), specs()[api]) == code


def unknown_refused(operation: Operation) -> bool:
    return operation.unknown_members == "refuse"


@pytest.mark.parametrize(("api", "operation"), operations())
def test_an_unknown_member_is_refused_or_ignored_as_the_spec_says(cloud: Cloud, api: str, operation: str) -> None:
    found = cloud.operation(api, operation)
    arguments = cloud.ready(api, operation)
    request = cloud.make(api, operation, **arguments, **({"nothing": 1} if found.body is not None else {}))
    if found.body is None and not found.action_name:
        request = replace(request, query=(request.query + "&nothing=1&nothing=2").lstrip("&"))
    answer = cloud.ask(cloud.sign(request, api, operation))
    if unknown_refused(found):
        assert_refused(answer, api, operation, "unknown-parameter", "nothing")
    else:
        assert answer.status == found.success.status


@pytest.mark.parametrize("query", ["Action=%FF&Version=2020-10-16", "Action=CreateExport&Version=%FF"])
def test_half_a_character_is_no_action_and_no_version(cloud: Cloud, query: str) -> None:
    answer = cloud.ask(Request("GET", "/", query, {"host": "cls.tencentcloudapi.com"}))
    assert_documented(answer, specs()["tencent-cls"])


@pytest.mark.parametrize("media_type", ["\udcff", "text/\ud800"])
def test_a_refusal_repeats_half_a_character_as_a_question_mark(cloud: Cloud, media_type: str) -> None:
    request = cloud.make("baidu-bls", "ListDownloadTask", logStoreName="test")
    signed = cloud.sign(with_headers(request, content_type=media_type), "baidu-bls", "ListDownloadTask")
    answer = cloud.send(signed)
    assert_refused(answer, "baidu-bls", "ListDownloadTask", "wrong-content-type", "Content-Type")
    assert "?" in answer.json["message"]


def test_of_two_wrong_parameters_the_first_of_the_spec_is_refused_in_whatever_order_they_come(cloud: Cloud) -> None:
    request = cloud.make("huawei-workspace", "ListExportTasks", project_id=FIRST.project)
    told = set()
    for query in ("limit=true&is_download=5.0", "is_download=5.0&limit=true"):
        cloud.send(cloud.sign(replace(request, query=query), "huawei-workspace", "ListExportTasks"))
        told.add(cloud.last().message)
    assert len(told) == 1, told
