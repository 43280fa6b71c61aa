"""Whatever bytes arrive, is the answer one that some provider documents?"""

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openapi.messages import Request
from openapi.model import Action, Spec
from tests.mockserver.cloud import Answer, Cloud, assert_documented, operations, specs, start

METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "get", ""]
HEADERS = [
    "authorization", "content-type", "content-length", "host", "x-auth-token", "x-sdk-date", "x-security-token",
    "x-tc-action", "x-tc-version", "x-tc-timestamp", "x-tc-token", "x-bce-date", "x-sdk-content-sha256", "instance-id",
]  # fmt: skip
WORDS = [
    "SDK-HMAC-SHA256 Access=AKIDEXAMPLE, SignedHeaders=host;x-sdk-date, Signature=0",
    "V11-HMAC-SHA256 Credential=AKIDEXAMPLE/20260131/a/b, SignedHeaders=host;x-sdk-date, Signature=0",
    "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2026-01-31/cls/tc3_request, SignedHeaders=content-type;host, Signature=0",
    "bce-auth-v1/AKIDEXAMPLE/2026-01-31T08:09:10Z/1800//" + "0" * 64,
    "TOKENEXAMPLE", "20260131T080910Z", "1769846950", "application/x-www-form-urlencoded", "application/json",
    "CreateExport", "2020-10-16", "127.0.0.1:4010", "iotda.region.myhuaweicloud.com", "[::1", "http://",
    "cls.tencentcloudapi.com",
]  # fmt: skip
SEGMENTS = [
    "v1", "v2", "v3", "v5", "iot", "export-tasks", "logstore", "download", "link", "list", "auth", "tokens", "file",
    "0123456789abcdef0123456789abcdef", "export-gz", "bls-download", "physicalservers", "",
]  # fmt: skip
TAKING_MUCH = (Action.CREATE, Action.LIST, Action.DELETE, Action.ISSUE_TOKEN)
raw = st.binary(max_size=20).map(lambda each: each.decode("utf-8", "surrogateescape"))
anything = raw | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
half = st.text(st.characters(), max_size=20)  # lone surrogates of all kinds among it
text = st.sampled_from(WORDS) | anything
paths = st.lists(st.sampled_from(SEGMENTS) | anything, max_size=7).map(lambda parts: "/" + "/".join(parts))
names = st.sampled_from(["Action", "Version", "limit", "Signature", "SecretId", "q-signature", "%", "é"])
queries = st.lists(st.tuples(names, text), max_size=4)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | half,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(half, inner, max_size=3),
    max_leaves=8,
)
requests = st.builds(
    Request,
    method=st.sampled_from(METHODS),
    path=st.one_of(paths, anything),
    query=queries.map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)) | anything,
    headers=st.dictionaries(st.sampled_from(HEADERS), text, max_size=6),
    body=st.binary(max_size=60),
)


@cache
def shared() -> Cloud:
    return start()


def spec_of(cloud: Cloud) -> Spec:
    """The API that the last request was taken to be meant for."""
    return cloud.engine.specs[cloud.last().api]


@settings(max_examples=200)
@given(requests)
def test_any_request_is_answered_by_some_provider(request: Request) -> None:
    cloud = shared()
    answer = cloud.send(request)
    assert_documented(answer, spec_of(cloud))
    assert answer.status < 500


@settings(max_examples=100)
@given(requests)
def test_any_request_that_wsgi_can_carry_is_answered_alike(request: Request) -> None:
    cloud = shared()
    answer = cloud.ask(request)
    assert answer.status < 500
    assert answer.content_type in {form.content_type for form in spec_of(cloud).refusals}


@pytest.mark.parametrize(("api", "operation"), operations(*TAKING_MUCH))
def test_any_arguments_are_answered_as_documented(api: str, operation: str) -> None:
    cloud = shared()
    found = cloud.operation(api, operation)
    query = {p.name for p in found.parameters if p.where == "query"}
    members = sorted([*query, *(found.body or {}).get("properties", {}), "other"])

    @settings(max_examples=12)
    @given(st.dictionaries(st.sampled_from(members), json_values, max_size=4))
    def answer_is_documented(changes: dict[str, Any]) -> None:
        cloud.engine.reset()
        spelled = {name: _spelled(value) if name in query else value for name, value in changes.items()}
        _assert_answered(cloud, api, operation, dict(found.example) | spelled)

    answer_is_documented()


def _spelled(value: Any) -> str:
    return str(value).encode("utf-8", "replace").decode()


def _assert_answered(cloud: Cloud, api: str, operation: str, arguments: dict[str, Any]) -> None:
    answer: Answer = cloud.send(cloud.sign(cloud.make(api, operation, **arguments), api, operation))
    if cloud.last().reason:
        assert_documented(answer, specs()[api])
        assert answer.status < 500
    else:
        assert answer.status == cloud.operation(api, operation).success.status
        listed = [each.id for each in specs()[api].operations.values() if each.action is Action.LIST]
        for each in listed:  # what was stored can be shown
            assert cloud.example(api, each).status == 200
