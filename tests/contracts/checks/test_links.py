"""The checks of links to files."""

from typing import Any

import pytest

from contracts.judgement import Verdict
from openapi.clauses import ClauseKind
from tests.contracts.bent import bent, clause, judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.verdicts import HELD, clauses_of, said, verdict

ALL = clauses_of(ClauseKind.LINK, ClauseKind.LINK_EXPIRY)
COS = "/paths/~1export-gz~1{date}~1{file_name}/get"
BOS = "/paths/~1bls-download~1{uuid}/get"
CASES: list[tuple[str, dict[str, Any]]] = [
    ("tencent-cls/link", {"/x-link/url": "https://bucket.example.com/elsewhere/{file_name}"}),
    ("baidu-bls/link", {"/x-link/url": "https://bucket.example.com/elsewhere/{uuid}"}),
    (
        "tencent-cls/link",
        {f"{COS}/responses/200/content": {"text/plain": {"schema": {"type": "string", "format": "binary"}}}},
    ),
    ("baidu-bls/scheme/link", {f"{BOS}/x-schemes": []}),
]


@pytest.mark.parametrize("clause_id", ALL)
def test_a_clause_is_held_by_the_mock(clause_id: str) -> None:
    assert verdict(clause_id) == HELD


@pytest.mark.parametrize(("clause_id", "changes"), CASES)
def test_a_clause_is_broken_by_a_mock_whose_links_are_others(clause_id: str, changes: dict[str, Any]) -> None:
    assert judged(clause_id, changes).verdict is Verdict.BROKEN


@pytest.mark.parametrize("clause_id", clauses_of(ClauseKind.LINK_EXPIRY))
@pytest.mark.parametrize("more", [1, -1])
def test_a_link_that_is_good_for_another_time_breaks_the_clause(clause_id: str, more: int) -> None:
    assert bent(clause_id, clause(clause_id).value + more).verdict is Verdict.BROKEN  # type: ignore[operator]


@pytest.mark.parametrize("clause_id", ALL)
def test_a_server_without_a_control_plane_is_judged_too(clause_id: str) -> None:
    assert judged_from_outside(clause_id).verdict is Verdict.HELD


def test_a_failure_tells_how_old_the_link_is() -> None:
    assert said(bent("tencent-cls/link-expiry", 3601))[1:-1] == [
        "  promised  “Log export path, valid for one hour. Please download using this path as soon as",
        "            possible.”",
        "            tencentcloud-sdk-python-intl-en 3.1.193,",
        "            https://github.com/TencentCloud/tencentcloud-sdk-python-intl-en",
        "  expected  refused as RequestTimeTooSkewed: the link is 3600.5 s old",
    ]
