"""What answers a body that cannot be read?"""

from dataclasses import replace

import pytest

from tests.mockserver.cloud import Answer, Cloud, assert_refused, code_of, operations, specs

WITH_BODY = [each for each in operations() if specs()[each.values[0]].operations[each.values[1]].body]
MALFORMED = {
    "broken": b'{"a": ',
    "text": b"status",
    "two-values": b"{} {}",
    "trailing-comma": b'{"a": 1,}',
    "not-utf-8": b'{"a": "\xff\xfe"}',
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "not-a-number": b'{"a": NaN}',
    "infinite": b'{"a": Infinity}',
    "beyond-a-double": b'{"a": 1e999}',
    "five-thousand-digits": b'{"a": ' + b"9" * 5000 + b"}",
    "member-twice": b'{"a": 1, "a": 2}',
    "member-twice-inside": b'{"a": {"b": 1, "b": 2}}',
    "deep": b"[" * 101 + b"]" * 101,
    "deeper-than-any-stack": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "never-closed": b"[" * 50_000,
    "quotes-without-end": b"[" * 60 + b'"' + b'\\"' * 50_000,
    "nul": b"\x00",
    "line-break-in-text": b'{"a": "\n"}',
}


def send(cloud: Cloud, api: str, operation: str, body: bytes, content_type: str = "application/json") -> Answer:
    request = replace(cloud.make(api, operation, **cloud.operation(api, operation).example), body=body)
    request = replace(request, headers=dict(request.headers) | {"content-type": content_type})
    return cloud.ask(cloud.sign(request, api, operation))


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize(("api", "operation"), WITH_BODY)
def test_a_malformed_body_is_refused(cloud: Cloud, api: str, operation: str, body: bytes) -> None:
    answer = send(cloud, api, operation, body)
    assert cloud.last().reason == "malformed-body"
    assert_refused(answer, api, operation, "malformed-body", "body")


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"text"', b"true"])
@pytest.mark.parametrize(("api", "operation"), WITH_BODY)
def test_a_body_that_is_no_object_is_refused(cloud: Cloud, api: str, operation: str, body: bytes) -> None:
    assert_refused(send(cloud, api, operation, body), api, operation, "wrong-type", "body")


@pytest.mark.parametrize("body", [b"", b"  \r\n"])
@pytest.mark.parametrize(("api", "operation"), WITH_BODY)
def test_an_empty_body_is_refused_where_a_body_is_required(cloud: Cloud, api: str, operation: str, body: bytes) -> None:
    answer = send(cloud, api, operation, body)
    found = cloud.operation(api, operation)
    if found.body_required:
        assert_refused(answer, api, operation, "empty-body", "body")
    else:
        assert answer.status == found.success.status


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data", "x" * 5000, "/"])
@pytest.mark.parametrize(("api", "operation"), WITH_BODY)
def test_another_content_type_is_refused(cloud: Cloud, api: str, operation: str, content_type: str) -> None:
    answer = send(cloud, api, operation, b"{}", content_type)
    assert_refused(answer, api, operation, "wrong-content-type", "Content-Type")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json;"])
@pytest.mark.parametrize(("api", "operation"), WITH_BODY)
def test_json_is_json_with_any_parameters(cloud: Cloud, api: str, operation: str, content_type: str) -> None:
    body = cloud.make(api, operation, **cloud.operation(api, operation).example).body
    assert send(cloud, api, operation, body, content_type).status == cloud.operation(api, operation).success.status


@pytest.mark.parametrize("api", [name for name, spec in specs().items() if any(s.of == "body" for s in spec.sizes)])
def test_a_body_that_is_too_large_is_refused(cloud: Cloud, api: str) -> None:
    largest = max(size.limit for size in specs()[api].sizes if size.of == "body")
    operation = next(each.id for each in specs()[api].operations.values() if each.body is not None)
    request = cloud.make(api, operation, **cloud.operation(api, operation).example)
    small, large = (replace(request, body=request.body.ljust(size)) for size in (largest, largest + 1))
    assert cloud.ask(cloud.sign(small, api, operation)).status == cloud.operation(api, operation).success.status
    assert cloud.last().reason == ""
    assert_refused(cloud.ask(cloud.sign(large, api, operation)), api, operation, "body-too-large", "body")


@pytest.mark.parametrize(
    ("api", "operation", "body", "code"),
    [
        ("tencent-cls", "CreateExport", b"{", "InvalidParameter"),
        ("baidu-bls", "CreateDownloadTask", b"{", "MalformedJSON"),
        ("huawei-iotda", "CreateExportTask", b"{", "IOTDA.000008"),
    ],
)
def test_the_codes_are_those_of_the_pages(cloud: Cloud, api: str, operation: str, body: bytes, code: str) -> None:
    assert code_of(send(cloud, api, operation, body), specs()[api]) == code


def test_nesting_up_to_the_limit_is_read(cloud: Cloud) -> None:
    body = b'{"a":' * 99 + b"{}" + b"}" * 99
    assert send(cloud, "huawei-workspace", "ExportUsersNew", body).status == 200


def test_brackets_inside_text_are_no_nesting(cloud: Cloud) -> None:
    body = b'{"description": "' + b"[{" * 100 + b'"}'
    assert send(cloud, "huawei-workspace", "ExportUsersNew", body).status == 200
