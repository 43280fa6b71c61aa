"""The check of sizes."""

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import ClauseKind
from tests.contracts.bent import bent, clause
from tests.contracts.checks.foreign import Keyed, judged_from_outside
from tests.contracts.checks.whole import APIS, not_held

TO_THE_BYTE = [
    "tencent-cls/uri/size",
    "tencent-cls/body.hmac-v1/size",
    "tencent-cls/body.tc3-hmac-sha256/size",
    "baidu-bls/body/size",
    "huawei-clouddc/uri/size",
    "huawei-clouddc/header/size",
]


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.SIZE) == {}


@pytest.mark.parametrize("clause_id", TO_THE_BYTE)
@pytest.mark.parametrize("step", [1, -1])
def test_a_limit_that_is_off_by_one_breaks_the_clause(clause_id: str, step: int) -> None:
    limit = clause(clause_id).value
    assert isinstance(limit, int)
    assert bent(clause_id, limit + step).verdict is Verdict.BROKEN


@pytest.mark.parametrize("share", [0.9, 1.1])
def test_another_limit_of_all_headers_breaks_the_clause(
    share: float,
) -> None:
    name = "huawei-workspace/headers/size"
    limit = clause(name).value
    assert isinstance(limit, int)
    assert bent(name, int(limit * share)).verdict is Verdict.BROKEN


def test_a_foreign_server_may_count_in_its_own_way() -> None:
    name = "huawei-clouddc/uri/size"
    limit = clause(name).value
    assert isinstance(limit, int)
    assert judged_from_outside(name, {clause(name).pointer: limit - 20}).verdict is Verdict.HELD
    assert judged_from_outside(name, {clause(name).pointer: limit // 2}).verdict is Verdict.BROKEN


@pytest.mark.parametrize("name", ["huawei-clouddc/body/size", "huawei-workspace/uri/size", "huawei-iotda/header/size"])
def test_an_account_without_a_token_signs_with_its_key(name: str) -> None:
    assert judged_from_outside(name, server=Keyed).verdict is Verdict.HELD


def test_a_failure_tells_the_size() -> None:
    lines = failure_text(bent("huawei-clouddc/header/size", 40000)).splitlines()
    assert "  expected  refused as APIGW.0201: header: 32769 bytes" in lines
