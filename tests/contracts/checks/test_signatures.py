"""The checks of signatures and of tokens in their place."""

from typing import Any

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import ClauseKind
from tests.contracts.bent import judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.negligent import PARTS, Negligent, Trusting, judged_behind
from tests.contracts.checks.whole import APIS, not_held

VARIANTS = [
    ("tencent-cls/tc3-hmac-sha256", "body-empty"),
    ("tencent-cls/tc3-hmac-sha256", "query-empty"),
    ("tencent-cls/hmac-v1", "query-decoded"),
    ("baidu-bls/bce-auth-v1", "query-empty"),
    ("baidu-bls/bce-auth-v1", "host-without-port"),
    ("baidu-bls/bce-auth-v1", "own-headers-unlisted"),
    ("huawei-clouddc/sdk-hmac-sha256", "body-empty"),
    ("huawei-iotda/v11-hmac-sha256", "query-as-sent"),
    ("huawei-workspace/sdk-hmac-sha256", "path-without-trailing-slash"),
    ("huawei-workspace/sdk-hmac-sha256", "host-with-port-80"),
]
SCHEMES: list[tuple[str, dict[str, Any]]] = [
    ("tencent-cls/hmac-v1", {"/x-authentication/schemes": ["tc3-hmac-sha256"]}),
    ("huawei-clouddc/x-auth-token", {"/x-authentication/schemes": ["sdk-hmac-sha256"]}),
    ("huawei-iotda/v11-hmac-sha256", {"/x-authentication/schemes": ["sdk-hmac-sha256"]}),
    ("huawei-workspace/x-auth-token", {"/paths/~1v2~1{project_id}~1export-tasks/get/x-schemes": []}),
    ("huawei-workspace/sdk-hmac-sha256", {"/paths/~1v2~1{project_id}~1export-tasks/get/x-schemes": []}),
]


NEGLIGENCE = [
    *(("tencent-cls/tc3-hmac-sha256", part) for part in ("method", "query", "headers", "body")),
    *(("tencent-cls/hmac-v1", part) for part in ("query", "body")),
    *(("baidu-bls/bce-auth-v1", part) for part in ("method", "path", "query", "headers")),
    *(("huawei-clouddc/sdk-hmac-sha256", part) for part in PARTS if part != "method"),  # its paths have one each
    *(("huawei-iotda/v11-hmac-sha256", part) for part in PARTS),
]
SIGNED = [
    "tencent-cls/tc3-hmac-sha256",
    "tencent-cls/hmac-v1",
    "baidu-bls/bce-auth-v1",
    "huawei-iotda/v11-hmac-sha256",
    "huawei-workspace/sdk-hmac-sha256",
]


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.SIGNATURE) == {}


@pytest.mark.parametrize(("scheme", "variant"), VARIANTS)
def test_a_part_that_need_not_be_signed_breaks_the_clause(scheme: str, variant: str) -> None:
    assert judged(f"{scheme}/signature", {"/x-authentication/variants": [variant]}).verdict is Verdict.BROKEN


@pytest.mark.parametrize(("scheme", "changes"), SCHEMES)
def test_a_scheme_that_is_not_taken_or_not_asked_for_breaks_the_clause(scheme: str, changes: dict[str, Any]) -> None:
    assert judged(f"{scheme}/signature", changes).verdict is Verdict.BROKEN


@pytest.mark.parametrize(("scheme", "part"), NEGLIGENCE)
def test_a_part_that_may_be_altered_after_signing_breaks_the_clause(scheme: str, part: str) -> None:
    assert judged_behind(f"{scheme}/signature", Negligent, part).verdict is Verdict.BROKEN


@pytest.mark.parametrize("scheme", SIGNED)
@pytest.mark.parametrize("trusts", ["unreadable", "token"])
def test_a_signature_that_is_not_read_to_the_end_breaks_the_clause(scheme: str, trusts: str) -> None:
    assert judged_behind(f"{scheme}/signature", Trusting, trusts).verdict is Verdict.BROKEN


def test_a_period_that_is_not_looked_at_breaks_the_clause() -> None:
    found = judged_behind("baidu-bls/bce-auth-v1/signature", Trusting, "late")
    assert (found.verdict, found.check) == (Verdict.BROKEN, "keeps_to_the_period_that_a_signature_states")


def test_a_deviation_that_is_documented_has_to_be_taken() -> None:
    assert judged("tencent-cls/tc3-hmac-sha256/signature", {"/x-authentication/variants": []}).verdict is Verdict.BROKEN


def test_a_foreign_server_that_does_not_look_at_the_body_breaks_the_clause() -> None:
    name, changes = "huawei-clouddc/sdk-hmac-sha256/signature", {"/x-authentication/variants": ["body-empty"]}
    assert judged_from_outside(name).verdict is Verdict.HELD
    assert judged_from_outside(name, changes).verdict is Verdict.BROKEN


def test_a_failure_tells_which_part_was_altered() -> None:
    changes = {"/x-authentication/variants": ["body-empty"]}
    lines = failure_text(judged("huawei-clouddc/sdk-hmac-sha256/signature", changes)).splitlines()
    assert "  expected  refused as APIGW.0301: altered: the body, added after it was signed" in lines
