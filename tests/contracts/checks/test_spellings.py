"""The checks of values that look like others, and of the places in a request that are easily forgotten."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts.judgement import Verdict
from openapi.clauses import ClauseKind
from openapi.messages import Request
from tests.contracts.bent import bent, clause, judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.negligent import judged_by_lenient
from tests.contracts.checks.whole import APIS, not_held

KINDS = (
    ClauseKind.REQUIRED,
    ClauseKind.TYPE,
    ClauseKind.ENUM,
    ClauseKind.MINIMUM,
    ClauseKind.MAXIMUM,
    ClauseKind.LENGTH,
    ClauseKind.ITEMS,
    ClauseKind.PATTERN,
    ClauseKind.FORMAT,
    ClauseKind.UNKNOWN_MEMBER,
)
COUNT = "tencent-cls/CreateExport/Count/type"
LIMIT = "huawei-workspace/ListExportTasks/limit/type"
PROJECT = "huawei-workspace/ListExportTasks/project_id/minLength"
TOPIC = "tencent-cls/CreateExport/TopicId/type"
USER = "huawei-workspace/ExportUsersNew/user_name/pattern"
NESTED = "huawei-iotda/CreateExportTask/unknown-member"
TC3, SDK = "tc3-hmac-sha256", "sdk-hmac-sha256"
Rewrite = Callable[[Request], Request]


def in_body(pattern: str, meant: str) -> Rewrite:
    return lambda request: replace(request, body=re.sub(pattern.encode(), meant.encode(), request.body))


def in_query(pattern: str, meant: str) -> Rewrite:
    return lambda request: replace(request, query=re.sub(pattern, meant, request.query))


def without_gaps(request: Request) -> Request:
    return replace(request, path=request.path.replace("//", "/0123456789abcdef0123456789abcdef/"))


LENIENT: list[tuple[str, str, Rewrite, str]] = [
    (COUNT, TC3, in_body(r": 01\b", ": 1"), "a leading zero"),
    (COUNT, TC3, in_body(r": NaN\b", ": 1"), "what is no number"),
    (COUNT, TC3, in_body(r": 1e2\b", ": 100"), "a power of ten"),
    (COUNT, TC3, in_body(r'"Count": null', '"Count": 1'), "null for a required value"),
    ("tencent-cls/CreateExport/Format/type", TC3, in_body(r', "Format": null', ""), "null for an optional value"),
    ("tencent-cls/CreateExport/Count/maximum", TC3, in_body(r"10{30}\b", "1"), "a number beyond every integer"),
    ("tencent-cls/CreateExport/Order/enum", TC3, in_body('"asc "', '"asc"'), "a word with a blank"),
    ("tencent-cls/CreateExport/Order/enum", TC3, in_body('"DESC"', '"desc"'), "a word in the other case"),
    (LIMIT, SDK, in_query(r"limit=%2B1", "limit=1"), "a plus sign before a number of a query"),
    (LIMIT, SDK, in_query(r"limit=(&|$)", r"limit=1\1"), "nothing for a number of a query"),
    (PROJECT, SDK, without_gaps, "nothing in the place of the project"),
]
BENT: list[tuple[str, dict[str, Any], str]] = [
    (TOPIC, {clause(TOPIC).pointer: "integer"}, "another type"),
    (USER, {clause(USER).pointer: "^[A-Z]*$"}, "a pattern that takes less"),
    (
        NESTED,
        {"/components/schemas/ResourceCondition/additionalProperties": False},
        "unknown members of a member refused",
    ),
    (
        "tencent-cls/GetExportedFile/date/pattern",
        {clause("tencent-cls/GetExportedFile/date/pattern").pointer: None},
        "any path",
    ),
    (
        "huawei-workspace/ExportDesktopListNew/user_names/type",
        {clause("huawei-workspace/ExportDesktopListNew/user_names/type").pointer: "string"},
        "one value where several are taken",
    ),
]


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, *KINDS) == {}


@pytest.mark.parametrize(
    ("clause_id", "scheme", "rewrite"), [case[:3] for case in LENIENT], ids=[case[3] for case in LENIENT]
)
def test_what_is_taken_for_something_else_breaks_the_clause(clause_id: str, scheme: str, rewrite: Rewrite) -> None:
    assert judged_by_lenient(clause_id, scheme, rewrite).verdict is Verdict.BROKEN


@pytest.mark.parametrize(("clause_id", "changes"), [case[:2] for case in BENT], ids=[case[2] for case in BENT])
def test_what_is_taken_or_refused_otherwise_breaks_the_clause(clause_id: str, changes: dict[str, Any]) -> None:
    assert judged(clause_id, changes).verdict is Verdict.BROKEN


def test_a_fraction_without_a_remainder_is_no_whole_number() -> None:
    assert bent(COUNT, "number").verdict is Verdict.BROKEN


def test_a_foreign_server_may_read_what_readers_differ_about() -> None:
    assert judged_from_outside(COUNT).verdict is Verdict.HELD
    order = "tencent-cls/CreateExport/Order/enum"
    assert judged_from_outside(order, {clause(order).pointer: ["asc", "desc", "asc "]}).verdict is Verdict.HELD
    assert judged_from_outside(order, {clause(order).pointer: ["asc", "desc", "DESC"]}).verdict is Verdict.BROKEN
