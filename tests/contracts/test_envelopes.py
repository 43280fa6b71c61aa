"""Is a refusal read in whichever documented form it has?"""

from dataclasses import replace
from functools import cache

import pytest

from contracts.calls.envelopes import Envelopes, envelopes
from contracts.judgement import Verdict
from openapi.loader import load
from openapi.model import Json
from tests.contracts.bent import judged

SERVICE: dict[str, Json] = {"error_code": "IOTDA.000006", "error_msg": "Invalid input data."}
GATEWAY: dict[str, Json] = {"error_code": "APIGW.0301", "error_msg": "no", "request_id": "0" * 32}


@cache
def huawei() -> Envelopes:
    return envelopes(load("huawei-iotda"))


@pytest.mark.parametrize(
    ("body", "code"), [(SERVICE, "IOTDA.000006"), (GATEWAY, "APIGW.0301")], ids=["service", "gateway"]
)
def test_a_body_is_read_in_the_form_that_it_has(body: Json, code: str) -> None:
    said, has_form = huawei().open(body)
    assert (said["error.code"], has_form) == (code, True)


def test_each_code_has_the_form_that_it_is_documented_in() -> None:
    assert huawei().of("CreateExportTask", "IOTDA.000006", 400).answer.pointer == "/components/responses/Refusal"
    assert huawei().of("CreateExportTask", "APIGW.0301", 401).answer.pointer == "/components/responses/GatewayRefusal"


def test_the_same_code_has_another_form_at_another_operation() -> None:
    found = envelopes(load("baidu-bls"))
    assert found.of("CreateDownloadTask", "AccessDenied", 403).answer is found.spec.failure
    assert found.of("GetDownloadedFile", "AccessDenied", 403).answer is found.spec.failures["PlatformRefusal"]


def test_a_code_that_nobody_documents_comes_in_the_usual_form() -> None:
    assert huawei().of("CreateExportTask", "NOBODY.1", 400).answer is huawei().spec.failure


def test_the_code_is_read_although_the_body_has_no_documented_form() -> None:
    assert huawei().open({"error_code": "IOTDA.000006", "more": 1}) == ({"error.code": "IOTDA.000006"}, False)


@pytest.mark.parametrize("body", [None, [], "text", 5, {}, {"message": "no"}])
def test_what_says_no_code_is_no_refusal(body: Json) -> None:
    assert huawei().open(body) == ({}, False)


def test_a_form_without_a_code_stands_for_the_only_one_that_comes_in_it() -> None:
    found = envelopes(load("huawei-clouddc", {"throttled-body": "text"}))
    assert found.open("The request is overloaded.") == (
        {"error.code": "APIGW.0308", "error.message": "The request is overloaded."},
        True,
    )


def test_no_code_stands_for_a_form_that_several_come_in() -> None:
    spec = load("huawei-clouddc", {"throttled-body": "text"})
    codes = tuple(replace(each, response="OverloadedText") for each in spec.error_codes)
    assert envelopes(replace(spec, error_codes=codes)).open("overloaded") == ({}, False)


SERVICE_FORM = {"/components/responses/GatewayRefusal": {"$ref": "#/components/responses/Refusal"}}
GATEWAY_FORM = {"/components/responses/Refusal": {"$ref": "#/components/responses/GatewayRefusal"}}
JSON = {"application/json": {"schema": {"$ref": "#/components/schemas/ObjectStorageRefusal"}}}


@pytest.mark.parametrize(
    ("clause_id", "changes"),
    [
        ("huawei-iotda/refusal-GatewayRefusal/response-schema", SERVICE_FORM),
        ("huawei-iotda/refusal/response-schema", GATEWAY_FORM),
        (
            "tencent-cls/refusal-ObjectStorageRefusal/content-type",
            {"/components/responses/ObjectStorageRefusal/content": JSON},
        ),
    ],
    ids=["the gateway in the service's form", "the service in the gateway's form", "JSON in place of XML"],
)
def test_a_refusal_in_another_form_breaks_the_clause(clause_id: str, changes: dict[str, object]) -> None:
    assert judged(clause_id).verdict is Verdict.HELD
    assert judged(clause_id, changes).verdict is Verdict.BROKEN
