"""The checks of how an operation is chosen."""

from typing import Any

import pytest

from contracts.judgement import Verdict, failure_text
from openapi.clauses import ClauseKind
from tests.contracts.bent import judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.whole import not_held

BENT: list[tuple[str, dict[str, Any]]] = [
    ("action", {"/x-addressing/action/header": "X-Other"}),
    ("version", {"/x-addressing/version/value": "2020-10-17"}),
    ("GET", {"/x-addressing/methods": ["POST"]}),
    ("POST", {"/x-addressing/methods": ["GET"]}),
    ("POST", {"/x-addressing/methods": ["POST", "GET", "PATCH"]}),
]


def test_the_mock_holds_every_clause() -> None:
    assert not_held("tencent-cls", ClauseKind.ADDRESSING) == {}


@pytest.mark.parametrize(("subject", "changes"), BENT)
def test_another_way_to_address_breaks_the_clause(subject: str, changes: dict[str, Any]) -> None:
    assert judged(f"tencent-cls/{subject}/addressing", changes).verdict is Verdict.BROKEN
    assert judged_from_outside(f"tencent-cls/{subject}/addressing", changes).verdict is Verdict.BROKEN


def test_a_failure_tells_how_the_call_was_made() -> None:
    text = failure_text(judged("tencent-cls/GET/addressing", {"/x-addressing/methods": ["POST"]}))
    assert "  expected  accepted: CreateExport by GET, signed as tc3-hmac-sha256\n" in text
